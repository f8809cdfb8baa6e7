"""The closed set of live formulas of the forms: for each, the spreadsheet's text and the engine's own value.

The text works in Excel, LibreOffice and WPS: no dynamic arrays, no LET, no words of one language. Where a sum needs a
condition per row it is an array formula over the block's whole range, so rows inserted by hand count as well. The
value comes from ``rules.score``; both must agree (R17), which the tests show by recalculating in LibreOffice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qeval_batch.core.decimals import half_up
from qeval_batch.core.text import match_key
from qeval_batch.records import AXES
from qeval_batch.rules import score
from qeval_batch.workbook.layout import BlockPlace, BookPlace, Place, SheetPlace

CONFIRMING_BODIES = "dm_confirming_bodies"     # workbook-wide name of the list on the hidden list sheet
_GUARD_PLACES = 9     # a binary sum is brought back to its decimal before the rounding that counts
_SHOWN_PLACES = 4     # of a cached KPI; the cell shows two
Value = Decimal | int | str


@dataclass(frozen=True)
class Context:
    """One formula cell: the workbook, its sheet, block and row; ``cells`` gives the typed values of a row."""

    book: BookPlace
    sheet: SheetPlace
    place: BlockPlace
    row: Place
    cells: Callable[[SheetPlace, BlockPlace, Place], Mapping[str, Any]]
    memo: dict[tuple[str, str, str], Any]       # figures of this workbook that several cells show

    def values(self, place: BlockPlace, row: Place) -> Mapping[str, Any]:
        return self.cells(self.sheet, place, row)

    def block(self, block_id: str) -> BlockPlace | None:
        return self.sheet.block(block_id)

    def policy(self, key: str) -> Any:
        return self.book.facts.spec.policy.value(key)

    def label(self, choices: str, code: str) -> str:
        """A choice's label as a string literal of a formula."""
        return '"' + self.book.facts.spec.lists[choices].label(code).replace('"', '""') + '"'

    def at(self, row: Place) -> Context:
        return replace(self, row=row)

    def within(self, place: BlockPlace, row: Place) -> Context:
        return replace(self, place=place, row=row)

    def once(self, what: str, key: str, make: Callable[[], Any]) -> Any:
        """A figure of this sheet, computed the first time it is asked for."""
        slot = (self.sheet.name, what, key)
        if slot not in self.memo:
            self.memo[slot] = make()
        return self.memo[slot]


@dataclass(frozen=True)
class Formula:
    """``text`` without the leading ``=``; ``value`` is ``""`` where nothing is known yet (unknown is not zero)."""

    text: Callable[[Context], str]
    value: Callable[[Context], Value]
    array: bool = False


def compute(name: str, context: Context) -> tuple[str, Value, bool]:
    """Formula text, cached value, and whether it is an array formula; KeyError for a name outside FORMULAS."""
    formula = FORMULAS[name]
    return formula.text(context), formula.value(context), formula.array


# --- Products (B2) ---------------------------------------------------------------------------------------------------
def _product_terms(context: Context, ref: Callable[[str], str]) -> dict[str, str]:
    """The parts of a product's KPI over single cells or whole columns, by ``ref`` (field id -> reference)."""
    def number(field_id: str) -> str:
        return f"IF(ISNUMBER({ref(field_id)}),{ref(field_id)},0)"

    assigned, done = number("assigned"), number("done")
    excused = f"{_confirmed(ref)}*({done}<{assigned})"
    effective = f"IF({excused}>0,{done},{assigned})"
    weight = f"IF(ISNUMBER({ref('coefficient')}),{ref('coefficient')},1)*{effective}"
    on_time = (f"({done}>={effective})*ISNUMBER({ref('completed')})*ISNUMBER({ref('deadline')})"
               f"*({ref('completed')}<={ref('deadline')})")
    a = f"IF({done}>={effective},100,{done}/{effective}*100)"
    c = f"IF({on_time}>0,100,{number('progress_pct')})"
    if context.policy("score.kpi_formula") == "mean_abc":
        mean, needed = f"({a}+{number('quality_pct')}+{c})/3", ["quality_pct"]
    else:
        mean = f"({a}+{number('quality_pct')}+{c}+{number('leadership_pct')})/4"
        needed = ["quality_pct", "leadership_pct"]
    rated = "*".join(f"ISNUMBER({ref(name)})" for name in needed)
    complete = (f"({assigned}>0)*ISNUMBER({ref('done')})*(({done}<=0)+({done}>0)*{rated}"
                f"*(({on_time}>0)+ISNUMBER({ref('progress_pct')})>0)>0)")
    return {"a": a, "effective": effective, "weight": weight, "kpi": f"IF({done}<=0,0,{mean})", "complete": complete}


