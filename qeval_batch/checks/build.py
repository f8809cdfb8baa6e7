"""One unit's sheets to its ``UnitRecord``: every check run, records built only where no error stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from qeval_batch import messages
from qeval_batch.checks import (
    across,
    carried,
    collective,
    collective_counts,
    confront,
    dossier,
    officer_axes,
    officer_general,
    officer_products,
    officer_score,
    officer_self,
    opinion,
    proposal,
    result_report,
    rows,
)
from qeval_batch.checks import unit as unit_checks
from qeval_batch.checks.consequences import gathered
from qeval_batch.checks.scope import (
    CheckContext,
    SheetScope,
    file_of,
    name_of,
    scope_of,
    text,
)
from qeval_batch.checks.topics import (
    ACROSS,
    COLLECTIVE,
    CONFRONT,
    COUNTS,
    DOSSIER,
    DOSSIER_PARTS,
    OFFICER,
    OPINION,
    PRODUCT,
    PROPOSAL,
    PROPOSALS,
    ROW,
    SCORE,
    TASK,
    UNIT,
)
from qeval_batch.checks.typed import (
    Unsound,
    collective_record,
    dossier_record,
    officer_record,
    proposal_record,
)
from qeval_batch.model.findings import Finding, Part, finding, in_order
from qeval_batch.model.records import OfficerSheet, Proposal, UnitRecord
from qeval_batch.model.roster import Unit
from qeval_batch.model.submission import SheetData
from qeval_batch.model.trace import Score

__all__ = ["REGISTERED", "CheckContext", "build_unit", "check_across"]

# The modules whose import registers the checks.
REGISTERED = (rows, collective, collective_counts, officer_general, officer_axes, officer_products, officer_self,
              officer_score, proposal, dossier, opinion, unit_checks, confront, across,
              carried)
Record = TypeVar("Record")
_Place = tuple[str | None, str | None, str | None]
_CELL = "cell"                        # the family of what stands in one cell


@dataclass
class _Unit:
    """The work on one unit: its sheets, and everything found so far, by reading and here."""

    unit: Unit
    ctx: CheckContext
    reading: Sequence[Finding]
    found: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.errors = [item for item in self.reading if messages.is_error(item)]
        self.taken = {_place(item) for item in self.errors if item.where.a1}
        # Cells apart, an error of reading is one of structure: a title, a header row, a fixed row that is gone.
        self.broken = {(item.where.file, item.where.sheet) for item in self.errors if messages.family(item) != _CELL}

    def add(self, findings: Iterable[Finding]) -> None:
        """Take findings in, as people left them; a cell in which reading found an error is left to that one."""
        for item in self.ctx.acts.lift(findings):
            if item.where.a1 and _place(item) in self.taken:
                continue
            self.found.append(item)
            if messages.is_error(item):
                self.errors.append(item)

    def scope(self, sheet: SheetData, part: Part) -> SheetScope:
        """The sheet under check, told whether reading has found all of it."""
        file = file_of(sheet)
        return scope_of(self.ctx, self.unit, sheet, part, file is not None and (file, sheet.name) not in self.broken)

    def blocked(self, scope: SheetScope) -> bool:
        """Whether an error stands in the sheet, in its file as a whole, or in what it is the only source of."""
        where = scope.where
        return any(
            (item.where.part is where.part and item.where.officer == where.officer
             and (where.file is None or item.where.file in (None, where.file, *scope.sheet.amended_by)))
            or (item.where.file is not None and item.where.file == where.file
                and (item.where.part is Part.FILE or item.where.sheet == where.sheet))
            for item in self.errors)


def build_unit(unit: Unit, sheets: Sequence[SheetData], reading: Sequence[Finding],
               ctx: CheckContext) -> tuple[UnitRecord, list[Finding]]:
    """The record of one unit and what the checks found (the findings of ``reading`` are not repeated).

    A blank sheet, or one in which an error stands, yields no record; the unit's other sheets are used. Never raises
    for what stands in a sheet.
    """
    work = _Unit(unit, ctx, reading)
    sheets, amended = result_report.amend(unit, sheets, ctx.spec)
    work.add(amended)
    filled = [sheet for sheet in sheets if not sheet.blank]
    officers = {sheet.officer or "": work.scope(sheet, Part.OFFICER)
                for sheet in sorted(filled, key=lambda item: item.officer or "") if sheet.sheet == "officer"}
    work.add(_set_aside(officers, ctx))
    tasks = _first(work, filled, "collective", Part.COLLECTIVE)
    proposals = _first(work, filled, "proposal", Part.PROPOSAL)
    parts = _first(work, filled, "dossier", Part.DOSSIER)

    if tasks is not None:
        work.add(_collective_findings(tasks))
    unassessed = set()
    for officer, scope in officers.items():
        wanted, spared = _asked(scope)
        work.add(wanted)
        if any(messages.is_error(item) for item in spared):
            unassessed.add(officer)
    moved = [work.scope(sheet, Part.OPINION) for sheet in sorted(sheets, key=lambda item: item.officer or "")
             if sheet.sheet == "comment"]
    for scope in moved:
        work.add(OPINION.run(scope, opinion.stay_of(scope)))
    work.add(UNIT.run(unit_checks.UnitSheetsView(tasks, unit_checks.own_sheets(officers))))
    work.add(_dossier_findings(parts) if parts is not None else ())

    records = {officer: sheet for officer, scope in officers.items() if officer_self.belongs(scope)
               and officer not in unassessed and (sheet := _sound(work, scope, officer_record)) is not None}
    scores = _compare(work, records, officers)
    totals = {officer: score.total for officer, score in scores.items() if score.total is not None}
    accepted, faulty = _proposals(work, proposals, officers, totals)
    opinions = {scope.sheet.officer or "": found for scope in moved if not scope.sheet.blank
                and (found := _sound(work, scope, opinion.opinion_record)) is not None}
    counted = _sound(work, tasks, collective_record)
    if counted is not None and tasks is not None:
        work.add(COUNTS.run(counted, tasks))
        work.add(CONFRONT.run(counted, records, officers))
    record = UnitRecord(
        unit=unit.id,
        collective=counted,
        sheets=records,
        proposals=accepted,
        dossier=dossier_record(parts) if parts is not None else (),
        received_sheets=_received(sheets, reading),
        faulty_proposals=faulty,
        collective_received=any(sheet.sheet == "collective" for sheet in sheets)
        or any(item.where.part is Part.COLLECTIVE and messages.is_error(item) for item in reading),
        opinions=opinions,
        scores=scores,
        kept={officer: scope.sheet for officer, scope in officers.items()
              if officer in ctx.deferred and officer_self.belongs(scope)},
    )
    return record, in_order(gathered(work.found))


def check_across(records: Mapping[str, UnitRecord], ctx: CheckContext) -> list[Finding]:
    """What can only be seen across units."""
    return in_order(ACROSS.run(records, ctx))


def _set_aside(officers: dict[str, SheetScope], ctx: CheckContext) -> Iterator[Finding]:
    """Sheets of whom another authority evaluates, taken out and told: kept as they came, judged by nobody here."""
    for ident in list(officers):
        person = ctx.roster.officers.get(ident)
        if person is not None and not ctx.asked.is_here(person):
            yield finding("SHEET_ELSEWHERE", officers.pop(ident).where, officer=ident, name=person.name)


def _first(work: _Unit, sheets: Sequence[SheetData], kind: str, part: Part) -> SheetScope | None:
    return next((work.scope(sheet, part) for sheet in sheets if sheet.sheet == kind), None)


def _collective_findings(scope: SheetScope) -> Iterator[Finding]:
    for row in scope.sheet.rows("tasks"):
        state = collective.task_state(row, scope)
        yield from ROW.run(row, state, scope)
        yield from TASK.run(row, state, scope)
    yield from COLLECTIVE.run(scope)


def _dossier_findings(scope: SheetScope) -> Iterator[Finding]:
    for row in scope.sheet.rows("parts"):
        yield from DOSSIER.run(row, scope)
    yield from DOSSIER_PARTS.run(scope)


def _asked(scope: SheetScope) -> tuple[list[Finding], list[Finding]]:
    """What is found in an officer's sheet, and what is passed over because nobody asked a deferred officer for it."""
    deferred = scope.sheet.officer in scope.ctx.deferred
    wanted: list[Finding] = []
    spared: list[Finding] = []
    for kept, item in _officer_findings(scope):
        (wanted if kept or not deferred else spared).append(item)
    return wanted, spared


