"""B2: every product can be scored (R12, R17) and agrees with the catalogue of standard products where one exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qeval_batch.checks.rows import RowState, excuse_of, projected_note, row_dates
from qeval_batch.checks.scope import (
    SheetScope,
    blank,
    code_key,
    mark,
    number,
    readable,
    text,
    vi_date,
    vi_figure,
)
from qeval_batch.checks.topics import OFFICER, PRODUCT
from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.model.findings import Finding
from qeval_batch.model.roster import StandardProduct
from qeval_batch.model.submission import Row
from qeval_batch.rules.score import PER_DAY, SCALED, effective_assigned, step_progress
from qeval_batch.spec.policy import Policy

_FULL = Decimal(100)
_ONE = Decimal(1)
_SIX_CLEARS = ("task_code", "document")


@dataclass(frozen=True)
class ProductState(RowState):
    """A product row: what both kinds of rows have, and its two quantities."""

    assigned: Decimal | None = None
    quantity: Decimal | None = None


def product_state(row: Row, scope: SheetScope) -> ProductState:
    """A product as far as it can be read; a claimed excuse makes what was done the whole that counts (R17)."""
    deadline, completed = row_dates(row, scope)
    assigned, quantity, declared = number(row, "assigned"), number(row, "done"), excuse_of(row, scope)
    done = delivered = started = None
    if assigned is not None and assigned > 0 and quantity is not None:
        done, started = quantity >= assigned, quantity > 0
        delivered = started and quantity >= effective_assigned(assigned, quantity, declared.claimed)
    name = say("checks.officer_products.product", row=row.at.row)
    return ProductState("products", name, done, delivered, started, deadline, completed, mark(row, "projected"),
                        declared, assigned, quantity)


@PRODUCT.check("PRODUCT_ASSIGNED", "PRODUCT_DONE_BLANK")
def quantities(row: Row, state: ProductState, scope: SheetScope) -> Iterator[Finding]:
    """A positive quantity was assigned, and the quantity done is stated: 0 is a figure, blank is missing (R17)."""
    if state.assigned is not None and state.assigned <= 0:
        yield scope.found("PRODUCT_ASSIGNED", row, "assigned", name=state.name, value=vi_figure(state.assigned))
    if blank(row, "done"):
        yield scope.found("PRODUCT_DONE_BLANK", row, "done", name=state.name)


@PRODUCT.check("PRODUCT_COEFFICIENT")
def coefficient(row: Row, state: ProductState, scope: SheetScope) -> Iterator[Finding]:
    """A coefficient that is filled weighs something; blank is 1 (R17)."""
    value = number(row, "coefficient")
    if value is not None and value <= 0:
        yield scope.found("PRODUCT_COEFFICIENT", row, "coefficient", name=state.name, value=vi_figure(value))


def percent_fields(scope: SheetScope) -> tuple[str, ...]:
    """B and D as the KPI formula of the policy needs them."""
    return ("quality_pct", "leadership_pct") if scope.ctx.kpi_formula == "mean_abcd" else ("quality_pct",)


@PRODUCT.check("PRODUCT_PERCENT_BLANK")
def percentages_given(row: Row, state: ProductState, scope: SheetScope) -> Iterator[Finding]:
    """Blank B or D of a done product is missing (R17)."""
    for field in percent_fields(scope) if state.started else ():
        if blank(row, field):
            yield scope.found("PRODUCT_PERCENT_BLANK", row, field, name=state.name,
                              label=scope.label("products", field))


@PRODUCT.check("PRODUCT_PERCENT_RANGE")
def percentages_in_range(row: Row, state: ProductState, scope: SheetScope) -> Iterator[Finding]:
    """B, C and D lie within 0–100 whatever bounds an office's form gives (R17)."""
    for field in ("quality_pct", "progress_pct", "leadership_pct") if state.started else ():
        value = number(row, field)
        if value is not None and not 0 <= value <= _FULL:
            yield scope.found("PRODUCT_PERCENT_RANGE", row, field, name=state.name, value=vi_figure(value),
                              label=scope.label("products", field))


@PRODUCT.check("PRODUCT_PROGRESS_GIVEN", "PRODUCT_PROGRESS_BLANK", "PRODUCT_PROGRESS_FULL",
               "PRODUCT_PROGRESS_ABOVE_STEP", "PRODUCT_DATE_AND_PROGRESS_BLANK", "ROW_DONE_WITHOUT_DATE")
def progress(row: Row, state: ProductState, scope: SheetScope) -> Iterator[Finding]:
    """C: 100 and left blank when delivered by the deadline, else given and below 100 (R17).

    Where the policy lets B and C speak of the done part, that part's own time counts (``score.partial``). Delivered
    without a date takes C as entered, with a finding; without either there is nothing to take. An entered 100 on a
    product delivered in time says what the rule says and is let stand, as on a delay with a complete objective cause.
    """
    policy = scope.ctx.spec.policy
    if not state.started or not readable(row, "progress_pct", "completed", "deadline") or state.deadline is None:
        return
    if state.completed is None and not blank(row, "completed"):
        return      # ROW_DATE_EXCHANGED asks for it
    if state.completed is not None and state.completed > scope.ctx.period.end:
        return      # ROW_COMPLETED_AFTER_QUARTER has it: with another date C may be right
    entered = number(row, "progress_pct")
    if state.delivered and state.completed is None:
        if entered is None:
            yield scope.found("PRODUCT_DATE_AND_PROGRESS_BLANK", row, "completed", name=state.name,
                              cell=row.at.cell("progress_pct").a1)
        else:
            yield scope.found("ROW_DONE_WITHOUT_DATE", row, "completed", name=state.name,
                              followed=f"C = {vi_figure(entered)}")
    elif state.on_time or _part_in_time(state, policy):
        if entered is not None and entered != _FULL:
            yield scope.found("PRODUCT_PROGRESS_GIVEN", row, "progress_pct", name=state.name, value=vi_figure(entered),
                              completed=vi_date(state.completed or state.deadline), deadline=vi_date(state.deadline))
    elif entered is None:
        if not (_of_part(state, policy) and state.completed is None) and policy.score.progress != PER_DAY:
            yield scope.found("PRODUCT_PROGRESS_BLANK", row, "progress_pct", name=state.name)
    elif entered == _FULL:
        if not state.excuse.claimed and not (_of_part(state, policy) and state.completed is None):
            yield scope.found("PRODUCT_PROGRESS_FULL", row, "progress_pct", name=state.name)
    else:
        yield from _above_step(row, state, entered, scope)


