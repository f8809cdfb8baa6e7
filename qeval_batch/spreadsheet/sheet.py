"""What passes between the guard, its scanners and the grid: cells by absolute address, and why a file is refused."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

Address = tuple[int, int]    # 1-based row, column
Raw = str | float | int | bool | datetime.date | datetime.time | datetime.timedelta | None


class Refused(Exception):
    """A file that may not be opened: the finding code and its slots. Never leaves ``guard``."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str] = params


def too_big(sheet: str, why: str) -> Refused:
    """The refusal of a sheet that passes a bound."""
    return Refused("FILE_SHEET_TOO_BIG", sheet=sheet[:80], why=why)


@dataclass(frozen=True)
class Cells:
    """Addresses (row, column), 1-based, of the cells that hold an error value or a formula, or a symbol; what is hidden."""

    errors: frozenset[Address] = frozenset()
    formulas: frozenset[Address] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    symbols: Mapping[Address, str] = field(default_factory=dict)   # cells in a symbol font -> the font


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
class Guarded:
    """What may be used of a file: its sheets, or a package to read them from and what the reader cannot tell of it."""

    code: str | None = None                       # why it may not be opened; None when it may
    params: Mapping[str, str] = field(default_factory=dict)
    package: bytes = b""                          # .xlsx only: the measured parts
    cells: Mapping[str, Cells] = field(default_factory=dict)       # .xlsx: name as in the file -> special cells
    sheets: Mapping[str, GridSheet] = field(default_factory=dict)  # every other format: the sheets themselves
    hidden: frozenset[str] = frozenset()          # names of hidden sheets, of every other format
    macros: bool = False
    links: bool = False                           # takes values from other workbooks
    fonts: frozenset[str] = frozenset()           # fonts of pre-Unicode Vietnamese named in its styles