def _confirmed(ref: Callable[[str], str]) -> str:
    """Cause AND document AND a confirming body of the policy list (R17)."""
    return (f"(LEN(TRIM({ref('cause')}))>0)*(LEN(TRIM({ref('confirm_document')}))>0)"
            f"*ISNUMBER(MATCH(TRIM({ref('confirm_body')}&\"\"),{CONFIRMING_BODIES},0))")


@dataclass(frozen=True)
class ProductFigures:
    """A product row as the engine sees it; ``kpi`` None where something is missing or the product drops out."""

    started: bool
    complete: bool
    quantity: Fraction | None
    kpi: Fraction | None
    weight: Fraction


def product_figures(context: Context, values: Mapping[str, Any]) -> ProductFigures:
    """A, KPI and weight of one row of B2 (R17), from typed cell values."""
    started = any(value not in (None, "", False) for value in values.values())
    assigned, done = _number(values.get("assigned")), _number(values.get("done"))
    if assigned is None or assigned <= 0 or done is None:
        return ProductFigures(started, False, None, None, Fraction(0))
    excused = done < assigned and _is_confirmed(context, values)
    effective = score.effective_assigned(assigned, done, excused)
    coefficient = _number(values.get("coefficient"))
    weight = Fraction(1 if coefficient is None else coefficient) * Fraction(effective)
    if effective <= 0:
        return ProductFigures(started, True, None, None, weight)
    quantity = score.quantity_pct(effective, done)
    if done <= 0:
        return ProductFigures(started, True, quantity, Fraction(0), weight)
    kpi = _rated(context, values, effective, done, quantity)
    return ProductFigures(started, kpi is not None, quantity, kpi, weight)


def _rated(context: Context, values: Mapping[str, Any], effective: Decimal, done: Decimal,
           quantity: Fraction) -> Fraction | None:
    formula = str(context.policy("score.kpi_formula"))
    b, c, d = (_number(values.get(name)) for name in ("quality_pct", "progress_pct", "leadership_pct"))
    deadline, completed = values.get("deadline"), values.get("completed")
    if isinstance(deadline, date) and isinstance(completed, date) \
            and score.on_schedule(effective, done, deadline, completed):
        c = Decimal(100)
    if formula == "mean_abc":
        d = Decimal(0)
    if b is None or c is None or d is None:
        return None
    return score.product_kpi(quantity, b, c, d, formula)


def _is_confirmed(context: Context, values: Mapping[str, Any]) -> bool:
    if not _text(values.get("cause")) or not _text(values.get("confirm_document")):
        return False
    body = match_key(_text(values.get("confirm_body")))
    return body in {match_key(name) for name in context.book.facts.confirming_bodies}


def _quantity_text(context: Context) -> str:
    terms = _product_terms(context, lambda name: context.place.cell(name, context.row.row))
    assigned, done = (context.place.cell(name, context.row.row) for name in ("assigned", "done"))
    return (f'IF(AND(ISNUMBER({assigned}),ISNUMBER({done})),'
            f'IF(AND({assigned}>0,{terms["effective"]}>0),{terms["a"]},""),"")')


def _quantity_value(context: Context) -> Value:
    return _shown(product_figures(context, context.values(context.place, context.row)).quantity)


def _kpi_text(context: Context) -> str:
    terms = _product_terms(context, lambda name: context.place.cell(name, context.row.row))
    return f'IF({terms["complete"]}*({terms["effective"]}>0)>0,{terms["kpi"]},"")'


