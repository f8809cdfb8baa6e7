"""Claims still open (rules.md C): the level under every combination of the office's answers, and their union."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeVar

from qeval_batch.model.claims import ClaimOutcome, ClaimPlace
from qeval_batch.model.records import ClaimAnswer, CollectiveSheet, Excuse, OfficerSheet, Product, Task
from qeval_batch.model.results import Answer, Choice
from qeval_batch.model.trace import Step
from qeval_batch.rules import level
from qeval_batch.rules.case import Case
from qeval_batch.rules.collective import base
from qeval_batch.rules.level import Judgement
from qeval_batch.rules.trace import TraceLine, levels_text
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import LevelKeys

Accepted = frozenset[ClaimPlace]
CaseOf = Callable[[Accepted], Case]
NONE: Accepted = frozenset()
# Up to here every combination is tried; beyond it none, all, each alone and each but one.
_ALL_COMBINATIONS = 8
_TASK, _PRODUCT = "nhiệm vụ {code}", "sản phẩm số {no} của {officer}"
_ACCEPTED = "lý do khách quan của {what} được chấp nhận"
_REJECTED = "lý do khách quan của {what} không được chấp nhận"
_ALL, _NO_ONE = "cả {count} lý do khách quan được chấp nhận", "không lý do khách quan nào được chấp nhận"
_ONLY, _BUT = "chỉ lý do khách quan của {what} được chấp nhận", "mọi lý do khách quan trừ của {what} được chấp nhận"
_NOTHING_LEFT = "tập thể không còn nhiệm vụ nào để đánh giá"
OPEN = TraceLine("claim", LevelKeys.excused,
                 "Lý do khách quan chưa được Ban Tổ chức chấp nhận hay bác: {what}. Số liệu nêu ở đây chưa "
                 "tính các lý do này; các khả năng: {levels}.")
OPEN_SAME = TraceLine("claim", LevelKeys.excused, "Lý do khách quan chưa được Ban Tổ chức chấp nhận hay bác: {what}. Chấp nhận hay "
                      "không, kết quả vẫn thế: {levels}.")
OPEN_MANY = TraceLine("claim", LevelKeys.excused,
                      "Có {count} lý do khách quan chưa có trả lời, nhiều hơn {limit}: chỉ xét khi không lý do "
                      "nào, tất cả, từng lý do một, và tất cả trừ một được chấp nhận.")
NO_BASE = TraceLine("C", LevelKeys.excused,
                    "Mọi nhiệm vụ của tập thể đều chưa hoàn thành vì lý do khách quan được chấp nhận: không còn "
                    "nhiệm vụ nào để đánh giá.")
Item = TypeVar("Item", Task, Product)


def task_place(unit: str, task: Task) -> ClaimPlace:
    return ClaimPlace(unit, task=task.code)


def product_place(unit: str, officer: str, product: Product) -> ClaimPlace:
    return ClaimPlace(unit, officer, product=product.no)


def open_claims(unit: str, sheet: OfficerSheet, collective: CollectiveSheet) -> tuple[ClaimPlace, ...]:
    """The claims that touch an officer and that nobody has answered: the unit's tasks, the own products."""
    found = {task_place(unit, item) for item in collective.tasks if item.open_claim}
    found |= {product_place(unit, sheet.officer, item) for item in sheet.products if item.open_claim}
    return tuple(sorted(found))


def collective_with(collective: CollectiveSheet, accepted: Accepted) -> CollectiveSheet:
    """Phụ lục 09 as it counts once ``accepted`` are."""
    tasks = tuple(_with(item, task_place(collective.unit, item) in accepted) for item in collective.tasks)
    return replace(collective, tasks=tasks)


def sheet_with(sheet: OfficerSheet, unit: str, accepted: Accepted) -> OfficerSheet:
    """The same of an officer's sheet."""
    return replace(sheet, products=tuple(_with(item, product_place(unit, sheet.officer, item) in accepted)
                                         for item in sheet.products))


def as_declared(items: Iterable[Item]) -> tuple[Item, ...]:
    """Rows as the unit's own file counts them: it takes each of its claims for accepted."""
    return tuple(_with(item, item.excuse.claimed) for item in items)


def _with(item: Item, accepted: bool) -> Item:
    excuse: Excuse = item.excuse
    return replace(item, excuse=replace(excuse, answer=ClaimAnswer.ACCEPTED)) if accepted else item


def trials(claims: Sequence[ClaimPlace]) -> list[Accepted]:
    """The combinations tried, the one that accepts none first."""
    if len(claims) <= _ALL_COMBINATIONS:
        return [frozenset(some) for count in range(len(claims) + 1) for some in combinations(claims, count)]
    whole = frozenset(claims)
    return [NONE, whole, *(frozenset((item,)) for item in claims), *(whole - {item} for item in claims)]


