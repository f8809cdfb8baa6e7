"""thong-ke-nhom.xlsx: officers counted per comparable group, block and unit; parts add up to the total.

pandas groups and counts here; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qeval_batch.model.batch import Batch
from qeval_batch.model.results import GroupResult, OfficerResult, Status
from qeval_batch.render import wording
from qeval_batch.render.counting import LEVELS, STATUSES, Tally, tally
from qeval_batch.render.tables.columns import Column, TableValue, ratio
from qeval_batch.render.tables.ranking import base
from qeval_batch.render.tables.style import TableBook

_WITH_TOTAL = 5
_RATIOS, _QUOTA = "Tỷ lệ theo mức đề xuất", "Số tối đa của nhóm"
_SHARED = tuple(item for item in STATUSES if item is not Status.REVIEW)


@dataclass(frozen=True)
class Members:
    """Officers counted together, and the comparable group they are, where they are one."""

    title: str
    officers: Sequence[OfficerResult]
    group: GroupResult | None = None


@dataclass(frozen=True)
class CountRow:
    """A line of the table: the count at both stages. Only the total has no number."""

    number: int | None
    title: str
    proposed: Tally
    eligible: Tally
    group: GroupResult | None = None


def counts(batch: Batch) -> bytes:
    """Three sheets: per group with both maxima, per block, per unit (forms.md, count table)."""
    frame = _frame(batch)
    book = TableBook(batch.as_of, f"Thống kê theo nhóm - {batch.period.label}")
    groups = {item.id: item for item in sorted(batch.result.groups, key=lambda item: item.id)}
    by_group = _members(batch, frame, "group")
    rows = [Members(group.name, by_group.get(group.id, []), group) for group in groups.values()]
    rows += [Members(_without_group(key), by_group[key]) for key in sorted(by_group.keys() - groups.keys())]
    _sheet(book, batch, "Theo nhóm", "Nhóm tương đồng", rows, quota=True)

    by_block = _members(batch, frame, "block")
    blocks = [option.code for option in batch.spec.lists["blocks"].options]
    blocks += sorted(by_block.keys() - set(blocks))
    _sheet(book, batch, "Theo khối", "Khối",
           [Members(wording.block_name(batch, key), by_block[key]) for key in blocks if key in by_block])

    arranged = wording.arranged(batch, batch.result.listed)
    _sheet(book, batch, "Theo đơn vị", "Đơn vị", [Members(unit.name, members) for unit, members in arranged])
    return book.close()


def _frame(batch: Batch) -> Any:
    """One row per officer: position in the result, group, block, unit."""
    import pandas as pd

    units = batch.roster.units
    return pd.DataFrame({
        "group": [wording.group_of(batch, item) or f"-{item.authority_class or ''}" for item in batch.result.listed],
        "block": [units[item.unit].block if item.unit in units else "" for item in batch.result.listed],
    }, dtype=object)


def _members(batch: Batch, frame: Any, key: str) -> Mapping[str, list[OfficerResult]]:
    return {str(name): [batch.result.listed[index] for index in sorted(rows)]
            for name, rows in frame.groupby(key, sort=True).groups.items()}


def _without_group(key: str) -> str:
    authority = key.removeprefix("-")
    return f"Không thuộc nhóm (diện {authority})" if authority else "Không thuộc nhóm"


def columns(label: str, quota: bool) -> tuple[Column[CountRow], ...]:
    """The count table of forms.md; ``label``: what is counted, ``quota``: with the maxima of a comparable group."""
    return (
        Column("STT", 5, "center", kept=True, of=lambda row: None if row.number is None else str(row.number)),
        Column(label, 30, kept=True, of=lambda row: row.title),
        Column("Tổng số", 7, "integer", kept=True, of=lambda row: row.proposed.total),
        *_stage("Theo mức đề xuất", lambda row: row.proposed), *_stage("Theo mức đủ điều kiện", lambda row: row.eligible),
        *(_status(item, lambda row: row.proposed, 8, "Chung cho cả hai cách đếm") for item in _SHARED),
        Column("HTXS /HTT", 9, "percent", _RATIOS,
               of=lambda row: ratio(row.proposed.by_level[1], row.proposed.by_level[2])),
        Column("HTXS /(HTT + HTXS)", 10, "percent", _RATIOS,
               of=lambda row: ratio(row.proposed.by_level[1], row.proposed.by_level[1] + row.proposed.by_level[2])),
        *(_maxima() if quota else ()),
    )


def _stage(group: str, at: Callable[[CountRow], Tally]) -> tuple[Column[CountRow], ...]:
    return (*(_level(level, at, group) for level in LEVELS), _status(Status.REVIEW, at, 7, group))


def _level(level: int, at: Callable[[CountRow], Tally], group: str) -> Column[CountRow]:
    return Column(wording.level_short(level), 7, "integer", group, of=lambda row: at(row).by_level[level])


def _status(status: Status, at: Callable[[CountRow], Tally], width: float, group: str) -> Column[CountRow]:
    return Column(wording.status_words(status), width, "integer", group, of=lambda row: at(row).by_status[status])


def _maxima() -> tuple[Column[CountRow], ...]:
    def of_group(value: Callable[[GroupResult], TableValue]) -> Callable[[CountRow], TableValue]:
        return lambda row: value(row.group) if row.group else None

    return (Column("Tối đa A", 7, "integer", _QUOTA, of=of_group(lambda group: group.max_htt_only)),
            Column("Tối đa B", 7, "integer", _QUOTA, of=of_group(lambda group: group.max_htt_plus)),
            Column("Cơ số áp dụng", 13, "center", _QUOTA, of=of_group(base)),
            Column("Còn chờ", 7, "integer", _QUOTA, of=of_group(lambda group: group.waiting)))


def _sheet(book: TableBook, batch: Batch, name: str, label: str, rows: Sequence[Members], *, quota: bool = False) -> None:
    # With the quota the table is two pages wide: counts, then ratios and maxima.
    page = book.page(name, columns(label, quota), size=10, sections=(_RATIOS,) if quota else ())
    page.title(f"THỐNG KÊ KẾT QUẢ XẾP LOẠI {name.upper()}", wording.sentence(batch.period.label))
    page.text("Tổng số = bốn mức + Cần xem xét (theo một cách đếm) + các cột chung. Bằng nhau tại ranh giới tỷ lệ đếm "
              "ở Cần xem xét của mức đề xuất. Tối đa A tính trên số HTT; "
              "tối đa B tính trên số HTT và HTXS.", italic=True)
    note = wording.provisional(batch.result.groups)
    if note:
        page.text(note, bold=True)
    page.header()
    for number, row in enumerate(rows, start=1):
        page.line(_counted(number, row.title, row.officers, row.group))
    # A total alone on a page says nothing of what it adds up.
    page.keep_together(max(page.row - _WITH_TOTAL, page.headers.stop), page.row)
    page.line(_counted(None, "Tổng cộng", [officer for row in rows for officer in row.officers]), bold=True)
    page.done()


def _counted(number: int | None, title: str, officers: Iterable[OfficerResult],
             group: GroupResult | None = None) -> CountRow:
    listed = list(officers)
    return CountRow(number, title, tally(listed, "proposed"), tally(listed, "eligible"), group)
