"""The sheets `Tình hình` and `Thời hạn` of the run report: what `qeval status` shows on a screen, to print."""

from __future__ import annotations

from qeval_batch.model.batch import Batch
from qeval_batch.render import wording
from qeval_batch.render.overview import Overview, Row, overview
from qeval_batch.render.tables.style import Book, Column, Value


def situation(book: Book, batch: Batch) -> None:
    """Units by block, who is waited for, files nobody claims; the quarter's deadlines with days left."""
    found = overview(batch)
    _situation(book, found)
    _deadlines(book, found)


def _situation(book: Book, found: Overview) -> None:
    page = book.page("Tình hình", (
        Column("Nội dung", 46), Column("Số đơn vị", 9, "integer"), Column("Đã nhận", 9, "integer"),
        Column("Đạt", 9, "integer"), Column("Trả lại", 9, "integer"), Column("Chưa nộp", 9, "integer")), landscape=False)
    page.title("TÌNH HÌNH HỒ SƠ", wording.sentence(found.label), _as_of(found))
    page.header()
    for row in found.blocks:
        page.line(_figures(row))
    page.line(_figures(found.total), bold=True)
    page.section("Thời hạn nộp của đơn vị (số đơn vị)")
    for text, number in found.timeliness:
        page.line(_counted(text, number))
    page.section("Đang chờ (số cán bộ)" if found.waits else "Đang chờ: không chờ ai")
    for text, number in found.waits:
        page.line(_counted(text, number))
    page.section(f"Tệp chưa rõ của ai: {len(found.strays)} (lý do ở trang «Tệp»)")
    for name in found.strays:
        page.line(_counted(name, None))
    page.done()


def _deadlines(book: Book, found: Overview) -> None:
    page = book.page("Thời hạn", (
        Column("STT", 5, "center"), Column("Nội dung", 40), Column("Của ai", 34), Column("Thời hạn", 40),
        Column("Còn lại", 20, "center"), Column("Căn cứ", 14, "center")))
    page.title("CÁC MỐC THỜI HẠN", wording.sentence(found.label), _as_of(found))
    page.header()
    for number, due in enumerate(found.due, start=1):
        page.line((str(number), due.what, due.who, wording.sentence(due.when), wording.sentence(due.left), due.citation))
    page.done()


def _as_of(found: Overview) -> str:
    return f"Tính đến {found.as_of:%H:%M ngày %d/%m/%Y}"


def _figures(row: Row) -> tuple[Value, ...]:
    return row.name, row.units, row.received, row.accepted, row.returned, row.missing


def _counted(text: str, number: int | None) -> tuple[Value, ...]:
    return text, number, None, None, None, None
