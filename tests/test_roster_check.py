"""Each fault of danh-muc.xlsx that concerns one unit, person or group: its code, at its cell, and whom it blocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from roster_builders import PERIOD, Tables, cell, day, load, spec, tables

from qeval_batch import messages
from qeval_batch.model.findings import Part

UNITS, OFFICERS, GROUPS, CHANGES = "Đơn vị", "Cán bộ", "Nhóm tương đồng", "Biến động"
Change = Callable[[Tables], object]


def _set(sheet: str, row: int, label: str, value: object) -> Change:
    return lambda made: made[sheet][row].__setitem__(label, value)


def _add_change(*rows: dict[str, object]) -> Change:
    return lambda made: made[CHANGES].extend(dict(row) for row in rows)


def _both(*changes: Change) -> Change:
    return lambda made: [change(made) for change in changes]


def _event(kind: str, start: str | None, end: str | None = None, officer: str = "CB0101", **more: object) -> dict[str, object]:
    return {"Mã cán bộ": officer, "Loại": kind, "Từ ngày": day(start) if start else None,
            "Đến ngày": day(end) if end else None, **more}


TRAINING, LEAVE, FIRST, MOVED = "Đào tạo tập trung", "Nghỉ ốm, thai sản", "Bổ nhiệm lần đầu", "Chuyển công tác"
# The sample has one change (row 0); what a case adds stands from row 1 on.
CASES: list[tuple[str, Change, list[tuple[str, str, str]], set[str]]] = [
    ("unit without a name", _set(UNITS, 1, "Tên", " "),
     [("ROSTER_UNIT_NAME_MISSING", UNITS, cell(UNITS, 1, "Tên"))], set()),
    ("unit without a block", _set(UNITS, 0, "Khối", None),
     [("ROSTER_UNIT_BLOCK", UNITS, cell(UNITS, 0, "Khối")),
      *(("ROSTER_UNIT_UNCLEAR", OFFICERS, cell(OFFICERS, row, "Mã đơn vị")) for row in range(3))],
     {"CB0101", "CB0102", "CB0103"}),
    ("unit with an unknown block", _set(UNITS, 0, "Khối", "Khối Mặt Trăng"),
     [("CELL_NOT_IN_LIST", UNITS, cell(UNITS, 0, "Khối")),
      *(("ROSTER_UNIT_UNCLEAR", OFFICERS, cell(OFFICERS, row, "Mã đơn vị")) for row in range(3))],
     {"CB0101", "CB0102", "CB0103"}),
    ("unit without officers", lambda made: made[UNITS].append({"Mã": "DV99", "Tên": "Trống", "Khối": "Khối các cơ quan Đảng"}),
     [("ROSTER_UNIT_EMPTY", UNITS, cell(UNITS, 4, "Mã"))], set()),
    ("parents in a circle", _both(_set(UNITS, 0, "Cấp trên", "DV02"), _set(UNITS, 1, "Cấp trên", "DV01")),
     [("ROSTER_UNIT_PARENT_LOOP", UNITS, cell(UNITS, 0, "Cấp trên")),
      ("ROSTER_UNIT_PARENT_LOOP", UNITS, cell(UNITS, 1, "Cấp trên"))], set()),
    ("no head", _set(OFFICERS, 0, "Người đứng đầu (x)", None),
     [("ROSTER_HEAD_NONE", UNITS, cell(UNITS, 0, "Mã"))], set()),
    ("two heads", _set(OFFICERS, 2, "Người đứng đầu (x)", "X"),
     [("ROSTER_HEAD_TWICE", OFFICERS, cell(OFFICERS, 2, "Người đứng đầu (x)"))], set()),
    ("no head, stated", _both(_set(OFFICERS, 0, "Người đứng đầu (x)", None), _set(OFFICERS, 1, "Trạng thái", "Khác"),
                              _set(OFFICERS, 1, "Số văn bản", "05-QĐ/VD"),
                              _set(OFFICERS, 1, "Kết quả theo văn bản", 2)), [], set()),
    ("nameless", _set(OFFICERS, 1, "Họ và tên", None),
     [("ROSTER_NAME_MISSING", OFFICERS, cell(OFFICERS, 1, "Họ và tên"))], {"CB0102"}),
    ("born in the quarter", _set(OFFICERS, 1, "Ngày sinh", PERIOD.start),
     [("ROSTER_BIRTH_DATE", OFFICERS, cell(OFFICERS, 1, "Ngày sinh"))], set()),
    ("born the day before", _set(OFFICERS, 1, "Ngày sinh", PERIOD.previous().end), [], set()),
    ("unreadable birth date", _set(OFFICERS, 1, "Ngày sinh", "31/02/1976"),
     [("CELL_LEFT_OUT", OFFICERS, cell(OFFICERS, 1, "Ngày sinh"))], set()),
    ("birth year alone", _set(OFFICERS, 1, "Ngày sinh", 1976), [], set()),
    ("birth year shown as a date", _set(OFFICERS, 1, "Ngày sinh", date(1905, 5, 18)), [], set()),
    ("unknown choice", _set(OFFICERS, 1, "Trạng thái", "Tạm nghỉ"),
     [("CELL_NOT_IN_LIST", OFFICERS, cell(OFFICERS, 1, "Trạng thái"))], {"CB0102"}),
    ("no group", _set(OFFICERS, 1, "Nhóm tương đồng", None),
     [("ROSTER_GROUP_MISSING", OFFICERS, cell(OFFICERS, 1, "Nhóm tương đồng"))], set()),
    ("no group, centre's officer", _both(_set(OFFICERS, 1, "Nhóm tương đồng", None),
                                         _set(OFFICERS, 1, "Loại chức danh", "Lãnh đạo chủ chốt diện Trung ương"),
                                         _set(OFFICERS, 1, "Diện quản lý", "BCT-BBT")), [], set()),
    ("excluded without a paper", _set(OFFICERS, 1, "Trạng thái", "Không đánh giá quý"),
     [("ROSTER_STANDING_DOCUMENT", OFFICERS, cell(OFFICERS, 1, "Số văn bản"))], {"CB0102"}),
    ("no group, class C", _both(_set(OFFICERS, 1, "Nhóm tương đồng", None), _set(OFFICERS, 1, "Diện quản lý", "C"),
                                _set(OFFICERS, 1, "Loại chức danh", "Cán bộ thuộc cấp dưới quản lý")), [], set()),
    ("other with a paper and no outcome", _both(_set(OFFICERS, 1, "Trạng thái", "Khác"),
                                                _set(OFFICERS, 1, "Số văn bản", "12-QĐ/VD")),
     [("ROSTER_OUTCOME_MISSING", OFFICERS, cell(OFFICERS, 1, "Kết quả theo văn bản"))], {"CB0102"}),
    ("other with a paper and outcomes", _both(_set(OFFICERS, 1, "Trạng thái", "Khác"),
                                              _set(OFFICERS, 1, "Số văn bản", "12-QĐ/VD"),
                                              _set(OFFICERS, 1, "Kết quả theo văn bản", "2; không đánh giá")), [], set()),
    ("an acting head needs no outcome", _both(_set(OFFICERS, 0, "Trạng thái", "Khác"),
                                              _set(OFFICERS, 0, "Số văn bản", "12-QĐ/VD")), [], set()),
    ("an outcome that is none", _both(_set(OFFICERS, 1, "Trạng thái", "Khác"), _set(OFFICERS, 1, "Số văn bản", "12-QĐ/VD"),
                                      _set(OFFICERS, 1, "Kết quả theo văn bản", "mức 5")),
     [("ROSTER_OUTCOME_UNKNOWN", OFFICERS, cell(OFFICERS, 1, "Kết quả theo văn bản"))], {"CB0102"}),
    ("an outcome nobody uses", _set(OFFICERS, 1, "Kết quả theo văn bản", 2),
     [("ROSTER_OUTCOME_UNUSED", OFFICERS, cell(OFFICERS, 1, "Kết quả theo văn bản"))], set()),
    ("one person under two ids", _both(_set(OFFICERS, 4, "Họ và tên", "Trần  thử nghiệm BÌNH"),
                                       _set(OFFICERS, 4, "Ngày sinh", day("1976-08-02"))),
     [("ROSTER_PERSON_TWICE", OFFICERS, cell(OFFICERS, 4, "Họ và tên"))], set()),
    ("one name, two birthdays", _set(OFFICERS, 4, "Họ và tên", "Trần Thử Nghiệm Bình"), [], set()),
    ("a blank unit", _set(OFFICERS, 4, "Mã đơn vị", None),
     [("ROSTER_OFFICER_UNIT", OFFICERS, cell(OFFICERS, 4, "Mã đơn vị"))], {"CB0202"}),
    ("a unit that does not exist", _set(OFFICERS, 4, "Mã đơn vị", "DV77"),
     [("ROSTER_REFERENCE", OFFICERS, cell(OFFICERS, 4, "Mã đơn vị"))], {"CB0202"}),
    ("a parent that does not exist", _set(UNITS, 1, "Cấp trên", "DV77"),
     [("ROSTER_UNIT_PARENT", UNITS, cell(UNITS, 1, "Cấp trên"))], set()),
    ("an id with an inner space", _set(OFFICERS, 4, "Mã", "CB 0202"),
     [("ROSTER_ID_UNUSABLE", OFFICERS, cell(OFFICERS, 4, "Mã"))], {"CB0202"}),
    ("a row without an id", lambda made: made[OFFICERS].append({"Họ và tên": "Đặng Ví Dụ Yến", "Mã đơn vị": "DV01"}),
     [("ROSTER_ID_MISSING", OFFICERS, cell(OFFICERS, 14, "Mã"))], set()),
    ("where a discipline happened", _add_change({**_event("Kỉ luật", "2026-08-01"), "Đơn vị xảy ra": "DV02"}), [], set()),
    ("where it cannot have happened", _add_change({**_event("Kỷ luật", "2026-08-01"), "Đơn vị xảy ra": "DV77"}),
     [("ROSTER_CHANGE_PLACE", CHANGES, cell(CHANGES, 1, "Đơn vị xảy ra"))], {"CB0101"}),
    *((f"{kind} names the way", _add_change(_event(kind, "2026-07-01", "2026-09-30")),
       [("ROSTER_CHANGE_BY_HAND", CHANGES, cell(CHANGES, 1, "Loại"))], {"CB0101"})
      for kind in ("Nghỉ không lương", "Nghỉ không hưởng lương", "Biệt phái", "Nghỉ hưu", "Từ trần")),
    ("retired before the quarter", _add_change(_event("Biệt phái", "2026-03-01", "2026-06-30")), [], set()),
    ("seconded by document", _both(_set(OFFICERS, 1, "Trạng thái", "Khác"), _set(OFFICERS, 1, "Số văn bản", "12-QĐ/VD"),
                                   _set(OFFICERS, 1, "Kết quả theo văn bản", "Không đánh giá"),
                                   _add_change(_event("Biệt phái", "2026-07-01", officer="CB0102"))), [], set()),
    ("other without a paper", _set(OFFICERS, 1, "Trạng thái", "Khác"),
     [("ROSTER_STANDING_OTHER", OFFICERS, cell(OFFICERS, 1, "Số văn bản"))], {"CB0102"}),
    ("empty group", lambda made: made[GROUPS].append({"Mã": "N99", "Tên": "Nhóm trống"}),
     [("ROSTER_GROUP_EMPTY", GROUPS, cell(GROUPS, 4, "Mã"))], set()),
    ("nameless group", _set(GROUPS, 0, "Tên", None),
     [("ROSTER_GROUP_NAME_MISSING", GROUPS, cell(GROUPS, 0, "Tên"))], set()),
    ("unknown rate", _set(GROUPS, 0, "Tỷ lệ", 30),
     [("ROSTER_RATE_UNKNOWN", GROUPS, cell(GROUPS, 0, "Tỷ lệ"))], set()),
    ("raised rate, no decision", _both(_set(GROUPS, 0, "Tỷ lệ", 25), _set(GROUPS, 0, "Số quyết định", None)),
     [("ROSTER_RATE_DECISION", GROUPS, cell(GROUPS, 0, "Tỷ lệ"))], set()),
    ("raised rate, decided", _both(_set(GROUPS, 0, "Tỷ lệ", 25), _set(GROUPS, 0, "Số quyết định", "07-QĐ/VD")), [], set()),
    ("rate as a fraction asks", _set(GROUPS, 0, "Tỷ lệ", 0.2),
     [("CELL_PERCENT_FRACTION", GROUPS, cell(GROUPS, 0, "Tỷ lệ"))], set()),
    ("does not bind, no decision",
     _both(_set(GROUPS, 0, "Áp dụng tỷ lệ", "Không"), _set(GROUPS, 0, "Số quyết định", None)),
     [("ROSTER_BINDS_DECISION", GROUPS, cell(GROUPS, 0, "Áp dụng tỷ lệ"))], set()),
    ("change of nobody", _add_change(_event(TRAINING, "2026-07-01", "2026-07-20", officer="CB9999")),
     [("ROSTER_CHANGE_OFFICER", CHANGES, cell(CHANGES, 1, "Mã cán bộ"))], set()),
    ("change without its kind", _add_change(_event("", "2026-07-01")),
     [("ROSTER_CHANGE_KIND", CHANGES, cell(CHANGES, 1, "Loại"))], {"CB0101"}),
    ("change without its start", _add_change(_event(TRAINING, None, "2026-08-01")),
     [("ROSTER_CHANGE_START", CHANGES, cell(CHANGES, 1, "Từ ngày"))], {"CB0101"}),
    ("change with an unreadable date", _add_change({**_event(TRAINING, None), "Từ ngày": "tháng bảy"}),
     [("CELL_NOT_DATE", CHANGES, cell(CHANGES, 1, "Từ ngày"))], {"CB0101"}),
    ("dates a PC with American settings exchanged", _add_change(_event(TRAINING, "2026-01-07", "2026-05-09")),
     [("ROSTER_DATE_EXCHANGED", CHANGES, cell(CHANGES, 1, "Từ ngày")),
      ("ROSTER_DATE_EXCHANGED", CHANGES, cell(CHANGES, 1, "Đến ngày"))], set()),
    ("change of an earlier quarter", _add_change(_event(TRAINING, "2026-01-05", "2026-05-20")), [], set()),
    ("change that ends before it starts", _add_change(_event(TRAINING, "2026-08-02", "2026-08-01")),
     [("ROSTER_CHANGE_ORDER", CHANGES, cell(CHANGES, 1, "Đến ngày"))], {"CB0101"}),
    ("change of one day", _add_change(_event(TRAINING, "2026-08-01", "2026-08-01")), [], set()),
    ("the same change twice", _add_change(_event(LEAVE, "2026-07-01", "2026-07-05"), _event(LEAVE, "2026-07-01", "2026-07-05")),
     [("ROSTER_CHANGE_TWICE", CHANGES, cell(CHANGES, 2, "Mã cán bộ"))], set()),
    ("on a course and on leave", _add_change(_event(TRAINING, "2026-07-01", "2026-07-10"), _event(LEAVE, "2026-07-10")),
     [("ROSTER_CHANGE_CONFLICT", CHANGES, cell(CHANGES, 2, "Từ ngày"))], {"CB0101"}),
    ("on leave the day after the course", _add_change(_event(TRAINING, "2026-07-01", "2026-07-10"), _event(LEAVE, "2026-07-11")),
     [], set()),
    ("two overlapping leaves", _add_change(_event(LEAVE, "2026-07-01", "2026-07-10"), _event(LEAVE, "2026-07-05")), [], set()),
    ("first appointed twice", _add_change(_event(FIRST, "2025-07-01"), _event(FIRST, "2026-07-01")),
     [("ROSTER_CHANGE_CONFLICT", CHANGES, cell(CHANGES, 2, "Từ ngày"))], {"CB0101"}),
    ("moved twice in a day", _add_change(_event(MOVED, "2026-07-01", **{"Đơn vị cũ": "DV02"}),
                                         _event(MOVED, "2026-07-01", **{"Đơn vị cũ": "DV03"})),
     [("ROSTER_CHANGE_CONFLICT", CHANGES, cell(CHANGES, 2, "Từ ngày"))], {"CB0101"}),
    ("appointed after the quarter", _add_change(_event(FIRST, "2026-10-01")),
     [("ROSTER_APPOINTMENT_LATE", CHANGES, cell(CHANGES, 1, "Từ ngày"))], {"CB0101"}),
    ("appointed on its last day", _add_change(_event(FIRST, "2026-09-30")), [], set()),
    ("moved from nowhere", _add_change(_event(MOVED, "2026-08-01", **{"Đơn vị cũ": "DV77"})),
     [("ROSTER_FORMER_UNIT", CHANGES, cell(CHANGES, 1, "Đơn vị cũ"))], {"CB0101"}),
    ("moved, former unit unsaid", _add_change(_event(MOVED, "2026-08-01")),
     [("ROSTER_FORMER_UNIT_MISSING", CHANGES, cell(CHANGES, 1, "Đơn vị cũ"))], set()),
    ("moved from where they are", _add_change(_event(MOVED, "2026-08-01", **{"Đơn vị cũ": "DV01"})),
     [("ROSTER_FORMER_UNIT_SAME", CHANGES, cell(CHANGES, 1, "Đơn vị cũ"))], {"CB0101"}),
    ("moved away and back", _add_change(_event(MOVED, "2026-07-01", **{"Đơn vị cũ": "DV01"}),
                                        _event(MOVED, "2026-09-01", **{"Đơn vị cũ": "DV02"})), [], set()),
    ("body that does neither", _set("Cơ quan cho ý kiến", 0, "Vai trò", "Quyết định"),
     [("ROSTER_BODY_ROLE", "Cơ quan cho ý kiến", cell("Cơ quan cho ý kiến", 0, "Vai trò"))], set()),
    ("body typed the old way", _set("Cơ quan cho ý kiến", 0, "Vai trò", "Ý  KIẾN "), [], set()),
    ("day off twice", lambda made: made["Ngày nghỉ"].extend([{"Ngày": day("2026-09-02")}, {"Ngày": day("2026-09-02")}]),
     [("ROSTER_DAY_TWICE", "Ngày nghỉ", cell("Ngày nghỉ", 1, "Ngày"))], set()),
    ("two signers", lambda made: made["Ký"].append(dict(made["Ký"][0])),
     [("ROSTER_SIGNATURE_TWICE", "Ký", cell("Ký", 1, "Văn bản"))], set()),
]


def test_the_sample_has_no_finding(tmp_path):
    roster, findings = load(tmp_path, tables())
    assert findings == []
    assert (len(roster.units), len(roster.officers), len(roster.groups), len(roster.changes)) == (4, 14, 4, 1)


@pytest.mark.parametrize(("change", "expected", "blocked"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_fault_at_its_cell(tmp_path, change, expected, blocked):
    made = tables()
    change(made)
    _, findings = load(tmp_path, made)
    assert sorted((item.code, item.where.sheet, item.where.a1) for item in findings) == sorted(expected)
    assert all(item.where.part is Part.ROSTER and item.where.file == "danh-muc.xlsx" for item in findings)
    assert {item.where.officer for item in findings if item.where.officer and messages.is_error(item)} == blocked
    for item in findings:
        assert "{" not in messages.message(item)


def test_every_code_of_the_roster_is_planted():
    planted = {code for case in CASES for code, _, _ in case[2]}
    assert {code for code in messages.catalogue() if code.startswith("ROSTER_")} - planted == set()


@pytest.mark.parametrize(("typed", "decision", "rate"), [
    (20, None, "0.2"), (25, None, None), (25, "07-QĐ/VD", "0.25"), (30, "07-QĐ/VD", None), (0.25, "07-QĐ/VD", None),
    ("25%", "07-QĐ/VD", "0.25"), ("20", None, "0.2"), (None, None, None)])
def test_a_rate_is_applied_only_as_the_policy_allows(tmp_path, typed, decision, rate):
    made = tables()
    made[GROUPS][0] |= {"Tỷ lệ": typed, "Số quyết định": decision}
    group = load(tmp_path, made)[0].groups["N01"]
    assert (None if group.rate is None else str(group.rate.normalize())) == rate


def test_a_group_is_exempt_only_with_its_decision(tmp_path):
    made = tables()
    made[GROUPS][0] |= {"Áp dụng tỷ lệ": "Không", "Số quyết định": None}
    assert load(tmp_path, made)[0].groups["N01"].binds
    made[GROUPS][0]["Số quyết định"] = "08-QĐ/VD"
    roster, findings = load(tmp_path, made)
    assert not roster.groups["N01"].binds and findings == []


def test_a_finding_names_the_person_and_the_unit(tmp_path):
    made = tables()
    made[CHANGES].append(_event(TRAINING, "2026-08-02", "2026-08-01", officer="cb0302"))
    found = load(tmp_path, made)[1]
    assert [(item.where.unit, item.where.officer) for item in found] == [("DV03", "CB0302")]


def test_a_finding_of_a_change_of_nobody_blames_nobody(tmp_path):
    made = tables()
    made[CHANGES].append({**_event(TRAINING, None, officer="CB9999"), "Từ ngày": "xx"})
    assert {item.where.officer for item in load(tmp_path, made)[1]} == {None}


def test_a_unit_without_a_block_is_still_listed_by_its_annex(tmp_path):
    made = tables()
    made[UNITS][0] |= {"Khối": None, "Phụ lục": "Phụ lục 07"}
    unit = load(tmp_path, made)[0].units["DV01"]
    assert unit.block in {option.code for option in spec().lists["blocks"].options}
    assert unit.block == "xa"