def _officer_findings(scope: SheetScope) -> Iterator[tuple[bool, Finding]]:
    for row in scope.sheet.rows("products"):
        state = officer_products.product_state(row, scope)
        yield from ROW.told(row, state, scope)
        yield from PRODUCT.told(row, state, scope)
    yield from OFFICER.told(scope)


def _sound(work: _Unit, scope: SheetScope | None, build: Callable[[SheetScope], Record]) -> Record | None:
    """The record of a sheet without errors. What it cannot do without and is not there is an error by itself."""
    if scope is None or work.blocked(scope):
        return None
    try:
        return build(scope)
    except Unsound as missing:
        work.add([finding("SHEET_UNSOUND", scope.where, what=name_of(scope, str(missing)))])
        return None


def _compare(work: _Unit, records: Mapping[str, OfficerSheet],
             officers: Mapping[str, SheetScope]) -> dict[str, Score]:
    """Recompute each sound sheet, compare it with its own figures, and keep the engine's score for the rules."""
    from qeval_batch.rules.claims import as_declared
    from qeval_batch.rules.score import officer_score as recompute

    policy = work.ctx.spec.policy
    scores = {officer: recompute(sheet, policy) for officer, sheet in records.items()}
    for officer, sheet in records.items():
        # The unit's own file takes its claims for accepted: what it shows is compared as it was declared.
        declared = replace(sheet, products=as_declared(sheet.products))
        work.add(SCORE.run(declared, scores[officer] if declared == sheet else recompute(declared, policy),
                           officers[officer]))
    return scores


