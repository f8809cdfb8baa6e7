"""Ticks of symbol fonts in an .xlsx: in Wingdings the letter «ü» is drawn as ✓, and only its font says so."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qeval_batch.spreadsheet import scan_xml
from qeval_batch.spreadsheet.sheet import Address

# Font in small letters -> letter -> what is seen.
_SEEN: Mapping[str, Mapping[str, str]] = {
    "wingdings": {"ü": "✓", "þ": "☑", "û": "✗", "ý": "☒", "x": "☒", "¨": "☐", "o": "☐"},
    "wingdings 2": {"P": "✓", "R": "☑", "O": "✗", "Q": "☒", "S": "☒", "T": "☒", "£": "☐"},
    "webdings": {"a": "✓", "r": "✗", "c": "☐"},
}
_MARK = re.compile(b"[Ww]ingdings|[Ww]ebdings|WINGDINGS|WEBDINGS")
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?=[^<>]* s="([0-9]{1,6})")[^<>]*>(?!</c>)')
_SHARED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?=[^<>]* t="s")[^<>]*><v>([0-9]{1,9})</v>')
# Private use: some programs store a symbol at its place in the font.
_PRIVATE = 0xF000


def seen(letter: str, font: str) -> str:
    """What a cell of one letter shows in ``font``; the letter itself where it is no tick or box."""
    char = chr(ord(letter) - _PRIVATE) if len(letter) == 1 and _PRIVATE < ord(letter) < _PRIVATE + 256 else letter
    return _SEEN.get(font.lower(), {}).get(char, letter)


class Symbols:
    """Which cell styles and which shared texts of a workbook are set in a symbol font; most workbooks have none."""

    def __init__(self, styles: bytes, strings: bytes) -> None:
        self._by_style = _styles(styles) if _MARK.search(styles) else {}
        self._by_text = _texts(strings) if _MARK.search(strings) else {}

    def of(self, sheet: bytes) -> Mapping[Address, str]:
        """Address -> symbol font of the cells set in one."""
        found = {}
        if self._by_style:
            found = {_address(letters, row): font for letters, row, style in _CELL.findall(sheet)
                     if (font := self._by_style.get(int(style)))}
        if self._by_text:
            found |= {_address(letters, row): font for letters, row, index in _SHARED.findall(sheet)
                      if (font := self._by_text.get(int(index)))}
        return found


def _address(letters: bytes, row: bytes) -> Address:
    return int(row), scan_xml.column_number(letters)


def _styles(content: bytes) -> dict[int, str]:
    """Cell style -> its font, where that is a symbol font."""
    fonts: list[str] = []
    styles: dict[int, str] = {}
    at: list[str] = []
    count = 0

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal count
        name = scan_xml.local(element)
        at.append(name)
        if at[-2:-1] == ["fonts"]:
            fonts.append("")
        elif at[-3:-1] == ["fonts", "font"] and name == "name":
            fonts[-1] = attributes.get("val", "")
        elif at[-2:-1] == ["cellXfs"]:
            number = attributes.get("fontId", "")
            font = fonts[int(number)] if number.isdecimal() and int(number) < len(fonts) else ""
            if font.lower() in _SEEN:
                styles[count] = font
            count += 1

    def end(_: str) -> None:
        at.pop()

    scan_xml.walk(content, start, end=end)
    return styles


def _texts(content: bytes) -> dict[int, str]:
    """Shared text -> the font of its only run, where that is a symbol font."""
    found: dict[int, list[str]] = {}
    count = -1

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal count
        name = scan_xml.local(element)
        if name == "si":
            count += 1
        elif name in ("rFont", "r"):
            found.setdefault(count, []).append(attributes.get("val", "") if name == "rFont" else "")

    scan_xml.walk(content or b"<sst/>", start)
    return {index: fonts[1] for index, fonts in found.items() if len(fonts) == 2 and fonts[1].lower() in _SEEN}