def _kpi_value(context: Context) -> Value:
    return _shown(product_figures(context, context.values(context.place, context.row)).kpi)


# --- Axes (B1) and part A --------------------------------------------------------------------------------------------
def _axis_kpi_text(context: Context) -> str:
    products = context.block("products")
    if context.row.axis is None or context.row.total or products is None:
        return '""'
    terms = _product_terms(context, products.range)
    here = f'(TRIM({products.range("axis")}&"")="{context.row.axis}")'
    weight = f"SUM({here}*{terms['weight']})"
    none_arising = context.place.cell("none_arising", context.row.row)
    cap = context.policy("score.kpi_cap")
    return (f'IF(LEN(TRIM({none_arising}))>0,"",IF(SUM({here}*(({terms["complete"]})=0))>0,"",IF({weight}=0,"",'
            f'MIN({cap},SUM({here}*{terms["weight"]}*{terms["kpi"]})/{weight}))))')


def axis_kpi(context: Context) -> Fraction | None:
    """KPI of the axis of this row from B2; None where it is not known or nothing arose (R17)."""
    products = context.block("products")
    if context.row.axis is None or context.row.total or products is None \
            or context.values(context.place, context.row).get("none_arising"):
        return None
    parts: list[tuple[Fraction, Fraction]] = []
    for row in products.rows:
        values = context.values(products, row)
        if _text(values.get("axis")) != context.row.axis:
            continue
        figures = product_figures(context, values)
        if not figures.complete:
            return None
        if figures.kpi is not None:
            parts.append((figures.weight, figures.kpi))
    return score.axis_kpi(parts, Decimal(str(context.policy("score.kpi_cap"))))


def _axis_points_text(context: Context) -> str:
    place, row = context.place, context.row.row
    if context.row.key == "total_b":
        return _sum_of_axes(place)
    if context.row.key == "total_ab":
        axes = place.cell("points", _row_of(place, "total_b"))
        general = context.block("general")
        if general is None:
            return f'IF(ISNUMBER({axes}),{axes},"")'
        part_a = general.cell("points", _row_of(general, "total"))
        return f'IF(AND(ISNUMBER({part_a}),ISNUMBER({axes})),{part_a}+{axes},"")'
    maximum, none, kpi = (place.cell(name, row) for name in ("max_points", "none_arising", "kpi"))
    places = context.policy("score.places")
    return (f'IF(ISNUMBER({maximum}),IF(LEN(TRIM({none}))>0,"",IF({maximum}=0,0,IF(ISNUMBER({kpi}),'
            f'ROUND(ROUND({maximum}*{kpi}/100,{_GUARD_PLACES}),{places}),""))),"")')


def _sum_of_axes(place: BlockPlace) -> str:
    maxima, points = (_axis_range(place, name) for name in ("max_points", "points"))
    return (f'IF(AND(COUNT({maxima})={len(AXES)},COUNT({points})={len(AXES)}),ROUND(SUM({points}),{_GUARD_PLACES}),"")')


def _axis_range(place: BlockPlace, field_id: str) -> str:
    letter = place.column(field_id)
    rows = [item.row for item in place.rows if item.key in AXES]
    return f"${letter}${rows[0]}:${letter}${rows[-1]}"


def axis_points(context: Context) -> Decimal | None:
    """Points of this axis; None where its KPI or its maximum is not known (R17)."""
    values = context.values(context.place, context.row)
    maximum = _number(values.get("max_points"))
    if maximum is None or values.get("none_arising"):
        return None
    if maximum == 0:
        return Decimal(0)
    kpi = axis_kpi(context)
    return None if kpi is None else score.axis_points(maximum, kpi, int(context.policy("score.places")))


def _axis_points_value(context: Context) -> Value:
    if context.row.key == "total_b":
        return _known(axes_total(context))
    if context.row.key == "total_ab":
        return _known(officer_total(context))
    return _known(axis_points(context))


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


def _criteria(place: BlockPlace) -> list[Place]:
    return [row for row in place.rows if not row.heading and not row.total]


def _criteria_under(place: BlockPlace, row: Place) -> list[Place]:
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
    return _number(values.get("max_points")) if met else Decimal(0)


