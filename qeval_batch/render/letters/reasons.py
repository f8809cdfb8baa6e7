"""Why a level is proposed, as one paragraph of a paper: figures first, then the trace, then the unit's own words."""

from __future__ import annotations

from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.records import Proposal
from qeval_batch.model.results import Counts, Flag, GroupResult, OfficerResult, Status
from qeval_batch.model.trace import Step
from qeval_batch.render import wording
from qeval_batch.render.letters import words as w

# Steps that put an officer at level 4 (rules.md C).
_LEVEL_4_RULES = ("R30", "R34", "R35", "R37")
_WORST = 4


def figures(officer: OfficerResult, with_score: bool = True) -> str:
    """``Điểm 92,50; tập thể hoàn thành 100%, vượt mức 40%, không có nhiệm vụ chậm.``"""
    parts = []
    if with_score and officer.used_score is not None:
        parts.append(say("letters.reasons.points", points=w.points(officer.used_score)))
    if officer.own_collective is not None:
        own_unit = officer.own_collective.scope == "unit"
        whose = say("letters.reasons.collective") if own_unit else say("letters.reasons.fields")
        parts.append(f"{whose} {_ratios(officer.own_collective.counts)}")
    return w.sentence(w.upper_first("; ".join(parts)))


def _ratios(counts: Counts) -> str:
    base = counts.assigned - counts.excused
    if base <= 0:
        return say("letters.reasons.no_tasks")
    late = (say("letters.reasons.late", percent=w.percent(counts.late, base)) if counts.late
            else say("letters.reasons.none_late"))
    left_out = say("letters.reasons.excused_left_out", tasks=w.counted(counts.excused)) if counts.excused else ""
    return say("letters.reasons.axis", done=w.percent(counts.done, base), exceeded=w.percent(counts.exceeded, base),
               late=late, left_out=left_out)


def _individual(officer: OfficerResult) -> str:
    """An officer's own shortfall where only a doubt rests on it; at level 4 the trace tells it."""
    own = officer.individual
    if officer.status is not Status.REVIEW or own is None or own.done >= own.assigned - own.excused:
        return ""
    return say("letters.reasons.own_products", done=own.done, assigned=own.assigned - own.excused)


def proposal_of(batch: Batch, officer: OfficerResult) -> Proposal | None:
    record = batch.records.get(officer.unit)
    return record.proposals.get(officer.id) if record else None


def unit_words(batch: Batch, officer: OfficerResult) -> str:
    """The unit's own reason, marked as such; empty where it gave none."""
    proposal = proposal_of(batch, officer)
    text = w.sentence(proposal.reason if proposal else None)
    return say("letters.reasons.unit_says", text=text) if text else ""


def trace(batch: Batch, officer: OfficerResult) -> str:
    """The lines of the trace that decided: a level 4, a level below the unit's, a doubt, a deferral, missing data."""
    if officer.status is not Status.GRADED:
        lines = [step.text for step in _told(officer)]
    elif officer.levels.computed == _WORST:
        lines = [step.text for step in officer.steps if step.rule in _LEVEL_4_RULES and step.holds]
    else:
        # Cut and tie are told by `quota`, in full words.
        lines = [] if {Flag.QUOTA_CUT, Flag.TIED} & set(officer.flags) else [wording.programs_reason(batch, officer)]
    return " ".join(w.sentence(text) for text in dict.fromkeys(lines) if text)


def _told(officer: OfficerResult) -> list[Step]:
    """Where no level fits, a paper names what the lowest one lacks; the lists have every level's conditions."""
    steps = wording.reasons(officer)
    failed = [step for step in steps if step.holds is False]
    return [step for step in steps if step not in failed[:-1]] if officer.status is Status.REVIEW else steps


def reason(batch: Batch, officer: OfficerResult, with_score: bool = True) -> str:
    """The whole paragraph: figures, what decided, what the quota changed, the unit's words.

    ``with_score`` False where the score has a column of its own.
    """
    shown = figures(officer, with_score) if officer.status in (Status.GRADED, Status.REVIEW) else ""
    parts = (shown, _individual(officer), trace(batch, officer), quota(batch, officer), unit_words(batch, officer))
    return " ".join(part for part in parts if part)


def quota(batch: Batch, officer: OfficerResult) -> str:
    """Where the quota moved the proposal or left a tie (R40, R43): place, group, maximum; empty elsewhere."""
    group = next((item for item in batch.result.groups if item.id == officer.group), None)
    if group is not None and Flag.TIED in officer.flags:
        return tie(group)
    return beyond(officer, group) if group is not None and Flag.QUOTA_CUT in officer.flags else ""


def tie(group: GroupResult) -> str:
    others = len(group.tied) - 1
    return say("letters.reasons.tied", others=w.counted(others), group=group.name, places=w.counted(group.places_left))


def beyond(officer: OfficerResult, group: GroupResult) -> str:
    most = wording.binding_maximum(group)
    places = (say("letters.reasons.group_places", people=w.counted(most)) if most
              else say("letters.reasons.group_too_small"))
    return say("letters.reasons.cut", level=w.level(officer.levels.eligible), rank=officer.rank, group=group.name,
               places=places)


def standing(officer: OfficerResult) -> str:
    """What stands in a table where there is no level: ``Cần xem xét (… hoặc …)``, ``Chưa đánh giá`` …"""
    status = Status.REVIEW if officer.status is Status.GRADED else officer.status
    text = wording.status_words(status)
    return f"{text} ({w.outcomes(officer)})" if status is Status.REVIEW and officer.possible else text


def below_own(officer: OfficerResult) -> bool:
    """Whether the unit proposes better than what was computed."""
    return bool({Flag.UNIT_ABOVE_COMPUTED, Flag.LEVEL4_PROPOSED_ABOVE} & set(officer.flags))
