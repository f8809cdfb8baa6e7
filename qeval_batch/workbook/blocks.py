"""Blocks of one sheet to typed rows with addresses, wherever rows were inserted or columns moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qeval_batch.core.cells import CellRef, RowRef
from qeval_batch.model.findings import Finding, Where, finding
from qeval_batch.model.submission import INVALID, Row
from qeval_batch.spec.form import FixedRow
from qeval_batch.spreadsheet.grid import GridSheet, Raw
from qeval_batch.spreadsheet.sheet import Address
from qeval_batch.workbook.headers import (
    Region,
    find_header,
    place_of_lost,
    repeated_headers,
)
from qeval_batch.workbook.not_records import no_record, repeats_header
from qeval_batch.workbook.plan import ORDINAL, BlockPlan, FieldPlan, SheetPlan, key_of
from qeval_batch.workbook.values import as_text, exact, is_blank

# Titles and labels stand at the left; further right is somebody's text.
_LABEL_COLUMNS = 12


@dataclass
class Reading:
    """One sheet while it is read: where it is, what was found wrong, whether anybody filled anything.

    ``older``: of an accepted older version of its form; what that did not ask for yet and need not be given is blank.
    """

    file: str
    sheet: GridSheet
    where: Where
    findings: list[Finding] = field(default_factory=list)
    filled: bool = False
    older: bool = False

    def note(self, code: str, row: int | None = None, column: int = 1, officer: str | None = None,
             **params: object) -> None:
        """Record a finding at a cell, or at the sheet when no row is given."""
        where = self.where
        if officer is not None:
            where = Where(where.part, where.unit, officer, where.file, where.sheet)
        if row is not None:
            where = where.at(CellRef(self.file, self.sheet.name, row, column))
        self.findings.append(finding(code, where, **params))

    def spared(self, *fields: FieldPlan) -> bool:
        """Whether these may be absent without a word."""
        return self.older and not any(item.field.required for item in fields)

    def special(self, row: int, column: int) -> bool:
        return (row, column) in self.sheet.errors or (row, column) in self.sheet.formulas

    def empty(self, row: int, column: int) -> bool:
        """Neither a value nor an error nor a formula stands there."""
        return is_blank(self.sheet.cell(row, column)) and not self.special(row, column)


def regions(reading: Reading, plan: SheetPlan) -> dict[str, Region]:
    """Where each block of the sheet stands; one without its title is missing (a finding, when it asks for input)."""
    starts: dict[str, int] = {}
    for row, key in _titles(reading.sheet):
        block = plan.titles.get(key)
        if block is not None:
            starts.setdefault(block.id, row)
    if plan.untitled is not None:
        starts.setdefault(plan.untitled.id, 0)
    for block in plan.blocks:
        if block.id not in starts and block.inputs and not reading.spared(*block.inputs):
            start = _start_by_labels(reading.sheet, block)
            if start is None:
                reading.note("BLOCK_MISSING", title=block.block.title)
            else:
                starts[block.id] = start
    ordered = sorted((row, block_id) for block_id, row in starts.items())
    ends = [*(row - 1 for row, _ in ordered[1:]), len(reading.sheet.rows)][:len(ordered)]
    blocks = {block.id: block for block in plan.blocks}
    return {block_id: Region(blocks[block_id], row + 1, end) for (row, block_id), end in zip(ordered, ends, strict=True)}


def _titles(sheet: GridSheet) -> Iterator[tuple[int, str]]:
    """Possible titles: the first text of each row, when it stands at the left."""
    for number, cells in enumerate(sheet.rows, start=1):
        for raw in cells[:_LABEL_COLUMNS]:
            if raw != "":
                if isinstance(raw, str):
                    yield number, key_of(raw)
                break


def _start_by_labels(sheet: GridSheet, plan: BlockPlan) -> int | None:
    """The row above a block whose title is gone or rewritten: above its header, or above the first of its labels."""
    rows = {number: {plan.labels[key].id for raw in cells if (key := key_of(raw)) in plan.labels}
            for number, cells in enumerate(sheet.rows, start=1)}
    if plan.block.kind == "table":
        return next((number - 1 for number, found in rows.items() if 4 * len(found) > 3 * len(plan.fields)), None)
    found = [number for number, labels in rows.items() if labels]
    return found[0] - 1 if 2 * len(set().union(*(rows[number] for number in found))) > len(plan.fields) else None


def read_block(reading: Reading, region: Region) -> tuple[Row, ...]:
    """All rows of a block; a label/value block has exactly one."""
    if region.plan.block.kind == "fields":
        return (_read_fields(reading, region),)
    header, columns = find_header(reading.sheet, region)
    if header is None:
        if region.plan.inputs:
            reading.note("HEADER_MISSING", max(region.first - 1, 1), title=region.plan.block.title)
        return ()
    lost = [item for item in region.plan.inputs if item.id not in columns and item.id != ORDINAL]
    for item in (item for item in lost if not reading.spared(item)):
        reading.note("COLUMN_MISSING", header, place_of_lost(reading.sheet, region.plan, item, header, columns),
                     label=item.field.label, title=region.plan.block.title)
    absent = {item.id: item.blank if reading.spared(item) else INVALID for item in lost}
    for item, column in repeated_headers(reading.sheet, region.plan, header, columns):
        if any(not reading.empty(row, column) for row in range(header + 1, region.last + 1)):
            reading.note("COLUMN_TWICE", header, column, label=item.field.label)
            absent[item.id] = INVALID
    key_field = region.plan.block.key_field
    if key_field is not None and key_field not in columns:
        reading.note("COLUMN_MISSING", header, label=region.plan.block.field(key_field).label,
                     title=region.plan.block.title)
        return ()
    return tuple(Table(reading, region, header, columns, absent).rows())


class Table:
    """One table: which of its rows are records, and their values. ``lost``: those of columns that cannot be read."""

    def __init__(self, reading: Reading, region: Region, header: int, columns: Mapping[str, int],
                 lost: Mapping[str, Any]) -> None:
        self.reading, self.region, self.plan = reading, region, region.plan
        self.header, self.columns, self._lost = header, columns, lost
        self._placed = [(item, columns[item.id] - 1) for item in self.plan.inputs
                        if item.id in columns and item.id not in lost]
        self._all = [(item, columns[item.id]) for item in self.plan.fields if item.id in columns and item.id not in lost]
        self._answers = [index for item, index in self._placed if item.id != ORDINAL]
        wanted = {index + 1 for index in self._answers}
        self._tall, self._covered = self._tall_cells(), self._covered_cells()
        special = reading.sheet.errors | reading.sheet.formulas
        self._special_rows = {row for row, column in special if column in wanted}

    def rows(self) -> Iterator[Row]:
        """Records in the sheet's order."""
        block = self.plan.block
        if block.fixed:
            return self._fixed()
        return self._keyed() if block.rows_from else self._open()

    def _open(self) -> Iterator[Row]:
        for number in self._numbers():
            if not self._started(number):
                continue
            cells = {item.id: self.reading.sheet.cell(number, index + 1) for item, index in self._placed
                     if not self.reading.empty(number, index + 1)}
            if repeats_header(cells, self.plan):
                continue
            # A table without a title is a clerk's own book: each of its rows is meant as one.
            found = no_record(cells, self.plan) if self.plan.title else None
            if found is None:
                yield self._row(number, None)
            else:
                self.reading.note(found[0], number, self.columns[found[1]], title=self.plan.block.title)

    def _keyed(self) -> Iterator[Row]:
        """One row per officer, known by the prefilled id; what stands in rows without one is nobody's."""
        column = self.columns[self.plan.block.key_field or ""]
        for number in self._numbers():
            key = as_text(self.reading.sheet.cell(number, column)).upper()
            if key and " " not in key:
                yield self._row(number, key)
            elif self._started(number):
                self._unknown(number)

    def _fixed(self) -> Iterator[Row]:
        column = self.columns[self.plan.block.key_field or ""]
        seen: dict[str, int] = {}
        unknown: list[int] = []
        for number in self._numbers():
            found = self.plan.fixed_row(_key_text(self.reading.sheet.cell(number, column))) or self._elsewhere(number)
            if found is None:
                unknown += [number] if self._started(number) else []
                continue
            key, fixed = found
            if key in seen:
                self.reading.note("ROW_TWICE", number, column, key=key, first=seen[key])
            seen.setdefault(key, number)
            if not fixed.heading:
                yield self._row(number, key, total=fixed.total)
        asked = {row.key for row in self.plan.block.fixed if not (row.heading or row.total or row.repeat)}
        for number in unknown:
            if self.reading.older or asked <= seen.keys():
                self._unknown(number)
            else:
                self.reading.note("ROW_CHANGED", number, column, title=self.plan.block.title,
                                  label=self.plan.block.field(self.plan.block.key_field or "").label)

    def _elsewhere(self, number: int) -> tuple[str, FixedRow] | None:
        for field_id, key, fixed in self.plan.elsewhere:
            column = self.columns.get(field_id)
            if column is not None and key_of(self.reading.sheet.cell(number, column)) == key:
                return fixed.key, fixed
        return None

    def _numbers(self) -> range:
        return range(self.header + 1, min(self.region.last, len(self.reading.sheet.rows)) + 1)

    def _started(self, number: int) -> bool:
        if number in self._special_rows:
            return True
        cells = self.reading.sheet.rows[number - 1]
        width = len(cells)
        return any(index < width and cells[index] != "" and not is_blank(cells[index]) for index in self._answers)

    def _tall_cells(self) -> dict[Address, Address]:
        """Cells of input columns merged over several rows -> the first of them, which alone holds the value."""
        columns = {column + 1 for _, column in self._placed}
        numbers = self._numbers()
        return {(row, first[1]): first for first, last in self.reading.sheet.tall.items() if first[1] in columns
                for row in range(max(first[0], numbers.start), min(last[0] + 1, numbers.stop))}

    def _covered_cells(self) -> dict[Address, Address]:
        """Input cells lost to a merge with a cell left of them, in the same row -> the cell that holds the value."""
        numbers, columns = self._numbers(), sorted(index + 1 for _, index in self._placed)
        return {(row, other): (row, column) for (row, column), last in self.reading.sheet.merged.items()
                if last > column and row in numbers and not self.reading.empty(row, column)
                for other in columns if column < other <= last}

    def _beside(self, plan: FieldPlan, number: int, column: int) -> Any:
        """The value of a cell lost to its neighbour: blank where it need not be filled, else told once for the merge."""
        if not (plan.field.required or plan.numeric):
            return plan.blank
        _, first = self._covered[number, column]
        self.reading.note("CELL_MERGED_ACROSS", number, first)
        return INVALID

    def _merged(self, plan: FieldPlan, number: int, column: int, key: str | None) -> Any:
        """The value of a cell merged over several rows: for each of them, save a figure, which might be their sum."""
        row, _ = self._tall[number, column]
        shared = [other for (other, _), first in self._tall.items() if first == (row, column) and self._started(other)]
        if plan.numeric and len(shared) > 1 and not self.reading.empty(row, column):
            self.reading.note("CELL_MERGED", row, column, label=plan.field.label, rows=", ".join(map(str, shared)))
            return INVALID
        return typed(self.reading, self.plan, plan, row, column, key)

    def _unknown(self, number: int) -> None:
        filled = [index + 1 for index in self._answers if not self.reading.empty(number, index + 1)]
        self.reading.note("ROW_UNKNOWN", number, filled[0], title=self.plan.block.title or self.reading.sheet.name)

    def _row(self, number: int, key: str | None, *, total: bool = False) -> Row:
        values: dict[str, Any] = dict(self._lost) if not total else {}
        cells = self.reading.sheet.rows[number - 1]
        plain, width = number not in self._special_rows, len(cells)
        for plan, column in self._all:
            if plan.parser is None:
                values[plan.id] = untyped(self.reading, plan, number, column)
            elif total:
                continue
            elif (number, column) in self._covered:
                values[plan.id] = self._beside(plan, number, column)
            elif (number, column) in self._tall:
                values[plan.id] = self._merged(plan, number, column, key)
            elif not plain:
                values[plan.id] = typed(self.reading, self.plan, plan, number, column, key)
            elif column > width or cells[column - 1] == "":
                values[plan.id] = plan.blank
            else:
                values[plan.id] = parsed(self.reading, self.plan, plan, number, column, key)
        return Row(values, RowRef(self.reading.file, self.reading.sheet.name, number, self.columns), key)


