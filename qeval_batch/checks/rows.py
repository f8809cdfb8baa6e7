"""What a task of Phụ lục 09 and a product of B2 have in common: dates, excuse, `Ước`, `Vượt mức`, response level.

The same clause must not be checked in two ways, so both kinds of row are brought to one ``RowState`` first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from qeval_batch.checks.carried import carried
from qeval_batch.checks.scope import (
    SheetScope,
    blank,
    day,
    mark,
    readable,
    text,
    vi_date,
)
from qeval_batch.checks.topics import ROW
from qeval_batch.core.exchanged import exchanged, meant_instead
from qeval_batch.core.text import match_key
from qeval_batch.model.findings import Finding
from qeval_batch.model.records import Excuse
from qeval_batch.model.submission import Row

_DATES = ("deadline", "completed")
_EXCUSE_FIELDS = ("cause", "confirm_document", "confirm_body")


@dataclass(frozen=True)
class RowState:
    """What stands in a row, as far as it can be read. ``None``: not known, so nothing is concluded from it.

    ``done``: the whole of what was assigned. ``delivered``: the whole of what still counts as assigned once a
    claimed excuse is taken off (R17); equal to ``done`` for a task.
    """

    block: str
    name: str
    done: bool | None
    delivered: bool | None
    started: bool | None
    deadline: date | None
    completed: date | None
    projected: bool
    excuse: Excuse

    @property
    def on_time(self) -> bool | None:
        """Delivered on a known date not after the deadline; None where a date is missing or unreadable."""
        if not self.delivered or self.completed is None or self.deadline is None:
            return None
        return self.completed <= self.deadline


def excuse_of(row: Row, scope: SheetScope) -> Excuse:
    """The objective cause as declared; claimed only with cause, document and a body that may confirm it.

    The body is one of the policy's list and never the unit itself (LD VI.1.4, R17). Whether it counts the office says.
    """
    cause, document, body = (text(row, name) for name in _EXCUSE_FIELDS)
    if not (cause and document and body):
        return Excuse(cause, document, body, False)
    return Excuse(cause, document, body, _may_confirm(body, scope))


def _may_confirm(body: str, scope: SheetScope) -> bool:
    return match_key(body) in scope.ctx.confirming_bodies and not _is_unit(body, scope)


def _is_unit(body: str, scope: SheetScope) -> bool:
    return match_key(body) in (match_key(scope.unit.name), match_key(scope.unit.id))


@ROW.check("ROW_REQUIRED_BLANK")
def required_cells(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """Every cell the form calls required is filled."""
    block = scope.block(state.block)
    for field in block.fields if block is not None else ():
        if field.required and blank(row, field.id):
            yield scope.found("ROW_REQUIRED_BLANK", row, field.id, label=field.label, name=state.name)


@ROW.check("ROW_COMPLETED_AFTER_QUARTER", "ROW_COMPLETED_AHEAD")
def completion_date(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """A completion date lies in or before the quarter (R13); one after the arrival is an estimate and is marked so."""
    if state.completed is None:
        return
    if state.completed > scope.ctx.period.end:
        yield scope.found("ROW_COMPLETED_AFTER_QUARTER", row, "completed", name=state.name,
                          completed=vi_date(state.completed), end=vi_date(scope.ctx.period.end))
    elif state.completed > scope.arrival and not state.projected and row.confirmed is None:
        yield scope.found("ROW_COMPLETED_AHEAD", row, "completed", name=state.name,
                          completed=vi_date(state.completed), arrival=vi_date(scope.arrival))


@ROW.check("ROW_NOT_DUE_YET", kept=False)
def not_due_yet(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """A row not done whose deadline is still to come is marked `Ước` or it says nothing yet, never a failure (R13)."""
    open_still = not state.projected and row.confirmed is None     # a result report is the last word on its rows
    if state.done is False and open_still and state.deadline is not None and state.deadline > scope.arrival:
        yield scope.found("ROW_NOT_DUE_YET", row, "deadline", name=state.name,
                          deadline=vi_date(state.deadline), arrival=vi_date(scope.arrival))


@ROW.check("ROW_DEADLINE_AFTER_QUARTER", "ROW_DEADLINE_BEFORE_QUARTER")
def deadline_in_quarter(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """Only what falls due in the quarter is assigned (R13); a row that was carried over keeps its deadline (R22)."""
    period = scope.ctx.period
    if state.deadline is None or carried(row, scope) is not None:
        return
    if state.deadline > period.end:
        yield scope.found("ROW_DEADLINE_AFTER_QUARTER", row, "deadline", name=state.name,
                          deadline=vi_date(state.deadline), end=vi_date(period.end))
    elif state.deadline < period.start:
        yield scope.found("ROW_DEADLINE_BEFORE_QUARTER", row, "deadline", name=state.name,
                          deadline=vi_date(state.deadline), start=vi_date(period.start))


@ROW.check("ROW_COMPLETED_BEFORE_QUARTER")
def completed_in_quarter(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """What was done before the quarter was done for an earlier one, unless it was carried over (R13, R22)."""
    start = scope.ctx.period.start
    if state.completed is not None and state.completed < start and carried(row, scope) is None:
        yield scope.found("ROW_COMPLETED_BEFORE_QUARTER", row, "completed", name=state.name,
                          completed=vi_date(state.completed), start=vi_date(start))


@ROW.check("ROW_DATE_EXCHANGED")
def day_before_month(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """A date that misses the quarter, and meets it with day and month exchanged, is asked and not used."""
    for name in _DATES:
        other = _asked(row, name, scope)
        if other is not None:
            yield scope.found("ROW_DATE_EXCHANGED", row, name, name=state.name, label=scope.label(state.block, name),
                              date=vi_date(exchanged(other) or other), other=vi_date(other))


def _asked(row: Row, name: str, scope: SheetScope) -> date | None:
    """The other reading of a date nobody would use as it stands."""
    stated = day(row, name)
    return meant_instead(stated, scope.ctx.period) if stated is not None and carried(row, scope) is None else None


@ROW.check("ROW_EXCEEDED_NOT_DONE")
def exceeded_is_done(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """`Vượt mức` only on what is done (rules.md C)."""
    if state.done is False and mark(row, "exceeded"):
        yield scope.found("ROW_EXCEEDED_NOT_DONE", row, "exceeded", name=state.name)


@ROW.check("ROW_EXCUSE_NOT_NEEDED", "ROW_EXCUSE_INCOMPLETE", "ROW_EXCUSE_BODY_SELF", "ROW_EXCUSE_BODY_UNKNOWN")
def excuse(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """An objective cause counts with cause, document and a body that may confirm; done on time it changes nothing."""
    declared = state.excuse
    if not (declared.cause or declared.document or declared.body) or not readable(row, *_EXCUSE_FIELDS):
        return
    if state.done and state.on_time is not False:
        first = next(name for name in _EXCUSE_FIELDS if not blank(row, name))
        yield scope.found("ROW_EXCUSE_NOT_NEEDED", row, first, name=state.name)
        return
    missing = [name for name in _EXCUSE_FIELDS if blank(row, name)]
    if missing:
        labels = ", ".join(f"«{scope.label(state.block, name)}»" for name in missing)
        yield scope.found("ROW_EXCUSE_INCOMPLETE", row, missing[0], name=state.name, missing=labels)
    elif declared.body and _is_unit(declared.body, scope):
        yield scope.found("ROW_EXCUSE_BODY_SELF", row, "confirm_body", name=state.name, body=declared.body)
    elif not declared.claimed:
        yield scope.found("ROW_EXCUSE_BODY_UNKNOWN", row, "confirm_body", name=state.name, body=declared.body,
                          bodies="; ".join(scope.ctx.spec.policy.confirming_bodies))


@ROW.check("ROW_RESPONSE_BLANK")
def response_of_key_rows(row: Row, state: RowState, scope: SheetScope) -> Iterator[Finding]:
    """A key task or product that was done has its response level (R16)."""
    if state.started and mark(row, "key") and blank(row, "response"):
        yield scope.found("ROW_RESPONSE_BLANK", row, "response", name=state.name)


def projected_note(marked: list[tuple[Row, RowState]], scope: SheetScope) -> Iterator[Finding]:
    """One note per sheet on its rows marked `Ước`: they count as entered and wait for the result report (R13)."""
    if marked:
        yield scope.found("ROWS_PROJECTED", marked[0][0], "projected", count=len(marked),
                          names=", ".join(state.name for _, state in marked))


def row_dates(row: Row, scope: SheetScope) -> tuple[date | None, date | None]:
    """Deadline and completion date of a row, as far as they can be read; of one that is asked nothing is concluded."""
    deadline, completed = (day(row, name) if _asked(row, name, scope) is None else None for name in _DATES)
    return deadline, completed
