"""mau-7.xlsx: every officer's self-assessment on one row: part A, six axes, total, self-proposed level (LD VII.2.2)."""

from __future__ import annotations

from qeval_batch.model.batch import Batch
from qeval_batch.model.records import AXES
from qeval_batch.model.results import OfficerResult
from qeval_batch.render import wording
from qeval_batch.render.tables.style import Book, Column, Value


def mau7(batch: Batch) -> bytes:
    """One sheet, all officers by unit. A score that is not there is blank, never 0."""
    axes = [Column(f"Trục {axis}", 7, "score", "B. Điểm sáu trục") for axis in AXES]
    columns = (
        Column("STT", 5, "center"), Column("Mã", 9, "center"), Column("Họ và tên", 24),
        Column("Chức vụ", 31), Column("A. Tiêu chí chung", 8, "score"), *axes,
        Column("Tổng điểm", 8, "score"), Column("Cá nhân tự đề xuất", 27, "center"), Column("Ghi chú", 15, "center"),
    )
    book = Book(batch.as_of, f"Mẫu 7 - {batch.period.label}")
    page = book.page("Mẫu 7", columns)
    page.title("TỔNG HỢP KẾT QUẢ TỰ ĐÁNH GIÁ CỦA CÁN BỘ", wording.sentence(batch.period.label))
    for axis in AXES:
        page.text(f"Trục {axis}: {_axis_name(batch, axis)}", font_size=10, italic=True)
    page.text("Điểm do chương trình tính lại từ số liệu cá nhân đã khai; ô trống là chưa đủ số liệu.", font_size=10,
              italic=True)
    page.header()
    number = 0
    for unit, members in wording.arranged(batch, wording.graded_scope(batch.result.officers)):
        page.section(unit.name)
        for officer in members:
            number += 1
            page.line(_row(batch, officer, number))
    if not number:
        page.text("Không có cán bộ.", italic=True)
    page.done()
    return book.close()


def _row(batch: Batch, officer: OfficerResult, number: int) -> tuple[Value, ...]:
    points = {item.axis: item.points for item in officer.score.axes} if officer.score else {}
    return (str(number), officer.id, officer.name, wording.post(batch, officer),
            officer.score.general if officer.score and batch.result.profile != "100" else None,
            *(points.get(axis) for axis in AXES),
            officer.score.total if officer.score else None, wording.level(batch, officer.levels.self),
            None if officer.score else wording.status(officer))


def _axis_name(batch: Batch, axis: str) -> str:
    """The seeds' wording without its own number."""
    return batch.spec.axis_names[axis].removeprefix(f"({axis})").strip()
