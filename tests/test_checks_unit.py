"""Across the sheets of a unit and across units (R12, R01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sheet_builders import (
    OTHER,
    UNIT,
    at,
    build,
    changed,
    clean,
    collective,
    context,
    found,
    officer,
    officer_sheet,
    product,
    products,
    roster,
    task,
)

from qeval_batch import messages
from qeval_batch.checks.build import check_across
from qeval_batch.checks.consequences import gathered
from qeval_batch.core.cells import CellRef
from qeval_batch.model.act import Act
from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.model.records import AXES
from qeval_batch.model.submission import INVALID, SheetData

WHO = "CB0002"


def test_two_leads_of_one_task_name_each_other():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 0, role="lead", task_code="nv01")
    assert found(sheets) == at(sheets[WHO], "products", 0, ("TASK_LEAD_TWICE", "role"))
    (item,) = build(sheets)[1]
    params = dict(item.params)
    assert (params["other"], params["other_sheet"], params["other_cell"]) == (
        "CB0001", "CB0001", sheets["CB0001"].rows("products")[0].at.cell("role").a1)


def test_several_products_of_one_lead_are_one_lead():
    sheets = clean()
    sheets["CB0001"] = officer_sheet("CB0001", [*products("CB0001"), product("1", "lead")])
    assert found(sheets) == set()


def test_a_task_without_a_lead():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 1, role="support")
    assert found(sheets) == at(sheets["collective"], "tasks", 1, ("TASK_LEAD_NONE", "code"))


def test_no_lead_is_only_known_when_every_sheet_can_tell():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 1, role="support")
    for missing in ("CB0001", "CB0003"):
        assert {code for code, *_ in found({key: item for key, item in sheets.items() if key != missing})} <= {
            "PROPOSAL_REASON_SCORE"}
    unreadable = {**sheets, WHO: changed(sheets[WHO], "products", 3, role=INVALID)}
    assert "TASK_LEAD_NONE" not in {code for code, *_ in found(unreadable)}
    excluded = {item: officer(item) for item in ("CB0001", WHO)} | {"CB0003": officer("CB0003", standing="excluded")}
    without = {key: item for key, item in sheets.items() if key not in ("CB0003", "proposal", "dossier")}
    assert {cell for code, _, cell in found(without, context(roster=roster(officers=excluded)))} == {
        sheets["collective"].rows("tasks")[place].at.cell("code").a1 for place in (1, 2, 5)}


def test_a_product_of_an_unknown_task():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 2, task_code="NV99")
    assert found(sheets) == at(sheets[WHO], "products", 2, ("PRODUCT_TASK_UNKNOWN", "task_code"))
    without = {key: item for key, item in sheets.items() if key != "collective"}
    assert found(without) == set(), "no task list, nothing to hold it against"


def test_a_faulty_task_list_still_tells_its_codes():
    sheets = clean()
    sheets["collective"] = changed(sheets["collective"], "tasks", 0, status=None)
    sheets[WHO] = changed(sheets[WHO], "products", 2, task_code="NV99")
    assert {item[0] for item in found(sheets)} == {"ROW_REQUIRED_BLANK", "PRODUCT_TASK_UNKNOWN"}


def test_the_sheet_of_a_stranger_is_no_part_of_the_unit():
    stranger = officer_sheet("CB0101", [product(axis, "lead") for axis in AXES])
    codes = {item.code for item in build([*clean().values(), stranger])[1]}
    assert codes == {"OFFICER_OTHER_UNIT"}


def test_one_officer_from_two_units():
    ctx = context()
    home = build([officer_sheet("CB0101", [product(axis) for axis in AXES])], ctx, unit_id=OTHER)[0]
    here = build([*clean().values(), officer_sheet("CB0101", [product(axis) for axis in AXES])], ctx)[0]
    (item,) = check_across({UNIT: here, OTHER: home}, ctx)
    assert (item.code, item.where.officer, item.where.unit) == ("OFFICER_TWO_UNITS", "CB0101", OTHER)
    assert dict(item.params)["units"] == "DV001, DV002" and dict(item.params)["home"] == OTHER
    assert check_across({UNIT: build(clean(), ctx)[0], OTHER: home}, ctx) == []


def test_a_stranger_from_two_units():
    ctx = context()
    sheet = officer_sheet("CB0999", [product(axis) for axis in AXES])
    records = {unit: build([sheet], ctx, unit_id=unit)[0] for unit in (UNIT, OTHER)}
    (item,) = check_across(records, ctx)
    assert (item.where.officer, item.where.unit, dict(item.params)["home"]) == ("CB0999", UNIT, "…")


def test_a_blank_sheet_is_received_and_gives_no_record():
    blank = SheetData("phu-luc-05", "officer", WHO, WHO, officer_sheet(WHO).blocks, blank=True)
    record, findings = build({**clean(), WHO: blank})
    assert findings == [] and WHO not in record.sheets and WHO in record.received_sheets
    tasks = [task("NV01")]
    empty = SheetData("phu-luc-09", "collective", "Phụ lục 09", None, collective(tasks).blocks, blank=True)
    record, findings = build({**clean(), "collective": empty})
    assert findings == [] and record.collective is None and record.collective_received


def test_what_a_doubled_code_brings_about_is_told_with_it_unless_it_was_lifted():
    where = Where(Part.COLLECTIVE, "DV001", file="a.xlsx", sheet="Phụ lục 09")
    cause = finding("TASK_CODE_TWICE", where, task="NV02", row=9, other_row=8, other_cell="B8", follows="")
    lost = [finding("PRODUCT_TASK_UNKNOWN", Where(Part.OFFICER, "DV001", who, "a.xlsx", who).at(
        CellRef("a.xlsx", who, 20, 3)), task="NV03", sheet="Phụ lục 09", role="support", follows="")
        for who in ("CB0001", "CB0002")]
    (told,) = gathered([cause, *lost])
    assert all(f"{item.where.sheet}!{item.where.a1}" in messages.what(told) for item in lost) and "«NV03»" in messages.what(told)
    assert gathered(lost) == lost
    lifted = replace(cause, waived=Act("Bà Mẫu", "Đã hỏi đơn vị", "2026-09-24T08:00:00+07:00"))
    assert gathered([lifted, *lost]) == [lifted, *lost]


def _both(code, sheets, task_field, field):
    """The finding at the first task of Phụ lục 09 and at its lead product, the first of the head's."""
    return at(sheets["collective"], "tasks", 0, (code, task_field)) | at(sheets["CB0001"], "products", 0, (code, field))


