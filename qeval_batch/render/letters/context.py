"""What Ban Tổ chức's Tờ trình says, worked out here so that Word only loops: one proposal stage, the program's.

The program proposes, people decide (R50): levels are `dự kiến đề xuất`, and `tạm tính` while somebody waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import Flag, GroupResult, OfficerResult, Status
from qeval_batch.render import wording
from qeval_batch.render.counting import LEVELS, Tally, by_decider, reception, tally
from qeval_batch.render.letters import ordered
from qeval_batch.render.letters import reasons as why
from qeval_batch.render.letters import words as w
from qeval_batch.render.tables.lists import to_replace
from qeval_batch.rules.deadlines import deadline
from qeval_batch.rules.replacement import ReplacementCase

WAITING = (Status.MISSING, Status.INSUFFICIENT, Status.PENDING)
# The annexes of the Tờ trình in their order; one that is empty is left out and takes no number.
_ANNEXES = ("level1", "level4", "cut", "review", "deferred", "waiting", "late", "named")


def to_trinh_btv(batch: Batch) -> dict[str, Any]:
    """Everything the template `to-trinh-ban-thuong-vu.docx` may name (R50, LD VII.2.2)."""
    spec, policy = batch.spec, batch.spec.policy
    signed = w.signature_of(batch.roster.signatures, None, w.TO_TRINH_BTV)
    own, central, lower = by_decider(batch)
    count = tally(own, "proposed")
    groups = {group.id: group for group in batch.result.groups}
    lists = _lists(batch, own)
    context: dict[str, Any] = {
        "head": w.head(spec, policy.papers.parent_body, policy.papers.issuer, signed,
                       batch.as_of.year, f"{w.BLANK}-TTr/{w.BLANK}"),
        "sign": w.sign(signed), "basis": w.basis(spec), "period": batch.period.label,
        "provisional": provisional(own),
        "intake": _intake(batch),
        "scope": w.row(own=w.counted(len(own)), text=_scope(own, central, lower)),
        **counts(count),
        "quota": w.row(level=w.level(1), text=_quota_text(batch)),
        "groups": [_group(place, group, batch) for place, group in enumerate(_shown(batch, own), start=1)],
        "central": w.row(summary=_central(central)),
        "notes": _notes(batch, own, lists["named"]["annex"]),
        "asks": _asks(batch, own, central, count, groups, lists["late"]["annex"]),
        "enclosures": _enclosures(batch, central),
        **lists,
    }
    return context


def _scope(own: Sequence[OfficerResult], central: Sequence[OfficerResult], lower: Sequence[OfficerResult]) -> str:
    text = say("letters.context.listed", people=w.counted(len(own) + len(central) + len(lower)),
               own=w.counted(len(own)))
    if central:
        text += say("letters.context.listed_central", people=w.counted(len(central)))
    if lower:
        text += say("letters.context.listed_lower", people=w.counted(len(lower)))
    return text + "."


def provisional(officers: Iterable[OfficerResult]) -> str:
    """One sentence while somebody waits, empty when all are settled."""
    open_cases = [item for item in officers if item.levels.proposed is None
                  and item.status not in (Status.DEFERRED, Status.EXCLUDED)]
    if not open_cases:
        return ""
    return say("letters.context.provisional", people=w.counted(len(open_cases)))


def counts(count: Tally) -> dict[str, Any]:
    """The count table: four levels with their share of those graded, the other statuses, the total."""
    graded = sum(count.by_level.values())
    return {
        "levels": [w.row(label=w.level(code), count=w.counted(count.by_level[code]),
                         share=w.percent(count.by_level[code], graded)) for code in LEVELS],
        "statuses": [w.row(label=wording.status_words(status), count=w.counted(number))
                     for status, number in count.by_status.items() if number],
        "totals": w.row(graded=w.counted(graded), graded_share=w.percent(graded, graded), all=w.counted(count.total)),
    }


def _intake(batch: Batch) -> dict[str, str]:
    units = batch.result.units
    names = {status: [wording.unit_name(batch, unit.id) for unit in units if unit.status == status]
             for status in ("returned", "missing")}
    found = reception("", units)
    return w.row(units=w.counted(found.units), received=w.counted(found.received), accepted=w.counted(found.accepted),
                 returned=w.counted(found.returned), missing=w.counted(found.missing),
                 punctuality=ordered.punctuality(batch), returned_names=w.listed(names["returned"]),
                 missing_names=w.listed(names["missing"]))


# --- Quota --------------------------------------------------------------------------------------------------------
def _quota_text(batch: Batch) -> str:
    policy = batch.spec.policy
    rate, best, good = w.share(policy.quota.rate), w.level(1), w.level(2)
    letter = "(a)" if policy.quota.base == "htt_only" else "(b)"
    return say("letters.context.quota_rule", rate=rate, good=good, best=best, letter=letter)


def _shown(batch: Batch, own: Sequence[OfficerResult]) -> list[GroupResult]:
    present = {item.group for item in own}
    return [group for group in batch.result.groups if group.id in present]


def _group(place: int, group: GroupResult, batch: Batch) -> dict[str, str]:
    notes = []
    if not group.binds:
        notes.append(say("letters.context.rate_by_decision_none", decision=group.decision or w.BLANK))
    elif group.rate != batch.spec.policy.quota.rate:
        notes.append(say("letters.context.rate_by_decision", rate=w.share(group.rate),
                         decision=group.decision or w.BLANK))
    if group.tied:
        notes.append(say("letters.context.tied", people=w.counted(len(group.tied)),
                         places=w.counted(group.places_left)))
    if group.waiting:
        notes.append(say("letters.context.group_waiting", people=w.counted(group.waiting)))
    return w.row(no=str(place), name=group.name, n=w.counted(group.n), candidates=w.counted(group.candidates),
                 max_a=w.counted(group.max_htt_only), max_b=w.counted(group.max_htt_plus),
                 level1=w.counted(len(group.level1)), note="; ".join(notes))


# --- Lists --------------------------------------------------------------------------------------------------------
def _lists(batch: Batch, own: Sequence[OfficerResult]) -> dict[str, Any]:
    def persons(chosen: Callable[[OfficerResult], bool], tell: Callable[[OfficerResult], str]) -> list[dict[str, str]]:
        return [_person(place, item, batch, tell(item))
                for place, item in enumerate(_by_rank(item for item in own if chosen(item)), start=1)]

    def told(item: OfficerResult) -> str:
        return why.reason(batch, item)

    def beside_score(item: OfficerResult) -> str:
        return why.reason(batch, item, with_score=False)

    rows: dict[str, list[dict[str, str]]] = {
        "level1": persons(lambda item: item.levels.proposed == 1, beside_score),
        "level4": persons(lambda item: item.levels.proposed == LEVELS[-1], beside_score),
        "cut": persons(lambda item: Flag.QUOTA_CUT in item.flags, beside_score),
        "review": persons(lambda item: item.status is Status.REVIEW or _tied(item), told),
        "deferred": persons(lambda item: item.status is Status.DEFERRED, told),
        "waiting": _waiting(batch, own),
        "late": ordered.late(batch),
        "named": ordered.named(batch, own),
    }
    annexes = {name: place for place, name in enumerate((name for name in _ANNEXES if rows[name]), start=1)}
    people = {name: len(found) for name, found in rows.items()}
    people["waiting"] = sum(item.status in WAITING for item in own)
    level_of = {"level1": w.level(1), "level4": w.level(LEVELS[-1]), "cut": w.level(2)}
    return {name: w.row(rows=found, annex=str(annexes.get(name, "")), level=level_of.get(name, ""),
                        summary=_summary(people[name], annexes.get(name)))
            for name, found in rows.items()}


def _summary(number: int, annex: int | None) -> str:
    return say("letters.context.annexed", people=w.counted(number), annex=annex) if number else w.NONE


def _tied(officer: OfficerResult) -> bool:
    return officer.status is Status.GRADED and officer.levels.proposed is None


def _by_rank(officers: Iterable[OfficerResult]) -> list[OfficerResult]:
    return sorted(officers, key=lambda item: (item.group or "", item.rank or 0, item.id))


def _person(place: int, item: OfficerResult, batch: Batch, text: str) -> dict[str, str]:
    return w.row(no=str(place), name=item.name, post=wording.post_and_unit(batch, item),
                 score=w.points(item.used_score), outcomes=w.outcomes(item), reason=text)


def _waiting(batch: Batch, own: Sequence[OfficerResult]) -> list[dict[str, str]]:
    """By unit and by what is missing: a unit that sent nothing is one line, however many its officers."""
    found: dict[tuple[str, Status, str], list[str]] = {}
    for status in WAITING:
        for item in own:
            if item.status is status:
                found.setdefault((item.unit, status, wording.waits(item)), []).append(item.name)
    ordered = sorted(found.items(), key=lambda entry: (entry[0][0], WAITING.index(entry[0][1]), entry[0][2]))
    return [w.row(no=str(place), unit=wording.unit_name(batch, unit), status=wording.status_words(status),
                  count=w.counted(len(names)),
                  names=w.listed(names) + (say("letters.context.waiting_for", what=w.lower_first(text)) if text else "."))
            for place, ((unit, status, text), names) in enumerate(ordered, start=1)]


def _central(central: Sequence[OfficerResult]) -> str:
    if not central:
        return w.NONE
    count = tally(central, "proposed")
    parts = [f"{w.level(code)} {w.counted(number)}" for code, number in count.by_level.items() if number]
    parts += [f"{w.lower_first(wording.status_words(status))} {w.counted(number)}"
              for status, number in count.by_status.items() if number]
    return say("letters.context.central", people=w.counted(len(central)), parts="; ".join(parts))


# --- Notes, asks, enclosures ----------------------------------------------------------------------------------------
def _notes(batch: Batch, own: Sequence[OfficerResult], annex: str) -> list[str]:
    policy = batch.spec.policy
    first = say("letters.context.levels_are_proposed")
    notes = [first]
    projected = [item for item in own if Flag.PROJECTED in item.flags]
    if projected:
        last = deadline("result_report", policy, batch.period, batch.roster.days_off).day
        units = len({item.unit for item in projected})
        notes.append(say("letters.context.projected", people=w.counted(len(projected)), units=w.counted(units),
                         end=w.day(batch.period.end), last=w.day(last)))
    else:
        notes.append(say("letters.context.projected_none"))
    return [*notes, *_claims(own), *ordered.lines(batch, own, annex)]


def _claims(own: Sequence[OfficerResult]) -> list[str]:
    """Who stands at the best or the worst level, or may, while a claim of the unit has no answer yet: by name."""
    found = []
    for level in (LEVELS[0], LEVELS[-1]):
        standing = [item for item in own if item.claims and item.levels.proposed == level]
        hanging = [item for item in own if any(claim.decides for claim in item.claims)
                   and item.levels.proposed is None and level in item.possible]
        if standing:
            found.append(say("letters.context.claims_standing", **_people(standing, level)))
        if hanging:
            found.append(say("letters.context.claims_hanging", **_people(hanging, level)))
    return found


def _people(people: Sequence[OfficerResult], level: int) -> dict[str, str]:
    return {"level": w.level(level), "people": w.counted(len(people)),
            "names": "; ".join(f"{item.name} ({item.id})" for item in people)}


def _asks(batch: Batch, own: Sequence[OfficerResult], central: Sequence[OfficerResult], count: Tally,
          groups: Mapping[str, GroupResult], late: str) -> list[str]:
    """What Ban Thường vụ is asked to decide, numbered; what is not there is not asked."""
    graded, best, worst = sum(count.by_level.values()), count.by_level[1], count.by_level[LEVELS[-1]]
    asks = []
    if graded:
        asks.append(say("letters.context.decide_levels", quarter=batch.period.label, people=w.counted(graded),
                        best_level=w.level(1), best=w.counted(best), worst_level=w.level(LEVELS[-1]),
                        worst=w.counted(worst)))
    tied = [group for group in groups.values() if group.tied]
    if tied:
        which = "; ".join(say("letters.context.tied_group", group=group.name, people=w.counted(len(group.tied)),
                              places=w.counted(group.places_left))
                          for group in tied)
        asks.append(say("letters.context.choose_among_tied", level=w.level(1), which=which))
    review = sum(item.status is Status.REVIEW for item in own)
    if review:
        asks.append(say("letters.context.judge_review", cases=w.counted(review)))
    if late:
        asks.append(say("letters.context.lower_late", annex=late, steps=w.counted(batch.spec.policy.late.levels)))
    replaced = sum(to_replace(batch, item) is ReplacementCase.TWICE for item in own)
    if replaced:
        asks.append(say("letters.context.replace", people=w.counted(replaced)))
    if central:
        asks.append(say("letters.context.propose_central", people=w.counted(len(central))))
    waiting = sum(item.status in WAITING for item in own)
    issuer = batch.spec.policy.papers.issuer_name
    if waiting:
        asks.append(say("letters.context.entrust_missing", issuer=issuer, people=w.counted(waiting)))
    asks.append(say("letters.context.entrust_dossiers", issuer=issuer, day=w.day(_centre_day(batch))))
    return [f"{place}. {text}" for place, text in enumerate(asks, start=1)]


def _centre_day(batch: Batch) -> date:
    return deadline("centre", batch.spec.policy, batch.period, batch.roster.days_off).day


def _enclosures(batch: Batch, central: Sequence[OfficerResult]) -> list[str]:
    lines = [say("letters.context.annex_mau8", quarter=batch.period.label)]
    if central:
        lines.append(say("letters.context.annex_mau6"))
    compared = [say("letters.context.annex_axes")] if batch.result.comparisons else []
    return [*lines, say("letters.context.annex_mau7"), say("letters.context.annex_ranking"), *compared,
            say("letters.context.annex_dossiers")]
