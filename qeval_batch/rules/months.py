"""Months within a quarter (rules.md A): clip, merge, and whether a number of months is reached, missed or in doubt."""

from __future__ import annotations

import calendar
import enum
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from qeval_batch.core.period import Period

DaySpan = tuple[date, date]
_DAY = timedelta(days=1)
_YEAR = 12


class Reach(enum.Enum):
    """Whether the months asked for are reached."""

    YES = "yes"
    NO = "no"
    DOUBT = "doubt"


def add_months(start: date, months: int) -> date:
    """``start`` plus calendar months; a day the month does not have becomes its last one."""
    year, month = divmod(start.year * _YEAR + start.month - 1 + months, _YEAR)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def clip(start: date, end: date | None, period: Period) -> DaySpan | None:
    """The part of a period inside the quarter; a blank end is still running; None where they do not meet."""
    first, last = max(start, period.start), min(end or period.end, period.end)
    return (first, last) if first <= last else None


def merge(spans: Iterable[DaySpan]) -> tuple[DaySpan, ...]:
    """The same days as disjoint spans in order; overlapping and adjoining ones become one."""
    merged: list[DaySpan] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + _DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def days(spans: Sequence[DaySpan]) -> int:
    """Number of days in merged ``spans``."""
    return sum((last - first).days + 1 for first, last in spans)


def lasts(span: DaySpan, months: int) -> bool:
    """Whether one span reaches ``months``: start + N calendar months <= end + 1 day (01/7–31/8 is two)."""
    return add_months(span[0], months) <= span[1] + _DAY


def reach(spans: Iterable[DaySpan], months: int, days_reached: int, days_doubt: int) -> Reach:
    """Whether spans of one kind reach ``months``: one of them alone, or disjoint ones by their days (LD VIII.1.2)."""
    merged = merge(spans)
    if any(lasts(span, months) for span in merged):
        return Reach.YES
    if len(merged) > 1 and days(merged) >= days_reached:
        return Reach.YES
    return Reach.DOUBT if len(merged) > 1 and days(merged) >= days_doubt else Reach.NO
