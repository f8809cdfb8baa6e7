"""What a person would know a file by: the texts at the top of each of its sheets."""

from __future__ import annotations

from qeval_batch.spreadsheet.grid import Grid, Unreadable

_ROWS, _COLUMNS = 12, 12
# A foreign workbook need not be read to its end to be told whose it may be.
OF_UNKNOWN = 6
_LONGEST = 200


def tops_of(grid: Grid, most: int | None = None) -> dict[str, tuple[str, ...]]:
    """Sheet name -> its first texts, row by row, none longer than a title; of the first ``most`` sheets."""
    return {name: _top(grid, name) for name in grid.sheets[:most] if not name.startswith("_")}


def _top(grid: Grid, name: str) -> tuple[str, ...]:
    try:
        rows = grid.sheet(name).rows[:_ROWS]
    except Unreadable:
        return ()
    return tuple(text.strip() for cells in rows for text in cells[:_COLUMNS]
                 if isinstance(text, str) and text.strip() and len(text) <= _LONGEST)
