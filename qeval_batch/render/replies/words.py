"""The sentences a note and an e-mail share: what is asked, what waits on it, until when, how to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qeval_batch.core.say import say
from qeval_batch.core.text import clean
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Severity
from qeval_batch.model.results import OfficerResult
from qeval_batch.model.roster import Signature
from qeval_batch.render import wording
from qeval_batch.render.letters import words as w
from qeval_batch.render.replies.causes import Cause, causes
from qeval_batch.render.replies.plan import STILL_TO_COME, Reply, base_name
from qeval_batch.render.replies.waits import deciding, waits
from qeval_batch.rules import deadlines

PAPER = "phieu-tra-lai"
_NAMES, _FILES = 6, 3
_NAME_LENGTH, _UNIT_LENGTH = 60, 200


@dataclass(frozen=True)
class Told:
    """One unit's answer in words, causes apart; lists are whole, whoever prints them cuts.

    ``waits``: no errors, but levels wait for them; ``awaited``: not sent yet; ``warnings``: to complete or look at again.
    """

    unit: str
    period: str
    title: str
    intro: str
    errors: Sequence[Cause]
    waits: Sequence[Cause]
    awaited: Sequence[Cause]
    warnings: Sequence[Cause]
    consequence: str
    deadline: str
    how: str


def told(batch: Batch, answer: Reply) -> Told:
    """Everything a unit is told, from its findings and from who waits for it."""
    decisive = deciding(answer)
    warned = [item for item in answer.of(Severity.WARNING) if item not in decisive]
    kinds = {True: [item for item in warned if item.code in STILL_TO_COME],
             False: [item for item in warned if item.code not in STILL_TO_COME]}
    return Told(
        unit=short(wording.unit_name(batch, answer.unit), _UNIT_LENGTH), period=batch.period.label,
        title=say("replies.words.title_returned") if answer.returned else say("replies.words.title_asked"),
        intro=_intro(batch, answer),
        errors=causes(answer.of(Severity.ERROR), answer.files),
        waits=[*causes(decisive, answer.files), *waits(answer)], awaited=causes(kinds[True], answer.files),
        warnings=causes(kinds[False], answer.files), consequence=consequence(answer.waiting, answer.returned),
        deadline=f"{deadline(batch)}.", how=_how(answer))


def _how(answer: Reply) -> str:
    if not answer.returned:
        return say("replies.words.how_asked")
    return say("replies.words.how") if answer.copies else say("replies.words.how_without_copy")


def short(text: str, length: int) -> str:
    """``text`` on one line, cut where it is longer than any honest one."""
    line = " ".join(clean(text).split())
    return line if len(line) <= length else f"{line[:length]}…"


def issuer(batch: Batch) -> str:
    """Who answers, as running text names it."""
    return batch.spec.policy.papers.issuer_name


def signed(batch: Batch) -> Signature | None:
    """Who signs the note: the roster's row for it, else whoever signs for Ban Tổ chức otherwise."""
    return w.signature_of(batch.roster.signatures, None, PAPER, w.TO_TRINH_BTV)


def _intro(batch: Batch, answer: Reply) -> str:
    names = [short(base_name(name), _NAME_LENGTH) for name in answer.files]
    more = say("replies.words.more_files", count=w.counted(len(names) - _FILES)) if len(names) > _FILES else ""
    sent = ", ".join(names[:_FILES]) + more
    if not answer.returned:
        return say("replies.words.asked", issuer=issuer(batch), quarter=batch.period.label, sent=sent)
    errors = len(causes(answer.of(Severity.ERROR), answer.files))      # as many as are listed below
    kept = any(item.unit == answer.unit for item in batch.sheets)
    return say("replies.words.returned", issuer=issuer(batch), quarter=batch.period.label, sent=sent,
               errors=w.counted(errors), kept=say("replies.words.kept") if kept else "")


def consequence(officers: Sequence[OfficerResult], returned: bool = True) -> str:
    """What stays undone until the unit mends or completes: who has no level, by name and id."""
    if not officers:
        return say("replies.words.not_taken_in")
    people, names = w.counted(len(officers)), _names(officers)
    return (say("replies.words.cannot_grade", people=people, names=names) if returned
            else say("replies.words.cannot_grade_blank", people=people, names=names))


def _names(officers: Iterable[OfficerResult]) -> str:
    listed = [f"{short(item.name, _NAME_LENGTH)} ({item.id})" for item in officers]
    more = say("replies.words.more_people", count=w.counted(len(listed) - _NAMES)) if len(listed) > _NAMES else ""
    return ", ".join(listed[:_NAMES]) + more


def deadline(batch: Batch) -> str:
    """The dossier's deadline and the days left or passed on the run's own day; after it, what there still is time for."""
    policy, days_off, today = batch.spec.policy, batch.roster.days_off, w.day(batch.as_of.date())
    due = deadlines.deadline(deadlines.DOSSIER, policy, batch.period, days_off)
    said, left = say("replies.words.before_day", day=w.day(due.day)), due.days_left(batch.as_of)
    if left > 0:
        return say("replies.words.due_coming", said=said, day=w.day(due.last_day), today=today, left=w.counted(left))
    if left == 0:
        return say("replies.words.due_today", said=said, today=today)
    text = say("replies.words.due_over", said=said, today=today)
    appraisal = deadlines.deadline("appraisal", policy, batch.period, days_off)
    if appraisal.days_left(batch.as_of) < 0:
        return text
    return say("replies.words.appraisal", text=text, day=w.day(appraisal.day))
