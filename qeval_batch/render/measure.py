"""How much room a text needs on paper: Excel does not grow merged or pre-set rows, so heights are worked out here.

Widths are those of Times New Roman in thousandths of the type size; an accent adds nothing to a letter's width.
"""

from __future__ import annotations

import unicodedata

_WIDTHS = {
    **dict.fromkeys(" ,.|", 250), **dict.fromkeys("ijlt/\\:;'", 278), **dict.fromkeys("!()[]{}-rf", 333),
    **dict.fromkeys("sJ", 389), **dict.fromkeys("acegz?", 444), **dict.fromkeys("mM@%", 860),
    **dict.fromkeys("wWOQ", 740), **dict.fromkeys("ABCDĐGHKNRUVXY", 710), **dict.fromkeys("EFLPSTZ", 610), "I": 333,
}
_OTHER = 500
_BOLD = 1.07
_SLACK = 1.04             # printers, zoom levels and stand-in fonts differ a little
_PIXELS_PER_POINT = 96 / 72
_CELL_PADDING = 7
_UNIT = 7                 # pixels of one character of column width
LINE = 1.32               # line height, in type sizes


def column_pixels(width: float) -> int:
    """Pixels of a column ``width`` characters wide."""
    return int(width * _UNIT) + 5


def lines(text: str, width: float, size: float, bold: bool = False) -> int:
    """Lines ``text`` takes when wrapped in a cell ``width`` characters wide; at least one."""
    return len(wrap(text, width, size, bold))


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """``text`` as the lines a spreadsheet will break it into."""
    room = max(column_pixels(width) - _CELL_PADDING, _UNIT)
    wrapped: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and _pixels(longer, size, bold) > room:
                wrapped.append(line)
                longer = word
            line = longer
            while _pixels(line, size, bold) > room and len(line) > 1:
                cut = _fitting(line, room, size, bold)
                wrapped.append(line[:cut])
                line = line[cut:]
        wrapped.append(line)
    return wrapped


def _fitting(text: str, room: float, size: float, bold: bool) -> int:
    for length in range(len(text) - 1, 1, -1):
        if _pixels(text[:length], size, bold) <= room:
            return length
    return 1


def _pixels(text: str, size: float, bold: bool) -> float:
    ems = sum(_WIDTHS.get(_letter(char), _OTHER) for char in text) / 1000
    return ems * size * _PIXELS_PER_POINT * _SLACK * (_BOLD if bold else 1)


def _letter(char: str) -> str:
    return char if char.isascii() or char == "Đ" else unicodedata.normalize("NFD", char)[0]
