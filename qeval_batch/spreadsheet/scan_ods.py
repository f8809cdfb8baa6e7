"""An OpenDocument spreadsheet in one pass over its content.xml: values, formulas, errors and merged cells by address.

Rows and columns are stored with repeat counts; only filled cells count, so a sheet formatted to its last row is small
and a text repeated over all columns is refused. What is no cell of a sheet (comments, shapes, tracked changes, cached
tables of other files) is left out.
"""

from __future__ import annotations

import datetime
import math
import re

from qeval_batch.core.say import say
from qeval_batch.spreadsheet import scan_xml
from qeval_batch.spreadsheet.filling import Book, Filling
from qeval_batch.spreadsheet.legacy_text import fonts_in
from qeval_batch.spreadsheet.limits import MAX_READ_BYTES, MAX_SMALL_PART_BYTES, MAX_TEXT
from qeval_batch.spreadsheet.parts import PackageParts
from qeval_batch.spreadsheet.sheet import Guarded, Raw, Refused, too_big

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _TEXT, _OFFICE, _STYLE = (f"{_URN}{name}:1.0 " for name in ("table", "text", "office", "style"))
_VALUE_TYPE, _FORMULA = f"{_OFFICE}value-type", f"{_TABLE}formula"
_ERROR_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_SHEET, _ROW = f"{_TABLE}table", f"{_TABLE}table-row"
_CELLS = frozenset((f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"))
_PARAGRAPHS = frozenset((f"{_TEXT}p", f"{_TEXT}h"))
# Containers whose children are looked at; every other element stands with all that is in it for no cell.
_OPEN = frozenset((
    f"{_OFFICE}document-content", f"{_OFFICE}automatic-styles", f"{_OFFICE}body", f"{_OFFICE}spreadsheet", _SHEET, _ROW,
    f"{_STYLE}style", f"{_STYLE}table-properties",
    *(f"{_TABLE}table-{name}" for name in ("column", "column-group", "columns", "header-columns", "row-group", "rows",
                                           "header-rows"))))
_IN_PARAGRAPH_SKIPPED = frozenset((f"{_TEXT}note", f"{_TEXT}ruby-text", f"{_OFFICE}annotation"))
_FIGURES = ("float", "percentage", "currency")
# Programs without an error type leave only what the cell shows.
_ERROR_TEXT = re.compile(r"Err:[0-9]{3}|#N/A|#[A-Z0-9/]+[!?]")
_SPAN = re.compile(
    r"(-?)P(?:([0-9]{1,7})D)?T(?:([0-9]{1,7})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,9}(?:\.[0-9]+)?)S)?", re.ASCII)
_COUNT = re.compile("[0-9]{1,7}", re.ASCII)


def scan(parts: PackageParts) -> Guarded:
    """All sheets of the document; Refused when it is encrypted, damaged or out of bounds."""
    manifest = parts.read("meta-inf/manifest.xml", MAX_SMALL_PART_BYTES) or b""
    if b"encryption-data" in manifest or "encrypted-package" in parts.names:
        raise Refused("FILE_ENCRYPTED")
    content = parts.xml("content.xml", MAX_READ_BYTES)
    fonts = fonts_in(content) | fonts_in(parts.read("styles.xml") or b"")
    walk = _Walk()
    scan_xml.walk(content, walk.start, walk.text, walk.end, separator=" ")
    macros = any(name.startswith(("basic/", "scripts/")) for name in parts.names)
    return Guarded(sheets=walk.book.sheets(), hidden=walk.book.hidden, macros=macros, links=walk.links, fonts=fonts)


class _Walk:
    """The state of one pass: the open sheet, row and cell."""

    def __init__(self) -> None:
        self.book = Book()
        self.links = False
        self._skipped = 0                 # depth inside something that is no cell
        self._filling: Filling | None = None
        self._row = self._row_repeat = self._column = self._columns = 0
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._in_row = False
        self._cell: dict[str, str] | None = None
        self._filled: list[tuple[int, int, Raw, bool, bool]] = []    # column, repeat, value, formula, error
        self._spans: list[tuple[int, int, int]] = []                 # a merged range: its columns, how many rows
        self._pieces: list[str] = []
        self._in_paragraph = self._length = 0

    # --- Elements ----------------------------------------------------------------------------------------------------
    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.book.record()
        if self._skipped:
            self._skipped += 1
        elif self._in_paragraph:
            self._start_in_paragraph(name, attributes)
        elif self._cell is not None:
            if name in _PARAGRAPHS:
                self._in_paragraph = 1
                if self._pieces:
                    self._pieces.append("\n")
            else:
                self._skipped = 1
        elif name in _CELLS and self._in_row:
            self._cell, self._pieces = attributes, []
        elif name == f"{_TABLE}table-source" and self._filling is not None:
            # A cached table of another file, not a sheet of this one.
            self.links = True
            self.book.drop(self._filling)
            self._filling, self._skipped = None, 1
        elif name not in _OPEN or self._in_row or (name == _SHEET and self._filling is not None):
            self._skipped = 1
        elif name == _SHEET:
            hidden = attributes.get(f"{_TABLE}style-name") in self._hidden_styles
            self._filling = self.book.sheet(attributes.get(f"{_TABLE}name", ""), hidden=hidden)
            self._row = self._columns = 0
        elif name == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self._style)
        elif name == f"{_TABLE}table-column" and self._filling is not None:
            first = self._columns + 1
            self._columns += self._count(attributes, "number-columns-repeated")
            if attributes.get(f"{_TABLE}visibility", "visible") != "visible":
                self._filling.hide_columns(first, self._columns)
        elif name == _ROW and self._filling is not None:
            self._in_row, self._column = True, 0
            self._row_repeat = self._count(attributes, "number-rows-repeated")
            if attributes.get(f"{_TABLE}visibility", "visible") != "visible":
                self._filling.hide_rows(self._row + 1, self._row + self._row_repeat)

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._in_paragraph:
            self._in_paragraph -= 1
        elif self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == _ROW and self._in_row:
            self._end_row()
        elif name == _SHEET:
            self._filling = None

    def text(self, text: str) -> None:
        if self._in_paragraph and not self._skipped:
            self._add(text)

    def _start_in_paragraph(self, name: str, attributes: dict[str, str]) -> None:
        if name in _IN_PARAGRAPH_SKIPPED:
            self._skipped = 1
            return
        self._in_paragraph += 1
        if name == f"{_TEXT}s":
            self._add(" " * min(self._count(attributes, "c", _TEXT), MAX_TEXT))
        elif name == f"{_TEXT}tab":
            self._add("\t")
        elif name == f"{_TEXT}line-break":
            self._add("\n")

    def _add(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_READ_BYTES:
            raise too_big(self._filling.name if self._filling else "", say("spreadsheet.limits.text"))
        self._pieces.append(text)

    def _count(self, attributes: dict[str, str], name: str, prefix: str = _TABLE) -> int:
        """A repeat count, 1 where it is left out."""
        given = attributes.get(prefix + name)
        if given is None:
            return 1
        if not _COUNT.fullmatch(given):
            raise Refused("FILE_BAD_REFERENCE", sheet=self._filling.name[:80] if self._filling else "", ref=given[:20])
        return int(given)

    # --- Cells -------------------------------------------------------------------------------------------------------
    def _end_cell(self, cell: dict[str, str]) -> None:
        repeat = self._count(cell, "number-columns-repeated")
        column = self._column + 1
        self._column += repeat
        formula = cell.get(_FORMULA)
        if formula is not None and "'#" in formula:
            self.links = True
        wide, high = (self._count(cell, f"number-{side}-spanned") for side in ("columns", "rows"))
        if wide > 1 or high > 1:
            self._spans.append((column, column + wide - 1, high))
        shown = "".join(self._pieces)
        if cell.get(_ERROR_TYPE) == "error" or (formula is not None and _ERROR_TEXT.fullmatch(shown)):
            self._filled.append((column, repeat, "", formula is not None, True))
            return
        value = _value(cell, shown)
        if value != "" or formula is not None:
            self._filled.append((column, repeat, value, formula is not None, False))

    def _end_row(self) -> None:
        assert self._filling is not None
        self._in_row = False
        for first, last, high in self._spans:
            self._filling.merge((self._row + 1, first), (self._row + high, last))
        if self._filled:
            for row in range(self._row + 1, self._row + self._row_repeat + 1):
                for first, repeat, value, formula, error in self._filled:
                    for column in range(first, first + repeat):
                        self._filling.put(row, column, value, formula=formula, error=error)
        self._row += self._row_repeat
        self._filled, self._spans = [], []


def _value(cell: dict[str, str], shown: str) -> Raw:
    """The stored value; where it is none of its type, what the cell shows."""
    kind = cell.get(_VALUE_TYPE)
    try:
        if kind in _FIGURES:
            return _finite(cell[f"{_OFFICE}value"])
        if kind == "boolean":
            return cell[f"{_OFFICE}boolean-value"] == "true"
        if kind == "date":
            return _date(cell[f"{_OFFICE}date-value"])
        if kind == "time":
            return _time(cell[f"{_OFFICE}time-value"])
    except (KeyError, ValueError, OverflowError):
        return shown
    return shown or cell.get(f"{_OFFICE}string-value", "")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _date(text: str) -> Raw:
    moment = datetime.datetime.fromisoformat(text).replace(tzinfo=None)
    return moment.date() if moment.time() == datetime.time() else moment


def _time(text: str) -> Raw:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    sign, days, hours, minutes, seconds = match.groups()
    span = datetime.timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0),
                              seconds=float(seconds or 0))
    if sign:
        return -span
    return (datetime.datetime.min + span).time() if span < datetime.timedelta(days=1) else span
