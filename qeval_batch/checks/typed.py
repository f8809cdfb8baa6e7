"""Sound rows to records. Called only on sheets no error stands in; without a value it needs it is ``Unsound``."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from qeval_batch.checks.collective import task_state
from qeval_batch.checks.dossier import asked_for, place_of
from qeval_batch.checks.officer_axes import axis_rows, points_of
from qeval_batch.checks.officer_general import criteria
from qeval_batch.checks.officer_products import product_state
from qeval_batch.checks.scope import SheetScope, blank, day, mark, number, text
from qeval_batch.core.cells import RowRef
from qeval_batch.core.say import say
from qeval_batch.model.claims import ClaimPlace
from qeval_batch.model.records import (
    AXES,
    AxisEntry,
    CollectiveSheet,
    Criterion,
    DossierPart,
    Excuse,
    OfficerSheet,
    Product,
    Proposal,
    Task,
)
from qeval_batch.model.submission import INVALID, Row

Value = TypeVar("Value")
_ONE = Decimal(1)
_YES = {"yes": True, "no": False, "none": True}      # `Không có` counts as remedied (R37)


class Unsound(Exception):
    """A cell the record cannot do without is blank or unreadable although no error was found; names the field."""


def collective_record(scope: SheetScope) -> CollectiveSheet:
    """Phụ lục 09 as the rules read it. Unsound where a task cannot be typed."""
    rows = scope.sheet.rows("tasks")
    answers = next(iter(scope.sheet.rows("status")), None)
    at = answers.at if answers is not None else rows[0].at
    answer = answers if answers is not None else Row({}, at)
    return CollectiveSheet(
        unit=scope.unit.id,
        tasks=tuple(task(row, scope) for row in rows),
        discipline_collective=yes_no(answer, "discipline_collective"),
        discipline_member=yes_no(answer, "discipline_member"),
        discipline_subordinate=yes_no(answer, "discipline_subordinate"),
        remedied=yes_no(answer, "remedied"),
        level=code_number(answer, "collective_level"),
        at=at,
        counts_at={row.key: row.at for row in scope.sheet.rows("counts") if row.key is not None},
    )


def task(row: Row, scope: SheetScope) -> Task:
    """One task; the dates decide on late, else the status (rules.md C)."""
    state = task_state(row, scope)
    deadline = need(state.deadline, "deadline")
    done = need(state.done, "status")
    late = state.completed > deadline if state.completed is not None else text(row, "status") == "late"
    named = row["in_charge"]
    code = need(text(row, "code"), "code")
    return Task(
        code=code, axis=need(text(row, "axis"), "axis"),
        text=need(text(row, "task"), "task"), source=need(text(row, "source"), "source"),
        document=text(row, "document"), in_charge=named if isinstance(named, tuple) else (), key=mark(row, "key"),
        deadline=deadline, completed=state.completed, done=done, late=late, exceeded=mark(row, "exceeded"),
        response=code_number(row, "response"), projected=state.projected,
        excuse=_ruled(state.excuse, ClaimPlace(scope.unit.id, task=code), scope), at=row.at, confirmed=row.confirmed,
    )


def _ruled(excuse: Excuse, place: ClaimPlace, scope: SheetScope) -> Excuse:
    """The claim with what the office answered to it, as long as it says the same."""
    return replace(excuse, answer=scope.ctx.acts.answer_to(place, excuse))


def officer_record(scope: SheetScope) -> OfficerSheet:
    """One officer's annex as the rules read it. Unsound where something needed is missing."""
    own = need(next(iter(scope.sheet.rows("self")), None), "self")
    need(scope.block("axes"), say("checks.typed.old_form"))
    axes = axis_rows(scope)
    if tuple(axes) != AXES:
        raise Unsound("axes")
    general, part_b, total = (_total(scope, block, key) for block, key in (
        ("general", "total"), ("axes", "total_b"), ("axes", "total_ab")))
    return OfficerSheet(
        officer=need(scope.sheet.officer, "officer"), form=scope.sheet.form,
        criteria=tuple(Criterion(fixed.key, Decimal(fixed.values["max_points"]), mark(row, "met"), row.at)
                       for fixed, row in criteria(scope) if row is not None),
        axes=tuple(axis_entry(axis, row) for axis, row in axes.items()),
        products=tuple(product(index, row, scope) for index, row in enumerate(scope.sheet.rows("products"), start=1)),
        overall=text(own, "overall"), outstanding=text(own, "outstanding"), shortcomings=text(own, "shortcomings"),
        remedy_plan=text(own, "remedy_plan"), remedied=yes_no(own, "remedied"), discipline=yes_no(own, "discipline"),
        self_level=need(code_number(own, "self_level"), "self_level"),
        at=_with_totals(own.at, {"workbook_general": general, "workbook_axes_total": part_b, "workbook_total": total}),
        workbook_general=number(general, "points") if general else None,
        workbook_axes_total=number(part_b, "points") if part_b else None,
        workbook_total=number(total, "points") if total else None,
    )


