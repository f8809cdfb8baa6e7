"""A form variant of a unit's own: named in the roster, written, read back, checked and scored as any annex (R15)."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

import kind_builders as kb
import openpyxl
import pytest
import read_builders as rb

from qeval_batch.checks.build import CheckContext, build_unit
from qeval_batch.checks.roster import load_roster
from qeval_batch.core.text import match_key
from qeval_batch.demo.answers import unit_answers
from qeval_batch.demo.province import make_province
from qeval_batch.model.findings import Part
from qeval_batch.roster.write import write_roster
from qeval_batch.template.facts import UnitFacts

VARIANTS = {"su-nghiep": "phu-luc-05-su-nghiep", "hoi": "phu-luc-03-hoi-quan-chung"}
CREATED = datetime.fromisoformat("2026-09-26T08:00+07:00")


@pytest.fixture(scope="module")
def roster(tmp_path_factory):
    """A province big enough to have both, written to danh-muc.xlsx and read again."""
    path = tmp_path_factory.mktemp("danh-muc") / "danh-muc.xlsx"
    write_roster(path, rb.spec(), make_province(40), CREATED)
    return load_roster(path, rb.spec(), rb.PERIOD)[0]


def _unit(roster, annex):
    return next(item for item in roster.units.values() if item.annex == annex)


@pytest.mark.parametrize("annex", VARIANTS.values())
def test_the_roster_may_name_a_variant_and_its_workbook_is_written_and_read(roster, annex):
    unit, form = _unit(roster, annex), rb.spec().forms[annex]
    facts = UnitFacts(rb.spec(), rb.PERIOD, unit, roster.officers_of(unit.id))
    answers = unit_answers(unit, roster, rb.spec(), rb.PERIOD, date(2026, 9, 25))
    data = kb.built(facts, answers=answers)
    read = rb.read(data)
    assert read.stamp.forms[annex] == form.version and not read.findings
    context = CheckContext(rb.spec(), roster, rb.PERIOD, CREATED.date(), {})
    record, found = build_unit(unit, read.sheets, read.findings, context)
    assert [item for item in found if item.where.part is not Part.DOSSIER] == []
    assert [sheet.form for sheet in record.sheets.values()] == [annex] * len(facts.officers)

    book = openpyxl.load_workbook(io.BytesIO(data))
    officer = facts.officers[0].id
    assert match_key(book[officer]["A2"].value) == match_key(form.title)
    assert match_key(book[officer]["A3"].value) == match_key(rb.spec().forms["phu-luc-chung"].title)
    guide = [cell.value for row in book["Hướng dẫn"].iter_rows() for cell in row]
    assert all(f"- {text}" in guide for items in form.criteria.values() for text in items)
    points = {entry.axis: entry.max_points for entry in next(iter(record.sheets.values())).axes}
    assert points == form.axis_points["30+70"]


def test_an_annex_nobody_wrote_is_refused_by_the_roster(tmp_path):
    given = make_province(4)
    unit = next(iter(given.units.values()))
    path = tmp_path / "danh-muc.xlsx"
    write_roster(path, rb.spec(), replace(given, units={**given.units, unit.id: replace(unit, annex="phu-luc-05-su-nghiep")}),
                 CREATED)
    book = openpyxl.load_workbook(path)
    page = book["Đơn vị"]
    cell = next(cell for row in page.iter_rows() for cell in row if cell.value == "Phụ lục 05 - Đơn vị sự nghiệp")
    cell.value = "Phụ lục 99"
    book.save(path)
    assert any(item.where.a1 == cell.coordinate for item in load_roster(path, rb.spec(), rb.PERIOD)[1])