def _key_text(raw: Raw) -> str:
    """A prefilled key as the form writes it: a program may have made a figure of «1.1»."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return str(exact(raw))
    return as_text(raw)


def _read_fields(reading: Reading, region: Region) -> Row:
    """A label/value block: each value stands right of its label."""
    plan, sheet = region.plan, reading.sheet
    places: dict[str, tuple[int, int]] = {}
    for number in range(region.first, min(region.last, len(sheet.rows)) + 1):
        for column, raw in enumerate(sheet.rows[number - 1][:_LABEL_COLUMNS], start=1):
            item = plan.labels.get(key_of(raw)) if raw != "" else None
            if item is not None and item.id not in places:
                places[item.id] = (number, _value_at(reading, plan, number, column))
    values: dict[str, Any] = {}
    for item in plan.fields:
        if item.id in places:
            number, column = places[item.id]
            values[item.id] = untyped(reading, item, number, column) if item.parser is None else \
                typed(reading, plan, item, number, column, None)
        elif item.parser is not None and reading.spared(item):
            values[item.id] = item.blank
        elif item.parser is not None:
            reading.note("LABEL_MISSING", max(region.first - 1, 1), label=item.field.label, title=plan.block.title)
            values[item.id] = INVALID
    return Row(values, RowRef(reading.file, sheet.name, region.first, {key: at[1] for key, at in places.items()},
                              {key: at[0] for key, at in places.items()}))


def _value_at(reading: Reading, plan: BlockPlan, number: int, label: int) -> int:
    """The column of a label's value: the first that is not blank, before the next label; else the one beside it."""
    usual = reading.sheet.merged.get((number, label), label) + 1
    if not reading.empty(number, usual):
        return usual
    for column in range(label + 1, len(reading.sheet.rows[number - 1]) + 1):
        if not reading.empty(number, column):
            return usual if key_of(reading.sheet.cell(number, column)) in plan.labels else column
    return usual


