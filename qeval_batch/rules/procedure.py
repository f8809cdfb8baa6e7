"""The order of rules.md C, rule by rule: level 4, then the doubts, then from the highest level down, then the gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import count, pairwise
from typing import Any

from qeval_batch.core.decimals import at_least, half_up, vi_number
from qeval_batch.model.results import Counts
from qeval_batch.model.trace import Score
from qeval_batch.rules.case import COUNT, LATE_EXCUSED, LEAVE_OUT, Verdict, Walk, plan_base, task_base
from qeval_batch.rules.conditions import LEVELS, RULES, highest_level
from qeval_batch.rules.score import crosses
from qeval_batch.rules.trace import TraceLine, ratio
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import CollectiveKeys, LevelKeys, ScoreKeys

_WORST = 4
_GO_ON = "go_on"
_REVIEW = "review"
_SHOWN = 4                            # decimals of an unrounded total, where they tell enough


def _note(walk: Walk, line: TraceLine, holds: bool | None, more: Mapping[str, str] | None = None, **slots: Any) -> None:
    walk.steps.append(line.step(walk.policy, holds, more=more, **slots))


def _doubt(walk: Walk, line: TraceLine, code: str, options: Mapping[str, str], **slots: Any) -> Verdict | str:
    _note(walk, line, None, **slots)
    return walk.ask(code, {answer: text.format(**slots) for answer, text in options.items()})


def _four_or_on(answer: Verdict | str) -> Verdict | None:
    if isinstance(answer, Verdict):
        return answer
    return Verdict(_WORST) if answer == str(_WORST) else None


HEAD = TraceLine("C", CollectiveKeys.own,
                 "Danh mục không ghi hoặc ghi nhiều hơn một người đứng đầu đơn vị này: cần xác định là ai.")
_HEAD_OR_NOT = {"head": "là người đứng đầu đơn vị", "member": "không là người đứng đầu đơn vị"}


def _head_known(walk: Walk) -> Verdict | None:
    if walk.case.head is not None:
        return None
    answer = _doubt(walk, HEAD, "head", _HEAD_OR_NOT)
    return answer if isinstance(answer, Verdict) else None


NO_PRODUCTS = TraceLine("R30", LevelKeys.individual_completion,
                        "Không có sản phẩm nào được giao để tính tỷ lệ hoàn thành của cá nhân.")
OWN_EXCUSED = TraceLine("R30", LevelKeys.individual_completion,
                        "Hoàn thành đủ hay không tùy cách tính sản phẩm có lý do khách quan.")
INDIVIDUAL = TraceLine("R30", LevelKeys.individual_completion,
                       "Cá nhân hoàn thành {completion} sản phẩm được giao{both}.{so}", {
    "Giao": "{assigned}", "Hoàn thành": "{done}", "Có lý do khách quan": "{excused}"})
_BOTH = "; nếu tính cả sản phẩm có lý do khách quan: {completion}"
_SHORT, _SHORT_SUPPORT = " Chưa đạt tỷ lệ phải hoàn thành: mức 4.", " Chưa đạt tỷ lệ phải hoàn thành."
SUPPORT_ONLY = TraceLine("R30", LevelKeys.support_only, "Chỉ thiếu ở sản phẩm có vai trò Phối hợp: cần xem xét.")
_SUPPORT_COUNTS = {str(_WORST): "thiếu ở sản phẩm Phối hợp cũng là cá nhân chưa hoàn thành",
                   _GO_ON: "thiếu ở sản phẩm Phối hợp không tính là cá nhân chưa hoàn thành"}


def _individual(walk: Walk) -> Verdict | None:
    """R30."""
    own, policy = walk.case.individual, walk.policy
    share = policy.level.individual_completion
    whole = own.assigned - own.excused
    if own.assigned == 0:
        _note(walk, NO_PRODUCTS, None)
        return None
    short = walk.excused("R30", not at_least(own.done, whole, share), not at_least(own.done, own.assigned, share))
    if isinstance(short, Verdict):
        _note(walk, OWN_EXCUSED, None)
        return short
    reading = policy.level.support_only
    excusable = own.short_support_only and reading != str(_WORST)
    both = _BOTH.format(completion=ratio(own.done, own.assigned)) if own.excused else ""
    so = "" if not short else _SHORT_SUPPORT if excusable else _SHORT
    _note(walk, INDIVIDUAL, short, completion=ratio(own.done, whole), both=both, so=so, assigned=own.assigned,
          done=own.done, excused=own.excused)
    if not short:
        return None
    if not excusable:
        return Verdict(_WORST)
    if reading != _REVIEW:
        return None
    return _four_or_on(_doubt(walk, SUPPORT_ONLY, "support_only", _SUPPORT_COUNTS))


def _below(counts: Counts, walk: Walk, counted: bool) -> tuple[bool, bool]:
    """Completion and plan completion against their bars (IX.1.4, VI.1.4); no plan left looks at completion alone."""
    policy = walk.policy
    whole, plan = task_base(counts, counted), plan_base(counts, counted)
    low = not at_least(counts.done, whole, policy.level.completion[4])
    low_plan = not at_least(counts.planned_done, plan, policy.level.plan_completion[4]) if plan > 0 else low
    return low, low_plan


def _excused_below(walk: Walk) -> tuple[bool, bool] | Verdict:
    return walk.excused("R35", _below(walk.own, walk, False), _below(walk.own, walk, True))


def _field_below(walk: Walk, counted: bool) -> bool:
    """The own field fails one of the two completions while the whole unit stands (IX.1.4)."""
    return not _below(walk.case.unit, walk, counted)[0] and any(_below(walk.own, walk, counted))


# The figures both completions are judged by; the last two where some task is excused.
_COMPLETIONS = ("Hoàn thành", "Hoàn thành nhiệm vụ kế hoạch", "Hoàn thành nếu tính cả nhiệm vụ có lý do",
                "Kế hoạch nếu tính cả nhiệm vụ có lý do")


def _completions(walk: Walk) -> dict[str, str]:
    own = walk.own
    figures = [ratio(own.done, task_base(own, False)), ratio(own.planned_done, plan_base(own, False))]
    if own.excused:
        figures += [ratio(own.done, own.assigned), ratio(own.planned_done, own.planned)]
    return dict(zip(_COMPLETIONS, figures, strict=False))


UNIT_EXCUSED = TraceLine("R35", LevelKeys.completion[4],
                         "Tập thể dưới ngưỡng hay không tùy cách tính nhiệm vụ có lý do khách quan.")
HEAD_FOUR = TraceLine("R35", LevelKeys.completion[4],
                      "Cả hai tỷ lệ hoàn thành của tập thể đều dưới ngưỡng: người đứng đầu ở mức 4.{plan}")
HEAD_STANDS = TraceLine("R35", LevelKeys.completion[4], "Tập thể không dưới ngưỡng ở cả hai tỷ lệ hoàn thành.{plan}")
_NO_PLAN = " Không còn nhiệm vụ kế hoạch để tính, chỉ xét tỷ lệ chung."


def _head_collective(walk: Walk) -> Verdict | None:
    """R35: both completions of the head's unit below their bars (reads no score)."""
    if not walk.head:
        return None
    low = _excused_below(walk)
    if isinstance(low, Verdict):
        _note(walk, UNIT_EXCUSED, None)
        return low
    plan = "" if plan_base(walk.own, False) else _NO_PLAN
    _note(walk, HEAD_FOUR if all(low) else HEAD_STANDS, all(low), _completions(walk), plan=plan)
    return Verdict(_WORST) if all(low) else None


