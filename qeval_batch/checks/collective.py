"""Phụ lục 09: every task can be counted, and the three answers on discipline and shortcomings are given."""

from __future__ import annotations

from collections.abc import Iterator

from qeval_batch.checks.rows import RowState, excuse_of, projected_note, row_dates
from qeval_batch.checks.scope import SheetScope, blank, code_key, mark, text, vi_date
from qeval_batch.checks.topics import COLLECTIVE, TASK
from qeval_batch.core.say import say
from qeval_batch.model.findings import Finding, finding
from qeval_batch.model.submission import Row

_DONE = ("on_time", "late")
_ANSWERS = ("discipline_collective", "discipline_member", "discipline_subordinate", "remedied")


def task_state(row: Row, scope: SheetScope) -> RowState:
    """A task as far as it can be read: the dates decide whether it is done, else the status (rules.md C)."""
    deadline, completed = row_dates(row, scope)
    status = text(row, "status")
    done = True if completed is not None else status in _DONE if status is not None else None
    name = text(row, "code") or say("checks.collective.in_row", row=row.at.row)
    return RowState("tasks", say("checks.collective.task", name=name), done, done, done, deadline, completed,
                    mark(row, "projected"), excuse_of(row, scope))


@TASK.check("TASK_STATUS_DATES")
def status_follows_dates(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """The dates decide; a status they contradict is an error (rules.md C)."""
    status = text(row, "status")
    if status is None or state.completed is None or state.deadline is None:
        return
    if state.completed > scope.ctx.period.end:
        return      # ROW_COMPLETED_AFTER_QUARTER has it: with another date the status may be right
    expected = "on_time" if state.completed <= state.deadline else "late"
    if status != expected:
        statuses = scope.ctx.spec.lists["task_status"]
        yield scope.found("TASK_STATUS_DATES", row, "status", name=state.name, status=statuses.label(status),
                          expected=statuses.label(expected), completed=vi_date(state.completed),
                          deadline=vi_date(state.deadline))


@TASK.check("ROW_DONE_WITHOUT_DATE")
def done_has_a_date(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """Done without a date follows the status, with a finding (rules.md C)."""
    status = text(row, "status")
    if status in _DONE and blank(row, "completed"):
        yield scope.found("ROW_DONE_WITHOUT_DATE", row, "completed", name=state.name,
                          followed=scope.ctx.spec.lists["task_status"].label(status))


@TASK.check("TASK_OFFICER_UNKNOWN", "TASK_OFFICER_OTHER_UNIT")
def officers_in_charge(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """Those in charge are officers of the roster, as a rule of this unit.

    An id nobody bears is an error: whose field the task belongs to would be a guess (rules.md C, own collective).
    """
    named = row["in_charge"]
    named = named if isinstance(named, tuple) else ()
    unknown = [officer_id for officer_id in named if officer_id not in scope.ctx.roster.officers]
    if unknown:
        yield scope.found("TASK_OFFICER_UNKNOWN", row, "in_charge", name=state.name, officer=", ".join(unknown))
    for officer_id in named:
        officer = scope.ctx.roster.officers.get(officer_id)
        if officer is not None and officer.unit != scope.unit.id:
            yield scope.found("TASK_OFFICER_OTHER_UNIT", row, "in_charge", name=state.name, officer=officer_id,
                              person=officer.name, unit=officer.unit)


@COLLECTIVE.check("TASK_CODE_TWICE")
def codes_once(scope: SheetScope) -> Iterator[Finding]:
    """A task code stands once in Phụ lục 09 (R12)."""
    first: dict[str, Row] = {}
    for row in scope.sheet.rows("tasks"):
        code = text(row, "code")
        if code is None:
            continue
        earlier = first.setdefault(code_key(code), row)
        if earlier is not row:
            yield scope.found("TASK_CODE_TWICE", row, "code", task=code, row=row.at.row, other_row=earlier.at.row,
                              other_cell=earlier.at.cell("code").a1, follows="")


@COLLECTIVE.check("COLLECTIVE_NO_TASKS")
def has_tasks(scope: SheetScope) -> Iterator[Finding]:
    """A task list without a task is missing data, not a full completion (rules.md, principle 3)."""
    if scope.whole and not scope.sheet.rows("tasks"):
        yield finding("COLLECTIVE_NO_TASKS", scope.where)


@COLLECTIVE.check("COLLECTIVE_ANSWER_BLANK")
def answers(scope: SheetScope) -> Iterator[Finding]:
    """Discipline and remedied shortcomings are answered: a blank keeps those who would be level 1 waiting (R37)."""
    for row in scope.sheet.rows("status"):
        for field in _ANSWERS:
            if blank(row, field):
                yield scope.found("COLLECTIVE_ANSWER_BLANK", row, field, label=scope.label("status", field))


@COLLECTIVE.check("ROWS_PROJECTED")
def projected_tasks(scope: SheetScope) -> Iterator[Finding]:
    """One note on the tasks marked `Ước` (R13)."""
    yield from projected_note([(row, task_state(row, scope)) for row in scope.sheet.rows("tasks")
                               if mark(row, "projected")], scope)
