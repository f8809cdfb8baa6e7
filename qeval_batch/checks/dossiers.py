"""A unit's dossier as deliveries: what each file brought that was new, what is expected, and so whether it was in time.

Everything here is pure; when a file came is told by ``deliveries`` (mail, clock) and, before them, by the register (R61).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from qeval_batch.checks.dossier import PARTS, place_of
from qeval_batch.checks.scope import NOT_ASKED, mark
from qeval_batch.core.period import Period
from qeval_batch.model.delivery import Delivered, Delivery
from qeval_batch.model.order import oldest
from qeval_batch.model.register import Register
from qeval_batch.model.roster import Officer, Roster
from qeval_batch.model.submission import SheetData, Submission
from qeval_batch.rules import deadlines
from qeval_batch.rules.eligibility import authority_class
from qeval_batch.rules.timeliness import Expected, Timeliness, judge
from qeval_batch.rules.transfer import moved_away
from qeval_batch.spec.load import Spec

_PER_OFFICER, _CENTRAL = 3, "central_officers"
_OF_UNIT = (("collective", ""), ("proposal", ""), ("dossier", ""))


Brought = Mapping[str, tuple[Delivered, ...]]


def days(brought: Brought) -> dict[str, date]:
    """The day each file first came, by the word that counts (R13, R61); files of unknown time are left out."""
    found: dict[str, date] = {}
    for item in (item for items in brought.values() for item in items):
        if item.delivery.received is not None:
            day = item.delivery.received.date()
            found[item.file] = min(day, found.get(item.file, day))
    return found


@dataclass(frozen=True)
class Timely:
    """Every unit's timeliness, and that of each officer of the centre, who has a day of the own (LD VII.1.1)."""

    units: Mapping[str, Timeliness] = field(default_factory=dict)
    central: Mapping[str, Timeliness] = field(default_factory=dict)

    @property
    def late(self) -> frozenset[str]:
        """Units whose dossier is late."""
        return frozenset(unit for unit, found in self.units.items() if found.state == deadlines.LATE)


@dataclass(frozen=True)
class Dossiers:
    """What the question is decided on: the quarter, the roster, who is deferred by dates, the clerk's register."""

    spec: Spec
    period: Period
    roster: Roster
    deferred: frozenset[str]
    register: Register = field(default_factory=Register)

    def brought(self, submissions: Iterable[Submission], deliveries: Mapping[str, Sequence[Delivery]]) -> Brought:
        """What each unit delivered, the register weighed in; ``deliveries``: file -> every delivery of its content."""
        by_unit = self._delivered(submissions, deliveries)
        return {unit: self.register.weigh(unit, by_unit.get(unit, ())) for unit in self.roster.units}

    def judge(self, brought: Brought, as_of: datetime) -> Timely:
        """Whether each unit's dossier was in time (R62)."""
        due, own = (deadlines.deadline(code, self.spec.policy, self.period, self.roster.days_off)
                    for code in (deadlines.DOSSIER, _CENTRAL))
        units = {unit: judge(items, self.expected(unit), due, as_of) for unit, items in brought.items()}
        central = {}
        for officer in self.roster.officers.values():
            if self._asked(officer) and self._central(officer):
                sheet = ("officer", officer.id)
                mine = [item for item in brought.get(officer.unit, ()) if sheet in item.sheets]
                central[officer.id] = judge(mine, Expected(frozenset({sheet}), frozenset()), own, as_of)
        return Timely(units, central)

    def expected(self, unit: str) -> Expected:
        """The sheets and parts that make the unit's dossier complete; the centre's officers send theirs by another day."""
        officers = {("officer", item.id) for item in self._officers(unit)}
        comments = {("comment", officer.id) for officer, stay in
                    moved_away(self.roster, unit, self.period, self.spec.policy) if stay.mandatory}
        parts = frozenset(PARTS) if officers else frozenset(PARTS) - {_PER_OFFICER}
        return Expected(frozenset((*_OF_UNIT, *officers, *comments)), parts)

    def _officers(self, unit: str) -> tuple[Officer, ...]:
        """Who owes a self-assessment by the dossier's day."""
        return tuple(item for item in self.roster.officers_of(unit) if self._asked(item) and not self._central(item))

    def _asked(self, officer: Officer) -> bool:
        return officer.standing not in NOT_ASKED and officer.id not in self.deferred

    def _central(self, officer: Officer) -> bool:
        policy = self.spec.policy
        return authority_class(officer, policy) == str(policy.value("central_authority"))

    def _delivered(self, submissions: Iterable[Submission], deliveries: Mapping[str, Sequence[Delivery]]
                   ) -> Mapping[str, list[Delivered]]:
        """What each file brought that no earlier one had brought: a sheet sent again as it was is no delivery."""
        listed = [(oldest(deliveries.get(item.file, ())), item) for item in submissions
                  if item.stamp is not None and item.stamp.kind == self.spec.unit_set.kind]
        listed.sort(key=lambda pair: (pair[0].received is None, pair[0].received and pair[0].received.isoformat() or "",
                                      pair[1].file))
        seen: set[object] = set()
        found: dict[str, list[Delivered]] = defaultdict(list)
        for delivery, item in listed:
            assert item.stamp is not None
            unit = item.stamp.unit
            filled = [sheet for sheet in item.sheets if not sheet.blank]
            fresh = [sheet for sheet in filled if (unit, sheet.sheet, sheet.officer, sheet.digest) not in seen]
            parts = {part for sheet in filled for part in self._parts(unit, sheet) if (unit, part) not in seen}
            seen |= {(unit, sheet.sheet, sheet.officer, sheet.digest) for sheet in fresh} | {(unit, part) for part in parts}
            found[unit].append(Delivered(item.file, delivery, item.stamp.kind,
                                         frozenset((sheet.sheet, sheet.officer or "") for sheet in fresh),
                                         frozenset(parts)))
        return found

    def _parts(self, unit: str, sheet: SheetData) -> frozenset[int]:
        """The parts `Hồ sơ` marks as there, in one form at least; one asked of several is there when all are."""
        if sheet.sheet != "dossier":
            return frozenset()
        marked: dict[int, list[bool]] = defaultdict(list)
        for row in sheet.rows("parts"):
            part, of = place_of(row) or (None, None)
            officer = self.roster.officers.get(of or "")
            if part is None or (part == _PER_OFFICER and officer is not None
                                and officer not in self._officers(unit)):
                continue
            marked[part].append(mark(row, "electronic") or mark(row, "paper"))
        return frozenset(part for part in PARTS if marked[part] and all(marked[part]))
