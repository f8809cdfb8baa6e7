"""The clerk's register of one quarter as a value: what arrived when, by unit and part of the dossier (R61)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qeval_batch.core.cells import RowRef
from qeval_batch.model.delivery import REGISTER, Delivered, Delivery

KIND = "so-nhan"
PAPER, ELECTRONIC, BOTH = "paper", "electronic", "both"
PARTS = frozenset(range(1, 7))
# The part of the dossier a sheet of the workbook is (LD VII.2.2); the others go with any part.
_PART_OF_SHEET = {"officer": 3, "proposal": 5, "collective": 6}


@dataclass(frozen=True)
class RegisterEntry:
    """One sound row. ``copy``: ``electronic``, ``paper`` or ``both``; ``received`` aware, Vietnamese time."""

    unit: str
    parts: frozenset[int]
    received: datetime
    copy: str
    number: str | None
    at: RowRef

    def has(self, copy: str) -> bool:
        """Whether the row is of that copy."""
        return self.copy in (copy, BOTH)


@dataclass(frozen=True)
class Register:
    """The rows of one quarter, by time; an absent register has none."""

    entries: tuple[RegisterEntry, ...] = ()

    def of(self, unit: str) -> tuple[RegisterEntry, ...]:
        """A unit's rows, by time."""
        return tuple(item for item in self.entries if item.unit == unit)

    def arrival_of(self, unit: str, part: int, copy: str | None = None) -> datetime | None:
        """When that part of the unit's dossier first arrived, in that copy or in any; None where no row says."""
        return next((item.received for item in self.of(unit)
                     if part in item.parts and (copy is None or item.has(copy))), None)

    def whole_at(self, unit: str, parts: frozenset[int], copy: str) -> datetime | None:
        """When the last of ``parts`` first arrived in that copy; None while one has not."""
        moments = [self.arrival_of(unit, part, copy) for part in parts]
        known = [moment for moment in moments if moment is not None]
        return max(known) if known and len(known) == len(moments) else None

    def weigh(self, unit: str, files: Iterable[Delivered]) -> tuple[Delivered, ...]:
        """What the unit delivered electronically, with the register's word in the place of the files' own.

        Its electronic rows alone say when a part they name arrived; a paper row dates the paper alone (R60). A
        sheet takes the latest electronic row of its part that is not after the file's own time (the first row where the
        file seems older than all), each row once per sheet: what comes again without a row of its own keeps its own
        time. A file may thus come back in pieces.
        """
        rows, listed = [row for row in self.of(unit) if row.has(ELECTRONIC)], sorted(files, key=_by_time)
        if not rows:
            return tuple(listed)
        told = frozenset().union(*(row.parts for row in rows))
        found = [Delivered(row.at.file, Delivery(row.received, REGISTER), KIND, parts=row.parts) for row in rows]
        taken: set[tuple[tuple[str, str], RegisterEntry]] = set()
        for item in listed:
            pieces: dict[RegisterEntry | None, set[tuple[str, str]]] = defaultdict(set)
            for sheet in item.sheets:
                row = _row_for(sheet, item, [row for row in rows if (sheet, row) not in taken])
                pieces[row].add(sheet)
                taken |= {(sheet, row)} if row is not None else set()
            own = replace(item, sheets=frozenset(pieces.pop(None, ())), parts=item.parts - told)
            found += [own] if own.sheets or own.parts else []
            found += [replace(item, delivery=replace(item.delivery, received=row.received, source=REGISTER),
                              sheets=frozenset(sheets), parts=frozenset())
                      for row, sheets in pieces.items() if row is not None]
        return tuple(sorted(found, key=_by_time))


def _row_for(sheet: tuple[str, str], item: Delivered, rows: Sequence[RegisterEntry]) -> RegisterEntry | None:
    part = _PART_OF_SHEET.get(sheet[0])
    fitting = [row for row in rows if part is None or part in row.parts]
    own = item.delivery.received
    before = [row for row in fitting if own is not None and row.received <= own]
    return before[-1] if before else next(iter(fitting), None)


def _by_time(item: Delivered) -> tuple[bool, str, str]:
    received = item.delivery.received
    return received is None, received.isoformat() if received else "", item.file
