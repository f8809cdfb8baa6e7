"""`forms check` fills every template on trial; one faulty paper costs that paper, not the run."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import answer_builders as ab
import pytest
from batch_builders import empty, province
from letter_builders import late_and_short, with_sheet, without_waiting

from qeval_batch import papers
from qeval_batch.core.cells import RowRef
from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.model.roster import OpinionBody
from qeval_batch.procedure.ask import Inquiry, Request
from qeval_batch.procedure.routing import Route
from qeval_batch.render.letters import forms as letter_forms
from qeval_batch.render.letters import trial
from qeval_batch.render.letters.context import to_trinh_btv
from qeval_batch.render.letters.inquiry import inquiry
from qeval_batch.render.letters.letters import BTV, INQUIRY, MAU_7, MAU_8, MINUTES, RETURN, UNIT, check_template
from qeval_batch.render.replies.note import return_note
from qeval_batch.render.replies.plan import answers

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"


def _papers():
    """Every kind of paper in every kind of quarter: template, what it is filled with."""
    whole = province()
    filled = with_sheet(whole, "CB0021")
    signatures = whole.roster.signatures
    for batch in (whole, filled, without_waiting(whole), empty(), late_and_short(whole)):
        yield BTV, to_trinh_btv(batch)
        yield MAU_8, letter_forms.mau8(batch, batch.result.officers, "x", "proposed")
        yield MAU_8, letter_forms.mau8(batch, batch.result.officers, "x", "unit")
        for officer in batch.result.officers:
            yield MAU_7, letter_forms.mau7(batch, officer)
    for unit in whole.roster.units.values():
        officers = whole.roster.officers_of(unit.id)
        yield UNIT, letter_forms.to_trinh_unit(filled, unit.id)
        yield UNIT, letter_forms.blank_to_trinh(whole.spec, whole.period, unit, officers, signatures)
        yield MINUTES, letter_forms.blank_bien_ban(whole.spec, whole.period, unit, officers, signatures)
    for routes in ((False, True), (True,), (False,)):
        yield INQUIRY, inquiry(whole, asked(whole, routes))
    batch, made = ab.demo_answers()
    for answer in made.plan.values():
        yield RETURN, return_note(batch, answer)
    lacking = ab.returned(finding("UNIT_SHEET_MISSING", Where(Part.OFFICER, ab.UNIT, "CB0025"), sheet="biểu của CB0025"))
    yield RETURN, return_note(lacking, answers(lacking)[ab.UNIT])


def asked(batch, proposes):
    body = OpinionBody("YK01", "Cơ quan Mẫu", None, None, batch.period.end, RowRef("", "", 0))
    return Inquiry(body, tuple(Request(batch.result.officers[0], Route("CB0001", "YK01", "IX.1.1.1", one, one), "s1", None)
                               for one in proposes))


def shapes():
    found = {}
    for name, context in _papers():
        found[name] = trial.merge(found.get(name), trial.shape_of(context))
    return found


def test_the_names_of_the_trial_are_those_the_papers_give():
    assert {name: _plain(shape) for name, shape in shapes().items()} == _plain(trial.shapes())


def _plain(shape):
    return json.loads(json.dumps(shape, sort_keys=True))


def _changed(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the shipped templates in which one was edited in Word."""
    copied = shutil.copytree(TEMPLATES, folder / "templates", dirs_exist_ok=True)
    with zipfile.ZipFile(copied / name) as package:
        parts = {item: package.read(item) for item in package.namelist()}
    document = parts["word/document.xml"].decode()
    assert old in document
    parts["word/document.xml"] = document.replace(old, new).encode()
    with zipfile.ZipFile(copied / name, "w", zipfile.ZIP_DEFLATED) as package:
        for item, content in parts.items():
            package.writestr(item, content)
    return copied


@pytest.mark.parametrize("name", [BTV, UNIT, MINUTES, MAU_8, MAU_7, RETURN])
def test_every_shipped_template_is_filled_whole_and_with_nothing(name):
    assert check_template(TEMPLATES / name) == []


@pytest.mark.parametrize(("old", "new", "words"), [
    ("{{ head.parent }}", "{{ head.parrent }}", ("parrent", "head.parrent")),
    ("{%p if provisional %}", "Lưu ý của Ban: {%p if provisional %}", ("đứng một mình", "Lưu ý của Ban:")),
    ("{{ head.parent }}", "{{ head.parent + 1 }}", ("không điền được",)),
])
def test_what_would_stop_or_spoil_a_paper_is_told_before_any_run(tmp_path, old, new, words):
    problems = check_template(_changed(tmp_path, BTV, old, new) / BTV)
    assert len(problems) == 1 and all(word in str(problems[0]) for word in words)


def test_one_faulty_template_costs_its_papers_alone(tmp_path):
    folder = _changed(tmp_path, BTV, "{{ head.parent }}", "{{ head.parrent }}")
    whole, faulty = tmp_path / "whole", tmp_path / "faulty"
    batch = province()
    assert papers.render_all(batch, TEMPLATES, _new(whole), "core") == ()
    told = papers.render_all(batch, folder, _new(faulty), "core")
    assert [item.code for item in told] == ["PAPER_NOT_MADE"] and dict(told[0].params)["paper"] == BTV
    assert _names(whole) - _names(faulty) == {BTV} and not _names(faulty) - _names(whole)
    results = json.loads((faulty / "results.json").read_text("utf-8"))
    assert [item["code"] for item in results["findings"] if item["code"] == "PAPER_NOT_MADE"] == ["PAPER_NOT_MADE"]
    assert BTV in (faulty / "bao-cao-chay.txt").read_text("utf-8")


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _names(folder: Path) -> set[str]:
    return {str(item.relative_to(folder)) for item in folder.rglob("*") if item.is_file()}

