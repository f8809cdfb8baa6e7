"""How an annotated copy is known again when somebody sends it back: a mark in its first sheet, in place of a stamp."""

from __future__ import annotations

from qeval_batch.spreadsheet.grid import Grid, Unreadable

# The first two cells of row 1, which the copy hides.
MARK = ("qeval-ban-danh-dau", "Bản đánh dấu chỗ cần sửa")


def is_review_copy(grid: Grid) -> bool:
    """Whether the workbook is an annotated copy of ours, by whatever program it was saved since."""
    try:
        return bool(grid.sheets) and grid.sheet(grid.sheets[0]).cell(1, 1) == MARK[0]
    except Unreadable:
        return False
