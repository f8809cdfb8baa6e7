"""thong-ke-nhom.xlsx: officers counted per comparable group, block and unit; parts add up to the total.

pandas groups and counts here; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qeval_batch.model.batch import Batch
from qeval_batch.model.results import GroupResult, OfficerResult, Status
from qeval_batch.render import wording
from qeval_batch.render.tables.counting import LEVELS, STATUSES, Stage, tally
from qeval_batch.render.tables.style import Book, Column, Value, ratio

_WITH_TOTAL = 5
_RATIOS, _QUOTA = "Tỷ lệ theo mức đề xuất", "Số tối đa của nhóm"
_SHARED = tuple(item for item in STATUSES if item is not Status.REVIEW)
Row = tuple[str, list[OfficerResult], GroupResult | None]


def counts(batch: Batch) -> bytes:
    """Three sheets: per group with both maxima, per block, per unit (forms.md, count table)."""
    frame = _frame(batch)
    book = Book(batch.as_of, f"Thống kê theo nhóm - {batch.period.label}")
    groups = {item.id: item for item in sorted(batch.result.groups, key=lambda item: item.id)}
    by_group = _members(batch, frame, "group")
    rows: list[Row] = [(group.name, by_group.get(group.id, []), group) for group in groups.values()]
    rows += [(_without_group(key), by_group[key], None) for key in sorted(by_group.keys() - groups.keys())]
    _sheet(book, batch, "Theo nhóm", "Nhóm tương đồng", rows, quota=True)

    by_block = _members(batch, frame, "block")
    blocks = [option.code for option in batch.spec.lists["blocks"].options]
    blocks += sorted(by_block.keys() - set(blocks))
    _sheet(book, batch, "Theo khối", "Khối",
           [(wording.block_name(batch, key), by_block[key], None) for key in blocks if key in by_block])

    arranged = wording.arranged(batch, batch.result.officers)
    _sheet(book, batch, "Theo đơn vị", "Đơn vị", [(unit.name, members, None) for unit, members in arranged])
    return book.close()


def _frame(batch: Batch) -> Any:
    """One row per officer: position in the result, group, block, unit."""
    import pandas as pd

    units = batch.roster.units
    return pd.DataFrame({
        "group": [wording.group_of(batch, item) or f"-{item.authority_class or ''}" for item in batch.result.officers],
        "block": [units[item.unit].block if item.unit in units else "" for item in batch.result.officers],
    }, dtype=object)


def _members(batch: Batch, frame: Any, key: str) -> Mapping[str, list[OfficerResult]]:
    return {str(name): [batch.result.officers[index] for index in sorted(rows)]
            for name, rows in frame.groupby(key, sort=True).groups.items()}


def _without_group(key: str) -> str:
    authority = key.removeprefix("-")
    return f"Không thuộc nhóm (diện {authority})" if authority else "Không thuộc nhóm"


def _columns(label: str, quota: bool) -> tuple[Column, ...]:
    def levels(group: str) -> list[Column]:
        return [*(Column(wording.level_short(level), 7, "integer", group) for level in LEVELS),
                Column(wording.status_words(Status.REVIEW), 7, "integer", group)]

    columns = [Column("STT", 5, "center"), Column(label, 30), Column("Tổng số", 7, "integer"),
               *levels("Theo mức đề xuất"), *levels("Theo mức đủ điều kiện"),
               *(Column(wording.status_words(item), 8, "integer", "Chung cho cả hai cách đếm") for item in _SHARED),
               Column("HTXS /HTT", 9, "percent", _RATIOS),
               Column("HTXS /(HTT + HTXS)", 10, "percent", _RATIOS)]
    if quota:
        columns += [Column("Tối đa A", 7, "integer", _QUOTA), Column("Tối đa B", 7, "integer", _QUOTA),
                    Column("Cơ số áp dụng", 13, "center", _QUOTA), Column("Còn chờ", 7, "integer", _QUOTA)]
    return tuple(columns)


def _sheet(book: Book, batch: Batch, name: str, label: str,
           rows: Sequence[Row], *, quota: bool = False) -> None:
    columns = _columns(label, quota)
    # With the quota the table is two pages wide: counts, then ratios and maxima.
    split = next(index for index, column in enumerate(columns) if column.group == _RATIOS)
    page = book.page(name, columns, size=10, sections=(split,) if quota else (), keep=3 if quota else 0)
    page.title(f"THỐNG KÊ KẾT QUẢ XẾP LOẠI {name.upper()}", wording.sentence(batch.period.label))
    page.text("Tổng số = bốn mức + Cần xem xét (theo một cách đếm) + các cột chung. Bằng nhau tại ranh giới tỷ lệ đếm "
              "ở Cần xem xét của mức đề xuất. Tối đa A tính trên số HTT; "
              "tối đa B tính trên số HTT và HTXS.", italic=True)
    note = wording.provisional(batch.result.groups)
    if note:
        page.text(note, bold=True)
    page.header()
    for number, (title, members, group) in enumerate(rows, start=1):
        page.line((str(number), title, *_figures(members, group, quota)))
    # A total alone on a page says nothing of what it adds up.
    page.keep_together(max(page.row - _WITH_TOTAL, page.headers.stop), page.row)
    everybody = [officer for _, members, _ in rows for officer in members]
    page.line((None, "Tổng cộng", *_figures(everybody, None, quota)), bold=True)
    page.done()


def _figures(members: Iterable[OfficerResult], group: GroupResult | None, quota: bool) -> tuple[Value, ...]:
    listed = list(members)
    stages: tuple[Stage, Stage] = ("proposed", "eligible")
    proposed, eligible = (tally(listed, stage) for stage in stages)
    first, second = proposed.by_level[1], proposed.by_level[2]
    figures: list[Value] = [proposed.total]
    for counted in (proposed, eligible):
        figures += [*(counted.by_level[level] for level in LEVELS), counted.by_status[Status.REVIEW]]
    figures += [proposed.by_status[item] for item in _SHARED]
    figures += [ratio(first, second), ratio(first, first + second)]
    if quota:
        base = None if group is None else wording.base_words(group.binding) if group.binds else "Không áp dụng"
        figures += [group.max_htt_only, group.max_htt_plus, base, group.waiting] if group else [None] * 4
    return tuple(figures)
