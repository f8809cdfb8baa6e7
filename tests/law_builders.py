"""Records from terse law tables: whatever a case does not say is an officer without any fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from qeval_batch.core.cells import CellRef, RowRef
from qeval_batch.core.period import Period
from qeval_batch.model.records import (
    AXES,
    AxisEntry,
    ClaimAnswer,
    CollectiveSheet,
    Criterion,
    Excuse,
    FormerOpinion,
    OfficerSheet,
    Product,
    Proposal,
    Task,
    UnitRecord,
)
from qeval_batch.model.results import Levels, OfficerResult, Order, Status
from qeval_batch.model.roster import Change, Group, Officer, Roster, Unit
from qeval_batch.spec.load import load_spec
from qeval_batch.spec.policy import Policy

FORMS = Path(__file__).parents[1] / "forms"
PERIOD = Period(2026, 3)
UNIT, HIM, HEAD = "DV001", "CB0001", "CB0000"
CONFIRMED = Excuse("Thiên tai", "15-QĐ/TU", "Ban Thường vụ Tỉnh ủy", True, ClaimAnswer.ACCEPTED)
OPEN = replace(CONFIRMED, answer=ClaimAnswer.OPEN)
REJECTED = replace(CONFIRMED, answer=ClaimAnswer.REJECTED)
CLAIMED = Excuse("Thiên tai", None, None, False)
NO_EXCUSE = Excuse(None, None, None, False)
_EXCUSES = {"confirmed": CONFIRMED, "open": OPEN, "rejected": REJECTED, "claimed": CLAIMED, None: NO_EXCUSE}
_DEADLINE, _LATE = date(2026, 9, 15), date(2026, 9, 20)
_AXIS1, _OTHER, _GENERAL = Decimal(50), Decimal(4), 30


@dataclass(frozen=True)
class NamedCell(CellRef):
    """A cell that tells which field it is, since no form gives it a column here."""

    name: str = ""

    @property
    def a1(self) -> str:
        return f"{self.name}{self.row}"


@dataclass(frozen=True)
class NamedRow(RowRef):
    """A record each of whose cells tells its field."""

    def cell(self, field_id: str) -> CellRef:
        return NamedCell(self.file, self.sheet, self.row, 1, field_id)


def at(sheet: str, row: int = 1) -> RowRef:
    return NamedRow("don-vi.xlsx", sheet, row)


def dec(value: Any) -> Decimal:
    return Decimal(str(value))


@cache
def base_policy() -> Policy:
    return load_spec(FORMS, PERIOD.end).policy


def policy_with(changes: Mapping[str, Any] | None = None) -> Policy:
    """The shipped policy under other values; a map is merged, any other value replaced."""
    policy = base_policy()
    entries = dict(policy.entries)
    for key, value in (changes or {}).items():
        old = entries[key].value
        entries[key] = entries[key].model_copy(update={"value": {**old, **value} if isinstance(old, dict) else value})
    return replace(policy, entries=entries)


def task(number: int, spec: Mapping[str, Any]) -> Task:
    """``late``, ``failed``, ``excused``, ``exceeded``, ``ad_hoc``, ``key``, ``confirmed`` are marks; without: in time."""
    done = not (spec.get("failed") or spec.get("excused"))
    excuse = _EXCUSES[spec.get("excuse", "confirmed" if spec.get("excused") else None)]
    return Task(
        code=f"NV{number:02d}", axis="1", text="Nhiệm vụ", source="ad_hoc" if spec.get("ad_hoc") else "planned",
        document=None, in_charge=tuple(spec.get("in_charge", ())), key=bool(spec.get("key")), deadline=_DEADLINE,
        completed=(_LATE if spec.get("late") else _DEADLINE) if done else None, done=done, late=bool(spec.get("late")),
        exceeded=bool(spec.get("exceeded")), response=spec.get("response"), projected=bool(spec.get("projected")),
        excuse=excuse, at=at("Phụ lục 09", number), confirmed=_confirmed(spec, "task", number))


def _confirmed(spec: Mapping[str, Any], what: str, number: int) -> CellRef | None:
    """The cell of the unit's result report that settled a projected row (R13)."""
    return at("Báo cáo", number).cell(what) if spec.get("confirmed") else None


