"""The conditions of levels 1, 2 and 3 (R31–R33, R36, R37), tried from the highest level down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from qeval_batch.core.decimals import at_least, at_most, vi_number, vi_percent
from qeval_batch.model.results import Counts
from qeval_batch.rules.case import Verdict, Walk, task_base
from qeval_batch.rules.person import OF_LEVEL
from qeval_batch.rules.trace import TraceLine, ratio
from qeval_batch.spec.sections import LevelKeys, QualityKeys

LEVELS = (1, 2, 3)
RULES = {1: "R31", 2: "R32", 3: "R33"}
# What a condition looks at, and how its figure stands beside its bound.
_LABELS = {"score": "Điểm", "completion": "Hoàn thành", "late": "Chậm", "quality": "Chất lượng", "exceed": "Vượt mức",
           "unit": "Tập thể", "clean": "Kỷ luật, khắc phục hạn chế"}
_AT_LEAST, _AT_MOST = "{figure}, cần {bound}", "{figure}, tối đa {bound}"
_FROM, _FROM_TO = "từ {floor}", "từ {floor} đến dưới {top}"
_QUALITY = {True: "bảo đảm", False: "không bảo đảm, có nhiệm vụ không đáp ứng yêu cầu"}
_UNIT = {True: "không dưới ngưỡng", False: "dưới ngưỡng, không xếp mức 1"}
_CLEAN = {True: "bảo đảm", False: "không bảo đảm", None: "chưa trả lời đủ"}
_IF_COUNTED = " (nếu tính cả nhiệm vụ có lý do: {figure})"
_HOLDS = {True: "{figure}{other}; đạt", False: "{figure}{other}; không đạt"}

BAR_EXCUSED = TraceLine("R36", LevelKeys.bar_level1_below,
                        "Tập thể dưới ngưỡng hay không tùy cách tính nhiệm vụ có lý do khách quan.")
BARRED = TraceLine("R36", LevelKeys.bar_level1_below,
                   "Tập thể hoàn thành dưới ngưỡng: không ai trong lãnh đạo được xếp mức 1.", {"Hoàn thành": "{completion}"})
BY_EXCUSED = TraceLine("{rule}", LevelKeys.score, "Chỉ đạt mức {level} nhờ không tính nhiệm vụ chưa hoàn thành vì lý do "
                       "khách quan: cần xem xét.")
MET = TraceLine("{rule}", LevelKeys.score, "Đủ điều kiện mức {level}.")
NOT_MET = TraceLine("{rule}", LevelKeys.score, "Không đạt mức {level}: {failed}.")
RESPONSE_BLANK = TraceLine("R16", QualityKeys.key_levels,
                           "Có {what} thuộc diện trọng tâm đã hoàn thành nhưng chưa ghi mức đáp "
                           "ứng: chưa đủ dữ liệu để xếp mức này.")
_WHOSE_RESPONSE = {True: "nhiệm vụ của tập thể", False: "sản phẩm của cá nhân"}


@dataclass(frozen=True)
class Condition:
    """One condition of a level: what it looks at, the figure with its bound, whether it holds."""

    label: str
    figure: str
    holds: bool


def highest_level(walk: Walk) -> Verdict | None:
    """The first level whose floor and conditions all hold; None where none does (the gap)."""
    for level in LEVELS:
        verdict = _try(walk, level)
        if verdict is not None:
            return verdict
    return None


def barred(counts: Counts, walk: Walk) -> bool | Verdict:
    """R36: the unit's completion lies below the bar, so nobody of its leadership is level 1 (IX.1.4)."""
    share = walk.policy.level.bar_level1_below
    left_out, counted = (not at_least(counts.done, task_base(counts, how), share) for how in (False, True))
    return walk.excused("R36", left_out, counted)


