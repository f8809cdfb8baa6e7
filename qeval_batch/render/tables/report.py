"""The run report: what came, what was returned and why, what is missing, what waits for whom, which policy held.

``bao-cao-chay.xlsx`` carries every finding with its cell and cure; ``bao-cao-chay.txt`` says the same in figures.
"""

from __future__ import annotations

from collections import Counter

from qeval_batch import __version__, messages
from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Part
from qeval_batch.model.roster import Unit
from qeval_batch.render import edits, wording
from qeval_batch.render.counting import level_counts, reception, timeliness
from qeval_batch.render.tables.columns import Column
from qeval_batch.render.tables.findings import findings_sheet
from qeval_batch.render.tables.policy import policy_sheet
from qeval_batch.render.tables.received import files_sheet, received_sheet
from qeval_batch.render.tables.situation import situation
from qeval_batch.render.tables.style import SHADE_LOOK, TableBook
from qeval_batch.render.tables.waiting import waiting_sheet
from qeval_batch.render.tables.waivers import waivers_sheet

SUMMARY: tuple[Column[tuple[str, int | None]], ...] = (
    Column("Nội dung", 58, of=lambda row: row[0]), Column("Số lượng", 16, "integer", of=lambda row: row[1]))
_SEVERITIES = ("error", "warning", "note")
_OUTCOMES = ("accepted", "superseded", "duplicate", "returned", "rejected", "ignored")


def report_xlsx(batch: Batch) -> bytes:
    """The whole report, a sheet per question."""
    book = TableBook(batch.as_of, f"Báo cáo lần chạy - {batch.period.label}")
    _summary(book, batch)
    situation(book, batch)
    received_sheet(book, batch)
    files_sheet(book, batch)
    findings_sheet(book, batch)
    waivers_sheet(book, batch)
    waiting_sheet(book, batch)
    policy_sheet(book, batch)
    return book.close()


def report_txt(batch: Batch) -> bytes:
    """The same in figures, for any screen: UTF-8 with BOM, Windows line ends, so that Notepad shows it right."""
    lines = [f"BÁO CÁO LẦN CHẠY - {batch.period.label.upper()}", _when(batch), ""]
    for title, rows in summary(batch):
        lines += [title, *(f"  {label}: {value}" for label, value in rows), ""]
    for title, status in (("Đơn vị chưa nộp", "missing"), ("Đơn vị bị trả lại", "returned")):
        units = _units(batch, status)
        if units:
            lines += [title, *(f"  {unit.id}  {unit.name}" for unit in units), ""]
    lines += [*edits.lines(batch.hand_edits), ""] if batch.hand_edits else []
    note = wording.provisional(batch.result.groups)
    lines += [note] if note else []
    lines += [messages.message(item) for item in batch.result.findings if item.where.part is Part.PAPER]
    lines.append("Chi tiết từng ô cần sửa: bao-cao-chay.xlsx, trang «Phát hiện».")
    return b"\xef\xbb\xbf" + "\r\n".join([*lines, ""]).encode("utf-8")


def summary(batch: Batch) -> list[tuple[str, list[tuple[str, int]]]]:
    """Titled figures: units, files, officers, findings, what is waited for. Zero lines of a closed list stay."""
    words = messages.words()
    result = batch.result
    units = reception("", result.units)
    files = Counter(item.outcome for item in result.files)
    severities = Counter(messages.severity(item).value for item in result.findings)
    waits = Counter(code for item in result.officers for code in item.waits_for)
    return [
        (say("render.report.units", units=units.units),
         [(say("render.report.received"), units.received), (say("render.report.accepted"), units.accepted),
          (say("render.report.returned"), units.returned),
          *([(say("render.report.not_found"), units.not_found)] if units.not_found else []),
          (say("render.report.missing"), units.missing)]),
        (say("render.situation.timeliness", units=units.received), list(timeliness(result.units))),
        (f"Tệp trong thư mục nhận: {len(result.files)}", [(words["outcome"][code], files[code]) for code in _OUTCOMES]),
        *((say("render.situation.levels", scope=item.name, people=item.count.total), item.figures)
          for item in level_counts(batch)),
        *((line, []) for line in wording.elsewhere(batch)),
        (f"Phát hiện: {len(result.findings)}", [(words["severity"][code], severities[code]) for code in _SEVERITIES]),
        (f"Đang chờ: {sum(waits.values())}",
         [(words["waits_for"][code], waits[code]) for code in words["waits_for"] if waits[code]]),
    ]


def _when(batch: Batch) -> str:
    return f"Tính đến {batch.as_of:%H:%M ngày %d/%m/%Y}; qeval-batch {__version__}."


def _units(batch: Batch, status: str) -> list[Unit]:
    return [batch.roster.units[item.id] for item in batch.result.units
            if item.status == status and item.id in batch.roster.units]


def _summary(book: TableBook, batch: Batch) -> None:
    page = book.page("Tóm tắt", SUMMARY, landscape=False)
    page.title("BÁO CÁO LẦN CHẠY", wording.sentence(batch.period.label))
    page.text(_when(batch), italic=True)
    note = wording.provisional(batch.result.groups)
    if note:
        page.text(note, bold=True, bg_color=SHADE_LOOK)
    page.header()
    for title, rows in summary(batch):
        page.section(title)
        for row in rows:
            page.line(row)
    if batch.hand_edits:
        kept, *files = edits.lines(batch.hand_edits)
        page.section(kept)
        for file in files:
            page.line((file, None))
    page.done()
