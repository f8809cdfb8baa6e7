"""The level of one officer, in the order of rules.md C: level 4, then the doubts, then from the highest level down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from qeval_batch.core.decimals import at_least, vi_number
from qeval_batch.results import Counts, Flag, Score, Step
from qeval_batch.rules.case import COUNT, Case, Trial, Verdict, plan_base, task_base
from qeval_batch.rules.conditions import LEVELS, RULES, highest_level
from qeval_batch.rules.score import crosses
from qeval_batch.rules.trace import levels_text, ratio, step
from qeval_batch.spec.policy import Policy

_WORST = 4
_GO_ON = "go_on"
_REVIEW = "review"


@dataclass(frozen=True)
class Judgement:
    """What the program computes: a level, or the levels a doubt leaves possible, or data withheld by a blank answer."""

    level: int | None
    possible: tuple[int, ...]
    withheld: bool
    steps: tuple[Step, ...]


def judge(case: Case, policy: Policy) -> Judgement:
    """Decide one case; in doubt, evaluate it under every admissible answer (rules.md: possible outcomes)."""
    ends = list(_walks(case, policy, {}))
    verdict, steps = ends[0]
    if verdict.doubt is None:
        return Judgement(None if verdict.withheld else verdict.level, (), verdict.withheld, tuple(steps))
    finals = [(end, lines) for end, lines in ends if end.doubt is None]
    possible = tuple(sorted({end.level for end, _ in finals if end.level is not None}))
    # Doubts met only under some answer are doubts too: a reader must see all of them, each once.
    trace = _once([*steps, *(line for _, lines in ends[1:] for line in lines if line.holds is None)])
    if all(end.withheld for end, _ in finals):
        blanks = [line for _, lines in finals for line in lines if line.rule in ("R16", "R37") and not line.holds]
        return Judgement(None, (), True, _once([*trace, *blanks]))
    summary = step("C", None, policy.citation("level.gap"), f"Cần xem xét; các khả năng: {levels_text(possible)}.")
    return Judgement(None, possible, False, (*trace, summary))


def flags_of(case: Case, level: int | None, policy: Policy) -> set[Flag]:
    """The flags the facts themselves carry; those of the stages are ``stages``'s."""
    own = case.unit if case.head else case.field
    share, counted = policy.decimal("level.bar_level1_below"), policy.value("level.excused")["R36"] == COUNT
    found = {
        Flag.EXCUSED: bool(own.excused or case.individual.excused),
        Flag.LATE_CONFIRMED: bool(own.late_confirmed),
        Flag.NO_PLAN: plan_base(own, False) == 0,
        Flag.R36_JUDGE: not case.head and not at_least(case.unit.done, task_base(case.unit, counted), share),
        Flag.BAND: level in LEVELS[1:] and case.score.total is not None
        and case.score.total >= policy.decimal(f"level.{level - 1}.score"),
    }
    return {flag for flag, holds in found.items() if holds}


def _once(lines: Iterable[Step]) -> tuple[Step, ...]:
    found: list[Step] = []
    for line in lines:
        if line not in found:
            found.append(line)
    return tuple(found)


def _walks(case: Case, policy: Policy, answers: Mapping[str, str]) -> Iterator[tuple[Verdict, list[Step]]]:
    """This walk, and where it ends in a doubt, the walks under each answer to it."""
    trial = Trial(case, policy, answers)
    verdict = next(found for rule in _PROCEDURE if (found := rule(trial)) is not None)
    yield verdict, trial.steps
    if verdict.doubt is not None:
        for option in verdict.doubt.options:
            yield from _walks(case, policy, {**answers, verdict.doubt.code: option})


def _note(trial: Trial, rule: str, holds: bool | None, key: str, text: str, **inputs: str) -> None:
    named = {name.replace("_", " "): value for name, value in inputs.items()}
    trial.steps.append(step(rule, holds, trial.policy.citation(key), text, named))


def _doubt(trial: Trial, rule: str, key: str, code: str, text: str, *options: str) -> Verdict | str:
    _note(trial, rule, None, key, text)
    return trial.ask(code, *options)


def _four_or_on(answer: Verdict | str) -> Verdict | None:
    if isinstance(answer, Verdict):
        return answer
    return Verdict(_WORST) if answer == str(_WORST) else None


def _head_known(trial: Trial) -> Verdict | None:
    if trial.case.head is not None:
        return None
    answer = _doubt(trial, "C", "collective.own", "head",
                    "Danh mục không ghi hoặc ghi nhiều hơn một người đứng đầu đơn vị này: cần xác định là ai.",
                    "head", "member")
    return answer if isinstance(answer, Verdict) else None


