"""D of a leader's products beside what the own collective completed: a figure above it is a question, no change."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from qeval_batch.core.decimals import vi_number, vi_percent
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.records import OfficerSheet
from qeval_batch.model.results import Counts
from qeval_batch.rules.collective import base


def above_completion(sheet: OfficerSheet, own: Counts, unit: str) -> list[Finding]:
    """One warning per sheet on the products whose D passes the completion of the own collective (R17)."""
    whole = base(own)
    if not whole:
        return []
    completion = Fraction(own.done, whole) * 100
    above = [(item.leadership, item) for item in sheet.products
             if item.done > 0 and item.leadership is not None and Fraction(item.leadership) > completion]
    if not above:
        return []
    value, item = max(above, key=lambda pair: (pair[0], Decimal(-pair[1].no)))
    return [finding("RULE_LEADERSHIP_ABOVE", Where(Part.OFFICER, unit, sheet.officer).at(item.at.cell("leadership_pct")),
                    count=len(above), completion=vi_percent(own.done, whole), value=vi_number(value), product=item.no)]
