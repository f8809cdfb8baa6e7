"""Across the sheets of one unit: one lead per task and tasks that exist (R12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qeval_batch.checks.carried import carried
from qeval_batch.checks.officer_self import belongs
from qeval_batch.checks.scope import SheetScope, code_key, text
from qeval_batch.checks.topics import UNIT
from qeval_batch.model.findings import Finding
from qeval_batch.model.submission import Row


@dataclass(frozen=True)
class UnitSheetsView:
    """The filled sheets of one unit side by side; ``officers`` in the order of their ids, own officers only."""

    collective: SheetScope | None
    officers: tuple[SheetScope, ...]

    @cached_property
    def tasks(self) -> Mapping[str, Row]:
        """Tasks of Phụ lục 09 by the key of their code, first one of a double code."""
        found: dict[str, Row] = {}
        for row in self.collective.sheet.rows("tasks") if self.collective is not None else ():
            code = text(row, "code")
            if code is not None:
                found.setdefault(code_key(code), row)
        return found

    @cached_property
    def leads(self) -> Mapping[str, list[tuple[SheetScope, Row]]]:
        """`Chủ trì` rows by task, one per officer: several products of one task under one lead are one lead."""
        found: dict[str, list[tuple[SheetScope, Row]]] = {}
        for scope in self.officers:
            for row in own_rows(scope):
                code = text(row, "task_code")
                if code is None or text(row, "role") != "lead":
                    continue
                leads = found.setdefault(code_key(code), [])
                if all(other is not scope for other, _ in leads):
                    leads.append((scope, row))
        return found

    @property
    def complete(self) -> bool:
        """Every officer asked for sent a sheet whose product rows all tell task and role, so that `none` is known."""
        if self.collective is None or not all(scope.whole for scope in (self.collective, *self.officers)):
            return False
        unit = self.collective.unit.id
        have = {scope.sheet.officer for scope in self.officers}
        asked = {item.id for item in self.collective.ctx.asked.of(unit)}
        rows = [list(own_rows(scope)) for scope in self.officers]
        return asked <= have and all(rows) and all(text(row, "task_code") and text(row, "role")
                                                   for own in rows for row in own)


def own_rows(scope: SheetScope) -> Iterator[Row]:
    """The products of this quarter: a row carried over names a task of the quarter it was done in (R22)."""
    return (row for row in scope.sheet.rows("products") if carried(row, scope) is None)


def own_sheets(officers: Mapping[str, SheetScope]) -> tuple[SheetScope, ...]:
    """The sheets of the unit's own officers, by id."""
    return tuple(scope for _, scope in sorted(officers.items()) if belongs(scope))


@UNIT.check("TASK_LEAD_TWICE")
def one_lead(view: UnitSheetsView) -> Iterator[Finding]:
    """No task code has two officers as `Chủ trì` (LD I.2, R12)."""
    for leads in view.leads.values():
        for scope, row in leads[1:]:
            first_scope, first_row = leads[0]
            yield scope.found("TASK_LEAD_TWICE", row, "role", task=text(row, "task_code"),
                              officer=scope.sheet.officer, other=first_scope.sheet.officer,
                              other_sheet=first_scope.sheet.name, other_cell=first_row.at.cell("role").a1, follows="")


@UNIT.check("TASK_LEAD_NONE")
def some_lead(view: UnitSheetsView) -> Iterator[Finding]:
    """Every task of Phụ lục 09 has a `Chủ trì`; asked only when all the sheets are there to tell (LD I.2, R12)."""
    if view.collective is None or not view.complete:
        return
    for key, row in view.tasks.items():
        if key not in view.leads and not _led_elsewhere(row, view.collective):
            yield view.collective.found("TASK_LEAD_NONE", row, "code", task=text(row, "code"))


def _led_elsewhere(row: Row, collective: SheetScope) -> bool:
    """Whether somebody in charge is evaluated by another authority, whose products are not asked here."""
    named: Any = row.values.get("in_charge")
    people = [collective.ctx.roster.officers.get(ident) for ident in (named if isinstance(named, tuple) else ())]
    return any(person is not None and not collective.ctx.asked.is_here(person) for person in people)


@UNIT.check("PRODUCT_TASK_UNKNOWN")
def known_tasks(view: UnitSheetsView) -> Iterator[Finding]:
    """A product's task stands in Phụ lục 09 (R12)."""
    if view.collective is None or not view.collective.whole or not view.tasks:
        return
    for scope in view.officers:
        for row in own_rows(scope):
            code = text(row, "task_code")
            if code is not None and code_key(code) not in view.tasks:
                yield scope.found("PRODUCT_TASK_UNKNOWN", row, "task_code", task=code,
                                  sheet=view.collective.sheet.name, role=text(row, "role"), follows="")
