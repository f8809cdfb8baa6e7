"""What tables say of an officer in words, and in which order officers stand: one source for every table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from qeval_batch import messages
from qeval_batch.core.decimals import vi_number
from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import Answer, Flag, GroupResult, OfficerResult, Status
from qeval_batch.model.roster import NOT_EVALUATED, Unit
from qeval_batch.model.trace import Step

# Rule ids of the trace (rules.md C).
_LEVEL_RULES = {1: "R31", 2: "R32", 3: "R33"}
_LOWEST_RULES = ("R30", "R34", "R35")
_GAP, _CLOSING = "gap", "C"


def sentence(text: str) -> str:
    """``text`` with its first letter in capitals, the rest as it is (`Quý III năm 2026`)."""
    return text[:1].upper() + text[1:]


def level(batch: Batch, value: int | None) -> str:
    """The level's name as the forms' list has it; blank where there is none."""
    return "" if value is None else batch.spec.lists["levels"].label(str(value))


def level_short(value: int | None) -> str:
    """`HTXS`, `HTT`, `HTNV`, `KHTNV`; the outcome of no level in its own words; blank where there is none."""
    if value == NOT_EVALUATED:
        return str(messages.words()["outcome_none"]["short"])
    return "" if value is None else messages.words()["level_short"][str(value)]


def levels_either(values: Iterable[int]) -> str:
    """`HTT hoặc HTNV`."""
    return say("render.wording.or").join(level_short(value) for value in sorted(values))


def answer(found: Answer) -> str:
    """`nếu A, và nếu B`: how every open question has to be answered."""
    return say("render.wording.and").join(say("render.wording.if", text=choice.text) for choice in found.choices)


def answers(officer: OfficerResult) -> str:
    """Each way to answer what is open on a line, the best level first: `HTNV nếu …`."""
    none = say("render.wording.no_level")
    return "\n".join(f"{level_short(found.level) or none} {answer(found)}." for found in by_level(officer.answers))


def by_level(found: Iterable[Answer]) -> list[Answer]:
    """The best level first, no level last."""
    return sorted(found, key=lambda item: (item.level is None, item.level))


def status_words(value: Status) -> str:
    return messages.words()["status"][value.value]


def status(officer: OfficerResult) -> str:
    return status_words(officer.status)


def flags(officer: OfficerResult) -> str:
    """The flags in words, one a line, in the order of the closed list."""
    order = list(Flag)
    return "\n".join(messages.words()["flag"][flag.value] for flag in sorted(officer.flags, key=order.index))


def waits(officer: OfficerResult) -> str:
    """Who or what the officer waits for, in words, as one sentence."""
    return "; ".join(waiting_for(officer))


def waiting_for(officer: OfficerResult, but: Collection[str] = ()) -> list[str]:
    """What the officer waits for, each in words, ``but`` those codes; only the first begins with a capital."""
    found = [messages.words()["waits_for"].get(code, code) for code in sorted(officer.waits_for) if code not in but]
    return [text if place == 0 else text[:1].lower() + text[1:] for place, text in enumerate(found)]


def unit_name(batch: Batch, unit_id: str | None) -> str:
    """The unit's name; its id when the roster has none such."""
    if unit_id is None:
        return ""
    return batch.roster.units[unit_id].name if unit_id in batch.roster.units else unit_id


def officer_name(batch: Batch, officer_id: str | None) -> str:
    """The officer's name; the id when the roster has none such."""
    if officer_id is None:
        return ""
    return batch.roster.officers[officer_id].name if officer_id in batch.roster.officers else officer_id


def moment(text: str | None) -> str | None:
    """``10:30 25/09/2026`` of an ISO moment; None stays blank."""
    return None if text is None else f"{datetime.fromisoformat(text):%H:%M %d/%m/%Y}"


def source(code: str) -> str:
    """By whose word an arrival is known."""
    return messages.words()["arrival_source"][code]


def timeliness(code: str) -> str:
    return messages.words()["timeliness"][code]


def paper(code: str) -> str:
    return messages.words()["paper"][code]


def post(batch: Batch, officer: OfficerResult) -> str:
    """Posts as the roster has them, without the unit."""
    return batch.roster.officers[officer.id].post if officer.id in batch.roster.officers else ""


def post_and_unit(batch: Batch, officer: OfficerResult) -> str:
    """`Chức vụ, đơn vị công tác` of Mẫu 8."""
    held, place = post(batch, officer), unit_name(batch, officer.unit)
    # `Bí thư Đảng ủy xã …` already names the unit.
    if match_key(place) in match_key(held):
        return held
    return ", ".join(part for part in (held, place) if part)


def block_name(batch: Batch, code: str) -> str:
    """The block's name as the forms' list has it."""
    options = {option.code: option.label for option in batch.spec.lists["blocks"].options}
    return options.get(code, code)


def standing(batch: Batch, officer: OfficerResult) -> str:
    """The proposed level in words; where there is none, why: the status, or the tie at the cut."""
    if officer.levels.proposed is not None:
        return level(batch, officer.levels.proposed)
    if officer.status is Status.GRADED:
        return status_words(Status.REVIEW)
    return status(officer)


