"""mau-7.xlsx: every officer's self-assessment on one row: part A, six axes, total, self-proposed level (LD VII.2.2)."""

from __future__ import annotations

from qeval_batch.model.batch import Batch
from qeval_batch.model.records import AXES
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered, TableValue
from qeval_batch.render.tables.officers import OfficerColumns, OfficerRow, id_column, name_column
from qeval_batch.render.tables.style import TableBook


def _general(row: OfficerRow) -> TableValue:
    # The structure of 100 points has no part A.
    return row.item.score.general if row.item.score and row.batch.result.profile != "100" else None


def _axis(axis: str) -> Column[OfficerRow]:
    def points(row: OfficerRow) -> TableValue:
        found = row.item.score.axes if row.item.score else ()
        return next((item.points for item in found if item.axis == axis), None)

    return Column(f"Trục {axis}", 7, "score", "B. Điểm sáu trục", of=points)


COLUMNS: OfficerColumns = (
    NUMBER, id_column(), name_column(24),
    Column("Chức vụ", 31, of=lambda row: wording.post(row.batch, row.item)),
    Column("A. Tiêu chí chung", 8, "score", of=_general),
    *(_axis(axis) for axis in AXES),
    Column("Tổng điểm", 8, "score", of=lambda row: row.item.score.total if row.item.score else None),
    Column("Cá nhân tự đề xuất", 27, "center", of=lambda row: wording.level(row.batch, row.item.levels.self)),
    Column("Ghi chú", 15, "center", of=lambda row: None if row.item.score else wording.status(row.item)),
)


def mau7(batch: Batch) -> bytes:
    """One sheet, all officers by unit. A score that is not there is blank, never 0."""
    book = TableBook(batch.as_of, f"Mẫu 7 - {batch.period.label}")
    page = book.page("Mẫu 7", COLUMNS)
    page.title("TỔNG HỢP KẾT QUẢ TỰ ĐÁNH GIÁ CỦA CÁN BỘ", wording.sentence(batch.period.label))
    for axis in AXES:
        page.text(f"Trục {axis}: {_axis_name(batch, axis)}", font_size=10, italic=True)
    page.text("Điểm do chương trình tính lại từ số liệu cá nhân đã khai; ô trống là chưa đủ số liệu.", font_size=10,
              italic=True)
    page.header()
    number = 0
    for unit, members in wording.arranged(batch, wording.graded_scope(batch.result.listed)):
        page.section(unit.name)
        for officer in members:
            number += 1
            page.line(Numbered(batch, number, officer))
    if not number:
        page.text("Không có cán bộ.", italic=True)
    page.done()
    return book.close()


def _axis_name(batch: Batch, axis: str) -> str:
    """The seeds' wording without its own number."""
    return batch.spec.axis_names[axis].removeprefix(f"({axis})").strip()
