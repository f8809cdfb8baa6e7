"""The sheet `Miễn lỗi` of the run report: findings somebody lifted, who, when and why, and which are there no more."""

from __future__ import annotations

from datetime import datetime

from qeval_batch import messages
from qeval_batch.model.acts import Waiver
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding, Part, Where
from qeval_batch.render import wording
from qeval_batch.render.tables.style import Book, Column, Value

_COLUMNS = (
    Column("STT", 5, "center"), Column("Đơn vị", 22), Column("Cán bộ", 18), Column("Trang tính", 12, "center"),
    Column("Ô", 7, "center"), Column("Lỗi được miễn", 38), Column("Người miễn", 18), Column("Lý do miễn", 30),
    Column("Thời điểm miễn", 12, "center"), Column("Tình trạng", 15, "center"), Column("Mã phát hiện", 28),
)


def waivers_sheet(book: Book, batch: Batch) -> None:
    """Append the sheet; one line says so where nothing was lifted."""
    page = book.page("Miễn lỗi", _COLUMNS, size=10)
    page.title("LỖI ĐƯỢC MIỄN", wording.sentence(batch.period.label))
    page.text("Lỗi được miễn không chặn kết quả của đơn vị, cán bộ; việc miễn do người ghi tên chịu trách nhiệm.",
              italic=True)
    page.header()
    idle = batch.acts.idle(batch.result.findings)
    for number, waiver in enumerate(batch.acts.waived, start=1):
        gone = waiver in idle
        page.line(_row(batch, waiver, number, gone), **({"font_color": "#7F7F7F"} if gone else {}))
    if not batch.acts.waived:
        page.text("Không miễn lỗi nào.", italic=True)
    page.done()


def _row(batch: Batch, waiver: Waiver, number: int, gone: bool) -> tuple[Value, ...]:
    said = Finding(waiver.code, Where(Part.FILE), waiver.params)
    return (str(number), wording.unit_name(batch, waiver.unit), wording.officer_name(batch, waiver.officer),
            waiver.sheet, waiver.cell, messages.what(said), waiver.by, waiver.reason,
            f"{datetime.fromisoformat(waiver.at):%H:%M %d/%m/%Y}",
            "Không còn lỗi này" if gone else "Đang áp dụng", waiver.code)
