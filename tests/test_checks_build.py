"""What an error blocks, whole or in part; and k planted faults give exactly those k cells."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from places import spot
from sheet_builders import FILE, OFFICERS, at, build, changed, clean, context, found, places, with_policy

from qeval_batch import messages
from qeval_batch.checks.build import REGISTERED
from qeval_batch.checks.registry import registered
from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.model.submission import INVALID, SheetData

WHO = "CB0002"
D = Decimal


BROKEN = "BLOCK_MISSING"              # an error of reading in the sheet's structure
CELL = "CELL_NOT_NUMBER"              # one in a cell


def reading(part: Part, sheet: str | None = None, officer: str | None = None, cell: str | None = None,
            code: str = CELL, file: str | None = FILE):
    return [finding(code, Where(part, "DV001", officer, file, sheet, spot(file, sheet, cell) if cell else None))]


@pytest.mark.parametrize(("found_before", "collective", "sheets"), [
    ([], True, set(OFFICERS)),
    (reading(Part.OFFICER, WHO, WHO), True, {"CB0001", "CB0003"}),
    (reading(Part.OFFICER, None, WHO, file=None), True, {"CB0001", "CB0003"}),
    (reading(Part.OFFICER, WHO), True, {"CB0001", "CB0003"}),
    (reading(Part.OFFICER, WHO, WHO, file="inbox/khac.xlsx"), True, set(OFFICERS)),
    (reading(Part.OFFICER, WHO, WHO, code="SELF_ANSWER_BLANK"), True, set(OFFICERS)),
    (reading(Part.COLLECTIVE, "Phụ lục 09"), False, set(OFFICERS)),
    (reading(Part.FILE), False, set()),
    (reading(Part.PROPOSAL, "Tổng hợp"), True, set(OFFICERS)),
    (reading(Part.DOSSIER, "Hồ sơ"), True, set(OFFICERS)),
])
def test_an_error_of_reading_blocks_what_it_stands_in(found_before, collective, sheets):
    record, findings = build(clean(), reading=found_before)
    assert (record.collective is not None, set(record.sheets)) == (collective, sheets)
    assert findings == [] and record.received_sheets == set(OFFICERS)
    assert len(record.dossier) == 13


def test_two_versions_of_a_sheet_count_as_received():
    sheets = [item for key, item in clean().items() if key != WHO]
    record, _ = build(sheets, reading=reading(Part.OFFICER, WHO, WHO))
    assert WHO in record.received_sheets and WHO not in record.sheets
    record, _ = build([item for item in sheets if item.sheet != "collective"],
                      reading=reading(Part.COLLECTIVE, "Phụ lục 09"))
    assert record.collective_received and record.collective is None


def test_a_warning_about_a_sheet_is_no_arrival():
    said = reading(Part.OFFICER, WHO, WHO, code="SELF_ANSWER_BLANK") + reading(Part.PROPOSAL, "Tổng hợp", "CB0777")
    record, _ = build([item for key, item in clean().items() if key != WHO], reading=said)
    assert record.received_sheets == {"CB0001", "CB0003"}


def test_what_did_not_arrive_was_not_received():
    record, findings = build([item for key, item in clean().items() if key not in (WHO, "collective")])
    assert record.received_sheets == {"CB0001", "CB0003"} and not record.collective_received and findings == []


def test_a_cell_with_an_error_of_reading_gets_no_second_one():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 1, assigned=None)
    place = sheets[WHO].rows("products")[1].at.cell("assigned").a1
    assert found(sheets, reading=reading(Part.OFFICER, WHO, WHO, place)) == set()
    assert found(sheets, reading=reading(Part.OFFICER, WHO, WHO, place, code="SELF_ANSWER_BLANK")) != set()


def _without(sheet: SheetData, *blocks: str) -> SheetData:
    return replace(sheet, blocks={key: () if key in blocks else rows for key, rows in sheet.blocks.items()})


@pytest.mark.parametrize(("key", "block", "part"), [
    ("collective", "tasks", Part.COLLECTIVE), (WHO, "general", Part.OFFICER), (WHO, "axes", Part.OFFICER),
    (WHO, "products", Part.OFFICER), (WHO, "self", Part.OFFICER)])
def test_what_reading_missed_is_not_told_again_as_absent(key, block, part):
    sheets = clean()
    sheets[key] = _without(sheets[key], block)
    said = reading(part, sheets[key].name, sheets[key].officer, code=BROKEN)
    record, findings = build(sheets, reading=said)
    assert findings == []
    assert (record.collective is None) is (key == "collective") and (WHO in record.sheets) is (key == "collective")
    # Where reading has no complaint, what is absent is absent.
    assert build(sheets)[1] != []


def test_a_sheet_of_which_nothing_was_read_is_blocked_without_more():
    sheets = clean() | {WHO: SheetData("phu-luc-05", "officer", WHO, WHO, {})}
    record, findings = build(sheets, reading=reading(Part.OFFICER, WHO, WHO, code="SHEET_DAMAGED"))
    assert findings == [] and WHO not in record.sheets and WHO in record.received_sheets


def test_what_a_record_cannot_do_without_is_an_error_of_its_own():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 1, deadline=INVALID)
    record, findings = build(sheets)
    assert [(item.code, item.where.officer, item.where.a1) for item in findings] == [("SHEET_UNSOUND", WHO, None)]
    assert dict(findings[0].params)["what"] == "Thời hạn"
    assert WHO not in record.sheets


def test_no_sheets_at_all():
    record, findings = build([])
    assert findings == [] and (record.collective, record.sheets, record.proposals, record.dossier) == (None, {}, {}, ())


def test_a_form_that_is_no_longer_there_does_not_stop_the_batch():
    sheets = clean()
    sheets[WHO] = replace(sheets[WHO], form="phu-luc-99")
    record, findings = build(sheets)
    assert set(record.sheets) == {"CB0001", "CB0003"} and [item.code for item in findings] == ["SHEET_UNSOUND"]


def test_sheets_in_any_order_give_the_same():
    sheets = _with_faults(range(0, len(PLANTED), 3))[0]
    listed = list(sheets.values())
    first = build(listed)
    for seed in range(4):
        random.Random(seed).shuffle(listed)
        assert build(listed) == first


# --- k planted faults ---------------------------------------------------------------------------------------------------
# Sheet, block, row, fields, and the finding they must give; no two in one row, so that none can hide another.
PLANTED = [
    ("collective", "tasks", 0, {"status": None}, "ROW_REQUIRED_BLANK", "status"),
    ("collective", "tasks", 1, {"status": "late"}, "TASK_STATUS_DATES", "status"),
    ("collective", "tasks", 2, {"in_charge": ("CB9999",)}, "TASK_OFFICER_UNKNOWN", "in_charge"),
    ("collective", "tasks", 3, {"completed": None}, "ROW_DONE_WITHOUT_DATE", "completed"),
    ("collective", "tasks", 4, {"key": True}, "ROW_RESPONSE_BLANK", "response"),
    ("collective", "status", 0, {"remedied": None}, "COLLECTIVE_ANSWER_BLANK", "remedied"),
    ("CB0001", "products", 0, {"assigned": D(0)}, "PRODUCT_ASSIGNED", "assigned"),
    ("CB0001", "products", 1, {"done": None}, "PRODUCT_DONE_BLANK", "done"),
    ("CB0001", "products", 2, {"progress_pct": D(50)}, "PRODUCT_PROGRESS_GIVEN", "progress_pct"),
    ("CB0001", "products", 3, {"quality_pct": None}, "PRODUCT_PERCENT_BLANK", "quality_pct"),
    ("CB0001", "products", 4, {"task_code": "NV77"}, "PRODUCT_TASK_UNKNOWN", "task_code"),
    ("CB0001", "general", "1.1", {"met": False}, "GENERAL_NEITHER", "met"),
    ("CB0001", "general", "2.4", {"not_met": True}, "GENERAL_BOTH", "met"),
    ("CB0002", "axes", "3", {"none_arising": True}, "AXIS_NONE_ARISING_WITH_PRODUCTS", "none_arising"),
    ("CB0002", "self", 0, {"self_level": None}, "ROW_REQUIRED_BLANK", "self_level"),
    ("CB0002", "products", 5, {"completed": date(2026, 10, 2), "deadline": date(2026, 9, 30), "progress_pct": D(70)},
     "ROW_COMPLETED_AFTER_QUARTER", "completed"),
    ("CB0003", "header", 0, {"full_name": "Tên khác"}, "OFFICER_NAME_DIFFERS", "full_name"),
    ("CB0003", "products", 0, {"cause": "Mưa lũ"}, "ROW_EXCUSE_NOT_NEEDED", "cause"),
    ("CB0003", "axes", "total_ab", {"points": D(50)}, "SCORE_DIFFERS", "points"),
    ("proposal", "officers", "CB0003", {"unit_level": "1"}, "PROPOSAL_REASON_LEVEL", "reason"),
    ("dossier", "parts", "4:2", {"paper": False}, "DOSSIER_PAPER_MISSING", "paper"),
]


def _with_faults(which) -> tuple[dict[str, SheetData], set[tuple[str, str, str]]]:
    sheets, expected = clean(), set()
    for number in which:
        key, block, row, values, code, field = PLANTED[number]
        sheets[key] = changed(sheets[key], block, row, **values)
        expected |= at(sheets[key], block, row, (code, field))
    return sheets, expected


@pytest.mark.parametrize("seed", range(40))
def test_planted_faults_are_found_each_at_its_cell_and_no_other(seed):
    chance = random.Random(seed)
    sheets, expected = _with_faults(sorted(chance.sample(range(len(PLANTED)), chance.randint(1, len(PLANTED)))))
    assert found(sheets) == expected


def test_all_planted_faults_at_once():
    sheets, expected = _with_faults(range(len(PLANTED)))
    assert found(sheets) == expected and len(expected) == len(PLANTED)


# --- The register -------------------------------------------------------------------------------------------------------
def test_every_code_has_words_with_no_slot_left_open():
    sheets, _ = _with_faults(range(len(PLANTED)))
    for item in build(sheets)[1]:
        assert "{" not in messages.message(item)
    for entry in registered():
        assert set(entry.codes) <= set(messages.catalogue()), entry.function.__name__


@pytest.mark.parametrize(("key", "block", "row", "values", "text"), [
    ("collective", "tasks", 1, {"completed": date(2026, 9, 20)},
     ("Tình trạng của nhiệm vụ NV02 ghi «Hoàn thành đúng hạn», nhưng ngày hoàn thành 20/09/2026 so với thời hạn "
     "15/09/2026 là «Hoàn thành chậm». Sửa tình trạng hoặc sửa ngày cho khớp nhau.")),
    ("collective", "tasks", 1, {"code": None}, ("Cột «Mã nhiệm vụ» của nhiệm vụ ở dòng {row} để trống. Điền cột này; "
     "đây là thông tin bắt buộc.")),
    (WHO, "products", 1, {"progress_pct": D("72.50")},
     ("Cột «C Tiến độ %» của sản phẩm ở dòng {row} ghi 72,5, nhưng sản phẩm đủ số lượng ngày 10/09/2026, không quá thời hạn "
     "15/09/2026, nên tiến độ là 100. Để trống cột này; nếu thực tế chậm hoặc thiếu thì sửa ngày hoặc số lượng hoàn thành.")),
    (WHO, "products", 1, {"leadership_pct": None},
     "Cột «D Lãnh đạo %» của sản phẩm ở dòng {row} để trống trong khi sản phẩm đã có kết quả. Ghi số từ 0 đến 100."),
])
def test_messages_name_row_label_and_figures(key, block, row, values, text):
    sheets = clean()
    sheets[key] = changed(sheets[key], block, row, **values)
    number = sheets[key].rows(block)[row].at.row
    found_here = [item for item in build(sheets)[1] if item.code != "PRODUCT_TASK_UNKNOWN"]
    assert [messages.message(item) for item in found_here] == [text.replace("{row}", str(number))]


def test_every_check_says_what_it_promises_and_is_registered_once():
    functions = [entry.function for entry in registered()]
    assert len(functions) == len(set(functions)) and REGISTERED
    assert all(item.__doc__ for item in functions)


def test_findings_come_in_order_and_only_once():
    sheets, _ = _with_faults(range(len(PLANTED)))
    keys = [item.sort_key for item in build(sheets)[1]]
    assert all(first < second for first, second in pairwise(keys))


def test_policy_of_the_run_is_the_one_that_is_asked():
    ctx = context(spec=with_policy(score__axes_points={"30+70": 71, "100": 100}))
    assert {code for code, *_ in places(build(clean(), ctx)[1])} == {"AXIS_POINTS_TOTAL"}
