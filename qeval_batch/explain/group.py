"""Where an officer stands in the comparable group, and who waits for whom: read from the cut that was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qeval_batch import messages
from qeval_batch.core.decimals import vi_number, vi_percent
from qeval_batch.core.say import say
from qeval_batch.explain.lines import ToldFrom, ToldLine
from qeval_batch.model.results import GroupResult, OfficerResult, Status
from qeval_batch.render import wording
from qeval_batch.render.tables.ranking import candidates_first
from qeval_batch.spec.keys import PolicyKey
from qeval_batch.spec.sections import DeadlineKeys, LevelKeys, QuotaKeys, StageKeys, TransferKeys

_BESIDE_CUT = 2
_BEST = 1
_RULES = frozenset(("R40", "R42", "R43"))


def group_lines(source: ToldFrom) -> Iterator[ToldLine]:
    """The group's figures, what the engine said of this officer there, and the neighbours at the cut."""

    result = source.result
    steps = [step for step in result.steps if step.rule in _RULES]
    found = next((item for item in source.batch.result.groups if item.id == result.group), None)
    if found is not None:
        base = wording.base_words(found.binding) if found.binds else say("explain.group.no_quota")
        waiting = say("explain.group.provisional", waiting=found.waiting) if found.waiting else ""
        yield ToldLine(
            say("explain.group.group", id=found.id, name=found.name, n=found.n, candidates=found.candidates,
                max_htt_only=found.max_htt_only, max_htt_plus=found.max_htt_plus, base=base, waiting=waiting),
            source.cite(QuotaKeys.base),
            (say("explain.group.rate", rate=vi_percent(found.rate, 1),
                 decision=found.decision or say("explain.group.none")),))
    # Its count line says again what stands above, its order what stands below.
    yield from (ToldLine(step.text, step.citation) for step in steps if step.rule != "R40" or found is None)
    if found is None:
        return
    members = {item.id: item for item in source.batch.result.listed}
    if result.order is not None:
        yield ToldLine(say("explain.group.place", rank=result.rank, count=len(found.ranked), order=_order(result)),
                       source.cite(QuotaKeys.order))
    for item, where in neighbours(found, members):
        mark = say("explain.group.this_officer") if item.id == result.id else ""
        yield ToldLine(say("explain.group.ranked", rank=item.rank, name=item.name, id=item.id, order=_order(item),
                           where=where, mark=mark),
                       source.cite(QuotaKeys.order), indent=1)


def neighbours(group: GroupResult, members: dict[str, OfficerResult]) -> list[tuple[OfficerResult, str]]:
    """The candidates beside the cut, in order: the last ones kept, all who tie across it, the first ones beyond."""
    ranked = candidates_first(group, [members[item] for item in group.ranked if item in members])
    candidates = [item for item in ranked if item.levels.eligible == _BEST]
    kept = [item for item in candidates if item.id in group.level1]
    tied = [item for item in candidates if item.id in group.tied]
    cut = [item for item in candidates if item.id in group.cut]
    return [*((item, say("explain.group.within")) for item in kept[-_BESIDE_CUT:]),
            *((item, say("explain.group.tied")) for item in tied),
            *((item, say("explain.group.beyond")) for item in cut[:_BESIDE_CUT])]


def _order(item: OfficerResult) -> str:
    assert item.order is not None
    part, whole = item.order.exceed
    return say("explain.group.order", score=vi_number(item.order.score), part=part, whole=whole,
               products=item.order.products, work=vi_number(item.order.work))


def waiting_lines(source: ToldFrom) -> Iterator[ToldLine]:
    """The officer's own waits, and the members of the group whose level the figures still wait for."""

    result, words = source.result, messages.words()["waits_for"]
    unit = wording.unit_name(source.batch, result.unit)
    for code in sorted(result.waits_for):
        whom = f" ({unit})" if code in _OF_UNIT else ""
        yield ToldLine(f"{words.get(code, code)}{whom}.", source.cite(_CLAUSES.get(code, StageKeys.submission)))
    others = _unsettled(source.batch.result.listed, result)
    if others:
        names = "; ".join(f"{item.name} ({item.id}): {wording.status(item).lower()}" for item in others)
        yield ToldLine(say("explain.group.waits_for_others", group=result.group, people=len(others), names=names),
                       source.cite(QuotaKeys.base))


_OF_UNIT = frozenset(("unit_proposal", "result_report", "unit_correction", "submission"))
# The clause under which each thing is owed (policy keys); the rest is the dossier itself.
_CLAUSES: Mapping[str, PolicyKey[Any]] = {
    "unit_proposal": StageKeys.eligible, "former_unit_opinion": TransferKeys.months, 
    "claim_check": LevelKeys.excused, "decision_tie": QuotaKeys.order,
    "decision_review": LevelKeys.gap, "result_report": DeadlineKeys.result_report}


def _unsettled(officers: Sequence[OfficerResult], result: OfficerResult) -> list[OfficerResult]:
    if result.group is None:
        return []
    return [item for item in officers if item.group == result.group and item.id != result.id
            and item.status not in (Status.GRADED, Status.DEFERRED, Status.EXCLUDED)]
