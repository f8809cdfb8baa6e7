"""What Mẫu 7, Mẫu 8 and a unit's own papers say, as text; a blank paper has ``…`` where a filled one has figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.messages import words
from qeval_batch.model.batch import Batch
from qeval_batch.model.records import AXES, OfficerSheet, Product, Proposal
from qeval_batch.model.results import OfficerResult, Scope, Status
from qeval_batch.model.roster import Officer, Signature, Unit
from qeval_batch.model.trace import Score
from qeval_batch.render import wording
from qeval_batch.render.counting import LEVELS, tally
from qeval_batch.render.letters import reasons as why
from qeval_batch.render.letters import words as w
from qeval_batch.render.letters.context import provisional
from qeval_batch.spec.load import Spec

LetterStage = Literal["proposed", "unit"]
_FORM_NUMBER = re.compile(r"^\(\d\)\s*")
_SIX_PARTS = ("1", "2", "3", "4", "5", "6")
# Waits that the column of the proposal already tells.
_TOLD = frozenset(("claim_check", "decision_review", "decision_tie"))


# --- Mẫu 8 ----------------------------------------------------------------------------------------------------------
def mau8(batch: Batch, officers: Sequence[OfficerResult], scope_title: str, stage: LetterStage) -> dict[str, Any]:
    """Mẫu 8, seven columns; Mẫu 6 where all are of class BCT-BBT (LD VII.1.2, VII.2.2).

    ``stage`` "proposed" is the program's proposal, "unit" what the unit itself proposes in its dossier.
    """
    units = {item.unit for item in officers}
    unit = batch.roster.units[next(iter(units))] if stage == "unit" and len(units) == 1 else None
    spec, policy = batch.spec, batch.spec.policy
    signed = _signed(batch.roster.signatures, unit, w.MAU_8)
    parent = w.parent_body(spec, unit, batch.roster.units) if unit else policy.papers.parent_body
    issuer = w.unit_issuer(spec, unit) if unit else policy.papers.issuer
    by_unit = stage == "unit"
    return {
        "head": w.head(spec, parent, issuer, signed, batch.as_of.year), "sign": w.sign(signed),
        "form_name": say("letters.forms.mau6") if _central(batch, officers) else say("letters.forms.mau8"),
        "period": batch.period.label,
        "scope": scope_title, "provisional": "" if by_unit else provisional(officers),
        "proposal_label": say("letters.forms.level_by_authority") + ("" if by_unit else say("letters.forms.expected")),
        "rows": [_mau8_row(place, item, batch, stage) for place, item in enumerate(officers, start=1)],
        "summary": _unit_summary(officers) if by_unit else _summary(officers),
    }


def _mau8_row(place: int, item: OfficerResult, batch: Batch, stage: LetterStage) -> dict[str, str]:
    proposal = why.proposal_of(batch, item)
    if stage == "unit":
        proposed, text = w.level(item.levels.unit) or w.BLANK, (proposal.reason if proposal else None) or ""
    else:
        proposed, text = w.level(item.levels.proposed) or why.standing(item), why.reason(batch, item)
        waiting = w.listed(wording.waiting_for(item, _TOLD)) if item.levels.proposed is None else ""
        waits = say("letters.forms.waiting", what=w.lower_first(waiting)) if waiting else ""
        text = " ".join(part for part in (text, waits) if part)
    return w.row(no=str(place), name=item.name, post=wording.post_and_unit(batch, item),
                 self=w.level(item.levels.self), proposed=proposed, reason=text,
                 personnel=(proposal.personnel if proposal else None) or "")


def _summary(officers: Sequence[OfficerResult]) -> str:
    count = tally(officers, "proposed")
    parts = [f"{w.level(code)} {w.counted(count.by_level[code])}" for code in LEVELS]
    parts += [f"{wording.status_words(status)} {w.counted(number)}" for status, number in count.by_status.items() if number]
    return say("letters.forms.total", people=w.counted(count.total), parts="; ".join(parts))


def _unit_summary(officers: Sequence[OfficerResult]) -> str:
    parts = [f"{w.level(code)} {w.counted(sum(item.levels.unit == code for item in officers))}" for code in LEVELS]
    none = sum(item.levels.unit is None for item in officers)
    return say("letters.forms.total_open", people=w.counted(len(officers)), parts="; ".join(parts)) + (
        say("letters.forms.none_proposed", people=w.counted(none)) if none else ".")


def _central(batch: Batch, officers: Sequence[OfficerResult]) -> bool:
    return bool(officers) and all(item.scope is Scope.TW for item in officers)


def _signed(signatures: Sequence[Signature], unit: Unit | None, paper: str) -> Signature | None:
    if unit is None:
        return w.signature_of(signatures, None, paper, w.TO_TRINH_BTV)
    return w.signature_of(signatures, unit.id, paper, w.TO_TRINH_UNIT)


# --- Mẫu 7 ----------------------------------------------------------------------------------------------------------
def mau7(batch: Batch, result: OfficerResult) -> dict[str, Any]:
    """An officer's own Mẫu 7 (Mẫu 5 for class BCT-BBT): the figures are the engine's, the words the officer's."""
    spec, officer = batch.spec, batch.roster.officers[result.id]
    unit = batch.roster.units[officer.unit]
    record = batch.records.get(officer.unit)
    sheet = record.sheets.get(officer.id) if record else None
    signed = _signed(batch.roster.signatures, unit, w.MAU_7)
    confirmed = w.sign(signed) if signed else w.row(
        authority=say("letters.forms.confirmed_by"), post="", name=w.BLANK)
    products = sheet.products if sheet else ()
    profile = spec.policy.score.profile
    return {
        "head": w.head(spec, w.parent_body(spec, unit, batch.roster.units), w.unit_issuer(spec, unit), signed,
                       batch.period.end.year),
        "sign": confirmed,
        "form_name": say("letters.forms.mau5") if _central(batch, [result]) else say("letters.forms.mau7"),
        "period_title": w.upper_first(batch.period.label),
        "person": w.row(name=officer.name, birth=w.day(officer.birth_date) or str(officer.birth_year or w.BLANK),
                        party=officer.party_post or "",
                        government=officer.government_post or "",
                        union=", ".join(post for post in (officer.union_post, officer.other_post) if post),
                        unit=unit.name, field=officer.field_in_charge or ""),
        **_scores(spec, profile, sheet, result.score),
        "texts": _texts(sheet, result),
        "authority": _authority(why.proposal_of(batch, result), products),
        "products": [_product(place, item, spec) for place, item in enumerate(products, start=1)],
        "product_note": say("letters.forms.projected_mark") if any(item.projected for item in products) else "",
    }


