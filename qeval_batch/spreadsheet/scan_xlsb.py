"""A binary workbook (.xlsb): its records read one by one, each no longer than the part that holds it ([MS-XLSB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from qeval_batch.spreadsheet.biff import Styles, real, rk, u16, u32, utf16
from qeval_batch.spreadsheet.filling import Book, Filling
from qeval_batch.spreadsheet.legacy_text import is_legacy_font
from qeval_batch.spreadsheet.limits import MAX_SMALL_PART_BYTES
from qeval_batch.spreadsheet.parts import Office, PackageParts
from qeval_batch.spreadsheet.sheet import Guarded, Raw, Refused

# Record numbers of [MS-XLSB] 2.3.2.
_ROW, _CELL_BLANK, _CELL_RK, _CELL_ERROR, _CELL_BOOL, _CELL_REAL, _CELL_SHARED = 0, 1, 2, 3, 4, 5, 7
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR, _CELL_RICH = 8, 9, 10, 11, 62
_SHARED_ITEM, _FONT, _FORMAT, _CELL_FORMAT = 19, 43, 44, 47
_CELL_FORMATS, _CELL_FORMATS_END = 617, 618
_WORKBOOK_PROPERTIES, _BUNDLED_SHEET, _MERGED, _COLUMNS = 153, 156, 176, 60
# A short cell (12 to 18) is a cell whose column is the next one, so it does not say it.
_SHORT, _SHORT_LAST = 11, 18
_FORMULAS = frozenset((_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR))
_FONT_NAME_AT, _ROW_FLAGS_AT = 21, 11
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x10, 1


def scan(parts: PackageParts) -> Guarded:
    """All worksheets; Refused when anything is damaged or out of bounds."""
    office = Office(parts)
    book = Book()
    styles, fonts = _styles(parts, office, book)
    texts = _shared(parts, office, book)
    used: set[str] = set()
    for kind, body in _records(parts.needed(office.name, MAX_SMALL_PART_BYTES), book):
        if kind == _WORKBOOK_PROPERTIES:
            styles.since_1904 = bool(body[0] & 1)
        elif kind == _BUNDLED_SHEET:
            relation, at = _wide(body, 8)
            name, _ = _wide(body, at)
            target = office.worksheet(relation)
            if target is None:
                continue
            # Two names of one part would multiply the work without multiplying the bytes.
            if target in used:
                raise Refused("FILE_DAMAGED")
            used.add(target)
            filling = book.sheet(name, hidden=u32(body) != 0)
            _sheet(_records(parts.needed(target), book), filling, styles, texts)
    return Guarded(sheets=book.sheets(), hidden=book.hidden, macros=office.macros, links=office.links, fonts=fonts)


def _records(part: bytes, book: Book) -> Iterator[tuple[int, bytes]]:
    """Record number and body; numbers take one byte or two, lengths up to four, seven bits each."""
    at, end = 0, len(part)
    while at < end:
        book.record()
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (part[at] & 0x7F) << 7
            at += 1
        length = 0
        for shift in (0, 7, 14, 21):
            byte = part[at]
            at += 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if at + length > end:
            raise Refused("FILE_DAMAGED")
        yield kind, part[at:at + length]
        at += length


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """A counted text and where it ends."""
    count = u32(body, at)
    return utf16(body, at + 4, count), at + 4 + 2 * count


def _styles(parts: PackageParts, office: Office, book: Book) -> tuple[Styles, frozenset[str]]:
    """The cell formats, and the fonts of pre-Unicode Vietnamese among the fonts."""
    styles, fonts = Styles(), set()
    name = office.part("styles", parts)
    cell_formats = False
    for kind, body in _records(parts.needed(name), book) if name else ():
        if kind == _FORMAT:
            styles.codes[u16(body)] = _wide(body, 2)[0]
        elif kind == _FONT:
            fonts.add(_wide(body, _FONT_NAME_AT)[0])
        elif kind in (_CELL_FORMATS, _CELL_FORMATS_END):
            cell_formats = kind == _CELL_FORMATS
        elif kind == _CELL_FORMAT and cell_formats:
            styles.formats.append(u16(body, 2))
    return styles, frozenset(filter(is_legacy_font, fonts))


def _shared(parts: PackageParts, office: Office, book: Book) -> list[str]:
    name = office.part("sharedstrings", parts)
    records = _records(parts.needed(name), book) if name else ()
    return [_wide(body, 1)[0] for kind, body in records if kind == _SHARED_ITEM]


def _sheet(records: Iterator[tuple[int, bytes]], filling: Filling, styles: Styles, texts: list[str]) -> None:
    row = column = 0
    for kind, body in records:
        if kind == _ROW:
            row, column = u32(body) + 1, 0
            if body[_ROW_FLAGS_AT] & _HIDDEN_ROW:
                filling.hide_rows(row, row)
        elif _CELL_BLANK <= kind <= _SHORT_LAST or kind == _CELL_RICH:
            if _SHORT < kind <= _SHORT_LAST:
                column, kind, at = column + 1, kind - _SHORT, 0
            else:
                column, at = u32(body) + 1, 4
            error = kind in (_CELL_ERROR, _FORMULA_ERROR)
            value = "" if error or kind == _CELL_BLANK else _value(kind, body, at, styles, texts)
            if value != "" or error or kind in _FORMULAS:
                filling.put(row, column, value, formula=kind in _FORMULAS, error=error)
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            filling.merge((top + 1, left + 1), (bottom + 1, right + 1))
        elif kind == _COLUMNS and u16(body, 16) & _HIDDEN_COLUMN:
            filling.hide_columns(u32(body) + 1, u32(body, 4) + 1)


def _value(kind: int, body: bytes, at: int, styles: Styles, texts: list[str]) -> Raw:
    """The value of a cell record; ``at``: where its style stands, four bytes before the value."""
    style = u32(body, at) & 0xFFFFFF
    at += 4
    if kind == _CELL_RK:
        return styles.value(rk(u32(body, at)), style)
    if kind in (_CELL_REAL, _FORMULA_NUMBER):
        return styles.value(real(body, at), style)
    if kind == _CELL_SHARED:
        return texts[u32(body, at)]
    if kind in (_CELL_BOOL, _FORMULA_BOOL):
        return body[at] != 0
    return _wide(body, at + (kind == _CELL_RICH))[0]
