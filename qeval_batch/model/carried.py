"""The mark of a row that stands from a quarter in which the officer was deferred (R22)."""

from __future__ import annotations

import re

from qeval_batch.core.text import match_key
from qeval_batch.model.records import Origin

_MARK = "Chuyển từ {period}, dòng {row}"
_FOUND = re.compile(r"chuyển từ (\d{4}-q[1-4]), dòng (\d{1,7})\b", re.ASCII)


def mark_of(origin: Origin) -> str:
    """What `Ghi chú` of a carried row begins with: the quarter it was done in, and its row in that quarter's sheet."""
    return _MARK.format(period=origin[0], row=origin[1])


def origin_of(note: str | None) -> Origin | None:
    """Where a row says it comes from; None without a mark at the beginning of the note."""
    found = _FOUND.match(match_key(note)) if note else None
    return (found[1].upper(), int(found[2])) if found else None


def same(value: object, before: object) -> bool:
    """Whether a cell says what was kept; however it is spelt, and blank is blank."""
    if isinstance(value, str) and isinstance(before, str):
        return match_key(value) == match_key(before)
    return (value or None) == (before or None) or value == before