NO_TOTAL = TraceLine("R17", ScoreKeys.profile, "Có trục chưa có điểm (không phát sinh hoặc mọi sản phẩm đều không tính): "
                     "cần xem xét tổng điểm.")
_TOTAL_BETWEEN = "tổng điểm được xác định từ {low} đến {high}"
_TOTAL_BELOW, _TOTAL_FROM = "tổng điểm được xác định dưới {high}", "tổng điểm được xác định từ {low} trở lên"
_TOTAL_IN = "tổng điểm được xác định từ {low} đến dưới {high}"


def _total_known(walk: Walk) -> Verdict | None:
    score = walk.case.score
    if score.total is not None:
        return None
    answer = _doubt(walk, NO_TOTAL, "total", _totals(score, walk.policy))
    return answer if isinstance(answer, Verdict) else None


def _totals(score: Score, policy: Policy) -> dict[str, str]:
    """Totals that stand for all admissible ones: what is sure, and each floor that full points of those axes reach."""
    low = score.general + sum(axis.points for axis in score.axes if axis.points is not None)
    high = low + sum(axis.max_points for axis in score.axes if axis.points is None)
    known = (policy.level.score[level] for level in (_WORST, *LEVELS))
    floors = sorted({floor for floor in known if low < floor <= high})
    if not floors:
        return {str(Fraction(low)): _TOTAL_BETWEEN.format(low=vi_number(low), high=vi_number(high))}
    texts = [_TOTAL_BELOW.format(high=vi_number(floors[0])),
             *(_TOTAL_IN.format(low=vi_number(a), high=vi_number(b)) for a, b in pairwise(floors)),
             _TOTAL_FROM.format(low=vi_number(floors[-1]))]
    return {str(Fraction(total)): text for total, text in zip((low, *floors), texts, strict=True)}


