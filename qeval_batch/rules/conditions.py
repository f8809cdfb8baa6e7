"""The conditions of levels 1, 2 and 3 (R31–R33, R36, R37), tried from the highest level down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qeval_batch.core.decimals import at_least, at_most, vi_number, vi_percent
from qeval_batch.model.results import Counts
from qeval_batch.rules.case import Trial, Verdict, task_base
from qeval_batch.rules.trace import ratio, step

LEVELS = (1, 2, 3)
RULES = {1: "R31", 2: "R32", 3: "R33"}


@dataclass(frozen=True)
class Condition:
    """One condition of a level: what it looks at, the figure with its bound, whether it holds."""

    label: str
    figure: str
    holds: bool


def highest_level(trial: Trial) -> Verdict | None:
    """The first level whose floor and conditions all hold; None where none does (the gap)."""
    for level in LEVELS:
        verdict = _try(trial, level)
        if verdict is not None:
            return verdict
    return None


def barred(counts: Counts, trial: Trial) -> bool | Verdict:
    """R36: the unit's completion lies below the bar, so nobody of its leadership is level 1 (IX.1.4)."""
    share = trial.policy.decimal("level.bar_level1_below")
    left_out, counted = (not at_least(counts.done, task_base(counts, how), share) for how in (False, True))
    return trial.excused("R36", left_out, counted)


def conditions(trial: Trial, level: int, counted: bool, unit_barred: bool) -> list[Condition]:
    """Every condition of ``level``; ``counted`` tells whether excused tasks stay in the base."""
    own, policy = trial.own, trial.policy
    whole = task_base(own, counted)
    completion, late = policy.decimal(f"level.{level}.completion"), policy.decimal(f"level.{level}.late")
    found = [_score(trial, level),
             Condition("Hoàn thành", f"{ratio(own.done, whole)}, cần {vi_percent(completion, 1)}",
                       at_least(own.done, whole, completion)),
             Condition("Chậm", f"{ratio(own.late, whole)}, tối đa {vi_percent(late, 1)}",
                       at_most(own.late, whole, late))]
    if level in policy.value("quality.key_levels"):
        figure = "bảo đảm" if own.quality else "không bảo đảm, có nhiệm vụ không đáp ứng yêu cầu"
        found.append(Condition("Chất lượng", figure, own.quality))
    if level == LEVELS[0]:
        exceed = policy.decimal("level.1.exceed")
        found.append(Condition("Vượt mức", f"{ratio(own.exceeded, whole)}, cần {vi_percent(exceed, 1)}",
                               at_least(own.exceeded, whole, exceed)))
        figure = "dưới ngưỡng, không xếp mức 1" if unit_barred else "không dưới ngưỡng"
        found.append(Condition("Tập thể", figure, not unit_barred))
        if policy.value("level.1.clean"):
            clean = trial.case.clean.holds
            figure = {True: "bảo đảm", False: "không bảo đảm", None: "chưa trả lời đủ"}[clean]
            found.append(Condition("Kỷ luật, khắc phục hạn chế", figure, clean is not False))
    return found


def _score(trial: Trial, level: int) -> Condition:
    floor = trial.policy.decimal(f"level.{level}.score")
    holds, bound = trial.score >= floor, f"từ {vi_number(floor)}"
    if trial.policy.value("level.band") == "strict" and level > LEVELS[0]:
        top = trial.policy.decimal(f"level.{level - 1}.score")
        holds, bound = holds and trial.score < top, f"{bound} đến dưới {vi_number(top)}"
    return Condition("Điểm", f"{vi_number(trial.score)}, cần {bound}", holds)


def _try(trial: Trial, level: int) -> Verdict | None:
    rule, policy = RULES[level], trial.policy
    unit_barred = barred(trial.case.unit, trial) if level == LEVELS[0] else False
    if isinstance(unit_barred, Verdict):
        _doubtful(trial, "R36", "level.bar_level1_below",
                  "Tập thể dưới ngưỡng hay không tùy cách tính nhiệm vụ có lý do khách quan.")
        return unit_barred
    if unit_barred:
        trial.steps.append(step("R36", True, policy.citation("level.bar_level1_below"),
                                "Tập thể hoàn thành dưới ngưỡng: không ai trong lãnh đạo được xếp mức 1.",
                                {"Hoàn thành": ratio(trial.case.unit.done, task_base(trial.case.unit, False))}))
    by_base = {counted: conditions(trial, level, counted, unit_barred) for counted in (False, True)}
    outcomes = {counted: all(item.holds for item in found) for counted, found in by_base.items()}
    holds = trial.excused(rule, outcomes[False], outcomes[True])
    if isinstance(holds, Verdict):
        _doubtful(trial, rule, f"level.{level}.score",
                  f"Chỉ đạt mức {level} nhờ không tính nhiệm vụ chưa hoàn thành vì lý do khách quan: cần xem xét.",
                  _inputs(by_base))
        return holds
    failed = [f"{item.label.lower()} {item.figure}" for item in by_base[trial.counting(rule)] if not item.holds]
    text = f"Đủ điều kiện mức {level}." if holds else f"Không đạt mức {level}: {'; '.join(failed)}."
    trial.steps.append(step(rule, holds, policy.citation(f"level.{level}.score"), text, _inputs(by_base)))
    if level == LEVELS[0] and policy.value("level.1.clean"):
        clean = trial.case.clean
        trial.steps.append(step("R37", clean.holds, policy.citation("level.1.clean"), clean.text, cells=clean.cells))
    return _reached(trial, level) if holds else None


def _reached(trial: Trial, level: int) -> Verdict:
    policy = trial.policy
    if level == LEVELS[0] and policy.value("level.1.clean") and trial.case.clean.holds is None:
        return Verdict(level, withheld=True)
    if level in policy.value("quality.key_levels") and (trial.own.quality_blank or trial.case.response_blank):
        what = "nhiệm vụ của tập thể" if trial.own.quality_blank else "sản phẩm của cá nhân"
        trial.steps.append(step("R16", False, policy.citation("quality.key_levels"),
                                f"Có {what} thuộc diện trọng tâm đã hoàn thành nhưng chưa ghi mức đáp ứng: "
                                "chưa đủ dữ liệu để xếp mức này."))
        return Verdict(level, withheld=True)
    return Verdict(level)


def _inputs(by_base: Mapping[bool, list[Condition]]) -> dict[str, str]:
    """Each condition's figure; where excused tasks change it, both readings."""
    inputs = {}
    for out, counted in zip(by_base[False], by_base[True], strict=True):
        other = "" if out.figure == counted.figure else f" (nếu tính cả nhiệm vụ có lý do: {counted.figure})"
        inputs[out.label] = f"{out.figure}{other}; {'đạt' if out.holds else 'không đạt'}"
    return inputs


def _doubtful(trial: Trial, rule: str, key: str, text: str, inputs: Mapping[str, str] | None = None) -> None:
    trial.steps.append(step(rule, None, trial.policy.citation(key), text, inputs))
