"""danh-sach.xlsx: who needs a person's eyes, who is not evaluated, what is estimated or awaited, last quarter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qeval_batch.core.cells import CellRef
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import Flag, OfficerResult, Status
from qeval_batch.render import wording
from qeval_batch.render.tables.counting import level_at
from qeval_batch.render.tables.late import LATE_COLUMNS, NEAR_COLUMNS, late_rows, near_rows
from qeval_batch.render.tables.style import Book, Column, Value

_WHO = (Column("STT", 5, "center"), Column("Mã", 9, "center"), Column("Họ và tên", 21),
        Column("Chức vụ, đơn vị công tác", 30))
Rows = Sequence[tuple[Value, ...]]


def lists(batch: Batch) -> bytes:
    """One sheet per list; an empty list says so."""
    book = Book(batch.as_of, f"Các danh sách - {batch.period.label}")
    everybody = wording.in_paper_order(batch, batch.result.officers)
    _sheet(book, batch, "Cần xem xét", "Trường hợp cần xem xét: cấp có thẩm quyền quyết định", (
        *_WHO, Column("Điểm sử dụng", 9, "score"), Column("Đơn vị đề xuất", 9, "center"),
        Column("Khả năng", 10, "center"), Column("Lý do", 40), Column("Trả lời nào dẫn đến mức nào", 40),
        Column("Căn cứ", 12, "center")),
        [_review(batch, item) for item in everybody if needs_review(item)])
    _sheet(book, batch, "Chưa đánh giá", "Cán bộ chưa đánh giá trong quý, chuyển sang quý sau", (
        *_WHO, Column("Lý do", 60), Column("Căn cứ", 15, "center")),
        [_reason(batch, item) for item in everybody if item.status is Status.DEFERRED])
    _sheet(book, batch, "Không đánh giá quý", "Cán bộ không đánh giá hằng quý", (
        *_WHO, Column("Lý do", 60), Column("Căn cứ", 15, "center")),
        [_reason(batch, item) for item in everybody if item.status is Status.EXCLUDED])
    _sheet(book, batch, "Ước", "Số liệu ước đến cuối quý, phải xác nhận trong báo cáo kết quả", (
        Column("STT", 5, "center"), Column("Đơn vị", 24), Column("Cán bộ", 21), Column("Loại", 12, "center"),
        Column("Nhiệm vụ, sản phẩm", 36), Column("Thời hạn", 11, "center"), Column("Tệp", 20),
        Column("Trang tính", 12, "center"), Column("Dòng", 7, "integer")),
        list(_projected(batch)))
    _sheet(book, batch, "Đang chờ", "Cán bộ đang chờ, và chờ ai", (
        *_WHO, Column("Tình trạng", 14, "center"), Column("Mức tính lại", 9, "center"), Column("Chờ", 46)),
        [(item.id, item.name, wording.post_and_unit(batch, item), wording.status(item),
          wording.level_short(item.levels.computed), wording.waits(item) or wording.programs_reason(batch, item))
         for item in everybody if item.status is Status.PENDING or item.waits_for])
    _sheet(book, batch, "Chưa nộp, chưa đủ dữ liệu", "Cán bộ chưa nộp hoặc chưa đủ dữ liệu", (
        *_WHO, Column("Tình trạng", 14, "center"), Column("Lý do", 52)),
        [(item.id, item.name, wording.post_and_unit(batch, item), wording.status(item),
          wording.programs_reason(batch, item))
         for item in everybody if item.status in (Status.MISSING, Status.INSUFFICIENT)])
    _sheet(book, batch, "Hồ sơ nộp chậm",
           "Hồ sơ nộp chậm: mức thấp hơn để cấp có thẩm quyền xem xét, không tự áp dụng", LATE_COLUMNS,
           list(late_rows(batch)))
    _sheet(book, batch, "Sát hạn, bổ sung sau hạn", "Hồ sơ sát hạn; hồ sơ đúng hạn, bổ sung sau hạn (không phải nộp chậm)",
           NEAR_COLUMNS, list(near_rows(batch)))
    _sheet(book, batch, "So với quý trước", f"So với {batch.period.previous().label}", (
        *_WHO, Column("Quý trước", 12, "center"), Column("Quý này (đề xuất)", 14, "center"),
        Column("So sánh", 12, "center"), Column("Ghi chú", 24)),
        [_compared(batch, item) for item in everybody])
    return book.close()


def needs_review(officer: OfficerResult) -> bool:
    """Whether the officer stands in `Cần xem xét`: by status, as one of a tie at the cut, or between two proposals."""
    return officer.status is Status.REVIEW or bool({Flag.TIED, Flag.PROPOSAL_DIFFERS} & set(officer.flags))


def _sheet(book: Book, batch: Batch, name: str, title: str, columns: tuple[Column, ...], rows: Rows) -> None:
    page = book.page(name, columns)
    page.title(title.upper(), wording.sentence(batch.period.label))
    page.header()
    for number, row in enumerate(rows, start=1):
        page.line((str(number), *row))
    if not rows:
        page.text("Không có trường hợp nào.", italic=True)
    page.skip()
    page.text(f"Tổng số: {len(rows)}.", bold=True)
    page.done()


def _review(batch: Batch, officer: OfficerResult) -> tuple[Value, ...]:
    texts = [wording.programs_reason(batch, officer)]
    if Flag.PROPOSAL_DIFFERS in officer.flags:
        texts.append(_flag_words(Flag.PROPOSAL_DIFFERS))
    return (officer.id, officer.name, wording.post_and_unit(batch, officer), officer.used_score,
            wording.level_short(officer.levels.unit), wording.levels_either(officer.possible),
            "\n".join(dict.fromkeys(text for text in texts if text)), wording.answers(officer) or None,
            _clauses(officer))


def _reason(batch: Batch, officer: OfficerResult) -> tuple[Value, ...]:
    return (officer.id, officer.name, wording.post_and_unit(batch, officer),
            "\n".join(step.text for step in wording.reasons(officer)), _clauses(officer))


def _clauses(officer: OfficerResult) -> str:
    steps = wording.reasons(officer) or [step for step in officer.steps if step.holds is None]
    return "\n".join(dict.fromkeys(step.citation for step in steps if step.citation))


def _flag_words(flag: Flag) -> str:
    from qeval_batch import messages

    return messages.words()["flag"][flag.value]


def _projected(batch: Batch) -> Iterable[tuple[Value, ...]]:
    for unit in batch.roster.units.values():
        record = batch.records.get(unit.id)
        if record is None:
            continue
        for task in record.collective.tasks if record.collective else ():
            if task.projected:
                yield (unit.name, None, "Nhiệm vụ của tập thể", f"{task.code} {task.text}",
                       f"{task.deadline:%d/%m/%Y}", *_place(task.at.cell("code")))
        for officer, sheet in sorted(record.sheets.items()):
            for product in sheet.products:
                if product.projected:
                    yield (unit.name, wording.officer_name(batch, officer), "Sản phẩm của cá nhân", product.text,
                           f"{product.deadline:%d/%m/%Y}", *_place(product.at.cell("done")))


def _place(cell: CellRef) -> tuple[str, str, int]:
    return cell.file, cell.sheet, cell.row


def _compared(batch: Batch, officer: OfficerResult) -> tuple[Value, ...]:
    before = batch.roster.officers[officer.id].previous_level if officer.id in batch.roster.officers else None
    now = level_at(officer, "proposed")
    if before is None or now is None:
        change, note = None, "Chưa có mức quý trước" if before is None else None
    else:
        change = "Giữ nguyên" if now == before else "Tăng" if now < before else "Giảm"
        note = f"{'Tăng' if now < before else 'Giảm'} {abs(now - before)} mức" if abs(now - before) > 1 else None
    return (officer.id, officer.name, wording.post_and_unit(batch, officer), wording.level_short(before),
            wording.level_short(now) or wording.standing(batch, officer), change, note)