def judge(claims: Sequence[ClaimPlace], case_of: CaseOf, policy: Policy) -> Judgement:
    """The level, or the union of what every combination of answers to ``claims`` leads to."""
    found = {accepted: _judge(case_of(accepted), policy) for accepted in trials(claims)}
    first = found[NONE]
    # A blank that decides under some answer is the unit's to fill before anybody is asked (principle 4).
    withheld = [item for item in found.values() if item.withheld]
    if first.withheld or not claims:
        return first
    if withheld:
        return replace(withheld[0], steps=_joined([first, withheld[0]]))
    hangs = tuple(_outcome(item, found) for item in claims)
    told = [OPEN_MANY.step(policy, None, count=len(claims), limit=_ALL_COMBINATIONS)] \
        if len(claims) > _ALL_COMBINATIONS else []
    if len({_signature(item) for item in found.values()}) == 1:
        line = OPEN_SAME.step(policy, None, what=_named(claims), levels=levels_text(_outcomes(first)))
        return replace(first, steps=(*first.steps, *told, line), same=first.same or first.level is not None, claims=hangs)
    deciding = [item for item in claims if _decides(item, found)] or list(claims)
    answers = tuple(answer for accepted, item in found.items() if accepted <= frozenset(deciding) or told
                    for answer in _answers(accepted, deciding, item, bool(told), policy))
    possible = tuple(sorted({answer.level or 0 for answer in answers}))
    line = OPEN.step(policy, None, what=_named(deciding), levels=levels_text(possible))
    return Judgement(None, possible, False, (*_joined(found.values()), *told, line), answers, claims=hangs,
                     asks=any(item.level is None and item.possible != (0,) for item in found.values()))


def _judge(case: Case, policy: Policy) -> Judgement:
    """A base that accepted claims made zero is no missing data: there is nothing left to evaluate."""
    if base(case.unit) > 0 or not case.unit.excused:
        return level.judge(case, policy)
    line = NO_BASE.step(policy, None)
    return Judgement(None, (0,), False, (line,), (Answer((Choice("C", _NOTHING_LEFT, line.citation),), None),))


def _outcomes(found: Judgement) -> tuple[int, ...]:
    return found.possible if found.level is None else (found.level,)


def _signature(found: Judgement) -> tuple[bool, tuple[int, ...]]:
    return found.level is None, _outcomes(found)


def _outcome(claim: ClaimPlace, found: Mapping[Accepted, Judgement]) -> ClaimOutcome:
    with_it, without = (tuple(sorted({level for accepted, item in found.items() if (claim in accepted) is there
                                      for level in _outcomes(item)})) for there in (True, False))
    return ClaimOutcome(claim, with_it, without)


def _decides(claim: ClaimPlace, found: Mapping[Accepted, Judgement]) -> bool:
    """Whether under some answer to the others it is this claim that makes the difference."""
    return any(_signature(item) != _signature(found[other]) for accepted, item in found.items()
               if (other := accepted ^ {claim}) in found)


def _answers(accepted: Accepted, claims: Sequence[ClaimPlace], found: Judgement, many: bool,
             policy: Policy) -> tuple[Answer, ...]:
    citation = policy.citation(LevelKeys.excused)
    texts = [_summed(accepted, claims)] if many else [
        (_ACCEPTED if item in accepted else _REJECTED).format(what=what(item)) for item in claims]
    choices = tuple(Choice("C", text, citation) for text in texts)
    if found.level is not None:
        return (Answer(choices, found.level),)
    return tuple(Answer((*choices, *answer.choices), answer.level) for answer in found.answers)


def _summed(accepted: Accepted, claims: Sequence[ClaimPlace]) -> str:
    """One of the combinations tried of many claims, in one phrase."""
    if not accepted:
        return _NO_ONE
    if len(accepted) == 1:
        return _ONLY.format(what=what(next(iter(accepted))))
    left = [item for item in claims if item not in accepted]
    return _BUT.format(what=what(left[0])) if left else _ALL.format(count=len(accepted))


def what(claim: ClaimPlace) -> str:
    """The row a claim is made for, in words."""
    return _TASK.format(code=claim.task) if claim.task else _PRODUCT.format(no=claim.product, officer=claim.officer)


def _named(claims: Iterable[ClaimPlace]) -> str:
    return ", ".join(map(what, claims))


def _joined(found: Iterable[Judgement]) -> tuple[Step, ...]:
    """The lines without the claims, then every doubt met only under some answer, each once."""
    first, *others = found
    lines = list(first.steps)
    for line in (line for item in others for line in item.steps if line.holds is None):
        if line not in lines:
            lines.append(line)
    return tuple(lines)
