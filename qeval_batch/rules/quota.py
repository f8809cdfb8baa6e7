"""The ratio of level 1 per comparable group (R40–R43): both maxima, the order of proposal, the cut, ties kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qeval_batch.core.decimals import half_up, vi_number, vi_percent
from qeval_batch.model.results import Answer, Choice, Flag, GroupResult, OfficerResult, Order, Status
from qeval_batch.model.roster import Group
from qeval_batch.model.trace import Step
from qeval_batch.rules.collective import exceed_share
from qeval_batch.rules.trace import TraceLine
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import QuotaKeys

HTT_ONLY, HTT_PLUS = "htt_only", "htt_plus"
_BEST, _GOOD = 1, 2
# What decides the order, as every line about a place shows it.
_ORDER = {"Điểm": "{score}", "Vượt mức của tập thể": "{exceed}", "Sản phẩm vượt mức": "{products}",
          "Khối lượng": "{work}"}
COUNTED = TraceLine("R40", QuotaKeys.base, "Nhóm {group}: {n} người đủ điều kiện mức 1 và mức 2, trong đó mức 1 là "
                    "{candidates}; tối đa {most}{note}.", {
                   "Tỷ lệ": "{rate}", "N": "{n}", "Tối đa, trên số mức 2": "{htt_only}",
                   "Tối đa, trên số mức 1 và mức 2": "{htt_plus}", "Đang áp dụng": "{binding}", "Còn chờ": "{waiting}",
                   "Quyết định": "{decision}"})
_PROVISIONAL = "; tạm tính, còn {waiting} người chưa có mức"
_BASES = {HTT_ONLY: "trên số mức 2", HTT_PLUS: "trên số mức 1 và mức 2"}
TIED = TraceLine("R43", QuotaKeys.order,
                 "Bằng nhau với {others} người khác tại ranh giới tỷ lệ, còn {places} chỗ: cấp có thẩm "
                 "quyền quyết định.", _ORDER)
CUT = TraceLine("R43", QuotaKeys.base,
                "Đủ điều kiện mức 1, đứng thứ {rank} trong nhóm, vượt quá số tối đa {most}: đề xuất mức "
                "2; mức đủ điều kiện vẫn ghi nhận.", _ORDER)
KEPT = TraceLine("R43", QuotaKeys.base, "Đứng thứ {rank} trong nhóm, trong số tối đa {most}: đề xuất mức 1.", _ORDER)
UNBOUND = TraceLine("R43", QuotaKeys.base, "Nhóm không áp dụng tỷ lệ theo {decision}: đề xuất mức 1.", _ORDER)
# How a tie may end, as its answers go on after `nếu`.
_CHOSEN, _NOT_CHOSEN = "được chọn vào {places} chỗ còn lại", "không được chọn"
_KEYS: Mapping[str, Callable[[Order], Any]] = {
    "score": lambda order: order.score,
    "exceed": exceed_share,
    "products": lambda order: order.products,
    "work": lambda order: order.work,
}


def maximum(n: int, rate: Decimal, base: str) -> int:
    """Most level 1 a group may have (R40, R41), half up; ``n`` = eligible level 1 + level 2.

    ``htt_only``: the largest X with X <= rate × (n − X), the text's own base; ``htt_plus``: rate × n.
    ValueError for a base the policy does not offer.
    """
    if base == HTT_PLUS:
        return int(half_up(Fraction(rate) * n, 0))
    if base != HTT_ONLY:
        raise ValueError(f"quota.base: {base}")
    best = 0
    while best + 1 <= half_up(Fraction(rate) * (n - best - 1), 0):
        best += 1
    return best


def rate_of(group: Group, policy: Policy) -> Decimal:
    """The rate that holds for a group: the policy's, or one up to the raised rate with a decision number (366)."""
    usual = policy.quota.rate
    allowed = group.rate is not None and group.decision and group.rate <= policy.quota.raised_rate
    return group.rate if allowed and group.rate is not None else usual


def order_key(order: Order, policy: Policy) -> tuple[Any, ...]:
    """What decides the order of proposal, bigger first, in the policy's sequence; never rank, seniority or name."""
    return tuple(_KEYS[name](order) for name in policy.quota.order)


