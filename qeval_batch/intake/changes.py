"""What a unit changed between two versions of one sheet, cell by cell, wherever rows were put in or moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from qeval_batch.core.cells import CellRef
from qeval_batch.model.submission import Row, SheetData
from qeval_batch.spec.form import Block, Field, Source
from qeval_batch.spec.load import Spec
from qeval_batch.workbook.inspect import shown
from qeval_batch.workbook.plan import ORDINAL

# Beyond this a table was written anew: aligning two thousand rows with two thousand others helps nobody.
_MOST_ROWS = 400


@dataclass(frozen=True)
class FieldChange:
    """One field that says something else. ``old`` or ``new`` None: blank there; a ref None: the row is not there."""

    label: str
    old: str | None
    new: str | None
    old_at: CellRef | None
    new_at: CellRef | None


def changes(old: SheetData, new: SheetData, spec: Spec) -> list[FieldChange]:
    """Every input field in which ``new`` differs from ``old``, in the order of the form."""
    found: list[FieldChange] = []
    for block in spec.forms[new.form].sheet(new.sheet).blocks:
        inputs = [item for item in block.fields if item.source is Source.INPUT and item.id != ORDINAL]
        for before, after in _pairs(old.rows(block.id), new.rows(block.id), block, inputs):
            found += _compared(before, after, inputs, spec)
    return found


def _pairs(old: Sequence[Row], new: Sequence[Row], block: Block, inputs: Sequence[Field]) \
        -> Iterator[tuple[Row | None, Row | None]]:
    """Rows that are the same one: by their key where the form gives one, else by what stays the same around them."""
    if block.fixed or block.rows_from or block.kind == "fields":
        keyed = {row.key: row for row in old}
        yield from ((keyed.pop(row.key, None), row) for row in new)
        yield from ((row, None) for row in keyed.values())
        return
    first, second = ([repr([row.values.get(item.id) for item in inputs]) for row in rows] for rows in (old, new))
    if max(len(old), len(new)) > _MOST_ROWS:
        steps = [("replace", 0, len(old), 0, len(new))]
    else:
        steps = list(SequenceMatcher(None, first, second, autojunk=False).get_opcodes())
    for what, start, end, begin, stop in steps:
        if what == "equal":
            continue
        common = min(end - start, stop - begin)
        yield from zip(old[start:start + common], new[begin:begin + common], strict=True)
        yield from ((row, None) for row in old[start + common:end])
        yield from ((None, row) for row in new[begin + common:stop])


def _compared(before: Row | None, after: Row | None, inputs: Sequence[Field], spec: Spec) -> Iterator[FieldChange]:
    for item in inputs:
        old, new = (row.values.get(item.id) if row is not None else None for row in (before, after))
        said = tuple(shown(value, item, spec) for value in (old, new))
        if said[0] != said[1]:
            yield FieldChange(item.label, said[0], said[1], before.at.cell(item.id) if before is not None else None,
                              after.at.cell(item.id) if after is not None else None)
