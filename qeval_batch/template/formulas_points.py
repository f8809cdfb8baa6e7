"""Live formulas of part A and B1: points of criteria and axes, their totals, and the total of an officer (R17)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from qeval_batch.model.records import AXES
from qeval_batch.rules import score
from qeval_batch.template.formula_context import (
    GUARD_PLACES,
    Context,
    Formula,
    FormulaValue,
    axis_range,
    known,
    number_of,
    row_of,
    shown,
    text_of,
)
from qeval_batch.template.formulas_products import figures_of, product_terms
from qeval_batch.template.layout import BlockPlace, RowPlace

TOTAL_MAX = "total_max"    # not named by a form: the maximum points of a total row


def _axis_kpi_text(context: Context) -> str:
    products = context.block("products")
    if context.row.axis is None or context.row.total or products is None:
        return '""'
    terms = product_terms(context, products.range)
    here = f'(TRIM({products.range("axis")}&"")="{context.row.axis}")'
    weight = f"SUM({here}*{terms['weight']})"
    none_arising = context.place.cell("none_arising", context.row.row)
    cap = context.policy.score.kpi_cap
    return (f'IF(LEN(TRIM({none_arising}))>0,"",IF(SUM({here}*(({terms["complete"]})=0))>0,"",IF({weight}=0,"",'
            f'MIN({cap},SUM({here}*{terms["weight"]}*{terms["kpi"]})/{weight}))))')


def axis_kpi(context: Context) -> Fraction | None:
    """KPI of the axis of this row from B2; None where it is not known or nothing arose (R17)."""
    kpi: Fraction | None = context.once("axis_kpi", context.row.key or "", lambda: _axis_kpi(context))
    return kpi


def _axis_kpi(context: Context) -> Fraction | None:
    products = context.block("products")
    if context.row.axis is None or context.row.total or products is None \
            or context.values(context.place, context.row).get("none_arising"):
        return None
    parts: list[tuple[Fraction, Fraction]] = []
    for row in products.rows:
        values = context.values(products, row)
        if text_of(values.get("axis")) != context.row.axis:
            continue
        figures = figures_of(context, products, row)
        if not figures.complete:
            return None
        if figures.kpi is not None:
            parts.append((figures.weight, figures.kpi))
    return score.axis_kpi(parts, context.policy.score.kpi_cap)


def _axis_points_text(context: Context) -> str:
    place, row = context.place, context.row.row
    if context.row.key == "total_b":
        return _sum_of_axes(place)
    if context.row.key == "total_ab":
        axes = place.cell("points", row_of(place, "total_b"))
        general = context.block("general")
        if general is None:
            return f'IF(ISNUMBER({axes}),{axes},"")'
        part_a = general.cell("points", row_of(general, "total"))
        return f'IF(AND(ISNUMBER({part_a}),ISNUMBER({axes})),{part_a}+{axes},"")'
    maximum, none, kpi = (place.cell(name, row) for name in ("max_points", "none_arising", "kpi"))
    places = context.policy.score.places
    return (f'IF(ISNUMBER({maximum}),IF(LEN(TRIM({none}))>0,"",IF({maximum}=0,0,IF(ISNUMBER({kpi}),'
            f'ROUND(ROUND({maximum}*{kpi}/100,{GUARD_PLACES}),{places}),""))),"")')


def _sum_of_axes(place: BlockPlace) -> str:
    maxima, points = (axis_range(place, name) for name in ("max_points", "points"))
    return (f'IF(AND(COUNT({maxima})={len(AXES)},COUNT({points})={len(AXES)}),ROUND(SUM({points}),{GUARD_PLACES}),"")')


def axis_points(context: Context) -> Decimal | None:
    """Points of this axis; None where its KPI or its maximum is not known (R17)."""
    values = context.values(context.place, context.row)
    maximum = number_of(values.get("max_points"))
    if maximum is None or values.get("none_arising"):
        return None
    if maximum == 0:
        return Decimal(0)
    kpi = axis_kpi(context)
    return None if kpi is None else score.axis_points(maximum, kpi, context.policy.score.places)


def _axis_points_value(context: Context) -> FormulaValue:
    if context.row.key == "total_b":
        return known(axes_total(context))
    if context.row.key == "total_ab":
        return known(officer_total(context))
    return known(axis_points(context))


def axes_total(context: Context) -> Decimal | None:
    """Part B: the sum of the six printed axis points; None while one is missing."""
    points = [axis_points(context.at(row)) for row in context.place.rows if row.key in AXES]
    known = [item for item in points if item is not None]
    return sum(known, Decimal(0)) if len(known) == len(AXES) else None


def general_total(context: Context) -> Decimal | None:
    """Part A: the sum of the criteria met; None while one is not answered; 0 in a profile without part A."""
    general = context.block("general")
    if general is None:
        return Decimal(0)
    points = [_criterion(context.within(general, row)) for row in _criteria(general)]
    known = [item for item in points if item is not None]
    return sum(known, Decimal(0)) if len(known) == len(points) else None


def officer_total(context: Context) -> Decimal | None:
    """A + B of the officer's sheet this context stands in; None while one part is not known."""
    axes_place = context.block("axes")
    if axes_place is None:
        return None
    general, axes = general_total(context), axes_total(context.within(axes_place, axes_place.rows[0]))
    return None if general is None or axes is None else general + axes


