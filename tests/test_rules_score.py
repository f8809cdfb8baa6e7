"""The arithmetic of the score: exact where floats fall short, profile 100, comparison with the workbook's figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law_builders import at, officer_sheet, policy_with, product

from qeval_batch.core.decimals import half_up
from qeval_batch.model.records import AxisEntry
from qeval_batch.model.trace import AxisScore, Score
from qeval_batch.rules.score import (
    ProductLine,
    axis_kpi,
    axis_points,
    crosses,
    differences,
    effective_assigned,
    officer_score,
    on_schedule,
    product_kpi,
    product_line,
    quantity_pct,
)

D = Decimal


def test_pairs_whose_float_sum_falls_short_of_90_are_90() -> None:
    short = 0
    for a in range(101):
        for b in range(101):
            if 3 * a + 7 * b == 900:
                kpi = axis_kpi([(3, a), (7, b)], D(100))
                assert kpi == 90
                assert axis_points(D(100), kpi, 2) == D("90.00")
                short += 0.3 * a + 0.7 * b < 90
    assert short >= 1, "the trap this test is about is gone"


PARTS = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 100)), min_size=1, max_size=6)


@settings(deadline=None)
@given(points=st.integers(1, 70), parts=PARTS)
def test_axis_points_are_the_exact_share_half_up(points: int, parts: list[tuple[int, int]]) -> None:
    kpi = axis_kpi(parts, D(100))
    assert kpi is not None
    exact = Fraction(points) * kpi / 100
    given_points = Fraction(axis_points(D(points), kpi, 2))
    assert -Fraction(1, 200) < given_points - exact <= Fraction(1, 200)


def test_low_level_functions() -> None:
    assert effective_assigned(D(5), D(2), excused=True) == 2
    assert effective_assigned(D(5), D(2), excused=False) == 5
    assert effective_assigned(D(5), D(7), excused=True) == 5
    assert quantity_pct(D(3), D(1)) == Fraction(100, 3)
    assert quantity_pct(D(3), D(4)) == 100
    assert product_kpi(100, 80, 60, 40, "mean_abcd") == 70
    assert product_kpi(100, 80, 60, 40, "mean_abc") == 80
    assert axis_kpi([], D(100)) is None
    assert axis_kpi([(0, 50)], D(100)) is None
    assert axis_kpi([(1, 120)], D(100)) == 100
    with pytest.raises(ValueError, match="median"):
        product_kpi(1, 1, 1, 1, "median")


@pytest.mark.parametrize(("done", "completed", "expected"), [
    (2, date(2026, 9, 15), True), (2, date(2026, 9, 16), False), (1, date(2026, 9, 15), False), (2, None, False)])
def test_on_schedule(done: int, completed: date | None, expected: bool) -> None:
    assert on_schedule(D(2), D(done), date(2026, 9, 15), completed) is expected


def test_excused_part_counts_alike_in_quantity_progress_and_weight() -> None:
    line = product_line(product(1, {"assigned": 5, "done": 2, "coefficient": 3, "excuse": "confirmed"}), policy_with())
    assert line is not None
    assert (line.counted, line.a, line.c, line.weight) == (2, 100, 100, 6)


def test_nothing_done_is_zero_in_every_figure() -> None:
    line = product_line(product(1, {"assigned": 5, "done": 0, "coefficient": 3}), policy_with())
    none = Fraction(0)
    assert line == ProductLine(D(5), none, none, none, none, none, Fraction(15))


def test_half_a_hundredth_rounds_up() -> None:
    assert axis_points(D(1), Fraction("12.5"), 2) == D("0.13")
    assert axis_points(D(1), Fraction("12.4999"), 2) == D("0.12")


def test_profile_100_has_no_part_a() -> None:
    sheet = officer_sheet({"score": 95})
    axes = tuple(AxisEntry(str(axis), "main", D(50 if axis == 1 else 10), False, at("CB", 30 + axis))
                 for axis in range(1, 7))
    policy = policy_with({"score.profile": "100"})
    sheet = replace(sheet, criteria=(), axes=axes, workbook_general=D(3), workbook_total=D(90))
    score = officer_score(sheet, policy)
    # Without part A only its total is compared.
    assert [item[0] for item in differences(score, sheet, policy)] == ["Tổng điểm"]
    # Axis 1 at quality 80: (100 + 80 + 100 + 80)/4 = 90 % of 50 = 45; five axes of 10 in full.
    assert (score.general, score.total) == (0, D("95.00")) and isinstance(score.general, Decimal)
    assert [line.rule for line in score.steps] == ["R17"] * 7


def test_axis_without_points_needs_no_product() -> None:
    sheet = officer_sheet({"score": 95, "without": ["6"]})
    axes = (*sheet.axes[:5], replace(sheet.axes[5], role="none", max_points=D(0)))
    score = officer_score(replace(sheet, axes=axes), policy_with())
    assert score.axes[5] == AxisScore("6", D(0), Fraction(0), D("0.00"), Fraction(0))
    assert score.axes[4] == AxisScore("5", D(4), Fraction(100), D("4.00"), Fraction(4))
    assert score.total == D("91.00")


def _score(total: str | None, exact: str | None) -> Score:
    return Score(D(0), (), None if total is None else D(total), None if exact is None else Fraction(exact))


@pytest.mark.parametrize(("total", "exact", "expected"), [
    ("90.00", "89.996", True), ("89.99", "90.003", True), ("90.00", "90.00", False), ("90.00", "90.004", False),
    ("89.99", "89.994", False), (None, None, False)])
def test_crossing_either_way(total: str | None, exact: str | None, expected: bool) -> None:
    assert crosses(_score(total, exact), D(90)) is expected


@pytest.mark.parametrize(("theirs", "count"), [("95.01", 0), ("95.02", 1), ("94.99", 0), ("94.98", 1), (None, 0)])
def test_workbook_figures_are_compared_within_the_tolerance(theirs: str | None, count: int) -> None:
    sheet = officer_sheet({"score": 95})
    total = None if theirs is None else D(theirs)
    sheet = replace(sheet, workbook_total=total)
    found = differences(officer_score(sheet, policy_with()), sheet, policy_with())
    assert len(found) == count
    assert all(item[0] == "Tổng điểm" and item[2:] == (total, D("95.00")) for item in found)


def test_every_workbook_figure_is_compared() -> None:
    sheet = officer_sheet({"score": 95})
    axes = (replace(sheet.axes[0], workbook_points=D(44)), *sheet.axes[1:])
    sheet = replace(sheet, axes=axes, workbook_general=D(29), workbook_axes_total=D(64), workbook_total=D(93))
    found = differences(officer_score(sheet, policy_with()), sheet, policy_with())
    assert [(item[0], item[3]) for item in found] == [
        ("Điểm đạt trục 1", D("45.00")), ("Tổng (A)", D(30)), ("Tổng (B)", D("65.00")), ("Tổng điểm", D("95.00"))]
    assert [item[1].a1 for item in found] == ["points31", "workbook_general1", "workbook_axes_total1", "workbook_total1"]


def test_without_a_total_nothing_is_compared_with_it() -> None:
    sheet = officer_sheet({"without": ["2"], "none_arising": ["2"]})
    sheet = replace(sheet, workbook_axes_total=D(1), workbook_total=D(1))
    assert differences(officer_score(sheet, policy_with()), sheet, policy_with()) == ()


def test_the_worked_example_of_the_ministry() -> None:
    """Sổ tay Bộ Nội vụ 2026, bảng 1–3: three products, (a + b + c)/3, calendar days late, shares of what was done."""
    policy = policy_with({"score.kpi_formula": "mean_abc", "score.progress": "per_day_25"})
    rows = [(1, 5, 4, 100, date(2025, 11, 15), date(2025, 11, 19)), ("2.7", 3, 3, 75, date(2025, 11, 10), date(2025, 11, 12)),
            ("3.7", 1, "0.8", 50, date(2025, 11, 19), date(2025, 11, 18))]
    lines = [product_line(replace(product(number, {"coefficient": k, "assigned": given, "done": done, "quality": b}),
                                  deadline=due, completed=on), policy)
             for number, (k, given, done, b, due, on) in enumerate(rows)]
    assert all(lines)
    found = [line for line in lines if line]
    whole = sum(line.weight for line in found)
    shown = [half_up(sum(line.weight * part(line) for line in found) / whole, 2)
             for part in (lambda line: line.a, lambda line: line.b, lambda line: line.c, lambda line: line.kpi)]
    assert shown == [D("89.64"), D("68.78"), D("41.73"), D("66.72")]
    kpi = axis_kpi([(line.weight, line.kpi) for line in found], D(100))
    assert kpi is not None and 30 + axis_points(D(70), kpi, 2) == D("76.70")
