"""doi-chieu-truc.xlsx: what assessing bodies found beside what units declared, axis by axis, and their indicators (R14)."""

from __future__ import annotations

from collections.abc import Callable

from qeval_batch.model.batch import Batch
from qeval_batch.model.records import Assessment, Indicator
from qeval_batch.model.results import AxisComparison, Counts
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered, numbered
from qeval_batch.render.tables.style import SHADE_LOOK, TableBook

Compared = Numbered[AxisComparison]
_WORDS = {"assigned": "số giao", "done": "hoàn thành", "late": "chậm"}


def _pair(group: str, assessed: Callable[[Assessment], int | None],
          declared: Callable[[Counts], int]) -> tuple[Column[Compared], Column[Compared]]:
    """A figure as the assessing body has it, and as the unit declared it."""
    return (Column("Đánh giá", 8, "integer", group, of=lambda row: assessed(row.item.assessed)),
            Column("Đơn vị khai", 8, "integer", group,
                   of=lambda row: declared(row.item.declared) if row.item.declared else None))


def _differs(row: Compared) -> str:
    if row.item.declared is None and row.item.assessed.unit in row.batch.roster.units:
        return "Đơn vị chưa có số khai dùng được"
    return ", ".join(_WORDS[name] for name in row.item.differs)


def _comment(row: Compared) -> str | None:
    return row.item.assessed.comment


def _level(row: Compared) -> str | None:
    return None if row.item.assessed.level is None else str(row.item.assessed.level)


COMPARED: tuple[Column[Compared], ...] = (
    NUMBER, Column("Đơn vị", 30, of=lambda row: _assessed(row.batch, row.item.assessed.unit)),
    Column("Trục", 6, "center", of=lambda row: row.item.assessed.axis),
    Column("Cơ quan đánh giá", 20, of=lambda row: body_name(row.batch, row.item.assessed.body)),
    *_pair("Số nhiệm vụ giao", lambda said: said.assigned, lambda counts: counts.assigned),
    *_pair("Hoàn thành", lambda said: said.done, lambda counts: counts.done),
    *_pair("Chậm", lambda said: said.late, lambda counts: counts.late),
    Column("Mức (1/2/3)", 8, "center", of=_level),
    Column("Chênh lệch", 16, of=_differs),
    Column("Nhận xét", 32, of=_comment),
)
INDICATORS: tuple[Column[Numbered[Indicator]], ...] = (
    NUMBER, Column("Cơ quan báo cáo", 28, of=lambda row: body_name(row.batch, row.item.body)),
    Column("Chỉ tiêu", 60, of=lambda row: row.item.name),
    Column("Kế hoạch", 22, of=lambda row: row.item.plan),
    Column("Thực hiện", 22, of=lambda row: row.item.actual))


def axes(batch: Batch) -> bytes:
    """Two sheets: the comparison, differing rows shaded, and the indicators, which are shown and never scored."""
    book = TableBook(batch.as_of, f"Đối chiếu theo trục - {batch.period.label}")
    page = book.page("Đối chiếu", COMPARED)
    page.title("ĐỐI CHIẾU KẾT QUẢ THEO TRỤC", wording.sentence(batch.period.label))
    page.text("Số đơn vị khai lấy ở Phụ lục 09; chênh lệch được nêu để đối chiếu, chương trình không thay số đơn vị khai.",
              italic=True)
    page.header()
    for row in numbered(batch, batch.result.comparisons):
        page.line(row, **({"bg_color": SHADE_LOOK} if row.item.differs else {}))
    if not batch.result.comparisons:
        page.text("Không có trường hợp nào.", italic=True)
    page.skip()
    differing = sum(bool(item.differs) for item in batch.result.comparisons)
    page.text(f"Tổng số: {len(batch.result.comparisons)} dòng, {differing} dòng chênh lệch.", bold=True)
    page.done()
    _indicators(book, batch)
    return book.close()


def _assessed(batch: Batch, unit: str) -> str:
    province = batch.spec.policy.assessors.province
    return province.name if unit == province.id else wording.unit_name(batch, unit)


def body_name(batch: Batch, body: str) -> str:
    """The assessing body's name; its id when the policy has none such."""
    bodies = batch.spec.policy.assessors.bodies
    return bodies[body].name if body in bodies else body


def _indicators(book: TableBook, batch: Batch) -> None:
    page = book.page("Chỉ tiêu", INDICATORS)
    page.title("KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", wording.sentence(batch.period.label))
    page.text("Để tham khảo, không dùng để chấm điểm.", italic=True)
    page.header()
    for row in numbered(batch, batch.result.indicators):
        page.line(row)
    if not batch.result.indicators:
        page.text("Không có chỉ tiêu nào.", italic=True)
    page.done()
