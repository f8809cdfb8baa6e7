"""danh-sach.xlsx: who needs a person's eyes, who is not evaluated, what is estimated, awaited, late; last quarter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from qeval_batch import messages
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import Flag, OfficerResult, Status, UnitResult
from qeval_batch.render import wording
from qeval_batch.render.counting import LEVELS, level_at
from qeval_batch.render.tables import claims
from qeval_batch.render.tables.columns import NUMBER, Column, Item, Numbered, numbered
from qeval_batch.render.tables.officers import WHO, OfficerColumns, OfficerRow
from qeval_batch.render.tables.projected import PROJECTED, projected
from qeval_batch.render.tables.style import TableBook
from qeval_batch.rules.deadlines import LATE, ON_THE_DAY
from qeval_batch.rules.late import concerned, lowered
from qeval_batch.rules.paper import PAPER_LATE, PAPER_MISSING
from qeval_batch.rules.replacement import ReplacementCase, replacement
from qeval_batch.rules.timeliness import MENDED_LATE, MISSING


@dataclass(frozen=True)
class OfficerList:
    """A sheet of officers: who stands in it, and what it tells of each."""

    name: str
    title: str
    chosen: Callable[[OfficerResult], bool]
    told: OfficerColumns


def needs_review(officer: OfficerResult) -> bool:
    """Whether the officer stands in `Cần xem xét`: by status, as one of a tie at the cut, or between two proposals."""
    return officer.status is Status.REVIEW or bool({Flag.TIED, Flag.PROPOSAL_DIFFERS} & set(officer.flags))


def _clauses(row: OfficerRow) -> str:
    steps = wording.reasons(row.item) or [step for step in row.item.steps if step.holds is None]
    return "\n".join(dict.fromkeys(step.citation for step in steps if step.citation))


def _doubts(row: OfficerRow) -> str:
    texts = [wording.programs_reason(row.batch, row.item)]
    if Flag.PROPOSAL_DIFFERS in row.item.flags:
        texts.append(messages.words()["flag"][Flag.PROPOSAL_DIFFERS.value])
    return "\n".join(dict.fromkeys(text for text in texts if text))


_STATUS: Column[OfficerRow] = Column("Tình trạng", 14, "center", of=lambda row: wording.status(row.item))
_REASONS: OfficerColumns = (
    Column("Lý do", 60, of=lambda row: "\n".join(step.text for step in wording.reasons(row.item))),
    Column("Căn cứ", 15, "center", of=_clauses))
REVIEW = OfficerList("Cần xem xét", "Trường hợp cần xem xét: cấp có thẩm quyền quyết định", needs_review, (
    Column("Điểm sử dụng", 9, "score", of=lambda row: row.item.used_score),
    Column("Đơn vị đề xuất", 9, "center", of=lambda row: wording.level_short(row.item.levels.unit)),
    Column("Khả năng", 10, "center", of=lambda row: wording.levels_either(row.item.possible)),
    Column("Lý do", 40, of=_doubts),
    Column("Trả lời nào dẫn đến mức nào", 40, of=lambda row: wording.answers(row.item) or None),
    Column("Căn cứ", 12, "center", of=_clauses)))
DEFERRED = OfficerList("Chưa đánh giá", "Cán bộ chưa đánh giá trong quý, chuyển sang quý sau",
                       lambda item: item.status is Status.DEFERRED, _REASONS)
EXCLUDED = OfficerList("Không đánh giá quý", "Cán bộ không đánh giá hằng quý",
                       lambda item: item.status is Status.EXCLUDED, _REASONS)
WAITING = OfficerList(
    "Đang chờ", "Cán bộ đang chờ, và chờ ai", lambda item: item.status is Status.PENDING or bool(item.waits_for), (
        _STATUS, Column("Mức tính lại", 9, "center", of=lambda row: wording.level_short(row.item.levels.computed)),
        Column("Chờ", 46, of=lambda row: wording.waits(row.item) or wording.programs_reason(row.batch, row.item))))
LACKING = OfficerList(
    "Chưa nộp, chưa đủ dữ liệu", "Cán bộ chưa nộp hoặc chưa đủ dữ liệu",
    lambda item: item.status in (Status.MISSING, Status.INSUFFICIENT),
    (_STATUS, Column("Lý do", 52, of=lambda row: wording.programs_reason(row.batch, row.item))))


@dataclass(frozen=True)
class AgainstLast:
    """This quarter's level beside the last one's; either may not be there."""

    before: int | None
    now: int | None

    @property
    def word(self) -> str | None:
        if self.before is None or self.now is None:
            return None
        return "Giữ nguyên" if self.now == self.before else "Tăng" if self.now < self.before else "Giảm"

    @property
    def note(self) -> str | None:
        if self.before is None:
            return "Chưa có mức quý trước"
        if self.before == self.now == LEVELS[-1]:
            return "Hai quý liên tiếp: xem danh sách Thay thế"
        steps = abs(self.now - self.before) if self.now is not None else 0
        return f"{self.word} {steps} mức" if steps > 1 else None


def _change(row: OfficerRow) -> AgainstLast:
    known = row.batch.roster.officers.get(row.item.id)
    return AgainstLast(known.previous_level if known else None, level_at(row.item, "proposed"))


def _now(row: OfficerRow) -> str:
    return wording.level_short(level_at(row.item, "proposed")) or wording.standing(row.batch, row.item)


def against_last(batch: Batch) -> OfficerList:
    """Everybody's level beside last quarter's."""
    return OfficerList("So với quý trước", f"So với {batch.period.previous().label}", lambda item: True, (
        Column("Quý trước", 12, "center", of=lambda row: wording.level_short(_change(row).before)),
        Column("Quý này (đề xuất)", 14, "center", of=_now),
        Column("So sánh", 12, "center", of=lambda row: _change(row).word),
        Column("Ghi chú", 24, of=lambda row: _change(row).note)))


def to_replace(batch: Batch, officer: OfficerResult) -> ReplacementCase | None:
    """Where two quarters at level 4 put the officer (R73): the last one by the roster, this one as proposed."""
    known = batch.roster.officers.get(officer.id)
    before = known.previous_level if known else None
    return replacement([before], level_at(officer, "proposed"), officer.possible)


def _replaced(row: OfficerRow) -> str:
    found = to_replace(row.batch, row.item)
    return messages.words()["replacement"][found.value] if found else ""


def replacements(batch: Batch) -> OfficerList:
    """Whom two consecutive quarters at level 4 concern (LD IX.2)."""
    return OfficerList(
        "Thay thế", "Không hoàn thành nhiệm vụ từ 02 quý liên tiếp trở lên: đề nghị thay thế",
        lambda item: to_replace(batch, item) is not None, (
            Column("Quý trước", 12, "center", of=lambda row: wording.level_short(_change(row).before)),
            Column("Quý này (đề xuất)", 16, "center", of=_now),
            Column("Đề nghị", 34, of=_replaced)))


# --- Timeliness ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Concerned:
    """A late unit's collective (``officer`` None), or an officer of it, with the level held today."""

    batch: Batch
    unit: UnitResult
    officer: OfficerResult | None
    level: int | None

    @property
    def held(self) -> str:
        return wording.level_short(self.level) or \
            (wording.standing(self.batch, self.officer) if self.officer else "Chưa có")

    @property
    def lower(self) -> str:
        return "" if self.level is None else wording.level_short(lowered(self.level, self.batch.spec.policy))