def _criteria(place: BlockPlace) -> list[RowPlace]:
    return [row for row in place.rows if not row.heading and not row.total]


def _criteria_under(place: BlockPlace, row: RowPlace) -> list[RowPlace]:
    """The criteria of a heading: those up to the next heading; of a total row: all."""
    if row.total:
        return _criteria(place)
    after = [item for item in place.rows if item.row > row.row]
    end = next((item.row for item in after if item.heading or item.total), place.end + 1)
    return [item for item in after if item.row < end]


def _criterion_text(context: Context) -> str:
    place, row = context.place, context.row
    if row.heading or row.total:
        refs = _refs(place, "points", _criteria_under(place, row))
        count = len(_criteria_under(place, row))
        return f'IF(COUNT({refs})={count},SUM({refs}),"")'
    met, not_met, maximum = (place.cell(name, row.row) for name in ("met", "not_met", "max_points"))
    return (f'IF((LEN(TRIM({met}))>0)+(LEN(TRIM({not_met}))>0)<>1,"",IF(LEN(TRIM({met}))>0,{maximum},0))')


def _criterion(context: Context) -> Decimal | None:
    values = context.values(context.place, context.row)
    met, not_met = bool(values.get("met")), bool(values.get("not_met"))
    if met == not_met:
        return None
    return number_of(values.get("max_points")) if met else Decimal(0)


def _criterion_value(context: Context) -> FormulaValue:
    if not (context.row.heading or context.row.total):
        return known(_criterion(context))
    points = [_criterion(context.at(row)) for row in _criteria_under(context.place, context.row)]
    return "" if None in points else sum((item for item in points if item is not None), Decimal(0))


def _refs(place: BlockPlace, field_id: str, rows: list[RowPlace]) -> str:
    """``$F$9:$F$17,$F$19:$F$22``: the rows as few ranges as they make."""
    letter = place.column(field_id)
    runs: list[list[int]] = []
    for row in rows:
        if runs and runs[-1][1] + 1 == row.row:
            runs[-1][1] = row.row
        else:
            runs.append([row.row, row.row])
    return ",".join(f"${letter}${first}:${letter}${last}" for first, last in runs)


def _total_max_text(context: Context) -> str:
    place = context.place
    if place.block.id == "general":
        return f"SUM({_refs(place, 'max_points', _criteria_under(place, context.row))})"
    axes = axis_range(place, "max_points")
    if context.row.key != "total_ab" or context.block("general") is None:
        return f"SUM({axes})"
    general = context.block("general")
    assert general is not None
    return f"SUM({axes})+{general.cell('max_points', row_of(general, 'total'))}"


def _total_max_value(context: Context) -> FormulaValue:
    place = context.place
    if place.block.id == "general":
        return _sum_max(context, place, _criteria_under(place, context.row))
    total = _sum_max(context, place, [row for row in place.rows if row.key in AXES])
    general = context.block("general")
    if context.row.key == "total_ab" and general is not None:
        total += _sum_max(context, general, _criteria(general))
    return total


def _sum_max(context: Context, place: BlockPlace, rows: list[RowPlace]) -> Decimal:
    found = (number_of(context.values(place, row).get("max_points")) for row in rows)
    return sum((item for item in found if item is not None), Decimal(0))


POINTS: dict[str, Formula] = {
    "criterion_points": Formula(_criterion_text, _criterion_value),
    "axis_kpi": Formula(_axis_kpi_text, lambda context: shown(axis_kpi(context)), array=True),
    "axis_points": Formula(_axis_points_text, _axis_points_value),
    TOTAL_MAX: Formula(_total_max_text, _total_max_value),
}
