"""Whose word a level waits for: every unit with the officers who have none until it sends, fills in or mends (R80)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qeval_batch.core.period import Period
from qeval_batch.model.results import OfficerResult
from qeval_batch.model.roster import Roster
from qeval_batch.rules.eligibility import former_stays
from qeval_batch.spec.policy import Policy

SUBMISSION = "submission"
# What only the officer's own unit can end; its sheets still to come apart.
UNIT_ANSWERS = frozenset(("unit_correction", "unit_proposal"))
FORMER_UNIT = "former_unit_opinion"


def waited_for(officers: Iterable[OfficerResult], roster: Roster, period: Period,
               policy: Policy) -> dict[str, tuple[OfficerResult, ...]]:
    """Unit -> the officers who wait for it, in the order of ``officers``: its own, and those who moved away from it."""
    found: dict[str, list[OfficerResult]] = {}
    for officer in officers:
        for unit in dict.fromkeys(_owing(officer, roster, period, policy)):
            found.setdefault(unit, []).append(officer)
    return {unit: tuple(waiting) for unit, waiting in found.items()}


def _owing(officer: OfficerResult, roster: Roster, period: Period, policy: Policy) -> Iterator[str]:
    if not officer.here:
        return
    if {*UNIT_ANSWERS, SUBMISSION} & set(officer.waits_for):
        yield officer.unit
    if FORMER_UNIT in officer.waits_for:
        given = {item.unit for item in officer.former_opinions if item.comment is not None}
        yield from (stay.unit for stay in former_stays(roster.changes_of(officer.id, "transfer"), period, policy)
                    if stay.mandatory and stay.unit is not None and stay.unit not in {officer.unit, *given})
