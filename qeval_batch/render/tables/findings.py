"""The sheet `Phát hiện` of the run report: every finding with its cell, its cure and its clause."""

from __future__ import annotations

from qeval_batch import messages
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import Column, Numbered, numbered
from qeval_batch.render.tables.style import TableBook

WAIVED = "Được miễn"
FindingRow = Numbered[Finding]


def _severity(row: FindingRow) -> str:
    return WAIVED if row.item.waived else messages.words()["severity"][messages.severity(row.item).value]


FINDINGS: tuple[Column[FindingRow], ...] = (
    Column("Mức độ", 9, "center", of=_severity),
    Column("Đơn vị", 18, of=lambda row: wording.unit_name(row.batch, row.item.where.unit)),
    Column("Cán bộ", 16, of=lambda row: wording.officer_name(row.batch, row.item.where.officer)),
    Column("Tệp", 16, of=lambda row: row.item.where.file),
    Column("Trang tính", 11, "center", of=lambda row: row.item.where.sheet),
    Column("Ô", 7, "center", of=lambda row: row.item.where.a1),
    Column("Vấn đề", 34, of=lambda row: messages.what(row.item)),
    Column("Cách sửa", 30, of=lambda row: messages.cure(row.item)),
    Column("Căn cứ", 11, "center", of=lambda row: messages.citation(row.item)),
    Column("Mã phát hiện", 22, of=lambda row: row.item.code))


def findings_sheet(book: TableBook, batch: Batch) -> None:
    """Append the sheet, errors in red, with a filter."""
    page = book.page("Phát hiện", FINDINGS, size=10)
    page.title("MỌI PHÁT HIỆN", "Theo đơn vị, cán bộ, tệp, trang tính, ô")
    page.header()
    first = page.row
    for row in numbered(batch, batch.result.findings):
        page.line(row, **({"font_color": "#9C0006"} if messages.is_error(row.item) else {}))
    if page.row > first:
        page.sheet.autofilter(first - 1, 0, page.row - 1, len(page.columns) - 1)
    else:
        page.text("Không có phát hiện nào.", italic=True)
    page.done()