def tasks(specs: Any) -> tuple[Task, ...]:
    """``n`` repeats an entry."""
    flat = [spec for spec in specs for _ in range(spec.get("n", 1))]
    return tuple(task(number, spec) for number, spec in enumerate(flat, start=1))


def collective(spec: Mapping[str, Any]) -> CollectiveSheet:
    default = [{"n": 7}, {"n": 3, "exceeded": True}]
    part = {"discipline_collective": False, "discipline_member": False, "discipline_subordinate": False,
            "remedied": True, "level": None, **spec.get("part3", {})}
    return CollectiveSheet(UNIT, tasks(spec.get("tasks", default)), at=at("Phụ lục 09"), **part)


def product(number: int, spec: Mapping[str, Any]) -> Product:
    """One of axis ``axis``: 1 of 1 done on time at 100 % unless said otherwise."""
    assigned, done = dec(spec.get("assigned", 1)), dec(spec.get("done", spec.get("assigned", 1)))
    completed = spec.get("completed", _DEADLINE if done else None)
    return Product(
        no=number, task_code=spec.get("task"), standard_code=None, axis=str(spec.get("axis", number)), text="Sản phẩm",
        role=spec.get("role", "lead"), source=None, assigned=assigned, coefficient=dec(spec.get("coefficient", 1)),
        key=bool(spec.get("key")), deadline=_DEADLINE, done=done, completed=completed,
        projected=bool(spec.get("projected")), quality=_percent(spec, "quality"),
        progress=_percent(spec, "progress", None), leadership=_percent(spec, "leadership"),
        exceeded=bool(spec.get("exceeded")), response=spec.get("response"),
        excuse=_EXCUSES[spec.get("excuse")], at=at("CB", 40 + number), confirmed=_confirmed(spec, "product", number))


def _percent(spec: Mapping[str, Any], name: str, default: Any = 100) -> Decimal | None:
    value = spec.get(name, default)
    return None if value is None else dec(value)


def officer_sheet(spec: Mapping[str, Any], officer: str = HIM) -> OfficerSheet:
    """``score``: the total that axis 1's quality and leadership are set for; ``patch``: a product's values by axis."""
    target = dec(spec.get("score", 95))
    met = _GENERAL if target > 70 else 0
    others = 100 if target - met >= 45 else 0
    rest = (len(AXES) - 1) * _OTHER * (50 + dec(others) / 2) / 100
    # Axis 1 has 50 points: 50 × (100 + b + 100 + b)/4 % = 25 + b/4.
    quality = 4 * (target - met - rest - 25)
    assert 0 <= quality <= 100, target
    percent = {axis: quality if axis == "1" else others for axis in AXES}
    # Without any fault: one product exceeded, as level 1 asks of the person.
    rows = [{"axis": axis, "quality": percent[axis], "leadership": percent[axis], "exceeded": axis == "1"}
            for axis in AXES]
    patch = spec.get("patch", {})
    items = [{**row, **patch.get(row["axis"], {})} for row in rows if row["axis"] not in spec.get("without", ())]
    items += spec.get("more", [])
    criteria = tuple(Criterion(f"1.{number}", dec(2), None if number in spec.get("unmarked", ()) else bool(met),
                               at(officer, 10 + number)) for number in range(1, 16))
    axes = tuple(AxisEntry(axis, "main" if axis == "1" else "secondary", _AXIS1 if axis == "1" else _OTHER,
                           axis in spec.get("none_arising", ()), at(officer, 30 + int(axis))) for axis in AXES)
    return OfficerSheet(
        officer=officer, form="phu-luc-02", criteria=criteria, axes=axes,
        products=tuple(product(number, item) for number, item in enumerate(items, start=1)), overall=None,
        outstanding=None, shortcomings=None, remedy_plan=None, remedied=spec.get("remedied", True),
        discipline=spec.get("discipline", False), self_level=spec.get("self", 1), at=at(officer))


def proposal(spec: Mapping[str, Any]) -> Proposal:
    score = spec.get("score")
    return Proposal(HIM, dec(score) if score is not None else None, spec.get("level", 1), "Trưởng ban",
                    spec.get("reason", "Có căn cứ"), None, at("Tổng hợp", 5), reason_waived=spec.get("waived", False))


