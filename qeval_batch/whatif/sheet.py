"""A trial as a workbook: who changes and why, each group before and after, the values that were tried."""

from __future__ import annotations

from pathlib import Path

from qeval_batch.core.decimals import vi_percent
from qeval_batch.render import wording
from qeval_batch.render.stage import staged
from qeval_batch.render.tables.style import SHADE_LOOK, Book, Column, Page
from qeval_batch.whatif import words
from qeval_batch.whatif.compare import Comparison, GroupChange

FILE = "thu-chinh-sach.xlsx"
_SIZE = 10
_OFFICERS = (
    Column("STT", 5, "integer"), Column("Mã", 8, "center"), Column("Họ và tên", 17), Column("Đơn vị", 18),
    Column("Nhóm", 6, "center"), Column("Điểm trước", 7, "score"), Column("Điểm sau", 7, "score"),
    Column("Mức tính lại", 8, "center"), Column("Mức dự kiến trước", 11, "center"),
    Column("Mức dự kiến sau", 11, "center"), Column("Lưu ý", 18), Column("Căn cứ thay đổi (trước → sau)", 62),
)
_POLICY = (Column("Nội dung", 36), Column("Đang áp dụng", 26), Column("Giá trị thử", 26),
           Column("Căn cứ", 14, "center"), Column("Lý do thử", 30), Column("Khóa trong tệp chính sách", 20))


def write(found: Comparison, target: Path) -> Path:
    """Put the workbook into ``target``, which is swapped in whole; the run's own outputs are never touched."""
    with staged(target) as folder:
        (folder / FILE).write_bytes(workbook(found))
    return target / FILE


def workbook(found: Comparison) -> bytes:
    """Sheets `Thay đổi`, `Theo nhóm`, `Chính sách`; equal bytes for equal trials."""
    book = Book(found.as_of, f"Thử chính sách - {found.period.label}")
    _officers(book.page("Thay đổi", _OFFICERS, size=_SIZE), found)
    _groups(book, found)
    _policy(book.page("Chính sách", _POLICY), found)
    return book.close()


def _head(page: Page, found: Comparison, title: str) -> None:
    page.title(title, wording.sentence(found.period.label))
    page.text(f"Thử chính sách, không phải kết quả đánh giá; tính đến {found.as_of:%d/%m/%Y %H:%M}. Mức là mức dự kiến "
              "đề xuất.", italic=True)


def _officers(page: Page, found: Comparison) -> None:
    _head(page, found, "CÁN BỘ THAY ĐỔI KHI ĐỔI CHÍNH SÁCH")
    page.text(f"{len(found.officers)} cán bộ đổi mức, tình trạng hoặc lưu ý; trong số còn lại, {found.scores} người đổi "
              f"điểm, {found.ranks} người đổi thứ tự. Phát hiện: thêm {found.findings_gained}, bớt "
              f"{found.findings_lost}.")
    if found.units:
        page.text(f"{len(found.units)} đơn vị đổi thời hạn nộp hồ sơ: {words.units(found.units)}.")
    page.header()
    for number, change in enumerate(found.officers, start=1):
        before, after = change.before, change.after
        shade = {"bg_color": SHADE_LOOK} if after.levels.proposed is None else {}
        page.line((number, after.id, after.name, wording.unit_name(found.after, after.unit), after.group,
                   before.used_score, after.used_score,
                   words.change(before.levels.computed, after.levels.computed), words.standing(found.before, before),
                   words.standing(found.after, after), "\n".join(words.flags(change)) or None,
                   "\n".join(words.reason(item) for item in change.reasons) or None), **shade)
    if not found.officers:
        page.text("Không cán bộ nào thay đổi.", italic=True)
    page.done()


def _groups(book: Book, found: Comparison) -> None:
    names = list(words.parts(found.total.counts_before))
    page = book.page("Theo nhóm", (
        Column("Mã", 7, "center"), Column("Nhóm tương đồng", 30), Column("Tỷ lệ", 8, "center"), Column("N", 8, "center"),
        Column("Tối đa A (số HTT)", 9, "center"), Column("Tối đa B (HTT và HTXS)", 10, "center"),
        Column("Đang áp dụng", 10, "center"), *(Column(name, 9, "center") for name in names)), size=_SIZE)
    _head(page, found, "SỐ LƯỢNG THEO NHÓM, TRƯỚC VÀ SAU")
    page.text("Hai số nối bằng mũi tên là trước và sau; một số là không đổi. Nhóm tô nền là nhóm có thay đổi.",
              italic=True)
    page.header()
    for group in (*found.groups, found.total):
        look = {"bg_color": SHADE_LOOK} if group.id and group.differs else {"bold": True} if not group.id else {}
        page.line(_group(group, names), **look)
    page.done()


def _group(group: GroupChange, names: list[str]) -> tuple[str | None, ...]:
    one, two = words.parts(group.counts_before), words.parts(group.counts_after)
    before, after = group.before, group.after
    figures: tuple[str | None, ...] = (None,) * 5
    if before is not None and after is not None:
        rates = dict.fromkeys((vi_percent(before.rate, 1), vi_percent(after.rate, 1)))
        figures = (" → ".join(rates), words.change(before.n, after.n),
                   words.change(before.max_htt_only, after.max_htt_only),
                   words.change(before.max_htt_plus, after.max_htt_plus),
                   words.change(wording.binding_maximum(before), wording.binding_maximum(after)))
    return (group.id, group.name, *figures, *(words.change(one[name], two[name]) for name in names))


def _policy(page: Page, found: Comparison) -> None:
    _head(page, found, "GIÁ TRỊ CHÍNH SÁCH ĐÃ THỬ")
    page.header()
    for item in found.replaced:
        page.line((item.description, *words.differing(found.before.spec, item), item.citation, item.reason or None,
                   item.key))
    page.done()
