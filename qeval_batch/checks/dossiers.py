"""A unit's dossier as deliveries: what each file brought that was new, what is expected, and so whether it was in time.

Everything here is pure; when a file came is told by ``deliveries`` (mail, clock) and, before them, by the register (R61).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from qeval_batch.checks.dossier import place_of
from qeval_batch.checks.scope import mark
from qeval_batch.model.delivery import Delivered, Delivery
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.order import oldest
from qeval_batch.model.register import ELECTRONIC, KIND, PARTS, Register, RegisterEntry
from qeval_batch.model.submission import SheetData, Submission
from qeval_batch.rules import deadlines
from qeval_batch.rules.asked import OFFICER, PER_OFFICER, Asked
from qeval_batch.rules.paper import PaperCopies, paper_copies, with_paper
from qeval_batch.rules.timeliness import Expected, Timeliness, judge, unread
from qeval_batch.spec.load import Spec

_CENTRAL = "central_officers"
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
    """Every unit's timeliness, its paper apart, and that of each officer of the centre, whose day is another (R52)."""

    units: Mapping[str, Timeliness] = field(default_factory=dict)
    central: Mapping[str, Timeliness] = field(default_factory=dict)
    paper: Mapping[str, PaperCopies] = field(default_factory=dict)

    @property
    def late(self) -> frozenset[str]:
        """Units whose dossier is late."""
        return frozenset(unit for unit, found in self.units.items() if found.state == deadlines.LATE)


@dataclass(frozen=True)
class Dossiers:
    """What the question is decided on: the forms, who owes what, the clerk's register."""

    spec: Spec
    asked: Asked
    register: Register = field(default_factory=Register)

    def brought(self, submissions: Iterable[Submission], deliveries: Mapping[str, Sequence[Delivery]]) -> Brought:
        """What each unit delivered, the register weighed in; ``deliveries``: file -> every delivery of its content."""
        by_unit = self._delivered(submissions, deliveries)
        return {unit: self.register.weigh(unit, by_unit.get(unit, ())) for unit in self.asked.roster.units}

    def judge(self, brought: Brought, as_of: datetime) -> Timely:
        """Whether each unit's dossier was in time (R62)."""
        asked = self.asked
        due, own = (deadlines.deadline(code, asked.policy, asked.period, asked.roster.days_off)
                    for code in (deadlines.DOSSIER, _CENTRAL))
        units = {unit: judge(items, asked.dossier_of(unit), due, as_of) for unit, items in brought.items()}
        with_us = {entry.unit for entry in self._unread(brought)}
        units |= {unit: unread(units[unit], due) for unit in with_us}
        paper = {unit: paper_copies(self.register, unit, asked.dossier_of(unit).parts, due, as_of) for unit in units}
        units = {unit: with_paper(found, paper[unit], asked.policy) for unit, found in units.items()}
        central = {}
        for officer in asked.roster.officers.values():
            if asked.is_asked(officer) and asked.is_central(officer):
                sheet = (OFFICER, officer.id)
                mine = [item for item in brought.get(officer.unit, ()) if sheet in item.sheets]
                found = judge(mine, Expected(frozenset({sheet}), frozenset()), own, as_of)
                central[officer.id] = unread(found, own) if officer.unit in with_us else found
        return Timely(units, central, paper)

    def not_found(self, brought: Brought) -> list[Finding]:
        """A unit whose electronic copy the register says came, and of which no file could be read: the clerk's affair."""
        return [finding("REGISTER_NO_FILE", Where(Part.ROSTER, entry.unit).at(entry.at.cell("received")), unit=entry.unit,
                        received=f"{entry.received:%H:%M %d/%m/%Y}") for entry in self._unread(brought)]

    def _unread(self, brought: Brought) -> list[RegisterEntry]:
        """The first electronic row of each unit of which there is nothing but the register's word (R80)."""
        return [next(row for row in self.register.of(unit) if row.has(ELECTRONIC)) for unit, items in brought.items()
                if all(item.kind == KIND for item in items)
                and any(row.has(ELECTRONIC) for row in self.register.of(unit))]

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
        """The parts `Hồ sơ` marks as sent electronically (R60); one asked of several is there when all are."""
        if sheet.sheet != "dossier":
            return frozenset()
        marked: dict[int, list[bool]] = defaultdict(list)
        for row in sheet.rows("parts"):
            part, of = place_of(row) or (None, None)
            officer = self.asked.roster.officers.get(of or "")
            if part is None or (part == PER_OFFICER and officer is not None
                                and not (officer.unit == unit and self.asked.in_dossier(officer))):
                continue
            marked[part].append(mark(row, ELECTRONIC))
        return frozenset(part for part in PARTS if marked[part] and all(marked[part]))
