"""Mẫu 8 as a workbook (for class BCT-BBT the same as Mẫu 6): a core to print and sign, and every stage side by side."""

from __future__ import annotations

from collections.abc import Sequence

from qeval_batch.batch import Batch
from qeval_batch.render import wording
from qeval_batch.render.style import Book, Column, Page, Value, ratio
from qeval_batch.results import Flag, OfficerResult, Status

CORE = (
    Column("STT", 6, "center"), Column("Họ và tên", 22), Column("Chức vụ, đơn vị công tác", 27),
    Column("Cá nhân tự đề xuất mức xếp loại", 17), Column("Cấp có thẩm quyền đề xuất mức xếp loại", 17),
    Column("Tóm tắt căn cứ, cơ sở, lý do", 36), Column("Đề xuất nội dung liên quan công tác cán bộ", 17),
)
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
    Column("Máy tính", 8, "center", _LEVELS), Column("Đủ điều kiện", 8, "center", _LEVELS),
    Column("Đề xuất sau tỷ lệ", 8, "center", _LEVELS), Column("Ban Tổ chức", 8, "center", _LEVELS),
    Column("Quyết định", 8, "center", _LEVELS), Column("Quý trước", 8, "center", _LEVELS),
    Column("Phạm vi", 13, "center", _TASKS), Column("Nhiệm vụ giao", 8, "integer", _TASKS),
    Column("Hoàn thành %", 10, "percent", _TASKS), Column("Vượt mức %", 10, "percent", _TASKS),
    Column("Chậm %", 9, "percent", _TASKS),
    Column("Nhóm", 17, "text", _QUOTA), Column("Thứ tự", 7, "integer", _QUOTA),
    Column("Tối đa A (số HTT)", 8, "integer", _QUOTA), Column("Tối đa B (HTT và HTXS)", 9, "integer", _QUOTA),
    Column("Trạng thái", 12, "center", _NOTES), Column("Khả năng", 10, "center", _NOTES),
    Column("Đang chờ", 16, "text", _NOTES), Column("Cờ", 26, "text", _NOTES),
    Column("Tóm tắt căn cứ, lý do", 28, "text", _NOTES), Column("Số phát hiện", 7, "integer", _NOTES),
)
_SECTIONS = (11, 24)
_KEEP = 3


def mau8(batch: Batch, officers: Sequence[OfficerResult], scope_title: str, *, form: str = "Mẫu 8") -> bytes:
    """The summary of ``officers`` under ``scope_title`` (LD VII.2.2; Quy định 255, Mẫu 8). Renders with nobody too."""
    book = Book(batch.as_of, f"{form} - {scope_title} - {batch.period.label}")
    _core(book.page(f"{form} - bản in", CORE), batch, officers, scope_title, form)
    _working(book.page("Bảng theo dõi", WORKING, size=10, sections=_SECTIONS, keep=_KEEP), batch, officers, scope_title)
    return book.close()


def heading(page: Page, batch: Batch, split: int, form: str, place: str | None) -> None:
    """The head of a Party paper: issuer on the left of column ``split``, Party title on the right."""
    parent, issuer = wording.letterhead(batch)
    last = len(page.columns) - 1
    secrecy = str(batch.spec.policy.value("papers.secrecy") or "")
    rows = (
        ((parent, {"font_size": 14}), ("ĐẢNG CỘNG SẢN VIỆT NAM", {"font_size": 15, "bold": True, "underline": 1})),
        ((issuer, {"font_size": 14, "bold": True}), (form, {"font_size": 12, "italic": True})),
        (("*", {"font_size": 14}), (f"{place or wording.UNKNOWN}, ngày {wording.UNKNOWN} tháng {wording.UNKNOWN} "
                                    f"năm {batch.as_of.year}", {"font_size": 14, "italic": True})),
        ((secrecy, {"font_size": 14, "bold": True}), ("", {})),
    )
    for left, right in rows if secrecy else rows[:3]:
        page.sheet.set_row(page.row, 22)
        page.merged(left[0], 0, split - 1, grow=False, align="center", **left[1])
        page.merged(right[0], split, last, grow=False, align="center", **right[1])
        page.row += 1
    page.skip()


