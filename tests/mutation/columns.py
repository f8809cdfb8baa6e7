"""Each column of each table wrong in turn: its value the neighbour's, or blank; a golden must notice (docs/dev/mutation.md).

    python tests/mutation/columns.py                 # every table
    python tests/mutation/columns.py mau-8 xep-hang  # these

mutmut mutates functions only; what a column says stands in declarations.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]

from refresh_goldens import FOLDER  # noqa: E402
from table_builders import TABLES, varied  # noqa: E402
from table_text import told  # noqa: E402

from qeval_batch.render.tables.columns import Column  # noqa: E402
from qeval_batch.render.tables.style import TableBook  # noqa: E402

Columns = Sequence[Column[Any]]
_page = TableBook.page


def mutants(columns: Columns, place: int) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """What the column could say instead."""
    for step in (1, -1):
        if 0 <= place + step < len(columns):
            yield f"as «{columns[place + step].title}»", columns[place + step].of
    yield "blank", lambda row: None


def main(names: Sequence[str]) -> None:
    batch = varied()
    for name in names:
        sheets: list[tuple[str, Columns]] = []

        def noted(book: TableBook, title: str, columns: Columns, *, told: list[tuple[str, Columns]] = sheets,
                  **settings: Any) -> Any:
            told.append((title, columns))
            return _page(book, title, columns, **settings)

        with patch.object(TableBook, "page", noted):
            TABLES[name](batch)
        golden = (FOLDER / f"{name}.txt").read_text("utf-8")
        tried, lived = 0, []
        for sheet, columns in dict(sheets).items():
            for place, column in enumerate(columns):
                for how, of in mutants(columns, place):
                    tried += 1
                    if _text(name, batch, sheet, place, of) == golden:
                        lived.append(f"{sheet}: «{column.group} {column.title}» {how}")
        print(f"| {name} | {tried} | {tried - len(lived)} | {len(lived)} |", *lived, sep="\n    ", flush=True)


def _text(name: str, batch: Any, sheet: str, place: int, of: Callable[[Any], Any]) -> str:
    def mutated(book: TableBook, title: str, columns: Columns, **settings: Any) -> Any:
        changed = [dataclasses.replace(item, of=of) if (title, at) == (sheet, place) else item
                   for at, item in enumerate(columns)]
        return _page(book, title, changed, **settings)

    with patch.object(TableBook, "page", mutated):
        return told(TABLES[name](batch))


if __name__ == "__main__":
    main(sys.argv[1:] or list(TABLES))
