"""The profile of 100 points from the blank form to the level, and what was filled for the other profile beside it."""

from __future__ import annotations

import dataclasses
import json
import shutil
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from qeval_batch.checks.roster import load_roster
from qeval_batch.commands.init import create
from qeval_batch.commands.templates import write_templates
from qeval_batch.core.decimals import half_up
from qeval_batch.demo.answers import unit_answers
from qeval_batch.demo.build import DEMO_AS_OF, DEMO_PERIOD, build_demo
from qeval_batch.demo.faults import FAULT_OF_UNIT
from qeval_batch.model.records import AXES
from qeval_batch.model.results import Status
from qeval_batch.pipeline import load_period, publish, run
from qeval_batch.rules.asked import Asked
from qeval_batch.spec.load import Spec
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.write import write_workbook
from qeval_batch.workspace import Workspace

UNITS = 2
PART_A = "A. Tiêu chí chung"
LAST_DAY = date(2026, 9, 25)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Workspace:
    """A province of the profile 100 and what its units sent, filled from the forms of that profile."""
    made = create(tmp_path_factory.mktemp("tinh") / "w", sample_roster=False, created=DEMO_AS_OF)
    place = made.forms / "chinh-sach.yaml"
    text = place.read_text("utf-8")
    assert text.count("value: 30+70\n") == 1
    place.write_text(text.replace("value: 30+70\n", 'value: "100"\n'), "utf-8")
    build_demo(made.root, UNITS, load_period(made, DEMO_PERIOD), DEMO_PERIOD, DEMO_AS_OF)
    return made


@pytest.fixture
def workspace(built, tmp_path) -> Workspace:
    """The same in a folder of one's own."""
    return Workspace(Path(shutil.copytree(built.root, tmp_path / "w")))


def _filled(workspace: Workspace, spec: Spec, unit_id: str, change=None) -> None:
    """Put the unit's workbook, filled under ``spec``, in the place of what the unit sent."""
    for path in workspace.inbox.rglob(f"{unit_id}_*.xlsx"):
        path.unlink()
    roster, _ = load_roster(workspace.roster, spec, DEMO_PERIOD)
    unit = roster.units[unit_id]
    officers = Asked(roster, DEMO_PERIOD, spec.policy).offered(unit_id)
    answers = unit_answers(unit, roster, spec, DEMO_PERIOD, LAST_DAY)
    if change is not None:
        change(answers)
    write_workbook(UnitFacts(spec, DEMO_PERIOD, unit, officers), workspace.inbox / f"{unit_id}_x.xlsx",
                   key=workspace.key.read_bytes(), created=DEMO_AS_OF, answers=answers)


def _sound_unit(workspace: Workspace) -> str:
    roster, _ = load_roster(workspace.roster, load_period(workspace, DEMO_PERIOD), DEMO_PERIOD)
    return next(unit for index, unit in enumerate(roster.units) if index not in FAULT_OF_UNIT)


def test_the_blank_form_has_six_axes_of_100_points_and_no_part_a(workspace):
    unit = _sound_unit(workspace)
    written = write_templates(workspace, DEMO_PERIOD, DEMO_AS_OF, only=unit)
    (book,) = written.folder.rglob(f"{unit}_*.xlsx")
    loaded = openpyxl.load_workbook(book)
    sheets = [sheet for sheet in loaded if str(sheet["A1"].value).startswith("qeval|") and "|officer|" in sheet["A1"].value]
    assert sheets
    for sheet in sheets:
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert not any(text.startswith(PART_A) for text in texts)
        assert any("100" in text for text in texts)


