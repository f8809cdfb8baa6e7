"""The faults of the fictional inbox: which unit stumbles how, and the bytes and answers that do it.

Each planted fault is told to whoever runs the demo, so that what the batch finds can be held against it.
"""

from __future__ import annotations

import copy
import enum
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from qeval_batch.demo.answers import UnitAnswers


class Fault(enum.StrEnum):
    """What is planted; the value is what the summary says of it."""

    SILENT = "không gửi gì"
    TRUNCATED = "tệp bị cắt cụt khi tải"
    LAST_QUARTER = "gửi lại biểu của quý trước"
    BLANK = "gửi lại biểu còn trống"
    CELLS = "có ô ngoài khoảng, ô ghi phần trăm dạng 0,85, ô để trống"
    TWO_VERSIONS = "phiếu của một cán bộ gửi hai bản khác nhau"
    FORGED = "thêm một tệp có dấu nhận dạng không phải của ta"
    DUPLICATE = "gửi trùng một tệp"
    TYPED = "tự gõ số 8,5 và ngày dạng chữ (đọc được, không phải lỗi)"
    FOREIGN = "tệp không phải biểu của chương trình"
    HOSTILE = "tệp nhỏ cố làm treo máy"


# By the unit's number; the demo of any size meets them in its first twenty units.
FAULT_OF_UNIT: Mapping[int, Fault] = {
    0: Fault.DUPLICATE, 3: Fault.TYPED, 8: Fault.TWO_VERSIONS, 10: Fault.FORGED, 11: Fault.CELLS,
    13: Fault.TRUNCATED, 16: Fault.LAST_QUARTER, 17: Fault.SILENT, 18: Fault.BLANK,
}
_SILENT_EVERY, _SILENT_AT = 53, 40


def fault_of(index: int) -> Fault | None:
    """The fault planted at the unit with this number; in a big province a few more units stay silent."""
    return FAULT_OF_UNIT.get(index) or (Fault.SILENT if index % _SILENT_EVERY == _SILENT_AT else None)


@dataclass(frozen=True)
class Planted:
    """One planted fault: its kind, where it lies (file under inbox/, or the unit that sent nothing)."""

    fault: Fault
    where: str

    def __str__(self) -> str:
        return f"{self.where}: {self.fault.value}"


def spoil_cells(answers: UnitAnswers) -> tuple[UnitAnswers, tuple[str, ...]]:
    """The answers with three faulty cells in the sheet of one deputy and one in that of the next; their ids."""
    spoiled = copy.deepcopy(answers)
    officers = [officer for sheet, officer in spoiled if sheet == "officer" and officer]
    one, two = officers[1:3]
    first = spoiled["officer", one]["products"]
    first[0]["quality_pct"] = 150
    first[1]["leadership_pct"] = Decimal("0.85")
    first[2]["deadline"] = None
    spoiled["officer", two]["products"][0]["done"] = None
    return spoiled, (one, two)


def second_version(answers: UnitAnswers, officer: str) -> UnitAnswers:
    """Only the sheet of ``officer``, with better figures than in the first version."""
    sheet: dict[str, list[dict[str, Any]]] = copy.deepcopy(answers["officer", officer])
    for row in sheet["products"]:
        if row["quality_pct"] is not None:
            row["quality_pct"] = min(100, row["quality_pct"] + 5)
    return {("officer", officer): sheet}


def truncated(data: bytes) -> bytes:
    """The first two thirds of a workbook, as an interrupted download leaves it."""
    return data[:len(data) * 2 // 3]


def foreign_workbook(created: datetime) -> bytes:
    """A workbook of somebody else's: a meeting calendar, no stamp."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": created.replace(tzinfo=None)})
        sheet = book.add_worksheet("Lịch họp")
        sheet.write_row(0, 0, ["Ngày", "Nội dung", "Địa điểm"])
        sheet.write_row(1, 0, ["Thứ Hai", "Giao ban tuần", "Phòng họp số 1"])
    return buffer.getvalue()


_HOSTILE: Mapping[str, str] = {
    "[Content_Types].xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'),
    "_rels/.rels": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'),
    "xl/workbook.xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'),
    "xl/_rels/workbook.xml.rels": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'),
    # Two cells at the far corners: a reader that lays the area out in memory dies of it.
    "xl/worksheets/sheet1.xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        '</sheetData></worksheet>'),
}


def hostile_workbook() -> bytes:
    """Two kilobytes that ask a careless reader for seventeen thousand million cells."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _HOSTILE.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
