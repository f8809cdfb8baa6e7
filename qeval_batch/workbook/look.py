"""How a template looks: fonts, colours, cell formats made once per workbook, and row heights that clip nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from qeval_batch.spec.form import Field, Source, Type

FONT = "Times New Roman"
SIZE, TITLE_SIZE, BLOCK_SIZE = 11, 14, 12
INPUT_FILL, HEADER_FILL, TOTAL_FILL = "#FFF9DB", "#E4EAF2", "#F1F4F8"
FAULT_FILL, FAULT_FONT, LINE = "#F8CBAD", "#9C0006", "#7F7F7F"
DATE_FORMAT, POINTS_FORMAT = "dd/mm/yyyy", "0.00"
_LINE_POINTS = 15.0      # of one line of 11-point Times New Roman
_PADDING = 4.0
_MAX_HEIGHT = 409.0      # Excel's limit
_WIDE, _NARROW = frozenset("mwMW@%—…"), frozenset("iljtfrI.,;:'!|()[]/- ")
_SAFETY = 1.06

CENTRED = {Type.INTEGER, Type.DECIMAL, Type.PERCENT, Type.DATE, Type.MARK, Type.ID, Type.IDS}


class Look:
    """The cell formats of one workbook; equal ones are one object."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

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
        return self.get(bold=True, text_wrap=True, border=1, border_color=LINE, bg_color=TOTAL_FILL)

    def fault(self) -> Any:
        return self._workbook.add_format({"bg_color": FAULT_FILL, "font_color": FAULT_FONT, "bold": True, "italic": True})

    def cell(self, field: Field, *, strong: bool = False, locked: bool | None = None, left: bool = False) -> Any:
        """The format of a field's cell; ``strong`` for heading and total rows, which nobody fills."""
        entered = field.source is Source.INPUT if locked is None else not locked
        entered = entered and not strong
        properties: dict[str, Any] = {"text_wrap": True, "border": 1, "border_color": LINE}
        if field.type in CENTRED or field.choices in ("axes", "response", "axis_role", "product_role"):
            properties["align"] = "left" if left else "center"
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
    width = 0.0
    for char in text:
        if char in _WIDE:
            width += 1.55
        elif char in _NARROW:
            width += 0.58
        else:
            width += 1.4 if char.isupper() else 0.98
    return width


@lru_cache(maxsize=8192)
def lines(text: str, width: float, size: int = SIZE, bold: bool = False) -> int:
    """How many lines ``text`` takes in a cell ``width`` characters wide, broken at spaces as spreadsheets do."""
    room = max(width - 1.2, 1.0)
    scale = size / SIZE * _SAFETY * (1.06 if bold else 1.0)
    count = 0
    for paragraph in text.split("\n"):
        used, count = 0.0, count + 1
        for word in paragraph.split(" "):
            size_of = text_width(word) * scale
            if used and used + 0.5 * scale + size_of > room:
                count, used = count + 1, 0.0
            if size_of > room:
                count += int(size_of // room)
                size_of %= room
            used += size_of + (0.5 * scale if used else 0.0)
    return count


def height(line_count: int, size: int = SIZE) -> float:
    """Row height in points for so many lines."""
    return min(line_count * _LINE_POINTS * size / SIZE + _PADDING, _MAX_HEIGHT)
