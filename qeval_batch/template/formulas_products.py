"""Live formulas of B2: quantity, KPI and weight of a product (R17), for one row and for the whole column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qeval_batch.rules import score
from qeval_batch.spec.policy import Policy
from qeval_batch.template.formula_context import (
    Context,
    Formula,
    FormulaValue,
    confirmed_text,
    is_confirmed,
    number_of,
    shown,
    text_of,
)
from qeval_batch.template.layout import BlockPlace, RowPlace


def product_terms(context: Context, ref: Callable[[str], str]) -> dict[str, str]:
    """The parts of a product's KPI over single cells or whole columns, by ``ref`` (field id -> reference)."""
    def number(field_id: str) -> str:
        return f"IF(ISNUMBER({ref(field_id)}),{ref(field_id)},0)"

    assigned, done = number("assigned"), number("done")
    excused = f"{confirmed_text(ref)}*({done}<{assigned})"
    effective = f"IF({excused}>0,{done},{assigned})" if context.policy.score.excused == "leave_out" else assigned
    weight = f"IF(ISNUMBER({ref('coefficient')}),{ref('coefficient')},1)*{effective}"
    on_time = (f"({done}>={effective})*ISNUMBER({ref('completed')})*ISNUMBER({ref('deadline')})"
               f"*({ref('completed')}<={ref('deadline')})")
    a = f"IF({done}>={effective},100,{done}/{effective}*100)"
    by_rule, step = _by_rule(context.policy, ref, number, on_time, done, effective)
    c = f"IF({by_rule}>0,100,{step or number('progress_pct')})"
    share = f"IF({done}>={effective},1,{done}/{effective})" if context.policy.score.partial == score.SCALED else "1"
    if context.policy.score.kpi_formula == "mean_abc":
        mean, needed = f"({a}+({number('quality_pct')}+{c})*{share})/3", ["quality_pct"]
    else:
        mean = f"({a}+({number('quality_pct')}+{c})*{share}+{number('leadership_pct')})/4"
        needed = ["quality_pct", "leadership_pct"]
    rated = "*".join(f"ISNUMBER({ref(name)})" for name in needed)
    # A text where the coefficient belongs is no 1: nothing is shown until it is a number (R17).
    weighed = f"(ISNUMBER({ref('coefficient')})+(LEN({ref('coefficient')})=0)>0)"
    complete = (f"({assigned}>0)*ISNUMBER({ref('done')})*{weighed}*(({done}<=0)+({done}>0)*{rated}"
                f"*(({by_rule}>0)+{_said(step, ref)}>0)>0)")
    return {"a": a, "effective": effective, "weight": weight, "kpi": f"IF({done}<=0,0,{mean})", "complete": complete}


def _by_rule(policy: Policy, ref: Callable[[str], str], number: Callable[[str], str], on_time: str, done: str,
             effective: str) -> tuple[str, str]:
    """When C is 100 whatever is entered, and C by the step per day late where the policy computes it (else empty)."""
    completed, deadline, entered = ref("completed"), ref("deadline"), ref("progress_pct")
    dated = f"ISNUMBER({completed})*ISNUMBER({deadline})"
    days = [f"({on_time})"]
    if policy.score.partial == score.SCALED:
        part = f"({done}<{effective})"
        days += [f"{part}*{dated}*({completed}<={deadline})", f"{part}*(1-ISNUMBER({completed}))*(1-ISNUMBER({entered}))"]
    if policy.score.late_excused == "full":
        days.append(f"{confirmed_text(ref)}*{dated}*({completed}>{deadline})")
    rate = policy.score.progress_step
    late = f"{number('completed')}-{number('deadline')}"
    step = (f"IF({dated}*({completed}>{deadline})>0,IF({late}>{100}/{rate},0,100-{rate}*({late})),{number('progress_pct')})"
            if policy.score.progress == score.PER_DAY and rate else "")
    return f"({'+'.join(days)})", step


def _said(step: str, ref: Callable[[str], str]) -> str:
    """Whether C is entered, or computed from a date."""
    entered = f"ISNUMBER({ref('progress_pct')})"
    return f"({entered}+ISNUMBER({ref('completed')})*ISNUMBER({ref('deadline')})*({ref('completed')}>{ref('deadline')}))" \
        if step else entered


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
    policy = context.policy
    excused = done < assigned and is_confirmed(context, values) and policy.score.excused == "leave_out"
    effective = score.effective_assigned(assigned, done, excused)
    coefficient = number_of(values.get("coefficient"))
    if coefficient is None and text_of(values.get("coefficient")):
        return ProductFigures(False, score.quantity_pct(effective, done) if effective > 0 else None, None, Fraction(0))
    weight = Fraction(1 if coefficient is None else coefficient) * Fraction(effective)
    if effective <= 0:
        return ProductFigures(True, None, None, weight)
    quantity = score.quantity_pct(effective, done)
    if done <= 0:
        return ProductFigures(True, quantity, Fraction(0), weight)
    kpi = _rated(context, values, effective, done, quantity)
    return ProductFigures(kpi is not None, quantity, kpi, weight)


def figures_of(context: Context, place: BlockPlace, row: RowPlace) -> ProductFigures:
    """The figures of a row of B2, computed once."""
    figures: ProductFigures = context.once("product", str(row.row),
                                           lambda: product_figures(context, context.values(place, row)))
    return figures


def _rated(context: Context, values: Mapping[str, Any], effective: Decimal, done: Decimal,
           quantity: Fraction) -> Fraction | None:
    formula = context.policy.score.kpi_formula
    b, c, d = (number_of(values.get(name)) for name in ("quality_pct", "progress_pct", "leadership_pct"))
    deadline, completed = values.get("deadline"), values.get("completed")
    if isinstance(deadline, date) or completed is None:
        c = score.progress_pct(effective, done, deadline if isinstance(deadline, date) else date.max,
                               completed if isinstance(completed, date) else None, c, is_confirmed(context, values),
                               context.policy)
    if formula == "mean_abc":
        d = Decimal(0)
    if b is None or c is None or d is None:
        return None
    share = score.done_share(effective, done, context.policy)
    return score.product_kpi(quantity, share * Fraction(b), share * Fraction(c), d, formula)


def _quantity_text(context: Context) -> str:
    terms = product_terms(context, lambda name: context.place.cell(name, context.row.row))
    assigned, done = (context.place.cell(name, context.row.row) for name in ("assigned", "done"))
    return (f'IF(AND(ISNUMBER({assigned}),ISNUMBER({done})),'
            f'IF(AND({assigned}>0,{terms["effective"]}>0),{terms["a"]},""),"")')


def _quantity_value(context: Context) -> FormulaValue:
    return shown(figures_of(context, context.place, context.row).quantity)


def _kpi_text(context: Context) -> str:
    terms = product_terms(context, lambda name: context.place.cell(name, context.row.row))
    return f'IF({terms["complete"]}*({terms["effective"]}>0)>0,{terms["kpi"]},"")'


def _kpi_value(context: Context) -> FormulaValue:
    return shown(figures_of(context, context.place, context.row).kpi)


PRODUCTS: dict[str, Formula] = {
    "quantity_pct": Formula(_quantity_text, _quantity_value, alike=True),
    "product_kpi": Formula(_kpi_text, _kpi_value, alike=True),
}