def _scores(spec: Spec, profile: str, sheet: OfficerSheet | None, score: Score | None) -> dict[str, Any]:
    entries = {entry.axis: entry for entry in sheet.axes} if sheet else {}
    scored = {axis.axis: axis for axis in score.axes} if score else {}
    general_max = Decimal(spec.policy.score.general_points[profile])
    axes, axes_max = [], Decimal(0)
    for axis in AXES:
        entry, found = entries.get(axis), scored.get(axis)
        top = entry.max_points if entry else found.max_points if found else None
        axes_max += top or 0
        role = spec.lists["axis_role"].label(entry.role) if entry else ""
        axes.append(w.row(no=axis, name=_FORM_NUMBER.sub("", spec.axis_names[axis]), role=role,
                          max=w.plain(top), kpi=w.plain(found.kpi if found else None),
                          points=w.points(found.points if found else None)))
    return {
        "general": w.row(max=w.plain(general_max), points=w.points(score.general if score else None))
        if general_max else None,
        "axes": axes,
        "totals": w.row(axes_max=w.plain(axes_max), axes=w.points(_axes_total(score)), max=w.plain(axes_max + general_max),
                        all=w.points(score.total if score else None)),
    }


def _axes_total(score: Score | None) -> Decimal | None:
    if score is None or any(axis.points is None for axis in score.axes):
        return None
    return sum((axis.points or Decimal(0) for axis in score.axes), Decimal(0))


def _texts(sheet: OfficerSheet | None, result: OfficerResult) -> dict[str, str]:
    def answer(value: bool | None, yes: str, no: str) -> str:
        return w.BLANK if value is None else yes if value else no

    def written(name: str) -> str:
        return (getattr(sheet, name) if sheet else None) or w.BLANK

    yes_no = say("letters.forms.yes"), say("letters.forms.no")
    return w.row(overall=written("overall"), outstanding=written("outstanding"), shortcomings=written("shortcomings"),
                 remedy_plan=written("remedy_plan"), self_level=w.level(sheet.self_level if sheet else result.levels.self)
                 or w.BLANK, remedied=answer(sheet.remedied if sheet else None, *yes_no),
                 discipline=answer(sheet.discipline if sheet else None, *yes_no))


