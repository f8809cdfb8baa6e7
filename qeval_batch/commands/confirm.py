"""`qeval confirm`: the office's answer to one claim, given to what the claim says at the moment of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from qeval_batch.commands.acts import Done, Ground, ground, settle
from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.ledger.acts import load_acts, ruling_on, undoing
from qeval_batch.model.act import Act
from qeval_batch.model.claims import ClaimPlace, value_of
from qeval_batch.model.progress import Progress, silent
from qeval_batch.model.records import ClaimAnswer, Excuse, UnitRecord
from qeval_batch.pipeline import decide, take
from qeval_batch.procedure.members import LOWER
from qeval_batch.procedure.permit import permitted
from qeval_batch.procedure.words import told
from qeval_batch.workspace import CannotRun, Workspace

CONFIRM = "confirm"


@dataclass(frozen=True)
class ClaimAsked:
    """Which claim is meant, as named on the command line."""

    unit: str | None = None
    task: str | None = None
    officer: str | None = None
    product: int | None = None


@dataclass(frozen=True)
class Ruling:
    """The answer, and the document the office has seen."""

    accept: bool
    reject: bool
    document: str | None


def confirm(workspace: Workspace, period: Period, as_of: datetime, asked: ClaimAsked, ruling: Ruling, act: Act,
            progress: Progress = silent) -> Done:
    """Record the answer to the one claim meant; CannotRun, and nothing recorded, where it is not there, was made
    twice, or where somebody whom it touches was submitted already."""
    if ruling.accept == ruling.reject:
        raise CannotRun(say("commands.confirm.one_answer"))
    if not ruling.document:
        raise CannotRun(say("commands.confirm.no_document"))
    at = ground(workspace, period)
    place = _place(asked, at)
    _permit(place, at)
    batch = decide(take(workspace, at.spec, period, as_of, progress), at.spec, period, as_of, progress)
    excuse = _the_one(place, batch.records.get(place.unit))
    answer = ClaimAnswer.ACCEPTED if ruling.accept else ClaimAnswer.REJECTED
    event = ruling_on(period, place, value_of(excuse), answer, ruling.document, act)
    told = {"what": _named(place), "cause": excuse.cause, "body": excuse.body, "document": ruling.document}
    line = say("commands.confirm.accepted", **told) if ruling.accept else say("commands.confirm.rejected", **told)
    return settle(workspace, [event], (), act, [line])


def take_back(workspace: Workspace, period: Period, asked: ClaimAsked, act: Act) -> Done:
    """The claim is open again; CannotRun where nothing was answered, or it is too late to."""
    at = ground(workspace, period)
    place = _place(asked, at)
    _permit(place, at)
    held = load_acts(workspace, period).ruled.get(place)
    if held is None:
        raise CannotRun(say("commands.confirm.nothing", what=_named(place)))
    event = undoing(ruling_on(period, place, held.value, held.answer, held.document, act))
    return settle(workspace, [event], (), act, [say("commands.confirm.undone", what=_named(place))])


def _place(asked: ClaimAsked, at: Ground) -> ClaimPlace:
    if asked.unit and asked.task and not (asked.officer or asked.product):
        if asked.unit not in at.roster.units:
            raise CannotRun(say("commands.confirm.no_unit", unit=asked.unit))
        return ClaimPlace(asked.unit, task=asked.task)
    if asked.officer and asked.product and not asked.task:
        known = at.roster.officers.get(asked.officer)
        if known is None or asked.unit not in (None, known.unit):
            raise CannotRun(say("commands.confirm.no_officer", officer=asked.officer))
        return ClaimPlace(known.unit, asked.officer, product=asked.product)
    raise CannotRun(say("commands.confirm.which"))


def _permit(place: ClaimPlace, at: Ground) -> None:
    """All whom the claim touches must still be before submission: one answer counts for all of them."""
    touched = [place.officer] if place.officer else [item.id for item in at.roster.officers_of(place.unit)]
    concerned = [ident for ident in touched if ident in at.scopes and at.scopes[ident] != LOWER]
    if not concerned:
        raise CannotRun(say("commands.confirm.nobody", unit=place.unit))
    refused = permitted(CONFIRM, concerned, at.scopes, at.course)[1]
    if refused:
        raise CannotRun("\n".join(told(refused)))


def _the_one(place: ClaimPlace, record: UnitRecord | None) -> Excuse:
    found = [] if record is None else list(_claims(place, record))
    if not found:
        raise CannotRun(say("commands.confirm.none", what=_named(place)))
    if len(found) > 1:
        raise CannotRun(say("commands.confirm.several", count=len(found), what=_named(place)))
    return found[0]


def _claims(place: ClaimPlace, record: UnitRecord) -> Iterator[Excuse]:
    if place.task:
        tasks = record.collective.tasks if record.collective else ()
        yield from (item.excuse for item in tasks if item.code == place.task and item.claims)
    elif place.officer in record.sheets:
        products = record.sheets[place.officer].products
        yield from (item.excuse for item in products if item.no == place.product and item.claims)


def _named(place: ClaimPlace) -> str:
    if place.task:
        return say("commands.confirm.task", code=place.task, unit=place.unit)
    return say("commands.confirm.product", no=place.product, officer=place.officer)
