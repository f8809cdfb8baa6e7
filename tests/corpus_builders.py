"""One sound workbook of one unit, and how a case of the corpus is read and held against what it must give.

A case (``tests/corpus/*.yaml``) says what somebody did to the workbook, every finding that gives, and every value that
reads otherwise than in the sound one; whatever it does not name must be found and read exactly as before.

Places: ``CB0001!products.2.deadline`` is a cell (block, row's key or number, field), ``CB0001!products.2`` a row,
``CB0001!products.*.deadline`` a column, ``CB0001!D17`` a cell by address; `` +1r`` or `` -2c`` moves on from there.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from corpus_pages import name_of, split
from ruamel.yaml import YAML

from qeval_batch import messages
from qeval_batch.checks.build import CheckContext, build_unit
from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import Period
from qeval_batch.model.findings import Finding, in_order
from qeval_batch.model.roster import Group, Officer, Roster, Unit
from qeval_batch.model.submission import INVALID, Row, SheetData, Submission
from qeval_batch.spec.load import load_spec
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.write import workbook_bytes
from qeval_batch.workbook.read import read_workbook

ROOT = Path(__file__).resolve().parent.parent
FAMILIES = sorted((Path(__file__).resolve().parent / "corpus").glob("*.yaml"))
PERIOD, AS_OF = Period(2026, 3), date(2026, 9, 24)
KEY, CREATED = b"k" * 32, datetime(2026, 9, 1, 8, 0)
UNIT, OTHER, FILE = "DV031", "DV032", "DV031_2026-Q3.xlsx"
# Units of one officer each, for the cases that go through a whole run; their officers are CB0201, CB0202 …
RUN_UNITS = tuple(f"DV{number}" for number in range(201, 216))
OFFICERS = ("CB0001", "CB0002")
CRITERIA = tuple(f"{group}.{number}" for group, count in ((1, 9), (2, 4), (3, 4)) for number in range(1, count + 1))
_NOWHERE = RowRef("danh-muc.xlsx", "Cán bộ", 2)
_OFFSET = re.compile(r" ([+-][0-9]+)([rc])")
_ADDRESS = re.compile(r"[A-Z]{1,3}[0-9]+")
GONE, UNREADABLE, BLANK, AS_SENT = "gone", "unreadable", "blank", "as_sent"


# --- The sound workbook -----------------------------------------------------------------------------------------------
@functools.cache
def spec():
    return load_spec(ROOT / "forms", PERIOD.end)


def unit(unit_id: str = UNIT) -> Unit:
    return Unit(unit_id, f"Sở Thử nghiệm {unit_id}", None, "ubnd", None, None, None, None, _NOWHERE)


def officer(officer_id: str, unit_id: str = UNIT) -> Officer:
    return Officer(
        id=officer_id, name=f"Nguyễn Văn Thử {officer_id[2:]}", birth_date=date(1975, 3, 1), unit=unit_id,
        post_class="Cấp phó sở, ban, ngành", party_post="Đảng ủy viên", government_post="Phó Giám đốc",
        union_post=None, other_post=None,
        head=unit_id != UNIT or officer_id == OFFICERS[0], committee_member=False, authority="B", group="N01",
        field_in_charge="Trồng trọt", standing=None, standing_document=None, previous_level=None, at=_NOWHERE)


@functools.cache
def roster() -> Roster:
    people = [*(officer(item) for item in OFFICERS), officer("CB0101", OTHER),
              *(officer(f"CB0{item[2:]}", item) for item in RUN_UNITS)]
    group = Group("N01", "Nhóm thử", None, True, None, None, _NOWHERE)
    return Roster({item: unit(item) for item in (UNIT, OTHER, *RUN_UNITS)}, {item.id: item for item in people},
                  {group.id: group})


def facts(unit_id: str = UNIT, period: Period = PERIOD) -> UnitFacts:
    return UnitFacts(spec(), period, unit(unit_id), tuple(roster().officers_of(unit_id)))


def task(axis: int, people: Sequence[str]) -> dict[str, Any]:
    late = axis == 6
    return {"no": axis, "code": f"NV0{axis}", "axis": str(axis), "task": f"Nhiệm vụ của trục {axis}",
            "source": "ad_hoc" if axis == 3 else "planned", "document": f"{axis}2-KH/TU",
            "in_charge": people if axis == 1 else (people[axis % len(people)],), "key": axis == 2,
            "deadline": date(2026, 9, 5), "completed": date(2026, 9, 8 if late else 3),
            "status": "late" if late else "on_time", "exceeded": axis == 1, "response": "1",
            "evidence": "Báo cáo số 15-BC/DU"}


def product(of: int, axis: int, officers: int) -> dict[str, Any]:
    late = axis == 6
    return {"no": axis, "task_code": f"NV0{axis}", "axis": str(axis), "product": f"Sản phẩm của trục {axis}",
            "expected": "Được duyệt", "role": "lead" if axis % officers == of % officers else "support",
            "source": "planned", "document": f"{axis}2-KH/TU", "unit_of_measure": "báo cáo",
            "assigned": Decimal("8.5") if axis == 1 else Decimal(12),
            "coefficient": Decimal("1.5"), "key": axis == 2, "deadline": date(2026, 9, 5),
            "done": Decimal("8.5") if axis == 1 else Decimal(12), "completed": date(2026, 9, 8 if late else 3),
            "quality_pct": Decimal(85), "progress_pct": Decimal(25) if late else None, "leadership_pct": Decimal(90),
            "response": "1", "evidence": "Báo cáo số 15-BC/DU"}


def answers(unit_id: str = UNIT) -> dict[tuple[str, str | None], Any]:
    """Every sheet filled so that nothing at all is found in it."""
    people = tuple(item.id for item in roster().officers_of(unit_id))
    filled: dict[tuple[str, str | None], Any] = {
        ("collective", None): {
            "tasks": [task(axis, people) for axis in range(1, 7)],
            "status": [{"discipline_collective": "no", "discipline_member": "no", "discipline_subordinate": "no",
                        "remedied": "none"}]},
        ("proposal", None): {"officers": [
            {"key": item, "unit_score": Decimal("84.5"), "unit_level": "2", "proposer": "Ông Thử",
             "reason": "Hoàn thành các nhiệm vụ"} for item in people]},
        ("dossier", None): {"parts": [
            {"key": key, "number": "12-TTr/DU", "date": date(2026, 9, 21), "electronic": True, "paper": True}
            for key in ("1", "2", *(f"3:{item}" for item in people), *(f"4:{axis}" for axis in range(1, 7)), "5", "6")]},
    }
    for number, item in enumerate(people, start=1):
        filled["officer", item] = {
            "general": [{"key": key, "met": key != "2.3", "not_met": key == "2.3"} for key in CRITERIA],
            "axes": [{"key": str(axis), "role": "main" if axis in (1, 4) else "secondary",
                      "max_points": Decimal(15 if axis in (1, 4) else 10)} for axis in range(1, 7)],
            "products": [product(number, axis, len(people)) for axis in range(1, 7)],
            "self": [{"overall": "Hoàn thành nhiệm vụ", "outstanding": "Một\nHai", "shortcomings": "Không",
                      "remedy_plan": "Tiếp tục", "remedied": "yes", "discipline": "no", "self_level": "2"}]}
    return filled


@functools.cache
def sound(unit_id: str = UNIT, period: Period = PERIOD) -> bytes:
    return workbook_bytes(facts(unit_id, period), key=KEY, created=CREATED, answers=answers(unit_id))


@functools.cache
def blank_template(unit_id: str = UNIT) -> bytes:
    return workbook_bytes(facts(unit_id), key=KEY, created=CREATED)


# --- Reading ----------------------------------------------------------------------------------------------------------
def read(data: bytes, file: str = FILE) -> Submission:
    return read_workbook(file, data, spec(), KEY, PERIOD)


def found_in(submission: Submission) -> list[Finding]:
    """What reading and every check of a run find in the unit's one file."""
    if submission.refused:
        return list(submission.findings)
    context = CheckContext(spec(), roster(), PERIOD, AS_OF, {})
    _, found = build_unit(roster().units[UNIT], submission.sheets, submission.findings, context)
    return in_order([*submission.findings, *found])


