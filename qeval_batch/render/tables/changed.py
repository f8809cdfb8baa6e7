"""thay-doi.xlsx: what units changed between two versions of a sheet, cell by cell, and when each version came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qeval_batch import messages
from qeval_batch.core.cells import CellRef
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.intake.changes import changes
from qeval_batch.model.batch import Batch
from qeval_batch.model.order import newer
from qeval_batch.model.version import Replaced, Version
from qeval_batch.render import wording
from qeval_batch.render.tables.style import Book, Column, Value

COLUMNS = (
    Column("STT", 5, "center"), Column("Đơn vị", 24), Column("Trang", 11, "center"), Column("Nội dung", 22),
    Column("Ô", 7, "center", "Bản trước"), Column("Giá trị", 24, "text", "Bản trước"),
    Column("Ô", 7, "center", "Bản được dùng"), Column("Giá trị", 24, "text", "Bản được dùng"),
    Column("Bản trước", 30), Column("Bản được dùng", 30),
)


def changed(batch: Batch) -> bytes:
    """One line per field that says something else; of several older versions the last one is compared."""
    book = Book(batch.as_of, f"Thay đổi giữa các lần gửi - {batch.period.label}")
    page = book.page("Thay đổi", COLUMNS)
    page.title("THAY ĐỔI GIỮA CÁC LẦN GỬI", wording.sentence(batch.period.label))
    page.text("Bản gửi sau cùng của từng trang được dùng; bản trước vẫn lưu và dùng lại được bằng: qeval invalidate.",
              italic=True)
    page.header()
    lines = list(_lines(batch))
    for number, line in enumerate(lines, start=1):
        page.line((str(number), *line))
    if not lines:
        page.text("Các lần gửi không khác nhau ở ô nào.", italic=True)
    page.done()
    return book.close()


def last_replaced(found: Iterable[Replaced]) -> list[Replaced]:
    """Of each sheet that counts, the last version it took the place of; by unit, sheet, officer."""
    last: dict[tuple[str, str, str], Replaced] = {}
    for item in found:
        unit = item.new.submission.stamp.unit if item.new.submission.stamp else ""
        key = unit, item.new.sheet.sheet, item.new.sheet.officer or ""
        if key not in last or newer(item.old.last, last[key].old.last):
            last[key] = item
    return [last[key] for key in sorted(last)]


def _lines(batch: Batch) -> Iterator[tuple[Value, ...]]:
    for item in last_replaced(batch.replaced):
        stamp = item.new.submission.stamp
        unit = wording.unit_name(batch, stamp.unit) if stamp else ""
        for change in changes(item.old.sheet, item.new.sheet, batch.spec):
            yield (unit, item.new.sheet.name, change.label, _cell(change.old_at), change.old or "(trống)",
                   _cell(change.new_at), change.new or "(trống)", _version(item.old), _version(item.new))


def _cell(ref: CellRef | None) -> str:
    return ref.a1 if ref is not None else ""


def _version(version: Version) -> str:
    last = version.last
    if last.received is None:
        return version.file
    source = messages.words()["arrival_source"][last.source]
    return f"{version.file}\n{last.received.astimezone(VIETNAM_TIME):%H:%M %d/%m/%Y} ({source})"
