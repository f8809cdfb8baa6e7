"""Assessing bodies: who assesses what is policy; their figures stand beside the units', never in their place (R14)."""

from __future__ import annotations

import io
from datetime import date, datetime

import batch_builders as bb
import kind_builders as kb
import openpyxl
import pytest
import read_builders as rb
import sheet_builders as sb

from qeval_batch import messages
from qeval_batch.checks.assessment import assessments, compare
from qeval_batch.commands.templates_kinds import assessor_facts
from qeval_batch.model.findings import Part
from qeval_batch.render.tables.axes import axes
from qeval_batch.render.tables.results import results_json
from qeval_batch.spec.sections import Assessor
from qeval_batch.template.write import workbook_bytes

BODIES = rb.spec().policy.assessors.bodies
PROVINCE = rb.spec().policy.assessors.province.id


def facts(body: str):
    return assessor_facts(rb.spec(), sb.roster(), sb.PERIOD, body, BODIES[body])


def sent(body: str, said: dict[str, dict], indicators=()):
    """What ``body`` sent as read: ``unit:axis`` -> values."""
    answers = {("axis_assessment", None): {"axis_assessment": [{"key": key, **row} for key, row in said.items()]},
               ("indicators", None): {"indicators": list(indicators)}}
    return rb.read(kb.built(facts(body), answers=answers), file=f"{body}.xlsx")


def judged(body: str, said: dict[str, dict], ctx=None, indicators=()):
    read = sent(body, said, indicators)
    ctx = ctx or sb.context()
    rows, listed, found = assessments(body, read.sheets, ctx)
    record = sb.build(sb.clean(), ctx)[0]
    compared, differing = compare(rows, {sb.UNIT: record}, ctx)
    return rows, listed, found, compared, differing


@pytest.mark.parametrize(("body", "axes_", "units"), [
    ("DU-UBND", "123456", [PROVINCE, "DV001", "DV002"]), ("VP-TU", "3", [PROVINCE]),
    ("DU-HDND", "2", [PROVINCE, "DV001", "DV002"]), ("BTC", "4", [PROVINCE, "DV001", "DV002"])])
def test_each_body_gets_its_axes_of_the_units_of_its_blocks(body, axes_, units):
    rows = facts(body).rows["axis_assessment", "axis_assessment"]
    assert [(row["unit"], row["axis"]) for row in rows] == [(unit, axis) for unit in units for axis in axes_]


def test_the_office_of_the_party_assesses_party_and_front_blocks():
    given = sb.roster(units={"DV001": sb.unit(block="dang"), "DV002": sb.unit("DV002", block="mttq"),
                             "DV003": sb.unit("DV003", block="xa")})
    rows = assessor_facts(rb.spec(), given, sb.PERIOD, "VP-TU", BODIES["VP-TU"]).rows["axis_assessment", "axis_assessment"]
    assert [row["unit"] for row in rows] == [PROVINCE, "DV001", "DV002"]


def test_figures_are_read_back_by_unit_and_axis():
    rows, listed, found, _, _ = judged("DU-UBND", {
        f"{PROVINCE}:1": {"assigned": 9, "done": 8, "late": 1, "level": "2", "comment": "Đạt"}, "DV001:6": {"done": 1}},
        indicators=[{"indicator": "GRDP", "plan": "8,5 %", "actual": "8,2 %"}])
    assert [(row.unit, row.axis, row.assigned, row.done, row.late, row.level, row.comment) for row in rows] == [
        (PROVINCE, "1", 9, 8, 1, 2, "Đạt"), ("DV001", "6", None, 1, None, None, None)]
    assert found == [] and [(item.name, item.plan, item.actual) for item in listed] == [("GRDP", "8,5 %", "8,2 %")]


def test_a_difference_names_both_figures_and_both_cells_and_changes_nothing():
    rows, _, _, compared, differing = judged("DU-UBND", {"DV001:1": {"assigned": 2, "done": 1, "late": 0}})
    assert [item.differs for item in compared] == [("assigned",)] and compared[0].declared.assigned == 1
    told = differing[0]
    assert (told.code, told.where.unit, told.where.part) == ("AXIS_FIGURE_DIFFERS", "DV001", Part.ASSESSMENT)
    assert told.where.file == "DU-UBND.xlsx" and told.where.a1 == rows[0].at.cell("assigned").a1
    text = messages.what(told)
    assert "ghi 2" in text and "đơn vị khai 1" in text and "Phụ lục 09" in text and "Đảng ủy UBND tỉnh" in text
    assert not messages.is_error(told)


def test_equal_figures_and_a_unit_that_declared_nothing_differ_in_nothing():
    _, _, _, compared, differing = judged("DU-UBND", {
        "DV001:1": {"assigned": 1, "done": 1, "late": 0}, "DV002:1": {"assigned": 5}, f"{PROVINCE}:1": {"assigned": 99}})
    assert differing == [] and [item.declared is None for item in compared] == [False, True, True]


@pytest.mark.parametrize(("tolerance", "expected"), [(0, 1), (1, 1), (2, 0)])
def test_the_tolerance_is_policy(tolerance, expected):
    ctx = sb.context(spec=sb.with_policy(assessors__tolerance=tolerance))
    assert len(judged("DU-UBND", {"DV001:1": {"assigned": 3}}, ctx)[4]) == expected