def axis_entry(axis: str, row: Row) -> AxisEntry:
    """A row of B1."""
    return AxisEntry(axis, need(text(row, "role"), "role"), need(points_of(row), "max_points"),
                     mark(row, "none_arising"), row.at, number(row, "kpi"), number(row, "points"))


def product(index: int, row: Row, scope: SheetScope) -> Product:
    """A row of B2; its number is the one entered, else its place in the list."""
    state = product_state(row, scope)
    own_number = number(row, "no")
    no = int(own_number) if own_number is not None else index
    place = ClaimPlace(scope.unit.id, scope.sheet.officer or "", product=no)
    if row["coefficient"] is INVALID:
        raise Unsound("coefficient")
    return Product(
        no=no,
        task_code=text(row, "task_code"), standard_code=text(row, "standard_code"),
        axis=need(text(row, "axis"), "axis"), text=need(text(row, "product"), "product"),
        role=need(text(row, "role"), "role"), source=text(row, "source"),
        assigned=need(state.assigned, "assigned"), coefficient=number(row, "coefficient") or _ONE,
        key=mark(row, "key"), deadline=need(state.deadline, "deadline"), done=need(state.quantity, "done"),
        completed=state.completed, projected=state.projected, quality=number(row, "quality_pct"),
        progress=number(row, "progress_pct"), leadership=number(row, "leadership_pct"),
        exceeded=mark(row, "exceeded"), response=code_number(row, "response"),
        excuse=_ruled(state.excuse, place, scope), at=row.at, workbook_kpi=number(row, "kpi"), confirmed=row.confirmed,
    )


def proposal_record(row: Row, officer: str, reason_waived: bool = False) -> Proposal:
    """A row of `Tổng hợp`; ``reason_waived`` where somebody lifted the finding that it gives none."""
    return Proposal(officer, number(row, "unit_score"), code_number(row, "unit_level"), text(row, "proposer"),
                    text(row, "reason"), text(row, "personnel"), row.at, reason_waived)


def dossier_record(scope: SheetScope) -> tuple[DossierPart, ...]:
    """The parts that are owed; of an officer who is not evaluated only what was sent all the same."""
    parts = []
    for row in scope.sheet.rows("parts"):
        place = place_of(row)
        electronic, paper = mark(row, "electronic"), mark(row, "paper")
        if place is not None and (asked_for(row, scope) or electronic or paper):
            parts.append(DossierPart(place[0], place[1], text(row, "number"), day(row, "date"), electronic, paper,
                                     text(row, "note"), row.at))
    return tuple(parts)


def need(value: Value | None, name: str) -> Value:
    """``value`` itself; Unsound where it is not there."""
    if value is None:
        raise Unsound(name)
    return value


def yes_no(row: Row, field: str) -> bool | None:
    """A yes/no answer, None where blank."""
    return _YES.get(text(row, field) or "")


def code_number(row: Row, field: str) -> int | None:
    """A choice whose codes are figures (levels, response), None where blank; Unsound where unreadable."""
    if blank(row, field):
        return None
    value = text(row, field)
    if value is None:
        raise Unsound(field)
    return int(value)


def _total(scope: SheetScope, block: str, key: str) -> Row | None:
    return next((row for row in scope.sheet.rows(block) if row.key == key), None)


def _with_totals(at: RowRef, totals: dict[str, Row | None]) -> RowRef:
    """The address of the sheet's record, with the cells of its totals beside its own fields."""
    cells = {name: row.at.cell("points") for name, row in totals.items() if row is not None}
    return RowRef(at.file, at.sheet, at.row, {**at.columns, **{name: cell.column for name, cell in cells.items()}},
                  {**at.rows, **{name: cell.row for name, cell in cells.items()}})
