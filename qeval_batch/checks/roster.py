"""Checks of a readable roster, each at its cell: whatever concerns one person or group is a finding, never a stop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from qeval_batch import messages
from qeval_batch.core.cells import CellRef
from qeval_batch.core.decimals import vi_percent
from qeval_batch.core.exchanged import meant_instead
from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.model.findings import Finding, Part, Where, finding, in_order
from qeval_batch.model.roster import Change, Group, Officer, Roster, Unit
from qeval_batch.rules import scope, standing
from qeval_batch.spec.load import Spec

_OPINION_ROLES = frozenset(map(match_key, ("Ý kiến", "Đề xuất")))
# Being away on a course and on leave on the same day: one of the two dates is wrong.
_AWAY = frozenset(("training", "leave"))


def load_roster(path: Path, spec: Spec, period: Period) -> tuple[Roster, list[Finding]]:
    """The roster at ``path`` as it stands for ``period``, with what is wrong in it, in order (forms.md, danh-muc).

    A group's rate or exemption that lacks its decision number is reported and not applied. An officer with an error
    among the findings is `insufficient`. RosterError, with every reason, when the roster cannot be used at all.
    """
    from qeval_batch.roster.read import read_roster

    roster, found, unclear = read_roster(path, spec)
    # What is wrong with a cell as typed is said once, not again by what follows from it.
    taken = {(item.where.sheet, item.where.cell) for item in found if messages.is_error(item)}
    more = [item for item in check(roster, spec, period) if (item.where.sheet, item.where.cell) not in taken]
    return lawful(roster, spec), in_order([*found, *more, *blocked_by_unit(roster, unclear)])


def unusable(found: Iterable[Finding]) -> frozenset[str]:
    """The officers in whose row an error stands: they are `insufficient` until it is mended."""
    return frozenset(item.where.officer for item in found
                     if item.where.officer and item.where.part is Part.ROSTER and messages.is_error(item))


def with_rules(roster: Roster, found: Sequence[Finding], spec: Spec, period: Period) -> list[Finding]:
    """``found`` with what the rules say of the rows as well: everything a run says of the roster."""
    from qeval_batch.rules.evaluate import evaluate

    said = evaluate(roster, {}, spec.policy, period, unusable(found)).findings
    return in_order([*found, *(item for item in said if item.where.part is Part.ROSTER)])


def check(roster: Roster, spec: Spec, period: Period) -> list[Finding]:
    """Every fault of ``roster`` that concerns a unit, a person or a group (R03, R20, R21, R23, R40–R42)."""
    found: list[Finding] = []
    for unit in roster.units.values():
        found += _unit(unit, roster)
    for officer in roster.officers.values():
        found += _officer(officer, spec, period)
    for ident, main in scope.second_posts(roster, spec.policy).items():
        officer = roster.officers[ident]
        found.append(_about(officer, "ROSTER_PERSON_TWICE", officer.at.cell("full_name"), main=main))
    for group in roster.groups.values():
        found += _group(group, roster, spec)
    by_officer: dict[str, list[Change]] = defaultdict(list)
    for change in roster.changes:
        found += _change(change, roster, spec, period)
        by_officer[change.officer].append(change)
    for changes in by_officer.values():
        found += _contradictions(changes, roster, spec)
    for body in roster.opinion_bodies:
        if body.role is not None and match_key(body.role) not in _OPINION_ROLES:
            found.append(finding("ROSTER_BODY_ROLE", Where(Part.ROSTER).at(body.at.cell("role")), role=body.role,
                                 body=body.id))
    return found


def lawful(roster: Roster, spec: Spec) -> Roster:
    """The roster with every group's rate and binding as the law allows: what lacks its decision number is not applied."""
    groups = {ident: replace(group, binds=group.binds or group.decision is None,
                             rate=group.rate if _rate_fault(group, spec) is None else None)
              for ident, group in roster.groups.items()}
    return replace(roster, groups=groups)


