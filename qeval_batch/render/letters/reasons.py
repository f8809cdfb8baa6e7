"""Why a level is proposed, as one paragraph of a paper: figures first, then the trace, then the unit's own words."""

from __future__ import annotations

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
        parts.append(f"điểm {w.points(officer.used_score)}")
    if officer.own_collective is not None:
        whose = "tập thể" if officer.own_collective.scope == "unit" else "lĩnh vực phụ trách"
        parts.append(f"{whose} {_ratios(officer.own_collective.counts)}")
    return w.sentence(w.upper_first("; ".join(parts)))


def _ratios(counts: Counts) -> str:
    base = counts.assigned - counts.excused
    if base <= 0:
        return "chưa có nhiệm vụ để tính tỷ lệ"
    late = f"chậm {w.percent(counts.late, base)}" if counts.late else "không có nhiệm vụ chậm"
    left_out = f" (không tính {w.counted(counts.excused)} nhiệm vụ có lý do khách quan)" if counts.excused else ""
    return f"hoàn thành {w.percent(counts.done, base)}, vượt mức {w.percent(counts.exceeded, base)}, {late}{left_out}"


def _individual(officer: OfficerResult) -> str:
    """An officer's own shortfall where only a doubt rests on it; at level 4 the trace tells it."""
    own = officer.individual
    if officer.status is not Status.REVIEW or own is None or own.done >= own.assigned - own.excused:
        return ""
    return f"Cá nhân hoàn thành {own.done}/{own.assigned - own.excused} sản phẩm được giao."


def proposal_of(batch: Batch, officer: OfficerResult) -> Proposal | None:
    record = batch.records.get(officer.unit)
    return record.proposals.get(officer.id) if record else None


def unit_words(batch: Batch, officer: OfficerResult) -> str:
    """The unit's own reason, marked as such; empty where it gave none."""
    proposal = proposal_of(batch, officer)
    text = w.sentence(proposal.reason if proposal else None)
    return f"Đơn vị nêu: {text}" if text else ""


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
    return (f"Bằng nhau với {w.counted(others)} đồng chí khác theo thứ tự đề nghị tại ranh giới tỷ lệ của nhóm "
            f"“{group.name}”, nhóm còn {w.counted(group.places_left)} chỉ tiêu.")


def beyond(officer: OfficerResult, group: GroupResult) -> str:
    most = wording.binding_maximum(group)
    places = f"được tối đa {w.counted(most)} đồng chí" if most else "chưa đủ số người để có chỉ tiêu theo tỷ lệ"
    return (f"Đủ điều kiện “{w.level(officer.levels.eligible)}” nhưng vượt tỷ lệ: đứng thứ {officer.rank} trong nhóm "
            f"“{group.name}”, nhóm {places}.")


def standing(officer: OfficerResult) -> str:
    """What stands in a table where there is no level: ``Cần xem xét (… hoặc …)``, ``Chưa đánh giá`` …"""
    status = Status.REVIEW if officer.status is Status.GRADED else officer.status
    text = wording.status_words(status)
    return f"{text} ({w.outcomes(officer)})" if status is Status.REVIEW and officer.possible else text


def below_own(officer: OfficerResult) -> bool:
    """Whether the unit proposes better than what was computed."""
    return bool({Flag.UNIT_ABOVE_COMPUTED, Flag.LEVEL4_PROPOSED_ABOVE} & set(officer.flags))
