"""The result report: written from what was projected, read back, worked in before the checks and the rules (R13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import kind_builders as kb
import pytest
import read_builders as rb
import sheet_builders as sb

from qeval_batch import messages
from qeval_batch.commands.templates_kinds import result_rows
from qeval_batch.model.findings import Part
from qeval_batch.model.results import Flag
from qeval_batch.rules.evaluate import evaluate
from qeval_batch.template.facts import UnitFacts

END = date(2026, 9, 30)
AHEAD = {"deadline": END, "completed": END, "projected": True}
KIND = "bao-cao-ket-qua"


def dossier(**product):
    """A clean unit with one task and two products of CB0001 still projected."""
    tasks = [sb.task(f"NV0{axis}", axis, **(AHEAD if axis == "6" else {})) for axis in "123456"]
    own = sb.products("CB0001")
    own[0] |= AHEAD | product
    own[3] |= AHEAD
    return {"collective": sb.collective(tasks), "CB0001": sb.officer_sheet("CB0001", own),
              "CB0002": sb.officer_sheet("CB0002"), "CB0003": sb.officer_sheet("CB0003"), "proposal": sb.proposal()}


def report(said: dict[str, dict], record=None):
    """The report's sheets as read, written from the record of ``dossier`` and filled: line -> values."""
    record = record or sb.build(dossier())[0]
    facts = UnitFacts(rb.spec(), rb.PERIOD, sb.unit(), (), of_kind=KIND, rows=result_rows(record, sb.roster()))
    answers = {(sheet, None): {sheet: [{"key": line, **values} for line, values in said.items()]}
               for sheet in ("result_tasks", "result_products")}
    read = rb.read(kb.built(facts, answers=answers), file="bao-cao.xlsx")
    assert read.stamp.kind == KIND and not read.refused
    return read


def worked_in(said, sheets=None, record=None):
    read = report(said, record)
    given = [*(sheets or dossier()).values(), *read.sheets]
    return sb.build(given, reading=read.findings)


def codes(found):
    return sorted(item.code for item in found if item.where.part is Part.REPORT)


ALL = {"NV-06": {"confirm": True}, "CB0001-01": {"confirm": True}, "CB0001-04": {"confirm": True}}


def test_the_report_lists_what_was_projected_and_nothing_else():
    rows = result_rows(sb.build(dossier())[0], sb.roster())
    assert [row["line"] for listed in rows.values() for row in listed] == ["NV-06", "CB0001-01", "CB0001-04"]
    assert rows["result_tasks", "result_tasks"][0]["projected_status"] == "on_time"
    assert not any(result_rows(sb.build(sb.clean())[0], sb.roster()).values())


def test_confirmed_rows_are_no_longer_projected():
    record, found = worked_in(ALL)
    assert codes(found) == ["RESULT_CONFIRMED"] * 2
    assert not any(item.projected for item in (*record.collective.tasks, *record.sheets["CB0001"].products))
    cell = record.sheets["CB0001"].products[0].confirmed
    assert cell.file == "bao-cao.xlsx" and cell.sheet == "Sản phẩm ước"
    assert record.sheets["CB0001"].products[0].at.cell("done").file == sb.FILE
    assert [item for item in found if messages.is_error(item)] == []


def test_flag_and_wait_go_when_every_row_is_settled_and_stay_while_one_is_open():
    def of(said):
        record = worked_in(said)[0] if said else sb.build(dossier())[0]
        roster = sb.roster()
        result = evaluate(roster, {sb.UNIT: record}, rb.spec().policy, sb.PERIOD, frozenset())
        him = next(item for item in result.officers if item.id == "CB0001")
        return Flag.PROJECTED in him.flags, "result_report" in him.waits_for, [line.rule for line in him.steps].count("R13")

    assert of({}) == (True, True, 0)
    assert of({"NV-06": {"confirm": True}, "CB0001-01": {"confirm": True}}) == (True, True, 1)
    assert of(ALL) == (False, False, 1)


def test_a_correction_takes_the_place_of_what_was_projected():
    record, found = worked_in({"CB0001-01": {"done": Decimal(1), "quality_pct": Decimal(80)}})
    product = record.sheets["CB0001"].products[0]
    assert (product.done, product.progress, product.quality, product.leadership) == (
        Decimal(1), None, Decimal(80), Decimal(90))
    assert product.at.cell("done").file == "bao-cao.xlsx" and product.at.cell("deadline").file == sb.FILE
    told = next(item for item in found if item.code == "RESULT_CORRECTED")
    assert "Số lượng thực tế: 2 → 1" in messages.what(told) and told.where.officer == "CB0001"
    assert "RESULT_OPEN" in codes(found)