def test_filled_forms_go_all_the_way_to_levels(workspace):
    batch = run(workspace, DEMO_PERIOD, DEMO_AS_OF)
    compared = 0
    assert batch.result.profile == "100"
    graded = [item for item in batch.result.officers if item.status is Status.GRADED]
    assert {item.levels.computed for item in graded} >= {1, 2}
    for item in graded:
        sheet = batch.records[item.unit].sheets[item.id]
        assert sheet.criteria == () and sum(entry.max_points for entry in sheet.axes) == 100
        assert item.score is not None and item.score.general == 0
        # Independent of the engine: every product's own KPI as the sheet shows it, weighted, then half up per axis.
        total = sum((half_up(_axis(sheet, entry), 2) for entry in sheet.axes), Decimal(0))
        assert item.score.total == total
        # A workbook saved without recalculation shows no total of its own.
        compared += sheet.workbook_total is not None
        assert sheet.workbook_total in (None, total)
        if item.levels.computed == 1:
            assert total >= 90
    assert compared and not [item for item in batch.result.findings if item.code == "SCORE_DIFFERS"]
    folder = publish(workspace, batch, "core")
    shown = json.loads((folder / "results.json").read_text("utf-8"))
    assert shown["policy"]["profile"] == "100"
    assert {row["score"]["general"] for row in shown["officers"] if row["status"] == "graded"} == {"0.00"}


def _axis(sheet, entry) -> Fraction:
    parts = []
    for item in sheet.products:
        if item.axis != entry.axis or (item.excused and item.done == 0):
            continue
        counted = min(item.done, item.assigned) if item.excused else item.assigned
        a = min(Fraction(100), Fraction(item.done) * 100 / Fraction(counted))
        in_time = item.done >= counted and item.completed is not None and item.completed <= item.deadline
        c = Fraction(100) if in_time else Fraction(item.progress or 0)
        kpi = (a + Fraction(item.quality or 0) + c + Fraction(item.leadership or 0)) / 4 if item.done else Fraction(0)
        parts.append((Fraction(item.coefficient) * Fraction(counted), kpi))
    whole = sum(weight for weight, _ in parts)
    return Fraction(entry.max_points) * min(Fraction(100), sum(w * kpi for w, kpi in parts) / whole) / 100


def test_a_workbook_of_30_and_70_is_refused_with_its_finding(workspace):
    unit = _sound_unit(workspace)
    spec = load_period(workspace, DEMO_PERIOD)
    other = dict(spec.policy.entries)
    other["score.profile"] = other["score.profile"].model_copy(update={"value": "30+70"})
    _filled(workspace, dataclasses.replace(spec, policy=dataclasses.replace(spec.policy, entries=other)), unit)
    batch = run(workspace, DEMO_PERIOD, DEMO_AS_OF)
    (refused,) = [item for item in batch.result.findings if item.code == "STAMP_PROFILE"]
    assert refused.where.file == f"{unit}_x.xlsx" and dict(refused.params) == {"profile": "30+70", "expected": "100"}
    assert next(item for item in batch.result.files if item.name == f"{unit}_x.xlsx").outcome == "returned"
    mine = [item for item in batch.result.officers if item.unit == unit and item.status is not Status.EXCLUDED]
    assert mine and {item.status for item in mine} <= {Status.MISSING, Status.DEFERRED, Status.REVIEW}
    assert all(item.score is None for item in mine)
    assert any(item.status is Status.GRADED for item in batch.result.officers if item.unit != unit)


def test_points_of_the_other_profile_typed_into_this_one_are_an_error_of_that_sheet(workspace):
    unit = _sound_unit(workspace)
    spec = load_period(workspace, DEMO_PERIOD)
    victims: list[str] = []

    def seventy(answers) -> None:
        officer = next(of for sheet, of in answers if sheet == "officer")
        victims.append(officer)
        rows = {row["key"]: row for row in answers["officer", officer].setdefault("axes", [])}
        for axis, points in zip(AXES, (20, 10, 10, 10, 10, 10), strict=True):
            rows.setdefault(axis, {"key": axis}).update(role="main" if axis == "1" else "secondary", max_points=points)
        answers["officer", officer]["axes"] = list(rows.values())

    _filled(workspace, spec, unit, seventy)
    batch = run(workspace, DEMO_PERIOD, DEMO_AS_OF)
    wrong = [item for item in batch.result.findings if item.code == "AXIS_POINTS_TOTAL"]
    assert [item.where.officer for item in wrong] == victims
    assert dict(wrong[0].params).items() >= {"total": "70", "expected": "100"}.items()
    by_id = {item.id: item for item in batch.result.officers}
    assert by_id[victims[0]].status is Status.INSUFFICIENT
    others = [item for item in batch.result.officers if item.unit == unit and item.id not in victims]
    assert any(item.status is Status.GRADED for item in others)
