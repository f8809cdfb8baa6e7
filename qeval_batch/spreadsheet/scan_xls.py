"""An Excel 97–2003 workbook (.xls): the records of its one stream, read one by one ([MS-XLS], BIFF8).

LibreOffice stores a formula's text result as the figure 0, so what a formula shows is no text here, and a formula's 0
is unknown: both are blank. Other figures of formulas are kept, to be compared like those of every format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from qeval_batch.spreadsheet import ole
from qeval_batch.spreadsheet.biff import Styles, real, rk, u16, u32
from qeval_batch.spreadsheet.filling import Book, Filling
from qeval_batch.spreadsheet.legacy_text import is_legacy_font
from qeval_batch.spreadsheet.sheet import Guarded, Raw, Refused
from qeval_batch.spreadsheet.xls_text import plain_text, shared_texts, short_text

# Record numbers of [MS-XLS] 2.3.2.
_BOF, _EOF, _FILEPASS, _CONTINUE = 0x809, 0x0A, 0x2F, b"\x3c\0"
_DATE_1904, _FONT, _FORMAT, _CELL_FORMAT, _BOUND_SHEET, _BOOK_LINK, _SHARED = 0x22, 0x31, 0x41E, 0xE0, 0x85, 0x1AE, 0xFC
_FORMULA, _NUMBER, _LABEL, _RICH_LABEL, _BOOL_ERROR, _RK, _MULTI_RK, _LABEL_SHARED, _MERGED = (
    0x06, 0x203, 0x204, 0xD6, 0x205, 0x27E, 0xBD, 0xFD, 0xE5)
_CELLS = frozenset((_FORMULA, _NUMBER, _LABEL, _RICH_LABEL, _BOOL_ERROR, _RK, _MULTI_RK, _LABEL_SHARED))
_ROW, _COLUMNS = 0x208, 0x7D
_HIDDEN_SHEET, _HIDDEN_ROW, _HIDDEN_COLUMN = 3, 0x20, 1
_BIFF8 = 0x600
_GLOBALS, _WORKSHEET = 0x05, 0x10
# The first word of a link's body: the workbook itself, an add-in; anything else is the length of another file's name.
_OWN_LINKS = (0x401, 0x3A01)
# A formula's result that is no figure bears its kind in the first byte (a text stands in the next record).
_NO_NUMBER, _RESULT_BOOL, _RESULT_ERROR = b"\xff\xff", 1, 2
_FONT_NAME_AT = 14
_MACRO_STORAGE = "_vba_project_cur"

_Record = tuple[int, bytes, list[bytes]]      # number, body, bodies of its continuations


def scan(data: bytes) -> Guarded:
    """All worksheets; Refused when the file is encrypted, of an older Excel, damaged or out of bounds."""
    stream = ole.stream(data, "Workbook")
    if stream is None:
        raise Refused("FILE_DAMAGED")
    book, styles, fonts, links = Book(), Styles(), set(), False
    sheets: list[tuple[int, str, bool]] = []      # place, name, hidden
    texts: list[str] = []
    for kind, body, more in _substream(stream, 0, _GLOBALS, book):
        if kind == _FILEPASS:
            raise Refused("FILE_ENCRYPTED")
        if kind == _DATE_1904:
            styles.since_1904 = body[0] == 1
        elif kind == _FONT:
            fonts.add(short_text(body, _FONT_NAME_AT))
        elif kind == _FORMAT:
            styles.codes[u16(body)] = plain_text(body, 2)
        elif kind == _CELL_FORMAT:
            styles.formats.append(u16(body, 2))
        elif kind == _BOUND_SHEET:
            at, state, sort = struct.unpack_from("<IBB", body)
            if sort == 0:
                sheets.append((at, short_text(body, 6), state & _HIDDEN_SHEET != 0))
        elif kind == _BOOK_LINK:
            links = links or u16(body, 2) not in _OWN_LINKS
        elif kind == _SHARED:
            texts = shared_texts((body, *more))
    # Two names of one place would multiply the work without multiplying the bytes.
    if len({at for at, _, _ in sheets}) != len(sheets):
        raise Refused("FILE_DAMAGED")
    for at, name, hidden in sheets:
        _sheet(_substream(stream, at, _WORKSHEET, book), book.sheet(name, hidden=hidden), styles, texts)
    macros = _MACRO_STORAGE in (ole.entries(data) or ())
    return Guarded(sheets=book.sheets(), hidden=book.hidden, macros=macros, links=links,
                   fonts=frozenset(filter(is_legacy_font, fonts)))


def _substream(stream: bytes, at: int, sort: int, book: Book) -> Iterator[_Record]:
    """Record number, body and continuations, from the BOF at ``at`` to its EOF; what is nested (charts) is left out."""
    kind, length = struct.unpack_from("<HH", stream, at)
    version, found = struct.unpack_from("<HH", stream, at + 4)
    if kind != _BOF or found != sort:
        raise Refused("FILE_DAMAGED")
    if version != _BIFF8:
        raise Refused("FILE_XLS_OLD")
    at += 4 + length
    depth = 1
    while True:
        book.record()
        if at + 4 > len(stream):
            raise Refused("FILE_TRUNCATED")
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4:at + 4 + length]
        if len(body) != length:
            raise Refused("FILE_TRUNCATED")
        at += 4 + length
        more = []
        while stream[at:at + 2] == _CONTINUE:
            book.record()
            length = u16(stream, at + 2)
            more.append(stream[at + 4:at + 4 + length])
            at += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            return
        if depth == 1:
            yield kind, body, more


def _sheet(records: Iterator[_Record], filling: Filling, styles: Styles, texts: list[str]) -> None:
    for kind, body, _ in records:
        if kind == _MERGED:
            for index in range(u16(body)):
                top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * index)
                filling.merge((top + 1, left + 1), (bottom + 1, right + 1))
        elif kind == _ROW and u16(body, 12) & _HIDDEN_ROW:
            filling.hide_rows(u16(body) + 1, u16(body) + 1)
        elif kind == _COLUMNS and u16(body, 8) & _HIDDEN_COLUMN:
            filling.hide_columns(u16(body) + 1, u16(body, 2) + 1)
        if kind not in _CELLS:
            continue
        row, column, style = struct.unpack_from("<HHH", body)
        if kind == _MULTI_RK:
            for index in range((len(body) - 6) // 6):
                style, packed = struct.unpack_from("<HI", body, 4 + 6 * index)
                filling.put(row + 1, column + 1 + index, styles.value(rk(packed), style))
            continue
        error = _is_error(kind, body)
        value = "" if error else _value(kind, body, style, styles, texts)
        if value != "" or error or kind == _FORMULA:
            filling.put(row + 1, column + 1, value, formula=kind == _FORMULA, error=error)


def _is_error(kind: int, body: bytes) -> bool:
    if kind == _BOOL_ERROR:
        return body[7] != 0
    return kind == _FORMULA and body[12:14] == _NO_NUMBER and body[6] == _RESULT_ERROR


def _value(kind: int, body: bytes, style: int, styles: Styles, texts: list[str]) -> Raw:
    if kind == _LABEL_SHARED:
        return texts[u32(body, 6)]
    if kind == _NUMBER:
        return styles.value(real(body, 6), style)
    if kind == _RK:
        return styles.value(rk(u32(body, 6)), style)
    if kind == _BOOL_ERROR:
        return body[6] != 0
    if kind == _FORMULA:
        return _result(body, style, styles)
    return plain_text(body, 6)


def _result(body: bytes, style: int, styles: Styles) -> Raw:
    """A formula's stored result, where it can be believed."""
    if body[12:14] == _NO_NUMBER:
        return body[8] != 0 if body[6] == _RESULT_BOOL else ""
    number = real(body, 6)
    return styles.value(number, style) if number else ""
