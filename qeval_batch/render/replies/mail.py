"""The drafts a clerk opens and sends: with a returned dossier its note and copies, else a reminder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding
from qeval_batch.model.results import OfficerResult, Status
from qeval_batch.render import wording
from qeval_batch.render.letters import words as w
from qeval_batch.render.replies.causes import Cause, causes
from qeval_batch.render.replies.mime import Attachment, addresses, draft
from qeval_batch.render.replies.plan import SUBMISSION, Answer, still_to_come
from qeval_batch.render.replies.words import deadline, issuer, short, signed, told
from qeval_batch.render.tables.style import Book, Column

_LONGEST = 20                      # causes told in a mail; the attached copy has every finding
_TEXT_LENGTH = 500
_WHAT_TO_SEND = ("Đề nghị đơn vị gửi bộ biểu đã điền (tệp .xlsx đã nhận) và các thành phần hồ sơ ghi ở trang «Hồ sơ» của tệp "
                 "đó.")
_SENT_ALREADY = ("Nếu đơn vị đã gửi, có thể tệp bị hỏng khi chuyển hoặc không phải tệp biểu đã nhận; đề nghị báo lại và gửi "
                 "lại.")
_PART_ALONE = "Phần đã gửi không phải gửi lại; nếu đơn vị đã gửi phần còn thiếu, đề nghị báo lại."
_SPARED = (Status.DEFERRED, Status.EXCLUDED)


def return_mail(batch: Batch, answer: Answer, attachments: Sequence[Attachment]) -> bytes:
    """The draft that returns a dossier: to who mailed it in, where a mail tells, and to the roster's address.

    A mail's sender is its own word, so the unit itself always reads what goes out in its name.
    """
    words = told(batch, answer)
    lines = [f"Kính gửi: {words.unit}", "", words.intro, "", *_listed(words.errors, 1)]
    if words.warnings:
        lines += ["Cần bổ sung hoặc xem lại (không phải lỗi):", "", *_listed(words.warnings, len(words.errors) + 1)]
    lines += [words.consequence, words.deadline, "", words.how, "",
              f"Tệp kèm theo: {'; '.join(item.name for item in attachments)}.", "", *_closing(batch)]
    subject = f"Trả lại hồ sơ {words.period} để sửa: {words.unit} ({answer.unit})"
    known = addresses(batch.roster.units[answer.unit].email)
    sender = [item for item in addresses(answer.sender)[:1] if item not in [address.lower() for address in known]]
    return draft(sender or known, subject, "\n".join(lines), attachments, known if sender else ())


def reminder(batch: Batch, unit: str) -> bytes:
    """The draft that reminds a unit of which nothing came, or a part is still to come, with the days left."""
    name = wording.unit_name(batch, unit)
    lacking = still_to_come(batch).get(unit, ())
    lines = [f"Kính gửi: {name}", "", *(_of_a_part(batch, unit, lacking) if lacking else _of_all(batch, unit)), "",
             *_closing(batch)]
    subject = f"Nhắc {'bổ sung' if lacking else 'gửi'} hồ sơ {batch.period.label}: {name} ({unit})"
    return draft(addresses(batch.roster.units[unit].email), subject, "\n".join(lines))


def reminders_table(batch: Batch, paths: Mapping[str, str]) -> bytes:
    """The units to remind on one list: whom to write or ring, how many officers wait; ``paths``: unit -> its draft."""
    book = Book(batch.as_of, f"Đơn vị cần nhắc - {batch.period.label}")
    page = book.page("Nhắc nộp", (
        Column("STT", 5, "center"), Column("Mã", 9, "center"), Column("Đơn vị", 40), Column("Khối", 26),
        Column("Người liên hệ", 22), Column("E-mail", 28), Column("Còn thiếu", 26),
        Column("Cán bộ đang chờ", 9, "integer"), Column("Thư nhắc", 24)))
    page.title("ĐƠN VỊ CHƯA GỬI HỒ SƠ HOẶC CÒN THIẾU", wording.sentence(batch.period.label))
    page.text(f"{deadline(batch)}.", italic=True)
    page.header()
    for number, (unit_id, path) in enumerate(paths.items(), start=1):
        unit = batch.roster.units[unit_id]
        page.line((str(number), unit_id, unit.name, wording.block_name(batch, unit.block), unit.contact,
                   ", ".join(addresses(unit.email)) or "Chưa có", *_owed(batch, unit_id), path.rpartition("/")[2]))
    page.done()
    return book.close()


def _owed(batch: Batch, unit: str) -> tuple[str, int]:
    """What a unit still owes, in short, and how many officers wait for it."""
    lacking = still_to_come(batch).get(unit, ())
    if not lacking:
        return "Toàn bộ hồ sơ", len(_asked(batch, unit))
    return "; ".join(str(dict(item.params).get("sheet") or dict(item.params)["part"]) for item in lacking), \
        len(_waiting(batch, unit))


def _of_all(batch: Batch, unit: str) -> list[str]:
    officers = _asked(batch, unit)
    waiting = [f"Chưa có hồ sơ thì chưa có cơ sở xếp loại {w.counted(len(officers))} đồng chí của đơn vị."] if officers else []
    return [f"Đến nay {issuer(batch)} chưa nhận được hồ sơ đánh giá, xếp loại {batch.period.label} của đơn vị.",
            f"{deadline(batch)}.", *waiting, "", _WHAT_TO_SEND, _SENT_ALREADY]


def _of_a_part(batch: Batch, unit: str, lacking: Sequence[Finding]) -> list[str]:
    officers = _waiting(batch, unit)
    waiting = ["Chưa gửi đủ thì chưa có cơ sở xếp loại "
               f"{w.counted(len(officers))} đồng chí của đơn vị."] if officers else []
    return [f"{issuer(batch)} đã nhận hồ sơ {batch.period.label} của đơn vị, còn thiếu các nội dung dưới đây.", "",
            *_listed(causes(lacking, ()), 1), f"{deadline(batch)}.", *waiting, _PART_ALONE]


def _waiting(batch: Batch, unit: str) -> list[OfficerResult]:
    return [item for item in batch.result.officers if item.unit == unit and SUBMISSION in item.waits_for]


def _asked(batch: Batch, unit: str) -> list[OfficerResult]:
    return [item for item in batch.result.officers if item.unit == unit and item.status not in _SPARED]


def _listed(found: Sequence[Cause], first: int) -> Iterable[str]:
    for number, item in enumerate(found[:_LONGEST], start=first):
        yield f"{number}. {short(item.what, _TEXT_LENGTH)}{f' ({item.places})' if item.places else ''}"
        yield f"   Cách sửa: {short(item.cure, _TEXT_LENGTH)}"
    if len(found) > _LONGEST:
        yield f"Còn {w.counted(len(found) - _LONGEST)} nội dung khác: xem tệp đính kèm (trang «Cần sửa»)."
    yield ""


def _closing(batch: Batch) -> list[str]:
    signature = signed(batch)
    if signature is None:
        return ["Trân trọng.", issuer(batch)]
    named = [text for text in (signature.authority, signature.post, signature.name) if text]
    return ["Trân trọng.", issuer(batch), *named]
