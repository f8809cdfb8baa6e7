"""The ledger's entries of a quarter, replayed: how far each officer and collective is, which scopes are closed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.ledger.schema import LedgerEntry
from qeval_batch.ledger.store import Ledger, LedgerDamaged
from qeval_batch.model.course import Asking, Course, Going, Kind, Opinion, Quarter, ScopeStanding, Skip
from qeval_batch.procedure.members import LOWER
from qeval_batch.procedure.table import act_table
from qeval_batch.workspace import Workspace

OPINIONS = (Kind.OPINION, Kind.PROPOSAL54)
_OF_SCOPE = (Kind.CLOSED, Kind.REOPENED)


def load_course(workspace: Workspace, period: Period) -> Course:
    """The course of ``period`` as the ledger tells it. LedgerDamaged or LedgerBusy when it cannot be read."""
    entries = Ledger(workspace.ledger).of_kinds(tuple(Kind), str(period))
    try:
        return replay(entries)
    except (ArithmeticError, KeyError, TypeError, ValueError) as spoilt:
        raise LedgerDamaged(workspace.ledger, say("commands.acts.entry_spoilt", quarter=period.label)) from spoilt


def replay(entries: Iterable[LedgerEntry]) -> Course:
    """``entries`` of one quarter, in their order, as where everybody stands now."""
    scopes: dict[str, ScopeStanding] = {}
    officers: dict[str, list[LedgerEntry]] = defaultdict(list)
    units: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        if entry.kind in _OF_SCOPE:
            scopes[entry.subject] = ScopeStanding(Quarter(entry.kind), int(entry.values["version"]))
        elif entry.officer:
            officers[entry.officer].append(entry)
        else:
            units[entry.unit].append(entry)
    return Course({ident: _going(found) for ident, found in officers.items()},
                  {ident: _going(found) for ident, found in units.items()}, scopes)


def _going(entries: Iterable[LedgerEntry]) -> Going:
    held = {entry.key: entry for entry in entries}.values()
    standing = [entry for entry in held if "withdrawn" not in entry.values]
    return Going(frozenset(map(_fact, standing)),
                 tuple(Skip(entry.subject, entry.by, entry.reason, entry.at) for entry in standing
                       if entry.kind == Kind.SKIPPED),
                 {entry.subject: _asking(entry) for entry in standing if entry.kind == Kind.ASKED},
                 {entry.subject: _opinion(entry) for entry in standing if entry.kind in OPINIONS})


def _asking(entry: LedgerEntry) -> Asking:
    said = entry.values
    return Asking(entry.subject, bool(said["proposes"]), str(said["s1"]), str(said["due"]), str(said["point"]))


def _opinion(entry: LedgerEntry) -> Opinion:
    said = entry.values
    score = Decimal(said["score"]) if said["score"] is not None else None
    return Opinion(entry.officer, entry.subject, entry.kind == Kind.PROPOSAL54, said["level"], score, said["comment"],
                   said["ground"], said["responsible"], str(said["snapshot"]), bool(said["late"]))


def _fact(entry: LedgerEntry) -> str:
    return f"{entry.kind}/{entry.subject}" if entry.kind == Kind.SKIPPED else entry.kind


@dataclass(frozen=True)
class ScopeSummary:
    """How many stand in each state of a scope, in the order of the work; ``least``: the least advanced state."""

    scope: str
    quarter: Quarter
    version: int
    states: Mapping[str, int]

    @property
    def least(self) -> str:
        return next(iter(self.states))


def summaries(course: Course, officers: Mapping[str, str], reporting: Iterable[str]) -> tuple[ScopeSummary, ...]:
    """Each scope that has somebody. ``officers``: id -> scope; ``reporting``: units that report on their own officers."""
    table = act_table()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for ident, scope in officers.items():
        if scope != LOWER:
            counts[scope][state_of(course, ident, scope)] += 1
    for unit in reporting:
        counts[LOWER][table.state(LOWER, course.unit(unit).facts)] += 1
    found = []
    for scope in (name for name in table.states if name in counts):
        standing = course.scope(scope)
        states = {state: counts[scope][state] for state in table.states[scope] if counts[scope][state]}
        found.append(ScopeSummary(scope, standing.quarter, standing.version, states))
    return tuple(found)


def state_of(course: Course, officer: str, scope: str) -> str:
    """The state of one officer of ``scope``."""
    return act_table().state(scope, course.officer(officer).facts)