def told(findings: list[Finding]) -> list[str]:
    """Findings as a case writes them: code and place."""
    return sorted(f"{item.code} {item.where.sheet or ''}{f'!{item.where.a1}' if item.where.a1 else ''}".strip()
                  for item in findings)


Rows = dict[str, dict[str, Any]]                # row key or number -> field -> value
Content = dict[str, dict[str, Rows]]            # sheet (form's id, or officer) -> block -> rows


def content_of(submission: Submission) -> Content:
    """Every answer that was read; blanks left out, so that what stands elsewhere on the page is the same."""
    return {sheet.officer or sheet.sheet: {block: _rows(sheet, block, rows) for block, rows in sheet.blocks.items()}
            for sheet in submission.sheets}


def _inputs(sheet: SheetData, block: str) -> list[str]:
    form = spec().forms[sheet.form].sheet(sheet.sheet).block(block)
    return [item.id for item in form.fields if item.source == "input" and item.id != "no"]


def _rows(sheet: SheetData, block: str, rows: tuple[Row, ...]) -> Rows:
    fields = _inputs(sheet, block)
    if not fields:
        return {}
    return {row.key or str(number): {name: row[name] for name in fields
                                     if row[name] is not None and row[name] is not False}
            for number, row in enumerate(rows, start=1)}


