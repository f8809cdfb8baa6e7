"""Who is asked for a self-assessment this quarter, and so which sheets and parts make a unit's dossier (R60, R62)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property

from qeval_batch.core.period import Period
from qeval_batch.model.register import PARTS
from qeval_batch.model.results import Scope, Status
from qeval_batch.model.roster import Change, Officer, Roster
from qeval_batch.rules import eligibility, scope, standing
from qeval_batch.rules.eligibility import FormerStay
from qeval_batch.rules.timeliness import Expected
from qeval_batch.rules.transfer import moved_away
from qeval_batch.spec.policy import Policy

COLLECTIVE, PROPOSAL, DOSSIER, OFFICER, COMMENT = "collective", "proposal", "dossier", "officer", "comment"
OF_UNIT = (COLLECTIVE, PROPOSAL, DOSSIER)
PER_OFFICER = 3                       # the part of the dossier that is a sheet of every officer (LD VII.2.2)


@dataclass(frozen=True)
class Asked:
    """The roster under the question who owes what this quarter; each answer is worked out once."""

    roster: Roster
    period: Period
    policy: Policy

    @cached_property
    def deferred(self) -> frozenset[str]:
        """Officers whom their dates defer: nothing is asked of them, what they send is kept (R20, R22)."""
        return frozenset(
            ident for ident, changes in self._changes.items() if ident in self.roster.officers
            and eligibility.standing(self.roster.officers[ident], changes, self.period, self.policy).status
            is Status.DEFERRED)

    def is_asked(self, officer: Officer) -> bool:
        """Whether the officer owes a self-assessment: in this workspace's scope, in the main post, neither set apart,
        nor deferred, nor settled by hand."""
        return self.is_here(officer) and standing.stated_asked(officer) and officer.id not in self.deferred

    def is_here(self, officer: Officer) -> bool:
        """Whether this workspace evaluates the officer under this id; else nothing of it is asked, nothing judged."""
        return officer.id not in self._second and scope.graded_here(officer, self.policy)

    def of(self, unit: str) -> tuple[Officer, ...]:
        """A unit's officers who owe a self-assessment, in the roster's order."""
        return tuple(item for item in self.roster.officers_of(unit) if self.is_asked(item))

    def offered(self, unit: str, carrying: Container[str] = ()) -> tuple[Officer, ...]:
        """Who gets a sheet to fill: whoever is asked, one deferred for inspection, whose work goes on, and whoever of
        ``carrying`` is deferred once more: what stands from the quarter before needs a form to stand in (R22)."""
        return tuple(item for item in self.roster.officers_of(unit)
                     if self.is_asked(item) or self._at_work(item) or item.id in carrying and self.is_here(item)
                     and not standing.set_apart(item))

    def is_central(self, officer: Officer) -> bool:
        """Whether the centre decides on the officer, who then answers by another day (LD VII.1.1)."""
        return scope.scope_of(officer, self.policy) is Scope.TW

    def is_proposed(self, officer: Officer) -> bool:
        """Whether the unit owes a proposal of a level (R50, R52)."""
        return self.is_asked(officer) and scope.unit_proposes(officer, self.policy)

    def in_dossier(self, officer: Officer) -> bool:
        """Whether the officer's sheet is a part of the unit's dossier."""
        return self.is_asked(officer) and scope.in_dossier(officer, self.policy)

    def comments(self, unit: str) -> tuple[tuple[Officer, FormerStay], ...]:
        """Who moved away and of whom the unit owes an opinion (R21)."""
        return tuple((officer, stay) for officer, stay in moved_away(self.roster, unit, self.period, self.policy)
                     if stay.mandatory)

    def dossier_of(self, unit: str) -> Expected:
        """The sheets and parts that make the unit's dossier complete."""
        officers = {(OFFICER, item.id) for item in self.of(unit) if self.in_dossier(item)}
        comments = {(COMMENT, officer.id) for officer, _ in self.comments(unit)}
        parts = PARTS if officers else PARTS - {PER_OFFICER}
        return Expected(frozenset((*((sheet, "") for sheet in OF_UNIT), *officers, *comments)), parts)

    def _at_work(self, officer: Officer) -> bool:
        return officer.id in self.deferred and self.is_here(officer) and not standing.set_apart(officer) \
            and {item.kind for item in self._changes[officer.id]} == {"inspection"}

    @cached_property
    def _second(self) -> Mapping[str, str]:
        return scope.second_posts(self.roster, self.policy)

    @cached_property
    def _changes(self) -> Mapping[str, list[Change]]:
        found: dict[str, list[Change]] = defaultdict(list)
        for change in self.roster.changes:
            found[change.officer].append(change)
        return found
