"""Live formulas of B2: quantity, KPI and weight of a product (R17), for one row and for the whole column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qeval_batch.rules import score
from qeval_batch.template.formula_context import Context, Formula, Value, confirmed_text, is_confirmed, number_of, shown
from qeval_batch.template.layout import BlockPlace, Place


def product_terms(context: Context, ref: Callable[[str], str]) -> dict[str, str]:
    """The parts of a product's KPI over single cells or whole columns, by ``ref`` (field id -> reference)."""
    def number(field_id: str) -> str:
        return f"IF(ISNUMBER({ref(field_id)}),{ref(field_id)},0)"

    assigned, done = number("assigned"), number("done")
    excused = f"{confirmed_text(ref)}*({done}<{assigned})"
    effective = f"IF({excused}>0,{done},{assigned})"
    weight = f"IF(ISNUMBER({ref('coefficient')}),{ref('coefficient')},1)*{effective}"
    on_time = (f"({done}>={effective})*ISNUMBER({ref('completed')})*ISNUMBER({ref('deadline')})"
               f"*({ref('completed')}<={ref('deadline')})")
    a = f"IF({done}>={effective},100,{done}/{effective}*100)"
    c = f"IF({on_time}>0,100,{number('progress_pct')})"
    if context.policy.score.kpi_formula == "mean_abc":
        mean, needed = f"({a}+{number('quality_pct')}+{c})/3", ["quality_pct"]
    else:
        mean = f"({a}+{number('quality_pct')}+{c}+{number('leadership_pct')})/4"
        needed = ["quality_pct", "leadership_pct"]
    rated = "*".join(f"ISNUMBER({ref(name)})" for name in needed)
    complete = (f"({assigned}>0)*ISNUMBER({ref('done')})*(({done}<=0)+({done}>0)*{rated}"
                f"*(({on_time}>0)+ISNUMBER({ref('progress_pct')})>0)>0)")
    return {"a": a, "effective": effective, "weight": weight, "kpi": f"IF({done}<=0,0,{mean})", "complete": complete}


@dataclass(frozen=True)
class ProductFigures:
    """A product row as the engine sees it; ``kpi`` None where something is missing or the product drops out."""

    complete: bool
    quantity: Fraction | None
    kpi: Fraction | None
    weight: Fraction


def product_figures(context: Context, values: Mapping[str, Any]) -> ProductFigures:
    """A, KPI and weight of one row of B2 (R17), from typed cell values."""
    assigned, done = number_of(values.get("assigned")), number_of(values.get("done"))
    if assigned is None or assigned <= 0 or done is None:
        return ProductFigures(False, None, None, Fraction(0))
    excused = done < assigned and is_confirmed(context, values)
    effective = score.effective_assigned(assigned, done, excused)
    coefficient = number_of(values.get("coefficient"))
    weight = Fraction(1 if coefficient is None else coefficient) * Fraction(effective)
    if effective <= 0:
        return ProductFigures(True, None, None, weight)
    quantity = score.quantity_pct(effective, done)
    if done <= 0:
        return ProductFigures(True, quantity, Fraction(0), weight)
    kpi = _rated(context, values, effective, done, quantity)
    return ProductFigures(kpi is not None, quantity, kpi, weight)


def figures_of(context: Context, place: BlockPlace, row: Place) -> ProductFigures:
    """The figures of a row of B2, computed once."""
    figures: ProductFigures = context.once("product", str(row.row),
                                           lambda: product_figures(context, context.values(place, row)))
    return figures


def _rated(context: Context, values: Mapping[str, Any], effective: Decimal, done: Decimal,
           quantity: Fraction) -> Fraction | None:
    formula = context.policy.score.kpi_formula
    b, c, d = (number_of(values.get(name)) for name in ("quality_pct", "progress_pct", "leadership_pct"))
    deadline, completed = values.get("deadline"), values.get("completed")
    if isinstance(deadline, date) and isinstance(completed, date) \
            and score.on_schedule(effective, done, deadline, completed):
        c = Decimal(100)
    if formula == "mean_abc":
        d = Decimal(0)
    if b is None or c is None or d is None:
        return None
    return score.product_kpi(quantity, b, c, d, formula)


def _quantity_text(context: Context) -> str:
    terms = product_terms(context, lambda name: context.place.cell(name, context.row.row))
    assigned, done = (context.place.cell(name, context.row.row) for name in ("assigned", "done"))
    return (f'IF(AND(ISNUMBER({assigned}),ISNUMBER({done})),'
            f'IF(AND({assigned}>0,{terms["effective"]}>0),{terms["a"]},""),"")')


def _quantity_value(context: Context) -> Value:
    return shown(figures_of(context, context.place, context.row).quantity)


def _kpi_text(context: Context) -> str:
    terms = product_terms(context, lambda name: context.place.cell(name, context.row.row))
    return f'IF({terms["complete"]}*({terms["effective"]}>0)>0,{terms["kpi"]},"")'


def _kpi_value(context: Context) -> Value:
    return shown(figures_of(context, context.place, context.row).kpi)


PRODUCTS: dict[str, Formula] = {
    "quantity_pct": Formula(_quantity_text, _quantity_value, alike=True),
    "product_kpi": Formula(_kpi_text, _kpi_value, alike=True),
}