def blocked_by_unit(roster: Roster, unclear: Mapping[str, str]) -> list[Finding]:
    """For each officer of a unit whose block is unknown (unit -> cell), the error that makes the officer
    `insufficient`: nobody knows which annex the officer should have filled."""
    return [_about(officer, "ROSTER_UNIT_UNCLEAR", officer.at.cell("unit"), unit=officer.unit, cell=unclear[officer.unit])
            for officer in roster.officers.values() if officer.unit in unclear]


def _about(officer: Officer, code: str, ref: CellRef, **params: object) -> Finding:
    return finding(code, Where(Part.ROSTER, officer.unit, officer.id).at(ref), officer=officer.id, **params)


def _unit(unit: Unit, roster: Roster) -> Iterator[Finding]:
    where = Where(Part.ROSTER, unit.id)
    officers = roster.officers_of(unit.id)
    if _loops(unit, roster):
        yield finding("ROSTER_UNIT_PARENT_LOOP", where.at(unit.at.cell("parent")), unit=unit.id)
    if not officers:
        yield finding("ROSTER_UNIT_EMPTY", where.at(unit.at.cell("unit")), unit=unit.id)
        return
    heads = roster.heads_of(unit.id)
    if len(heads) == 1 or standing.head_settled(officers):
        return
    if not heads:
        yield finding("ROSTER_HEAD_NONE", where.at(unit.at.cell("unit")), unit=unit.id)
    else:
        yield finding("ROSTER_HEAD_TWICE", where.at(heads[1].at.cell("head")), unit=unit.id, count=len(heads),
                      officers=", ".join(item.id for item in heads))


def _loops(unit: Unit, roster: Roster) -> bool:
    seen, parent = {unit.id}, unit.parent
    while parent is not None and parent in roster.units:
        if parent in seen:
            return parent == unit.id
        seen.add(parent)
        parent = roster.units[parent].parent
    return False


def _officer(officer: Officer, spec: Spec, period: Period) -> Iterator[Finding]:
    if officer.birth_date is not None and officer.birth_date >= period.start:
        yield _about(officer, "ROSTER_BIRTH_DATE", officer.at.cell("birth_date"), date=_day(officer.birth_date))
    graded = not standing.set_apart(officer) and not standing.set_by_hand(officer)
    if graded and officer.group is None and scope.in_dossier(officer, spec.policy):
        yield _about(officer, "ROSTER_GROUP_MISSING", officer.at.cell("group"))
    if standing.undocumented(officer) and officer.standing is not None:
        code = "ROSTER_STANDING_DOCUMENT" if standing.set_apart(officer) else "ROSTER_STANDING_OTHER"
        yield _about(officer, code, officer.at.cell("standing_document"),
                     standing=spec.lists["standing"].label(officer.standing))
    elif standing.set_by_hand(officer) and not officer.outcomes:
        yield _about(officer, "ROSTER_OUTCOME_MISSING", officer.at.cell("outcomes"),
                     standing=spec.lists["standing"].label(officer.standing or ""), document=officer.standing_document)
    elif officer.outcomes and not standing.set_by_hand(officer):
        yield _about(officer, "ROSTER_OUTCOME_UNUSED", officer.at.cell("outcomes"),
                     standing=spec.lists["standing"].label(officer.standing or "evaluate"))


def _group(group: Group, roster: Roster, spec: Spec) -> Iterator[Finding]:
    where = Where(Part.ROSTER)
    if all(officer.group != group.id for officer in roster.officers.values()):
        yield finding("ROSTER_GROUP_EMPTY", where.at(group.at.cell("group")), group=group.id)
    fault = _rate_fault(group, spec)
    if fault is not None and group.rate is not None:
        usual = _share(spec.policy.quota.rate)
        raised = _share(spec.policy.quota.raised_rate)
        yield finding(fault, where.at(group.at.cell("rate")), group=group.id, rate=_share(group.rate),
                      allowed=say("checks.roster.two_levels", usual=usual, raised=raised), default=usual)
    if not group.binds and group.decision is None:
        yield finding("ROSTER_BINDS_DECISION", where.at(group.at.cell("binds")), group=group.id)


