"""The list `Lý do khách quan`: each claim with cause, document, body, what was answered, and the levels that hang on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.claims import ClaimOutcome, ClaimPlace
from qeval_batch.model.records import ClaimAnswer, Excuse
from qeval_batch.model.results import OfficerResult
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered

SHEET, TITLE = "Lý do khách quan", "Lý do khách quan do đơn vị nêu: Ban Tổ chức xem văn bản rồi chấp nhận hoặc bác"


@dataclass(frozen=True)
class ClaimLine:
    """A claim, and one officer whose level hangs on it; ``officer`` None where nobody's does, or it is answered."""

    place: ClaimPlace
    text: str
    excuse: Excuse
    officer: OfficerResult | None = None
    outcome: ClaimOutcome | None = None


CLAIMS: tuple[Column[Numbered[ClaimLine]], ...] = (
    NUMBER, Column("Mã đơn vị", 8, "center", of=lambda row: row.item.place.unit),
    Column("Nhiệm vụ, sản phẩm", 16, of=lambda row: named(row.item.place)),
    Column("Nội dung", 24, of=lambda row: row.item.text),
    Column("Nguyên nhân", 18, of=lambda row: row.item.excuse.cause),
    Column("Văn bản", 13, of=lambda row: row.item.excuse.document),
    Column("Cơ quan xác nhận", 18, of=lambda row: row.item.excuse.body),
    Column("Trả lời", 11, "center", of=lambda row: _answered(row.item.excuse.answer)),
    Column("Cán bộ có mức phụ thuộc", 20, of=lambda row: _who(row.item)),
    Column("Nếu chấp nhận", 12, "center", of=lambda row: _levels(row.item, True)),
    Column("Nếu bác", 12, "center", of=lambda row: _levels(row.item, False)))


def claim_lines(batch: Batch) -> Iterator[ClaimLine]:
    """Every claim of a sound sheet, by unit and row; one still open once for each officer whose level hangs on it."""
    for _, record in sorted(batch.records.items()):
        for task in record.collective.tasks if record.collective else ():
            if task.claims:
                yield from _lines(batch, ClaimPlace(record.unit, task=task.code), task.text, task.excuse)
        for officer, sheet in sorted(record.sheets.items()):
            for product in sheet.products:
                if product.claims:
                    place = ClaimPlace(record.unit, officer, product=product.no)
                    yield from _lines(batch, place, product.text, product.excuse)


def named(place: ClaimPlace) -> str:
    """The row a claim is made for, as the command that answers it names it."""
    if place.task:
        return say("render.claims.task", code=place.task)
    return say("render.claims.product", no=place.product, officer=place.officer)


def _lines(batch: Batch, place: ClaimPlace, text: str, excuse: Excuse) -> Iterator[ClaimLine]:
    hanging = [(officer, outcome) for officer in wording.in_paper_order(batch, batch.result.officers)
               for outcome in officer.claims if outcome.place == place and outcome.decides]
    for officer, outcome in hanging:
        yield ClaimLine(place, text, excuse, officer, outcome)
    if not hanging:
        yield ClaimLine(place, text, excuse)


def _who(line: ClaimLine) -> str | None:
    if line.officer is not None:
        return f"{line.officer.name} ({line.officer.id})"
    return say("render.claims.nobody") if line.excuse.answer is ClaimAnswer.OPEN else None


def _levels(line: ClaimLine, accepted: bool) -> str | None:
    if line.outcome is None:
        return None
    return wording.levels_either(line.outcome.accepted if accepted else line.outcome.rejected)


def _answered(answer: ClaimAnswer) -> str:
    said = {ClaimAnswer.OPEN: say("render.claims.answer.open"), ClaimAnswer.ACCEPTED: say("render.claims.answer.accepted"),
            ClaimAnswer.REJECTED: say("render.claims.answer.rejected")}
    return said[answer]
