"""A workbook of tables told as text: heading, value; line by line, as a reader finds them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook

_SHOWN = 4


def told(data: bytes) -> str:
    """Every sheet: the lines above the table, then of the first rows and the last each heading with its value."""
    return "\n".join(line for sheet in load_workbook(io.BytesIO(data)) for line in _sheet(sheet)) + "\n"


def headings(sheet: Any) -> tuple[int, list[str]]:
    """The last row of the header, and what stands above each column: group / heading."""
    first, last = (int(part.strip("$")) for part in sheet.print_title_rows.split(":"))
    rows = [[_covering(sheet, row, column) for row in range(first, last + 1)]
            for column in range(1, sheet.max_column + 1)]
    return last, [" / ".join(dict.fromkeys(str(text) for text in texts if text)) for texts in rows]


def _covering(sheet: Any, row: int, column: int) -> Any:
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            return sheet.cell(area.min_row, area.min_col).value
    return sheet.cell(row, column).value


def _sheet(sheet: Any) -> Iterator[str]:
    last, titles = headings(sheet)
    yield f"== {sheet.title}"
    rows = [(number, [cell.value for cell in row]) for number, row in enumerate(sheet.iter_rows(), start=1)]
    across = {area.min_row for area in sheet.merged_cells.ranges}
    shown = [number for number, values in rows if number > last and number not in across
             and sum(value is not None for value in values) > 1]
    kept = {*shown[:_SHOWN], *shown[-1:]}
    for number, values in rows:
        if number in kept:
            yield "-"
            yield from (f"  {title}: {_text(value)}" for title, value in zip(titles, values, strict=False)
                        if value is not None)
        elif number not in shown and number not in range(last - 1, last + 1):
            yield from (f"# {_text(value)}" for value in values if value is not None)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace("\n", " ⏎ ")
