"""Names the outputs may use: a sheet, a file. Ids and names come from people, so they are data, never a path."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

_SHEET_LENGTH = 31
# Beyond the basic plane a character counts twice in Excel's limit.
_UNSAFE_SHEET = re.compile(r"[\[\]:*?/\\\x00-\x1f]+|[^\x00-\uffff]+")
_UNSAFE_FILE = re.compile(r"[^A-Za-z0-9_-]+")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_RESERVED_SHEETS = {"history"}


def sheet_names(labels: Iterable[str]) -> list[str]:
    """One valid, distinct sheet name per label, in order: at most 31 characters, no forbidden one, case-blind."""
    taken: set[str] = set(_RESERVED_SHEETS)
    names = []
    for label in labels:
        plain = " ".join(_UNSAFE_SHEET.sub("-", label).split()).strip("' ") or "-"
        name, number = plain[:_SHEET_LENGTH].rstrip("' "), 1
        while name.casefold() in taken:
            number += 1
            tail = f" ({number})"
            name = plain[:_SHEET_LENGTH - len(tail)].rstrip("' ") + tail
        taken.add(name.casefold())
        names.append(name)
    return names


def file_stems(keys: Iterable[str]) -> dict[str, str]:
    """Each key as part of a file name on any system, distinct even where case does not count.

    A key that had to be changed, or that differs from another by case alone, keeps a mark of its own.
    """
    listed = list(dict.fromkeys(keys))
    folded = [_UNSAFE_FILE.sub("_", key).casefold() for key in listed]
    return {key: _stem(key, alone=folded.count(fold) == 1) for key, fold in zip(listed, folded, strict=True)}


def _stem(key: str, *, alone: bool) -> str:
    plain = _UNSAFE_FILE.sub("_", key)
    if alone and plain == key and key and not _DEVICES.fullmatch(key):
        return key
    return f"{plain or '_'}-{hashlib.sha256(key.encode()).hexdigest()[:6]}"
