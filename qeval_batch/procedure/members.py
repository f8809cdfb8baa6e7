"""Whom the procedure concerns this quarter, and in which scope: one question, asked of one place by every stage."""

from __future__ import annotations

from collections.abc import Mapping

from qeval_batch.core.period import Period
from qeval_batch.model.results import Scope
from qeval_batch.model.roster import Roster
from qeval_batch.rules.asked import Asked
from qeval_batch.rules.scope import scope_of
from qeval_batch.spec.policy import Policy

BTV, TW, LOWER = Scope.BTV.value, Scope.TW.value, Scope.LOWER.value


def members(roster: Roster, period: Period, policy: Policy) -> Mapping[str, str]:
    """Officer -> scope, of whoever is evaluated this quarter: neither deferred nor set apart (R02, R20)."""
    asked = Asked(roster, period, policy)
    return {officer.id: scope_of(officer, policy).value for officer in roster.officers.values() if asked.is_asked(officer)}


def reporting_units(roster: Roster, policy: Policy) -> tuple[str, ...]:
    """Units that report on officers of their own authority (LD VII.3)."""
    found = {officer.unit for officer in roster.officers.values() if scope_of(officer, policy) is Scope.LOWER}
    return tuple(unit for unit in roster.units if unit in found)
