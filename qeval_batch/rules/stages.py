"""The stages side by side (R50, R57): the score used, what still waits, the eligible level, flags between stages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qeval_batch.core.decimals import vi_number
from qeval_batch.model.records import OfficerSheet, Proposal, UnitRecord
from qeval_batch.model.results import Flag, Levels
from qeval_batch.model.roster import Officer
from qeval_batch.model.trace import Score, Step
from qeval_batch.rules.trace import TraceLine
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import LevelKeys, ScoreKeys, StageKeys

_WORST = 4
_RECOMPUTED = "recomputed"
ROW_FAULTY = TraceLine("R57", ScoreKeys.explain_difference,
                       "Dòng đề xuất của đơn vị có lỗi hoặc thiếu giải trình: chờ đơn vị sửa.")
NO_PROPOSAL = TraceLine("R50", StageKeys.eligible, "Chưa có đề xuất mức xếp loại của đơn vị.")
UNEXPLAINED = TraceLine("R57", ScoreKeys.explain_difference, "Đơn vị đề xuất khác ({differs}) mà chưa giải trình.")
ELIGIBLE = TraceLine("C", StageKeys.eligible,
                     "Mức đủ điều kiện: mức {level} (đơn vị đề xuất mức {unit}, tính lại mức {computed}).",
                     {"Đơn vị đề xuất": "{unit}", "Tính lại": "{computed}"})
BELOW_FLOOR = TraceLine("R57", LevelKeys.score, "Điểm đơn vị thẩm định {score} thấp hơn điểm sàn của mức {level} mà đơn vị "
                        "đề xuất: chờ đơn vị sửa điểm hoặc mức.")
# How a proposal differs from what stands before it, as the line of R57 lists it.
_SCORE_DIFFERS = "điểm {unit}, tính lại {total}"
_LEVEL_DIFFERS = "mức {unit}, cá nhân tự đề xuất mức {own}"


@dataclass(frozen=True)
class Waiting:
    """What keeps an officer `pending`: codes of ``words.yaml`` and the lines that say why. Empty: nothing."""

    codes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


def used_score(score: Score | None, proposal: Proposal | None, appraised: Decimal | None) -> Decimal | None:
    """R57: Ban Tổ chức's score, else the unit's, else the recomputed one."""
    unit = proposal.unit_score if proposal else None
    computed = score.total if score else None
    return next((value for value in (appraised, unit, computed) if value is not None), None)


def order_score(total: Decimal, unit: Decimal | None, appraised: Decimal | None, policy: Policy) -> Decimal:
    """D: what orders a group. A unit is a party in a contest between units, so its score never lifts its officer."""
    if appraised is not None:
        return appraised
    return total if unit is None or policy.quota.order_score == _RECOMPUTED else min(unit, total)


def waiting(officer: Officer, record: UnitRecord, sheet: OfficerSheet, score: Score, former: tuple[Step, ...],
            policy: Policy) -> Waiting:
    """Why the unit's proposal or a former unit's opinion is not there yet (R21, R50, R57)."""
    lines = [line for line in former if not line.holds]
    codes = ["former_unit_opinion"] if lines else []
    proposal = record.proposals.get(officer.id)
    if officer.id in record.faulty_proposals:
        codes.append("unit_correction")
        lines.append(ROW_FAULTY.step(policy, False))
    elif proposal is None or proposal.unit_level is None:
        codes.append("unit_proposal")
        lines.append(NO_PROPOSAL.step(policy, False, [proposal.at.cell("unit_level")] if proposal else ()))
    elif below_floor(proposal.unit_score, proposal.unit_level, policy):
        codes.append("unit_correction")
        lines.append(BELOW_FLOOR.step(policy, False, [proposal.at.cell(name) for name in ("unit_score", "unit_level")],
                                      score=vi_number(proposal.unit_score), level=proposal.unit_level))
    elif differs := unexplained(proposal, sheet, score, policy):
        codes.append("unit_correction")
        lines.append(UNEXPLAINED.step(policy, False, [proposal.at.cell("reason")], differs="; ".join(differs)))
    return Waiting(tuple(codes), tuple(lines))


def unexplained(proposal: Proposal, sheet: OfficerSheet, score: Score, policy: Policy) -> tuple[str, ...]:
    """What differs enough to need an explanation, where none is given nor was lifted by hand (R57)."""
    if proposal.reason or proposal.reason_waived:
        return ()
    found = []
    total = score.total
    if proposal.unit_score is not None and total is not None \
            and abs(proposal.unit_score - total) >= policy.score.explain_difference:
        found.append(_SCORE_DIFFERS.format(unit=vi_number(proposal.unit_score), total=vi_number(total)))
    if proposal.unit_level is not None and proposal.unit_level != sheet.self_level:
        found.append(_LEVEL_DIFFERS.format(unit=proposal.unit_level, own=sheet.self_level))
    return tuple(found)


def eligible(computed: int, unit: int, policy: Policy) -> tuple[int, Step]:
    """The worse of the unit's proposal and the computed level: a unit may be stricter, never laxer (rules.md C)."""
    level = max(computed, unit)
    return level, ELIGIBLE.step(policy, None, level=level, unit=unit, computed=computed)


def below_floor(score: Decimal | None, level: int, policy: Policy) -> bool:
    """Whether a unit's own score lies below the floor of the level it proposes: the two contradict each other."""
    return score is not None and level < _WORST and score < policy.level.score[level]


def score_flags(unit: Decimal | None, total: Decimal | None, policy: Policy) -> set[Flag]:
    """Where the unit's score and the recomputed one are not the same figure."""
    if unit is None or total is None or abs(unit - total) <= policy.score.tolerance:
        return set()
    return {Flag.UNIT_SCORE_ABOVE if unit > total else Flag.UNIT_SCORE_BELOW}


def flags_of(levels: Levels, head: bool, collective: int | None) -> set[Flag]:
    """Flags between stages: they point, they change nothing."""
    found: set[Flag] = set()
    computed = levels.computed
    if computed is not None and levels.self is not None and levels.self < computed:
        found.add(Flag.SELF_ABOVE_COMPUTED)
    if computed is not None and levels.unit is not None and levels.unit < computed:
        found.add(Flag.UNIT_ABOVE_COMPUTED)
        if computed == _WORST:
            found.add(Flag.LEVEL4_PROPOSED_ABOVE)
    standing = levels.eligible if levels.eligible is not None else computed
    if head and standing is not None and collective is not None and standing < collective:
        found.add(Flag.HEAD_ABOVE_COLLECTIVE)
    return found
