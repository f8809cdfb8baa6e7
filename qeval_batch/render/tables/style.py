"""The look of every table: one book, one page set-up, one way to write a row. The only xlsxwriter for outputs.

Text is always written as text: nothing a person typed can become a formula or a link. Numbers stay numbers, shown with
the decimal comma of Vietnamese. Only text, not figures, decides how high a row is.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Generic

from qeval_batch.core.decimals import half_up
from qeval_batch.core.text import on_screen
from qeval_batch.render.tables.columns import Column, ColumnKind, Item, TableValue, first_of
from qeval_batch.render.tables.measure import LINE, column_pixels, wrap

FONT = "Times New Roman"
SIZE = 11
_A4 = 9
# Room between the margins of A4, landscape and portrait, a little less than there is: pixels across, points down.
_ROOM = {True: 940, False: 600}
_HEIGHT = {True: 470, False: 710}
_DEFAULT_ROW = 15
_MARGINS = {"left": 0.6, "right": 0.5, "top": 0.75, "bottom": 0.6}
_TALLEST = 370            # points; a longer text goes on in further rows (Excel stops at 409)
_VI = "[$-42A]"           # locale of the number format: decimal comma wherever the program honours it
_NUMBER_FORMATS: Mapping[str, str] = {"integer": "0", "score": f"{_VI}0.00", "percent": f"{_VI}0.00%",
                                      "figure": f"{_VI}0.##"}
_SHADE_HEAD, SHADE_SECTION, SHADE_LOOK, SHADE_GOOD = "#E7EBF3", "#F2F2F2", "#FFF2CC", "#E2F0D9"


@dataclass
class TableBook:
    """One workbook in memory; ``close`` gives its bytes, equal for equal contents."""

    created: datetime
    title: str
    _formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    _target: io.BytesIO = field(default_factory=io.BytesIO)

    def __post_init__(self) -> None:
        import xlsxwriter

        self.workbook = xlsxwriter.Workbook(self._target, {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "default_format_properties": {"font_name": FONT, "font_size": SIZE}})
        # A clock would make two equal runs differ.
        self.workbook.set_properties({"title": self.title, "created": self.created.replace(tzinfo=None)})

    def look(self, **properties: Any) -> Any:
        """A cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": FONT, "font_size": SIZE, "valign": "vcenter", "text_wrap": True}
            self._formats[key] = self.workbook.add_format({**base, **properties})
        return self._formats[key]

    def page(self, name: str, columns: Sequence[Column[Item]], *, landscape: bool = True, size: float = SIZE,
             sections: Collection[str] = ()) -> TablePage[Item]:
        """A sheet of this book whose rows are what ``columns`` say of them.

        It prints one page wide, or, with ``sections`` (the groups that each begin a further page), several pages wide
        with the kept columns repeated on each. Page breaks are set here, so that a heading stays with its first row
        and a signature with the table.
        """
        starts = tuple(sorted(first_of(columns, group) for group in sections))
        return TablePage(self, self.workbook.add_worksheet(name), tuple(columns), landscape, size, starts)

    def close(self) -> bytes:
        """The finished workbook."""
        self.workbook.close()
        return self._target.getvalue()


