"""One pass over a sheet's XML: is it within bounds, and which cells hold an error or a formula.

A value reader reports neither. Ordinary files (Excel, LibreOffice, openpyxl, xlsxwriter) are proved ordinary by one
search for anything out of the ordinary; whatever is not goes through expat, cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from xml.parsers import expat

from qeval_batch.core.cells import column_letter
from qeval_batch.core.say import say
from qeval_batch.spreadsheet.limits import MAX_AREA, MAX_CELLS, MAX_COLUMN, MAX_MERGES, MAX_ROW, MAX_SHEET_TEXT_BYTES
from qeval_batch.spreadsheet.sheet import Address, Cells, Refused, too_big

_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']*)["']""")
_REF = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
# Up to row 9999 and column DZ the rectangle cannot exceed MAX_AREA, whatever the cells are.
_ODD_CELL = re.compile(rb'<c(?! r="[A-D]?[A-Z][0-9]{1,4}+"(?: s="[0-9]++")?+(?: t="[a-zA-Z]++")?+/?+>)')
_MARKUP = re.compile(rb"<[!?]")
# Among the rows any element with a prefix may be a cell as well.
_PREFIXED = re.compile(rb"<[^<>\s:/]*+:")
_CELL_START = b'<c r="'
_STRING_INDEX = re.compile(rb't="s"[^<>]*>\s*<v>([0-9]{1,9})</v>')
_INDEX = re.compile(r"\s*[0-9]{1,9}\s*", re.ASCII)
_START, _END = b"<sheetData>", b"</sheetData>"
_HIDDEN_ROW = re.compile(rb'<row(?= [^<>]* hidden="(?:1|true)")[^<>]* r="([0-9]{1,7})"')
_HIDDEN_COLUMNS = re.compile(rb'<col(?= [^<>]*hidden="(?:1|true)")(?=[^<>]* min="([0-9]{1,5})")[^<>]* max="([0-9]{1,5})"')


def check_markup(content: bytes) -> bool:
    """Refuse XML that a reader could take for something else: other encodings, document types, entities.

    True for a part that holds no comment, CDATA or instruction either, save the ``<?xml`` it begins with.
    """
    head = content[:200]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]:
        raise Refused("FILE_XML_ENCODING")
    declared = _ENCODING.search(head)
    if declared is not None and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise Refused("FILE_XML_ENCODING")
    if not head.startswith(b"<!") and _MARKUP.search(content, 1) is None:
        return True
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("FILE_XML_ENTITY")
    return False


def local(name: str) -> str:
    """An element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


class Texts:
    """The shared strings, known only by length: how many bytes a cell that shows one will cost."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @cached_property
    def longest(self) -> int:
        """An upper bound of one string's bytes: what stands between two closing tags."""
        if b"<![CDATA[" in self._content or b"<!--" in self._content:
            return max(self.lengths, default=0)
        return max(map(len, self._content.split(b"</si>")), default=0)

    @cached_property
    def lengths(self) -> list[int]:
        """The exact lengths in bytes, by index."""
        lengths: list[int] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            del attributes
            if local(name) == "si":
                lengths.append(0)

        def text(part: str) -> None:
            if lengths:
                lengths[-1] += len(part.encode("utf-8", "surrogatepass"))

        walk(self._content or b"<sst/>", start, text)
        return lengths

    def shown_in(self, segment: bytes) -> int:
        """How many bytes the cells of a sheet's rows show of these texts."""
        lengths = self.lengths
        return sum(lengths[index] for index in map(int, _STRING_INDEX.findall(segment)) if index < len(lengths))


def scan_sheet(content: bytes, texts: Texts, name: str) -> Cells:
    """The special cells of one sheet's XML; Refused when it is out of bounds. ``name`` is for the message."""
    segment = _plain_segment(content) if check_markup(content) else None
    formulas = _formulas(segment) if segment is not None else None
    if segment is None or formulas is None:
        return _Walk(texts, name).run(content)
    if content.count(b"<mergeCell ", content.rfind(_END)) > MAX_MERGES:
        raise too_big(name, say("spreadsheet.limits.merged"))
    # A cell takes at least 12 bytes, one that shows a shared text 24: most sheets need not be counted.
    if len(segment) > 12 * MAX_CELLS and segment.count(b"<c ") > MAX_CELLS:
        raise too_big(name, say("spreadsheet.limits.cells", most=MAX_CELLS))
    if len(segment) // 24 * texts.longest > MAX_SHEET_TEXT_BYTES and texts.shown_in(segment) > MAX_SHEET_TEXT_BYTES:
        raise too_big(name, say("spreadsheet.limits.text"))
    return Cells(_errors(segment), formulas, *_hidden(content))


def _plain_segment(content: bytes) -> bytes | None:
    """The rows of an ordinary sheet; None when anything in it needs the exact way."""
    start = content.find(_START)
    end = content.find(_END, start)
    if start < 0 or end < 0 or content.count(b"sheetData", 0, start) or content.count(b"sheetData", end + len(_END)):
        return None
    if _PREFIXED.search(content, start, end):
        return None
    return None if _ODD_CELL.search(content, start + 2, end) else content[start:end]


