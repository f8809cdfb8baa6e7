"""A trial as a workbook: who changes and why, each group before and after, the values that were tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from qeval_batch.core.decimals import vi_percent
from qeval_batch.core.say import say
from qeval_batch.model.hand_edits import HandEdits
from qeval_batch.model.results import GroupResult
from qeval_batch.render import wording
from qeval_batch.render.edits import hand_edits
from qeval_batch.render.stage import staged
from qeval_batch.render.tables.columns import Column
from qeval_batch.render.tables.style import SHADE_LOOK, TableBook, TablePage
from qeval_batch.whatif import words
from qeval_batch.whatif.compare import Comparison, GroupChange, OfficerChange
from qeval_batch.whatif.overlay import Replacement

FILE = "thu-chinh-sach.xlsx"
_SIZE = 10
@dataclass(frozen=True)
class ChangedOfficer:
    """An officer who changes, in the comparison that shows it."""

    found: Comparison
    number: int
    change: OfficerChange


_OFFICERS: tuple[Column[ChangedOfficer], ...] = (
    Column("STT", 5, "integer", of=lambda row: row.number),
    Column("Mã", 8, "center", of=lambda row: row.change.after.id),
    Column("Họ và tên", 17, of=lambda row: row.change.after.name),
    Column("Đơn vị", 18, of=lambda row: wording.unit_name(row.found.after, row.change.after.unit)),
    Column("Nhóm", 6, "center", of=lambda row: row.change.after.group),
    Column("Điểm trước", 7, "score", of=lambda row: row.change.before.used_score),
    Column("Điểm sau", 7, "score", of=lambda row: row.change.after.used_score),
    Column("Mức tính lại", 8, "center",
           of=lambda row: words.change(row.change.before.levels.computed, row.change.after.levels.computed)),
    Column("Mức dự kiến trước", 11, "center", of=lambda row: words.standing(row.found.before, row.change.before)),
    Column("Mức dự kiến sau", 11, "center", of=lambda row: words.standing(row.found.after, row.change.after)),
    Column("Lưu ý", 18, of=lambda row: "\n".join(words.flags(row.change)) or None),
    Column("Căn cứ thay đổi (trước → sau)", 62,
           of=lambda row: "\n".join(words.reason(item) for item in row.change.reasons) or None),
)


@dataclass(frozen=True)
class TriedValue:
    """A value of the policy that was tried, in the comparison that shows it."""

    found: Comparison
    item: Replacement


def _side(index: Literal[0, 1]) -> Callable[[TriedValue], str]:
    return lambda row: words.differing(row.found.before.spec, row.item)[index]


_POLICY: tuple[Column[TriedValue], ...] = (
    Column("Nội dung", 36, of=lambda row: row.item.description), Column("Đang áp dụng", 26, of=_side(0)),
    Column("Giá trị thử", 26, of=_side(1)), Column("Căn cứ", 14, "center", of=lambda row: row.item.citation),
    Column("Lý do thử", 30, of=lambda row: row.item.reason or None),
    Column("Khóa trong tệp chính sách", 20, of=lambda row: row.item.key))


def _both(value: Callable[[GroupResult], int]) -> Callable[[GroupChange], str | None]:
    """A figure of the group before and after; blank for the total, which is no group."""
    return lambda row: words.change(value(row.before), value(row.after)) if row.before and row.after else None


def _rates(row: GroupChange) -> str | None:
    if row.before is None or row.after is None:
        return None
    return " → ".join(dict.fromkeys((vi_percent(row.before.rate, 1), vi_percent(row.after.rate, 1))))


def _counted(name: str) -> Column[GroupChange]:
    """Officers of one level or status, before and after."""
    return Column(name, 9, "center", of=lambda row: words.change(words.parts(row.counts_before)[name],
                                                                 words.parts(row.counts_after)[name]))


_GROUPS: tuple[Column[GroupChange], ...] = (
    Column("Mã", 7, "center", of=lambda row: row.id), Column("Nhóm tương đồng", 30, of=lambda row: row.name),
    Column("Tỷ lệ", 8, "center", of=_rates), Column("N", 8, "center", of=_both(lambda group: group.n)),
    Column("Tối đa A (số HTT)", 9, "center", of=_both(lambda group: group.max_htt_only)),
    Column("Tối đa B (HTT và HTXS)", 10, "center", of=_both(lambda group: group.max_htt_plus)),
    Column("Đang áp dụng", 10, "center", of=_both(wording.binding_maximum)))


def group_columns(found: Comparison) -> tuple[Column[GroupChange], ...]:
    """The group, its maxima, then every level and status that is counted."""
    return (*_GROUPS, *(_counted(name) for name in words.parts(found.total.counts_before)))


def write(found: Comparison, target: Path) -> tuple[Path, HandEdits | None]:
    """Put the workbook into ``target``, which is swapped in whole; the run's own outputs are never touched.

    Gives the workbook's place and what people had changed in the former folder.
    """
    edits = hand_edits(target, found.as_of)
    with staged(target, found.as_of) as folder:
        (folder / FILE).write_bytes(workbook(found))
    return target / FILE, edits


def workbook(found: Comparison) -> bytes:
    """Sheets `Thay đổi`, `Theo nhóm`, `Chính sách`; equal bytes for equal trials."""
    book = TableBook(found.as_of, say("whatif.sheet.name", quarter=found.period.label))
    _officers(book.page(say("whatif.sheet.changes"), _OFFICERS, size=_SIZE), found)
    _groups(book, found)
    _policy(book.page(say("whatif.sheet.policy"), _POLICY), found)
    return book.close()


def _head(page: TablePage[Any], found: Comparison, title: str) -> None:
    page.title(title, wording.sentence(found.period.label))
    page.text(say("whatif.sheet.as_of", as_of=found.as_of), italic=True)


def _officers(page: TablePage[ChangedOfficer], found: Comparison) -> None:
    _head(page, found, say("whatif.sheet.officers_title"))
    page.text(say("whatif.sheet.counts", officers=len(found.officers), scores=found.scores, ranks=found.ranks,
                  gained=found.findings_gained, lost=found.findings_lost))
    if found.units:
        page.text(say("whatif.sheet.units", count=len(found.units), units=words.units(found.units)))
    page.header()
    for number, change in enumerate(found.officers, start=1):
        undecided = change.after.levels.proposed is None
        page.line(ChangedOfficer(found, number, change), **({"bg_color": SHADE_LOOK} if undecided else {}))
    if not found.officers:
        page.text(say("whatif.sheet.none"), italic=True)
    page.done()


def _groups(book: TableBook, found: Comparison) -> None:
    page = book.page(say("whatif.sheet.groups"), group_columns(found), size=_SIZE)
    _head(page, found, say("whatif.sheet.groups_title"))
    page.text(say("whatif.sheet.groups_note"), italic=True)
    page.header()
    for group in (*found.groups, found.total):
        look = {"bg_color": SHADE_LOOK} if group.id and group.differs else {"bold": True} if not group.id else {}
        page.line(group, **look)
    page.done()


def _policy(page: TablePage[TriedValue], found: Comparison) -> None:
    _head(page, found, say("whatif.sheet.values_title"))
    page.header()
    for item in found.replaced:
        page.line(TriedValue(found, item))
    page.done()
