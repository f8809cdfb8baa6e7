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
from qeval_batch.rules.trace import step
from qeval_batch.spec.policy import Policy

HTT_ONLY, HTT_PLUS = "htt_only", "htt_plus"
_BEST, _GOOD = 1, 2
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
    usual = policy.decimal("quota.rate")
    allowed = group.rate is not None and group.decision and group.rate <= policy.decimal("quota.raised_rate")
    return group.rate if allowed and group.rate is not None else usual


def order_key(order: Order, policy: Policy) -> tuple[Any, ...]:
    """What decides the order of proposal, bigger first, in the policy's sequence; never rank, seniority or name."""
    return tuple(_KEYS[name](order) for name in policy.value("quota.order"))


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
    rate, binding = rate_of(group, policy), str(policy.value("quota.base"))
    most = {base: maximum(n, rate, base) for base in (HTT_ONLY, HTT_PLUS)}
    binds = group.binds or not group.decision
    candidates = [item for item in keyed if item.levels.eligible == _BEST]
    level1, tied, cut = _cut(candidates, most[binding] if binds else len(candidates), policy)
    result = GroupResult(
        id=group.id, name=group.name, n=n, waiting=len(members) - len(graded), candidates=len(candidates),
        max_htt_only=most[HTT_ONLY], max_htt_plus=most[HTT_PLUS], binding=binding, rate=rate, binds=binds,
        decision=group.decision, cut=tuple(sorted(cut)), level1=tuple(sorted(level1)), tied=tuple(sorted(tied)),
        places_left=most[binding] - len(level1) if tied else 0, ranked=tuple(item.id for item in keyed))
    places = [_place(item, policy) for item in keyed]
    return result, tuple(_propose(item, 1 + places.index(place), result, policy)
                         for item, place in zip(keyed, places, strict=True))


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
        lines.append(step("R43", None, policy.citation("quota.order"),
                          f"Bằng nhau với {len(group.tied) - 1} người khác tại ranh giới tỷ lệ, "
                          f"còn {group.places_left} chỗ: cấp có thẩm quyền quyết định.", _order_inputs(item)))
        answers = tuple(Answer((Choice("R43", text, policy.citation("quota.order")),), found) for text, found in (
            (f"được chọn vào {group.places_left} chỗ còn lại", _BEST), ("không được chọn", _GOOD)))
    elif item.id in group.cut:
        proposed = _GOOD
        flags.append(Flag.QUOTA_CUT)
        lines.append(step("R43", False, policy.citation("quota.base"),
                          f"Đủ điều kiện mức 1, đứng thứ {rank} trong nhóm, vượt quá số tối đa {_most(group)}: "
                          "đề xuất mức 2; mức đủ điều kiện vẫn ghi nhận.", _order_inputs(item)))
    elif item.id in group.level1:
        lines.append(step("R43", True, policy.citation("quota.base"),
                          f"Đứng thứ {rank} trong nhóm, trong số tối đa {_most(group)}: đề xuất mức 1." if group.binds
                          else f"Nhóm không áp dụng tỷ lệ theo {group.decision}: đề xuất mức 1.", _order_inputs(item)))
    return replace(item, rank=rank, levels=replace(levels, proposed=proposed), flags=tuple(sorted(flags)),
                   possible=possible, answers=answers, waits_for=tuple(waits), steps=(*item.steps, *lines))


def _most(group: GroupResult) -> int:
    return group.max_htt_only if group.binding == HTT_ONLY else group.max_htt_plus


def _count_step(group: GroupResult, policy: Policy) -> Step:
    note = f"; tạm tính, còn {group.waiting} người chưa có mức" if group.waiting else ""
    text = (f"Nhóm {group.id}: {group.n} người đủ điều kiện mức 1 và mức 2, trong đó mức 1 là {group.candidates}; tối đa "
            f"{_most(group)}{note}.")
    inputs = {"Tỷ lệ": vi_percent(group.rate, 1), "N": str(group.n), "Tối đa, trên số mức 2": str(group.max_htt_only),
              "Tối đa, trên số mức 1 và mức 2": str(group.max_htt_plus), "Đang áp dụng": "trên số mức 2" if group.binding == HTT_ONLY else "trên số mức 1 và mức 2",
              "Còn chờ": str(group.waiting), "Quyết định": group.decision or "—"}
    return step("R40", group.candidates <= _most(group), policy.citation("quota.base"), text, inputs)


def _order_inputs(item: OfficerResult) -> Mapping[str, str]:
    assert item.order is not None
    part, whole = item.order.exceed
    return {"Điểm": vi_number(item.order.score), "Vượt mức của tập thể": f"{part}/{whole}",
            "Sản phẩm vượt mức": str(item.order.products), "Khối lượng": vi_number(item.order.work)}
