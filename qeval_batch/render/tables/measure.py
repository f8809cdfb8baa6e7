"""How much room a text needs on paper: Excel does not grow merged or pre-set rows, so heights are worked out here.

Widths are those of Times New Roman in thousandths of the type size; an accent adds nothing to a letter's width.
"""

from __future__ import annotations

import functools
import unicodedata

_WIDTHS = {
    **dict.fromkeys(" ,.|", 250), **dict.fromkeys("ijlt/\\:;'", 278), **dict.fromkeys("!()[]{}-rf", 333),
    **dict.fromkeys("sJ", 389), **dict.fromkeys("acegz?", 444), **dict.fromkeys("mM@%", 860),
    **dict.fromkeys("wOQ", 740), "W": 944, **dict.fromkeys("ABCDĐGHKNRUVXY", 710), **dict.fromkeys("EFLPSTZ", 610), "I": 333,
}
_OTHER, _SPACE, _THOUSAND = 500, 250, 1000
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


@functools.lru_cache(maxsize=8192)
def wrap(text: str, width: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """``text`` as the lines a spreadsheet will break it into."""
    scale = size * _PIXELS_PER_POINT * _SLACK * (_BOLD if bold else 1) / _THOUSAND
    # Room in thousandths of the type size, so that a letter's width is a plain look-up.
    room = max(column_pixels(width) - _CELL_PADDING, _UNIT) / scale
    wrapped: list[str] = []
    for paragraph in text.split("\n"):
        if _width(paragraph) <= room:
            wrapped.append(paragraph)
        else:
            wrapped += _fill(paragraph, room)
    return tuple(wrapped)


def _fill(paragraph: str, room: float) -> list[str]:
    done: list[str] = []
    line, filled = "", 0
    for word in paragraph.split(" "):
        needed = _width(word)
        if line and filled + _SPACE + needed > room:
            done.append(line)
            line, filled = "", 0
        line, filled = (f"{line} {word}", filled + _SPACE + needed) if line else (word, needed)
        while filled > room and len(line) > 1:
            cut = _fitting(line, room)
            done.append(line[:cut])
            line = line[cut:]
            filled = _width(line)
    return [*done, line]


def _fitting(text: str, room: float) -> int:
    filled = 0
    for place, char in enumerate(text):
        filled += _letter(char)
        if filled > room:
            return max(place, 1)
    return len(text)


def _width(text: str) -> int:
    return sum(map(_letter, text))


@functools.cache
def _letter(char: str) -> int:
    plain = char if char.isascii() or char == "Đ" else unicodedata.normalize("NFD", char)[0]
    return _WIDTHS.get(plain, _OTHER)
