"""Part A: each general criterion has exactly one of its two boxes ticked (profile 30+70 only)."""

from __future__ import annotations

from collections.abc import Iterator

from qeval_batch.checks.scope import SheetScope, mark, readable
from qeval_batch.checks.topics import OFFICER
from qeval_batch.model.findings import Finding, finding
from qeval_batch.model.submission import Row
from qeval_batch.spec.form import FixedRow


def criteria(scope: SheetScope) -> Iterator[tuple[FixedRow, Row | None]]:
    """The criteria the form fixes, each with its row in the sheet; none where part A is not in the profile (R17)."""
    block = scope.block("general")
    if block is None or (block.profile is not None and block.profile != scope.ctx.profile):
        return
    rows = {row.key: row for row in scope.sheet.rows("general")}
    for fixed in block.fixed:
        if not (fixed.heading or fixed.total):
            yield fixed, rows.get(fixed.key)


@OFFICER.check("FIXED_ROW_MISSING")
def criteria_present(scope: SheetScope) -> Iterator[Finding]:
    """No criterion of the form has been deleted."""
    for fixed, row in criteria(scope):
        if row is None and scope.whole:
            yield finding("FIXED_ROW_MISSING", scope.where, row=f"{fixed.key} {fixed.values.get('criterion', '')}")


@OFFICER.check("GENERAL_NONE", "GENERAL_NEITHER", "GENERAL_BOTH")
def one_box(scope: SheetScope) -> Iterator[Finding]:
    """Neither box: missing; both: a contradiction only the officer can settle (R17). Part A left out is told once."""
    rows = [(fixed, row) for fixed, row in criteria(scope) if row is not None and readable(row, "met", "not_met")]
    if len(rows) > 1 and not any(mark(row, name) for _, row in rows for name in ("met", "not_met")):
        yield scope.found("GENERAL_NONE", rows[0][1], "met", count=len(rows))
        return
    for fixed, row in rows:
        met, not_met = mark(row, "met"), mark(row, "not_met")
        if met == not_met:
            yield scope.found("GENERAL_BOTH" if met else "GENERAL_NEITHER", row, "met", criterion=fixed.key,
                              met=scope.label("general", "met"), not_met=scope.label("general", "not_met"))
