"""Months within a quarter, held to a count of single days that knows nothing of spans."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from law_builders import PERIOD

from qeval_batch.rules.months import Reach, add_months, clip, days, merge, reach

DAYS = [PERIOD.start + timedelta(days=number) for number in range((PERIOD.end - PERIOD.start).days + 1)]
SPAN = st.tuples(st.sampled_from(DAYS), st.integers(0, 70)).map(
    lambda item: (item[0], min(item[0] + timedelta(days=item[1]), PERIOD.end)))
SPANS = st.lists(SPAN, max_size=5)


def _runs(spans: list[tuple[date, date]]) -> list[list[date]]:
    """Runs of consecutive days on which one of the spans runs."""
    runs: list[list[date]] = []
    for day in DAYS:
        if any(first <= day <= last for first, last in spans):
            if runs and runs[-1][-1] == day - timedelta(days=1):
                runs[-1].append(day)
            else:
                runs.append([day])
    return runs


@settings(deadline=None)
@given(spans=SPANS)
@example(spans=[(date(2026, 8, 1), date(2026, 8, 31)), (date(2026, 9, 1), date(2026, 9, 30))])
def test_merged_spans_are_the_runs_of_days(spans: list[tuple[date, date]]) -> None:
    runs = _runs(spans)
    assert merge(spans) == tuple((run[0], run[-1]) for run in runs)
    assert days(merge(spans)) == sum(map(len, runs))


@settings(deadline=None)
@given(spans=SPANS, months=st.integers(1, 3), reached=st.integers(1, 92), doubt=st.integers(1, 92))
@example(spans=[(date(2026, 7, 1), date(2026, 8, 31))], months=3, reached=62, doubt=59)
def test_days_count_only_for_what_is_disjoint(spans: list[tuple[date, date]], months: int, reached: int, doubt: int
                                              ) -> None:
    runs = _runs(spans)
    several, total = len(runs) > 1, sum(map(len, runs))
    if any(add_months(run[0], months) - timedelta(days=1) <= run[-1] for run in runs) or (several and total >= reached):
        expected = Reach.YES
    else:
        expected = Reach.DOUBT if several and total >= doubt else Reach.NO
    assert reach(spans, months, reached, doubt) is expected


def test_a_period_outside_the_quarter_leaves_nothing() -> None:
    assert clip(date(2026, 10, 1), date(2026, 10, 9), PERIOD) is None
    assert clip(date(2026, 6, 1), date(2026, 6, 30), PERIOD) is None
    assert clip(date(2026, 9, 30), None, PERIOD) == (date(2026, 9, 30), date(2026, 9, 30))


def test_a_day_the_month_does_not_have_becomes_its_last() -> None:
    assert add_months(date(2026, 7, 31), 2) == date(2026, 9, 30)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert add_months(date(2026, 10, 1), 3) == date(2027, 1, 1)