def _of_unit(value: Callable[[UnitResult], str | None]) -> Callable[[Numbered[Concerned]], str | None]:
    """What is said once, beside the collective."""
    return lambda row: None if row.item.officer else value(row.item.unit)


def _why(unit: UnitResult) -> str:
    return " ".join(step.text for step in unit.timeliness_steps if step.rule in ("R62", "R60"))


def _place(row: Numbered[Concerned]) -> str:
    who = row.item
    return wording.post_and_unit(row.batch, who.officer) if who.officer else wording.unit_name(row.batch, who.unit.id)


LATE_COLUMNS: tuple[Column[Numbered[Concerned]], ...] = (
    NUMBER, Column("Mã", 9, "center", of=lambda row: (row.item.officer or row.item.unit).id),
    Column("Tập thể, cá nhân", 24, of=lambda row: row.item.officer.name if row.item.officer else "Tập thể"),
    Column("Chức vụ, đơn vị công tác", 30, of=_place),
    Column("Đủ hồ sơ lúc", 15, "center", of=_of_unit(lambda unit: wording.moment(unit.complete_at) or "Chưa đủ")),
    Column("Theo", 12, "center", of=_of_unit(lambda unit: wording.source(unit.received_source))),
    Column("Mức hiện nay", 12, "center", of=lambda row: row.item.held),
    Column("Nếu hạ mức", 11, "center", of=lambda row: row.item.lower),
    Column("Ghi chú", 34, of=_of_unit(_why)))
NEAR_COLUMNS: tuple[Column[Numbered[UnitResult]], ...] = (
    NUMBER, Column("Mã", 9, "center", of=lambda row: row.item.id),
    Column("Đơn vị", 34, of=lambda row: wording.unit_name(row.batch, row.item.id)),
    Column("Tình trạng", 20, "center", of=lambda row: wording.timeliness(row.item.timeliness)),
    Column("Đủ hồ sơ lúc", 15, "center", of=lambda row: wording.moment(row.item.complete_at)),
    Column("Theo", 12, "center", of=lambda row: wording.source(row.item.received_source)),
    Column("Diễn biến", 52, of=lambda row: _why(row.item)))
