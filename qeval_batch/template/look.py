"""How a template looks: fonts, colours, cell formats made once per workbook, and row heights that clip nothing."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from qeval_batch.spec.form import Field, Source, Type

FONT = "Times New Roman"
SIZE, TITLE_SIZE, BLOCK_SIZE = 11, 14, 12
INPUT_FILL, HEADER_FILL, TOTAL_FILL = "#FFF9DB", "#E4EAF2", "#F1F4F8"
FAULT_FILL, FAULT_FONT, LINE = "#F8CBAD", "#9C0006", "#7F7F7F"
DATE_FORMAT, POINTS_FORMAT = "dd/mm/yyyy", "0.00"
_LINE_POINTS = 14.0      # of one line of 11-point Times New Roman
_PADDING = 4.0
_MAX_HEIGHT = 409.0      # Excel's limit
# Advance widths of Times New Roman in thousandths of an em; a Vietnamese letter is as wide as its base letter.
_ADVANCE = {
    **dict.fromkeys("fIrJst-()[]", 333), **dict.fromkeys("ijlt/:;", 278), **dict.fromkeys(" .,", 250),
    **dict.fromkeys("acez", 444), "s": 389, "m": 778, "w": 722, "đ": 500,
    **dict.fromkeys("ADGHKNOQUVXYĐ", 722), **dict.fromkeys("BCRT", 667), **dict.fromkeys("ELZ", 611),
    **dict.fromkeys("FPS", 556), "M": 889, "W": 944, "J": 389, "%": 833, "—": 1000, "…": 1000, "@": 921}
_DIGIT = 500
_DASHED = 3              # xlsxwriter's border style
_SAFETY = 1.04
_CELL_PADDING = 1.0      # characters of a column that bear no text
_CENTRED = {Type.INTEGER, Type.DECIMAL, Type.PERCENT, Type.DATE, Type.MARK, Type.ID, Type.IDS, Type.CHOICE}
_NARROW_COLUMN = 7


class Look:
    """The cell formats of one workbook; equal ones are one object."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._cells: dict[tuple[int, bool, bool], Any] = {}

    def get(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"valign": "vcenter", **properties})
        return self._made[key]

    def title(self, index: int) -> Any:
        """A title line: the form's name larger than what follows it."""
        return self.get(bold=True, align="center", text_wrap=True, font_size=TITLE_SIZE if index == 0 else TITLE_SIZE - 1)

    def block_title(self) -> Any:
        return self.get(bold=True, font_size=BLOCK_SIZE)

    def intro(self) -> Any:
        return self.get(italic=True, text_wrap=True, valign="top")

    def header(self) -> Any:
        return self.get(bold=True, align="center", text_wrap=True, bg_color=HEADER_FILL, border=1, border_color=LINE)

    def label(self) -> Any:
        return self.get(bold=True, text_wrap=True, border=1, border_color=LINE, bg_color=TOTAL_FILL, indent=1)

    def legend(self, index: int) -> Any:
        """A line of the colour legend, in the colour it speaks of: inputs, locked cells, faults."""
        fills = (INPUT_FILL, TOTAL_FILL, FAULT_FILL)
        return self.get(text_wrap=True, border=1, border_color=LINE, bg_color=fills[min(index, len(fills) - 1)])

    def closing(self) -> Any:
        """The thin row under open rows, before which rows are inserted."""
        return self.get(top=1, top_color=LINE)

    def fault(self) -> Any:
        """Missing or contradictory: red, and for who sees no red bold, italic and a dashed frame."""
        return self._workbook.add_format({"bg_color": FAULT_FILL, "font_color": FAULT_FONT, "bold": True, "italic": True,
                                          "border": _DASHED, "border_color": FAULT_FONT})

    def cell(self, field: Field, *, strong: bool = False, left: bool = False) -> Any:
        """The format of a field's cell; ``strong`` for heading and total rows, which nobody fills."""
        key = (id(field), strong, left)
        if key not in self._cells:
            self._cells[key] = self._cell(field, strong, left)
        return self._cells[key]

    def _cell(self, field: Field, strong: bool, left: bool) -> Any:
        entered = field.source is Source.INPUT and not strong
        properties: dict[str, Any] = {"text_wrap": True, "border": 1, "border_color": LINE}
        if left:
            properties |= {"align": "left", "indent": 1}
        elif field.type in _CENTRED or field.width <= _NARROW_COLUMN:
            properties["align"] = "center"
        if strong:
            properties |= {"bold": True, "bg_color": TOTAL_FILL}
        if entered:
            properties |= {"locked": False, "bg_color": INPUT_FILL}
        number_format = _number_format(field, entered)
        if number_format:
            properties["num_format"] = number_format
        if field.type is Type.LONG_TEXT and left:
            properties["valign"] = "top"
        return self.get(**properties)


def _number_format(field: Field, entered: bool) -> str | None:
    if field.type is Type.DATE:
        return DATE_FORMAT
    if field.source is Source.FORMULA and field.type in (Type.DECIMAL, Type.PERCENT):
        return POINTS_FORMAT
    if entered and field.type in (Type.TEXT, Type.LONG_TEXT, Type.ID, Type.IDS):
        return "@"       # what begins with - or = stays text, 1/2 no date
    return None


@lru_cache(maxsize=8192)
def text_width(text: str) -> float:
    """Width of one line in digits of the same font: what a column width counts."""
    bases = unicodedata.normalize("NFD", text)
    return sum(_ADVANCE.get(char, _DIGIT) for char in bases if not unicodedata.combining(char)) / _DIGIT


@lru_cache(maxsize=8192)
def lines(text: str, width: float, size: int = SIZE, bold: bool = False) -> int:
    """How many lines ``text`` takes in a cell ``width`` characters wide, broken at spaces as spreadsheets do."""
    room = max(width - _CELL_PADDING, 1.0)
    scale = size / SIZE * _SAFETY * (1.05 if bold else 1.0)
    space = text_width(" ") * scale
    count = 0
    for paragraph in text.split("\n"):
        used, count = 0.0, count + 1
        for word in paragraph.split(" "):
            length = text_width(word) * scale
            if used and used + space + length > room:
                count, used = count + 1, 0.0
            if length > room:
                count += int(length // room)
                length %= room
            used += length + (space if used else 0.0)
    return count


def height(line_count: int, size: int = SIZE) -> float:
    """Row height in points for so many lines."""
    return min(line_count * _LINE_POINTS * size / SIZE + _PADDING, _MAX_HEIGHT)
