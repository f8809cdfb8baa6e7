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
from qeval_batch.rules.trace import TraceLine
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import ScoreKeys

_FULL = Decimal(100)
SCALED, PER_DAY = "scaled", "per_day_25"
_SHOWN_PLACES = 4
WITH_LEADERSHIP = "mean_abcd"
_WHY_NONE = {"none_arising": "không phát sinh nhiệm vụ trong quý",
             "dropped_out": "mọi sản phẩm đều không tính vì lý do khách quan được xác nhận",
             "no_products": "có điểm tối đa nhưng không có sản phẩm nào"}
ZERO = Decimal(0)
PRODUCT = TraceLine("R17", ScoreKeys.kpi_formula, "Sản phẩm {no}: {how}")
_DROPPED = "chưa làm được, có lý do khách quan được xác nhận: không tính vào KPI."
_NONE_DONE = "số lượng hoàn thành 0 nên A, B, C, D đều bằng 0; KPI 0%; {weight}."
_PARTS = "{parts}{share}{excused}; {kpi}; {weight}."
_WEIGHT = "trọng số {coefficient} × {counted} = {weight}"
_C = {"whole": "100% (đủ số lượng, đúng hạn)", "part": "100% (phần đã làm đúng hạn)", "blank": "còn trống",
      "excused": "100% (chậm có lý do khách quan được xác nhận)", "step": "{percent} (theo số ngày chậm)",
      "entered": "{percent} (theo số đã ghi)"}
_BLANK = "còn trống"
_SHARE = "; B, C tính trên phần đã làm ({share})"
_EXCUSED = "; có lý do khách quan được xác nhận: chỉ tính {counted} trên {assigned} được giao"
_KPI, _NO_KPI = "KPI {kpi}%", "chưa tính được KPI"
_AXIS_FIGURES = {"Điểm tối đa": "{max}", "KPI": "{kpi}", "Số sản phẩm": "{products}",
                 "Không tính, có lý do khách quan": "{left_out}"}
AXIS = TraceLine("R17", ScoreKeys.kpi_formula, "Trục {axis}: {max} điểm × KPI {kpi} = {points} điểm.", _AXIS_FIGURES)
AXIS_NONE = TraceLine("R17", ScoreKeys.kpi_formula, "Trục {axis} chưa có điểm: {why}.", _AXIS_FIGURES)
GENERAL = TraceLine("R17", ScoreKeys.general_points, "Phần A: đảm bảo {met}/{criteria} tiêu chí, {points} điểm.",
                    {"Tiêu chí đảm bảo": "{met}", "Điểm": "{points}"})
_TOTALS = {"Tổng điểm": "{total}", "Chưa làm tròn": "{exact}"}
TOTAL = TraceLine("R17", ScoreKeys.profile, "Tổng điểm tính lại: {total}.", _TOTALS)
NO_TOTAL = TraceLine("R17", ScoreKeys.profile, "Chưa có tổng điểm, vì có trục chưa có điểm.", _TOTALS)
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


def step_progress(deadline: date, completed: date, policy: Policy) -> Decimal:
    """C by the only published step: so many percent off for each calendar day late (Nghị định 335/2025 Đ14.2.c)."""
    late = max(0, (completed - deadline).days)
    return max(ZERO, _FULL - policy.score.progress_step * late)


def progress_pct(counted: Decimal, done: Decimal, deadline: date, completed: date | None, entered: Decimal | None,
                 excused: bool, policy: Policy) -> Decimal | None:
    """C in percent of what was done; None where the cell must still say it (R17).

    ``excused``: the row has an objective cause that counts; it covers a delay too where the policy says so.
    """
    scaled = policy.score.partial == SCALED
    if completed is None:
        return _FULL if scaled and done < counted and entered is None else entered
    if completed <= deadline:
        return _FULL if scaled or done >= counted else entered
    if excused and policy.score.late_excused == "full":
        return _FULL
    return step_progress(deadline, completed, policy) if policy.score.progress == PER_DAY else entered


def done_share(counted: Decimal, done: Decimal, policy: Policy) -> Fraction:
    """The share of the counted quantity that B and C speak of (R17): 1 where they are taken as entered."""
    return min(Fraction(1), Fraction(done) / Fraction(counted)) if policy.score.partial == SCALED else Fraction(1)


