"""The closed set of live formulas of the forms: for each, the spreadsheet's text and the engine's own value.

The text works in Excel, LibreOffice and WPS: no dynamic arrays, no LET, no words of one language. Where a sum needs a
condition per row it is an array formula over the block's whole range, so rows inserted by hand count as well. The
value comes from ``rules.score``; both must agree (R17), which the tests show by recalculating in LibreOffice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qeval_batch.template.formula_context import Context, Formula, FormulaValue, formula_text, known, row_of
from qeval_batch.template.formulas_counts import COUNTS
from qeval_batch.template.formulas_points import POINTS, TOTAL_MAX, officer_total
from qeval_batch.template.formulas_products import PRODUCTS

__all__ = ["FORMULAS", "TOTAL_MAX", "Context", "compute"]


def compute(name: str, context: Context) -> tuple[str, FormulaValue, bool]:
    """Formula text without ``=``, cached value, whether it is an array formula; KeyError for a name not in FORMULAS."""
    formula = FORMULAS[name]
    return formula_text(name, formula, context), formula.value(context), formula.array


def _of_officer(context: Context, block_id: str, row_key: str, field_id: str) -> str:
    """A cell of the officer's own sheet; ``""`` where that sheet is not in this workbook."""
    sheet = context.book.of_officer(context.row.key or "")
    place = sheet.block(block_id) if sheet else None
    if sheet is None or place is None:
        return '""'
    cell = f"'{sheet.name}'!{place.cell(field_id, row_of(place, row_key))}"
    return f'IF({cell}="","",{cell})'


def _officer_context(context: Context) -> Context | None:
    sheet = context.book.of_officer(context.row.key or "")
    if sheet is None:
        return None
    return replace(context, sheet=sheet)


def _officer_total_value(context: Context) -> FormulaValue:
    inner = _officer_context(context)
    return "" if inner is None else known(officer_total(inner))


def _officer_level_value(context: Context) -> FormulaValue:
    inner = _officer_context(context)
    place = inner.block("self") if inner else None
    if inner is None or place is None:
        return ""
    code = inner.values(place, place.rows[0]).get("self_level")
    levels = context.book.facts.spec.lists["levels"]
    return next((option.label for option in levels.options if option.code == str(code)), str(code or ""))


FORMULAS: Mapping[str, Formula] = {
    **PRODUCTS, **POINTS, **COUNTS,
    "officer_total": Formula(lambda context: _of_officer(context, "axes", "total_ab", "points"), _officer_total_value),
    "officer_self_level": Formula(lambda context: _of_officer(context, "self", "self_level", "self_level"),
                                  _officer_level_value),
}