def _rate_fault(group: Group, spec: Spec) -> str | None:
    """Why a group's rate is not applied: not a rate of the policy, or raised without a decision (366 điều 11)."""
    if group.rate is None or group.rate == spec.policy.quota.rate:
        return None
    if group.rate != spec.policy.quota.raised_rate:
        return "ROSTER_RATE_UNKNOWN"
    return None if group.decision is not None else "ROSTER_RATE_DECISION"


def _change(change: Change, roster: Roster, spec: Spec, period: Period) -> Iterator[Finding]:
    officer = roster.officers[change.officer]
    for name, day in (("start", change.start), ("end", change.end)):
        other = meant_instead(day, period) if day is not None else None
        if day is not None and other is not None:
            yield _about(officer, "ROSTER_DATE_EXCHANGED", change.at.cell(name), kind=_kind(change, spec),
                         date=_day(day), other=_day(other))
    if change.end is not None and change.end < change.start:
        yield _about(officer, "ROSTER_CHANGE_ORDER", change.at.cell("end"), kind=_kind(change, spec),
                     start=_day(change.start), end=_day(change.end))
    if change.kind == "first_appointment" and change.start > period.end:
        yield _about(officer, "ROSTER_APPOINTMENT_LATE", change.at.cell("start"), start=_day(change.start),
                     end=_day(period.end))
    if change.kind in standing.BY_HAND_KINDS and _meets(change, period) and standing.stated_asked(officer):
        yield _about(officer, "ROSTER_CHANGE_BY_HAND", change.at.cell("change"), kind=_kind(change, spec))
    if change.place is not None and change.place not in roster.units:
        yield _about(officer, "ROSTER_CHANGE_PLACE", change.at.cell("place"), unit=change.place)
    if change.former_unit is not None and change.former_unit not in roster.units:
        yield _about(officer, "ROSTER_FORMER_UNIT", change.at.cell("former_unit"), unit=change.former_unit)
    elif change.kind == "transfer" and change.former_unit is None:
        yield _about(officer, "ROSTER_FORMER_UNIT_MISSING", change.at.cell("former_unit"))
    elif change.kind == "transfer" and change.former_unit == officer.unit and _newest(change, roster):
        yield _about(officer, "ROSTER_FORMER_UNIT_SAME", change.at.cell("former_unit"), unit=officer.unit)


def _meets(change: Change, period: Period) -> bool:
    return change.start <= period.end and (change.end is None or change.end >= period.start)


def _newest(change: Change, roster: Roster) -> bool:
    """Whether no later transfer follows: only then the former unit cannot be the present one."""
    return all(other.start <= change.start for other in roster.changes_of(change.officer, "transfer"))


def _contradictions(changes: list[Change], roster: Roster, spec: Spec) -> Iterator[Finding]:
    for index, change in enumerate(changes):
        for earlier in changes[:index]:
            officer = roster.officers[change.officer]
            if replace(change, at=earlier.at) == earlier:
                yield _about(officer, "ROSTER_CHANGE_TWICE", change.at.cell("officer"), row=earlier.at.row)
                break
            why = _contradict(change, earlier)
            if why is not None:
                yield _about(officer, "ROSTER_CHANGE_CONFLICT", change.at.cell("start"), kind=_kind(change, spec),
                             other=_kind(earlier, spec), row=earlier.at.row, why=why)
                break


def _contradict(one: Change, two: Change) -> str | None:
    """Why two facts of one person cannot both be true; periods of one kind may overlap, they are merged (R20)."""
    if one.kind == two.kind == "first_appointment":
        return say("checks.roster.appointed_twice")
    if one.kind == two.kind == "transfer" and one.start == two.start:
        return say("checks.roster.moved_twice")
    if one.kind != two.kind and {one.kind, two.kind} == _AWAY and _overlap(one, two):
        return say("checks.roster.overlapping")
    return None


def _overlap(one: Change, two: Change) -> bool:
    return one.start <= (two.end or date.max) and two.start <= (one.end or date.max)


def _kind(change: Change, spec: Spec) -> str:
    return spec.lists["change_kind"].label(change.kind)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _share(rate: Decimal) -> str:
    return vi_percent(rate, 1)
