"""Guarded bytes of any format to absolute cells, hidden sheets included; the only use of calamine (.xlsx, .xlsm)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qeval_batch.spreadsheet import scan_xml
from qeval_batch.spreadsheet.guard import Guarded, guard
from qeval_batch.spreadsheet.sheet import Cells, GridSheet, Raw, Refused
from qeval_batch.spreadsheet.symbols import seen

__all__ = ["Grid", "GridSheet", "Raw", "Unreadable", "open_grid"]


class Unreadable(Exception):
    """The bytes are no workbook that may be opened; ``code`` is the finding, ``params`` its slots."""

    def __init__(self, code: str, params: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})


@dataclass(frozen=True)
class Grid:
    """A readable workbook: sheet names in the workbook's order, each sheet read when first asked for."""

    sheets: tuple[str, ...]
    macros: bool
    links: bool
    fonts: frozenset[str]                         # of pre-Unicode Vietnamese, named in its styles
    hidden: frozenset[str]                        # names of hidden sheets
    _book: Any = field(repr=False)
    _cells: Mapping[str, Cells] = field(repr=False)
    _read: dict[str, GridSheet] = field(default_factory=dict, repr=False)
    _package: bytes = field(default=b"", repr=False)

    def sheet(self, name: str) -> GridSheet:
        """The sheet of that name; Unreadable when its content is damaged, KeyError when there is none."""
        if name not in self._read:
            cells = self._cells[name]
            sheet = _calamine(lambda: self._book.get_sheet_by_name(name), self._package)
            rows = _calamine(lambda: sheet.to_python(skip_empty_area=False), self._package)
            for (row, column), font in cells.symbols.items():
                raw = rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""
                if isinstance(raw, str) and raw:
                    rows[row - 1][column - 1:column] = [seen(raw, font)]
            ranges = _calamine(lambda: sheet.merged_cell_ranges, self._package) or ()
            merged = {(first[0] + 1, first[1] + 1): last[1] + 1 for first, last in ranges}
            tall = {(first[0] + 1, first[1] + 1): (last[0] + 1, last[1] + 1)
                    for first, last in ranges if last[0] > first[0]}
            self._read[name] = GridSheet(name, rows, cells.errors, cells.formulas, merged, tall, cells.hidden_rows,
                                         cells.hidden_columns)
        return self._read[name]


def open_grid(data: bytes, guarded: Guarded | None = None) -> Grid:
    """``data`` as a grid after ``guard``; Unreadable (with the finding's code) when it may not or cannot be opened."""
    checked = guarded or guard(data)
    if checked.code is not None:
        raise Unreadable(checked.code, checked.params)
    if checked.sheets:
        return Grid(tuple(checked.sheets), checked.macros, checked.links, checked.fonts, checked.hidden, None, {},
                    dict(checked.sheets))
    import python_calamine

    book = _calamine(lambda: python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(checked.package)),
                     checked.package)
    names = tuple(name for name in book.sheet_names if name in checked.cells)
    if len(names) != len(checked.cells):
        # A sheet the reader names otherwise would be read without knowing its error and formula cells.
        raise Unreadable("FILE_ODD")
    visible = python_calamine.SheetVisibleEnum.Visible
    hidden = frozenset(item.name for item in book.sheets_metadata if item.visible != visible)
    return Grid(names, checked.macros, checked.links, checked.fonts, hidden, book, checked.cells, _package=checked.package)


def _calamine(call: Any, package: bytes) -> Any:
    """The result of a calamine call; Unreadable for its errors and for a panic of the library below it."""
    try:
        return call()
    except Exception as error:
        raise Unreadable(_why(package)) from error
    except BaseException as error:
        # A Rust panic arrives as a BaseException, which nothing else here may swallow.
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(_why(package)) from error


def _why(package: bytes) -> str:
    """Whether a package the reader gives up on is damaged, or sound XML that this reader does not understand."""
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        try:
            for name in parts.namelist():
                scan_xml.walk(parts.read(name), lambda name, attributes: None)
        except Refused as refused:
            return refused.code
    return "FILE_ODD"
