"""The drafts a clerk opens and sends: with a returned dossier its note and copies, else a reminder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding
from qeval_batch.model.results import OfficerResult, Status
from qeval_batch.model.roster import Unit
from qeval_batch.render import wording
from qeval_batch.render.letters import words as w
from qeval_batch.render.replies.causes import Cause, causes
from qeval_batch.render.replies.mime import Attachment, addresses, draft
from qeval_batch.render.replies.plan import Reply, still_to_come
from qeval_batch.render.replies.words import Told, deadline, issuer, short, signed, told
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered, numbered
from qeval_batch.render.tables.style import TableBook
from qeval_batch.rules.waited import SUBMISSION

_LONGEST = 20                      # causes told in a mail; the attached copy has every finding
_TEXT_LENGTH = 500
_WHAT_TO_SEND = ("Đề nghị đơn vị gửi bộ biểu đã điền (tệp .xlsx đã nhận) và các thành phần hồ sơ ghi ở trang «Hồ sơ» của tệp "
                 "đó.")
_SENT_ALREADY = ("Nếu đơn vị đã gửi, có thể tệp bị hỏng khi chuyển hoặc không phải tệp biểu đã nhận; đề nghị báo lại và gửi "
                 "lại.")
_PART_ALONE = "Phần đã gửi không phải gửi lại; nếu đơn vị đã gửi phần còn thiếu, đề nghị báo lại."
_SPARED = (Status.DEFERRED, Status.EXCLUDED)


def return_mail(batch: Batch, answer: Reply, attachments: Sequence[Attachment]) -> bytes:
    """The draft that returns a dossier, or asks to complete it: to the unit's own address.

    Only where the roster has none it goes to who mailed the dossier in: a mail's sender is its own word, and may be us.
    """
    words = told(batch, answer)
    lines = [say("replies.mail.to", unit=words.unit), "", words.intro, "", *_sections(words),
             words.consequence, words.deadline, "", words.how, "",
             say("replies.mail.attached", names="; ".join(item.name for item in attachments)), "", *_closing(batch)]
    subject = (say("replies.mail.subject_return", quarter=words.period, unit=words.unit, id=answer.unit)
               if answer.returned
               else say("replies.mail.subject_asked", quarter=words.period, unit=words.unit, id=answer.unit))
    known = addresses(batch.roster.units[answer.unit].email)
    return draft(known or addresses(answer.sender)[:1], subject, "\n".join(lines), attachments)


def _sections(words: Told) -> Iterable[str]:
    """The causes apart, numbered through; what must be mended first."""
    first = 1
    for title, found in (("", words.errors), (say("replies.mail.to_fill"), words.waits),
                         (say("replies.mail.to_send"), words.awaited), (say("replies.mail.to_add"), words.warnings)):
        if found:
            yield from ((title, "") if title else ())
            yield from _listed(found, first)
        first += len(found)


def reminder(batch: Batch, unit: str) -> bytes:
    """The draft that reminds a unit of which nothing came, or a part is still to come, with the days left."""
    name = wording.unit_name(batch, unit)
    lacking = still_to_come(batch).get(unit, ())
    told = _of_a_part(batch, unit, lacking) if lacking else _of_all(batch, unit)
    lines = [say("replies.mail.to", unit=name), "", *told, "", *_closing(batch)]
    subject = say("replies.mail.subject_reminder",
                  what=say("replies.mail.complete") if lacking else say("replies.mail.send"),
                  quarter=batch.period.label, unit=name, id=unit)
    return draft(addresses(batch.roster.units[unit].email), subject, "\n".join(lines))


@dataclass(frozen=True)
class Reminded:
    """A unit to remind, where the draft of its mail stands, and what it still owes; nothing named: everything."""

    unit: Unit
    path: str
    lacking: Sequence[Finding]


def _lacking(row: Numbered[Reminded]) -> str:
    return "; ".join(str(dict(item.params).get("sheet") or dict(item.params)["part"]) for item in row.item.lacking) \
        or say("replies.mail.whole_dossier")


def _waiting_officers(row: Numbered[Reminded]) -> int:
    """How many officers wait for the unit."""
    return len((_waiting if row.item.lacking else _asked)(row.batch, row.item.unit.id))


REMINDED: tuple[Column[Numbered[Reminded]], ...] = (
    NUMBER, Column("Mã", 9, "center", of=lambda row: row.item.unit.id),
    Column("Đơn vị", 40, of=lambda row: row.item.unit.name),
    Column("Khối", 26, of=lambda row: wording.block_name(row.batch, row.item.unit.block)),
    Column("Người liên hệ", 22, of=lambda row: row.item.unit.contact),
    Column("E-mail", 28, of=lambda row: ", ".join(addresses(row.item.unit.email)) or say("replies.mail.lacking")),
    Column("Còn thiếu", 26, of=_lacking),
    Column("Cán bộ đang chờ", 9, "integer", of=_waiting_officers),
    Column("Thư nhắc", 24, of=lambda row: row.item.path.rpartition("/")[2]))


def reminders_table(batch: Batch, paths: Mapping[str, str]) -> bytes:
    """The units to remind on one list: whom to write or ring, how many officers wait; ``paths``: unit -> its draft."""
    book = TableBook(batch.as_of, say("replies.mail.reminders_title", quarter=batch.period.label))
    page = book.page(say("replies.mail.reminders_sheet"), REMINDED)
    page.title(say("replies.mail.reminders_heading"), wording.sentence(batch.period.label))
    page.text(f"{deadline(batch)}.", italic=True)
    page.header()
    lacking = still_to_come(batch)
    units = (Reminded(batch.roster.units[unit], path, lacking.get(unit, ())) for unit, path in paths.items())
    for row in numbered(batch, units):
        page.line(row)
    page.done()
    return book.close()


def _of_all(batch: Batch, unit: str) -> list[str]:
    officers = _asked(batch, unit)
    waiting = [say("replies.mail.cannot_grade", people=w.counted(len(officers)))] if officers else []
    return [say("replies.mail.nothing_received", issuer=issuer(batch), quarter=batch.period.label),
            f"{deadline(batch)}.", *waiting, "", _WHAT_TO_SEND, _SENT_ALREADY]


def _of_a_part(batch: Batch, unit: str, lacking: Sequence[Finding]) -> list[str]:
    officers = _waiting(batch, unit)
    waiting = [say("replies.mail.cannot_grade_incomplete", people=w.counted(len(officers)))] if officers else []
    return [say("replies.mail.incomplete", issuer=issuer(batch), quarter=batch.period.label), "",
            *_listed(causes(lacking, ()), 1), f"{deadline(batch)}.", *waiting, _PART_ALONE]


def _waiting(batch: Batch, unit: str) -> list[OfficerResult]:
    return [item for item in batch.result.officers if item.unit == unit and SUBMISSION in item.waits_for]


def _asked(batch: Batch, unit: str) -> list[OfficerResult]:
    return [item for item in batch.result.officers if item.unit == unit and item.here and item.status not in _SPARED]


def _listed(found: Sequence[Cause], first: int) -> Iterable[str]:
    for number, item in enumerate(found[:_LONGEST], start=first):
        yield f"{number}. {short(item.what, _TEXT_LENGTH)}{f' ({item.places})' if item.places else ''}"
        yield say("replies.mail.cure", short=short(item.cure, _TEXT_LENGTH))
    if len(found) > _LONGEST:
        yield say("replies.mail.more_inside", count=w.counted(len(found) - _LONGEST))
    yield ""


def _closing(batch: Batch) -> list[str]:
    signature = signed(batch)
    if signature is None:
        return [say("replies.mail.regards"), issuer(batch)]
    named = [text for text in (signature.authority, signature.post, signature.name) if text]
    return [say("replies.mail.regards"), issuer(batch), *named]
