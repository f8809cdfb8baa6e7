"""The sheets `Tình hình` and `Thời hạn` of the run report: what `qeval status` shows on a screen, to print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.render import wording
from qeval_batch.render.counting import Reception
from qeval_batch.render.overview import Due, Overview, overview
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered, TableValue, numbered
from qeval_batch.render.tables.style import TableBook


@dataclass(frozen=True)
class Counted:
    """A line under a heading: words, and how many."""

    name: str
    number: int | None = None


def _units(value: Callable[[Reception], int]) -> Callable[[Reception | Counted], TableValue]:
    """A figure of a block of units; blank where something else is counted."""
    return lambda row: value(row) if isinstance(row, Reception) else None


BLOCKS: tuple[Column[Reception | Counted], ...] = (
    Column("Nội dung", 46, of=lambda row: row.name),
    Column("Số đơn vị", 9, "integer", of=lambda row: row.units if isinstance(row, Reception) else row.number),
    Column("Đã nhận", 9, "integer", of=_units(lambda row: row.received)),
    Column("Đạt", 9, "integer", of=_units(lambda row: row.accepted)),
    Column("Trả lại", 9, "integer", of=_units(lambda row: row.returned)),
    Column("Chưa nộp", 9, "integer", of=_units(lambda row: row.missing)))
DEADLINES: tuple[Column[Numbered[Due]], ...] = (
    NUMBER, Column("Nội dung", 40, of=lambda row: row.item.what), Column("Của ai", 34, of=lambda row: row.item.who),
    Column("Thời hạn", 40, of=lambda row: wording.sentence(row.item.when)),
    Column("Còn lại", 20, "center", of=lambda row: wording.sentence(row.item.left)),
    Column("Căn cứ", 14, "center", of=lambda row: row.item.citation))


def situation(book: TableBook, batch: Batch) -> None:
    """Units by block, who is waited for, files nobody claims; the quarter's deadlines with days left."""
    found = overview(batch)
    _situation(book, found)
    _deadlines(book, batch, found)


def _situation(book: TableBook, found: Overview) -> None:
    page = book.page("Tình hình", BLOCKS, landscape=False)
    page.title("TÌNH HÌNH HỒ SƠ", wording.sentence(found.label), _as_of(found))
    page.header()
    for row in found.blocks:
        page.line(row)
    page.line(found.total, bold=True)
    if found.total.not_found:
        page.line(Counted(say("render.report.not_found"), found.total.not_found))
    page.section(say("render.situation.timeliness", units=found.total.received))
    for text, number in found.timeliness:
        page.line(Counted(text, number))
    for level in found.levels:
        page.section(say("render.situation.levels", scope=level.name, people=level.count.total))
        for text, number in level.figures:
            page.line(Counted(text, number))
    for line in found.elsewhere:
        page.section(line)
    page.section("Đang chờ (số cán bộ)" if found.waits else "Đang chờ: không chờ ai")
    for text, number in found.waits:
        page.line(Counted(text, number))
    page.section(f"Tệp chưa rõ của ai: {len(found.unidentified)} (lý do ở trang «Tệp»)")
    for name in found.unidentified:
        page.line(Counted(name))
    page.done()


def _deadlines(book: TableBook, batch: Batch, found: Overview) -> None:
    page = book.page("Thời hạn", DEADLINES)
    page.title("CÁC MỐC THỜI HẠN", wording.sentence(found.label), _as_of(found))
    page.header()
    for row in numbered(batch, found.due):
        page.line(row)
    page.done()


def _as_of(found: Overview) -> str:
    return f"Tính đến {found.as_of:%H:%M ngày %d/%m/%Y}"
