"""The score of one officer (R17), exact: the same functions give the engine's figures and a template's cached ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from qeval_batch.core.cells import CellRef
from qeval_batch.core.decimals import Exact, half_up, vi_number, vi_percent
from qeval_batch.model.records import AxisEntry, OfficerSheet, Product
from qeval_batch.model.trace import AxisScore, ProductScore, Score, Step
from qeval_batch.rules.trace import Line
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import ScoreKeys

_FULL = 100
_SHOWN_PLACES = 4
_WITH_LEADERSHIP = "mean_abcd"
_WHY_NONE = {"none_arising": "không phát sinh nhiệm vụ trong quý",
             "dropped_out": "mọi sản phẩm đều không tính vì lý do khách quan được xác nhận",
             "no_products": "có điểm tối đa nhưng không có sản phẩm nào"}
ZERO = Decimal(0)
PRODUCT = Line("R17", ScoreKeys.kpi_formula, "Sản phẩm {no}: {how}")
_DROPPED = "chưa làm được, có lý do khách quan được xác nhận: không tính vào KPI."
_NONE_DONE = "số lượng hoàn thành 0 nên A, B, C, D đều bằng 0; KPI 0%; {weight}."
_PARTS = "{parts}{excused}; {kpi}; {weight}."
_WEIGHT = "trọng số {coefficient} × {counted} = {weight}"
_C = {"rule": "100% (đủ số lượng, đúng hạn)", "blank": "còn trống", "entered": "{percent} (theo số đã ghi)"}
_BLANK = "còn trống"
_EXCUSED = "; có lý do khách quan được xác nhận: chỉ tính {counted} trên {assigned} được giao"
_KPI, _NO_KPI = "KPI {kpi}%", "chưa tính được KPI"
_AXIS_FIGURES = {"Điểm tối đa": "{max}", "KPI": "{kpi}", "Số sản phẩm": "{products}",
                 "Không tính, có lý do khách quan": "{left_out}"}
AXIS = Line("R17", ScoreKeys.kpi_formula, "Trục {axis}: {max} điểm × KPI {kpi} = {points} điểm.", _AXIS_FIGURES)
AXIS_NONE = Line("R17", ScoreKeys.kpi_formula, "Trục {axis} chưa có điểm: {why}.", _AXIS_FIGURES)
GENERAL = Line("R17", ScoreKeys.general_points, "Phần A: đảm bảo {met}/{criteria} tiêu chí, {points} điểm.",
               {"Tiêu chí đảm bảo": "{met}", "Điểm": "{points}"})
_TOTALS = {"Tổng điểm": "{total}", "Chưa làm tròn": "{exact}"}
TOTAL = Line("R17", ScoreKeys.profile, "Tổng điểm tính lại: {total}.", _TOTALS)
NO_TOTAL = Line("R17", ScoreKeys.profile, "Chưa có tổng điểm, vì có trục chưa có điểm.", _TOTALS)
# What the workbook's own figures are called where they differ.
_OF_AXIS, _OF_GENERAL, _OF_AXES, _OF_ALL = "Điểm đạt trục {axis}", "Tổng (A)", "Tổng (B)", "Tổng điểm"
# What a product's figures rest on, in the order of the form's columns.
_PRODUCT_CELLS = ("assigned", "coefficient", "deadline", "done", "completed", "quality_pct", "progress_pct",
                  "leadership_pct", "cause", "confirm_document", "confirm_body")


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
    parts = {_WITH_LEADERSHIP: (a, b, c, d), "mean_abc": (a, b, c)}.get(formula)
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


@dataclass(frozen=True)
class ProductLine:
    """One product as it enters its axis: quantity that counts, A and C in percent, KPI, weight."""

    counted: Decimal
    a: Fraction
    c: Fraction
    kpi: Fraction
    weight: Fraction


def blank_answers(product: Product, policy: Policy) -> tuple[str, ...]:
    """Field ids of the percentages a done product still lacks (R17): blank is missing, never zero."""
    if product.done == 0:
        return ()
    blank = [] if product.quality is not None else ["quality_pct"]
    if product.progress is None and not _in_time(product):
        blank.append("progress_pct")
    if product.leadership is None and policy.score.kpi_formula == _WITH_LEADERSHIP:
        blank.append("leadership_pct")
    return tuple(blank)


def product_line(product: Product, policy: Policy) -> ProductLine | None:
    """A product's KPI and weight (R17); None when it drops out: nothing done, for a confirmed objective cause."""
    counted = effective_assigned(product.assigned, product.done, product.excused)
    if counted == 0:
        return None
    weight = Fraction(product.coefficient) * Fraction(counted)
    if product.done == 0:
        return ProductLine(counted, Fraction(0), Fraction(0), Fraction(0), weight)
    a = quantity_pct(counted, product.done)
    c = Fraction(_FULL) if _in_time(product) else Fraction(product.progress or 0)
    kpi = product_kpi(a, product.quality or ZERO, c, product.leadership or ZERO, policy.score.kpi_formula)
    return ProductLine(counted, a, c, kpi, weight)


