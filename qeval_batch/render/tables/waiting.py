"""The sheet `Đang chờ ai` of the run report: officers by whom or what they wait for."""

from __future__ import annotations

from qeval_batch import messages
from qeval_batch.model.batch import Batch
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, numbered
from qeval_batch.render.tables.officers import OfficerColumns, OfficerRow, id_column, name_column
from qeval_batch.render.tables.style import TableBook


def _group(row: OfficerRow) -> str | None:
    group = row.item.group
    known = row.batch.roster.groups.get(group) if group else None
    return known.name if known else group


WAITING: OfficerColumns = (
    NUMBER, id_column(), name_column(24),
    Column("Đơn vị", 40, of=lambda row: wording.unit_name(row.batch, row.item.unit)),
    Column("Tình trạng", 18, "center", of=lambda row: wording.status(row.item)),
    Column("Nhóm", 30, of=_group))


def waiting_sheet(book: TableBook, batch: Batch) -> None:
    """Append the sheet; an officer who waits for two things stands under both."""
    page = book.page("Đang chờ ai", WAITING)
    page.title("ĐANG CHỜ AI", wording.sentence(batch.period.label))
    page.header()
    found = False
    for code, text in messages.words()["waits_for"].items():
        members = [item for item in wording.in_paper_order(batch, batch.result.officers) if code in item.waits_for]
        if members:
            found = True
            page.section(f"{text}: {len(members)} cán bộ")
        for row in numbered(batch, members):
            page.line(row)
    if not found:
        page.text("Không chờ ai.", italic=True)
    page.done()
