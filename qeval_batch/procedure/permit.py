"""Whether an act may be done for each of those it names: the table's word, one refusal for each who may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qeval_batch.model.course import APPRAISE, ASK, PLAN, Course, Refusal
from qeval_batch.procedure.course import state_of
from qeval_batch.procedure.table import LEGAL, act_table

SKIP = "skip"
STAGES = (PLAN, ASK, APPRAISE)
# The act that leads out of a stage; who has not come to it yet is refused as that act would be.
_ACT_OF = {PLAN: "plan_approve", ASK: "ask", APPRAISE: "appraise"}
_LEADS_TO = {PLAN: "evaluating", ASK: "asked", APPRAISE: "appraised"}


def permitted(act: str, officers: Iterable[str], scopes: Mapping[str, str], course: Course
              ) -> tuple[list[str], list[Refusal]]:
    """Those of ``officers`` for whom the table calls the act legal, and the refusals of the others."""
    allowed, refused = [], []
    for ident in officers:
        outcome = outcome_of(act, ident, scopes, course)
        if outcome == LEGAL:
            allowed.append(ident)
        else:
            refused.append(Refusal(outcome, (ident,)))
    return allowed, refused


def outcome_of(act: str, officer: str, scopes: Mapping[str, str], course: Course) -> str:
    """``legal`` or the code of the refusal, for one officer in his present state."""
    scope = scopes[officer]
    return act_table().outcome(scope, state_of(course, officer, scope), course.scope(scope).quarter, act)


def may_skip(stage: str, officers: Iterable[str], scopes: Mapping[str, str], course: Course
             ) -> tuple[list[str], list[Refusal]]:
    """The same for leaving out ``stage``: only the stage an officer stands before can be left out."""
    allowed, refused = permitted(SKIP, officers, scopes, course)
    before = []
    for ident in allowed:
        outcome = _before(stage, ident, scopes, course)
        if outcome == LEGAL:
            before.append(ident)
        else:
            refused.append(Refusal(outcome, (ident,)))
    return before, refused


def _before(stage: str, officer: str, scopes: Mapping[str, str], course: Course) -> str:
    scope = scopes[officer]
    states, aim = act_table().states[scope], _LEADS_TO[stage]
    if aim not in states:
        return "SCOPE_FOREIGN"
    here = states.index(state_of(course, officer, scope))
    if here >= states.index(aim):
        return "STAGE_PASSED"
    return LEGAL if here == states.index(aim) - 1 else outcome_of(_ACT_OF[stage], officer, scopes, course)
