"""Texts of .xls records: one byte or two a character, and the shared texts cut into continuation records."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from qeval_batch.core.say import say
from qeval_batch.spreadsheet.biff import u16, u32, utf16
from qeval_batch.spreadsheet.limits import MAX_PART_BYTES
from qeval_batch.spreadsheet.sheet import Refused

_WIDE, _EXTENDED, _RICH = 1, 4, 8
_RUN_BYTES = 4


def short_text(body: bytes, at: int) -> str:
    """A text counted in one byte (sheet and font names)."""
    return _text(body, at + 2, body[at], body[at + 1])


def plain_text(body: bytes, at: int) -> str:
    """A text counted in two bytes (number formats, texts standing in their cell)."""
    count, flags = struct.unpack_from("<HB", body, at)
    return _text(body, at + 3, count, flags)


def _text(body: bytes, at: int, count: int, flags: int) -> str:
    if flags & _WIDE:
        return utf16(body, at, count)
    if at + count > len(body):
        raise Refused("FILE_DAMAGED")
    return body[at:at + count].decode("latin-1")


def shared_texts(records: Sequence[bytes]) -> list[str]:
    """The texts of the table a workbook's cells refer to, by index; Refused where it is cut or damaged."""
    if sum(map(len, records)) > MAX_PART_BYTES:
        raise Refused("FILE_BOMB", why=say("spreadsheet.limits.shared_strings"))
    cursor = _Cursor(records)
    # A table may say more texts than it holds; no text takes less than three bytes.
    unique = u32(cursor.take(8), 4)
    texts: list[str] = []
    for _ in range(unique):
        texts.append(_shared_text(cursor))
    return texts


def _shared_text(cursor: _Cursor) -> str:
    count, flags = struct.unpack("<HB", cursor.take(3))
    runs = u16(cursor.take(2)) if flags & _RICH else 0
    extension = u32(cursor.take(4)) if flags & _EXTENDED else 0
    text = cursor.characters(count, bool(flags & _WIDE))
    cursor.take(_RUN_BYTES * runs)
    cursor.take(extension)
    return text


class _Cursor:
    """A place in a record and its continuations."""

    def __init__(self, records: Sequence[bytes]) -> None:
        self._records, self._index, self._at = records, 0, 0

    def take(self, count: int) -> bytes:
        """The next bytes, across continuations."""
        pieces = []
        while count:
            piece = self._piece(count)
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def characters(self, count: int, wide: bool) -> str:
        """The next characters; each continuation begins with a byte that says how wide its own are."""
        pieces = []
        while count:
            if self._at == len(self._records[self._index]):
                self._next()
                wide = bool(self._piece(1)[0] & _WIDE)
            room = len(self._records[self._index]) - self._at
            here = min(count, room // 2 if wide else room)
            if not here:
                raise Refused("FILE_DAMAGED")
            raw = self._piece(2 * here if wide else here)
            pieces.append(raw.decode("utf-16-le", "replace") if wide else raw.decode("latin-1"))
            count -= here
        return "".join(pieces)

    def _piece(self, count: int) -> bytes:
        """At least one byte, at most ``count``, of one record."""
        while self._at == len(self._records[self._index]):
            self._next()
        piece = self._records[self._index][self._at:self._at + count]
        self._at += len(piece)
        return piece

    def _next(self) -> None:
        self._index, self._at = self._index + 1, 0
        if self._index == len(self._records):
            raise Refused("FILE_DAMAGED")
