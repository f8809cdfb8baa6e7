"""The order of rules.md C, rule by rule: level 4, then the doubts, then from the highest level down, then the gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise

from qeval_batch.core.decimals import at_least, vi_number
from qeval_batch.model.results import Counts
from qeval_batch.model.trace import Score
from qeval_batch.rules.case import Trial, Verdict, plan_base, task_base
from qeval_batch.rules.conditions import LEVELS, RULES, highest_level
from qeval_batch.rules.score import crosses
from qeval_batch.rules.trace import ratio, step
from qeval_batch.spec.policy import Policy

_WORST = 4
_GO_ON = "go_on"
_REVIEW = "review"


def _note(trial: Trial, rule: str, holds: bool | None, key: str, text: str, **inputs: str) -> None:
    named = {name.replace("_", " "): value for name, value in inputs.items()}
    trial.steps.append(step(rule, holds, trial.policy.citation(key), text, named))


def _doubt(trial: Trial, rule: str, key: str, code: str, text: str, options: Mapping[str, str]) -> Verdict | str:
    _note(trial, rule, None, key, text)
    return trial.ask(code, options)


def _four_or_on(answer: Verdict | str) -> Verdict | None:
    if isinstance(answer, Verdict):
        return answer
    return Verdict(_WORST) if answer == str(_WORST) else None


def _head_known(trial: Trial) -> Verdict | None:
    if trial.case.head is not None:
        return None
    answer = _doubt(trial, "C", "collective.own", "head",
                    "Danh mục không ghi hoặc ghi nhiều hơn một người đứng đầu đơn vị này: cần xác định là ai.",
                    {"head": "là người đứng đầu đơn vị", "member": "không là người đứng đầu đơn vị"})
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
                              "Chỉ thiếu ở sản phẩm có vai trò Phối hợp: cần xem xét.",
                              {str(_WORST): "thiếu ở sản phẩm Phối hợp cũng là cá nhân chưa hoàn thành",
                               _GO_ON: "thiếu ở sản phẩm Phối hợp không tính là cá nhân chưa hoàn thành"}))


def _below(counts: Counts, trial: Trial, counted: bool) -> tuple[bool, bool]:
    """Completion and plan completion against their bars (IX.1.4, VI.1.4); no plan left looks at completion alone."""
    policy = trial.policy
    whole, plan = task_base(counts, counted), plan_base(counts, counted)
    low = not at_least(counts.done, whole, policy.decimal("level.4.completion"))
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
                    _totals(score, trial.policy))
    return answer if isinstance(answer, Verdict) else None


def _totals(score: Score, policy: Policy) -> dict[str, str]:
    """Totals that stand for all admissible ones: what is sure, and each floor that full points of those axes reach."""
    low = score.general + sum(axis.points for axis in score.axes if axis.points is not None)
    high = low + sum(axis.max_points for axis in score.axes if axis.points is None)
    keys = ("level.4.score", *(f"level.{level}.score" for level in LEVELS))
    floors = sorted({floor for floor in map(policy.decimal, keys) if low < floor <= high})
    if not floors:
        return {str(Fraction(low)): f"tổng điểm được xác định từ {vi_number(low)} đến {vi_number(high)}"}
    texts = [f"tổng điểm được xác định dưới {vi_number(floors[0])}",
             *(f"tổng điểm được xác định từ {vi_number(a)} đến dưới {vi_number(b)}" for a, b in pairwise(floors)),
             f"tổng điểm được xác định từ {vi_number(floors[-1])} trở lên"]
    return {str(Fraction(total)): text for total, text in zip((low, *floors), texts, strict=True)}


def _rounding(trial: Trial, floor_keys: tuple[str, ...]) -> Verdict | None:
    score = trial.case.score
    for key in floor_keys:
        floor = trial.policy.decimal(key)
        if "rounding" not in trial.answers and crosses(score, floor):
            answer = _doubt(trial, "R17", key, "rounding",
                            f"Tổng điểm {vi_number(score.total)} chỉ vượt mốc {vi_number(floor)} do làm tròn "
                            f"(chưa làm tròn {vi_number(score.exact, 4)}): cần xem xét.",
                            {"printed": f"lấy tổng điểm đã làm tròn {vi_number(score.total)}",
                             "exact": f"lấy tổng điểm chưa làm tròn {vi_number(score.exact, 4)}"})
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
                              {str(_WORST): "một tỷ lệ dưới ngưỡng đã là mức 4",
                               _GO_ON: "một tỷ lệ dưới ngưỡng chưa phải là mức 4"}))


def _deputy_field(trial: Trial) -> Verdict | None:
    plan_clause, field_clause = map(trial.policy.citation, ("level.4.plan_completion", "level.4.completion"))
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
        f"{plan_clause} dẫn đến mức 4, {field_clause} xét theo lĩnh vực và mức độ liên đới; cần xem xét.",
        {str(_WORST): f"lĩnh vực phụ trách dưới ngưỡng đã là mức 4 ({plan_clause})",
         _GO_ON: f"lĩnh vực phụ trách dưới ngưỡng chưa phải là mức 4 ({field_clause})"}))


def _disciplined(trial: Trial) -> Verdict | None:
    if not trial.case.disciplined:
        return None
    if trial.policy.value("level.discipline") == str(_WORST):
        _note(trial, "R37", True, "level.discipline", "Bị kỷ luật trong quý: mức 4 theo chính sách.")
        return Verdict(_WORST)
    return _four_or_on(_doubt(trial, "R37", "level.discipline", "discipline",
                              "Bị kỷ luật trong quý: cần xem xét (theo nơi khác dẫn lại, Quy định 366 xếp mức 4).",
                              {str(_WORST): "bị kỷ luật trong quý dẫn đến mức 4",
                               _GO_ON: "bị kỷ luật trong quý chỉ không được mức 1"}))


def _gap(trial: Trial) -> Verdict:
    reading = trial.policy.value("level.gap")
    text = "Không đáp ứng đủ điều kiện của mức 1, mức 2, mức 3."
    if reading != _REVIEW:
        _note(trial, "gap", None, "level.gap", f"{text} Theo chính sách: mức {reading}.")
        return Verdict(int(reading))
    failed = {line.rule: line.text for line in trial.steps if line.rule in RULES.values()}
    _note(trial, "gap", None, "level.gap", f"{text} Cần xem xét.", **failed)
    answer = trial.ask("gap", {str(LEVELS[-1]): "chưa đủ điều kiện mức 3 vẫn được coi là hoàn thành nhiệm vụ",
                               str(_WORST): "chưa đủ điều kiện mức 3 thì coi là không hoàn thành nhiệm vụ"})
    return answer if isinstance(answer, Verdict) else Verdict(int(answer))


# The order is the law's (rules.md C); each returns None where it decides nothing.
PROCEDURE: tuple[Callable[[Trial], Verdict | None], ...] = (
    _head_known, _individual, _head_collective, _total_known, _rounding_low, _score_low,
    _head_one_completion, _deputy_field, _disciplined, _rounding_high, highest_level, _gap)
