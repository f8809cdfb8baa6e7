"""The working sheet of Mẫu 8: every stage of every officer side by side, for Ban Tổ chức alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qeval_batch.model.batch import Batch
from qeval_batch.model.results import GroupResult, Levels, OfficerResult
from qeval_batch.model.roster import Officer
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import Column, TableValue
from qeval_batch.render.tables.lists import needs_review
from qeval_batch.render.tables.style import SHADE_LOOK, TableBook
from qeval_batch.render.tables.tasks import task_columns

_WHO, _SCORES, _LEVELS = "Cán bộ", "Điểm", "Mức xếp loại theo từng khâu"
_TASKS, _QUOTA, _NOTES = "Tập thể, lĩnh vực phụ trách", "Nhóm tương đồng và tỷ lệ", "Trạng thái và lưu ý"
# Three pages wide: who and the scores, the levels with the tasks behind them, the group with the notes.
_FURTHER_PAGES = (_LEVELS, _QUOTA)


@dataclass(frozen=True)
class WorkingRow:
    """An officer with what stands elsewhere: the group, the roster's line, how many findings name him."""

    batch: Batch
    number: int
    officer: OfficerResult
    group: GroupResult | None
    known: Officer | None
    findings: int


def _level(title: str, at: Callable[[Levels], int | None]) -> Column[WorkingRow]:
    return Column(title, 8, "center", _LEVELS, of=lambda row: wording.level_short(at(row.officer.levels)))


def _officer(row: WorkingRow) -> OfficerResult:
    return row.officer


def _previous(row: WorkingRow) -> TableValue:
    return wording.level_short(row.known.previous_level if row.known else None)


WORKING: tuple[Column[WorkingRow], ...] = (
    Column("STT", 5, "center", _WHO, kept=True, of=lambda row: str(row.number)),
    Column("Mã", 9, "center", _WHO, kept=True, of=lambda row: row.officer.id),
    Column("Họ và tên", 20, "text", _WHO, kept=True, of=lambda row: row.officer.name),
    Column("Chức vụ, đơn vị công tác", 26, "text", _WHO, of=lambda row: wording.post_and_unit(row.batch, row.officer)),
    Column("Đứng đầu", 7, "center", _WHO, of=lambda row: "x" if row.officer.is_head else None),
    Column("Diện quản lý", 10, "center", _WHO, of=lambda row: row.officer.authority_class),
    Column("Tự chấm (trong tệp)", 9, "score", _SCORES, of=lambda row: row.officer.workbook_total),
    Column("Tính lại", 8, "score", _SCORES, of=lambda row: row.officer.score.total if row.officer.score else None),
    Column("Đơn vị thẩm định", 8, "score", _SCORES, of=lambda row: row.officer.unit_score),
    Column("Ban Tổ chức thẩm định", 9, "score", _SCORES, of=lambda row: row.officer.appraised_score),
    Column("Sử dụng", 8, "score", _SCORES, of=lambda row: row.officer.used_score),
    _level("Tự đề xuất", lambda levels: levels.self),
    _level("Đơn vị đề xuất", lambda levels: levels.unit),
    _level("Tính lại", lambda levels: levels.computed),
    _level("Đủ điều kiện", lambda levels: levels.eligible),
    _level("Đề xuất sau tỷ lệ", lambda levels: levels.proposed),
    _level("Ban Tổ chức", lambda levels: levels.btc),
    _level("Quyết định", lambda levels: levels.decided),
    Column("Quý trước", 8, "center", _LEVELS, of=_previous),
    *task_columns(_officer, "Phạm vi", _TASKS),
    Column("Nhóm", 17, "text", _QUOTA, of=lambda row: row.group.name if row.group else None),
    Column("Thứ tự", 7, "integer", _QUOTA, of=lambda row: row.officer.rank),
    Column("Tối đa A (số HTT)", 8, "integer", _QUOTA, of=lambda row: row.group.max_htt_only if row.group else None),
    Column("Tối đa B (HTT và HTXS)", 9, "integer", _QUOTA,
           of=lambda row: row.group.max_htt_plus if row.group else None),
    Column("Trạng thái", 12, "center", _NOTES, of=lambda row: wording.status(row.officer)),
    Column("Khả năng", 10, "center", _NOTES, of=lambda row: wording.levels_either(row.officer.possible)),
    Column("Đang chờ", 16, "text", _NOTES, of=lambda row: wording.waits(row.officer)),
    Column("Lưu ý", 26, "text", _NOTES, of=lambda row: wording.flags(row.officer)),
    Column("Tóm tắt căn cứ, lý do", 28, "text", _NOTES, of=lambda row: wording.programs_reason(row.batch, row.officer)),
    Column("Nhận xét của đơn vị cũ", 26, "text", _NOTES,
           of=lambda row: wording.former_opinions(row.batch, row.officer)),
    Column("Số phát hiện", 7, "integer", _NOTES, of=lambda row: row.findings or None),
)


def working(book: TableBook, batch: Batch, officers: Sequence[OfficerResult], scope_title: str) -> None:
    """Append the sheet; who needs a person's eyes is shaded."""
    page = book.page("Bảng theo dõi", WORKING, size=10, sections=_FURTHER_PAGES)
    page.text(f"BẢNG THEO DÕI TỪNG KHÂU - {scope_title} - {batch.period.label}", bold=True, font_size=13)
    page.text("Chỉ dùng trong Ban Tổ chức. Ô trống: khâu đó chưa có ý kiến hoặc chưa đủ số liệu. Tối đa A tính trên số "
              "HTT; tối đa B tính trên số HTT và HTXS.", italic=True)
    page.header()
    groups = {group.id: group for group in batch.result.groups}
    findings = Counter(item.where.officer for item in batch.result.findings)
    for number, officer in enumerate(wording.in_paper_order(batch, officers), start=1):
        row = WorkingRow(batch, number, officer, groups.get(officer.group or ""), batch.roster.officers.get(officer.id),
                         findings[officer.id])
        page.line(row, **({"bg_color": SHADE_LOOK} if needs_review(officer) else {}))
    page.sheet.autofilter(page.row - max(len(officers), 1) - 1, 0, max(page.row - 1, 0), len(WORKING) - 1)
    page.done()
