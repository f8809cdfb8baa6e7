"""The first sheet of an annotated copy: what to mend, each line leading to its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qeval_batch import messages
from qeval_batch.core.cells import column_letter
from qeval_batch.core.say import say
from qeval_batch.model.findings import Severity
from qeval_batch.render.tables.measure import LINE, lines
from qeval_batch.workbook.review import MARK

SHEET = "Cần sửa"
FILLS: Mapping[Severity, str] = {Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C", Severity.NOTE: "DDEBF7"}
_COLUMNS = (("STT", 6), ("Mức độ", 11), ("Trang tính", 16), ("Ô", 8), ("Cán bộ", 20), ("Vấn đề", 54), ("Cách sửa", 46))
_TEXT_COLUMNS = (5, 6, 7)
_FONT, _SIZE, _HEAD_FILL, _LINK = "Times New Roman", 12, "E7EBF3", "0563C1"
_TALLEST = 400                     # points; Excel stops at 409
_PADDING = 5
_MAX_TEXT = 2_000                  # characters of one text; a cell's height ends far before
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Mark:
    """One finding as the copy tells it. ``sheet`` and ``cell`` are None where it concerns the file or the sheet whole."""

    number: int
    severity: Severity
    officer: str
    sheet: str | None
    cell: str | None
    what: str
    cure: str


@dataclass(frozen=True)
class Cover:
    """What the first sheet says above its list."""

    unit: str
    period: str
    file: str
    created: datetime


def put(cell: Any, value: Any) -> None:
    """A value as it is: text stays text, whatever it begins with; what XML cannot hold is left out."""
    if isinstance(value, str):
        cell.value = _UNWRITABLE.sub("", value)
        cell.data_type = "s"
    else:
        cell.value = value


def write_list(book: Any, marks: Sequence[Mark], links: Mapping[int, str], cover: Cover) -> None:
    """Put the list before every other sheet. ``links``: a mark's number -> its cell as a link names it."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.worksheet.hyperlink import Hyperlink

    page = book.create_sheet(SHEET, 0)
    frame = Border(**{side: Side(style="thin", color="7F7F7F") for side in ("left", "right", "top", "bottom")})
    centre = Alignment(horizontal="center", vertical="center", wrap_text=True)
    left = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    widths = [width for _, width in _COLUMNS]
    for column, (_, width) in enumerate(_COLUMNS, start=1):
        page.column_dimensions[column_letter(column)].width = width
    for column, text in enumerate(MARK, start=1):
        put(page.cell(1, column), text)
    page.row_dimensions[1].hidden = True
    row = 2
    for text, bold, size in _head(marks, cover):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_COLUMNS))
        cell = page.cell(row, 1)
        put(cell, text)
        cell.font = Font(name=_FONT, size=size, bold=bold)
        cell.alignment = centre if row == 2 else left
        page.row_dimensions[row].height = _height(lines(text, sum(widths), size, bold), size)
        row += 1
    header = row
    for column, (title, _) in enumerate(_COLUMNS, start=1):
        cell = page.cell(row, column)
        put(cell, title)
        cell.font, cell.alignment, cell.border = Font(name=_FONT, size=_SIZE, bold=True), centre, frame
        cell.fill = PatternFill("solid", fgColor=_HEAD_FILL)
    for mark in marks:
        row += 1
        texts = _line(mark)
        for column, text in enumerate(texts, start=1):
            cell = page.cell(row, column)
            put(cell, text)
            cell.font, cell.border = Font(name=_FONT, size=_SIZE), frame
            cell.alignment = left if column in _TEXT_COLUMNS else centre
        page.cell(row, 2).fill = PatternFill("solid", fgColor=FILLS[mark.severity])
        for column in (3, 4) if mark.number in links else ():
            cell = page.cell(row, column)
            if cell.value:
                cell.hyperlink = Hyperlink(ref=cell.coordinate, location=links[mark.number])
                cell.font = Font(name=_FONT, size=_SIZE, color=_LINK, underline="single")
        count = max(lines(text, width, _SIZE) for text, width in zip(texts, widths, strict=True))
        page.row_dimensions[row].height = _height(count, _SIZE)
    page.freeze_panes = page.cell(header + 1, 1)
    _set_up(page, header, row)


def _head(marks: Sequence[Mark], cover: Cover) -> list[tuple[str, bool, int]]:
    words = messages.words()["severity"]
    counts = {severity: sum(mark.severity is severity for mark in marks) for severity in FILLS}
    told = "; ".join(f"{words[severity.value].lower()}: {number}" for severity, number in counts.items() if number)
    review_only = say("replies.list.only_to_look")
    legend = say("replies.list.how_to_read", error=words["error"], warning=words["warning"], note=words["note"])
    return [(say("replies.list.title", period=cover.period.upper()), True, 14),
            (say("replies.list.cover", unit=cover.unit, file=cover.file, items=told), False, _SIZE),
            (review_only, True, _SIZE), (legend, False, _SIZE)]


def _line(mark: Mark) -> tuple[str, ...]:
    return (str(mark.number), messages.words()["severity"][mark.severity.value], mark.sheet or "—", mark.cell or "",
            mark.officer, mark.what[:_MAX_TEXT], mark.cure[:_MAX_TEXT])


def _height(count: int, size: float) -> float:
    return float(min(round(count * size * LINE + _PADDING, 1), _TALLEST))


def _set_up(page: Any, header: int, last: int) -> None:
    """A4 across, one page wide, header repeated, page numbers: the list can be printed and ticked off."""
    page.page_setup.paperSize, page.page_setup.orientation = page.PAPERSIZE_A4, "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{header}:{header}"
    page.print_area = f"A2:{column_letter(len(_COLUMNS))}{last}"
    page.oddFooter.center.text = "&P/&N"
    page.sheet_view.showGridLines = False