def conditions(walk: Walk, level: int, counted: bool, unit_barred: bool) -> list[Condition]:
    """Every condition of ``level``; ``counted`` tells whether excused tasks stay in the base."""
    own, policy = walk.own, walk.policy
    whole = task_base(own, counted)
    completion, late = policy.level.completion[level], policy.level.late[level]
    found = [_score(walk, level),
             _share("completion", _AT_LEAST, own.done, whole, completion, at_least(own.done, whole, completion)),
             _share("late", _AT_MOST, walk.late(own), whole, late, at_most(walk.late(own), whole, late))]
    if level in policy.quality.key_levels:
        found.append(Condition(_LABELS["quality"], _QUALITY[own.quality], own.quality))
    if level == LEVELS[0]:
        exceed = policy.level.exceed[1]
        found.append(_share("exceed", _AT_LEAST, own.exceeded, whole, exceed, at_least(own.exceeded, whole, exceed)))
        found.append(Condition(_LABELS["unit"], _UNIT[not unit_barred], not unit_barred))
        if policy.level.clean[1]:
            clean = walk.case.clean.holds
            found.append(Condition(_LABELS["clean"], _CLEAN[clean], clean is not False))
    asked = [(item, item.holds(walk)) for item in OF_LEVEL.get(level, ())]
    found += [Condition(item.label, item.stands[holds], holds) for item, holds in asked if not holds]
    return found


def _share(what: str, shown: str, part: int, whole: int, bound: Decimal, holds: bool) -> Condition:
    return Condition(_LABELS[what], shown.format(figure=ratio(part, whole), bound=vi_percent(bound, 1)), holds)


def _score(walk: Walk, level: int) -> Condition:
    floor = walk.policy.level.score[level]
    holds, bound = walk.score >= floor, _FROM.format(floor=vi_number(floor))
    if walk.policy.level.band == "strict" and level > LEVELS[0]:
        top = walk.policy.level.score[level - 1]
        holds, bound = holds and walk.score < top, _FROM_TO.format(floor=vi_number(floor), top=vi_number(top))
    return Condition(_LABELS["score"], _AT_LEAST.format(figure=vi_number(walk.score), bound=bound), holds)


def _try(walk: Walk, level: int) -> Verdict | None:
    rule, policy = RULES[level], walk.policy
    unit_barred = barred(walk.case.unit, walk) if level == LEVELS[0] else False
    if isinstance(unit_barred, Verdict):
        walk.steps.append(BAR_EXCUSED.step(policy, None))
        return unit_barred
    if unit_barred:
        completion = ratio(walk.case.unit.done, task_base(walk.case.unit, False))
        walk.steps.append(BARRED.step(policy, True, completion=completion))
    by_base = {counted: conditions(walk, level, counted, unit_barred) for counted in (False, True)}
    outcomes = {counted: all(item.holds for item in found) for counted, found in by_base.items()}
    holds = walk.excused(rule, outcomes[False], outcomes[True])
    if isinstance(holds, Verdict):
        walk.steps.append(BY_EXCUSED.step(policy, None, more=_inputs(by_base), rule=rule, level=level))
        return holds
    asked = _of_person(walk, level) if holds else True
    if isinstance(asked, Verdict):
        return asked
    if not asked:
        return None
    failed = [f"{item.label.lower()} {item.figure}" for item in by_base[walk.counting(rule)] if not item.holds]
    walk.steps.append((MET if holds else NOT_MET).step(policy, holds, more=_inputs(by_base), rule=rule, level=level,
                                                        failed="; ".join(failed)))
    if level == LEVELS[0] and policy.level.clean[1]:
        clean = walk.case.clean
        walk.steps.append(clean.line.step(policy, clean.holds, clean.cells, what="; ".join(clean.what)))
    return _reached(walk, level) if holds else None


def _of_person(walk: Walk, level: int) -> bool | Verdict:
    """What the policy leaves open about the person, asked once everything else of the level holds."""
    for item in OF_LEVEL.get(level, ()):
        if item.open(walk):
            answer = item.ask(walk)
            if isinstance(answer, Verdict) or not answer:
                return answer
    return True


def _reached(walk: Walk, level: int) -> Verdict:
    policy = walk.policy
    if level == LEVELS[0] and policy.level.clean[1] and walk.case.clean.holds is None:
        return Verdict(level, withheld=True)
    if level in policy.quality.key_levels and (walk.own.quality_blank or walk.case.response_blank):
        walk.steps.append(RESPONSE_BLANK.step(policy, False, what=_WHOSE_RESPONSE[walk.own.quality_blank]))
        return Verdict(level, withheld=True)
    return Verdict(level)


def _inputs(by_base: Mapping[bool, list[Condition]]) -> dict[str, str]:
    """Each condition's figure; where excused tasks change it, both readings."""
    inputs = {}
    for out, counted in zip(by_base[False], by_base[True], strict=True):
        other = "" if out.figure == counted.figure else _IF_COUNTED.format(figure=counted.figure)
        inputs[out.label] = _HOLDS[out.holds].format(figure=out.figure, other=other)
    return inputs