def test_a_task_done_while_its_lead_product_is_short():
    sheets = clean()
    sheets["CB0001"] = changed(sheets["CB0001"], "products", 0, done=Decimal(1), progress_pct=None)
    assert found(sheets) == _both("TASK_LEAD_SHORT", sheets, "status", "done")
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 0, done=Decimal(1), progress_pct=None)
    assert found(sheets) == set(), "a short product of support contradicts nothing"


def test_a_task_not_done_while_all_its_lead_products_are():
    failed = {"completed": None, "status": "not_done"}
    sheets = clean()
    sheets["collective"] = changed(sheets["collective"], "tasks", 0, **failed)
    assert found(sheets) == _both("TASK_LEAD_DONE", sheets, "status", "done")
    sheets["CB0001"] = officer_sheet("CB0001", [
        *products("CB0001"), product("1", "lead", done=Decimal(1), progress_pct=None)])
    assert found(sheets) == set(), "one of two lead products is short: the task may well be"


def test_a_task_in_time_while_its_lead_product_ends_after_its_deadline():
    sheets = clean()
    late = {"completed": date(2026, 9, 16), "deadline": date(2026, 9, 20)}
    sheets["CB0001"] = changed(sheets["CB0001"], "products", 0, **late)
    assert found(sheets) == _both("TASK_LEAD_LATE", sheets, "completed", "completed")
    sheets["CB0001"] = changed(sheets["CB0001"], "products", 0, completed=date(2026, 9, 15))
    assert found(sheets) == set(), "the day of the deadline is in time"


def test_only_sheets_without_an_error_speak():
    sheets = clean()
    sheets["CB0001"] = changed(sheets["CB0001"], "products", 0, done=Decimal(1), progress_pct=None)
    sheets["collective"] = changed(sheets["collective"], "tasks", 3, status=None)
    assert {code for code, *_ in found(sheets)} == {"ROW_REQUIRED_BLANK"}