def _individual(trial: Trial) -> Verdict | None:
    """R30."""
    own, policy = trial.case.individual, trial.policy
    share, key = policy.decimal("level.individual_completion"), "level.individual_completion"
    whole = own.assigned - own.excused
    if own.assigned == 0:
        _note(trial, "R30", None, key, "Không có sản phẩm nào được giao để tính tỷ lệ hoàn thành của cá nhân.")
        return None
    short = trial.excused("R30", not at_least(own.done, whole, share), not at_least(own.done, own.assigned, share))
    if isinstance(short, Verdict):
        _note(trial, "R30", None, key, "Hoàn thành đủ hay không tùy cách tính sản phẩm có lý do khách quan.")
        return short
    reading = policy.value("level.support_only")
    excusable = own.short_support_only and reading != str(_WORST)
    both = f"; nếu tính cả sản phẩm có lý do khách quan: {ratio(own.done, own.assigned)}" if own.excused else ""
    text = f"Cá nhân hoàn thành {ratio(own.done, whole)} sản phẩm được giao{both}."
    _note(trial, "R30", short, key, f"{text} Chưa đạt tỷ lệ phải hoàn thành{'.' if excusable else ': mức 4.'}" if short else text,
          Giao=str(own.assigned), Hoàn_thành=str(own.done), Có_lý_do_khách_quan=str(own.excused))
    if not short:
        return None
    if not excusable:
        return Verdict(_WORST)
    if reading != _REVIEW:
        return None
    return _four_or_on(_doubt(trial, "R30", "level.support_only", "support_only",
                              "Chỉ thiếu ở sản phẩm có vai trò Phối hợp: cần xem xét.", str(_WORST), _GO_ON))


def _below(counts: Counts, trial: Trial, counted: bool) -> tuple[bool, bool]:
    """Completion and plan completion against their bars (IX.1.4, VI.1.4); no plan left looks at completion alone."""
    policy = trial.policy
    whole, plan = task_base(counts, counted), plan_base(counts, counted)
    low = whole > 0 and not at_least(counts.done, whole, policy.decimal("level.4.completion"))
    low_plan = not at_least(counts.planned_done, plan, policy.decimal("level.4.plan_completion")) if plan > 0 else low
    return low, low_plan


def _excused_below(trial: Trial) -> tuple[bool, bool] | Verdict:
    return trial.excused("R35", _below(trial.own, trial, False), _below(trial.own, trial, True))


def _field_below(trial: Trial, counted: bool) -> bool:
    """The own field fails one of the two completions while the whole unit stands (IX.1.4)."""
    return not _below(trial.case.unit, trial, counted)[0] and any(_below(trial.own, trial, counted))


def _completions(trial: Trial) -> dict[str, str]:
    own = trial.own
    texts = {"Hoàn_thành": ratio(own.done, task_base(own, False)),
             "Hoàn_thành_nhiệm_vụ_kế_hoạch": ratio(own.planned_done, plan_base(own, False))}
    if own.excused:
        texts["Hoàn_thành_nếu_tính_cả_nhiệm_vụ_có_lý_do"] = ratio(own.done, own.assigned)
        texts["Kế_hoạch_nếu_tính_cả_nhiệm_vụ_có_lý_do"] = ratio(own.planned_done, own.planned)
    return texts


def _head_collective(trial: Trial) -> Verdict | None:
    """R35: both completions of the head's unit below their bars (reads no score)."""
    if not trial.head:
        return None
    low = _excused_below(trial)
    if isinstance(low, Verdict):
        _note(trial, "R35", None, "level.4.completion",
              "Tập thể dưới ngưỡng hay không tùy cách tính nhiệm vụ có lý do khách quan.")
        return low
    plan = "" if plan_base(trial.own, False) else " Không còn nhiệm vụ kế hoạch để tính, chỉ xét tỷ lệ chung."
    result = "Cả hai tỷ lệ hoàn thành của tập thể đều dưới ngưỡng: người đứng đầu ở mức 4." if all(low) else \
        "Tập thể không dưới ngưỡng ở cả hai tỷ lệ hoàn thành."
    _note(trial, "R35", all(low), "level.4.completion", f"{result}{plan}", **_completions(trial))
    return Verdict(_WORST) if all(low) else None


def _total_known(trial: Trial) -> Verdict | None:
    score = trial.case.score
    if score.total is not None:
        return None
    answer = _doubt(trial, "R17", "score.profile", "total",
                    "Có trục chưa có điểm (không phát sinh hoặc mọi sản phẩm đều không tính): cần xem xét tổng điểm.",
                    *_totals(score, trial.policy))
    return answer if isinstance(answer, Verdict) else None


def _totals(score: Score, policy: Policy) -> tuple[str, ...]:
    """Totals that stand for all admissible ones: from nothing to full points of those axes, and each floor between."""
    low = score.general + sum(axis.points for axis in score.axes if axis.points is not None)
    high = low + sum(axis.max_points for axis in score.axes if axis.points is None)
    floors = [policy.decimal("level.4.score"), *(policy.decimal(f"level.{level}.score") for level in LEVELS)]
    totals = {low, high, *(floor for floor in floors if low < floor < high)}
    return tuple(str(Fraction(total)) for total in sorted(totals))