def _formulas(segment: bytes) -> frozenset[Address] | None:
    """The cells whose first child is a formula; None when one stands anywhere else."""
    found = []
    for chunk in segment.split(b"<f")[:-1]:
        address = _open_cell(chunk)
        if address is None or not chunk.endswith(b">"):
            return None
        found.append(address)
    return frozenset(found)


def _hidden(content: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """Hidden rows and columns. Only for a note, so a spelling no program uses may be missed."""
    rows = frozenset(map(int, _HIDDEN_ROW.findall(content)))
    ranges = [(int(first), min(int(last), MAX_COLUMN)) for first, last in _HIDDEN_COLUMNS.findall(content)]
    return rows, frozenset(column for first, last in ranges[:MAX_COLUMN] for column in range(first, last + 1))


def _errors(segment: bytes) -> frozenset[Address]:
    """The cells whose own tag says they hold an error; the same characters in somebody's text stand behind another."""
    found = (_open_cell(chunk) for chunk in segment.split(b' t="e"')[:-1])
    return frozenset(address for address in found if address is not None)


def _open_cell(chunk: bytes) -> Address | None:
    """The address of the cell whose tag is the last one of ``chunk``."""
    at = chunk.rfind(b"<")
    if not chunk.startswith(_CELL_START, at):
        return None
    at += len(_CELL_START)
    ref = chunk[at:chunk.index(b'"', at)]
    letters = ref.rstrip(b"0123456789")
    return int(ref[len(letters):]), column_number(letters)


@lru_cache(maxsize=1024)
def column_number(letters: bytes) -> int:
    """``A`` -> 1, ``AA`` -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + (letter & 0x1F)
    return number


def walk(content: bytes, start: Callable[[str, dict[str, str]], None], text: Callable[[str], None] | None = None,
         end: Callable[[str], None] | None = None, *, separator: str | None = None) -> None:
    """Hand every element of well-formed XML to ``start``; Refused for anything else.

    With a ``separator`` names are told as namespace, separator, local name; without it as they are written.
    """
    parser = expat.ParserCreate(namespace_separator=separator)
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parser.EndElementHandler = end
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, UnicodeError, ValueError) as error:
        raise Refused("FILE_DAMAGED") from error


class _Walk:
    """The exact way: every cell with its position, explicit or implied, as the value reader will place it."""

    def __init__(self, texts: Texts, name: str) -> None:
        self._texts, self._name = texts, name
        self._row = self._column = self._cells = self._merges = self._text = 0
        self._last_row = self._last_column = 0
        self._at: Address = (0, 0)
        self._in_cell = self._filled = self._shared = self._in_value = False
        self._value = ""
        self._errors: set[Address] = set()
        self._formulas: set[Address] = set()

    def run(self, content: bytes) -> Cells:
        walk(content, self._start, self._characters, self._end)
        if self._last_row * self._last_column > MAX_AREA:
            raise too_big(self._name, say("spreadsheet.limits.area", column=column_letter(self._last_column),
                                          row=self._last_row))
        return Cells(frozenset(self._errors), frozenset(self._formulas), *_hidden(content))

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = local(element)
        if name == "row":
            number = attributes.get("r", "")
            if number and not (number.isascii() and number.isdigit() and len(number) <= 7):
                raise Refused("FILE_BAD_REFERENCE", sheet=self._name[:80], ref=number[:20])
            self._row = int(number) if number else self._row + 1
            self._column = 0
        elif name == "c":
            self._start_cell(attributes)
        elif name == "mergeCell":
            self._merges += 1
            if self._merges > MAX_MERGES:
                raise too_big(self._name, say("spreadsheet.limits.merged"))
        elif self._in_cell:
            # Any child makes it count: what the value reader takes for content is never underestimated.
            self._fill()
            if name == "f":
                self._formulas.add(self._at)
            self._in_value = name == "v"
            self._value = ""

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise too_big(self._name, say("spreadsheet.limits.cells", most=MAX_CELLS))
        ref = attributes.get("r")
        if ref is None:
            self._at = (self._row, self._column + 1)
        else:
            match = _REF.fullmatch(ref)
            if match is None:
                raise Refused("FILE_BAD_REFERENCE", sheet=self._name[:80], ref=ref[:20])
            self._at = (int(match[2]), column_number(match[1].encode()))
        self._column = self._at[1]
        self._in_cell, self._filled = True, False
        self._shared = attributes.get("t") == "s"
        if attributes.get("t") == "e":
            self._errors.add(self._at)

    def _fill(self) -> None:
        if self._filled:
            return
        self._filled = True
        row, column = self._at
        if row > MAX_ROW or column > MAX_COLUMN:
            raise too_big(self._name, say("spreadsheet.limits.far_cell", column=column_letter(column), row=row))
        self._last_row, self._last_column = max(self._last_row, row), max(self._last_column, column)

    def _characters(self, text: str) -> None:
        if self._in_value and self._shared:
            self._value = (self._value + text)[:12]

    def _end(self, element: str) -> None:
        name = local(element)
        if name == "v" and self._in_value:
            self._in_value = False
            if self._shared and _INDEX.fullmatch(self._value):
                index = int(self._value)
                lengths = self._texts.lengths
                self._text += lengths[index] if index < len(lengths) else 0
                if self._text > MAX_SHEET_TEXT_BYTES:
                    raise too_big(self._name, say("spreadsheet.limits.text"))
        elif name == "c":
            self._in_cell = False
