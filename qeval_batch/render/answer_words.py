"""The sentences a note and an e-mail share: what is asked, what waits on it, until when, how to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qeval_batch import messages
from qeval_batch.batch import Batch
from qeval_batch.findings import Severity
from qeval_batch.render import letter_words as w
from qeval_batch.render import wording
from qeval_batch.render.answer_causes import Cause, causes
from qeval_batch.render.answer_plan import Answer, base_name, waiting
from qeval_batch.results import OfficerResult
from qeval_batch.roster.model import Signature

PAPER = "phieu-tra-lai"
_NAMES, _FILES = 6, 3
HOW = ("Cách làm: mở bản đánh dấu kèm theo, bấm từng dòng ở trang «Cần sửa» để đến ô phải sửa; sửa trong chính tệp của "
       "đơn vị rồi gửi lại tệp đó. Bản đánh dấu chỉ để xem, gửi lại sẽ không được nhận.")
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


def told(batch: Batch, answer: Answer) -> Told:
    """Everything a unit is told, from its findings alone."""
    found = causes([item for item in answer.findings if messages.severity(item) is not Severity.NOTE], answer.files)
    return Told(
        unit=wording.unit_name(batch, answer.unit), period=batch.period.label, intro=_intro(batch, answer),
        errors=[item for item in found if item.severity is Severity.ERROR],
        warnings=[item for item in found if item.severity is Severity.WARNING],
        consequence=consequence(waiting(batch, answer)), deadline=f"{deadline(batch)}.",
        how=HOW if answer.copies else HOW_WITHOUT_COPY)


def issuer(batch: Batch) -> str:
    """Who answers, as running text names it."""
    return str(batch.spec.policy.value("papers.issuer_name"))


def signed(batch: Batch) -> Signature | None:
    """Who signs the note: the roster's row for it, else whoever signs for Ban Tổ chức otherwise."""
    return w.signature_of(batch.roster.signatures, None, PAPER, w.TO_TRINH_BTV)


def _intro(batch: Batch, answer: Answer) -> str:
    names = [base_name(name) for name in answer.files]
    sent = ", ".join(names[:_FILES]) + (f" và {len(names) - _FILES} tệp khác" if len(names) > _FILES else "")
    errors = len(answer.of(Severity.ERROR))
    kept = any(item.unit == answer.unit for item in batch.sheets)
    return (f"{issuer(batch)} đã kiểm tra hồ sơ {batch.period.label} của đơn vị ({sent}) và trả lại để sửa "
            f"{w.counted(errors)} lỗi dưới đây{'; nội dung không nêu thì không phải làm lại' if kept else ''}.")


def consequence(officers: Sequence[OfficerResult]) -> str:
    """What stays undone until the unit mends: who has no level, by name and id."""
    if not officers:
        return "Chưa sửa thì hồ sơ của đơn vị chưa được tiếp nhận đầy đủ."
    return f"Chưa sửa thì chưa có cơ sở xếp loại {w.counted(len(officers))} đồng chí: {_names(officers)}."


def _names(officers: Iterable[OfficerResult]) -> str:
    listed = [f"{item.name} ({item.id})" for item in officers]
    more = f" và {len(listed) - _NAMES} đồng chí khác" if len(listed) > _NAMES else ""
    return ", ".join(listed[:_NAMES]) + more


def deadline(batch: Batch) -> str:
    """The dossier's deadline and the days left or passed on the run's own day; after it, what there still is time for."""
    policy, today = batch.spec.policy, batch.as_of.date()
    day, last, left = due(batch)
    said = f"trước ngày {w.day(day)}"
    if left > 0:
        return f"Hạn gửi hồ sơ: {said} (hết ngày {w.day(last)}); tính đến ngày {w.day(today)} còn {w.counted(left)} ngày"
    if left == 0:
        return f"Hạn gửi hồ sơ: {said}; ngày {w.day(today)} là ngày cuối"
    text = f"Hạn gửi hồ sơ ({said}) đã qua, tính đến ngày {w.day(today)}; đề nghị gửi ngay"
    appraisal = batch.period.end.replace(day=min(policy.integer("deadline.appraisal"), batch.period.end.day))
    return f"{text} để kịp thẩm định trước ngày {w.day(appraisal)}" if today < appraisal else text


def due(batch: Batch) -> tuple[date, date, int]:
    """«Trước ngày» of the dossier, the last day in time, and the days left until it (negative: passed)."""
    policy, end = batch.spec.policy, batch.period.end
    day = end.replace(day=min(policy.integer("deadline.dossier"), end.day))
    last = day if policy.value("deadline.day_of") == "in_time" else day - timedelta(days=1)
    return day, last, (last - batch.as_of.date()).days