def _criterion_value(context: Context) -> Value:
    if not (context.row.heading or context.row.total):
        return _known(_criterion(context))
    points = [_criterion(context.at(row)) for row in _criteria_under(context.place, context.row)]
    return "" if None in points else sum((item for item in points if item is not None), Decimal(0))


def _refs(place: BlockPlace, field_id: str, rows: list[Place]) -> str:
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
    axes = _axis_range(place, "max_points")
    if context.row.key != "total_ab" or context.block("general") is None:
        return f"SUM({axes})"
    general = context.block("general")
    assert general is not None
    return f"SUM({axes})+{general.cell('max_points', _row_of(general, 'total'))}"


def _total_max_value(context: Context) -> Value:
    place = context.place
    if place.block.id == "general":
        return _sum_max(context, place, _criteria_under(place, context.row))
    total = _sum_max(context, place, [row for row in place.rows if row.key in AXES])
    general = context.block("general")
    if context.row.key == "total_ab" and general is not None:
        total += _sum_max(context, general, _criteria(general))
    return total


def _sum_max(context: Context, place: BlockPlace, rows: list[Place]) -> Decimal:
    found = (_number(context.values(place, row).get("max_points")) for row in rows)
    return sum((item for item in found if item is not None), Decimal(0))


# --- Counts of Phụ lục 09, part I ------------------------------------------------------------------------------------
_COUNTED = ("planned", "ad_hoc", "done", "on_time", "exceeded", "late", "excused")


def _task_terms(context: Context, tasks: BlockPlace) -> dict[str, str]:
    """For every count the product of conditions over the task list that makes it."""
    ref = tasks.range
    on_time, late = (f'({ref("status")}={context.label("task_status", code)})' for code in ("on_time", "late"))
    dated = f'ISNUMBER({ref("completed")})*ISNUMBER({ref("deadline")})'
    blank = f'(LEN(TRIM({ref("status")}))=0)'
    planned, ad_hoc = (f'({ref("source")}={context.label("task_source", code)})' for code in ("planned", "ad_hoc"))
    given = f"({planned}+{ad_hoc})"
    done = f"({on_time}+{late}+{blank}*ISNUMBER({ref('completed')}))*{given}"
    is_late = f'({dated}*({ref("completed")}>{ref("deadline")})+(1-{dated})*{late})'
    excused = f"(1-({on_time}+{late}+{blank}*ISNUMBER({ref('completed')})))*{given}*{_confirmed(ref)}"
    return {
        "planned": planned, "ad_hoc": ad_hoc, "done": done, "late": f"{done}*{is_late}",
        "on_time": f"{done}*(1-{is_late})", "exceeded": f'{done}*(LEN(TRIM({ref("exceeded")}))>0)', "excused": excused}


def task_counts(context: Context, axis: str | None) -> dict[str, int]:
    """The counts of one axis (None: all six) from the task list (rules.md C), by field id of part I."""
    tasks = context.block("tasks")
    counts = dict.fromkeys((*_COUNTED, "assigned", "failed"), 0)
    for row in tasks.rows if tasks else ():
        values = context.values(tasks, row) if tasks else {}
        found = _text(values.get("axis"))
        source = values.get("source")
        if found not in AXES or axis not in (None, found) or source not in ("planned", "ad_hoc"):
            continue
        counts[str(source)] += 1
        counts["assigned"] += 1
        counts[_task_outcome(context, values)] += 1
        if _task_done(values):
            counts["done"] += 1
            counts["exceeded"] += bool(values.get("exceeded"))
    return counts


def _task_done(values: Mapping[str, Any]) -> bool:
    status = values.get("status")
    return status in ("on_time", "late") or (not status and isinstance(values.get("completed"), date))


def _task_outcome(context: Context, values: Mapping[str, Any]) -> str:
    if not _task_done(values):
        return "excused" if _is_confirmed(context, values) else "failed"
    completed, deadline = values.get("completed"), values.get("deadline")
    if isinstance(completed, date) and isinstance(deadline, date):
        return "late" if completed > deadline else "on_time"
    return "late" if values.get("status") == "late" else "on_time"


