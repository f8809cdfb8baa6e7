"""What every act of the procedure shares: whom it names, one transaction, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.ledger.schema import Event
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.act import Act
from qeval_batch.model.course import Course, Refusal
from qeval_batch.model.roster import Roster
from qeval_batch.pipeline import load_period
from qeval_batch.procedure.course import load_course
from qeval_batch.procedure.members import members
from qeval_batch.procedure.words import told
from qeval_batch.spec.load import Spec
from qeval_batch.workspace import CannotRun, Workspace


@dataclass(frozen=True)
class Ground:
    """What an act stands on: forms and policy, the roster, who is evaluated in which scope, the course so far."""

    spec: Spec
    roster: Roster
    period: Period
    scopes: Mapping[str, str]
    course: Course


@dataclass(frozen=True)
class Done:
    """What an act did: ``lines`` for the clerk; ``refused``: somebody or something was left out."""

    lines: tuple[str, ...]
    refused: bool = False


def ground(workspace: Workspace, period: Period) -> Ground:
    """The ground of an act of ``period``; RosterError, SpecError or CannotRun when there is none."""
    from qeval_batch.checks.roster import load_roster

    spec = load_period(workspace, period)
    roster, _ = load_roster(workspace.roster, spec, period)
    return Ground(spec, roster, period, members(roster, period, spec.policy), load_course(workspace, period))


def chosen(at: Ground, units: Sequence[str], officers: Sequence[str]) -> list[str]:
    """Who is named by unit or by id, all who are evaluated where nobody is; CannotRun for a name nobody bears."""
    for unit in units:
        if unit not in at.roster.units:
            raise CannotRun(say("commands.acts.no_unit", unit=unit))
    for ident in officers:
        if ident not in at.roster.officers:
            raise CannotRun(say("commands.acts.no_officer", officer=ident))
        if ident not in at.scopes:
            raise CannotRun(say("commands.acts.not_evaluated", officer=ident, quarter=at.period.label))
    named = {*officers, *(item.id for unit in units for item in at.roster.officers_of(unit))}
    return [ident for ident in at.scopes if ident in named or not (units or officers)]


def settle(workspace: Workspace, events: Sequence[Event], refusals: Iterable[Refusal], act: Act,
           lines: Iterable[str]) -> Done:
    """Append ``events`` whole, or nothing; CannotRun with every refusal where nothing stands."""
    refused = tuple(told(refusals))
    if not events:
        raise CannotRun("\n".join(refused or (say("commands.acts.nobody"),)))
    Ledger(workspace.ledger).append(events, act.at)
    return Done((*lines, *refused), bool(refused))