def rank_group(group: Group, members: Sequence[OfficerResult], policy: Policy
               ) -> tuple[GroupResult, tuple[OfficerResult, ...]]:
    """The group's cut, and its graded members with rank and proposed level. The order of ``members`` means nothing.

    ``members`` are the group's officers who are neither deferred nor excluded nor of BCT-BBT.
    """
    graded = [item for item in members if item.status is Status.GRADED]
    # A level 4 that reads no score (R35) may lack a total: it has a level but no place in the order.
    keyed = sorted((item for item in graded if item.order is not None), key=lambda item: item.id)
    keyed.sort(key=lambda item: _place(item, policy), reverse=True)
    n = sum(item.levels.eligible in (_BEST, _GOOD) for item in graded)
    rate, binding = rate_of(group, policy), policy.quota.base
    most = {base: maximum(n, rate, base) for base in (HTT_ONLY, HTT_PLUS)}
    binds = group.binds or not group.decision
    candidates = [item for item in keyed if item.levels.eligible == _BEST]
    # A level 1 that a document gives has no score to be ordered by: it takes its place before the order (R23).
    settled = [item.id for item in graded if item.order is None and item.levels.eligible == _BEST]
    places = max(0, most[binding] - len(settled))
    level1, tied, cut = _cut(candidates, places if binds else len(candidates), policy)
    result = GroupResult(
        id=group.id, name=group.name, n=n, waiting=len(members) - len(graded), candidates=len(candidates) + len(settled),
        max_htt_only=most[HTT_ONLY], max_htt_plus=most[HTT_PLUS], binding=binding, rate=rate, binds=binds,
        decision=group.decision, cut=tuple(sorted(cut)), level1=tuple(sorted([*level1, *settled])), tied=tuple(sorted(tied)),
        places_left=places - len(level1) if tied else 0, ranked=tuple(item.id for item in keyed))
    order = [_place(item, policy) for item in keyed]
    return result, tuple(_propose(item, 1 + order.index(place), result, policy)
                         for item, place in zip(keyed, order, strict=True))


def _place(item: OfficerResult, policy: Policy) -> tuple[Any, ...]:
    assert item.order is not None and item.levels.eligible is not None
    return (-item.levels.eligible, *order_key(item.order, policy))


def _cut(candidates: Sequence[OfficerResult], most: int, policy: Policy) -> tuple[list[str], list[str], list[str]]:
    """Candidates in order as (kept, tied across the cut, cut). A cut at zero places is no tie (R43)."""
    ids = [item.id for item in candidates]
    if most >= len(ids):
        return ids, [], []
    places = [_place(item, policy) for item in candidates]
    if most == 0 or places[most - 1] != places[most]:
        return ids[:most], [], ids[most:]
    edge = places[most]
    first, last = places.index(edge), len(places) - places[::-1].index(edge)
    return ids[:first], ids[first:last], ids[last:]


def _propose(item: OfficerResult, rank: int, group: GroupResult, policy: Policy) -> OfficerResult:
    levels, flags, possible, waits = item.levels, list(item.flags), item.possible, list(item.waits_for)
    proposed, answers = levels.eligible, item.answers
    lines = [_count_step(group, policy)] if levels.eligible == _BEST else []
    if item.id in group.tied:
        proposed, possible = None, (_BEST, _GOOD)
        flags.append(Flag.TIED)
        waits.append("decision_tie")
        line = TIED.step(policy, None, others=len(group.tied) - 1, places=group.places_left, **_order_slots(item))
        lines.append(line)
        answers = tuple(Answer((Choice(line.rule, text.format(places=group.places_left), line.citation),), found)
                        for text, found in ((_CHOSEN, _BEST), (_NOT_CHOSEN, _GOOD)))
    elif item.id in group.cut:
        proposed = _GOOD
        flags.append(Flag.QUOTA_CUT)
        lines.append(CUT.step(policy, False, rank=rank, most=_most(group), **_order_slots(item)))
    elif item.id in group.level1:
        lines.append((KEPT if group.binds else UNBOUND).step(
            policy, True, rank=rank, most=_most(group), decision=group.decision, **_order_slots(item)))
    return replace(item, rank=rank, levels=replace(levels, proposed=proposed), flags=tuple(sorted(flags)),
                   possible=possible, answers=answers, waits_for=tuple(waits), steps=(*item.steps, *lines))


def _most(group: GroupResult) -> int:
    return group.max_htt_only if group.binding == HTT_ONLY else group.max_htt_plus


def _count_step(group: GroupResult, policy: Policy) -> Step:
    note = _PROVISIONAL.format(waiting=group.waiting) if group.waiting else ""
    return COUNTED.step(
        policy, group.candidates <= _most(group), group=group.id, n=group.n, candidates=group.candidates,
        most=_most(group), note=note, rate=vi_percent(group.rate, 1), htt_only=group.max_htt_only,
        htt_plus=group.max_htt_plus, binding=_BASES[group.binding], waiting=group.waiting,
        decision=group.decision or "—")


def _order_slots(item: OfficerResult) -> dict[str, Any]:
    assert item.order is not None
    part, whole = item.order.exceed
    return {"score": vi_number(item.order.score), "exceed": f"{part}/{whole}", "products": item.order.products,
            "work": vi_number(item.order.work)}