def _authority(proposal: Proposal | None, products: Sequence[Product]) -> dict[str, str]:
    given = {mark: sum(item.key and item.response == mark for item in products) for mark in (1, 2, 3)}
    response = "; ".join(say("letters.forms.products_of_level", level=mark, products=w.counted(number))
                         for mark, number in given.items() if number)
    return w.row(score=w.points(proposal.unit_score) if proposal and proposal.unit_score is not None else w.BLANK,
                 level=w.level(proposal.unit_level if proposal else None) or w.BLANK,
                 reason=(proposal.reason if proposal else None) or w.BLANK, response=response or w.BLANK)


def _product(place: int, item: Product, spec: Spec) -> dict[str, str]:
    return w.row(no=str(place), axis=item.axis, text=item.text, role=spec.lists["product_role"].label(item.role),
                 assigned=w.plain(item.assigned),
                 done=w.plain(item.done) + (say("letters.forms.projected") if item.projected else ""),
                 deadline=w.day(item.deadline), completed=w.day(item.completed), exceeded="x" if item.exceeded else "",
                 response=str(item.response or ""))


# --- A unit's Tờ trình and minutes ------------------------------------------------------------------------------------
def blank_to_trinh(spec: Spec, period: Period, unit: Unit, officers: Sequence[Officer],
                   signatures: Sequence[Signature], units: dict[str, Unit] | None = None) -> dict[str, Any]:
    """A unit's Tờ trình before anything is known: names stand, figures are ``…`` (LD VII.2.2, part 1 of the dossier)."""
    rows = [w.row(no=str(place), name=item.name, post=item.post, score="", self="", level="", reason="")
            for place, item in enumerate(officers, start=1)]
    blank = [w.row(label=w.level(code), count=w.BLANK, share=w.BLANK) for code in LEVELS]
    collective = [w.row(label=label, count=w.BLANK, share=share and w.BLANK) for label, share in _COLLECTIVE]
    return {**_unit_frame(spec, period, unit, signatures, units or {}),
            "staff": _staff(w.counted(len(officers)), w.BLANK, w.BLANK, w.BLANK),
            "collective": collective, "collective_note": say("letters.forms.collective_level", blank=w.BLANK),
            "levels": blank, "officers": rows, "special": [w.BLANK]}


_COLLECTIVE = (("Tổng số nhiệm vụ được giao (kế hoạch và đột xuất)", ""), ("Đã hoàn thành", "x"), ("Hoàn thành chậm", "x"),
               ("Hoàn thành vượt mức", "x"), ("Chưa hoàn thành, có lý do khách quan được xác nhận", ""),
               ("Chưa hoàn thành còn lại", "x"))


def to_trinh_unit(batch: Batch, unit_id: str) -> dict[str, Any]:
    """A unit's Tờ trình filled with what the unit declared: its own proposal, not the program's (R50)."""
    roster, unit = batch.roster, batch.roster.units[unit_id]
    officers = [item for item in batch.result.listed if item.unit == unit_id]
    aside = [item for item in officers if item.status in (Status.EXCLUDED, Status.DEFERRED)]
    proposed = [item for item in officers if item not in aside and item.levels.unit]
    missing = len(officers) - len(aside) - len(proposed)
    levels = [w.row(label=w.level(code), count=w.counted(sum(item.levels.unit == code for item in proposed)),
                    share=w.percent(sum(item.levels.unit == code for item in proposed), len(proposed)))
              for code in LEVELS]
    return {**_unit_frame(batch.spec, batch.period, unit, roster.signatures, roster.units),
            "staff": _staff(*(w.counted(number) for number in (len(officers), len(proposed), len(aside), missing))),
            "collective": _collective(batch, unit_id), "collective_note": _collective_note(batch, unit_id),
            "levels": levels, "officers": [_unit_row(place, item, batch) for place, item in enumerate(officers, start=1)],
            "special": [_special(batch, item) for item in aside] or [w.NONE]}


def _special(batch: Batch, item: OfficerResult) -> str:
    """Why a unit proposes no level: the status, unless the trace names it itself."""
    status, told = w.lower_first(wording.status_words(item.status)), why.trace(batch, item)
    parts = (w.lower_first(told),) if status in told.lower() else (w.sentence(status), told)
    return say("letters.forms.person", name=item.name, parts=" ".join(part for part in parts if part))


def _staff(listed: str, proposed: str, aside: str, missing: str) -> str:
    parts = [say("letters.forms.proposed", levels=proposed)]
    parts += [say("letters.forms.aside", people=aside)] if aside != w.counted(0) else []
    parts += [say("letters.forms.not_proposed", people=missing)] if missing != w.counted(0) else []
    return say("letters.forms.unit_total", listed=listed, parts="; ".join(parts))


