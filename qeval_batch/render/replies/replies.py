"""The answers of one run, each paper made when asked for; a copy that note and mail carry is annotated once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from qeval_batch import messages
from qeval_batch.intake.scan import read_arrival
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding
from qeval_batch.render import wording
from qeval_batch.render.letters.letters import Letters
from qeval_batch.render.replies.list import Cover, Mark
from qeval_batch.render.replies.mime import Attachment
from qeval_batch.render.replies.plan import Copy, Reply, answers, base_name, reminded, shown

if TYPE_CHECKING:
    from qeval_batch.intake.pool import Pool

# Bytes, marks, cover -> bytes: `render.answer_copy.annotate`, or `Killable`.
Annotate = Callable[[bytes, Sequence[Mark], Cover], bytes]


class Killable:
    """``annotate`` in a process that can be killed: what openpyxl makes of a hostile workbook costs that copy alone.

    The process is started for the first copy and ends with ``until``; a copy that was given up is the list alone.
    """

    def __init__(self, until: ExitStack) -> None:
        self._until = until

    def __call__(self, data: bytes, marks: Sequence[Mark], cover: Cover) -> bytes:
        from qeval_batch.intake.pool import Lost
        from qeval_batch.render.replies.copy import annotate, list_only

        made = self._pool.result(self._pool.start(annotate, data, marks, cover, about=cover.file))
        return list_only(marks, cover) if isinstance(made, Lost) else bytes(made)

    @cached_property
    def _pool(self) -> Pool:
        from qeval_batch.intake.pool import pool
        from qeval_batch.render.replies.copy import prepare

        return self._until.enter_context(pool(1, prepare, ()))


class Replies:
    """Papers of the units' answers. OSError when a returned file went away or changed since it was scanned."""

    def __init__(self, batch: Batch, letters: Callable[[], Letters], annotate: Annotate) -> None:
        self._batch, self._letters, self._annotate = batch, letters, annotate
        self._of: str | None = None
        self._made: dict[str, bytes] = {}

    @cached_property
    def plan(self) -> Mapping[str, Reply]:
        return answers(self._batch)

    def copy(self, unit: str, path: str) -> bytes:
        """The annotated copy at ``path``."""
        answer = self.plan[unit]
        wanted = next(item for item in answer.copies if item.path == path)
        return self._once(unit, path, lambda: self._copy(answer, wanted))

    def note(self, unit: str) -> bytes:
        """The cover note."""
        from qeval_batch.render.replies.note import return_note

        answer = self.plan[unit]
        return self._once(unit, answer.note, lambda: self._letters().return_note(return_note(self._batch, answer),
                                                                                 self._batch.as_of))

    def mail(self, unit: str) -> bytes:
        """The draft e-mail with note and copies in place."""
        from qeval_batch.render.replies.mail import return_mail

        answer = self.plan[unit]
        attached = [Attachment(base_name(answer.note), self.note(unit)),
                    *(Attachment(base_name(item.path), self.copy(unit, item.path)) for item in answer.copies)]
        return return_mail(self._batch, answer, attached)

    def reminder(self, unit: str) -> bytes:
        """The reminder to a unit that sent nothing, or not all."""
        from qeval_batch.render.replies.mail import reminder

        return reminder(self._batch, unit)

    def reminders(self) -> bytes:
        """The list of the units to remind."""
        from qeval_batch.render.replies.mail import reminders_table

        return reminders_table(self._batch, reminded(self._batch))

    def _once(self, unit: str, path: str, made: Callable[[], bytes]) -> bytes:
        """Papers are asked for unit by unit; only one unit's are kept."""
        if self._of != unit:
            self._of, self._made = unit, {}
        if path not in self._made:
            self._made[path] = made()
        return self._made[path]

    def _copy(self, answer: Reply, wanted: Copy) -> bytes:
        arrival = next(item for item in self._batch.arrivals if item.name == wanted.file)
        marks = [self._mark(number, item, answer) for number, item in enumerate(wanted.findings, start=1)]
        cover = Cover(wording.unit_name(self._batch, answer.unit), self._batch.period.label, base_name(wanted.file),
                      self._batch.as_of)
        return self._annotate(read_arrival(arrival), marks, cover)

    def _mark(self, number: int, item: Finding, answer: Reply) -> Mark:
        return Mark(number, messages.severity(item), wording.officer_name(self._batch, item.where.officer),
                    item.where.sheet, item.where.a1, shown(messages.what(item), answer.files),
                    shown(messages.ask(item), answer.files))
