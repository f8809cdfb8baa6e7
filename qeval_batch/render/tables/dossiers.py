"""ho-so.xlsx: which of the six parts of each unit's dossier are there, electronic and on paper apart (R60)."""

from __future__ import annotations

from collections.abc import Sequence

from qeval_batch.model.batch import Batch
from qeval_batch.model.records import DossierPart
from qeval_batch.model.register import ELECTRONIC, PAPER
from qeval_batch.model.results import CentralDossier, UnitResult
from qeval_batch.model.roster import Officer
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered, numbered
from qeval_batch.render.tables.style import SHADE_LOOK, TableBook

_NAMES = {1: "(1) Tờ trình", 2: "(2) Biên bản họp", 3: "(3) Bản tự đánh giá", 4: "(4) Minh chứng", 5: "(5) Bảng tổng hợp",
          6: "(6) Phụ lục 09"}
_COPIES = ((ELECTRONIC, "Điện tử"), (PAPER, "Giấy"))


def _part_column(part: int, copy: str, title: str) -> Column[Numbered[UnitResult]]:
    return Column(title, 7, "center", _NAMES[part], of=lambda row: _shown(*copies(row.batch, row.item.id, part, copy)))


UNITS: tuple[Column[Numbered[UnitResult]], ...] = (
    NUMBER, Column("Mã", 8, "center", of=lambda row: row.item.id),
    Column("Đơn vị", 30, of=lambda row: wording.unit_name(row.batch, row.item.id)),
    *(_part_column(part, copy, title) for part in _NAMES for copy, title in _COPIES),
    Column("Còn thiếu", 14, "center", of=lambda row: _missing(row.batch, row.item) or None),
    Column("Thời hạn nộp", 14, "center", of=lambda row: wording.timeliness(row.item.timeliness)),
    Column("Bản giấy", 14, "center", of=lambda row: wording.paper(row.item.paper)),
    Column("Bản giấy đủ lúc", 14, "center", of=lambda row: wording.moment(row.item.paper_at)))


def _officer(row: Numbered[CentralDossier]) -> Officer:
    return row.batch.roster.officers[row.item.officer]


CENTRAL: tuple[Column[Numbered[CentralDossier]], ...] = (
    NUMBER, Column("Mã", 9, "center", of=lambda row: row.item.officer),
    Column("Họ và tên", 24, of=lambda row: _officer(row).name),
    Column("Đơn vị", 32, of=lambda row: wording.unit_name(row.batch, _officer(row).unit)),
    Column("Mẫu 5: nhận lúc", 16, "center", of=lambda row: wording.moment(row.item.received)),
    Column("Theo", 13, "center", of=lambda row: wording.source(row.item.received_source)),
    Column("Thời hạn nộp", 16, "center", of=lambda row: wording.timeliness(row.item.timeliness)),
    Column("Diễn biến", 44, of=lambda row: " ".join(step.text for step in row.item.timeliness_steps)))


def dossiers(batch: Batch) -> bytes:
    """The checklist of every unit; of officers of the centre, where there are any, what came by their own day."""
    book = TableBook(batch.as_of, f"Thành phần hồ sơ - {batch.period.label}")
    page = book.page("Thành phần hồ sơ", UNITS)
    page.title("THÀNH PHẦN HỒ SƠ CỦA TỪNG ĐƠN VỊ", wording.sentence(batch.period.label))
    page.text("x: đã có; 3/5: mới có 3 trong 5 (mỗi cán bộ một bản tự đánh giá, mỗi trục một phần minh chứng). Theo trang "
              "«Hồ sơ» của đơn vị và sổ nhận.", italic=True)
    page.header()
    for row in numbered(batch, batch.result.units):
        page.line(row, **({"bg_color": SHADE_LOOK} if _missing(batch, row.item) else {}))
    page.done()
    if batch.result.central:
        _central(book, batch)
    return book.close()


def copies(batch: Batch, unit: str, part: int, copy: str) -> tuple[int, int]:
    """How many of a part's copies are there, of how many owed: by the unit's list, whole where the register has one."""
    if batch.register.arrival_of(unit, part, copy) is not None:
        return 1, 1
    record = batch.records.get(unit)
    listed: Sequence[DossierPart] = [item for item in record.dossier if item.part == part] if record else []
    return sum(item.electronic if copy == ELECTRONIC else item.paper for item in listed), len(listed)


def _missing(batch: Batch, unit: UnitResult) -> str:
    """The parts of which nothing is there; of who sent nothing that can be used, those no row of the register names."""
    lacking = unit.dossier_missing if unit.id in batch.records else \
        tuple(part for part in _NAMES if batch.register.arrival_of(unit.id, part) is None)
    return ", ".join(f"({part})" for part in lacking)


def _shown(there: int, owed: int) -> str | None:
    return None if not there else "x" if there == owed else f"{there}/{owed}"


def _central(book: TableBook, batch: Batch) -> None:
    page = book.page("Diện Bộ Chính trị, Ban Bí thư", CENTRAL)
    page.title("BẢN TỰ ĐÁNH GIÁ CỦA CÁN BỘ DIỆN BỘ CHÍNH TRỊ, BAN BÍ THƯ", wording.sentence(batch.period.label))
    page.text("Có thời hạn riêng; Mẫu 6 do chương trình lập (mau-6.xlsx), gửi Trung ương theo thời hạn ở trang «Thời hạn» của "
              "báo cáo lần chạy.", italic=True)
    page.header()
    for row in numbered(batch, batch.result.central):
        page.line(row)
    page.done()