class TablePage(Generic[Item]):
    """A sheet written from top to bottom."""

    def __init__(self, book: TableBook, sheet: Any, columns: tuple[Column[Item], ...], landscape: bool, size: float,
                 sections: tuple[int, ...]) -> None:
        self.book, self.sheet, self.columns, self.size = book, sheet, columns, size
        keep = len(list(itertools.takewhile(lambda column: column.kept, columns))) if sections else 0
        self.row = 0
        # Lines above the table stay clear of the repeated columns and inside the first printed part.
        self.span = (keep, sections[0] - 1) if sections else (0, len(columns) - 1)
        self.heights: dict[int, float] = {}
        self.with_next: set[int] = set()
        self.headers = range(0)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
        sheet.set_landscape() if landscape else sheet.set_portrait()
        sheet.set_paper(_A4)
        sheet.set_margins(**_MARGINS)
        sheet.set_header(f'&C&"{FONT},Regular"&12&P', {"margin": 0.35})
        sheet.hide_gridlines(2)
        # "Fit to width" makes Excel forget every break, so the scale that fits the widest part is worked out here.
        edges = [0, *sections, len(columns)]
        kept = sum(column_pixels(item.width) for item in columns[:keep])
        widest = max(sum(column_pixels(item.width) for item in columns[start:end]) + (kept if start else 0)
                     for start, end in itertools.pairwise(edges))
        scale = max(10, min(100, _ROOM[landscape] * 100 // widest))
        self.page_height = _HEIGHT[landscape] * 100 / scale
        sheet.set_print_scale(scale)
        if sections:
            sheet.set_v_pagebreaks(list(sections))
        if keep:
            sheet.repeat_columns(0, keep - 1)

    def tall(self, height: float) -> None:
        """The height of the current row, in points."""
        self.sheet.set_row(self.row, height)
        self.heights[self.row] = height

    def width(self, first: int = 0, last: int | None = None) -> float:
        """Width of columns ``first`` to ``last`` (all by default), in characters."""
        return sum(column.width for column in self.columns[first:None if last is None else last + 1])

    def merged(self, text: str, first: int = 0, last: int | None = None, *, grow: bool = True,
               **look: Any) -> None:
        """``text`` across columns on the current row; the row is made high enough. Does not go to the next row."""
        text, last = on_screen(text), len(self.columns) - 1 if last is None else last
        look = {"font_size": self.size, **look}
        style = self.book.look(**look)
        if first == last:
            self.sheet.write_string(self.row, first, text, style)
        else:
            self.sheet.merge_range(self.row, first, self.row, last, "", style)
            self.sheet.write_string(self.row, first, text, style)
        if grow:
            size = float(look["font_size"])
            self.tall(_height(self.lines_of(text, first, last, size, bool(look.get("bold"))), size))

    def lines_of(self, text: str, first: int, last: int, size: float, bold: bool) -> int:
        """Lines ``text`` takes across columns ``first`` to ``last``."""
        return len(wrap(text, self.width(first, last), size, bold))

    def text(self, text: str, **look: Any) -> None:
        """A line of text across the sheet."""
        self.merged(text, *self.span, **look)
        self.row += 1

    def title(self, *lines: str) -> None:
        """The title: first line in bold capitals' size, the others below it; a blank row after."""
        for index, line in enumerate(lines):
            self.text(line, align="center", bold=True, font_size=14 if index == 0 else 12)
        self.row += 1

    def header(self) -> None:
        """The header rows: repeated on every printed page, frozen on the screen."""
        first = self.row
        style = self.book.look(bold=True, align="center", border=1, bg_color=_SHADE_HEAD, font_size=self.size)
        if any(column.group for column in self.columns):
            self._group_header(style)
            self.row += 1
        for index, column in enumerate(self.columns):
            if column.group or not any(item.group for item in self.columns):
                self.sheet.write_string(self.row, index, column.title, style)
        titles = [column for column in self.columns if column.group or self.row == first]
        count = max(len(wrap(item.title, item.width, self.size, True)) for item in titles) if titles else 1
        self.tall(_height(count, self.size))
        self.row += 1
        self.headers = range(first, self.row)
        self.with_next.update(self.headers)
        self.sheet.repeat_rows(first, self.row - 1)
        self.sheet.freeze_panes(self.row, 0)

    def _group_header(self, style: Any) -> None:
        index, count = 0, 1
        while index < len(self.columns):
            group = self.columns[index].group
            last = index
            if not group:
                self.sheet.merge_range(self.row, index, self.row + 1, index, "", style)
                self.sheet.write_string(self.row, index, self.columns[index].title, style)
            else:
                while last + 1 < len(self.columns) and self.columns[last + 1].group == group:
                    last += 1
                if last > index:
                    self.sheet.merge_range(self.row, index, self.row, last, "", style)
                self.sheet.write_string(self.row, index, group, style)
                count = max(count, len(wrap(group, self.width(index, last), self.size, True)))
            index = last + 1
        self.tall(_height(count, self.size))

    def numbers(self) -> None:
        """A row (1) (2) (3) … under the header, as Party tables have it."""
        style = self.book.look(italic=True, align="center", border=1, font_size=self.size - 1)
        for index in range(len(self.columns)):
            self.sheet.write_string(self.row, index, f"({index + 1})", style)
        self.row += 1

    def section(self, text: str) -> None:
        """A heading row inside the table."""
        self.merged(text, bold=True, border=1, bg_color=SHADE_SECTION)
        self.with_next.add(self.row)
        self.row += 1

    def line(self, row: Item, **look: Any) -> None:
        """What each column says of ``row``. A text too long goes on in the rows below; ``None`` stays blank, never 0."""
        values = [on_screen(value) if isinstance(value, str) else value
                  for value in (column.of(row) for column in self.columns)]
        look = {"border": 1, "font_size": self.size, **look}
        bold = bool(look.get("bold"))
        limit = int((_TALLEST - 4) / (self.size * LINE))
        texts = {index: wrap(value, self.columns[index].width, self.size, bold)
                 for index, value in enumerate(values) if isinstance(value, str) and value}
        tallest = max((len(item) for item in texts.values()), default=1)
        styles: dict[ColumnKind, Any] = {}
        for start in range(0, tallest, limit):
            self.tall(_height(min(tallest - start, limit), self.size))
            for index, column in enumerate(self.columns):
                value = values[index]
                if isinstance(value, str) and tallest > limit:
                    value = "\n".join(texts.get(index, ())[start:start + limit])
                kind: ColumnKind = "center" if isinstance(value, str) and column.kind != "text" else column.kind
                if kind not in styles:
                    styles[kind] = self.book.look(**_KIND_LOOK[kind], **look)
                self._cell(index, value if isinstance(value, str) or start == 0 else None, styles[kind])
            self.row += 1

    def _cell(self, index: int, value: TableValue, style: Any) -> None:
        if value is None or value == "":
            self.sheet.write_blank(self.row, index, None, style)
        elif isinstance(value, str):
            self.sheet.write_string(self.row, index, value, style)
        else:
            # A ratio is rounded here, once and half up; the cell's format only shows it.
            shown = half_up(value, 4) if isinstance(value, Fraction) else value
            self.sheet.write_number(self.row, index, shown, style)

    def signature(self, first: int, texts: tuple[str, str, str], left: tuple[str, str] | None = None) -> None:
        """Authority, post and name from column ``first`` on, as one row: a page break cannot part them.

        ``left``: title and note of who signs by hand beside them.
        """
        bold, plain = self.book.look(bold=True, font_size=14), self.book.look(font_size=14)
        small = self.book.look(italic=True, font_size=12)
        frame = self.book.look(align="center", valign="top", font_size=14)
        authority, post, name = texts
        if left is not None:
            self.sheet.merge_range(self.row, 0, self.row, first - 1, "", frame)
            self.sheet.write_rich_string(self.row, 0, bold, f"{left[0]}\n", small, left[1] or " ", frame)
        head = (bold, f"{authority}\n", plain, f"{post}\n\n\n\n") if authority else (bold, f"{post}\n", plain, "\n\n\n\n")
        self.sheet.merge_range(self.row, first, self.row, len(self.columns) - 1, "", frame)
        self.sheet.write_rich_string(self.row, first, *head, bold, name or " ", frame)
        self.tall(112)
        self.row += 1

    def _breaks(self) -> list[int]:
        """First rows of the second and further pages."""
        header = sum(self._tall_of(row) for row in self.headers)
        breaks: list[int] = []
        filled, row = 0.0, 0
        while row < self.row:
            last = row
            while last in self.with_next and last + 1 < self.row:
                last += 1
            together = sum(self._tall_of(item) for item in range(row, last + 1))
            if row and filled + together > self.page_height:
                breaks.append(row)
                filled = header if row > self.headers.start else 0.0
            filled += together
            row = last + 1
        return breaks

    def _tall_of(self, row: int) -> float:
        return self.heights.get(row, _DEFAULT_ROW)

    def keep_together(self, first: int, last: int) -> None:
        """No page break between rows ``first`` and ``last``."""
        self.with_next.update(range(first, last))

    def skip(self, count: int = 1) -> None:
        """Blank rows."""
        self.row += count

    def done(self) -> None:
        """The print area is what was written; pages break between rows that may part."""
        self.sheet.set_h_pagebreaks(self._breaks())
        self.sheet.print_area(0, 0, max(self.row - 1, 0), max(len(self.columns) - 1, 0))


_KIND_LOOK: Mapping[str, Mapping[str, Any]] = {
    "text": {"align": "left"}, "center": {"align": "center"},
    **{kind: {"align": "center", "num_format": shown} for kind, shown in _NUMBER_FORMATS.items()},
}


def _height(count: int, size: float) -> float:
    return min(round(count * size * LINE + 4, 1), 405)
