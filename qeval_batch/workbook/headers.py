"""The header row of a table: which column is which field's, wherever it was moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qeval_batch.spreadsheet.grid import GridSheet
from qeval_batch.workbook.plan import BlockPlan, FieldPlan, key_of

# A header stands below its block's title and introduction; a roster's within its first rows.
HEADER_DEPTH = 10


@dataclass(frozen=True)
class Region:
    """The rows of one block, 1-based: below its title, above the next one."""

    plan: BlockPlan
    first: int
    last: int


def find_header(sheet: GridSheet, region: Region, enough: int = 2) -> tuple[int | None, dict[str, int]]:
    """The header row of a table and the column of each field: the row with most of its labels, ``enough`` or more."""
    best: tuple[int | None, dict[str, int]] = (None, {})
    for number in range(region.first, min(region.last, region.first + HEADER_DEPTH - 1) + 1):
        columns: dict[str, int] = {}
        for column, raw in enumerate(sheet.rows[number - 1], start=1):
            plan = region.plan.labels.get(key_of(raw)) if raw != "" else None
            if plan is not None:
                columns.setdefault(plan.id, column)
        if len(columns) > len(best[1]):
            best = (number, columns)
    return best if len(best[1]) >= min(enough, len(region.plan.fields)) else (None, {})


def repeated_headers(sheet: GridSheet, plan: BlockPlan, header: int, columns: Mapping[str, int]) \
        -> list[tuple[FieldPlan, int]]:
    """Input columns that stand in the header row once more, beside the one that is read."""
    labelled = ((plan.labels.get(key_of(raw)), column) for column, raw in enumerate(sheet.rows[header - 1], start=1))
    return [(item, column) for item, column in labelled
            if item is not None and item.parser is not None and columns[item.id] != column]


def place_of_lost(sheet: GridSheet, plan: BlockPlan, lost: FieldPlan, header: int, columns: Mapping[str, int]) -> int:
    """Where a column that is not found may stand under another name: a gap of the header, beside its neighbour at best."""
    ends = {column: sheet.merged.get((header, column), column) for column in columns.values()}
    covered = {inner for column, end in ends.items() for inner in range(column, end + 1)}
    gaps = [column for column in range(min(ends), max(ends.values())) if column not in covered]
    gaps += [column for column, raw in enumerate(sheet.rows[header - 1], start=1)
             if raw != "" and column not in covered and column not in gaps]
    gaps = [column for column in gaps if key_of(sheet.cell(header, column)) not in plan.labels]
    before = [columns[item.id] for item in plan.fields[:plan.fields.index(lost)] if item.id in columns]
    beside = ends[before[-1]] + 1 if before else 1
    return beside if beside in gaps else next(iter(gaps), 1)
