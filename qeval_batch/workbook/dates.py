"""A date as people type it or Excel stores it; day before month, as everywhere in Vietnam; the unclear is asked.

Two digits of a year, or a serial number kept as text, leave open which century or whether it is a date at all. Both are
taken where the day they give lies near the quarter: what a workbook of the quarter asks for is due, done or signed
about then, a slip of the keyboard lands there by chance only, and a year written first (``26-09-05``) lands far away.
"""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

# Nobody in office was born before, no deadline lies after: a date outside is a typing error (or a year alone, read as
# a serial number).
MIN_DATE = datetime.date(1930, 1, 1)
MAX_DATE = datetime.date(2099, 12, 31)
# Day 0 of serial dates once Excel's day 60 (29/2/1900, which never was) is past.
_SERIAL_ZERO = datetime.date(1899, 12, 30)
# "Near": from a year before the quarter's last day, for what was carried over, to a quarter after it.
_BEFORE, _AFTER = datetime.timedelta(days=366), datetime.timedelta(days=92)
_TIME = r"(?:[T\s]\s*(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_DAY_FIRST = re.compile(r"([0-9]{1,2})\s*([/.\-])\s*([0-9]{1,2})\s*\2\s*([0-9]{4}|[0-9]{2})" + _TIME, re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.\-])([0-9]{1,2})\2([0-9]{1,2})" + _TIME, re.ASCII)
# Day and month without a year, month and year without a day.
_INCOMPLETE = re.compile(r"[0-9]{1,2}\s*[/.\-]\s*(?:[0-9]{1,2}|[0-9]{4})", re.ASCII)
_SERIAL = re.compile(r"[0-9]{5}", re.ASCII)
_WORDS = re.compile(r"([0-9]{1,2}) tháng ([0-9]{1,2}),? năm ([0-9]{4})", re.ASCII)
_MONTHS = 12
_VIETNAM_MINUTES, _DAY_MINUTES = 7 * 60, 24 * 60
_CENTURY = 2000

_Result = tuple[datetime.date | None, str | None]


def parse_date(raw: Any, near: datetime.date | None = None) -> _Result:
    """``raw`` (date, serial number or cleaned text) as a date, or None with the code of what is wrong.

    ``near``: the quarter's last day, which settles what is written short; without it the short is asked.
    """
    if isinstance(raw, datetime.datetime):
        return _sane(raw.date())
    if isinstance(raw, datetime.date):
        return _sane(raw)
    if isinstance(raw, str):
        return _typed(raw, near)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _serial(float(raw))
    return None, "CELL_NOT_DATE"


_DAY_WORDS = ("ngày ", "Ngày ")   # what people write before a date


def _typed(text: str, near: datetime.date | None) -> _Result:
    for word in _DAY_WORDS:
        text = text.removeprefix(word)
    match = _DAY_FIRST.fullmatch(text)
    if match is not None:
        short = len(match[4]) == 2
        result = _checked(int(match[4]) + (_CENTURY if short else 0), int(match[3]), int(match[1]))
        return _if_near(result, near) if short else result
    match = _YEAR_FIRST.fullmatch(text)
    if match is not None:
        result = _checked(int(match[1]), int(match[3]), int(match[4]))
        return result if result[0] is None or _here(match) else (None, "CELL_DATE_AMBIGUOUS")
    match = _WORDS.fullmatch(text.lower())
    if match is not None:
        return _checked(int(match[3]), int(match[2]), int(match[1]))
    if _SERIAL.fullmatch(text):
        return _if_near(_serial(float(text)), near)
    return None, "CELL_DATE_AMBIGUOUS" if _INCOMPLETE.fullmatch(text) else "CELL_NOT_DATE"


def _here(match: re.Match[str]) -> bool:
    """Whether a moment with a zone falls on the same day in Vietnam: 17:00Z is the midnight after, and is asked."""
    zone = match["zone"]
    if not zone:
        return True
    offset = 0 if zone == "Z" else int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[-2:]))
    minute = int(match["hour"]) * 60 + int(match["minute"]) - offset + _VIETNAM_MINUTES
    return 0 <= minute < _DAY_MINUTES


def _if_near(result: _Result, near: datetime.date | None) -> _Result:
    day, code = result
    if day is None and code != "CELL_DATE_RANGE":
        return result
    if day is None or near is None or not near - _BEFORE <= day <= near + _AFTER:
        return None, "CELL_DATE_AMBIGUOUS"
    return result


def _checked(year: int, month: int, day: int) -> _Result:
    if month > _MONTHS >= day:
        # 9/30/2026: written month first, or a slip; the other way round it would be a date.
        return None, "CELL_DATE_AMBIGUOUS"
    try:
        return _sane(datetime.date(year, month, day))
    except ValueError:
        return None, "CELL_NOT_DATE"


def _serial(number: float) -> _Result:
    if math.isnan(number) or abs(number) > (MAX_DATE - _SERIAL_ZERO).days + 1:
        return None, "CELL_DATE_RANGE"
    return _sane(_SERIAL_ZERO + datetime.timedelta(days=int(number)))


def _sane(day: datetime.date) -> _Result:
    return (day, None) if MIN_DATE <= day <= MAX_DATE else (None, "CELL_DATE_RANGE")
