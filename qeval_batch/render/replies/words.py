"""The sentences a note and an e-mail share: what is asked, what waits on it, until when, how to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qeval_batch import messages
from qeval_batch.core.say import say
from qeval_batch.core.text import clean
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Severity
from qeval_batch.model.results import OfficerResult
from qeval_batch.model.roster import Signature
from qeval_batch.render import wording
from qeval_batch.render.letters import words as w
from qeval_batch.render.replies.causes import Cause, causes
from qeval_batch.render.replies.plan import Reply, base_name, waiting
from qeval_batch.rules import deadlines

PAPER = "phieu-tra-lai"
_NAMES, _FILES = 6, 3
_NAME_LENGTH, _UNIT_LENGTH = 60, 200
HOW = ("Cách làm: sửa trong chính tệp của đơn vị rồi gửi lại tệp đó; bản đánh dấu kèm theo chỉ để xem, gửi lại sẽ không "
       "được nhận.")
HOW_WITHOUT_COPY = ("Đề nghị làm theo cách sửa nêu trên rồi gửi lại bộ biểu đã điền (tệp .xlsx); nếu không có tệp biểu của kỳ "
                    "này, xin báo để được gửi lại.")


@dataclass(frozen=True)
class Told:
    """One unit's answer in words; lists are whole, whoever prints them cuts."""

    unit: str
    period: str
    intro: str
    errors: Sequence[Cause]
    warnings: Sequence[Cause]
    consequence: str
    deadline: str
    how: str


def told(batch: Batch, answer: Reply) -> Told:
    """Everything a unit is told, from its findings alone."""
    found = causes([item for item in answer.findings if messages.severity(item) is not Severity.NOTE], answer.files)
    return Told(
        unit=short(wording.unit_name(batch, answer.unit), _UNIT_LENGTH), period=batch.period.label, intro=_intro(batch, answer),
        errors=[item for item in found if item.severity is Severity.ERROR],
        warnings=[item for item in found if item.severity is Severity.WARNING],
        consequence=consequence(waiting(batch, answer)), deadline=f"{deadline(batch)}.",
        how=HOW if answer.copies else HOW_WITHOUT_COPY)


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
    errors = len(answer.of(Severity.ERROR))
    kept = any(item.unit == answer.unit for item in batch.sheets)
    return say("replies.words.returned", issuer=issuer(batch), quarter=batch.period.label, sent=sent,
               errors=w.counted(errors), kept=say("replies.words.kept") if kept else "")


def consequence(officers: Sequence[OfficerResult]) -> str:
    """What stays undone until the unit mends: who has no level, by name and id."""
    if not officers:
        return say("replies.words.not_taken_in")
    return say("replies.words.cannot_grade", people=w.counted(len(officers)), names=_names(officers))


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
