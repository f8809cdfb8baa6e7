"""Phụ lục 09: every code at its exact cell, and the nearest row that is sound."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sheet_builders import (
    AS_OF,
    FILE,
    at,
    build,
    changed,
    clean,
    collective,
    context,
    found,
    officer,
    roster,
    task,
    unit,
)

from qeval_batch.core.cells import RowRef
from qeval_batch.model.submission import INVALID, Row, SheetData

END = date(2026, 9, 30)
BODY = {"cause": "Bão số 5", "confirm_document": "45-CV/TU", "confirm_body": "Ban Tổ chức  Tỉnh Ủy"}
NOT_DONE = {"completed": None, "status": "not_done"}
ROW = [
    # required cells
    ({"code": None}, [("ROW_REQUIRED_BLANK", "code")]),
    ({"axis": None}, [("ROW_REQUIRED_BLANK", "axis")]),
    ({"task": None}, [("ROW_REQUIRED_BLANK", "task")]),
    ({"source": None}, [("ROW_REQUIRED_BLANK", "source")]),
    ({"status": None}, [("ROW_REQUIRED_BLANK", "status")]),
    ({"deadline": None}, [("ROW_REQUIRED_BLANK", "deadline")]),
    ({"document": None, "in_charge": None}, []),
    # an unreadable cell has its finding already and is no blank
    ({"status": INVALID}, []),
    ({"deadline": INVALID}, []),
    # the dates decide on the status
    ({"completed": date(2026, 9, 15)}, []),
    ({"completed": date(2026, 9, 16)}, [("TASK_STATUS_DATES", "status")]),
    ({"completed": date(2026, 9, 16), "status": "late"}, []),
    ({"completed": date(2026, 9, 15), "status": "late"}, [("TASK_STATUS_DATES", "status")]),
    ({"status": "not_done"}, [("TASK_STATUS_DATES", "status")]),
    (NOT_DONE, []),
    ({"completed": None}, [("ROW_DONE_WITHOUT_DATE", "completed")]),
    ({"completed": None, "status": "late"}, [("ROW_DONE_WITHOUT_DATE", "completed")]),
    ({"completed": INVALID}, []),
    # the quarter's end and the arrival (24/9)
    ({"completed": END, "deadline": END, "projected": True}, [("ROWS_PROJECTED", "projected")]),
    ({"completed": date(2026, 10, 1), "deadline": END, "status": "late"}, [("ROW_COMPLETED_AFTER_QUARTER", "completed")]),
    ({"completed": date(2026, 10, 1), "status": "on_time"}, [("ROW_COMPLETED_AFTER_QUARTER", "completed")]),
    ({"completed": AS_OF, "deadline": END}, []),
    ({"completed": date(2026, 9, 25), "deadline": END}, [("ROW_COMPLETED_AHEAD", "completed")]),
    ({"completed": date(2026, 5, 2)}, [("ROW_COMPLETED_BEFORE_QUARTER", "completed")]),
    ({"completed": date(2026, 7, 1)}, []), ({"completed": date(2026, 6, 30)}, [("ROW_COMPLETED_BEFORE_QUARTER", "completed")]),
    ({"completed": date(2026, 5, 9)}, [("ROW_DATE_EXCHANGED", "completed")]),
    ({"deadline": date(2026, 12, 7)}, [("ROW_DATE_EXCHANGED", "deadline")]),
    ({"deadline": END}, []),
    ({"deadline": date(2026, 10, 1)}, [("ROW_DEADLINE_AFTER_QUARTER", "deadline")]),
    ({**NOT_DONE, "deadline": AS_OF}, []),
    ({**NOT_DONE, "deadline": date(2026, 9, 25)}, [("ROW_NOT_DUE_YET", "deadline")]),
    ({**NOT_DONE, "deadline": date(2026, 9, 25), "projected": True}, [("ROWS_PROJECTED", "projected")]),
    # exceeded, response
    ({"exceeded": True}, []),
    ({**NOT_DONE, "exceeded": True}, [("ROW_EXCEEDED_NOT_DONE", "exceeded")]),
    ({"key": True}, [("ROW_RESPONSE_BLANK", "response")]),
    ({"key": True, "response": "2"}, []),
    ({"key": True, **NOT_DONE}, []),
    # an objective cause
    ({**NOT_DONE, **BODY}, []),
    ({**NOT_DONE, **BODY, "cause": None}, [("ROW_EXCUSE_INCOMPLETE", "cause")]),
    ({**NOT_DONE, **BODY, "confirm_document": None}, [("ROW_EXCUSE_INCOMPLETE", "confirm_document")]),
    ({**NOT_DONE, **BODY, "confirm_body": None}, [("ROW_EXCUSE_INCOMPLETE", "confirm_body")]),
    ({**NOT_DONE, "confirm_document": "45-CV/TU"}, [("ROW_EXCUSE_INCOMPLETE", "cause")]),
    ({**NOT_DONE, "confirm_body": "Chính phủ"}, [("ROW_EXCUSE_INCOMPLETE", "cause")]),
    ({**NOT_DONE, **BODY, "confirm_body": "Sở Tài chính"}, [("ROW_EXCUSE_BODY_UNKNOWN", "confirm_body")]),
    ({**NOT_DONE, **BODY, "confirm_body": "sở thử nghiệm DV001"}, [("ROW_EXCUSE_BODY_SELF", "confirm_body")]),
    ({**NOT_DONE, **BODY, "confirm_body": "dv001"}, [("ROW_EXCUSE_BODY_SELF", "confirm_body")]),
    ({**NOT_DONE, **BODY, "confirm_body": INVALID}, []),
    (BODY, [("ROW_EXCUSE_NOT_NEEDED", "cause")]),
    ({**BODY, "completed": date(2026, 9, 20), "status": "late"}, []),
    # those in charge
    ({"in_charge": ("CB0001", "CB0009")}, [("TASK_OFFICER_UNKNOWN", "in_charge")]),
    ({"in_charge": ("CB0001", "CB0101")}, [("TASK_OFFICER_OTHER_UNIT", "in_charge")]),
    ({"in_charge": INVALID}, []),
]


@pytest.mark.parametrize(("values", "expected"), ROW)
def test_task_row(values, expected):
    sheets = clean()
    sheets["collective"] = changed(sheets["collective"], "tasks", 2, **values)
    # A task without a code leaves its products without a task, one not done contradicts its lead product: the checks
    # of the unit have tests of their own.
    assert {item for item in found(sheets) if item[1] == "Phụ lục 09"
            and item[0] not in ("SHEET_UNSOUND", "TASK_LEAD_DONE")} == at(
        sheets["collective"], "tasks", 2, *expected)


def test_clean_unit_has_no_finding():
    assert found(clean()) == set()


def test_arrival_of_the_file_goes_before_as_of():
    sheets = clean()
    sheets["collective"] = changed(sheets["collective"], "tasks", 0, **NOT_DONE, deadline=date(2026, 9, 22))
    assert {code for code, *_ in found(sheets)} == {"TASK_LEAD_DONE"}, "due, so that it only contradicts its product"
    assert found(sheets, context(arrivals={FILE: date(2026, 9, 20)})) >= at(
        sheets["collective"], "tasks", 0, ("ROW_NOT_DUE_YET", "deadline"))


@pytest.mark.parametrize("code", ["NV02", "nv02", " NV02"])
def test_double_code_names_both_rows(code):
    sheets = clean()
    sheets["collective"] = changed(sheets["collective"], "tasks", 4, code=code)
    _, findings = build(sheets)
    double = [item for item in findings if item.code == "TASK_CODE_TWICE"]
    first, second = sheets["collective"].rows("tasks")[1], sheets["collective"].rows("tasks")[4]
    assert [(item.where.a1, dict(item.params)["row"], dict(item.params)["other_row"]) for item in double] == [
        (second.at.cell("code").a1, str(second.at.row), str(first.at.row))]


def test_codes_that_only_look_alike_are_two():
    tasks = [task(f"NV0{axis}", axis) for axis in "123456"] + [task("NV0", "1")]
    codes = {item[0] for item in found({**clean(), "collective": collective(tasks)})}
    assert codes == {"TASK_LEAD_NONE"}


@pytest.mark.parametrize("field", ["discipline_collective", "discipline_member", "discipline_subordinate", "remedied"])
def test_unanswered_questions_of_part_three(field):
    sheets = {**clean(), "collective": collective(**{field: None})}
    assert found(sheets) == at(sheets["collective"], "status", 0, ("COLLECTIVE_ANSWER_BLANK", field))
    assert build(sheets)[0].collective is not None


def test_no_tasks_is_missing_data():
    sheets = {**clean(), "collective": collective([])}
    record, findings = build(sheets)
    assert record.collective is None and record.collective_received
    assert {item.code for item in findings} == {"COLLECTIVE_NO_TASKS"}, "one fault, not one more for each product"


def test_a_confirming_body_does_not_confirm_for_itself():
    own = roster(units={"DV001": unit(name="Ban Tổ chức Tỉnh ủy")},
                 officers={item: officer(item) for item in ("CB0001", "CB0002", "CB0003")})
    sheets = clean()
    sheets["collective"] = changed(sheets["collective"], "tasks", 2, **NOT_DONE, **BODY)
    assert found(sheets, context(roster=own)) >= at(sheets["collective"], "tasks", 2,
                                                    ("ROW_EXCUSE_BODY_SELF", "confirm_body"))
    task_record = build(sheets, context(roster=own))[0].collective.tasks[2]
    assert not task_record.excuse.confirmed and not task_record.excused


def test_record_of_tasks():
    sheets = clean()
    sheets["collective"] = collective(
        [task("NV01"), task("NV02", status="late", completed=date(2026, 9, 20), key=True, response="1", source="ad_hoc"),
         task("NV03", completed=None, status="late"), task("NV04", **NOT_DONE, **BODY, in_charge=None),
         task("NV05", **NOT_DONE), task("NV06", exceeded=True, projected=True)],
        discipline_member="yes", remedied="none", collective_level="2", discipline_collective=None)
    record = build(sheets)[0].collective
    assert [(item.code, item.done, item.late, item.claims) for item in record.tasks] == [
        ("NV01", True, False, False), ("NV02", True, True, False), ("NV03", True, True, False),
        ("NV04", False, False, True), ("NV05", False, False, False), ("NV06", True, False, False)]
    assert (record.tasks[1].response, record.tasks[1].key, record.tasks[1].source) == (1, True, "ad_hoc")
    assert record.tasks[0].in_charge == ("CB0001",) and record.tasks[3].in_charge == ()
    assert record.tasks[5].exceeded and record.tasks[5].projected
    assert record.tasks[3].open_claim and not record.tasks[3].excused      # a unit's word alone lifts nothing
    assert (record.discipline_collective, record.discipline_member, record.discipline_subordinate) == (None, True, False)
    assert record.remedied is True and record.level == 2
    assert record.at.cell("remedied").a1 == sheets["collective"].rows("status")[0].at.cell("remedied").a1


def test_an_error_in_the_list_leaves_the_officers_sheets_usable():
    sheets = clean()
    sheets["collective"] = changed(sheets["collective"], "tasks", 0, status=None)
    record, _ = build(sheets)
    assert record.collective is None and set(record.sheets) == {"CB0001", "CB0002", "CB0003"}
    assert record.collective_received


def counted(**first: int):
    """Phụ lục 09 with the part I its own formulas give for six planned tasks done on time, one line replaced."""
    line = dict.fromkeys(("ad_hoc", "exceeded", "late", "excused", "failed"), 0) | dict.fromkeys(
        ("planned", "assigned", "done", "on_time"), 1)
    rows = {key: {field: Decimal(value * (6 if key == "total" else 1)) for field, value in line.items()}
            for key in ("1", "2", "3", "4", "5", "6", "total")}
    rows["1"] |= {field: Decimal(value) for field, value in first.items()}
    sheet = collective()
    blocks = {**sheet.blocks, "counts": tuple(
        Row({"axis": f"Trục {key}", **values}, RowRef(FILE, sheet.name, 10 + place, {"done": 6, "late": 9}), key)
        for place, (key, values) in enumerate(rows.items()))}
    return SheetData(sheet.form, sheet.sheet, sheet.name, None, blocks)


@pytest.mark.parametrize(("first", "cells"), [({}, set()), ({"done": 0}, {"F10"}), ({"done": 2, "late": 1}, {"F10", "I10"})])
def test_part_one_is_compared_with_its_own_task_list(first, cells):
    sheets = {**clean(), "collective": counted(**first)}
    assert found(sheets) == {("COUNT_DIFFERS", "Phụ lục 09", cell) for cell in cells}


def test_a_wrong_line_explains_its_total_but_a_total_wrong_by_itself_speaks():
    sheet = counted()
    wrong = changed(sheet, "counts", "total", done=Decimal(5))
    assert found({**clean(), "collective": wrong}) == {("COUNT_DIFFERS", "Phụ lục 09", "F16")}
    both = changed(changed(sheet, "counts", "1", done=Decimal(0)), "counts", "total", done=Decimal(5))
    assert found({**clean(), "collective": both}) == {("COUNT_DIFFERS", "Phụ lục 09", "F10")}
