"""What stands in each cell that was read: address, label of the form, value as a person would see it there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qeval_batch.core.cells import CellRef, RowRef
from qeval_batch.model.roster import Roster
from qeval_batch.model.submission import INVALID, SheetData, Submission
from qeval_batch.roster.outcomes import text_of
from qeval_batch.spec.form import Block, Field
from qeval_batch.spec.load import Spec
from qeval_batch.workbook.inspect import shown

_BLANK = "(để trống)"
_UNUSABLE = "(không dùng được)"
# Where the roster's records and its form name one thing differently.
_OFFICER = {"officer": "id", "full_name": "name"}
_CHANGE = {"change": "kind"}


@dataclass(frozen=True)
class Cell:
    """One cell: where it stands, what the form calls it, what it holds; ``filled`` tells a value from a blank."""

    ref: CellRef
    label: str
    value: str
    filled: bool = True


class CellBook:
    """Every cell of some workbooks by its address; an address nothing was read from is shown by itself."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._cells: Mapping[CellRef, Cell] = {cell.ref: cell for cell in cells}

    def get(self, ref: CellRef) -> Cell | None:
        """The cell that was read at ``ref``; None where the program reads nothing."""
        return self._cells.get(ref)

    def many(self, refs: Iterable[CellRef], *, blanks: bool = False) -> tuple[Cell, ...]:
        """The cells at ``refs`` that were read, each once; blank ones only where asked for."""
        found = (self._cells.get(ref) for ref in dict.fromkeys(refs))
        return tuple(cell for cell in found if cell is not None and (cell.filled or blanks))

    def at(self, file: str | None, sheet: str | None, cell: str | None) -> Cell | None:
        """The cell a finding points at."""
        return next((item for ref, item in self._cells.items()
                     if (ref.file, ref.sheet, ref.a1) == (file, sheet, cell)), None)


def book_of(submissions: Iterable[Submission], unit: str, roster: Roster, spec: Spec,
            others: frozenset[str] = frozenset()) -> CellBook:
    """Cells of everything the unit sent, of its officers' rows in the roster and of their dated periods.

    ``others``: files of other senders that lines of the trace point at, such as a former unit's opinion.
    """
    found = [cell for submission in submissions if submission.stamp is not None
             and (submission.stamp.unit == unit or submission.file in others)
              for sheet in submission.sheets for cell in _sheet(submission.file, sheet, spec)]
    officers = spec.forms["danh-muc"].sheet("officers").blocks[0]
    changes = spec.forms["danh-muc"].sheet("changes").blocks[0]
    for officer in roster.officers_of(unit):
        found += _record(officer, officer.at, officers, _OFFICER, spec)
        for change in roster.changes_of(officer.id, *(item.kind for item in roster.changes)):
            found += _record(change, change.at, changes, _CHANGE, spec)
    return CellBook(found)


def _sheet(file: str, sheet: SheetData, spec: Spec) -> Iterator[Cell]:
    blocks = {block.id: block for block in spec.forms[sheet.form].sheet(sheet.sheet).blocks}
    for name, rows in sheet.blocks.items():
        fields = {field.id: field for field in blocks[name].fields}
        fixed = {row.key for row in blocks[name].fixed}
        for row in rows:
            prefix = f"{row.key}: " if row.key in fixed and not row.key.startswith("total") else ""
            for field_id, value in row.values.items():
                if field_id in fields and has_cell(row.at, field_id):
                    yield _cell(row.at, fields[field_id], value, spec, prefix)


def _record(record: Any, at: RowRef, block: Block, names: Mapping[str, str], spec: Spec) -> Iterator[Cell]:
    for field in block.fields:
        if has_cell(at, field.id):
            value = getattr(record, names.get(field.id, field.id))
            yield _cell(at, field, text_of(value) if field.id == "outcomes" else value, spec)


def has_cell(at: RowRef, field_id: str) -> bool:
    """Whether ``field_id`` stands in a cell of its own there."""
    return field_id in at.columns or field_id in at.rows or field_id in at.others


def _cell(at: RowRef, field: Field, value: Any, spec: Spec, prefix: str = "") -> Cell:
    if value is INVALID:
        return Cell(at.cell(field.id), f"{prefix}{field.label}", _UNUSABLE)
    # The roster keeps a level as a figure, its list as text.
    text = shown(str(value) if field.choices is not None and isinstance(value, int) else value, field, spec)
    return Cell(at.cell(field.id), f"{prefix}{field.label}", _BLANK if text is None else text, text is not None)