ROUNDED_UP = TraceLine("R17", LevelKeys.score, "Tổng điểm {total} đạt mốc {floor} chỉ nhờ làm tròn; chưa làm tròn là {exact}, "
                       "dưới mốc: cần xem xét.")
ROUNDED_DOWN = TraceLine("R17", LevelKeys.score, "Tổng điểm {total} dưới mốc {floor} chỉ do làm tròn; chưa làm tròn là "
                         "{exact}, đạt mốc: cần xem xét.")
_WHICH_TOTAL = {"printed": "lấy tổng điểm đã làm tròn {total}", "exact": "lấy tổng điểm chưa làm tròn {exact}"}


def _rounding(walk: Walk, levels: Iterable[int]) -> Verdict | None:
    score = walk.case.score
    for level in levels:
        floor = walk.policy.level.score[level]
        if "rounding" not in walk.answers and crosses(score, floor):
            assert score.total is not None and score.exact is not None
            line = ROUNDED_UP if score.total >= floor else ROUNDED_DOWN
            answer = _doubt(walk, line, "rounding", _WHICH_TOTAL, level=level, total=vi_number(score.total),
                            floor=vi_number(floor), exact=_telling(score.exact, floor))
            assert isinstance(answer, Verdict)
            return answer
    return None


def _telling(exact: Fraction, floor: Decimal) -> str:
    """``exact`` with as many decimals as tell it from the floor, where it does not stand on it."""
    places = next(places for places in count(_SHOWN) if half_up(exact, places) != floor or exact == floor)
    return vi_number(exact, places)


def _rounding_low(walk: Walk) -> Verdict | None:
    return _rounding(walk, (_WORST,))


def _rounding_high(walk: Walk) -> Verdict | None:
    return _rounding(walk, LEVELS)


SCORE = TraceLine("R34", LevelKeys.score[4], "Điểm {score} không dưới {floor}.", {"Điểm": "{score}"})
SCORE_LOW = TraceLine("R34", LevelKeys.score[4], "Điểm {score} dưới {floor}.{both}{so}", {"Điểm": "{score}"})
_BOTH_PARTS = " Chính sách đòi hỏi đồng thời tỷ lệ nhiệm vụ kế hoạch của tập thể dưới ngưỡng."
_FOUR = " Mức 4."


def _score_low(walk: Walk) -> Verdict | None:
    """R34, under the policy's reading of VI.1.4's semicolon."""
    policy, own = walk.policy, walk.own
    floor = policy.level.score[4]
    low, both = walk.score < floor, policy.level.level4 == "and"
    fails = low and (not both or _below(own, walk, walk.counting("R35"))[1])
    _note(walk, SCORE_LOW if low else SCORE, fails, score=vi_number(walk.score), floor=vi_number(floor),
          both=_BOTH_PARTS if both else "", so=_FOUR if fails else "")
    return Verdict(_WORST) if fails else None


ONE_COMPLETION = TraceLine("R35", LevelKeys.completion[_WORST],
                           "Chỉ một trong hai tỷ lệ hoàn thành của tập thể dưới ngưỡng, theo {clause} "
                           "(tổng số nhiệm vụ được giao): cần xem xét.")
ONE_PLAN = TraceLine("R35", LevelKeys.plan_completion[_WORST],
                     "Chỉ một trong hai tỷ lệ hoàn thành của tập thể dưới ngưỡng, theo {clause} (nhiệm vụ kế hoạch): cần xem xét.")
_ONE_IS_FOUR = {str(_WORST): "một tỷ lệ dưới ngưỡng đã là mức 4", _GO_ON: "một tỷ lệ dưới ngưỡng chưa phải là mức 4"}


def _head_one_completion(walk: Walk) -> Verdict | None:
    if not walk.head:
        return None
    low = _excused_below(walk)
    assert not isinstance(low, Verdict)
    if not any(low):
        return None
    line, key = (ONE_COMPLETION, LevelKeys.completion) if low[0] else (ONE_PLAN, LevelKeys.plan_completion)
    return _four_or_on(_doubt(walk, line, "one_completion", _ONE_IS_FOUR, clause=walk.policy.citation(key[_WORST])))


ALL_LATE_EXCUSED = TraceLine("R32", LevelKeys.late_excused, "Mọi nhiệm vụ chậm ({late}) đều có lý do khách quan được xác "
                             "nhận: cần xem xét có tính là chậm không.")
