"""so-nhan.xlsx, the clerk's register of what arrived when: its word outweighs the mail's and the file's (R61).

Pure look-ups by unit and part of the dossier. A row counts for the quarter in whose last month it falls, or which it
follows before the next quarter's last month begins: nobody sends a dossier earlier, and nobody waits longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import Period
from qeval_batch.model.delivery import REGISTER, Delivered, Delivery
from qeval_batch.model.findings import Finding, Part, Where, finding, in_order
from qeval_batch.model.roster import Roster
from qeval_batch.model.submission import INVALID, Row
from qeval_batch.spec.load import Spec

KIND = "so-nhan"
PAPER, ELECTRONIC, BOTH = "paper", "electronic", "both"
PARTS = frozenset(range(1, 7))
_ALL = "all"
# The part of the dossier a sheet of the workbook is (LD VII.2.2); the others go with any part.
_PART_OF_SHEET = {"officer": 3, "proposal": 5, "collective": 6}
_UNUSABLE = frozenset(("TABLE_SHEET_MISSING", "TABLE_COLUMN_MISSING"))
_NEEDED = ("unit", "part", "received", "copy")


@dataclass(frozen=True)
class Entry:
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

    entries: tuple[Entry, ...] = ()

    def of(self, unit: str) -> tuple[Entry, ...]:
        """A unit's rows, by time."""
        return tuple(item for item in self.entries if item.unit == unit)

    def arrival_of(self, unit: str, part: int, copy: str | None = None) -> datetime | None:
        """When that part of the unit's dossier first arrived, in that copy or in any; None where no row says."""
        return next((item.received for item in self.of(unit)
                     if part in item.parts and (copy is None or item.has(copy))), None)

    def weigh(self, unit: str, files: Iterable[Delivered]) -> tuple[Delivered, ...]:
        """What the unit delivered, with the register's word in the place of the files' own wherever it has one.

        Its rows alone say when a part they name arrived. A sheet takes the latest electronic row of its part that is
        not after the file's own time (the first row where the file seems older than all), each row once per sheet: what
        comes again without a row of its own keeps its own time. A file may thus come back in pieces.
        """
        rows, listed = self.of(unit), sorted(files, key=_by_time)
        if not rows:
            return tuple(listed)
        told = frozenset().union(*(row.parts for row in rows))
        found = [Delivered(row.at.file, Delivery(row.received, REGISTER), KIND, parts=row.parts) for row in rows]
        taken: set[tuple[tuple[str, str], Entry]] = set()
        for item in listed:
            pieces: dict[Entry | None, set[tuple[str, str]]] = defaultdict(set)
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


def load_register(path: Path, spec: Spec, roster: Roster, period: Period, as_of: datetime
                  ) -> tuple[Register, list[Finding]]:
    """The register at ``path`` for ``period`` and what is wrong in it; an absent one is empty. Nothing here ends a run.

    A row that cannot be used is a finding at its cell and told to nobody's cost.
    """
    from qeval_batch.spreadsheet.grid import Unreadable, open_grid
    from qeval_batch.workbook.read import read_table_sheet

    where = Where(Part.ROSTER, file=path.name)
    try:
        grid = open_grid(path.read_bytes())
    except FileNotFoundError:
        return Register(), []
    except Unreadable as error:
        return Register(), [finding(error.code, where, **error.params)]
    data, found = read_table_sheet(grid, spec.forms[KIND].sheets[0], spec, path.name)
    if any(item.code in _UNUSABLE for item in found):
        return Register(), found
    rows = [(row, list(_faults(row, spec, roster, as_of))) for row in data.rows("register")]
    entries = [_entry(row) for row, faults in rows if not faults and all(row.has(name) for name in _NEEDED)]
    known = [replace(item, where=replace(item.where, unit=item.where.unit if item.where.unit in roster.units else None))
             for item in found]
    ordered = sorted((item for item in entries if _quarter_of(item.received) == period),
                     key=lambda item: (item.received, item.at.row))
    return Register(tuple(ordered)), in_order([*known, *(fault for _, faults in rows for fault in faults)])


def write_register(path: Path, spec: Spec, created: datetime, entries: Sequence[Entry] = ()) -> None:
    """A register to keep: blank, or with ``entries``."""
    from qeval_batch.roster.write import write_tables

    rows = [{"unit": item.unit, "part": _ALL if item.parts == PARTS else str(min(item.parts)), "received": item.received,
             "copy": item.copy, "number": item.number} for item in entries]
    write_tables(path, spec, spec.forms[KIND], {"register": rows}, created)


def _faults(row: Row, spec: Spec, roster: Roster, as_of: datetime) -> Iterator[Finding]:
    form = spec.forms[KIND].sheets[0].blocks[0]
    unit = row["unit"] if row.has("unit") else None
    where = Where(Part.ROSTER, unit if unit in roster.units else None)
    blank = [name for name in _NEEDED if row[name] is None]
    if blank:
        labels = ", ".join(f"«{form.field(name).label}»" for name in blank)
        yield finding("REGISTER_ROW_UNFINISHED", where.at(row.at.cell(blank[0])), labels=labels)
    if unit is not None and unit not in roster.units:
        yield finding("REGISTER_UNIT_UNKNOWN", where.at(row.at.cell("unit")), unit=unit)
    received = row["received"]
    if received not in (None, INVALID) and received > as_of:
        yield finding("REGISTER_AHEAD", where.at(row.at.cell("received")), received=f"{received:%H:%M %d/%m/%Y}",
                      as_of=f"{as_of:%H:%M %d/%m/%Y}")


def _entry(row: Row) -> Entry:
    part = str(row["part"])
    return Entry(str(row["unit"]), PARTS if part == _ALL else frozenset({int(part)}), row["received"], str(row["copy"]),
                 row["number"] if row.has("number") else None, row.at)


def _quarter_of(received: datetime) -> Period:
    """The quarter whose last month began last."""
    day = received.date()
    period = Period(day.year, (day.month - 1) // 3 + 1)
    return period if day >= date(period.end.year, period.end.month, 1) else period.previous()


def _row_for(sheet: tuple[str, str], item: Delivered, rows: Sequence[Entry]) -> Entry | None:
    part = _PART_OF_SHEET.get(sheet[0])
    fitting = [row for row in rows if row.has(ELECTRONIC) and (part is None or part in row.parts)]
    own = item.delivery.received
    before = [row for row in fitting if own is not None and row.received <= own]
    return before[-1] if before else next(iter(fitting), None)


def _by_time(item: Delivered) -> tuple[bool, str, str]:
    received = item.delivery.received
    return received is None, received.isoformat() if received else "", item.file
