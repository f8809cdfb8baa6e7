"""The run report: what came, what was returned and why, what is missing, what waits for whom, which policy held.

``bao-cao-chay.xlsx`` carries every finding with its cell and cure; ``bao-cao-chay.txt`` says the same in figures.
"""

from __future__ import annotations

from collections import Counter

from qeval_batch import __version__, messages
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import OfficerResult, Status, UnitResult
from qeval_batch.model.roster import Unit
from qeval_batch.render import wording
from qeval_batch.render.tables.policy_words import description, value_words
from qeval_batch.render.tables.situation import situation
from qeval_batch.render.tables.style import Book, Column, Page, Value
from qeval_batch.render.tables.waivers import waivers_sheet
from qeval_batch.rules.deadlines import ON_THE_DAY

WAIVED = "Được miễn"
_SEVERITIES = ("error", "warning", "note")
_UNIT_STATUSES = ("accepted", "accepted_with_warnings", "returned", "missing")
_OUTCOMES = ("accepted", "superseded", "duplicate", "returned", "rejected", "ignored")


def report_xlsx(batch: Batch) -> bytes:
    """The whole report, a sheet per question."""
    book = Book(batch.as_of, f"Báo cáo lần chạy - {batch.period.label}")
    _summary(book, batch)
    situation(book, batch)
    _received(book, batch)
    _files(book, batch)
    _findings(book, batch)
    waivers_sheet(book, batch)
    _waiting(book, batch)
    _policy(book, batch)
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
    note = wording.provisional(batch.result.groups)
    lines += [note] if note else []
    lines.append("Chi tiết từng ô cần sửa: bao-cao-chay.xlsx, trang «Phát hiện».")
    return b"\xef\xbb\xbf" + "\r\n".join([*lines, ""]).encode("utf-8")


def summary(batch: Batch) -> list[tuple[str, list[tuple[str, int]]]]:
    """Titled figures: units, files, officers, findings, what is waited for. Zero lines of a closed list stay."""
    words = messages.words()
    result = batch.result
    units = Counter(item.status for item in result.units)
    states = Counter(item.timeliness for item in result.units)
    files = Counter(item.outcome for item in result.files)
    officers = Counter(item.status for item in result.officers)
    severities = Counter(messages.severity(item).value for item in result.findings)
    waits = Counter(code for item in result.officers for code in item.waits_for)
    return [
        (f"Đơn vị: {len(result.units)}", [(words["unit_status"][code], units[code]) for code in _UNIT_STATUSES]),
        ("Thời hạn nộp hồ sơ của đơn vị", [(text, states[code]) for code, text in words["timeliness"].items()]),
        (f"Tệp trong thư mục nhận: {len(result.files)}", [(words["outcome"][code], files[code]) for code in _OUTCOMES]),
        (f"Cán bộ: {len(result.officers)}", [(words["status"][item.value], officers[item]) for item in Status]),
        (f"Phát hiện: {len(result.findings)}", [(words["severity"][code], severities[code]) for code in _SEVERITIES]),
        (f"Đang chờ: {sum(waits.values())}",
         [(words["waits_for"][code], waits[code]) for code in words["waits_for"] if waits[code]]),
    ]


def _when(batch: Batch) -> str:
    return f"Tính đến {batch.as_of:%H:%M ngày %d/%m/%Y}; qeval-batch {__version__}."


def _units(batch: Batch, status: str) -> list[Unit]:
    return [batch.roster.units[item.id] for item in batch.result.units
            if item.status == status and item.id in batch.roster.units]


def _summary(book: Book, batch: Batch) -> None:
    page = book.page("Tóm tắt", (Column("Nội dung", 58), Column("Số lượng", 16, "integer")), landscape=False)
    page.title("BÁO CÁO LẦN CHẠY", wording.sentence(batch.period.label))
    page.text(_when(batch), italic=True)
    note = wording.provisional(batch.result.groups)
    if note:
        page.text(note, bold=True, bg_color="#FFF2CC")
    page.header()
    for title, rows in summary(batch):
        page.section(title)
        for label, value in rows:
            page.line((label, value))
    page.done()


def _received(book: Book, batch: Batch) -> None:
    page = book.page("Tiếp nhận", (
        Column("STT", 5, "center"), Column("Mã", 9, "center"), Column("Đơn vị", 30), Column("Trạng thái", 16, "center"),
        Column("Nhận lần đầu", 16, "center"), Column("Đủ hồ sơ lúc", 16, "center"), Column("Theo", 12, "center"),
        Column("Thời hạn nộp", 14, "center"), Column("Sát hạn", 7, "center"), Column("Lỗi", 6, "integer"),
        Column("Cảnh báo", 7, "integer"), Column("Biểu cá nhân đã nhận", 11, "center"),
        Column("Phụ lục 09", 9, "center"), Column("Thành phần hồ sơ còn thiếu", 14, "center")))
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
            tally = Counter(item.status for item in members)
            figures = ", ".join(f"{messages.words()['unit_status'][code].lower()} {tally[code]}"
                                for code in _UNIT_STATUSES if tally[code])
            page.section(f"{wording.block_name(batch, block)}: {len(members)} đơn vị ({figures})")
        for item in members:
            number += 1
            page.line(_unit_row(batch, item, number), **({"bg_color": "#FFF2CC"} if item.status in
                                                         ("returned", "missing") else {}))
    page.done()