_LATE_IS = {COUNT: "chậm có lý do khách quan được xác nhận vẫn tính là chậm",
            LEAVE_OUT: "chậm có lý do khách quan được xác nhận không tính là chậm"}


def _late_excused(walk: Walk) -> Verdict | None:
    """Every late task of the base has a confirmed cause, so that the cause alone decides levels 1 and 2."""
    own = walk.own
    if walk.policy.level.late_excused != _REVIEW or not own.late or own.late != own.late_confirmed:
        return None
    answer = _doubt(walk, ALL_LATE_EXCUSED, LATE_EXCUSED, _LATE_IS, late=own.late)
    return answer if isinstance(answer, Verdict) else None


FIELD_EXCUSED = TraceLine("R35", LevelKeys.completion[4],
                          "Lĩnh vực phụ trách dưới ngưỡng hay không tùy cách tính nhiệm vụ có lý do khách quan.")
FIELD_LOW = TraceLine("R35", LevelKeys.plan_completion[4],
                      "Lĩnh vực phụ trách hoàn thành dưới ngưỡng trong khi cả đơn vị thì "
                      "không: {plan} dẫn đến mức 4, {field} xét theo lĩnh vực và mức độ liên đới; cần xem xét.")
_FIELD_IS_FOUR = {str(_WORST): "lĩnh vực phụ trách dưới ngưỡng đã là mức 4 ({plan})",
                  _GO_ON: "lĩnh vực phụ trách dưới ngưỡng chưa phải là mức 4 ({field})"}


def _deputy_field(walk: Walk) -> Verdict | None:
    plan_clause, field_clause = map(
        walk.policy.citation, (LevelKeys.plan_completion[_WORST], LevelKeys.completion[_WORST]))
    low = False if walk.head else walk.excused("R35", _field_below(walk, False), _field_below(walk, True))
    if isinstance(low, Verdict):
        _note(walk, FIELD_EXCUSED, None)
        return low
    if not low:
        return None
    return _four_or_on(_doubt(walk, FIELD_LOW, "deputy_field", _FIELD_IS_FOUR, plan=plan_clause, field=field_clause))


DISCIPLINE_FOUR = TraceLine("R37", LevelKeys.discipline, "Bị kỷ luật trong quý: mức 4 theo chính sách.")
DISCIPLINE = TraceLine("R37", LevelKeys.discipline,
                       "Bị kỷ luật trong quý: cần xem xét (theo nơi khác dẫn lại, Quy định 366 xếp mức 4).")
_DISCIPLINE_IS = {str(_WORST): "bị kỷ luật trong quý dẫn đến mức 4",
                  _GO_ON: "bị kỷ luật trong quý chỉ không được mức 1"}


def _disciplined(walk: Walk) -> Verdict | None:
    if not walk.case.disciplined:
        return None
    if walk.policy.level.discipline == str(_WORST):
        _note(walk, DISCIPLINE_FOUR, True)
        return Verdict(_WORST)
    return _four_or_on(_doubt(walk, DISCIPLINE, "discipline", _DISCIPLINE_IS))


GAP_SET = TraceLine("gap", LevelKeys.gap,
                    "Không đáp ứng đủ điều kiện của mức 1, mức 2, mức 3. Theo chính sách: mức {level}.")
GAP = TraceLine("gap", LevelKeys.gap, "Không đáp ứng đủ điều kiện của mức 1, mức 2, mức 3. Cần xem xét.")
_GAP_IS = {str(LEVELS[-1]): "chưa đủ điều kiện mức 3 vẫn được coi là hoàn thành nhiệm vụ",
           str(_WORST): "chưa đủ điều kiện mức 3 thì coi là không hoàn thành nhiệm vụ"}


def _gap(walk: Walk) -> Verdict:
    reading = walk.policy.level.gap
    if reading != _REVIEW:
        _note(walk, GAP_SET, None, level=reading)
        return Verdict(int(reading))
    failed = {line.rule: line.text for line in walk.steps if line.rule in RULES.values()}
    _note(walk, GAP, None, failed)
    answer = walk.ask("gap", _GAP_IS)
    return answer if isinstance(answer, Verdict) else Verdict(int(answer))


# The order is the law's (rules.md C); each returns None where it decides nothing.
PROCEDURE: tuple[Callable[[Walk], Verdict | None], ...] = (
    _head_known, _individual, _head_collective, _total_known, _rounding_low, _score_low,
    _head_one_completion, _late_excused, _deputy_field, _disciplined, _rounding_high, highest_level, _gap)
