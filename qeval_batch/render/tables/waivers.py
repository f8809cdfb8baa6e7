"""The sheet `Miễn lỗi` of the run report: findings somebody lifted, who, when and why, and which are there no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qeval_batch import messages
from qeval_batch.model.acts import Waiver
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding, Part, Where
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered, numbered
from qeval_batch.render.tables.style import TableBook


@dataclass(frozen=True)
class Lifted:
    """A finding somebody lifted; ``gone``: it is there no more."""

    waiver: Waiver
    gone: bool

    @property
    def error(self) -> str:
        return messages.what(Finding(self.waiver.code, Where(Part.FILE), self.waiver.params))


COLUMNS: tuple[Column[Numbered[Lifted]], ...] = (
    NUMBER, Column("Đơn vị", 22, of=lambda row: wording.unit_name(row.batch, row.item.waiver.unit)),
    Column("Cán bộ", 18, of=lambda row: wording.officer_name(row.batch, row.item.waiver.officer)),
    Column("Trang tính", 12, "center", of=lambda row: row.item.waiver.sheet),
    Column("Ô", 7, "center", of=lambda row: row.item.waiver.cell),
    Column("Lỗi được miễn", 38, of=lambda row: row.item.error),
    Column("Người miễn", 18, of=lambda row: row.item.waiver.by),
    Column("Lý do miễn", 30, of=lambda row: row.item.waiver.reason),
    Column("Thời điểm miễn", 12, "center", of=lambda row: f"{datetime.fromisoformat(row.item.waiver.at):%H:%M %d/%m/%Y}"),
    Column("Tình trạng", 15, "center", of=lambda row: "Không còn lỗi này" if row.item.gone else "Đang áp dụng"),
    Column("Mã phát hiện", 28, of=lambda row: row.item.waiver.code),
)


def waivers_sheet(book: TableBook, batch: Batch) -> None:
    """Append the sheet; one line says so where nothing was lifted."""
    page = book.page("Miễn lỗi", COLUMNS, size=10)
    page.title("LỖI ĐƯỢC MIỄN", wording.sentence(batch.period.label))
    page.text("Lỗi được miễn không chặn kết quả của đơn vị, cán bộ; việc miễn do người ghi tên chịu trách nhiệm.",
              italic=True)
    page.header()
    idle = batch.acts.idle(batch.result.findings)
    for row in numbered(batch, (Lifted(waiver, waiver in idle) for waiver in batch.acts.waived)):
        page.line(row, **({"font_color": "#7F7F7F"} if row.item.gone else {}))
    if not batch.acts.waived:
        page.text("Không miễn lỗi nào.", italic=True)
    page.done()
