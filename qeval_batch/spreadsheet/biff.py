"""What .xls and .xlsb share: packed numbers, texts, and styles that tell a date from a figure."""

from __future__ import annotations

import math
import struct

from qeval_batch.spreadsheet.serials import BUILT_IN, kind_of, value_of
from qeval_batch.spreadsheet.sheet import Raw, Refused


def u16(body: bytes, at: int = 0) -> int:
    """A whole number of two bytes; struct.error where the record ends before (so, too, ``u32`` and ``real``)."""
    return int(struct.unpack_from("<H", body, at)[0])


def u32(body: bytes, at: int = 0) -> int:
    """A whole number of four bytes."""
    return int(struct.unpack_from("<I", body, at)[0])


def real(body: bytes, at: int) -> float:
    """A double."""
    return float(struct.unpack_from("<d", body, at)[0])


def rk(packed: int) -> float:
    """An RK number: 30 bits of a double or of a whole number, perhaps to be divided by 100."""
    if packed & 2:
        whole = packed >> 2
        number = float(whole - 2**30 if whole >= 2**29 else whole)
    else:
        number = real(struct.pack("<Q", (packed & 0xFFFFFFFC) << 32), 0)
    return number / 100 if packed & 1 else number


def utf16(data: bytes, at: int, characters: int) -> str:
    """A text of that many UTF-16 units; Refused where the record ends before. A lone surrogate becomes U+FFFD."""
    raw = data[at:at + 2 * characters]
    if len(raw) != 2 * characters:
        raise Refused("FILE_DAMAGED")
    return raw.decode("utf-16-le", "replace")


class Styles:
    """Cell formats by index: a stored number as the value its format shows."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}          # number format id -> its code
        self.formats: list[int] = []             # cell format -> number format id
        self.since_1904 = False
        self._kinds: dict[int, str | None] = {}

    def value(self, number: float, style: int) -> Raw:
        """``number`` under cell format ``style``; Refused for what is no number."""
        if not math.isfinite(number):
            raise Refused("FILE_DAMAGED")
        if style not in self._kinds:
            self._kinds[style] = self._kind(style)
        return value_of(number, self._kinds[style], since_1904=self.since_1904)

    def _kind(self, style: int) -> str | None:
        ident = self.formats[style] if style < len(self.formats) else 0
        code = self.codes.get(ident)
        return BUILT_IN.get(ident) if code is None else kind_of(code)
