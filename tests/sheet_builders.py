"""Sheets as the reader hands them over, with addresses, for tests of the checks: a clean unit and what to change."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from qeval_batch.checks.build import CheckContext, build_unit
from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import Period
from qeval_batch.model.findings import Finding
from qeval_batch.model.records import AXES, UnitRecord
from qeval_batch.model.roster import Officer, Roster, Unit
from qeval_batch.model.submission import Row, SheetData
from qeval_batch.spec.load import Spec, load_spec

FORMS = Path(__file__).resolve().parent.parent / "forms"
PERIOD = Period(2026, 3)
AS_OF = date(2026, 9, 24)
FILE = "DV001.xlsx"
AT = RowRef("danh-muc.xlsx", "Đơn vị", 2)
UNIT, OTHER = "DV001", "DV002"
OFFICERS = ("CB0001", "CB0002", "CB0003")
POINTS = {"1": 15, "2": 10, "3": 10, "4": 15, "5": 10, "6": 10}
Change = Callable[[dict[str, SheetData]], None]


@functools.cache
def spec() -> Spec:
    return load_spec(FORMS, PERIOD.end)


def unit(unit_id: str = UNIT, **changed: Any) -> Unit:
    values = {"name": f"Sở Thử nghiệm {unit_id}", "parent": None, "block": "ubnd", "annex": None, "area": None,
              "email": None, "contact": None, "at": AT} | changed
    return Unit(unit_id, **values)


def officer(officer_id: str, unit_id: str = UNIT, **changed: Any) -> Officer:
    values = {"name": f"Người Thử {officer_id}", "birth_date": None, "post_class": "Cấp phó sở, ban, ngành", "party_post": None,
              "government_post": None, "union_post": None, "other_post": None, "head": officer_id == "CB0001",
              "committee_member": False, "authority": "B", "group": None, "field_in_charge": None, "standing": None,
              "standing_document": None, "previous_level": None, "at": AT} | changed
    return Officer(officer_id, unit=unit_id, **values)


def roster(**changed: Any) -> Roster:
    people = [officer(item) for item in OFFICERS] + [officer("CB0101", OTHER)]
    values = {"units": {item: unit(item) for item in (UNIT, OTHER)}, "officers": {item.id: item for item in people},
              "groups": {}} | changed
    return Roster(**values)


def context(**changed: Any) -> CheckContext:
    values: dict[str, Any] = {"spec": spec(), "roster": roster(), "period": PERIOD, "as_of": AS_OF, "arrivals": {}}
    return CheckContext(**(values | changed))


def with_policy(**values: Any) -> Spec:
    """The shipped forms under other policy values; dots of a key are written as two underscores."""
    base = spec()
    entries = dict(base.policy.entries)
    for name, value in values.items():
        key = name.replace("__", ".")
        entries[key] = entries[key].model_copy(update={"value": value})
    policy = type(base.policy)(base.policy.day, "test", entries)
    return replace(base, policy=policy)


# --- Sheets -----------------------------------------------------------------------------------------------------------
def task(code: str, axis: str = "1", **changed: Any) -> dict[str, Any]:
    return {"code": code, "axis": axis, "task": f"Nhiệm vụ {code}", "source": "planned", "document": "12-KH/TU",
            "in_charge": ("CB0001",), "key": False, "deadline": date(2026, 9, 15), "completed": date(2026, 9, 10),
            "status": "on_time", "exceeded": False, "projected": False} | changed


def product(axis: str, role: str = "support", **changed: Any) -> dict[str, Any]:
    return {"task_code": f"NV0{axis}", "axis": axis, "product": f"Sản phẩm trục {axis}", "role": role,
            "document": "12-KH/TU", "assigned": Decimal(2), "deadline": date(2026, 9, 15), "done": Decimal(2),
            "completed": date(2026, 9, 10), "projected": False, "quality_pct": Decimal(90),
            "leadership_pct": Decimal(90), "key": False, "exceeded": False} | changed


def products(officer_id: str) -> list[dict[str, Any]]:
    """One product per axis; each task has one lead among the three officers."""
    return [product(axis, "lead" if (int(axis) - 1) % len(OFFICERS) == OFFICERS.index(officer_id) else "support")
            for axis in AXES]


def collective(tasks: Iterable[Mapping[str, Any]] | None = None, **answers: Any) -> SheetData:
    given = {"discipline_collective": "no", "discipline_member": "no", "discipline_subordinate": "no",
             "remedied": "yes"} | answers
    rows = [task(f"NV0{axis}", axis) for axis in AXES] if tasks is None else list(tasks)
    return _sheet("phu-luc-09", "collective", "Phụ lục 09", None, {"tasks": [(None, row) for row in rows],
                                                                  "status": [(None, given)]})


def officer_sheet(officer_id: str, rows: Sequence[Mapping[str, Any]] | None = None,
                  axes: Mapping[str, Mapping[str, Any]] | None = None,
                  general: Mapping[str, Mapping[str, Any]] | None = None, **own: Any) -> SheetData:
    axes, general = axes or {}, general or {}
    fixed = list(spec().forms["phu-luc-05"].sheet("officer").block("general").fixed)
    blocks = {
        "header": [(None, {"full_name": f"Người Thử {officer_id}"})],
        "general": [(row.key, {"met": True, "not_met": False} | dict(general.get(row.key, {})))
                    for row in fixed if not row.heading],
        "axes": [(axis, {"role": "main" if axis in ("1", "4") else "secondary", "max_points": Decimal(POINTS[axis]),
                         "none_arising": False} | dict(axes.get(axis, {}))) for axis in AXES]
        + [(key, dict(axes.get(key, {}))) for key in ("total_b", "total_ab")],
        "products": [(None, row) for row in (products(officer_id) if rows is None else rows)],
        "self": [(None, {"self_level": "2", "remedied": "yes", "discipline": "no"} | own)],
    }
    return _sheet("phu-luc-05", "officer", officer_id, officer_id, blocks)


def proposal(rows: Sequence[tuple[str, Mapping[str, Any]]] | None = None) -> SheetData:
    given = rows if rows is not None else [(item, {"unit_level": "2"}) for item in OFFICERS]
    return _sheet("tong-hop", "proposal", "Tổng hợp", None, {"officers": list(given)})


def dossier(changed: Mapping[str, Mapping[str, Any]] | None = None) -> SheetData:
    keys = ["1", "2", *(f"3:{item}" for item in OFFICERS), *(f"4:{axis}" for axis in AXES), "5", "6"]
    rows = [(key, {"part": f"Thành phần {key}", "electronic": True, "paper": True} | dict((changed or {}).get(key, {})))
            for key in keys]
    return _sheet("ho-so", "dossier", "Hồ sơ", None, {"parts": rows})


def clean() -> dict[str, SheetData]:
    """Every sheet of the unit, without a single finding."""
    return {"collective": collective(), **{item: officer_sheet(item) for item in OFFICERS}, "proposal": proposal(),
            "dossier": dossier()}


def changed(sheet: SheetData, block: str, row: int | str, **values: Any) -> SheetData:
    """The sheet with fields of one row (by place or by key) replaced."""
    def replaced(place: int, item: Row) -> Row:
        hit = item.key == row if isinstance(row, str) else place == row
        return Row({**item.values, **values}, item.at, item.key) if hit else item
    blocks = {**sheet.blocks, block: tuple(replaced(place, item) for place, item in enumerate(sheet.rows(block)))}
    return SheetData(sheet.form, sheet.sheet, sheet.name, sheet.officer, blocks, sheet.blank, sheet.digest)


def cell(sheet: SheetData, block: str, row: int | str, field: str) -> str:
    """The address of a field, as a finding names it."""
    rows = sheet.rows(block)
    found = next(item for item in rows if item.key == row) if isinstance(row, str) else rows[row]
    return found.at.cell(field).a1


def build(sheets: Mapping[str, SheetData] | Sequence[SheetData], ctx: CheckContext | None = None,
          reading: Sequence[Finding] = (), unit_id: str = UNIT) -> tuple[UnitRecord, list[Finding]]:
    ctx = ctx or context()
    given = list(sheets.values()) if isinstance(sheets, Mapping) else list(sheets)
    return build_unit(ctx.roster.units[unit_id], given, reading, ctx)


def found(sheets: Mapping[str, SheetData] | Sequence[SheetData], ctx: CheckContext | None = None,
          reading: Sequence[Finding] = ()) -> set[tuple[str, str | None, str | None]]:
    """Code, sheet and cell of everything the checks find, each once."""
    listed = places(build(sheets, ctx, reading)[1])
    assert len(listed) == len(set(listed))
    return set(listed)


def at(sheet: SheetData, block: str, row: int | str, *codes: tuple[str, str]) -> set[tuple[str, str, str]]:
    """Expected findings in one row, from (code, field) pairs."""
    return {(code, sheet.name, cell(sheet, block, row, field)) for code, field in codes}


def places(findings: Iterable[Finding]) -> list[tuple[str, str | None, str | None]]:
    """Code, sheet and cell of each finding."""
    return sorted((item.code, item.where.sheet, item.where.a1) for item in findings)


def _sheet(form: str, sheet_id: str, name: str, officer_id: str | None,
           blocks: Mapping[str, Sequence[tuple[str | None, Mapping[str, Any]]]]) -> SheetData:
    layout = spec().forms[form].sheet(sheet_id)
    result: dict[str, tuple[Row, ...]] = {}
    top = 5
    for block in layout.blocks:
        rows = []
        if block.kind == "fields":
            lines = {field.id: top + place for place, field in enumerate(block.fields)}
            at = RowRef(FILE, name, top, dict.fromkeys(lines, 3), lines)
            rows = [Row(values, at, key) for key, values in blocks.get(block.id, ())]
            top += len(block.fields) + 2
        else:
            columns = {field.id: place for place, field in enumerate(block.fields, start=1)}
            for offset, (key, values) in enumerate(blocks.get(block.id, ())):
                rows.append(Row(values, RowRef(FILE, name, top + offset, columns), key))
            top += len(rows) + 3
        if block.id in blocks:
            result[block.id] = tuple(rows)
    return SheetData(form, sheet_id, name, officer_id, result)