def test_nothing_done_needs_no_further_word():
    product = worked_in({"CB0001-01": {"done": Decimal(0)}})[0].sheets["CB0001"].products[0]
    assert (product.done, product.completed, product.quality, product.progress, product.exceeded) == (0, None, None, None, False)


@pytest.mark.parametrize(("said", "done", "late", "completed"), [
    ({"completed": date(2026, 9, 28)}, True, False, date(2026, 9, 28)),
    ({"status": "not_done"}, False, False, None),
    ({"status": "on_time"}, True, False, END),
])
def test_a_task_follows_its_correction(said, done, late, completed):
    task = worked_in({"NV-06": said})[0].collective.tasks[5]
    assert (task.done, task.late, task.completed, task.projected) == (done, late, completed, False)


def test_the_same_checks_judge_a_correction_at_the_reports_cell():
    record, found = worked_in({"NV-06": {"completed": date(2026, 10, 1)}})
    fault = next(item for item in found if item.code == "ROW_COMPLETED_AFTER_QUARTER")
    assert fault.where.file == "bao-cao.xlsx" and fault.where.part is Part.COLLECTIVE and record.collective is None
    record, found = worked_in({"CB0001-01": {"done": Decimal(1), "progress_pct": Decimal(50)}})
    # C is said of the part that is done (score.partial), which was in time.
    fault = next(item for item in found if item.code == "PRODUCT_PROGRESS_GIVEN")
    assert fault.where.file == "bao-cao.xlsx" and "CB0001" not in record.sheets and "CB0002" in record.sheets


def test_a_late_date_without_a_status_is_late():
    sheets = dossier()
    sheets["collective"] = sb.changed(sheets["collective"], "tasks", 5, deadline=date(2026, 9, 25), completed=date(2026, 9, 25))
    record = sb.build(sheets)[0]
    task = worked_in({"NV-06": {"completed": date(2026, 9, 26)}}, sheets, record)[0].collective.tasks[5]
    assert task.late and task.done


def test_a_cross_beside_a_correction_is_refused_and_the_row_stays_projected():
    record, found = worked_in({"NV-06": {"confirm": True, "status": "not_done"}})
    assert codes(found) == ["RESULT_BOTH", "RESULT_OPEN"] and record.collective.tasks[5].projected


def test_a_row_that_cannot_be_read_is_not_used():
    read = report({"CB0001-01": {"quality_pct": Decimal(180)}})
    record, _ = sb.build([*dossier().values(), *read.sheets], reading=read.findings)
    assert read.findings and all(item.where.part is Part.REPORT for item in read.findings)
    assert record.sheets["CB0001"].products[0].projected


def test_a_row_the_dossier_no_longer_has_is_named():
    read = report(ALL)
    sheets = dossier()
    sheets["CB0001"] = sb.changed(sheets["CB0001"], "products", 0, product="Sản phẩm khác")
    sheets["collective"] = sb.changed(sheets["collective"], "tasks", 5, projected=False, completed=date(2026, 9, 20))
    record, found = sb.build([*sheets.values(), *read.sheets])
    assert codes(found) == ["RESULT_CONFIRMED", "RESULT_ROW_UNKNOWN", "RESULT_ROW_UNKNOWN"]
    assert record.sheets["CB0001"].products[0].projected and not record.sheets["CB0001"].products[3].projected


def test_rows_that_moved_in_the_dossier_are_still_known():
    read = report({"CB0001-01": {"quality_pct": Decimal(70)}})
    sheets = dossier()
    rows = sheets["CB0001"].rows("products")
    sheets["CB0001"] = replace(sheets["CB0001"], blocks={**sheets["CB0001"].blocks, "products": rows[::-1]})
    record = sb.build([*sheets.values(), *read.sheets])[0]
    assert [item.quality for item in record.sheets["CB0001"].products if item.text == "Sản phẩm trục 1"] == [Decimal(70)]


def test_a_blank_report_says_nothing_but_what_is_open():
    record, found = worked_in({})
    assert codes(found) == ["RESULT_OPEN"] * 2 and record.collective.tasks[5].projected