def _count(name: str) -> Formula:
    def text(context: Context) -> str:
        place, row = context.place, context.row
        if row.total:
            return f"SUM({_axis_range(place, name)})"
        if name == "assigned":
            return f"{place.cell('planned', row.row)}+{place.cell('ad_hoc', row.row)}"
        if name == "failed":
            return "-".join(place.cell(part, row.row) for part in ("assigned", "done", "excused"))
        tasks = context.block("tasks")
        assert tasks is not None
        return f'SUMPRODUCT((TRIM({tasks.range("axis")}&"")="{row.axis}")*{_task_terms(context, tasks)[name]})'

    return Formula(text, lambda context: task_counts(context, context.row.axis)[name])


def _ratio(part: str) -> Formula:
    def text(context: Context) -> str:
        cell = context.place.cell
        row = context.row.row
        base = f"({cell('assigned', row)}-{cell('excused', row)})"
        return f'IF({base}>0,ROUND(ROUND({cell(part, row)}/{base}*100,{_GUARD_PLACES}),2),"")'

    def value(context: Context) -> Value:
        counts = task_counts(context, context.row.axis)
        base = counts["assigned"] - counts["excused"]
        return half_up(Fraction(counts[part] * 100, base), 2) if base > 0 else ""

    return Formula(text, value)


# --- Tổng hợp --------------------------------------------------------------------------------------------------------
def _of_officer(context: Context, block_id: str, row_key: str, field_id: str) -> str:
    """A cell of the officer's own sheet; ``""`` where that sheet is not in this workbook."""
    sheet = context.book.of_officer(context.row.key or "")
    place = sheet.block(block_id) if sheet else None
    if sheet is None or place is None:
        return '""'
    cell = f"'{sheet.name}'!{place.cell(field_id, _row_of(place, row_key))}"
    return f'IF({cell}="","",{cell})'


def _officer_context(context: Context) -> Context | None:
    sheet = context.book.of_officer(context.row.key or "")
    if sheet is None:
        return None
    return replace(context, sheet=sheet)


def _officer_total_value(context: Context) -> Value:
    inner = _officer_context(context)
    return "" if inner is None else _known(officer_total(inner))


def _officer_level_value(context: Context) -> Value:
    inner = _officer_context(context)
    place = inner.block("self") if inner else None
    if inner is None or place is None:
        return ""
    code = inner.values(place, place.rows[0]).get("self_level")
    levels = context.book.facts.spec.lists["levels"]
    return next((option.label for option in levels.options if option.code == str(code)), str(code or ""))


# --- Small help ------------------------------------------------------------------------------------------------------
def _row_of(place: BlockPlace, key: str) -> int:
    found = place.place(key)
    if found is None:
        raise KeyError(f"{place.block.id}: no row {key}")
    return found.row


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _shown(value: Fraction | None) -> Value:
    return "" if value is None else half_up(value, _SHOWN_PLACES)


def _known(value: Decimal | None) -> Value:
    return "" if value is None else value


TOTAL_MAX = "total_max"    # not named by a form: the maximum points of a total row
FORMULAS: Mapping[str, Formula] = {
    "quantity_pct": Formula(_quantity_text, _quantity_value),
    "product_kpi": Formula(_kpi_text, _kpi_value),
    "criterion_points": Formula(_criterion_text, _criterion_value),
    "axis_kpi": Formula(_axis_kpi_text, lambda context: _shown(axis_kpi(context)), array=True),
    "axis_points": Formula(_axis_points_text, _axis_points_value),
    TOTAL_MAX: Formula(_total_max_text, _total_max_value),
    **{f"count_{name}": _count(name) for name in (*_COUNTED, "assigned", "failed")},
    "pct_completion": _ratio("done"), "pct_exceed": _ratio("exceeded"), "pct_late": _ratio("late"),
    "officer_total": Formula(lambda context: _of_officer(context, "axes", "total_ab", "points"), _officer_total_value),
    "officer_self_level": Formula(lambda context: _of_officer(context, "self", "self_level", "self_level"),
                                  _officer_level_value),
}