def officer_score(sheet: OfficerSheet, policy: Policy) -> Score:
    """Parts A and B of one sheet, recomputed from what was entered (R17); profile 100 has no part A."""
    met = [item for item in sheet.criteria if item.met]
    general = sum((item.max_points for item in met), ZERO)
    lines = [(item, product_line(item, policy)) for item in sheet.products]
    scored = [_axis(entry, [pair for pair in lines if pair[0].axis == entry.axis], policy) for entry in sheet.axes]
    axes = tuple(axis for axis, _ in scored)
    points = [axis.points for axis in axes if axis.points is not None]
    exact = [axis.exact for axis in axes if axis.exact is not None]
    whole = len(points) == len(axes)
    total = general + sum(points, ZERO) if whole else None
    unrounded = Fraction(general) + sum(exact, Fraction(0)) if whole else None
    steps = ([_general_step(sheet, general, len(met), policy)] if sheet.criteria else [])
    steps += [line for _, line in scored]
    steps.append(_total_step(sheet, total, unrounded, policy))
    products = tuple(_product_score(item, line, policy) for item, line in lines)
    return Score(general, axes, total, unrounded, tuple(steps), products)


def crosses(score: Score, floor: Decimal) -> bool:
    """Whether the total stands on one side of ``floor`` and its unrounded value on the other (R17)."""
    return (score.total is not None and score.exact is not None
            and (score.total >= floor) != (score.exact >= Fraction(floor)))


def differences(score: Score, sheet: OfficerSheet, policy: Policy) -> tuple[tuple[str, CellRef, Decimal, Decimal], ...]:
    """Where the workbook's own figures lie further from the engine's than the tolerance (R17).

    Each as (what in Vietnamese, its cell, workbook's figure, engine's figure); one that either side lacks is left out.
    """
    pairs: list[tuple[str, CellRef, Decimal | None, Decimal | None]] = [
        (_OF_AXIS.format(axis=entry.axis), entry.at.cell("points"), entry.workbook_points, axis.points)
        for entry, axis in zip(sheet.axes, score.axes, strict=True)]
    known = [axis.points for axis in score.axes if axis.points is not None]
    axes_total = sum(known, ZERO) if len(known) == len(score.axes) else None
    if sheet.criteria:
        pairs.append((_OF_GENERAL, sheet.at.cell("workbook_general"), sheet.workbook_general, score.general))
    pairs.append((_OF_AXES, sheet.at.cell("workbook_axes_total"), sheet.workbook_axes_total, axes_total))
    pairs.append((_OF_ALL, sheet.at.cell("workbook_total"), sheet.workbook_total, score.total))
    tolerance = policy.score.tolerance
    return tuple((what, cell, theirs, ours) for what, cell, theirs, ours in pairs
                 if theirs is not None and ours is not None and abs(theirs - ours) > tolerance)


