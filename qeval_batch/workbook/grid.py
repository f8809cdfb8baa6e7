"""The only use of calamine: guarded bytes to absolute cells, hidden sheets included."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qeval_batch.workbook.guard import Guarded, guard
from qeval_batch.workbook.scan_xml import Address, Cells

Raw = str | float | int | bool | datetime.date | datetime.time | datetime.timedelta | None


class Unreadable(Exception):
    """The bytes are no workbook that may be opened; ``code`` is the finding, ``params`` its slots."""

    def __init__(self, code: str, params: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})


@dataclass(frozen=True)
class GridSheet:
    """One sheet by absolute addresses (1-based). Error and formula cells are told apart by address only."""

    name: str
    rows: list[list[Raw]]
    errors: frozenset[Address] = frozenset()
    formulas: frozenset[Address] = frozenset()
    merged: Mapping[Address, int] = field(default_factory=dict)   # first cell of a merged range -> its last column
    tall: Mapping[Address, Address] = field(default_factory=dict)  # of one over several rows -> its last cell
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def cell(self, row: int, column: int) -> Raw:
        """The value there, '' for a blank or error cell; cells outside the filled area are blank."""
        if not 0 < row <= len(self.rows):
            return ""
        cells = self.rows[row - 1]
        return cells[column - 1] if 0 < column <= len(cells) else ""


@dataclass(frozen=True)
class Grid:
    """A readable workbook: sheet names in the workbook's order, each sheet read when first asked for."""

    sheets: tuple[str, ...]
    macros: bool
    _book: Any = field(repr=False)
    _cells: Mapping[str, Cells] = field(repr=False)
    _read: dict[str, GridSheet] = field(default_factory=dict, repr=False)
    hidden: frozenset[str] = frozenset()          # names of hidden sheets

    def sheet(self, name: str) -> GridSheet:
        """The sheet of that name; Unreadable when its content is damaged, KeyError when there is none."""
        if name not in self._read:
            cells = self._cells[name]
            sheet = _calamine(lambda: self._book.get_sheet_by_name(name))
            rows = _calamine(lambda: sheet.to_python(skip_empty_area=False))
            ranges = _calamine(lambda: sheet.merged_cell_ranges) or ()
            merged = {(first[0] + 1, first[1] + 1): last[1] + 1 for first, last in ranges}
            tall = {(first[0] + 1, first[1] + 1): (last[0] + 1, last[1] + 1) for first, last in ranges if last[0] > first[0]}
            self._read[name] = GridSheet(name, rows, cells.errors, cells.formulas, merged, tall, cells.hidden_rows,
                                         cells.hidden_columns)
        return self._read[name]


def open_grid(data: bytes, guarded: Guarded | None = None) -> Grid:
    """``data`` as a grid after ``guard``; Unreadable (with the finding's code) when it may not or cannot be opened."""
    checked = guarded or guard(data)
    if checked.code is not None:
        raise Unreadable(checked.code, checked.params)
    import python_calamine

    book = _calamine(lambda: python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(checked.package)))
    names = tuple(name for name in book.sheet_names if name in checked.cells)
    if len(names) != len(checked.cells):
        # A sheet the reader names otherwise would be read without knowing its error and formula cells.
        raise Unreadable("FILE_DAMAGED")
    hidden = frozenset(item.name for item in book.sheets_metadata if item.visible != python_calamine.SheetVisibleEnum.Visible)
    return Grid(names, checked.macros, book, checked.cells, hidden=hidden)


def _calamine(call: Any) -> Any:
    """The result of a calamine call; Unreadable for its errors and for a panic of the library below it."""
    try:
        return call()
    except Exception as error:
        raise Unreadable("FILE_DAMAGED") from error
    except BaseException as error:
        # A Rust panic arrives as a BaseException, which nothing else here may swallow.
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("FILE_DAMAGED") from error
