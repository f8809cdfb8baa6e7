"""Across units: one officer is declared by one unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qeval_batch.checks.scope import CheckContext
from qeval_batch.checks.topics import ACROSS
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.records import UnitRecord


@ACROSS.check("OFFICER_TWO_UNITS")
def one_unit_each(records: Mapping[str, UnitRecord], ctx: CheckContext) -> Iterator[Finding]:
    """An officer with a sheet from two units is evaluated once, by the unit of the roster (rules.md A)."""
    declared: dict[str, list[str]] = {}
    for unit, record in sorted(records.items()):
        for officer in sorted(record.received_sheets):
            declared.setdefault(officer, []).append(unit)
    for officer, units in sorted(declared.items()):
        if len(units) > 1:
            entry = ctx.roster.officers.get(officer)
            home = entry.unit if entry is not None and entry.unit in units else units[0]
            yield finding("OFFICER_TWO_UNITS", Where(Part.OFFICER, home, officer), officer=officer,
                          units=", ".join(units), home=entry.unit if entry is not None else "…")
