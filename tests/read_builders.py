"""A small unit with answers, its workbook through the real templates, and ways to change single cells of it."""

from __future__ import annotations

import functools
import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from qeval_batch.core.cells import CellRef, RowRef
from qeval_batch.core.period import Period
from qeval_batch.model.roster import Officer, Unit
from qeval_batch.model.submission import Submission
from qeval_batch.spec.load import load_spec
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.write import workbook_bytes
from qeval_batch.workbook.read import read_workbook

ROOT = Path(__file__).resolve().parent.parent
PERIOD = Period(2026, 3)
KEY = b"k" * 32
CREATED = datetime(2026, 9, 1)
FILE = "don-vi/DV031.xlsx"
_AT = RowRef("danh-muc.xlsx", "Cán bộ", 2)
CRITERIA = tuple(f"{group}.{number}" for group, count in ((1, 9), (2, 4), (3, 4)) for number in range(1, count + 1))


@functools.cache
def spec():
    return load_spec(ROOT / "forms", PERIOD.end)


def officer(number: int) -> Officer:
    return Officer(
        id=f"CB{number:04d}", name=f"Nguyễn Văn Thử {number}", birth_date=date(1975, 3, number), unit="DV031",
        post_class="Phó bí thư đảng ủy trực thuộc", party_post="Phó bí thư Đảng ủy",
        government_post=None, union_post=None, other_post=None,
        head=number == 1, committee_member=False, authority="B", group="N01", field_in_charge="Phụ trách chung",
        standing=None, standing_document=None, previous_level=None, at=_AT)


def facts(officers: int = 2, period: Period = PERIOD) -> UnitFacts:
    unit = Unit("DV031", "Sở Hòa Bình thử nghiệm", None, "ubnd", None, None, None, None, _AT)
    return UnitFacts(spec(), period, unit, tuple(officer(number) for number in range(1, officers + 1)))


def product(number: int, **changes):
    return {"task_code": f"NV{number:02d}", "axis": str((number - 1) % 6 + 1), "product": f"Sản phẩm <{number}> & khác",
            "expected": "Dòng một\ndòng hai", "role": "lead", "source": "planned", "document": "12-KH/TU",
            "unit_of_measure": "báo cáo", "assigned": Decimal(3), "coefficient": Decimal("1.5"), "key": True,
            "deadline": date(2026, 9, 20), "done": Decimal("2.5"), "completed": date(2026, 9, 19), "projected": True,
            "quality_pct": Decimal("95.5"), "progress_pct": Decimal(80), "leadership_pct": Decimal(90),
            "exceeded": False, "response": "2", "evidence": "=1+1", "cause": "Bão số 3", "confirm_document": "5-CV",
            "confirm_body": "Ủy ban nhân dân tỉnh", "note": "{{ghi chú}}", **changes}


def task(number: int, **changes):
    return {"code": f"NV{number:02d}", "axis": str((number - 1) % 6 + 1), "task": f"Nhiệm vụ {number}",
            "source": "ad_hoc" if number % 3 == 0 else "planned", "document": "3-NQ/TU",
            "in_charge": ("CB0001", "CB0002"), "key": number % 2 == 0, "deadline": date(2026, 8, 31),
            "completed": date(2026, 8, 30), "status": "on_time", "exceeded": True, "response": "1", **changes}


def answers(officers: int = 2):
    """Every input of every block filled at least once."""
    filled = {
        ("collective", None): {
            "tasks": [task(number) for number in range(1, 8)],
            "status": [{"discipline_collective": "no", "discipline_member": "no", "discipline_subordinate": "yes",
                        "remedied": "none", "collective_level": "2"}]},
        ("proposal", None): {"officers": [
            {"key": f"CB{number:04d}", "unit_score": Decimal("91.25"), "unit_level": "1", "proposer": "Ông Thử",
             "reason": "Vì kết quả", "personnel": "Giữ nguyên"} for number in range(1, officers + 1)]},
        ("dossier", None): {"parts": [
            {"key": "1", "number": "12-TTr/DU", "date": date(2026, 9, 21), "electronic": True, "paper": True},
            {"key": "3:CB0002", "electronic": True, "note": "bản sao"}, {"key": "4:5", "paper": True}]},
    }
    for number in range(1, officers + 1):
        filled["officer", f"CB{number:04d}"] = {
            "general": [{"key": key, "met": key != "2.3", "not_met": key == "2.3", "note": f"ghi {key}"}
                        for key in CRITERIA],
            "axes": [{"key": str(axis), "role": "main" if axis == 1 else "secondary",
                      "max_points": Decimal(20 if axis == 1 else 10), "none_arising": axis == 6}
                     for axis in range(1, 7)],
            "products": [product(index) for index in range(1, 5)],
            "self": [{"overall": "Hoàn thành", "outstanding": "Một\nHai", "shortcomings": "Không", "remedy_plan": "Có",
                      "remedied": "yes", "discipline": "no", "self_level": "1"}]}
    return filled


@functools.cache
def filled_workbook(officers: int = 2) -> bytes:
    return workbook_bytes(facts(officers), key=KEY, created=CREATED, answers=answers(officers))


@functools.cache
def empty_workbook(officers: int = 2) -> bytes:
    return workbook_bytes(facts(officers), key=KEY, created=CREATED)


def read(data: bytes, file: str = FILE, period: Period = PERIOD, key: bytes = KEY) -> Submission:
    return read_workbook(file, data, spec(), key, period)


def sheet(submission: Submission, sheet_id: str, of: str | None = None):
    return next(item for item in submission.sheets if item.sheet == sheet_id and item.officer == of)


def edit(data: bytes, change) -> bytes:
    """The workbook after ``change(openpyxl workbook)``: what a person saving it in another program does."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_cells(data: bytes, cells: dict[tuple[str, str], object]) -> bytes:
    """``cells``: (sheet name, A1) -> what is typed there."""
    def change(book):
        for (name, address), value in cells.items():
            book[name][address].value = value
    return edit(data, change)


def where(ref: CellRef) -> tuple[str, str]:
    return ref.sheet, ref.a1


def codes(submission: Submission) -> list[tuple[str, str | None, str | None]]:
    return [(item.code, item.where.sheet, item.where.a1) for item in submission.findings]


def inputs(sheet_data) -> list[tuple[str, str | None, str, object]]:
    """Everything a person entered on a sheet: block, row key, field, value, without blanks."""
    form = spec().forms[sheet_data.form].sheet(sheet_data.sheet)
    return [(block.id, row.key, field.id, row.values.get(field.id))
            for block in form.blocks for row in sheet_data.rows(block.id) for field in block.fields
            if field.source == "input" and row.values.get(field.id) not in (None, False)]
