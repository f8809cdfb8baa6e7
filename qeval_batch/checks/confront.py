"""What Phụ lục 09 and the officers' sheets say of one task is confronted; a contradiction is named at both cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qeval_batch.checks.scope import SheetScope, code_key
from qeval_batch.checks.topics import CONFRONT
from qeval_batch.checks.unit import own_rows
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.records import CollectiveSheet, OfficerSheet, Product, Task
from qeval_batch.rules.collective import complete

_LEAD = "lead"


@dataclass(frozen=True)
class _Lead:
    """A product an officer leads in this quarter."""

    officer: str
    product: Product


def _leads(sheets: Mapping[str, OfficerSheet], scopes: Mapping[str, SheetScope]) -> dict[str, list[_Lead]]:
    """Lead products by the key of their task; a row carried over names a task of another quarter (R22)."""
    found: dict[str, list[_Lead]] = {}
    for officer, sheet in sheets.items():
        here = {row.at.row for row in own_rows(scopes[officer])}
        for item in sheet.products:
            if item.role == _LEAD and item.task_code and item.at.row in here:
                found.setdefault(code_key(item.task_code), []).append(_Lead(officer, item))
    return found


@CONFRONT.check("TASK_LEAD_SHORT", "TASK_LEAD_DONE", "TASK_LEAD_LATE")
def task_and_lead(collective: CollectiveSheet, sheets: Mapping[str, OfficerSheet],
                  scopes: Mapping[str, SheetScope]) -> Iterator[Finding]:
    """A task done while a lead product is short, not done while all are done, in time while one ends late (R12)."""
    leads = _leads(sheets, scopes)
    for task in collective.tasks:
        mine = leads.get(code_key(task.code), [])
        done = [lead for lead in mine if complete(lead.product)]
        if not task.done:
            if len(done) == len(mine):
                yield from _both("TASK_LEAD_DONE", collective.unit, task, "status", mine, "done")
            continue
        yield from _both("TASK_LEAD_SHORT", collective.unit, task, "status",
                         [lead for lead in mine if lead not in done], "done")
        if not task.late:
            late = [lead for lead in done if lead.product.completed and lead.product.completed > task.deadline]
            yield from _both("TASK_LEAD_LATE", collective.unit, task, "completed", late, "completed")


def _both(code: str, unit: str, task: Task, task_field: str, leads: list[_Lead], field: str) -> Iterator[Finding]:
    """The contradiction at the task's cell, once for all its leads, and at the cell of every lead."""
    if not leads:
        return
    here = task.at.cell(task_field)
    cells = ", ".join(f"{lead.product.at.sheet}!{lead.product.at.cell(field).a1}" for lead in leads)
    slots = {"task": task.code, "task_sheet": here.sheet, "task_cell": here.a1, "cells": cells}
    yield finding(code, Where(Part.COLLECTIVE, unit).at(here), **slots)
    for lead in leads:
        yield finding(code, Where(Part.OFFICER, unit, lead.officer).at(lead.product.at.cell(field)), **slots)
