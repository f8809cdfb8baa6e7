"""Answers in hidden rows and columns: read like any other, and said, since nobody who looks at the sheet sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qeval_batch.core.cells import CellRef
from qeval_batch.model.submission import Row
from qeval_batch.workbook.blocks import Reading
from qeval_batch.workbook.plan import ORDINAL, BlockPlan, SheetPlan


def note_hidden(reading: Reading, plan: SheetPlan, blocks: Mapping[str, Sequence[Row]]) -> None:
    """One note per block on its hidden rows, one on its hidden columns, at the first answer that stands there."""
    rows, columns = reading.sheet.hidden_rows, reading.sheet.hidden_columns
    if not columns and rows <= {1}:
        return
    for block in plan.blocks:
        answers = _answers(block, blocks.get(block.id, ()))
        hidden = sorted(cell for cell in answers if cell.row in rows)
        if hidden:
            numbers = sorted({cell.row for cell in hidden})
            reading.note("ROW_HIDDEN", hidden[0].row, hidden[0].column, rows=", ".join(map(str, numbers)))
        hidden = sorted((cell for cell in answers if cell.column in columns), key=lambda cell: (cell.column, cell.row))
        if hidden:
            labels = dict.fromkeys(answers[cell] for cell in hidden)
            reading.note("COLUMN_HIDDEN", hidden[0].row, hidden[0].column,
                         columns=", ".join(f"«{label}»" for label in labels))


def _answers(block: BlockPlan, rows: Sequence[Row]) -> dict[CellRef, str]:
    """The filled input cells of a block with their labels."""
    inputs = [(item.id, item.field.label) for item in block.inputs if item.id != ORDINAL]
    return {row.at.cell(name): label for row in rows for name, label in inputs
            if row.values.get(name) is not None and row.values.get(name) is not False}
