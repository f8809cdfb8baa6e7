"""A plain table sheet (the roster's): found by its name and header labels, what is missing said by code."""

from __future__ import annotations

import datetime
import io

import xlsxwriter
from read_builders import spec

from qeval_batch import messages
from qeval_batch.model.findings import Part
from qeval_batch.model.submission import INVALID
from qeval_batch.spreadsheet.grid import open_grid
from qeval_batch.workbook.read import read_table_sheet

_HEADER = ["Mã", "Họ và tên", "Ngày sinh", "Mã đơn vị", "Người đứng đầu (x)", "Mức quý trước"]


def _read(sheet_id: str, pages: dict[str, list[list[object]]]):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in pages.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    form = spec().forms["danh-muc"].sheet(sheet_id)
    return read_table_sheet(open_grid(target.getvalue()), form, spec(), "danh-muc.xlsx")


def _codes(findings, *codes):
    return [(item.code, dict(item.params).get("label")) for item in findings if item.code in codes]


def test_rows_with_their_cells_below_a_header_anywhere_in_the_first_rows():
    data, findings = _read("officers", {"  CÁN BỘ ": [
        [], ["Danh mục cán bộ"], [], _HEADER,
        [" cb0001", "Nguyễn Văn Thử", datetime.date(1975, 3, 2), "dv031", "x", "HTT"], [],
        ["CB0002", "Trần Thị Mẫu", "2/3/1976", "DV031", None, None]]})
    rows = data.rows("officers")
    assert [row["officer"] for row in rows] == ["CB0001", "CB0002"] and [row.at.row for row in rows] == [5, 7]
    assert rows[0]["birth_date"] == datetime.date(1975, 3, 2) and rows[0]["head"] is True and rows[0]["previous_level"] == "2"
    assert rows[1]["birth_date"] == datetime.date(1976, 3, 2) and rows[1]["head"] is False
    assert rows[1].at.cell("unit").a1 == "D7" and rows[0]["group"] is None
    absent = _codes(findings, "TABLE_COLUMN_ABSENT")
    assert ("TABLE_COLUMN_ABSENT", "Nhóm tương đồng") in absent and len(findings) == len(absent)
    fields = spec().forms["danh-muc"].sheet("officers").blocks[0].fields
    assert len(absent) == len(fields) - len(_HEADER)
    assert not any(messages.is_error(item) for item in findings)


def test_missing_sheet_column_and_header():
    data, findings = _read("officers", {"Khác": [["x"]]})
    assert [item.code for item in findings] == ["TABLE_SHEET_MISSING"] and data.blank and data.rows("officers") == ()
    _, findings = _read("officers", {"Cán bộ": [[label for label in _HEADER if label != "Mã đơn vị"], ["CB1"]]})
    assert _codes(findings, "TABLE_COLUMN_MISSING") == [("TABLE_COLUMN_MISSING", "Mã đơn vị")]
    assert all(messages.is_error(item) for item in findings if item.code == "TABLE_COLUMN_MISSING")
    data, findings = _read("officers", {"Cán bộ": [[]] * 10 + [_HEADER, ["CB1", "A"]]})     # the eleventh row
    assert {label for _, label in _codes(findings, "TABLE_COLUMN_MISSING")} == {"Mã", "Họ và tên", "Mã đơn vị"}
    assert len(findings) == 3 and data.blank
    data, findings = _read("officers", {"Cán bộ": []})
    assert len(findings) == 3 and data.blank


def test_a_column_twice_and_a_short_table():
    data, findings = _read("days_off", {"Ngày nghỉ": [["Ngày", "Lý do", "Lý do"], [46268, "Lễ", "khác"]]})
    assert _codes(findings, "TABLE_COLUMN_TWICE") == [("TABLE_COLUMN_TWICE", "Lý do")] and findings[0].where.a1 == "C1"
    assert data.rows("days")[0]["name"] == "Lễ"


def test_findings_name_the_person_and_unit_of_their_row():
    data, findings = _read("officers", {"Cán bộ": [_HEADER, ["CB1", "A", "hôm nào", "DV1", "có", "HTT"], ["CB2", "B", "", "DV1"]]})
    cells = [(item.code, item.where.officer, item.where.unit, item.where.a1, item.where.part)
             for item in findings if item.code.startswith("CELL")]
    assert cells == [("CELL_LEFT_OUT", "CB1", "DV1", "C2", Part.ROSTER), ("CELL_NOT_MARK", "CB1", "DV1", "E2", Part.ROSTER)]
    assert data.rows("officers")[0]["birth_date"] is INVALID
