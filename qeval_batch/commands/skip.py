"""A stage left out by name and reason: one entry for each officer who stands before it."""

from __future__ import annotations

from collections.abc import Sequence

from qeval_batch.commands.acts import Done, chosen, ground, settle
from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.ledger.schema import Event
from qeval_batch.model.act import Act
from qeval_batch.model.course import Kind
from qeval_batch.procedure.members import LOWER
from qeval_batch.procedure.permit import may_skip
from qeval_batch.procedure.words import words
from qeval_batch.workspace import Workspace


def skip(workspace: Workspace, period: Period, stage: str, units: Sequence[str], officers: Sequence[str],
         act: Act) -> Done:
    """Leave ``stage`` out for those named, for all where nobody is; CannotRun where nobody stands before it."""
    at = ground(workspace, period)
    named = [ident for ident in chosen(at, units, officers) if ident in officers or at.scopes[ident] != LOWER]
    allowed, refused = may_skip(stage, named, at.scopes, at.course)
    events = [Event(Kind.SKIPPED.value, str(period), at.roster.officers[ident].unit, ident, stage, by=act.by,
                    reason=act.reason) for ident in allowed]
    line = say("commands.skip.skipped", stage=words()["stage"][stage], count=len(allowed), quarter=period.label)
    return settle(workspace, events, refused, act, [line])
