"""The first sheet of an annotated copy: what to mend, each line leading to its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qeval_batch import messages
from qeval_batch.core.cells import column_letter
from qeval_batch.core.say import say
from qeval_batch.core.text import writable
from qeval_batch.model.findings import Severity
from qeval_batch.render.tables.columns import Column, place_of
from qeval_batch.render.tables.measure import LINE, lines
from qeval_batch.workbook.review import MARK

SHEET = "Cần sửa"
FILLS: Mapping[Severity, str] = {Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C", Severity.NOTE: "DDEBF7"}
_FONT, _SIZE, _HEAD_FILL, _LINK = "Times New Roman", 12, "E7EBF3", "0563C1"
_TALLEST = 400                     # points; Excel stops at 409
_PADDING = 5
_MAX_TEXT = 2_000                  # characters of one text; a cell's height ends far before


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


_SEVERITY, _SHEET, _CELL = "Mức độ", "Trang tính", "Ô"
COLUMNS: tuple[Column[Mark], ...] = (
    Column("STT", 6, "center", of=lambda mark: str(mark.number)),
    Column(_SEVERITY, 11, "center", of=lambda mark: messages.words()["severity"][mark.severity.value]),
    Column(_SHEET, 16, "center", of=lambda mark: mark.sheet or "—"),
    Column(_CELL, 8, "center", of=lambda mark: mark.cell or ""),
    Column("Cán bộ", 20, of=lambda mark: mark.officer),
    Column("Vấn đề", 54, of=lambda mark: mark.what[:_MAX_TEXT]),
    Column("Cách sửa", 46, of=lambda mark: mark.cure[:_MAX_TEXT]))


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
        cell.value = writable(value)
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
    total = sum(column.width for column in COLUMNS)
    for place, column in enumerate(COLUMNS, start=1):
        page.column_dimensions[column_letter(place)].width = column.width
    for place, text in enumerate(MARK, start=1):
        put(page.cell(1, place), text)
    page.row_dimensions[1].hidden = True
    row = 2
    for text, bold, size in _head(marks, cover):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(COLUMNS))
        cell = page.cell(row, 1)
        put(cell, text)
        cell.font = Font(name=_FONT, size=size, bold=bold)
        cell.alignment = centre if row == 2 else left
        page.row_dimensions[row].height = _height(lines(text, total, size, bold), size)
        row += 1
    header = row
    for place, column in enumerate(COLUMNS, start=1):
        cell = page.cell(row, place)
        put(cell, column.title)
        cell.font, cell.alignment, cell.border = Font(name=_FONT, size=_SIZE, bold=True), centre, frame
        cell.fill = PatternFill("solid", fgColor=_HEAD_FILL)
    severity = place_of(COLUMNS, _SEVERITY) + 1
    linked = [place_of(COLUMNS, title) + 1 for title in (_SHEET, _CELL)]
    for mark in marks:
        row += 1
        height = 1
        for place, column in enumerate(COLUMNS, start=1):
            cell, text = page.cell(row, place), str(column.of(mark))
            put(cell, text)
            cell.font, cell.border = Font(name=_FONT, size=_SIZE), frame
            cell.alignment = left if column.kind == "text" else centre
            height = max(height, lines(text, column.width, _SIZE))
        page.cell(row, severity).fill = PatternFill("solid", fgColor=FILLS[mark.severity])
        for place in linked if mark.number in links else ():
            cell = page.cell(row, place)
            if cell.value:
                cell.hyperlink = Hyperlink(ref=cell.coordinate, location=links[mark.number])
                cell.font = Font(name=_FONT, size=_SIZE, color=_LINK, underline="single")
        page.row_dimensions[row].height = _height(height, _SIZE)
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


def _height(count: int, size: float) -> float:
    return float(min(round(count * size * LINE + _PADDING, 1), _TALLEST))


def _set_up(page: Any, header: int, last: int) -> None:
    """A4 across, one page wide, header repeated, page numbers: the list can be printed and ticked off."""
    page.page_setup.paperSize, page.page_setup.orientation = page.PAPERSIZE_A4, "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{header}:{header}"
    page.print_area = f"A2:{column_letter(len(COLUMNS))}{last}"
    page.oddFooter.center.text = "&P/&N"
    page.sheet_view.showGridLines = False
