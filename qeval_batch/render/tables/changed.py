"""thay-doi.xlsx: what units changed between two versions of a sheet, cell by cell, and when each version came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qeval_batch import messages
from qeval_batch.core.cells import CellRef
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.intake.changes import FieldChange, changes
from qeval_batch.model.batch import Batch
from qeval_batch.model.order import newer
from qeval_batch.model.version import Replaced, Version
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered, numbered
from qeval_batch.render.tables.style import TableBook

_OLD, _NEW, _BLANK = "Bản trước", "Bản được dùng", "(trống)"


@dataclass(frozen=True)
class ChangedField:
    """A field that says something else, with the two versions it stands in."""

    versions: Replaced
    field: FieldChange


def _unit(row: Numbered[ChangedField]) -> str:
    stamp = row.item.versions.new.submission.stamp
    return wording.unit_name(row.batch, stamp.unit) if stamp else ""


COLUMNS: tuple[Column[Numbered[ChangedField]], ...] = (
    NUMBER, Column("Đơn vị", 24, of=_unit),
    Column("Trang", 11, "center", of=lambda row: row.item.versions.new.sheet.name),
    Column("Nội dung", 22, of=lambda row: row.item.field.label),
    Column("Ô", 7, "center", _OLD, of=lambda row: _cell(row.item.field.old_at)),
    Column("Giá trị", 24, "text", _OLD, of=lambda row: row.item.field.old or _BLANK),
    Column("Ô", 7, "center", _NEW, of=lambda row: _cell(row.item.field.new_at)),
    Column("Giá trị", 24, "text", _NEW, of=lambda row: row.item.field.new or _BLANK),
    Column(_OLD, 30, of=lambda row: _version(row.item.versions.old)),
    Column(_NEW, 30, of=lambda row: _version(row.item.versions.new)),
)


def changed(batch: Batch) -> bytes:
    """One line per field that says something else; of several older versions the last one is compared."""
    book = TableBook(batch.as_of, f"Thay đổi giữa các lần gửi - {batch.period.label}")
    page = book.page("Thay đổi", COLUMNS)
    page.title("THAY ĐỔI GIỮA CÁC LẦN GỬI", wording.sentence(batch.period.label))
    page.text("Bản gửi sau cùng của từng trang được dùng; bản trước vẫn lưu và dùng lại được bằng: qeval invalidate.",
              italic=True)
    page.header()
    rows = list(numbered(batch, changed_fields(batch)))
    for row in rows:
        page.line(row)
    if not rows:
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


def changed_fields(batch: Batch) -> Iterator[ChangedField]:
    """Every field that differs, sheet by sheet."""
    return (ChangedField(item, change) for item in last_replaced(batch.replaced)
            for change in changes(item.old.sheet, item.new.sheet, batch.spec))


def _cell(ref: CellRef | None) -> str:
    return ref.a1 if ref is not None else ""


def _version(version: Version) -> str:
    last = version.last
    if last.received is None:
        return version.file
    source = messages.words()["arrival_source"][last.source]
    return f"{version.file}\n{last.received.astimezone(VIETNAM_TIME):%H:%M %d/%m/%Y} ({source})"