def _proposals(work: _Unit, scope: SheetScope | None, officers: Mapping[str, SheetScope],
               totals: Mapping[str, Decimal]) -> tuple[dict[str, Proposal], frozenset[str]]:
    """Sound rows by officer, and the officers whose row is refused."""
    if scope is None:
        return {}, frozenset()
    self_levels = {officer: level for officer, sheet in officers.items() for row in sheet.sheet.rows("self")
                   if (level := text(row, "self_level")) is not None}
    items = proposal.proposal_rows(scope, self_levels, totals)
    for item in items:
        work.add(PROPOSAL.run(item, scope))
    work.add(PROPOSALS.run(items, scope))
    faulty = _faulty_rows(work, scope, items)
    unreasoned = {item.where.officer for item in work.found
                  if item.waived is not None and item.code in proposal.REASON_CODES}
    accepted: dict[str, Proposal] = {}
    for item in items:
        officer = item.officer
        if officer is None or not item.filled or officer in faulty or officer not in work.ctx.roster.officers:
            continue
        try:
            accepted.setdefault(officer, proposal_record(item.row, officer, officer in unreasoned))
        except Unsound:
            faulty.add(officer)
    return {officer: accepted[officer] for officer in sorted(accepted) if officer not in faulty}, frozenset(faulty)


def _faulty_rows(work: _Unit, scope: SheetScope, items: Sequence[proposal.ProposalRow]) -> set[str]:
    by_row = {item.row.at.row: item.officer for item in items if item.officer}
    faulty: set[str] = set()
    for item in work.errors:
        where = item.where
        if where.file != scope.where.file or (where.sheet != scope.where.sheet and where.part is not Part.FILE):
            continue
        owner = where.officer or (by_row.get(where.cell.row) if where.cell else None)
        faulty |= {owner} if owner else set(by_row.values())
    return faulty


def _received(sheets: Sequence[SheetData], reading: Sequence[Finding]) -> frozenset[str]:
    """Officers a sheet arrived of: sound, blank, faulty, or dropped by an error of its own (two versions)."""
    arrived = {sheet.officer for sheet in sheets if sheet.sheet == "officer"}
    arrived |= {item.where.officer for item in reading if item.where.part is Part.OFFICER and messages.is_error(item)}
    return frozenset(officer for officer in arrived if officer)


def _place(item: Finding) -> _Place:
    return item.where.file, item.where.sheet, item.where.a1