def opinion(spec: Mapping[str, Any]) -> FormerOpinion:
    score = spec.get("score")
    return FormerOpinion(HIM, spec["unit"], spec.get("comment", "Hoàn thành tốt"), dec(score) if score is not None else None,
                         spec.get("level"), None, at(f"Nhận xét {HIM}", 10))


def officer(ident: str, spec: Mapping[str, Any], head: bool) -> Officer:
    return Officer(
        id=ident, name=f"Cán bộ {ident}", birth_date=None, unit=UNIT,
        post_class=spec.get("post_class", "Cấp phó sở, ban, ngành"), party_post=None, government_post=None,
        union_post=None, other_post=None, head=spec.get("head", head),
        committee_member=bool(spec.get("committee_member")), authority=spec.get("authority"),
        group=spec.get("group", "N01"), field_in_charge=None, standing=spec.get("standing"),
        standing_document=spec.get("document"), previous_level=None, at=at("Cán bộ", int(ident[2:]) + 2),
        outcomes=tuple(spec.get("outcomes", ())))


def change(row: Mapping[str, Any], number: int) -> Change:
    return Change(row.get("officer", HIM), row["kind"], row["start"], row.get("end"), row.get("former"), None,
                  at("Biến động", number))


def unit(ident: str, parent: str | None = None) -> Unit:
    return Unit(ident, f"Đơn vị {ident}", parent, "dang", None, None, None, None, at("Đơn vị"))


def world(case: Mapping[str, Any]) -> tuple[Roster, dict[str, UnitRecord]]:
    """One officer under test (``head`` by default) and the unit; ``colleagues``, ``child`` where a rule needs them."""
    him = officer(HIM, case.get("officer", {}), True)
    people = [him] if him.head or case.get("no_head") else [officer(HEAD, {"group": None}, True), him]
    people += [officer(ident, spec, False) for ident, spec in case.get("colleagues", {}).items()]
    groups = {"N01": Group("N01", "Nhóm 1", None, True, None, case.get("group_decision", "5-QĐ/TU"), at("Nhóm tương đồng", 2))}
    changes = tuple(change(row, number) for number, row in enumerate(case.get("changes", ()), start=2))
    child = case.get("child")
    units = {UNIT: unit(UNIT)} | ({"DV002": unit("DV002", UNIT)} if child is not None else {})
    roster = Roster(units, {item.id: item for item in people}, groups, changes)
    if case.get("no_record"):
        return roster, {}
    sheet = case.get("sheet", {})
    sheets = {} if sheet is None else {HIM: officer_sheet(sheet)}
    sheets |= {ident: officer_sheet(spec.get("sheet", {}), ident) for ident, spec in case.get("colleagues", {}).items()}
    row = case.get("unit", {})
    record = UnitRecord(
        UNIT, None if case.get("collective", {}) is None else collective(case.get("collective", {})), sheets,
        {} if row is None else {HIM: proposal(row)}, received_sheets=frozenset({HIM} if case.get("received") else ()),
        faulty_proposals=frozenset({HIM} if case.get("faulty") else ()))
    records = {UNIT: record}
    for said in case.get("opinions", ()):
        records[said["unit"]] = UnitRecord(said["unit"], opinions={HIM: opinion(said)})
    if child is not None:
        sent = replace(collective({"part3": child}), unit="DV002") if child.get("collective", {}) is not None else None
        records["DV002"] = UnitRecord("DV002", sent)
    return roster, records


def candidate(ident: str, spec: Mapping[str, Any], group: str = "N01") -> OfficerResult:
    """A graded member of a group; without ``level`` one who still waits."""
    level = spec.get("level")
    part, whole = spec.get("exceed", (3, 10))
    order = Order(dec(spec.get("score", 95)), (part, whole), spec.get("products", 0), dec(spec.get("work", 0)))
    levels = Levels(self=1, unit=level, computed=level, eligible=level, proposed=level)
    status = Status.GRADED if level else Status.PENDING
    return OfficerResult(ident, ident, UNIT, group, False, "B", status, levels=levels if level else Levels(),
                         order=order if level else None)

