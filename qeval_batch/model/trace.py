"""What a decision rests on: each rule tried, each score with the steps and cells behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from qeval_batch.core.cells import CellRef, RowRef


@dataclass(frozen=True)
class Step:
    """One line of the trace: a rule tried, what it read, what came out, the clause, and the cells it rests on.

    ``holds`` True/False for a condition, None for a statement. ``inputs`` values are already text, in a fixed order.
    """

    rule: str
    holds: bool | None
    inputs: Mapping[str, str]
    citation: str
    text: str
    cells: tuple[CellRef, ...] = ()


@dataclass(frozen=True)
class AxisScore:
    """One axis of the score. ``kpi`` exact (0–100) or None where nothing is left to score; ``points`` half up."""

    axis: str
    max_points: Decimal
    kpi: Fraction | None
    points: Decimal | None
    exact: Fraction | None
    why_none: str | None = None       # "none_arising" | "dropped_out" | "no_products"


@dataclass(frozen=True)
class ProductScore:
    """One product as the score used it (R17). ``kpi`` and ``weight`` None: it dropped out, or a figure is blank.

    ``step`` stays out of the officer's reasons: a reader asks for it product by product (``qeval explain``).
    """

    no: int
    axis: str
    kpi: Fraction | None
    weight: Fraction | None
    step: Step
    at: RowRef


@dataclass(frozen=True)
class Score:
    """R17. ``total`` is the sum of the printed parts, None when an axis has none; ``exact`` is never rounded."""

    general: Decimal
    axes: tuple[AxisScore, ...]
    total: Decimal | None
    exact: Fraction | None
    steps: tuple[Step, ...] = ()
    products: tuple[ProductScore, ...] = ()