def _of_part(state: ProductState, policy: Policy) -> bool:
    """Whether C is said of the part that is done."""
    return not state.delivered and policy.score.partial == SCALED


def _part_in_time(state: ProductState, policy: Policy) -> bool:
    """Whether the done part stood by the deadline."""
    return (_of_part(state, policy) and state.completed is not None and state.deadline is not None
            and state.completed <= state.deadline)


def _above_step(row: Row, state: ProductState, entered: Decimal, scope: SheetScope) -> Iterator[Finding]:
    """A C above what the published step per day late would leave, where C is taken as entered."""
    policy = scope.ctx.spec.policy
    if state.completed is None or state.deadline is None or policy.score.progress == PER_DAY:
        return
    expected = step_progress(state.deadline, state.completed, policy)
    if entered > expected:
        yield scope.found("PRODUCT_PROGRESS_ABOVE_STEP", row, "progress_pct", name=state.name, value=vi_figure(entered),
                          days=(state.completed - state.deadline).days, step=vi_figure(policy.score.progress_step),
                          expected=vi_figure(expected))


@PRODUCT.check("PRODUCT_PERCENT_IGNORED", "PRODUCT_DATE_NOT_DONE")
def nothing_done(row: Row, state: ProductState, scope: SheetScope) -> Iterator[Finding]:
    """With 0 done all four parts are 0, whatever is entered (R17); a completion date then contradicts the quantity."""
    if state.started is not False:
        return
    entered = [field for field in ("quality_pct", "progress_pct", "leadership_pct") if number(row, field)]
    if entered:
        yield scope.found("PRODUCT_PERCENT_IGNORED", row, entered[0], name=state.name)
    if state.completed is not None:
        yield scope.found("PRODUCT_DATE_NOT_DONE", row, "completed", name=state.name,
                          completed=vi_date(state.completed))


@PRODUCT.check("PRODUCT_STANDARD_UNKNOWN", "PRODUCT_COEFFICIENT_OWN", "PRODUCT_COEFFICIENT_DIFFERS",
               "PRODUCT_UNIT_DIFFERS")
def catalogue(row: Row, state: ProductState, scope: SheetScope) -> Iterator[Finding]:
    """Coefficient and unit of measure come from the approved catalogue where one exists (R12, R51)."""
    standards = scope.ctx.roster.standards
    if not standards or not readable(row, "standard_code", "coefficient"):
        return
    code, own = text(row, "standard_code"), number(row, "coefficient")
    if code is None:
        if own is not None and own != _ONE:
            yield scope.found("PRODUCT_COEFFICIENT_OWN", row, "coefficient", name=state.name, value=vi_figure(own))
        return
    standard = standard_of(code, scope)
    if standard is None:
        yield scope.found("PRODUCT_STANDARD_UNKNOWN", row, "standard_code", name=state.name, standard=code)
        return
    if standard.coefficient is not None and (own if own is not None else _ONE) != standard.coefficient:
        yield scope.found("PRODUCT_COEFFICIENT_DIFFERS", row, "coefficient", name=state.name, standard=code,
                          value=vi_figure(own if own is not None else _ONE), expected=vi_figure(standard.coefficient))
    unit = text(row, "unit_of_measure")
    if unit and standard.unit_of_measure and match_key(unit) != match_key(standard.unit_of_measure):
        yield scope.found("PRODUCT_UNIT_DIFFERS", row, "unit_of_measure", name=state.name, standard=code, value=unit,
                          expected=standard.unit_of_measure)


def standard_of(code: str, scope: SheetScope) -> StandardProduct | None:
    """The catalogue's entry of a code, however it is spelt."""
    return scope.ctx.standards_by_key.get(code_key(code))


@OFFICER.check("PRODUCT_NOT_CLEAR", kept=True)
def six_clears(scope: SheetScope) -> Iterator[Finding]:
    """Each product names its task and its assigning document (R12); one finding per column, at the first blank."""
    rows = scope.sheet.rows("products")
    for field in _SIX_CLEARS:
        missing = [row for row in rows if blank(row, field)]
        if missing:
            yield scope.found("PRODUCT_NOT_CLEAR", missing[0], field, label=scope.label("products", field),
                              count=len(missing), cells=", ".join(row.at.cell(field).a1 for row in missing))


@OFFICER.check("ROWS_PROJECTED")
def projected_products(scope: SheetScope) -> Iterator[Finding]:
    """One note on the products marked `Ước` (R13)."""
    yield from projected_note([(row, product_state(row, scope)) for row in scope.sheet.rows("products")
                               if mark(row, "projected")], scope)
