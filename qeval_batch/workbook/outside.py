"""Records typed outside the table they belong to: below the last block, over a title, above a header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qeval_batch.spec.form import Type
from qeval_batch.workbook.blocks import Reading
from qeval_batch.workbook.headers import Region, find_header
from qeval_batch.workbook.not_records import repeats_header
from qeval_batch.workbook.plan import BlockPlan, FieldPlan, key_of

# A table that asks for so much of each record can tell a record from a signature.
_ASKED = 3
_TEXTS = frozenset((Type.TEXT, Type.LONG_TEXT))


def note_outside(reading: Reading, found: Mapping[str, Region]) -> None:
    """An error at each row that only can be a record of an open table of the sheet, and that no table takes in."""
    headers = {name: find_header(reading.sheet, region) for name, region in found.items()
               if region.plan.block.kind == "table"}
    inside = {row for name, (header, _) in headers.items() if header is not None
              for row in range(header, found[name].last + 1)}
    labels = frozenset(key for region in found.values() if region.plan.block.kind == "fields"
                       for key in region.plan.labels)
    tables = [(found[name].plan, columns) for name, (header, columns) in headers.items()
              if header is not None and _is_open(found[name].plan)]
    for number in _outside(reading, inside, labels) if tables else ():
        for plan, columns in tables:
            cells = {item.id: reading.sheet.cell(number, columns[item.id]) for item in plan.inputs
                     if item.id in columns and not reading.empty(number, columns[item.id])}
            given = [item for item in plan.inputs if item.field.required and item.id in cells]
            if _is_record(given, cells, plan) and not repeats_header(cells, plan):
                reading.note("ROW_OUTSIDE", number, columns[given[0].id], title=plan.block.title)
                break


def _is_open(plan: BlockPlan) -> bool:
    return not (plan.block.fixed or plan.block.rows_from) and sum(item.field.required for item in plan.inputs) >= _ASKED


def _outside(reading: Reading, inside: set[int], labels: frozenset[str]) -> Iterator[int]:
    for number, cells in enumerate(reading.sheet.rows, start=1):
        if number not in inside and not any(raw != "" and key_of(raw) in labels for raw in cells):
            yield number


def _is_record(given: Sequence[FieldPlan], cells: Mapping[str, Any], plan: BlockPlan) -> bool:
    """Most of what a record must have, or two such cells that read as what their columns ask (a figure, a choice)."""
    typed = [item for item in given if item.parser is not None and item.field.type not in _TEXTS
             and item.parser(cells[item.id]).problem is None]
    return 2 * len(given) > sum(item.field.required for item in plan.inputs) or len(typed) > 1
