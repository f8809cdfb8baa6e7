"""The sheet `Chính sách` of the run report: every value that was applied, in words, with its clause."""

from __future__ import annotations

from qeval_batch.model.batch import Batch
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered, numbered
from qeval_batch.render.tables.policy_words import description, value_words
from qeval_batch.render.tables.style import TableBook
from qeval_batch.spec.dated import DatedValue

PolicyRow = Numbered[str]      # by key


def _entry(row: PolicyRow) -> DatedValue:
    return row.batch.spec.policy.entries[row.item]


POLICY: tuple[Column[PolicyRow], ...] = (
    NUMBER, Column("Nội dung", 40, of=lambda row: description(row.batch.spec, row.item)),
    Column("Giá trị", 40, of=lambda row: value_words(row.batch.spec, row.item, _entry(row).value)),
    Column("Căn cứ", 14, "center", of=lambda row: _entry(row).citation.text),
    Column("Cách hiểu đã chọn", 36, of=lambda row: _entry(row).reading or None),
    Column("Khóa trong tệp chính sách", 20, of=lambda row: row.item))


def policy_sheet(book: TableBook, batch: Batch) -> None:
    """Append the sheet, in the order of the policy file."""
    page = book.page("Chính sách", POLICY, size=10)
    page.title("GIÁ TRỊ CHÍNH SÁCH ĐÃ ÁP DỤNG", f"Theo ngày {batch.spec.policy.day:%d/%m/%Y}")
    page.header()
    for row in numbered(batch, batch.spec.policy.entries):
        page.line(row)
    page.done()