def quantity_pct(assigned: Decimal, done: Decimal) -> Fraction:
    """A: done of assigned in percent, at most 100 (R17). ``assigned`` must be positive."""
    return min(Fraction(_FULL), Fraction(done) * Fraction(_FULL) / Fraction(assigned))


def product_kpi(a: Exact, b: Exact, c: Exact, d: Exact, formula: str) -> Fraction:
    """KPI of a product in percent: the mean of A quantity, B quality, C progress and, in ``mean_abcd``, D leadership.

    ValueError for a formula the policy does not offer (TW Phụ lục 2, R17).
    """
    parts = {WITH_LEADERSHIP: (a, b, c, d), "mean_abc": (a, b, c)}.get(formula)
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
    return half_up(Fraction(max_points) * Fraction(kpi) / Fraction(_FULL), places)


@dataclass(frozen=True)
class ProductLine:
    """One product as it enters its axis: quantity that counts, A, B and C in percent, KPI, weight.

    ``share``: B and C are already taken of the done share only (policy ``score.partial``).
    """

    counted: Decimal
    share: Fraction
    a: Fraction
    b: Fraction
    c: Fraction
    kpi: Fraction
    weight: Fraction


def blank_answers(product: Product, policy: Policy) -> tuple[str, ...]:
    """Field ids of the percentages a done product still lacks (R17): blank is missing, never zero."""
    if product.done == 0:
        return ()
    blank = [] if product.quality is not None else ["quality_pct"]
    if _progress(product, policy) is None:
        blank.append("progress_pct")
    if product.leadership is None and policy.score.kpi_formula == WITH_LEADERSHIP:
        blank.append("leadership_pct")
    return tuple(blank)


def product_line(product: Product, policy: Policy) -> ProductLine | None:
    """A product's KPI and weight (R17); None when it drops out: nothing done, for a confirmed objective cause."""
    counted = effective_assigned(product.assigned, product.done, _left_out(product, policy))
    if counted == 0:
        return None
    weight = Fraction(product.coefficient) * Fraction(counted)
    if product.done == 0:
        none = Fraction(0)
        return ProductLine(counted, none, none, none, none, none, weight)
    a, share = quantity_pct(counted, product.done), done_share(counted, product.done, policy)
    b, c = share * Fraction(product.quality or 0), share * Fraction(_progress(product, policy) or 0)
    kpi = product_kpi(a, b, c, product.leadership or ZERO, policy.score.kpi_formula)
    return ProductLine(counted, share, a, b, c, kpi, weight)


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


def _left_out(product: Product, policy: Policy) -> bool:
    """Whether what an objective cause kept from being done leaves the KPI (policy ``score.excused``)."""
    return product.excused and policy.score.excused == "leave_out"


def _progress(product: Product, policy: Policy) -> Decimal | None:
    counted = effective_assigned(product.assigned, product.done, _left_out(product, policy))
    return progress_pct(counted, product.done, product.deadline, product.completed, product.progress,
                        product.excuse.confirmed, policy)


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
    c = _C[_why_c(product, line.counted, policy)].format(percent=vi_percent(_progress(product, policy) or 0, _FULL))
    parts = [f"A {vi_percent(line.a, _FULL)}", f"B {_entered(product.quality)}", f"C {c}"]
    if policy.score.kpi_formula == WITH_LEADERSHIP:
        parts.append(f"D {_entered(product.leadership)}")
    excused = _EXCUSED.format(counted=vi_number(line.counted), assigned=vi_number(product.assigned)) \
        if _left_out(product, policy) else ""
    share = _SHARE.format(share=vi_percent(line.share, 1)) if line.share < 1 else ""
    kpi = _NO_KPI if blank else _KPI.format(kpi=vi_number(line.kpi))
    return _PARTS.format(parts=", ".join(parts), share=share, excused=excused, kpi=kpi, weight=weight)


def _why_c(product: Product, counted: Decimal, policy: Policy) -> str:
    """How C came about, as the line of the product says it."""
    if _progress(product, policy) is None:
        return "blank"
    late = product.completed is not None and product.completed > product.deadline
    if on_schedule(counted, product.done, product.deadline, product.completed):
        return "whole"
    if not late:
        in_time = product.completed is not None or product.progress is None
        return "part" if policy.score.partial == SCALED and product.done < counted and in_time else "entered"
    if product.excuse.confirmed and policy.score.late_excused == "full":
        return "excused"
    return "step" if policy.score.progress == PER_DAY else "entered"


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
        exact = Fraction(entry.max_points) * kpi / Fraction(_FULL)
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
