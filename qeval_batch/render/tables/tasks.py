"""The columns on the tasks an officer answers for: the whole unit's, or those of a field; blank where there are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from qeval_batch.model.results import Counts, OfficerResult
from qeval_batch.render.tables.columns import Column, TableValue, ratio

_SCOPES = {"unit": "Toàn đơn vị", "field": "Lĩnh vực"}
Row = TypeVar("Row")


def task_columns(officer_of: Callable[[Row], OfficerResult], scope: str, group: str = "",
                 assigned: float = 8) -> tuple[Column[Row], ...]:
    """Scope, number of tasks and shares; ``officer_of``: the officer of a row, ``scope``: the first heading."""
    def counted(figure: Callable[[Counts], TableValue]) -> Callable[[Row], TableValue]:
        def value(row: Row) -> TableValue:
            own = officer_of(row).own_collective
            return figure(own.counts) if own else None
        return value

    def share(part: Callable[[Counts], int]) -> Callable[[Row], TableValue]:
        return counted(lambda counts: ratio(part(counts), counts.assigned - counts.excused))

    def scope_of(row: Row) -> TableValue:
        own = officer_of(row).own_collective
        return _SCOPES[own.scope] if own else None

    return (
        Column(scope, 13, "center", group, of=scope_of),
        Column("Nhiệm vụ giao", assigned, "integer", group, of=counted(lambda counts: counts.assigned)),
        Column("Hoàn thành %", 10, "percent", group, of=share(lambda counts: counts.done)),
        Column("Vượt mức %", 10, "percent", group, of=share(lambda counts: counts.exceeded)),
        Column("Chậm %", 9, "percent", group, of=share(lambda counts: counts.late)),
    )
