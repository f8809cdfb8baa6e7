"""so-nhan.xlsx, the clerk's register of what arrived when: its word outweighs the mail's and the file's (R61).

Pure look-ups by unit and part of the dossier. A row counts for the quarter in whose last month it falls, or which it
follows before the next quarter's last month begins: nobody sends a dossier earlier, and nobody waits longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from qeval_batch.core.exchanged import exchanged
from qeval_batch.core.files import Barred, read_file
from qeval_batch.core.period import Period
from qeval_batch.model.findings import Finding, Part, Where, finding, in_order
from qeval_batch.model.register import KIND, PARTS, Register, RegisterEntry
from qeval_batch.model.roster import Roster
from qeval_batch.model.submission import INVALID, Row
from qeval_batch.spec.load import Spec
from qeval_batch.spreadsheet.limits import MAX_FILE_BYTES

_ALL = "all"
_UNUSABLE = frozenset(("TABLE_SHEET_MISSING", "TABLE_COLUMN_MISSING"))
# Dossiers come in a quarter's last month or the next; what came in the one after may be another day, month first.
_SELDOM = 2
_NEEDED = ("unit", "part", "received", "copy")


def load_register(path: Path, spec: Spec, roster: Roster, period: Period, as_of: datetime
                  ) -> tuple[Register, list[Finding]]:
    """The register at ``path`` for ``period`` and what is wrong in it; an absent one is empty. Nothing here ends a run.

    A row that cannot be used is a finding at its cell and told to nobody's cost.
    """
    from qeval_batch.spreadsheet.grid import Unreadable, open_grid
    from qeval_batch.workbook.read import read_table_sheet

    where = Where(Part.ROSTER, file=path.name)
    try:
        grid = open_grid(read_file(path, MAX_FILE_BYTES))
    except FileNotFoundError:
        return Register(), []
    except Barred as error:
        return Register(), [finding("REGISTER_UNREADABLE", where, why=str(error).rstrip("."))]
    except Unreadable as error:
        return Register(), [finding(error.code, where, **error.params)]
    data, found = read_table_sheet(grid, spec.forms[KIND].sheets[0], spec, path.name)
    if any(item.code in _UNUSABLE for item in found):
        return Register(), found
    rows = [(row, list(_faults(row, spec, roster, as_of))) for row in data.rows("register")]
    asked = [item for row, faults in rows if not faults for item in _exchanged(row, roster, period)]
    entries = [_entry(row) for row, faults in rows if not faults and all(row.has(name) for name in _NEEDED)]
    known = [replace(item, where=replace(item.where, unit=item.where.unit if item.where.unit in roster.units else None))
             for item in found]
    ordered = sorted((item for item in entries if _quarter_of(item.received) == period),
                     key=lambda item: (item.received, item.at.row))
    return Register(tuple(ordered)), in_order([*known, *asked, *(fault for _, faults in rows for fault in faults)])


def write_register(path: Path, spec: Spec, created: datetime, entries: Sequence[RegisterEntry] = ()) -> None:
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


def _exchanged(row: Row, roster: Roster, period: Period) -> Iterator[Finding]:
    """A row of another quarter that would be of this one with day and month exchanged is asked about, not passed over."""
    received, unit = row["received"], row["unit"]
    day = exchanged(received.date()) if isinstance(received, datetime) else None
    if day is None or _quarter_of(received) == period or received.month % 3 != _SELDOM:
        return
    other = received.replace(month=day.month, day=day.day)
    if _quarter_of(other) == period:
        yield finding("REGISTER_DATE_EXCHANGED", Where(Part.ROSTER, unit if unit in roster.units else None).at(
            row.at.cell("received")), received=f"{received:%d/%m/%Y}", other=f"{other:%d/%m/%Y}")


def _entry(row: Row) -> RegisterEntry:
    part = str(row["part"])
    return RegisterEntry(str(row["unit"]), PARTS if part == _ALL else frozenset({int(part)}), row["received"],
                         str(row["copy"]), row["number"] if row.has("number") else None, row.at)


def _quarter_of(received: datetime) -> Period:
    """The quarter whose last month began last."""
    day = received.date()
    period = Period(day.year, (day.month - 1) // 3 + 1)
    return period if day >= date(period.end.year, period.end.month, 1) else period.previous()