def _rounding(trial: Trial, floor_keys: tuple[str, ...]) -> Verdict | None:
    score = trial.case.score
    for key in floor_keys:
        floor = trial.policy.decimal(key)
        if not {"total", "rounding"} & trial.answers.keys() and crosses(score, floor):
            answer = _doubt(trial, "R17", key, "rounding",
                            f"Tổng điểm {vi_number(score.total)} chỉ vượt mốc {vi_number(floor)} do làm tròn "
                            f"(chưa làm tròn {vi_number(score.exact, 4)}): cần xem xét.", "printed", "exact")
            assert isinstance(answer, Verdict)
            return answer
    return None


def _rounding_low(trial: Trial) -> Verdict | None:
    return _rounding(trial, ("level.4.score",))


def _rounding_high(trial: Trial) -> Verdict | None:
    return _rounding(trial, tuple(f"level.{level}.score" for level in LEVELS))


def _score_low(trial: Trial) -> Verdict | None:
    """R34, under the policy's reading of VI.1.4's semicolon."""
    policy, own = trial.policy, trial.own
    floor = policy.decimal("level.4.score")
    low, both = trial.score < floor, policy.value("level.level4") == "and"
    fails = low and (not both or _below(own, trial, trial.counting("R35"))[1])
    text = f"Điểm {vi_number(trial.score)} {'dưới' if low else 'không dưới'} {vi_number(floor)}."
    if low and both:
        text += " Chính sách đòi hỏi đồng thời tỷ lệ nhiệm vụ kế hoạch của tập thể dưới ngưỡng."
    _note(trial, "R34", fails, "level.4.score", f"{text} Mức 4." if fails else text, Điểm=vi_number(trial.score))
    return Verdict(_WORST) if fails else None


def _head_one_completion(trial: Trial) -> Verdict | None:
    if not trial.head:
        return None
    low = _excused_below(trial)
    assert not isinstance(low, Verdict)
    if not any(low):
        return None
    key, what = (("level.4.completion", "tổng số nhiệm vụ được giao") if low[0]
                 else ("level.4.plan_completion", "nhiệm vụ kế hoạch"))
    which = f"{trial.policy.citation(key)} ({what})"
    return _four_or_on(_doubt(trial, "R35", key, "one_completion",
                              f"Chỉ một trong hai tỷ lệ hoàn thành của tập thể dưới ngưỡng, theo {which}: cần xem xét.",
                              str(_WORST), _GO_ON))


def _deputy_field(trial: Trial) -> Verdict | None:
    policy = trial.policy
    low = False if trial.head else trial.excused("R35", _field_below(trial, False), _field_below(trial, True))
    if isinstance(low, Verdict):
        _note(trial, "R35", None, "level.4.completion",
              "Lĩnh vực phụ trách dưới ngưỡng hay không tùy cách tính nhiệm vụ có lý do khách quan.")
        return low
    if not low:
        return None
    return _four_or_on(_doubt(
        trial, "R35", "level.4.plan_completion", "deputy_field",
        "Lĩnh vực phụ trách hoàn thành dưới ngưỡng trong khi cả đơn vị thì không: "
        f"{policy.citation('level.4.plan_completion')} dẫn đến mức 4, {policy.citation('level.4.completion')} xét theo "
        "lĩnh vực và mức độ liên đới; cần xem xét.",
        str(_WORST), _GO_ON))


def _disciplined(trial: Trial) -> Verdict | None:
    if not trial.case.disciplined:
        return None
    if trial.policy.value("level.discipline") == str(_WORST):
        _note(trial, "R37", True, "level.discipline", "Bị kỷ luật trong quý: mức 4 theo chính sách.")
        return Verdict(_WORST)
    return _four_or_on(_doubt(trial, "R37", "level.discipline", "discipline",
                              "Bị kỷ luật trong quý: cần xem xét (theo nơi khác dẫn lại, Quy định 366 xếp mức 4).",
                              str(_WORST), _GO_ON))


def _gap(trial: Trial) -> Verdict:
    reading = trial.policy.value("level.gap")
    text = "Không đáp ứng đủ điều kiện của mức 1, mức 2, mức 3."
    if reading != _REVIEW:
        _note(trial, "gap", None, "level.gap", f"{text} Theo chính sách: mức {reading}.")
        return Verdict(int(reading))
    failed = {line.rule: line.text for line in trial.steps if line.rule in RULES.values()}
    _note(trial, "gap", None, "level.gap", f"{text} Cần xem xét.", **failed)
    answer = trial.ask("gap", str(LEVELS[-1]), str(_WORST))
    return answer if isinstance(answer, Verdict) else Verdict(int(answer))


# The order is the law's (rules.md C); each returns None where it decides nothing.
_PROCEDURE: tuple[Callable[[Trial], Verdict | None], ...] = (
    _head_known, _individual, _head_collective, _total_known, _rounding_low, _score_low,
    _head_one_completion, _deputy_field, _disciplined, _rounding_high, highest_level, _gap)
