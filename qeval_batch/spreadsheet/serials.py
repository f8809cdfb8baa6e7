"""A stored number under its number format: a figure, a date, a time, a span; told as calamine tells those of .xlsx."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from qeval_batch.spreadsheet.sheet import Raw

DATE, SPAN = "date", "span"
# Formats every program knows by number alone; the second group differs by language and always holds dates.
BUILT_IN: Mapping[int, str] = {
    **dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), DATE), 46: SPAN}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.', re.DOTALL)
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKET = re.compile(r"\[[^\]]*\]")
_GENERAL = re.compile("general", re.IGNORECASE)
_DATE_LETTERS = re.compile("[dmyhs]", re.IGNORECASE)
_ZERO_1900 = datetime.datetime(1899, 12, 30)
_ZERO_1904 = datetime.datetime(1904, 1, 1)
# Excel's 29/2/1900, which never was, shifts every earlier day by one.
_PHANTOM_DAY = 60
_LAST_SERIAL = 2_958_466
_DAY_MILLISECONDS = 86_400_000


def kind_of(code: str) -> str | None:
    """What a number format's code shows: ``DATE``, ``SPAN`` (hours beyond a day), None for a figure."""
    plain = _LITERAL.sub("", code.split(";", 1)[0])
    if _SPAN.search(plain):
        return SPAN
    return DATE if _DATE_LETTERS.search(_GENERAL.sub("", _BRACKET.sub("", plain))) else None


def value_of(number: float, kind: str | None, *, since_1904: bool = False) -> Raw:
    """``number`` as its format shows it; a number no date has stays a number."""
    if kind is None or not 0 <= number < _LAST_SERIAL:
        return number
    span = datetime.timedelta(milliseconds=round(number * _DAY_MILLISECONDS))
    if kind == SPAN:
        return span
    zero = _ZERO_1904 if since_1904 else _ZERO_1900 + datetime.timedelta(days=number < _PHANTOM_DAY)
    moment = zero + span
    if number < 1:
        return moment.time()
    return moment.date() if moment.time() == datetime.time() else moment
