"""A day whose month was read for it: a PC with American settings makes 9 May of a typed 5/9."""

from __future__ import annotations

from datetime import date

from qeval_batch.core.period import Period

_MONTHS = 12


def exchanged(day: date) -> date | None:
    """``day`` with day and month exchanged; None where that is no other date."""
    return day.replace(day=day.month, month=day.day) if day.day <= _MONTHS and day.day != day.month else None


def meant_instead(day: date, period: Period) -> date | None:
    """The exchanged reading of a day that misses the quarter, where that one meets it; None otherwise: nothing to ask."""
    if period.start <= day <= period.end:
        return None
    other = exchanged(day)
    return other if other is not None and period.start <= other <= period.end else None