def sign(page: Page, batch: Batch, split: int, *papers: str) -> None:
    """The place to sign, right of column ``split``; what the roster leaves blank is left to the pen."""
    who = wording.signature(batch, *papers)
    page.skip()
    page.signature(split, (who.authority or "", who.post or "", who.name or "") if who else ("", "", ""))


def _core(page: Page, batch: Batch, officers: Sequence[OfficerResult], scope_title: str, form: str) -> None:
    signer = wording.signature(batch, "mau-8", "to-trinh-ban-thuong-vu")
    heading(page, batch, 3, form, signer.place if signer else None)
    page.title("TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ VÀ ĐỀ XUẤT MỨC XẾP LOẠI CHẤT LƯỢNG CÁN BỘ",
               f"{scope_title} - {batch.period.label}")
    note = wording.provisional([item for item in batch.result.groups if {officer.group for officer in officers} & {item.id}])
    if note:
        page.text(note, italic=True, align="center")
    page.header()
    page.numbers()
    listed = wording.graded_scope(officers)
    number = 0
    for unit, members in wording.arranged(batch, listed):
        page.section(unit.name)
        for officer in members:
            number += 1
            declared = wording.proposal(batch, officer)
            page.line((str(number), officer.name, wording.post(batch, officer),
                       wording.level(batch, officer.levels.self), wording.standing(batch, officer),
                       wording.summary(batch, officer), declared.personnel if declared else None))
    if not listed:
        page.text("Không có cán bộ trong phạm vi này.", italic=True)
    page.skip()
    page.text(f"Tổng số: {len(listed)} cán bộ.", bold=True)
    sign(page, batch, 4, "mau-8", "to-trinh-ban-thuong-vu")
    page.done()


def _working(page: Page, batch: Batch, officers: Sequence[OfficerResult], scope_title: str) -> None:
    page.text(f"BẢNG THEO DÕI TỪNG KHÂU - {scope_title} - {batch.period.label}", bold=True, font_size=13)
    page.text("Ô trống: khâu đó chưa có ý kiến hoặc chưa đủ số liệu. Tối đa A tính trên số HTT; tối đa B tính trên số "
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
    counts = officer.own_collective.counts if officer.own_collective else None
    base = counts.assigned - counts.excused if counts else 0
    levels = officer.levels
    return (
        str(number), officer.id, officer.name, wording.post_and_unit(batch, officer), "x" if officer.is_head else None,
        officer.authority_class,
        officer.workbook_total, officer.score.total if officer.score else None, officer.unit_score,
        officer.appraised_score, officer.used_score,
        *(wording.level_short(value) for value in (levels.self, levels.unit, levels.computed, levels.eligible,
                                                   levels.proposed, levels.btc, levels.decided,
                                                   known.previous_level if known else None)),
        {"unit": "Toàn đơn vị", "field": "Lĩnh vực"}[officer.own_collective.scope] if officer.own_collective else None,
        counts.assigned if counts else None,
        ratio(counts.done, base) if counts else None, ratio(counts.exceeded, base) if counts else None,
        ratio(counts.late, base) if counts else None,
        group.name if group else None, officer.rank,
        group.max_htt_only if group else None, group.max_htt_plus if group else None,
        wording.status(officer), wording.levels_either(officer.possible), wording.waits(officer),
        wording.flags(officer), wording.programs_reason(batch, officer), findings or None,
    )


def _shade(officer: OfficerResult) -> dict[str, str]:
    needs_eyes = officer.status is Status.REVIEW or {Flag.TIED, Flag.PROPOSAL_DIFFERS} & set(officer.flags)
    return {"bg_color": "#FFF2CC"} if needs_eyes else {}