def _unit_row(place: int, item: OfficerResult, batch: Batch) -> dict[str, str]:
    proposal = why.proposal_of(batch, item)
    # The unit's own figure; what was recomputed only where its workbook carries none.
    declared = item.unit_score if item.unit_score is not None else item.workbook_total
    score = declared if declared is not None else item.score.total if item.score else None
    return w.row(no=str(place), name=item.name, post=wording.post(batch, item), score=w.points(score),
                 self=w.level(item.levels.self), level=w.level(item.levels.unit) or w.BLANK,
                 reason=(proposal.reason if proposal else None) or "")


def _collective(batch: Batch, unit_id: str) -> list[dict[str, str]]:
    counts = next((unit.counts for unit in batch.result.units if unit.id == unit_id), None)
    if counts is None:
        return [w.row(label=label, count=w.BLANK, share=share and w.BLANK) for label, share in _COLLECTIVE]
    base = counts.assigned - counts.excused
    numbers = (counts.assigned, counts.done, counts.late, counts.exceeded, counts.excused, counts.failed)
    return [w.row(label=label, count=w.counted(number), share=w.percent(number, base) if share else "")
            for (label, share), number in zip(_COLLECTIVE, numbers, strict=True)]


def _collective_note(batch: Batch, unit_id: str) -> str:
    record = batch.records.get(unit_id)
    sheet = record.collective if record else None
    text = w.sentence(say("letters.forms.collective_level", blank=w.level(sheet.level if sheet else None) or w.BLANK))
    counts = next((unit.counts for unit in batch.result.units if unit.id == unit_id), None)
    excused = say("letters.forms.excused_left_out") if counts and counts.excused else ""
    projected = (say("letters.forms.projected_tasks", tasks=w.counted(counts.projected), day=w.day(batch.period.end))
                 if counts and counts.projected else "")
    return text + excused + projected


def blank_bien_ban(spec: Spec, period: Period, unit: Unit, officers: Sequence[Officer],
                   signatures: Sequence[Signature], units: dict[str, Unit] | None = None) -> dict[str, Any]:
    """Minutes of the evaluation meeting, to be filled by hand (LD VII.2.2, part 2; votes are printed, never decided by)."""
    signed = w.signature_of(signatures, unit.id, w.BIEN_BAN)
    short = words()["level_short"]
    legend = "; ".join(f"{short[str(code)]}: {w.level(code)}" for code in LEVELS) + "."
    frame = _unit_frame(spec, period, unit, signatures, units or {})
    place = signed or w.signature_of(signatures, unit.id, w.TO_TRINH_UNIT)
    series = signed.series if signed and signed.series else "…-BB/…"
    return {"head": w.head(spec, w.parent_body(spec, unit, units or {}), w.unit_issuer(spec, unit), place,
                           period.end.year) | {"number": say("letters.forms.number", number=series)},
            "basis": frame["basis"], "period": frame["period"], "unit": frame["unit"], "year": str(period.end.year),
            "short": w.row(legend=legend, **{f"l{code}": short[str(code)] for code in LEVELS}),
            "officers": [w.row(no=str(number), name=item.name, post=item.post, post_after=f", {item.post}" if item.post else "")
                         for number, item in enumerate(officers, start=1)]}


def _unit_frame(spec: Spec, period: Period, unit: Unit, signatures: Sequence[Signature],
                units: Any) -> dict[str, Any]:
    signed = w.signature_of(signatures, unit.id, w.TO_TRINH_UNIT)
    issuer = w.unit_issuer(spec, unit)
    parts = spec.forms["ho-so"].sheet("dossier").block("parts").fixed
    return {"head": w.head(spec, w.parent_body(spec, unit, units), issuer, signed, period.end.year,
                           f"{w.BLANK}-TTr/{w.BLANK}"),
            "sign": w.sign(signed), "basis": w.basis(spec), "period": period.label, "unit": issuer,
            "enclosures": _enclosures([row.values["part"] for row in parts if row.key in _SIX_PARTS])}


def _enclosures(parts: Sequence[str]) -> list[str]:
    """The six parts of the dossier as its form names them, without what is filled in per person or axis."""
    plain = [re.sub(r":\s*.*\{.*", "", _FORM_NUMBER.sub("", part)) for part in parts[1:]]
    return [text + ("," if place < len(plain) else ".") for place, text in enumerate(plain, start=1)]