def _in_time(product: Product) -> bool:
    counted = effective_assigned(product.assigned, product.done, product.excused)
    return on_schedule(counted, product.done, product.deadline, product.completed)


def _product_score(product: Product, line: ProductLine | None, policy: Policy) -> ProductScore:
    blank = blank_answers(product, policy)
    known = line if not blank else None
    cells = [product.at.cell(name) for name in _PRODUCT_CELLS]
    told = PRODUCT.step(policy, None, cells, no=product.no, how=_product_text(product, line, blank, policy))
    return ProductScore(product.no, product.axis, known.kpi if known else None, known.weight if known else None, told,
                        product.at)


def _product_text(product: Product, line: ProductLine | None, blank: Sequence[str], policy: Policy) -> str:
    """How the four percentages came about and what they make; what is blank is said, never taken for zero."""
    if line is None:
        return _DROPPED
    weight = _WEIGHT.format(coefficient=vi_number(product.coefficient), counted=vi_number(line.counted),
                            weight=vi_number(product.coefficient * line.counted))
    if product.done == 0:
        return _NONE_DONE.format(weight=weight)
    c = _C["rule" if _in_time(product) else "blank" if "progress_pct" in blank else "entered"]
    parts = [f"A {vi_percent(line.a, _FULL)}", f"B {_entered(product.quality)}",
             f"C {c.format(percent=vi_percent(line.c, _FULL))}"]
    if policy.score.kpi_formula == _WITH_LEADERSHIP:
        parts.append(f"D {_entered(product.leadership)}")
    excused = _EXCUSED.format(counted=vi_number(line.counted), assigned=vi_number(product.assigned)) \
        if product.excused else ""
    kpi = _NO_KPI if blank else _KPI.format(kpi=vi_number(line.kpi))
    return _PARTS.format(parts=", ".join(parts), excused=excused, kpi=kpi, weight=weight)


def _entered(value: Decimal | None) -> str:
    return _BLANK if value is None else f"{vi_number(value)}%"


def _axis(entry: AxisEntry, products: Sequence[tuple[Product, ProductLine | None]],
          policy: Policy) -> tuple[AxisScore, Step]:
    lines = [line for _, line in products if line is not None]
    kpi = axis_kpi([(line.weight, line.kpi) for line in lines], policy.score.kpi_cap)
    if kpi is None and entry.max_points == 0:
        kpi = Fraction(0)
    if kpi is None:
        why = "dropped_out" if products else "none_arising" if entry.none_arising else "no_products"
        axis = AxisScore(entry.axis, entry.max_points, None, None, None, why)
    else:
        points = axis_points(entry.max_points, kpi, policy.score.places)
        exact = Fraction(entry.max_points) * kpi / _FULL
        axis = AxisScore(entry.axis, entry.max_points, kpi, points, exact)
    cells = [entry.at.cell("points"), *(item.at.cell("kpi") for item, _ in products)]
    return axis, (AXIS_NONE if axis.why_none else AXIS).step(
        policy, None, cells, axis=entry.axis, max=vi_number(entry.max_points), points=vi_number(axis.points),
        kpi=f"{vi_number(kpi)}%" if kpi is not None else "—", why=_WHY_NONE.get(axis.why_none or ""),
        products=len(products), left_out=len(products) - len(lines))


def _general_step(sheet: OfficerSheet, general: Decimal, met: int, policy: Policy) -> Step:
    return GENERAL.step(policy, None, (item.at.cell("met") for item in sheet.criteria), met=met,
                        criteria=len(sheet.criteria), points=vi_number(general))


def _total_step(sheet: OfficerSheet, total: Decimal | None, exact: Fraction | None, policy: Policy) -> Step:
    return (NO_TOTAL if total is None else TOTAL).step(
        policy, None, [sheet.at.cell("workbook_total")], total=vi_number(total), exact=vi_number(exact, _SHOWN_PLACES))
