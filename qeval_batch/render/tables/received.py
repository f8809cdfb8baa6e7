"""The sheets `Tiếp nhận` and `Tệp` of the run report: what came of every unit, and what became of every file."""

from __future__ import annotations

from collections import Counter

from qeval_batch import messages
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import FileResult, Status, UnitResult
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered, numbered
from qeval_batch.render.tables.style import SHADE_LOOK, TableBook
from qeval_batch.rules.deadlines import ON_THE_DAY

_STATUSES = ("accepted", "accepted_with_warnings", "returned", "not_found", "missing")
_NOT_ASKED = (Status.DEFERRED, Status.EXCLUDED)
UnitRow = Numbered[UnitResult]


def _on_the_day(row: UnitRow) -> bool:
    return row.item.timeliness == ON_THE_DAY


def _sheets(row: UnitRow) -> str:
    """How many officers' sheets came, of how many asked for."""
    record = row.batch.records.get(row.item.id)
    arrived = record.received_sheets | record.sheets.keys() if record else frozenset()
    expected = [item.id for item in row.batch.result.listed
                if item.unit == row.item.id and item.status not in _NOT_ASKED]
    return f"{sum(item in arrived for item in expected)}/{len(expected)}"


def _collective(row: UnitRow) -> str:
    record = row.batch.records.get(row.item.id)
    return "Có" if record is not None and (record.collective or record.collective_received) else "Chưa"


RECEIVED: tuple[Column[UnitRow], ...] = (
    NUMBER, Column("Mã", 9, "center", of=lambda row: row.item.id),
    Column("Đơn vị", 30, of=lambda row: wording.unit_name(row.batch, row.item.id)),
    Column("Trạng thái", 16, "center", of=lambda row: messages.words()["unit_status"][row.item.status]),
    Column("Nhận lần đầu", 16, "center", of=lambda row: wording.moment(row.item.received)),
    Column("Đủ hồ sơ lúc", 16, "center", of=lambda row: wording.moment(row.item.complete_at)),
    Column("Theo", 12, "center", of=lambda row: wording.source(row.item.received_source)),
    Column("Thời hạn nộp", 14, "center",
           of=lambda row: None if _on_the_day(row) else wording.timeliness(row.item.timeliness)),
    Column("Sát hạn", 7, "center", of=lambda row: "x" if _on_the_day(row) else None),
    Column("Lỗi", 6, "integer", of=lambda row: row.item.errors),
    Column("Cảnh báo", 7, "integer", of=lambda row: row.item.warnings),
    Column("Biểu cá nhân đã nhận", 11, "center", of=_sheets),
    Column("Phụ lục 09", 9, "center", of=_collective),
    Column("Thành phần hồ sơ còn thiếu", 14, "center",
           of=lambda row: ", ".join(f"({part})" for part in sorted(row.item.dossier_missing))))


def _moment(row: Numbered[FileResult]) -> str | None:
    came = row.item.delivery.received
    return None if came is None else wording.moment(came.isoformat())


FILES: tuple[Column[Numbered[FileResult]], ...] = (
    NUMBER, Column("Tệp", 40, of=lambda row: row.item.name),
    Column("Đơn vị", 22, of=lambda row: wording.unit_name(row.batch, row.item.unit)),
    Column("Kết quả", 11, "center", of=lambda row: messages.words()["outcome"][row.item.outcome]),
    Column("Lý do", 38, of=lambda row: row.item.why),
    Column("Nhận lúc", 12, "center", of=_moment),
    Column("Theo", 11, "center", of=lambda row: wording.source(row.item.delivery.source)),
    Column("Người gửi", 22, of=lambda row: row.item.delivery.sender),
    Column("Mã băm (12 ký tự đầu)", 14, "center", of=lambda row: (row.item.sha256 or "")[:12]))


def received_sheet(book: TableBook, batch: Batch) -> None:
    """Append `Tiếp nhận`, block by block; who sent nothing, or gets it back, is shaded."""
    page = book.page("Tiếp nhận", RECEIVED)
    page.title("TIẾP NHẬN HỒ SƠ", wording.sentence(batch.period.label))
    page.header()
    by_block: dict[str, list[UnitResult]] = {}
    for item in batch.result.units:
        if item.id in batch.roster.units:
            by_block.setdefault(batch.roster.units[item.id].block, []).append(item)
    known = [option.code for option in batch.spec.lists["blocks"].options]
    number = 0
    for block in [*known, *sorted(by_block.keys() - set(known))]:
        members = by_block.get(block, [])
        if members:
            page.section(f"{wording.block_name(batch, block)}: {len(members)} đơn vị ({_figures(members)})")
        for item in members:
            number += 1
            page.line(Numbered(batch, number, item),
                      **({"bg_color": SHADE_LOOK} if item.status in ("returned", "missing") else {}))
    page.done()


def _figures(units: list[UnitResult]) -> str:
    tally = Counter(item.status for item in units)
    return ", ".join(f"{messages.words()['unit_status'][code].lower()} {tally[code]}"
                     for code in _STATUSES if tally[code])


def files_sheet(book: TableBook, batch: Batch) -> None:
    """Append `Tệp`: every path under the inbox and its one outcome."""
    page = book.page("Tệp", FILES)
    page.title("TỪNG TỆP TRONG THƯ MỤC NHẬN")
    page.header()
    for row in numbered(batch, sorted(batch.result.files, key=lambda item: item.name)):
        page.line(row)
    if not batch.result.files:
        page.text("Thư mục nhận không có tệp nào.", italic=True)
    page.done()
