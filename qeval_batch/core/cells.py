"""Where a value came from: one cell address type, kept for blank cells too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_LETTERS = 26


def column_letter(column: int) -> str:
    """1 -> ``A``, 27 -> ``AA``."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, order=True)
class CellRef:
    """One cell: workspace-relative file name, sheet as named in the file, 1-based row and column."""

    file: str
    sheet: str
    row: int
    column: int

    @property
    def a1(self) -> str:
        return f"{column_letter(self.column)}{self.row}"


@dataclass(frozen=True)
class RowRef:
    """One record of a block and where each of its fields stands: ``at.cell('done')`` is that field's address.

    A table row shares ``columns`` with its whole block; a label/value block has its fields on rows of their own
    (``rows``); a field that was corrected stands in another file (``others``).
    """

    file: str
    sheet: str
    row: int
    columns: Mapping[str, int] = field(default_factory=dict, hash=False, compare=False)
    rows: Mapping[str, int] = field(default_factory=dict, hash=False, compare=False)
    others: Mapping[str, CellRef] = field(default_factory=dict, hash=False, compare=False)

    def cell(self, field_id: str) -> CellRef:
        """Address of ``field_id``; the record's first cell when the field has no cell of its own."""
        line, column = self.rows.get(field_id, self.row), self.columns.get(field_id, 1)
        return self.others.get(field_id) or CellRef(self.file, self.sheet, line, column)
