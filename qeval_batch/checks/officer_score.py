"""R17: the workbook's own figures against the engine's, on a sheet that is otherwise sound."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from qeval_batch.checks.scope import SheetScope
from qeval_batch.checks.topics import SCORE
from qeval_batch.core.cells import CellRef
from qeval_batch.core.decimals import half_up, vi_number
from qeval_batch.core.say import say
from qeval_batch.model.findings import Finding, finding
from qeval_batch.model.records import OfficerSheet
from qeval_batch.model.trace import Score
from qeval_batch.rules.score import differences

_SHOWN_PLACES = 2


@SCORE.check("SCORE_DIFFERS")
def figures_agree(sheet: OfficerSheet, score: Score, scope: SheetScope) -> Iterator[Finding]:
    """Each figure further from the recomputed one than the tolerance, with both.

    A product's KPI that differs explains its axis and part B, which then say nothing more; the total always speaks.
    """
    if scope.sheet.amended_by:      # corrected by the result report: the file's own figures are of before
        return
    tolerance = Fraction(scope.ctx.tolerance)
    explained: set[CellRef] = set()
    part_b = sheet.at.cell("workbook_axes_total")
    for product, scored in zip(sheet.products, score.products, strict=True):
        kpi, workbook_kpi = scored.kpi, product.workbook_kpi
        if kpi is None or workbook_kpi is None or abs(kpi - Fraction(workbook_kpi)) <= tolerance:
            continue
        explained |= {part_b, *(entry.at.cell("points") for entry in sheet.axes if entry.axis == product.axis)}
        yield finding("SCORE_DIFFERS", scope.where.at(product.at.cell("kpi")),
                      figure=say("checks.officer_score.product_kpi", row=product.at.row),
                      workbook=vi_number(half_up(workbook_kpi, _SHOWN_PLACES)),
                      computed=vi_number(half_up(kpi, _SHOWN_PLACES)))
    for figure, cell, workbook, computed in differences(score, sheet, scope.ctx.spec.policy):
        if cell in explained:
            continue
        if cell != part_b:
            explained.add(part_b)
        yield finding("SCORE_DIFFERS", scope.where.at(cell), figure=figure, workbook=vi_number(workbook),
                      computed=vi_number(computed))
