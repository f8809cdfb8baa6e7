"""Rows of the lists on timeliness: late dossiers with the level one step lower (not applied), and who was near (R62)."""

from __future__ import annotations

from collections.abc import Iterator

from qeval_batch.model.batch import Batch
from qeval_batch.model.results import Status, UnitResult
from qeval_batch.render import wording
from qeval_batch.render.tables.counting import level_at
from qeval_batch.render.tables.style import Column, Value
from qeval_batch.rules.deadlines import LATE, ON_THE_DAY
from qeval_batch.rules.late import concerned, lowered
from qeval_batch.rules.timeliness import MENDED_LATE

LATE_COLUMNS = (
    Column("STT", 5, "center"), Column("Mã", 9, "center"), Column("Tập thể, cá nhân", 24),
    Column("Chức vụ, đơn vị công tác", 30), Column("Đủ hồ sơ lúc", 15, "center"), Column("Theo", 12, "center"),
    Column("Mức hiện nay", 12, "center"), Column("Nếu hạ mức", 11, "center"), Column("Ghi chú", 34))
_SPARED = (Status.EXCLUDED, Status.DEFERRED)
NEAR_COLUMNS = (
    Column("STT", 5, "center"), Column("Mã", 9, "center"), Column("Đơn vị", 34), Column("Tình trạng", 20, "center"),
    Column("Đủ hồ sơ lúc", 15, "center"), Column("Theo", 12, "center"), Column("Diễn biến", 52))


def late_rows(batch: Batch) -> Iterator[tuple[Value, ...]]:
    """Each late unit, its collective first, then everybody of it whom Ban Thường vụ or a lower level decides on.

    The collective's level is what a competent body gave it; an officer's is the one proposed.
    """
    for unit in _in_state(batch, LATE):
        record = batch.records.get(unit.id)
        level = record.collective.level if record and record.collective else None
        yield (unit.id, "Tập thể", wording.unit_name(batch, unit.id), wording.moment(unit.complete_at) or "Chưa đủ",
               wording.source(unit.received_source), wording.level_short(level) or "Chưa có", _lower(batch, level),
               _why(unit))
        members = [item for item in batch.result.officers if item.unit == unit.id and item.status not in _SPARED
                   and concerned(item, batch.spec.policy)]
        for officer in wording.in_paper_order(batch, members):
            now = level_at(officer, "proposed")
            yield (officer.id, officer.name, wording.post_and_unit(batch, officer), None, None,
                   wording.level_short(now) or wording.standing(batch, officer), _lower(batch, now), None)


def near_rows(batch: Batch) -> Iterator[tuple[Value, ...]]:
    """Units complete on the day itself, or in time and mended after it: told apart from late, without consequence."""
    for state in (ON_THE_DAY, MENDED_LATE):
        for unit in _in_state(batch, state):
            yield (unit.id, wording.unit_name(batch, unit.id), wording.timeliness(state), wording.moment(unit.complete_at),
                   wording.source(unit.received_source), _why(unit))


def _in_state(batch: Batch, state: str) -> Iterator[UnitResult]:
    return (item for item in batch.result.units if item.timeliness == state)


def _lower(batch: Batch, level: int | None) -> str:
    return "" if level is None else wording.level_short(lowered(level, batch.spec.policy))


def _why(unit: UnitResult) -> str:
    return " ".join(step.text for step in unit.timeliness_steps if step.rule == "R62")