PAPER_COLUMNS: tuple[Column[Numbered[UnitResult]], ...] = (
    NUMBER, Column("Mã", 9, "center", of=lambda row: row.item.id),
    Column("Đơn vị", 34, of=lambda row: wording.unit_name(row.batch, row.item.id)),
    Column("Bản giấy", 14, "center", of=lambda row: wording.paper(row.item.paper)),
    Column("Bản giấy đủ lúc", 15, "center", of=lambda row: wording.moment(row.item.paper_at)),
    Column("Bản điện tử", 20, "center", of=lambda row: wording.timeliness(row.item.timeliness)),
    Column("Bản điện tử đủ lúc", 15, "center", of=lambda row: wording.moment(row.item.complete_at)))
_SPARED = (Status.EXCLUDED, Status.DEFERRED)


def late_rows(batch: Batch) -> Iterator[Concerned]:
    """Each late unit, its collective first, then everybody of it whom Ban Thường vụ or a lower level decides on (R62).

    The collective's level is what a competent body gave it; an officer's is the one proposed. Nothing is applied.
    """
    for unit in (item for item in batch.result.units if item.timeliness == LATE):
        record = batch.records.get(unit.id)
        yield Concerned(batch, unit, None, record.collective.level if record and record.collective else None)
        members = [item for item in batch.result.officers if item.unit == unit.id and item.status not in _SPARED
                   and concerned(item)]
        for officer in wording.in_paper_order(batch, members):
            yield Concerned(batch, unit, officer, level_at(officer, "proposed"))


def near_rows(batch: Batch) -> Iterator[UnitResult]:
    """Units complete on the day itself, or in time and mended after it: told apart from late, without consequence."""
    return (unit for state in (ON_THE_DAY, MENDED_LATE) for unit in batch.result.units if unit.timeliness == state)


def paper_rows(batch: Batch) -> Iterator[UnitResult]:
    """Units of which something came and whose paper is late or missing: never silently late (R60)."""
    return (unit for unit in batch.result.units
            if unit.paper in (PAPER_LATE, PAPER_MISSING) and unit.timeliness != MISSING)


# --- The workbook ----------------------------------------------------------------------------------------------------
def lists(batch: Batch) -> bytes:
    """One sheet per list; an empty list says so."""
    book = TableBook(batch.as_of, f"Các danh sách - {batch.period.label}")
    everybody = wording.in_paper_order(batch, batch.result.listed)

    def of_officers(found: OfficerList) -> None:
        _sheet(book, batch, found.name, found.title, (*WHO, *found.told), filter(found.chosen, everybody))

    for found in (REVIEW, DEFERRED, EXCLUDED):
        of_officers(found)
    _sheet(book, batch, "Ước", "Số liệu ước đến cuối quý, phải xác nhận trong báo cáo kết quả", PROJECTED,
           projected(batch))
    _sheet(book, batch, claims.SHEET, claims.TITLE, claims.CLAIMS, claims.claim_lines(batch))
    for found in (WAITING, LACKING):
        of_officers(found)
    _sheet(book, batch, "Hồ sơ nộp chậm",
           "Hồ sơ nộp chậm: mức thấp hơn để cấp có thẩm quyền xem xét, không tự áp dụng", LATE_COLUMNS, late_rows(batch))
    _sheet(book, batch, "Sát hạn, bổ sung sau hạn", "Hồ sơ sát hạn; hồ sơ đúng hạn, bổ sung sau hạn (không phải nộp chậm)",
           NEAR_COLUMNS, near_rows(batch))
    _sheet(book, batch, "Bản giấy chậm, thiếu", "Bản giấy của hồ sơ nộp chậm hoặc chưa đủ (theo sổ nhận)", PAPER_COLUMNS,
           paper_rows(batch))
    of_officers(replacements(batch))
    of_officers(against_last(batch))
    return book.close()


def _sheet(book: TableBook, batch: Batch, name: str, title: str, columns: Sequence[Column[Numbered[Item]]],
           items: Iterable[Item]) -> None:
    page = book.page(name, columns)
    page.title(title.upper(), wording.sentence(batch.period.label))
    page.header()
    rows = list(numbered(batch, items))
    for row in rows:
        page.line(row)
    if not rows:
        page.text("Không có trường hợp nào.", italic=True)
    page.skip()
    page.text(f"Tổng số: {len(rows)}.", bold=True)
    page.done()