# --- Places -----------------------------------------------------------------------------------------------------------
@functools.cache
def _sound_read() -> Submission:
    return read(sound())


@dataclass(frozen=True)
class Place:
    """A named place of the sound workbook. ``key`` '*' is every row, ``field`` '' the whole row."""

    sheet: str
    block: str = ""
    key: str = ""
    field: str = ""
    row: int = 0
    column: int = 0

    @property
    def address(self) -> str:
        return name_of(self.row, self.column or 1)


def place(text: str) -> Place:
    """The place a case names."""
    text, rows, columns = _without_offset(text)
    sheet, _, rest = text.partition("!")
    if not rest:
        return Place(sheet)
    if _ADDRESS.fullmatch(rest):
        row, column = split(rest)
        return Place(sheet, row=row + rows, column=column + columns)
    found = _named(sheet, rest)
    return Place(found.sheet, found.block, found.key, found.field, found.row + rows, found.column + columns)


def _without_offset(text: str) -> tuple[str, int, int]:
    rows = columns = 0
    for number, kind in _OFFSET.findall(text):
        rows, columns = rows + int(number) * (kind == "r"), columns + int(number) * (kind == "c")
    return _OFFSET.sub("", text), rows, columns


def _named(sheet: str, rest: str) -> Place:
    sheets = {item.name: item for item in _sound_read().sheets}
    data = sheets.get(sheet) or sheets[OFFICERS[0]]        # every officer's sheet is laid out alike
    block, _, path = rest.partition(".")
    rows = data.blocks[block]
    keys = {row.key or str(number): row for number, row in enumerate(rows, start=1)}
    if path in rows[0].at.rows:                     # a label/value block
        cell = rows[0].at.cell(path)
        return Place(sheet, block, "1", path, cell.row, cell.column)
    if path in keys or path in ("", "+"):
        row = keys.get(path, rows[0])
        return Place(sheet, block, path, "", row.at.row, 0)
    key, _, name = path.rpartition(".")
    row = rows[0] if key == "*" else keys[key]
    return Place(sheet, block, key, name, row.at.row, row.at.columns[name])