def programs_reason(batch: Batch, officer: OfficerResult) -> str:
    """Why the proposal is not simply what the unit proposed; blank where there is nothing to add."""
    group = next((item for item in batch.result.groups if item.id == officer.group), None)
    if Flag.QUOTA_CUT in officer.flags and group is not None:
        most = binding_maximum(group)
        why = say("render.wording.beyond_most", most=most) if most else say("render.wording.group_too_small")
        return say("render.wording.cut", level=level_short(officer.levels.eligible), rank=officer.rank,
                   group=group.name, why=why)
    if Flag.TIED in officer.flags and group is not None:
        return say("render.wording.tied", group=group.name, places=group.places_left, people=len(group.tied))
    if officer.status is Status.GRADED:
        return " ".join(step.text for step in _why_lower(officer))
    # Status, outcomes and what is waited for have columns of their own wherever this stands.
    return " ".join(step.text for step in reasons(officer)) or f"{status(officer)}."


def former_opinions(batch: Batch, officer: OfficerResult) -> str:
    """What former units say for the months served there, each on a line (R21); it decides nothing."""
    lines = []
    for item in officer.former_opinions:
        figures = [say("render.wording.months", months=vi_number(item.months)) if item.months is not None else "",
                   say("render.wording.score", score=vi_number(item.score)) if item.score is not None else "",
                   say("render.wording.level", level=level_short(item.level)) if item.level is not None else ""]
        told = ", ".join(text for text in figures if text)
        lines.append(": ".join(text for text in (unit_name(batch, item.unit), "; ".join(
            text for text in (told, item.comment or "") if text)) if text))
    return "\n".join(lines)


def reasons(officer: OfficerResult) -> list[Step]:
    """The lines of the trace that say why an officer has no level; for a gap, each level's failed conditions too."""
    if officer.status is Status.PENDING:
        return []
    if officer.status in (Status.DEFERRED, Status.EXCLUDED):
        return [step for step in officer.steps if step.holds is not False]
    if officer.status is not Status.REVIEW:
        return list(officer.steps[-1:])
    # How the score and the base came about stands in the trace, not in a reason.
    told = [*(officer.score.steps if officer.score else ()),
            *(officer.own_collective.steps if officer.own_collective else ())]
    doubts = [step for step in officer.steps if step.holds is None and step not in told]
    # The closing line of a doubt only names the outcomes, which tables show in a column of their own.
    if len(doubts) > 1 and doubts[-1].rule == _CLOSING:
        doubts.pop()
    failed = [step for step in officer.steps if step.rule in _LEVEL_RULES.values() and step.holds is False]
    return [*doubts, *failed] if any(step.rule == _GAP for step in doubts) else doubts


def _why_lower(officer: OfficerResult) -> list[Step]:
    """Where the computed level is below the unit's: the conditions that failed, or what led to the lowest level."""
    unit, computed = officer.levels.unit, officer.levels.computed
    if unit is None or computed is None or unit >= computed:
        return []
    rules = [rule for level_, rule in _LEVEL_RULES.items() if unit <= level_ < computed]
    failed = [step for step in officer.steps if step.rule in rules and step.holds is False]
    lowest = [step for step in officer.steps if step.rule in _LOWEST_RULES and step.holds is True]
    return lowest or failed


def binding_maximum(group: GroupResult) -> int:
    """The maximum that binds in this group."""
    return group.max_htt_plus if group.binding == "htt_plus" else group.max_htt_only


def base_words(binding: str) -> str:
    """Which reading of VI.2 binds."""
    return say("render.wording.base_good") if binding == "htt_only" else say("render.wording.base_good_and_best")


def group_of(batch: Batch, officer: OfficerResult) -> str | None:
    """The comparable group a table lists an officer under: a deferred one is in no ratio, yet counted in its group."""
    known = batch.roster.officers.get(officer.id)
    return officer.group or (known.group if known else None)


def arranged(batch: Batch, officers: Iterable[OfficerResult]) -> list[tuple[Unit, list[OfficerResult]]]:
    """Officers by unit as papers list them: blocks in the forms' order, units and officers in the roster's, heads
    first."""
    blocks = [option.code for option in batch.spec.lists["blocks"].options]
    place = {officer_id: index for index, officer_id in enumerate(batch.roster.officers)}
    by_unit: dict[str, list[OfficerResult]] = {}
    for officer in officers:
        by_unit.setdefault(officer.unit, []).append(officer)
    units = [unit for unit in batch.roster.units.values() if unit.id in by_unit]
    units.sort(key=lambda unit: blocks.index(unit.block) if unit.block in blocks else len(blocks))
    for members in by_unit.values():
        members.sort(key=lambda item: (not item.is_head, place.get(item.id, len(place)), item.id))
    return [(unit, by_unit[unit.id]) for unit in units]


def in_paper_order(batch: Batch, officers: Iterable[OfficerResult]) -> list[OfficerResult]:
    """``arranged`` without the units."""
    return [officer for _, members in arranged(batch, officers) for officer in members]


def elsewhere(batch: Batch) -> list[str]:
    """How many officers another authority evaluates, so that they stand in no figure here; one line a scope (R84)."""
    apart = Counter(item.scope for item in batch.result.officers if not item.here)
    return [say("render.wording.other_scope_elsewhere", whose=messages.words()["scope"][scope.value], people=number)
            for scope, number in sorted(apart.items())]


def graded_scope(officers: Iterable[OfficerResult]) -> list[OfficerResult]:
    """Those a summary for signature lists: everybody but committee members outside professional work (R02)."""
    return [item for item in officers if item.status is not Status.EXCLUDED]


def provisional(groups: Sequence[GroupResult]) -> str:
    """`Tạm tính` with the number that waits, for a table over ``groups``; blank when nobody waits."""
    waiting = sum(group.waiting for group in groups)
    return say("render.wording.provisional", waiting=waiting) if waiting else ""
