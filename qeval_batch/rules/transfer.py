"""Who moved away from a unit in the quarter, and for how long the officer had served there (R21)."""

from __future__ import annotations

from qeval_batch.core.period import Period
from qeval_batch.model.roster import Officer, Roster
from qeval_batch.rules.eligibility import FormerStay, former_stays
from qeval_batch.rules.standing import set_apart
from qeval_batch.rules.trace import day
from qeval_batch.spec.policy import Policy


def moved_away(roster: Roster, unit: str, period: Period, policy: Policy) -> tuple[tuple[Officer, FormerStay], ...]:
    """Officers of other units who served at ``unit`` in the quarter, by id, each with the days served (LD VIII.1.1).

    Those the roster sets apart from quarterly evaluation are left out: nobody waits for an opinion on them (R02).
    """
    movers = sorted({change.officer for change in roster.changes if change.former_unit == unit})
    found = []
    for officer in (roster.officers[ident] for ident in movers if ident in roster.officers):
        stay = next((item for item in former_stays(roster.changes_of(officer.id, "transfer"), period, policy)
                     if item.unit == unit), None)
        if stay is not None and officer.unit != unit and not set_apart(officer):
            found.append((officer, stay))
    return tuple(found)


def stay_text(stay: FormerStay) -> str:
    """``01/7/2026 – 31/8/2026``, several spans after one another."""
    return "; ".join(f"{day(first)} – {day(last)}" for first, last in stay.spans)
