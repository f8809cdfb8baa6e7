"""Whether a unit's dossier came in time: decided by its first complete delivery, told step by step (R61, R62).

Complete is cumulative: every expected sheet filled and all six parts of the dossier, over all deliveries so far. What
came in time and was mended afterwards stays in time, and is told apart. Nothing is lowered here (LD VII.2.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qeval_batch import messages
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.model.delivery import UNKNOWN as UNKNOWN_SOURCE
from qeval_batch.model.delivery import Delivered
from qeval_batch.model.register import PARTS
from qeval_batch.model.trace import Step
from qeval_batch.rules.deadlines import LATE, ON_THE_DAY, Deadline
from qeval_batch.rules.trace import day as day_text
from qeval_batch.rules.trace import step

MENDED_LATE, MISSING, UNKNOWN = "in_time_mended_late", "missing", "unknown"
_Sheet = tuple[str, str]               # sheet id, officer or ''


@dataclass(frozen=True)
class Expected:
    """What makes a dossier complete: filled sheets as (sheet id, officer or ''), parts 1–6 (LD VII.2.2)."""

    sheets: frozenset[_Sheet]
    parts: frozenset[int] = PARTS


@dataclass(frozen=True)
class Timeliness:
    """``state`` as in interfaces.md. ``received``: the first delivery; ``complete_at``: the one that made it complete.

    ``source``: by whose word the later of the two is known (``delivery``). Moments are None where nobody can tell.
    """

    state: str
    received: datetime | None = None
    source: str = UNKNOWN_SOURCE
    complete_at: datetime | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class _Known:
    """A delivery whose moment is known."""

    at: datetime
    item: Delivered


def judge(deliveries: Iterable[Delivered], expected: Expected, deadline: Deadline, as_of: datetime) -> Timeliness:
    """The unit's timeliness from everything it delivered, in any order (R61, R62).

    A file that brought nothing that can be used is a delivery all the same, only an incomplete one; of a sheet sent again
    unchanged the caller tells the first time alone. Not complete yet: `late` once the deadline is over, before that
    `unknown`, since nothing tells yet whether it will be in time. `unknown` too where a moment nobody knows could turn
    the answer.
    """
    items, first = list(deliveries), _due(deadline)
    if not items:
        return Timeliness(MISSING, steps=(first, _line(deadline, False, "Chưa nhận được hồ sơ.")))
    known = sorted((_Known(item.delivery.received, item) for item in items if item.delivery.received is not None),
                   key=lambda entry: (entry.at, entry.item.file))
    if not known:
        return Timeliness(UNKNOWN, steps=(first, _line(
            deadline, None, "Đã có hồ sơ, chưa rõ thời điểm nhận: chưa có thư điện tử, sổ nhận hoặc lần chạy trước cho biết.")))
    unknown = [item for item in items if item.delivery.received is None]
    received = known[0]
    ending = _ending(known, expected)
    if ending is None:
        return _incomplete(known, unknown, expected, deadline, as_of, first)
    state, last = _complete(known, unknown, ending, expected, deadline)
    return Timeliness(state, received.at, ending.item.delivery.source, ending.at, (first, last))


def unread(found: Timeliness, deadline: Deadline) -> Timeliness:
    """``found`` of a unit whose electronic copy the clerk received and nobody has read: late is not yet said (R80)."""
    if found.state != LATE:
        return found
    told = _line(deadline, None, "Sổ nhận ghi đã nhận bản điện tử, chưa có tệp nào đọc được: chưa kết luận.")
    return replace(found, state=UNKNOWN, steps=(*found.steps[:-1], told))


def _complete(known: Sequence[_Known], unknown: Sequence[Delivered], ending: _Known, expected: Expected,
              deadline: Deadline) -> tuple[str, Step]:
    phase = deadline.phase(ending.at)
    when = f"Đủ hồ sơ lần đầu lúc {moment_text(ending.at)} ({_source(ending.item)})"
    earlier = [entry.item for entry in known if deadline.phase(entry.at) not in (phase, LATE)]
    if phase in (LATE, ON_THE_DAY) and not _lacking([*earlier, *unknown], expected):
        return UNKNOWN, _line(deadline, None, f"{when}; có tệp chưa rõ thời điểm nhận, có thể đã đủ trước đó.")
    if phase == LATE:
        return LATE, _line(deadline, False, f"{when}, sau hạn: chậm.")
    after = [entry for entry in known if entry.at > ending.at and deadline.phase(entry.at) == LATE
             and (entry.item.sheets & expected.sheets or entry.item.parts & expected.parts)]
    mended = f"; bổ sung, thay thế lúc {moment_text(after[-1].at)}, sau hạn" if after else ""
    if phase == ON_THE_DAY:
        return ON_THE_DAY, _line(deadline, True, f"{when}, đúng ngày {day_text(deadline.day)}: sát hạn{mended}.")
    return MENDED_LATE if after else phase, _line(deadline, True, f"{when}, trong hạn: đúng hạn{mended}.")


def _incomplete(known: Sequence[_Known], unknown: Sequence[Delivered], expected: Expected, deadline: Deadline,
                as_of: datetime, first: Step) -> Timeliness:
    received = known[0]
    lacking = _lacking([*(entry.item for entry in known), *unknown], expected)
    if not lacking:
        state, line = UNKNOWN, _line(deadline, None, "Đã đủ hồ sơ, có tệp chưa rõ thời điểm nhận.")
    elif deadline.phase(as_of) == LATE:
        state, line = LATE, _line(deadline, False, f"Đã quá hạn mà hồ sơ chưa đủ, còn thiếu {lacking}: chậm.")
    else:
        state, line = UNKNOWN, _line(deadline, None, f"Hồ sơ chưa đủ, còn thiếu {lacking}; chưa hết hạn.")
    return Timeliness(state, received.at, received.item.delivery.source, None, (first, line))


def _ending(known: Sequence[_Known], expected: Expected) -> _Known | None:
    """The delivery with which everything was there for the first time."""
    so_far: list[Delivered] = []
    for entry in known:
        so_far.append(entry.item)
        if not _lacking(so_far, expected):
            return entry
    return None


def _lacking(items: Sequence[Delivered], expected: Expected) -> str:
    """What none of ``items`` brought, in words; empty when they make the dossier complete."""
    sheets = len(expected.sheets.difference(*(item.sheets for item in items)))
    parts = sorted(expected.parts.difference(*(item.parts for item in items)))
    named = [f"{sheets} trang biểu"] if sheets else []
    named += [f"thành phần {', '.join(f'({part})' for part in parts)}"] if parts else []
    return " và ".join(named)


def _due(deadline: Deadline) -> Step:
    text = f"Hạn nộp hồ sơ: trước ngày {day_text(deadline.named)}"
    if deadline.day_off is not None:
        reason = messages.words()["day_off"].get(deadline.day_off, deadline.day_off)
        ending = f"lùi sang ngày {day_text(deadline.day)}" if deadline.moved else "giữ nguyên ngày"
        text += f", là ngày nghỉ ({reason}); {ending}"
    return step("R61", None, deadline.citation, f"{text}.", {"Ngày cuối còn đúng hạn": day_text(deadline.last_day)})


def _line(deadline: Deadline, holds: bool | None, text: str) -> Step:
    return step("R62", holds, deadline.citation, text)


def _source(item: Delivered) -> str:
    return f"theo {messages.words()['arrival_source'][item.delivery.source].lower()}"


def moment_text(at: datetime) -> str:
    """``10:30 ngày 24/9/2026``, Vietnamese time."""
    return f"{at.astimezone(VIETNAM_TIME):%H:%M} ngày {day_text(at.astimezone(VIETNAM_TIME).date())}"
