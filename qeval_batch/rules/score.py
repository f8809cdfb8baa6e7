"""The score of one officer (R17), exact: the same functions give the engine's figures and a template's cached ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from qeval_batch.core.decimals import Exact, half_up

_FULL = 100
ZERO = Decimal(0)


def effective_assigned(assigned: Decimal, done: Decimal, excused: bool) -> Decimal:
    """The quantity that counts as assigned, in the product's unit: of an excused product only what was done (R17)."""
    return min(done, assigned) if excused else assigned


def on_schedule(assigned: Decimal, done: Decimal, deadline: date, completed: date | None) -> bool:
    """Whether the whole quantity stood by the deadline, so that C is 100 (R17); without a date it is not known."""
    return done >= assigned and completed is not None and completed <= deadline


def quantity_pct(assigned: Decimal, done: Decimal) -> Fraction:
    """A: done of assigned in percent, at most 100 (R17). ``assigned`` must be positive."""
    return min(Fraction(_FULL), Fraction(done) * _FULL / Fraction(assigned))


def product_kpi(a: Exact, b: Exact, c: Exact, d: Exact, formula: str) -> Fraction:
    """KPI of a product in percent: the mean of A quantity, B quality, C progress and, in ``mean_abcd``, D leadership.

    ValueError for a formula the policy does not offer (TW Phụ lục 2, R17).
    """
    parts = {"mean_abcd": (a, b, c, d), "mean_abc": (a, b, c)}.get(formula)
    if parts is None:
        raise ValueError(f"score.kpi_formula: {formula}")
    return sum((Fraction(part) for part in parts), Fraction(0)) / len(parts)


def axis_kpi(parts: Sequence[tuple[Exact, Exact]], cap: Exact) -> Fraction | None:
    """KPI of an axis in percent: its products' KPI weighted by coefficient × quantity, at most ``cap`` (R17).

    ``parts`` are (weight, KPI). None where nothing is left to weigh: unknown is not zero.
    """
    weight = sum((Fraction(part) for part, _ in parts), Fraction(0))
    if weight == 0:
        return None
    total = sum((Fraction(part) * Fraction(kpi) for part, kpi in parts), Fraction(0))
    return min(Fraction(cap), total / weight)


def axis_points(max_points: Decimal, kpi: Exact, places: int) -> Decimal:
    """Points of an axis: its maximum × KPI/100, half up to ``places`` decimals (R17)."""
    return half_up(Fraction(max_points) * Fraction(kpi) / _FULL, places)
