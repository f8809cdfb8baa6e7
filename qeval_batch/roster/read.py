"""danh-muc.xlsx to a Roster and its findings; RosterError only for what leaves nobody to evaluate or nowhere to count.

A missing file, sheet or required column, a blank or double id, a unit or group that does not exist end the run.
Whatever else is wrong concerns one unit, person or group and is a finding at its cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qeval_batch import messages
from qeval_batch.core.files import Barred, read_file
from qeval_batch.core.say import say
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.roster import Roster
from qeval_batch.model.submission import SheetData
from qeval_batch.roster.convert import Draft, to_roster
from qeval_batch.roster.problem import RosterError, problem
from qeval_batch.spec.form import Sheet
from qeval_batch.spec.load import Spec
from qeval_batch.spreadsheet.limits import MAX_FILE_BYTES

if TYPE_CHECKING:
    from qeval_batch.spreadsheet.grid import Grid

REQUIRED_SHEETS = frozenset(("units", "officers", "groups", "changes"))
# Columns whose cells may be blank but which nobody can do without: left out, all would be members, in no group, graded,
# away without end.
_NEEDED_COLUMNS = frozenset((("officers", "head"), ("officers", "group"), ("officers", "standing"), ("changes", "end")))
_FORM = "danh-muc"
_MISSING_SHEET, _MISSING_COLUMN, _ABSENT_COLUMN = "TABLE_SHEET_MISSING", "TABLE_COLUMN_MISSING", "TABLE_COLUMN_ABSENT"


def read_roster(path: Path, spec: Spec) -> tuple[Roster, list[Finding], Mapping[str, str]]:
    """The roster at ``path`` as typed, what reading it found, and the units of unclear block with the cell that says so.

    RosterError, with every reason, when the roster cannot be used at all. What is read is not yet held to any rule:
    ``checks.roster.load_roster`` does both.
    """
    file = path.name
    sheets, found = _read(path, spec)
    fatal = [item for item in found if item.code in (_MISSING_SHEET, _MISSING_COLUMN) or item.where.part is Part.FILE]
    if fatal:
        raise RosterError([_line(item, file) for item in fatal])
    draft = Draft(file)
    roster = to_roster(sheets, spec, draft)
    if draft.problems:
        raise RosterError(draft.problems)
    return roster, [*(_of_roster(item, roster) for item in found), *draft.findings], draft.unclear


def _read(path: Path, spec: Spec) -> tuple[Mapping[str, SheetData], list[Finding]]:
    from qeval_batch.spreadsheet.grid import Unreadable, open_grid
    from qeval_batch.workbook.read import read_table_sheet

    try:
        grid = open_grid(read_file(path, MAX_FILE_BYTES))
    except FileNotFoundError as error:
        raise RosterError([problem(path.name, say("roster.read.no_file", path=path),
                                   say("roster.read.no_file_cure"))]) from error
    except Unreadable as error:
        unreadable = finding(error.code, Where(Part.FILE, file=path.name), **error.params)
        raise RosterError([_line(unreadable, path.name)]) from error
    except Barred as error:
        raise RosterError([str(error)]) from error
    sheets: dict[str, SheetData] = {}
    found: list[Finding] = []
    for form in spec.forms[_FORM].sheets:
        data, findings = read_table_sheet(grid, form, spec, path.name)
        missing = any(item.code == _MISSING_SHEET for item in findings)
        sound = all(item.where.part is not Part.FILE for item in findings)
        if form.id not in REQUIRED_SHEETS and (missing or sound and _unfilled(grid, data.name)):
            continue
        sheets[form.id] = data
        found += (_needed(item, form) for item in findings)
    return sheets, found


def _unfilled(grid: Grid, sheet: str) -> bool:
    """Whether a sheet bears a header at most: one nobody needs and nobody filled asks for no columns."""
    return sum(any(raw != "" for raw in row) for row in grid.sheet(sheet).rows) <= 1


def _needed(item: Finding, form: Sheet) -> Finding:
    """An absent column the roster cannot do without, as one that ends the run; any other finding as it is."""
    labels = {form.blocks[0].field(field).label for sheet, field in _NEEDED_COLUMNS if sheet == form.id}
    slots = dict(item.params)
    if item.code == _ABSENT_COLUMN and slots.get("label") in labels:
        return finding(_MISSING_COLUMN, item.where, **slots)
    return item


def _line(item: Finding, file: str) -> str:
    """A finding that ends the run, as a line for the person at the keyboard."""
    return problem(file, messages.what(item), messages.cure(item), item.where.sheet, item.where.a1)


def _of_roster(item: Finding, roster: Roster) -> Finding:
    """A finding of reading, with the person and unit it concerns: ids that exist, so that nobody else is blamed."""
    officer = roster.officers.get(item.where.officer or "")
    unit = officer.unit if officer is not None else item.where.unit
    return replace(item, where=replace(item.where, part=Part.ROSTER, officer=officer.id if officer else None,
                                       unit=unit if unit in roster.units else None))
