"""Cells of a workbook collected one by one within the bounds of ``limits``, whatever file they come from."""

from __future__ import annotations

from qeval_batch.core.cells import column_letter
from qeval_batch.core.say import say
from qeval_batch.spreadsheet.limits import (
    MAX_AREA,
    MAX_BOOK_CELLS,
    MAX_CELLS,
    MAX_COLUMN,
    MAX_MERGES,
    MAX_NAME_CHARS,
    MAX_RECORDS,
    MAX_ROW,
    MAX_SHEET_TEXT_BYTES,
    MAX_SHEETS,
)
from qeval_batch.spreadsheet.sheet import Address, GridSheet, Raw, Refused, too_big


class Book:
    """The sheets of one workbook while a scanner fills them."""

    def __init__(self) -> None:
        self._fillings: dict[str, Filling] = {}
        self.cells = self.slots = 0
        self._records = 0

    def record(self) -> None:
        """One more record or element was met; Refused when there are too many to look at."""
        self._records += 1
        if self._records > MAX_RECORDS:
            raise Refused("FILE_BOMB", why=say("spreadsheet.limits.parts"))

    def sheet(self, name: str, *, hidden: bool) -> Filling:
        """A new sheet; Refused when there are too many, or when it bears a name no program gives."""
        if len(self._fillings) >= MAX_SHEETS:
            raise Refused("FILE_TOO_MANY_SHEETS", limit=str(MAX_SHEETS))
        if name in self._fillings or not 0 < len(name) <= MAX_NAME_CHARS:
            raise Refused("FILE_DAMAGED")
        self._fillings[name] = Filling(name, self, hidden)
        return self._fillings[name]

    @property
    def hidden(self) -> frozenset[str]:
        """The names of the sheets nobody sees."""
        return frozenset(name for name, filling in self._fillings.items() if filling.hidden)

    def drop(self, filling: Filling) -> None:
        """Forget a sheet that turned out to be none of the user's."""
        del self._fillings[filling.name]

    def sheets(self) -> dict[str, GridSheet]:
        """All sheets in their order; Refused when there is none."""
        if not self._fillings:
            raise Refused("FILE_NOT_WORKBOOK")
        return {name: filling.sheet() for name, filling in self._fillings.items()}


class Filling:
    """One sheet being filled. Every call raises Refused when it passes a bound; addresses are 1-based."""

    def __init__(self, name: str, book: Book, hidden: bool) -> None:
        self.name, self.hidden = name, hidden
        self._book = book
        self._rows: list[list[Raw]] = []
        self._errors: set[Address] = set()
        self._formulas: set[Address] = set()
        self._merged: dict[Address, Address] = {}
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._cells = self._width = self._text = 0

    def put(self, row: int, column: int, value: Raw, *, formula: bool = False, error: bool = False) -> None:
        """A cell that holds something. An error's value is ''."""
        if row > MAX_ROW or column > MAX_COLUMN:
            raise too_big(self.name, say("spreadsheet.limits.far_cell", column=column_letter(column), row=row))
        self._count(row, column, value)
        if formula:
            self._formulas.add((row, column))
        if error:
            self._errors.add((row, column))
        if value == "":
            return
        while len(self._rows) < row:
            self._rows.append([])
        cells = self._rows[row - 1]
        missing = column - len(cells)
        if missing > 0:
            self._book.slots += missing
            cells += [""] * missing
        cells[column - 1] = value

    def merge(self, first: Address, last: Address) -> None:
        """A merged range by its corners; ranges beyond the bounds hold nothing and are left out."""
        if last[0] <= MAX_ROW and last[1] <= MAX_COLUMN:
            self._merged[first] = last
            if len(self._merged) > MAX_MERGES:
                raise too_big(self.name, say("spreadsheet.limits.merged"))

    def hide_rows(self, first: int, last: int) -> None:
        """Rows nobody sees, as far as rows may hold anything."""
        self._hidden_rows.update(range(first, min(last, MAX_ROW) + 1))

    def hide_columns(self, first: int, last: int) -> None:
        """Columns nobody sees."""
        self._hidden_columns.update(range(first, min(last, MAX_COLUMN) + 1))

    def sheet(self) -> GridSheet:
        """What was put in so far. Rows end at their last filled cell."""
        return GridSheet(
            self.name, self._rows, frozenset(self._errors), frozenset(self._formulas),
            {first: last[1] for first, last in self._merged.items()},
            {first: last for first, last in self._merged.items() if last[0] > first[0]},
            frozenset(self._hidden_rows), frozenset(self._hidden_columns))

    def _count(self, row: int, column: int, value: Raw) -> None:
        self._cells += 1
        self._book.cells += 1
        self._width = max(self._width, column)
        if self._cells > MAX_CELLS or self._book.cells > MAX_BOOK_CELLS:
            raise too_big(self.name, say("spreadsheet.limits.cells",
                                         most=MAX_CELLS if self._cells > MAX_CELLS else MAX_BOOK_CELLS))
        if self._width * max(row, len(self._rows)) > MAX_AREA or self._book.slots > MAX_AREA:
            raise too_big(self.name, say("spreadsheet.limits.area", column=column_letter(column), row=row))
        if isinstance(value, str):
            self._text += len(value)
            if self._text > MAX_SHEET_TEXT_BYTES:
                raise too_big(self.name, say("spreadsheet.limits.text"))