def typed(reading: Reading, block: BlockPlan, plan: FieldPlan, row: int, column: int, key: str | None) -> Any:
    """An input cell's value; INVALID, with its finding, when it cannot be read. Formula results are never taken in."""
    if plan.id != ORDINAL and reading.special(row, column):
        reading.filled = True
        code = "CELL_NOT_SHOWN" if plan.field.informs else \
            "CELL_FORMULA" if (row, column) in reading.sheet.formulas else "CELL_ERROR"
        reading.note(code, row, column, key if block.block.rows_from == "officers" else None, label=plan.field.label)
        return INVALID
    return parsed(reading, block, plan, row, column, key)


def parsed(reading: Reading, block: BlockPlan, plan: FieldPlan, row: int, column: int, key: str | None) -> Any:
    """The value of an input cell that is neither an error nor a formula."""
    assert plan.parser is not None
    value, problem = plan.parser(reading.sheet.cell(row, column))
    if problem is not None:
        code, params = problem
        if plan.field.informs and value is INVALID:
            code, params = "CELL_LEFT_OUT", {"value": params["value"]}
        reading.note(code, row, column, key if block.block.rows_from == "officers" else None, label=plan.field.label, **params)
    if not reading.filled and plan.id != ORDINAL and value is not None and value is not False:
        reading.filled = block.defaults.get((key or "", plan.id)) != value
    return value


def untyped(reading: Reading, plan: FieldPlan, row: int, column: int) -> Any:
    """A prefilled cell as text, to know the row again; a formula's cached figure, only to be compared."""
    raw: Raw = reading.sheet.cell(row, column)
    if plan.field.source == "prefill":
        return as_text(raw) or None
    if plan.numeric and isinstance(raw, int | float) and not isinstance(raw, bool) \
            and (row, column) not in reading.sheet.errors:
        return exact(raw)
    return None