# --- Cases ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Case:
    """One row of a family's table."""

    family: str
    name: str
    did: str
    typed: Mapping[str, Any] = field(default_factory=dict)
    deeds: tuple[tuple[Any, ...], ...] = ()
    finds: tuple[str, ...] = ()
    reads: Mapping[str, Any] = field(default_factory=dict)

    @property
    def expected_findings(self) -> list[str]:
        parts = (item.partition(" ") for item in self.finds)
        return sorted(f"{code} {_place_text(where)}".strip() for code, _, where in parts)

    @property
    def rejected(self) -> bool:
        """Whether an error stands in it, so that the unit gets it back."""
        return any(messages.catalogue()[item.partition(" ")[0]].severity == "error" for item in self.finds)


def _place_text(where: str) -> str:
    found = place(where)
    return f"{found.sheet}!{found.address}" if found.row else found.sheet


def cases() -> Iterator[Case]:
    """Every case of every family."""
    for path in FAMILIES:
        for entry in YAML(typ="safe").load(path):
            assert set(entry) <= {"case", "did", "type", "do", "finds", "reads"}, entry
            yield Case(path.stem, entry["case"], entry["did"], entry.get("type", {}),
                       tuple(map(tuple, entry.get("do", ()))), tuple(entry.get("finds", ())), entry.get("reads", {}))


def of_other(case: Case, officer_id: str) -> Case:
    """The case done to another unit's only officer: the same places on that officer's sheet."""
    def renamed(value: Any) -> Any:
        return re.sub(rf"\b{OFFICERS[0]}(?=!|$)", officer_id, value) if isinstance(value, str) else value

    return replace(case, typed={renamed(key): value for key, value in case.typed.items()},
                   deeds=tuple(tuple(map(renamed, deed)) for deed in case.deeds), finds=tuple(map(renamed, case.finds)))


def expected_content(case: Case) -> Content:
    """The sound workbook's content with what the case reads otherwise; a cell with an error found in it is unreadable."""
    content = content_of(_sound_read())
    changes: list[tuple[str, Any]] = []
    for item in case.finds:
        code, _, where = item.partition(" ")
        if code.startswith("CELL_") and messages.catalogue()[code].severity == "error" and place(where).field:
            changes.append((_OFFSET.sub("", where), UNREADABLE))
    for where, value in [*changes, *case.reads.items()]:
        _change(content, place(where), value)
    return content


def _change(content: Content, where: Place, value: Any) -> None:
    data = next((item for item in _sound_read().sheets if item.name == where.sheet), None)
    sheet = data.officer or data.sheet if data is not None else where.sheet
    if not where.block:
        content.pop(sheet)
        if value == UNREADABLE:
            content[sheet] = {}
        if value == AS_SENT:
            content[sheet] = content_of(read(blank_template()))[sheet]
    elif where.key == "" and value == GONE:
        content[sheet][where.block] = {}
    elif value == GONE and not where.field:
        del content[sheet][where.block][where.key]
        if data is not None and data.blocks[where.block][0].key is None:
            content[sheet][where.block] = {
                str(number): row for number, row in enumerate(content[sheet][where.block].values(), start=1)}
    elif isinstance(value, Mapping) and "like" in value and not where.field:
        rows = content[sheet][where.block]
        key = str(value.get("as", len(rows) + 1)) if where.key == "+" else where.key
        rows[key] = content_of(_sound_read())[sheet][where.block][str(value["like"])]
    elif where.key == "+":
        rows = content[sheet][where.block]
        rows[str(len(rows) + 1)] = {name: _value(item) for name, item in value.items()}
    else:
        rows = content[sheet][where.block]
        for key in list(rows) if where.key == "*" else [where.key]:
            if value == BLANK:
                rows[key].pop(where.field, None)
            else:
                rows[key][where.field] = INVALID if value == UNREADABLE else _value(value)


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value["repeat"] * value["times"]
    if isinstance(value, list):
        return tuple(value)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
