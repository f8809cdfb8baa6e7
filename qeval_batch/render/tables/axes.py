"""doi-chieu-truc.xlsx: what assessing bodies found beside what units declared, axis by axis, and their indicators (R14)."""

from __future__ import annotations

from qeval_batch.model.batch import Batch
from qeval_batch.model.results import AxisComparison
from qeval_batch.render import wording
from qeval_batch.render.tables.style import SHADE_LOOK, Book, Column, Value

_GIVEN, _DONE, _LATE = "Số nhiệm vụ giao", "Hoàn thành", "Chậm"
_PAIR = ("Đánh giá", "Đơn vị khai")
COMPARED = (
    Column("STT", 5, "center"), Column("Đơn vị", 30), Column("Trục", 6, "center"), Column("Cơ quan đánh giá", 20),
    *(Column(title, 8, "integer", group) for group in (_GIVEN, _DONE, _LATE) for title in _PAIR),
    Column("Mức (1/2/3)", 8, "center"), Column("Chênh lệch", 16), Column("Nhận xét", 32),
)
INDICATORS = (Column("STT", 5, "center"), Column("Cơ quan báo cáo", 28), Column("Chỉ tiêu", 60),
              Column("Kế hoạch", 22), Column("Thực hiện", 22))
_WORDS = {"assigned": "số giao", "done": "hoàn thành", "late": "chậm"}


def axes(batch: Batch) -> bytes:
    """Two sheets: the comparison, differing rows shaded, and the indicators, which are shown and never scored."""
    book = Book(batch.as_of, f"Đối chiếu theo trục - {batch.period.label}")
    page = book.page("Đối chiếu", COMPARED)
    page.title("ĐỐI CHIẾU KẾT QUẢ THEO TRỤC", wording.sentence(batch.period.label))
    page.text("Số đơn vị khai lấy ở Phụ lục 09; chênh lệch được nêu để đối chiếu, chương trình không thay số đơn vị khai.",
              italic=True)
    page.header()
    for number, item in enumerate(batch.result.comparisons, start=1):
        page.line(_line(batch, number, item), **({"bg_color": SHADE_LOOK} if item.differs else {}))
    if not batch.result.comparisons:
        page.text("Không có trường hợp nào.", italic=True)
    page.skip()
    differing = sum(bool(item.differs) for item in batch.result.comparisons)
    page.text(f"Tổng số: {len(batch.result.comparisons)} dòng, {differing} dòng chênh lệch.", bold=True)
    page.done()
    _indicators(book, batch)
    return book.close()


def _line(batch: Batch, number: int, item: AxisComparison) -> tuple[Value, ...]:
    said, counts = item.assessed, item.declared
    pairs: list[Value] = []
    for name in _WORDS:
        pairs += [getattr(said, name), getattr(counts, name) if counts else None]
    differs = ", ".join(_WORDS[name] for name in item.differs)
    if counts is None and said.unit in batch.roster.units:
        differs = "Đơn vị chưa có số khai dùng được"
    return (str(number), _assessed(batch, said.unit), said.axis, body_name(batch, said.body), *pairs,
            str(said.level) if said.level is not None else None, differs, said.comment)


def _assessed(batch: Batch, unit: str) -> str:
    province = batch.spec.policy.value("assessors.province")
    return str(province["name"]) if unit == province["id"] else wording.unit_name(batch, unit)


def body_name(batch: Batch, body: str) -> str:
    """The assessing body's name; its id when the policy has none such."""
    bodies = batch.spec.policy.value("assessors")
    return str(bodies[body]["name"]) if body in bodies else body


def _indicators(book: Book, batch: Batch) -> None:
    page = book.page("Chỉ tiêu", INDICATORS)
    page.title("KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", wording.sentence(batch.period.label))
    page.text("Để tham khảo, không dùng để chấm điểm.", italic=True)
    page.header()
    for number, item in enumerate(batch.result.indicators, start=1):
        page.line((str(number), body_name(batch, item.body), item.name, item.plan, item.actual))
    if not batch.result.indicators:
        page.text("Không có chỉ tiêu nào.", italic=True)
    page.done()
