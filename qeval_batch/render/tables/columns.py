"""A column owns its heading and its value: what a table shows of a row, and nowhere else, stands in its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, Literal, TypeVar

from qeval_batch.model.batch import Batch

ColumnKind = Literal["text", "center", "integer", "score", "percent", "figure"]
TableValue = str | int | Decimal | Fraction | None
Item = TypeVar("Item")
RowT = TypeVar("RowT", contravariant=True)


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """One column: heading, width in characters, kind of value; columns of one ``group`` share a heading above.

    ``of``: the value of a row in this column. ``kept``: repeated on each further page that the table is wide.
    """

    title: str
    width: float
    kind: ColumnKind = "text"
    group: str = ""
    of: Callable[[RowT], TableValue] = field(kw_only=True)
    kept: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Numbered(Generic[Item]):
    """The row of most tables: one thing of the batch and its number in the table."""

    batch: Batch
    number: int
    item: Item


NUMBER: Column[Numbered[Any]] = Column("STT", 5, "center", of=lambda row: str(row.number))


def numbered(batch: Batch, items: Iterable[Item]) -> Iterator[Numbered[Item]]:
    """``items`` as rows, numbered from 1."""
    return (Numbered(batch, number, item) for number, item in enumerate(items, start=1))


def place_of(columns: Sequence[Column[Any]], title: str, group: str = "") -> int:
    """Where the column with this heading stands."""
    return next(place for place, column in enumerate(columns) if (column.title, column.group) == (title, group))


def first_of(columns: Sequence[Column[Any]], group: str) -> int:
    """Where the columns of a group begin."""
    return next(place for place, column in enumerate(columns) if column.group == group)


def ratio(part: int, whole: int) -> Fraction | None:
    """part/whole, exact; None for an empty base (unknown is not zero)."""
    return Fraction(part, whole) if whole else None
