"""Mẫu 8 as a workbook (for class BCT-BBT the same as Mẫu 6): a core to print and sign, and the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qeval_batch.model.batch import Batch
from qeval_batch.model.results import OfficerResult
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, numbered, place_of
from qeval_batch.render.tables.officers import OfficerColumns, OfficerRow, id_column, name_column
from qeval_batch.render.tables.style import TableBook, TablePage
from qeval_batch.render.tables.tasks import task_columns
from qeval_batch.render.tables.working import working

_SELF, _TASKS = "Cá nhân tự đề xuất mức xếp loại", "Tập thể, lĩnh vực phụ trách"


@dataclass(frozen=True)
class CoreRow:
    """An officer as the paper words it: the row the Word paper prints too."""

    number: int
    words: Mapping[str, str]


def core_columns(proposal: str) -> tuple[Column[CoreRow], ...]:
    """The seven columns of the form; ``proposal``: whose proposal the paper carries."""
    return (
        Column("STT", 5, "center", of=lambda row: str(row.number)),
        Column("Họ và tên", 20, of=lambda row: row.words["name"]),
        Column("Chức vụ, đơn vị công tác", 25, of=lambda row: row.words["post"]),
        Column(_SELF, 15, "center", of=lambda row: row.words["self"]),
        Column(proposal, 17, "center", of=lambda row: row.words["proposed"]),
        Column("Tóm tắt căn cứ, cơ sở, lý do", 56, of=lambda row: row.words["reason"]),
        Column("Đề xuất nội dung liên quan công tác cán bộ", 15, of=lambda row: row.words["personnel"]),
    )


def _officer(row: OfficerRow) -> OfficerResult:
    return row.item


# A unit's own sheet: only what it declared itself and what follows from its own task list.
OWN: OfficerColumns = (
    NUMBER, id_column(), name_column(21),
    Column("Chức vụ", 27, of=lambda row: wording.post(row.batch, row.item)),
    Column("Điểm tự chấm (trong tệp)", 10, "score", of=lambda row: row.item.workbook_total),
    Column("Điểm đơn vị thẩm định", 10, "score", of=lambda row: row.item.unit_score),
    Column("Cá nhân tự đề xuất", 11, "center", of=lambda row: wording.level_short(row.item.levels.self)),
    Column("Đơn vị đề xuất", 11, "center", of=lambda row: wording.level_short(row.item.levels.unit)),
    *task_columns(_officer, _TASKS, assigned=9),
)


def mau8(batch: Batch, officers: Sequence[OfficerResult], words: Mapping[str, Any], *, by_unit: bool = False) -> bytes:
    """The summary of ``officers`` (LD VII.2.2; Quy định 255, Mẫu 8). Renders with nobody too.

    ``words``: what the paper says of those of ``officers`` in its scope, as ``letters.forms.mau8`` gives it to the Word
    paper, so that the two never differ. ``by_unit``: a unit's own paper, without a figure of the program or of another unit.
    """
    listed, scope_title = wording.graded_scope(officers), words["scope"]
    form = words["form_name"]
    book = TableBook(batch.as_of, f"{form} - {scope_title} - {batch.period.label}")
    _core(book.page(f"{form} - bản in", core_columns(words["proposal_label"])), batch, listed, words)
    if by_unit:
        _own(book, batch, listed, scope_title)
    else:
        working(book, batch, officers, scope_title)
    return book.close()


def _heading(page: TablePage[CoreRow], words: Mapping[str, Any], split: int) -> None:
    """The head of a Party paper: issuer on the left of column ``split``, Party title on the right."""
    head, last = words["head"], len(page.columns) - 1
    rows: list[tuple[tuple[str, dict[str, Any]], tuple[str, dict[str, Any]]]] = [
        ((head["parent"], {"font_size": 14}),
         ("ĐẢNG CỘNG SẢN VIỆT NAM", {"font_size": 15, "bold": True, "underline": 1})),
        ((head["issuer"], {"font_size": 14, "bold": True}), (words["form_name"], {"font_size": 12, "italic": True})),
        (("*", {"font_size": 14}), (head["place_date"], {"font_size": 14, "italic": True})),
    ]
    if head["secrecy"]:
        rows.append(((head["secrecy"], {"font_size": 14, "bold": True}), ("", {})))
    for left, right in rows:
        for (text, look), first, end in ((left, 0, split - 1), (right, split, last)):
            page.merged(text, first, end, grow=False, align="center", **look)
        page.tall(22 * max(page.lines_of(left[0], 0, split - 1, 14, True), 1))
        page.row += 1
    page.skip()


def _core(page: TablePage[CoreRow], batch: Batch, officers: Sequence[OfficerResult], words: Mapping[str, Any]) -> None:
    _heading(page, words, place_of(page.columns, _SELF))
    page.title("TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ VÀ ĐỀ XUẤT MỨC XẾP LOẠI CHẤT LƯỢNG CÁN BỘ",
               f"{words['scope']} - {words['period']}")
    if words["provisional"]:
        page.text(words["provisional"], italic=True, align="center")
    page.header()
    page.numbers()
    rows = {officer.id: row for officer, row in zip(officers, words["rows"], strict=True)}
    number = 0
    for unit, members in wording.arranged(batch, officers):
        page.section(unit.name)
        for officer in members:
            number += 1
            page.line(CoreRow(number, rows[officer.id]))
    if not officers:
        page.text("Không có cán bộ trong phạm vi này.", italic=True)
    closing = page.row - 1
    page.skip()
    page.text(words["summary"], bold=True)
    page.skip()
    page.signature(place_of(page.columns, words["proposal_label"]),
                   (words["sign"]["authority"], words["sign"]["post"], words["sign"]["name"]),
                   ("NGƯỜI LẬP BIỂU", "(ký, ghi rõ họ và tên)"))
    page.keep_together(closing, page.row - 1)
    page.done()


def _own(book: TableBook, batch: Batch, officers: Sequence[OfficerResult], scope_title: str) -> None:
    page = book.page("Số liệu của đơn vị", OWN, size=10)
    page.title("SỐ LIỆU CỦA ĐƠN VỊ", f"{scope_title} - {batch.period.label}")
    page.text("Số liệu đơn vị và cá nhân đã khai; tỷ lệ tính từ danh mục nhiệm vụ ở Phụ lục 09 của đơn vị. Ô trống: chưa "
              "khai hoặc chưa đủ số liệu.", italic=True)
    page.header()
    for row in numbered(batch, wording.in_paper_order(batch, officers)):
        page.line(row)
    page.done()
