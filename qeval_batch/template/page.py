"""The worksheet templates are written on: xlsxwriter's, short-cut where a template spends its time.

Should a method below go away in a later xlsxwriter, only speed is lost.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_LETTERS = [xl_col_to_name(column) for column in range(64)]


class TemplatePage(Worksheet):      # type: ignore[misc]
    """A worksheet that takes formulas as they are and writes blank formatted cells at once."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        # xlsxwriter searches every formula for some sixty newer functions; ours use none of them.
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        # Most cells of a template are empty boxes to fill.
        if type(cell).__name__ == "Blank" and cell.format and col < len(_LETTERS):
            self.fh.write(f'<c r="{_LETTERS[col]}{row + 1}" s="{cell.format._get_xf_index()}"/>')
        else:
            super()._write_cell(row, col, cell)
