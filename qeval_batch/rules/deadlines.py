"""The deadlines of a quarter as values: the day that holds, whether it is a day off, what a moment is against it (R61).

«Trước ngày 25» is in time up to the end of the 24th; what the 25th itself is, ``deadline.day_of`` says. Days are
Vietnamese ones.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import DeadlineKeys

IN_TIME, ON_THE_DAY, LATE = "in_time", "on_the_day", "late"
DOSSIER = "dossier"
# What is due, in the order of a quarter's work; the policy keys are `deadline.<code>`, their words stand in words.yaml.
CODES = (DOSSIER, "central_officers", "result_report", "assessors", "province_report", "appraisal", "centre",
         "lower_levels")
_NEXT_QUARTER = frozenset(("centre", "lower_levels"))
_LAST_DAY = "last_day"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    """«Trước ngày ``day``». ``named``: the day of the text, another one than ``day`` only where policy moves it.

    ``day_off``: why the named day is a day off: a code of words.yaml `weekday`, or the roster's own words; else None.
    ``day_of``: what a delivery on ``day`` itself is, ``in_time``, ``on_the_day`` or ``late``.
    """

    code: str
    named: date
    day: date
    day_of: str
    citation: str
    day_off: str | None = None

    @property
    def last_day(self) -> date:
        """The last day that is in time."""
        return self.day if self.day_of == IN_TIME else self.day - _DAY

    @property
    def moved(self) -> bool:
        return self.day != self.named

    def phase(self, moment: datetime) -> str:
        """What a delivery at ``moment`` (aware) is: ``in_time``, ``on_the_day`` or ``late``."""
        day = moment.astimezone(VIETNAM_TIME).date()
        if day == self.day:
            return self.day_of
        return IN_TIME if day < self.day else LATE

    def days_left(self, as_of: datetime) -> int:
        """Whole days from ``as_of`` to the last day in time: 0 on that day, negative after it."""
        return (self.last_day - as_of.astimezone(VIETNAM_TIME).date()).days


def deadlines(policy: Policy, period: Period, days_off: Mapping[date, str]) -> tuple[Deadline, ...]:
    """Every deadline of ``period``, in the order of ``CODES``. ``days_off``: the roster's, day -> reason."""
    return tuple(deadline(code, policy, period, days_off) for code in CODES)


def deadline(code: str, policy: Policy, period: Period, days_off: Mapping[date, str]) -> Deadline:
    """One deadline, ``code`` of ``CODES`` (LD VII.1.1, VII.1.3, VII.2.2, VII.2.3, VII.3, X.2–X.4; TW 7.2).

    A day the month does not have is its last one.
    """
    key = DeadlineKeys.keys[f"deadline.{code}"]
    named = _named(policy.of(key), period.next().start if code in _NEXT_QUARTER else period.end)
    day_off = _day_off(named, policy, days_off)
    day = named
    if day_off is not None and policy.deadline.day_off == "next_working_day":
        while _day_off(day, policy, days_off) is not None:
            day += _DAY
    return Deadline(code, named, day, policy.deadline.day_of, policy.citation(key), day_off)


def _named(value: str | int, month: date) -> date:
    last = calendar.monthrange(month.year, month.month)[1]
    return month.replace(day=last if value == _LAST_DAY else min(int(value), last))


def _day_off(day: date, policy: Policy, days_off: Mapping[date, str]) -> str | None:
    weekday = _WEEKDAYS[day.weekday()]
    if day in days_off:
        # A day off without a stated reason is still one.
        return days_off[day] or "holiday"
    return weekday if weekday in policy.deadline.weekend else None