@pytest.mark.parametrize(("level", "codes"), [("1", []), ("2", []), ("3", ["ASSESS_NOT_MET"]), (None, [])])
def test_what_a_body_finds_wanting_is_a_finding_on_the_unit_whatever_it_declared(level, codes):
    found = judged("DU-UBND", {"DV001:1": {"level": level}})[4]
    assert [item.code for item in found] == codes and {item.where.unit for item in found} <= {sb.UNIT}


@pytest.mark.parametrize(("row", "code"), [
    ({"assigned": 1, "done": 2}, "ASSESS_DONE_OVER"), ({"done": 1, "late": 2}, "ASSESS_LATE_OVER")])
def test_figures_that_cannot_be_are_refused(row, code):
    rows, _, found, _, _ = judged("BTC", {"DV001:4": row, "DV002:4": {"assigned": 2, "done": 2, "late": 2}})
    assert [item.code for item in found] == [code] and [item.unit for item in rows] == ["DV002"]
    assert found[0].where.unit == "BTC" and messages.is_error(found[0]) and messages.message(found[0])


def test_rows_that_were_changed_by_hand_are_refused():
    data = kb.built(facts("VP-TU"))

    def typed(book):
        page = book["Đánh giá theo trục"]
        row = next(cell.row for cell in page["A"] if cell.value == PROVINCE)
        for offset, (unit, axis) in enumerate((("DV999", "3"), (PROVINCE, "5"), (PROVINCE, "3"), (PROVINCE, "3"))):
            page.cell(row + offset, 1).value, page.cell(row + offset, 3).value = unit, axis
            page.cell(row + offset, 4).value = 1
    read = rb.read(rb.edit(data, typed), file="VP-TU.xlsx")
    rows, _, found = assessments("VP-TU", read.sheets, sb.context())
    assert sorted(item.code for item in found) == ["ASSESS_AXIS_FOREIGN", "ASSESS_TWICE", "ASSESS_UNIT_UNKNOWN"]
    assert [(item.unit, item.axis) for item in rows] == [(PROVINCE, "3")]


def test_the_comparison_is_a_table_of_its_own_and_in_the_results():
    import dataclasses
    import json

    _, listed, _, compared, _ = judged("DU-UBND", {"DV001:1": {"assigned": 2, "level": "3", "comment": "=1+1"}},
                                       indicators=[{"indicator": "GRDP", "plan": "8,5 %"}])
    batch = bb.province()
    batch = dataclasses.replace(batch, result=dataclasses.replace(batch.result, comparisons=compared, indicators=listed))
    book = openpyxl.load_workbook(io.BytesIO(axes(batch)))
    shown = [[cell.value for cell in row] for row in book["Đối chiếu"].iter_rows()]
    line = next(row for row in shown if row[0] == "1")
    assert line[2:6] == ["1", "Đảng ủy UBND tỉnh", 2, 1] and line[10:] == ["3", "số giao", "=1+1"]
    assert any(row[2] == "GRDP" for row in book["Chỉ tiêu"].iter_rows(values_only=True))
    said = json.loads(results_json(batch))["assessments"]
    assert said == [{"body": "DU-UBND", "unit": "DV001", "axis": "1", "level": 3, "comment": "=1+1",
                     "assessed": {"assigned": 2, "done": None, "late": None},
                     "declared": {"assigned": 1, "done": 1, "late": 0}, "differs": ["assigned"]}]


def test_the_pipeline_takes_the_body_for_the_sender(tmp_path):
    from qeval_batch.commands.init import create
    from qeval_batch.pipeline import run
    from qeval_batch.roster.sample import sample_roster
    from qeval_batch.workbook.stamp import load_or_create_key

    created = datetime.fromisoformat("2026-09-26T08:00+07:00")
    workspace = create(tmp_path / "w", created=created)
    key = load_or_create_key(workspace.key)
    roster = sample_roster()
    unit = next(iter(roster.units))
    given = assessor_facts(rb.spec(), roster, rb.PERIOD, "BTC", BODIES["BTC"])
    answers = {("axis_assessment", None): {"axis_assessment": [{"key": f"{unit}:4", "assigned": 3}]}}
    kb.put(workspace.inbox, "btc.xlsx", workbook_bytes(given, key=key, created=rb.CREATED, answers=answers))
    stranger = Assessor(name="Ban lạ", axes=("4",), blocks=("all",), province=True)
    kb.put(workspace.inbox, "la.xlsx", workbook_bytes(
        assessor_facts(rb.spec(), roster, rb.PERIOD, "BAN-LA", stranger), key=key, created=rb.CREATED))
    batch = run(workspace, rb.PERIOD, created)
    outcome = {item.name: (item.outcome, item.unit, item.kind) for item in batch.result.files}
    assert outcome == {"btc.xlsx": ("accepted", "BTC", "danh-gia-truc"), "la.xlsx": ("rejected", None, None)}
    assert [item.assessed.unit for item in batch.result.comparisons] == [unit]
    assert {item.status for item in batch.result.units} == {"missing"} and batch.records == {}
    assert date(2026, 9, 26) == batch.as_of.date()