def _unit_row(batch: Batch, item: UnitResult, number: int) -> tuple[Value, ...]:
    words, record = messages.words(), batch.records.get(item.id)
    expected = [officer for officer in batch.result.officers
                if officer.unit == item.id and officer.status not in (Status.DEFERRED, Status.EXCLUDED)]
    arrived = record.received_sheets | record.sheets.keys() if record else frozenset()
    received = sum(officer.id in arrived for officer in expected)
    near = item.timeliness == ON_THE_DAY
    collective = record is not None and bool(record.collective or record.collective_received)
    return (str(number), item.id, wording.unit_name(batch, item.id), words["unit_status"][item.status],
            wording.moment(item.received), wording.moment(item.complete_at), wording.source(item.received_source),
            None if near else wording.timeliness(item.timeliness), "x" if near else None, item.errors, item.warnings,
            f"{received}/{len(expected)}", "Có" if collective else "Chưa",
            ", ".join(f"({part})" for part in sorted(item.dossier_missing)))


def _files(book: Book, batch: Batch) -> None:
    page = book.page("Tệp", (
        Column("STT", 5, "center"), Column("Tệp", 40), Column("Đơn vị", 22), Column("Kết quả", 11, "center"),
        Column("Lý do", 38), Column("Nhận lúc", 12, "center"), Column("Theo", 11, "center"), Column("Người gửi", 22),
        Column("Mã băm (12 ký tự đầu)", 14, "center")))
    page.title("TỪNG TỆP TRONG THƯ MỤC NHẬN")
    page.header()
    for number, item in enumerate(sorted(batch.result.files, key=lambda item: item.name), start=1):
        page.line((str(number), item.name, wording.unit_name(batch, item.unit),
                   messages.words()["outcome"][item.outcome], item.why,
                   wording.moment(item.delivery.received.isoformat()) if item.delivery.received is not None else None,
                   wording.source(item.delivery.source), item.delivery.sender, (item.sha256 or "")[:12]))
    if not batch.result.files:
        page.text("Thư mục nhận không có tệp nào.", italic=True)
    page.done()


def _findings(book: Book, batch: Batch) -> None:
    page = book.page("Phát hiện", (
        Column("Mức độ", 9, "center"), Column("Đơn vị", 18), Column("Cán bộ", 16), Column("Tệp", 16),
        Column("Trang tính", 11, "center"), Column("Ô", 7, "center"), Column("Vấn đề", 34), Column("Cách sửa", 30),
        Column("Căn cứ", 11, "center"), Column("Mã phát hiện", 22)), size=10)
    page.title("MỌI PHÁT HIỆN", "Theo đơn vị, cán bộ, tệp, trang tính, ô")
    page.header()
    first = page.row
    for item in batch.result.findings:
        where, severity = item.where, messages.severity(item).value
        page.line((WAIVED if item.waived else messages.words()["severity"][severity], wording.unit_name(batch, where.unit),
                   wording.officer_name(batch, where.officer), where.file, where.sheet, where.cell,
                   messages.what(item), messages.cure(item), messages.citation(item), item.code),
                  **({"font_color": "#9C0006"} if severity == "error" else {}))
    if page.row > first:
        page.sheet.autofilter(first - 1, 0, page.row - 1, len(page.columns) - 1)
    else:
        page.text("Không có phát hiện nào.", italic=True)
    page.done()


def _waiting(book: Book, batch: Batch) -> None:
    page = book.page("Đang chờ ai", (
        Column("STT", 5, "center"), Column("Mã", 9, "center"), Column("Họ và tên", 24), Column("Đơn vị", 40),
        Column("Tình trạng", 18, "center"), Column("Nhóm", 30)))
    page.title("ĐANG CHỜ AI", wording.sentence(batch.period.label))
    page.header()
    found = False
    for code, text in messages.words()["waits_for"].items():
        members = [item for item in wording.in_paper_order(batch, batch.result.officers) if code in item.waits_for]
        if members:
            found = True
            page.section(f"{text}: {len(members)} cán bộ")
        for number, officer in enumerate(members, start=1):
            page.line((str(number), officer.id, officer.name, wording.unit_name(batch, officer.unit),
                       wording.status(officer), _group_name(batch, officer)))
    if not found:
        page.text("Không chờ ai.", italic=True)
    page.done()


def _group_name(batch: Batch, officer: OfficerResult) -> str | None:
    known = batch.roster.groups.get(officer.group) if officer.group else None
    return known.name if known else officer.group


def _policy(book: Book, batch: Batch) -> None:
    page: Page = book.page("Chính sách", (
        Column("STT", 5, "center"), Column("Nội dung", 40), Column("Giá trị", 40), Column("Căn cứ", 14, "center"),
        Column("Cách hiểu đã chọn", 36), Column("Khóa trong tệp chính sách", 20)), size=10)
    page.title("GIÁ TRỊ CHÍNH SÁCH ĐÃ ÁP DỤNG", f"Theo ngày {batch.spec.policy.day:%d/%m/%Y}")
    page.header()
    for number, (key, entry) in enumerate(batch.spec.policy.entries.items(), start=1):
        page.line((str(number), description(batch.spec, key), value_words(batch.spec, key, entry.value),
                   entry.citation.text, entry.reading or None, key))
    page.done()
