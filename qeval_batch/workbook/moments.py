"""A day with its time as a clerk types it or Excel stores it; Vietnamese time. A day alone is its first minute."""

from __future__ import annotations

import datetime
import re
from typing import Any

from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.workbook.dates import parse_date

_NOT_MOMENT = "CELL_NOT_MOMENT"
# 10:30, 10:30:00, 10h30, 10h, 10 giờ 30 phút, 2:30 CH.
_TIME = (r"(?P<hour>[0-9]{1,2})\s*(?:(?::|h|g|giờ)\s*(?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2})(?:\.[0-9]+)?)?\s*(?:phút|p)?"
         r"|(?:h|g|giờ))(?:\s*(?P<half>am|pm|sa|ch))?")
_LAST = re.compile(rf"(?P<day>.*?[^\s,;])(?:[\s,;]+(?:lúc\s+)?|t){_TIME}")
_FIRST = re.compile(rf"(?:lúc\s+)?{_TIME}[\s,;]+(?P<day>.+)")
_AFTERNOON = frozenset(("pm", "ch"))
_DAY_WORD, _MONTH_WORD = "ngày ", "tháng"
_NOON, _SECONDS_PER_DAY = 12, 86400

_Result = tuple[datetime.datetime | None, str | None]


def parse_moment(raw: Any) -> _Result:
    """``raw`` (date, date-time, serial number or cleaned text) as an aware moment, or None with the finding's code."""
    if isinstance(raw, datetime.datetime):
        # Excel keeps a time as a fraction of the day: 10:30 may be a microsecond short of it.
        whole = (raw.replace(tzinfo=None) + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
        return _at(whole.date(), whole.time())
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _serial(float(raw))
    if isinstance(raw, str):
        return _typed(" ".join(raw.lower().split()))
    return _at(raw, datetime.time())


def _serial(number: float) -> _Result:
    seconds = round((number % 1) * _SECONDS_PER_DAY)
    whole = (datetime.datetime.min + datetime.timedelta(seconds=seconds % _SECONDS_PER_DAY)).time()
    return _at(int(number) + seconds // _SECONDS_PER_DAY, whole)


def _typed(text: str) -> _Result:
    match = _LAST.fullmatch(text) or _FIRST.fullmatch(text)
    if match is None:
        # A day alone; with a time that is none, the day must not be taken for all that was said.
        return (None, _NOT_MOMENT) if ":" in text else _at(text, datetime.time())
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if match["half"] is not None:
        if not 1 <= hour <= _NOON:
            return None, _NOT_MOMENT
        hour = hour % _NOON + (_NOON if match["half"] in _AFTERNOON else 0)
    try:
        time = datetime.time(hour, minute, second)
    except ValueError:
        return None, _NOT_MOMENT
    return _at(match["day"] if _MONTH_WORD in match["day"] else match["day"].removeprefix(_DAY_WORD), time)


def _at(day: Any, time: datetime.time) -> _Result:
    found, code = parse_date(day)
    if found is None:
        return None, _NOT_MOMENT if code == "CELL_NOT_DATE" else code
    return datetime.datetime.combine(found, time, VIETNAM_TIME), None
