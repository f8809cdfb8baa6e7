"""Whom the procedure concerns this quarter, and in which scope: one question, asked of one place by every stage."""

from __future__ import annotations

from collections.abc import Mapping

from qeval_batch.core.period import Period
from qeval_batch.model.roster import Officer, Roster
from qeval_batch.rules.asked import Asked
from qeval_batch.rules.eligibility import authority_class
from qeval_batch.spec.policy import Policy

BTV, TW, LOWER = "btv", "tw", "lower"


def scope_of(officer: Officer, policy: Policy) -> str:
    """The officer's scope: it follows from the authority class alone (R03)."""
    found = authority_class(officer, policy)
    if found == policy.central_authority:
        return TW
    return LOWER if found == "C" else BTV


def members(roster: Roster, period: Period, policy: Policy) -> Mapping[str, str]:
    """Officer -> scope, of whoever is evaluated this quarter: neither deferred nor set apart (R02, R20)."""
    asked = Asked(roster, period, policy)
    return {officer.id: scope_of(officer, policy) for officer in roster.officers.values() if asked.is_asked(officer)}


def reporting_units(roster: Roster, policy: Policy) -> tuple[str, ...]:
    """Units that report on officers of their own authority (LD VII.3)."""
    found = {officer.unit for officer in roster.officers.values() if scope_of(officer, policy) == LOWER}
    return tuple(unit for unit in roster.units if unit in found)
