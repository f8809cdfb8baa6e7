"""Mẫu 8 as a workbook (for class BCT-BBT the same as Mẫu 6): a core to print and sign, and every stage side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qeval_batch.model.batch import Batch
from qeval_batch.model.results import Flag, OfficerResult, Status
from qeval_batch.render import wording
from qeval_batch.render.tables.style import Book, Column, Page, Value, ratio

CORE = (
    Column("STT", 5, "center"), Column("Họ và tên", 20), Column("Chức vụ, đơn vị công tác", 25),
    Column("Cá nhân tự đề xuất mức xếp loại", 15, "center"),
    Column("Cấp có thẩm quyền đề xuất mức xếp loại", 17, "center"),
    Column("Tóm tắt căn cứ, cơ sở, lý do", 56), Column("Đề xuất nội dung liên quan công tác cán bộ", 15),
)
_PROPOSAL = 4
_WHO, _SCORES, _LEVELS = "Cán bộ", "Điểm", "Mức xếp loại theo từng khâu"
_TASKS, _QUOTA, _NOTES = "Tập thể, lĩnh vực phụ trách", "Nhóm tương đồng và tỷ lệ", "Trạng thái và lưu ý"
WORKING = (
    Column("STT", 5, "center", _WHO), Column("Mã", 9, "center", _WHO), Column("Họ và tên", 20, "text", _WHO),
    Column("Chức vụ, đơn vị công tác", 26, "text", _WHO), Column("Đứng đầu", 7, "center", _WHO),
    Column("Diện quản lý", 10, "center", _WHO),
    Column("Tự chấm (trong tệp)", 9, "score", _SCORES), Column("Tính lại", 8, "score", _SCORES),
    Column("Đơn vị thẩm định", 8, "score", _SCORES), Column("Ban Tổ chức thẩm định", 9, "score", _SCORES),
    Column("Sử dụng", 8, "score", _SCORES),
    Column("Tự đề xuất", 8, "center", _LEVELS), Column("Đơn vị đề xuất", 8, "center", _LEVELS),
    Column("Tính lại", 8, "center", _LEVELS), Column("Đủ điều kiện", 8, "center", _LEVELS),
    Column("Đề xuất sau tỷ lệ", 8, "center", _LEVELS), Column("Ban Tổ chức", 8, "center", _LEVELS),
    Column("Quyết định", 8, "center", _LEVELS), Column("Quý trước", 8, "center", _LEVELS),
    Column("Phạm vi", 13, "center", _TASKS), Column("Nhiệm vụ giao", 8, "integer", _TASKS),
    Column("Hoàn thành %", 10, "percent", _TASKS), Column("Vượt mức %", 10, "percent", _TASKS),
    Column("Chậm %", 9, "percent", _TASKS),
    Column("Nhóm", 17, "text", _QUOTA), Column("Thứ tự", 7, "integer", _QUOTA),
    Column("Tối đa A (số HTT)", 8, "integer", _QUOTA), Column("Tối đa B (HTT và HTXS)", 9, "integer", _QUOTA),
    Column("Trạng thái", 12, "center", _NOTES), Column("Khả năng", 10, "center", _NOTES),
    Column("Đang chờ", 16, "text", _NOTES), Column("Lưu ý", 26, "text", _NOTES),
    Column("Tóm tắt căn cứ, lý do", 28, "text", _NOTES), Column("Nhận xét của đơn vị cũ", 26, "text", _NOTES),
    Column("Số phát hiện", 7, "integer", _NOTES),
)
_SECTIONS = (11, 24)
_KEEP = 3
# A unit's own sheet: only what it declared itself and what follows from its own task list.
OWN = (
    Column("STT", 5, "center"), Column("Mã", 9, "center"), Column("Họ và tên", 21), Column("Chức vụ", 27),
    Column("Điểm tự chấm (trong tệp)", 10, "score"), Column("Điểm đơn vị thẩm định", 10, "score"),
    Column("Cá nhân tự đề xuất", 11, "center"), Column("Đơn vị đề xuất", 11, "center"),
    Column("Tập thể, lĩnh vực phụ trách", 13, "center"), Column("Nhiệm vụ giao", 9, "integer"),
    Column("Hoàn thành %", 10, "percent"), Column("Vượt mức %", 10, "percent"), Column("Chậm %", 9, "percent"),
)


def mau8(batch: Batch, officers: Sequence[OfficerResult], words: Mapping[str, Any], *, by_unit: bool = False) -> bytes:
    """The summary of ``officers`` (LD VII.2.2; Quy định 255, Mẫu 8). Renders with nobody too.

    ``words``: what the paper says of those of ``officers`` in its scope, as ``letters.forms.mau8`` gives it to the Word
    paper, so that the two never differ. ``by_unit``: a unit's own paper, without a figure of the program or of another unit.
    """
    listed, scope_title = wording.graded_scope(officers), words["scope"]
    form = words["form_name"]
    book = Book(batch.as_of, f"{form} - {scope_title} - {batch.period.label}")
    _core(book.page(f"{form} - bản in", _core_columns(words)), batch, listed, words)
    if by_unit:
        _own(book.page("Số liệu của đơn vị", OWN, size=10), batch, listed, scope_title)
    else:
        _working(book.page("Bảng theo dõi", WORKING, size=10, sections=_SECTIONS, keep=_KEEP), batch, officers,
                 scope_title)
    return book.close()


def _core_columns(words: Mapping[str, Any]) -> tuple[Column, ...]:
    return tuple(replace(item, title=words["proposal_label"]) if index == _PROPOSAL else item
                 for index, item in enumerate(CORE))


def _heading(page: Page, words: Mapping[str, Any], split: int) -> None:
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


def _core(page: Page, batch: Batch, officers: Sequence[OfficerResult], words: Mapping[str, Any]) -> None:
    _heading(page, words, 3)
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
            row = rows[officer.id]
            page.line((str(number), row["name"], row["post"], row["self"], row["proposed"], row["reason"],
                       row["personnel"]))
    if not officers:
        page.text("Không có cán bộ trong phạm vi này.", italic=True)
    closing = page.row - 1
    page.skip()
    page.text(words["summary"], bold=True)
    page.skip()
    page.signature(4, (words["sign"]["authority"], words["sign"]["post"], words["sign"]["name"]),
                   ("NGƯỜI LẬP BIỂU", "(ký, ghi rõ họ và tên)"))
    page.keep_together(closing, page.row - 1)
    page.done()


def _own(page: Page, batch: Batch, officers: Sequence[OfficerResult], scope_title: str) -> None:
    page.title("SỐ LIỆU CỦA ĐƠN VỊ", f"{scope_title} - {batch.period.label}")
    page.text("Số liệu đơn vị và cá nhân đã khai; tỷ lệ tính từ danh mục nhiệm vụ ở Phụ lục 09 của đơn vị. Ô trống: chưa "
              "khai hoặc chưa đủ số liệu.", italic=True)
    page.header()
    for number, officer in enumerate(wording.in_paper_order(batch, officers), start=1):
        page.line((str(number), officer.id, officer.name, wording.post(batch, officer), officer.workbook_total,
                   officer.unit_score, wording.level_short(officer.levels.self),
                   wording.level_short(officer.levels.unit), *_tasks(officer)))
    page.done()


def _tasks(officer: OfficerResult) -> tuple[Value, ...]:
    """Scope and counts of the own collective; blank where there is none."""
    own = officer.own_collective
    if own is None:
        return (None,) * 5
    counts = own.counts
    base = counts.assigned - counts.excused
    return (_SCOPES[own.scope], counts.assigned, ratio(counts.done, base), ratio(counts.exceeded, base),
            ratio(counts.late, base))


_SCOPES = {"unit": "Toàn đơn vị", "field": "Lĩnh vực"}


def _working(page: Page, batch: Batch, officers: Sequence[OfficerResult], scope_title: str) -> None:
    page.text(f"BẢNG THEO DÕI TỪNG KHÂU - {scope_title} - {batch.period.label}", bold=True, font_size=13)
    page.text("Chỉ dùng trong Ban Tổ chức. Ô trống: khâu đó chưa có ý kiến hoặc chưa đủ số liệu. Tối đa A tính trên số HTT; tối đa B tính trên số "
              "HTT và HTXS.", italic=True)
    page.header()
    counts: dict[str, int] = {}
    for item in batch.result.findings:
        if item.where.officer:
            counts[item.where.officer] = counts.get(item.where.officer, 0) + 1
    for number, officer in enumerate(wording.in_paper_order(batch, officers), start=1):
        page.line(_stages(batch, officer, number, counts.get(officer.id, 0)), **_shade(officer))
    page.sheet.autofilter(page.row - max(len(officers), 1) - 1, 0, max(page.row - 1, 0), len(WORKING) - 1)
    page.done()


def _stages(batch: Batch, officer: OfficerResult, number: int, findings: int) -> tuple[Value, ...]:
    group = next((item for item in batch.result.groups if item.id == officer.group), None)
    known = batch.roster.officers.get(officer.id)
    levels = officer.levels
    return (
        str(number), officer.id, officer.name, wording.post_and_unit(batch, officer), "x" if officer.is_head else None,
        officer.authority_class,
        officer.workbook_total, officer.score.total if officer.score else None, officer.unit_score,
        officer.appraised_score, officer.used_score,
        *(wording.level_short(value) for value in (levels.self, levels.unit, levels.computed, levels.eligible,
                                                   levels.proposed, levels.btc, levels.decided,
                                                   known.previous_level if known else None)),
        *_tasks(officer),
        group.name if group else None, officer.rank,
        group.max_htt_only if group else None, group.max_htt_plus if group else None,
        wording.status(officer), wording.levels_either(officer.possible), wording.waits(officer),
        wording.flags(officer), wording.programs_reason(batch, officer), wording.former_opinions(batch, officer),
        findings or None,
    )


def _shade(officer: OfficerResult) -> dict[str, str]:
    needs_eyes = officer.status is Status.REVIEW or {Flag.TIED, Flag.PROPOSAL_DIFFERS} & set(officer.flags)
    return {"bg_color": "#FFF2CC"} if needs_eyes else {}
