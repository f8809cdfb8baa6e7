"""The state of a quarter as one value, from a batch alone: the same for the screen and for the run report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from qeval_batch import messages
from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import UnitResult
from qeval_batch.render import wording
from qeval_batch.render.counting import (
    MISSING,
    RETURNED,
    LevelCounts,
    Reception,
    level_counts,
    reception,
    timeliness,
)
from qeval_batch.rules.deadlines import ON_THE_DAY, Deadline, deadlines
from qeval_batch.rules.paper import PAPER_LATE, PAPER_MISSING
from qeval_batch.rules.trace import day as day_text

LATE = "late"


@dataclass(frozen=True)
class Due:
    """A deadline in words: what, whose, the day, and how far away it is."""

    what: str
    who: str
    when: str
    left: str
    citation: str
    deadline: Deadline


@dataclass(frozen=True)
class Overview:
    """The whole screen. ``waits``: words -> officers; ``unidentified``: files nobody knows the sender of.

    ``named``: units by what is the matter with them (`missing`, `returned`, `late`), as (id, name). ``paper``: paper
    copies that are late or missing, in words -> units.
    """

    label: str
    as_of: datetime
    blocks: tuple[Reception, ...]
    total: Reception
    timeliness: tuple[tuple[str, int], ...]
    levels: tuple[LevelCounts, ...]
    elsewhere: tuple[str, ...]
    due: tuple[Due, ...]
    waits: tuple[tuple[str, int], ...]
    unidentified: tuple[str, ...]
    named: Mapping[str, tuple[tuple[str, str], ...]]
    paper: tuple[tuple[str, int], ...] = ()


def overview(batch: Batch) -> Overview:
    """How the quarter stands at the batch's ``as_of``."""
    result, words = batch.result, messages.words()
    units = [item for item in result.units if item.id in batch.roster.units]
    blocks: dict[str, list[UnitResult]] = {option.code: [] for option in batch.spec.lists["blocks"].options}
    for item in units:
        blocks.setdefault(batch.roster.units[item.id].block, []).append(item)
    waits = Counter(code for officer in result.officers for code in officer.waits_for)
    return Overview(
        batch.period.label, batch.as_of,
        tuple(reception(wording.block_name(batch, block), members) for block, members in blocks.items() if members),
        reception(say("render.overview.total"), units),
        tuple((text, number) for text, number in timeliness(units) if number), level_counts(batch),
        tuple(wording.elsewhere(batch)),
        tuple(_due(item, batch.as_of) for item in
              deadlines(batch.spec.policy, batch.period, batch.roster.days_off)),
        tuple((text, waits[code]) for code, text in words["waits_for"].items() if waits[code]),
        tuple(item.name for item in result.files if item.outcome == "rejected" and item.unit is None),
        {MISSING: _named(batch, units, "status", MISSING), RETURNED: _named(batch, units, "status", RETURNED),
         LATE: _named(batch, units, "timeliness", LATE)}, _papers(units))


def when(deadline: Deadline) -> str:
    """``trước ngày 25/9/2026``, with the day off that falls on it."""
    text = say("render.overview.before_day", day=day_text(deadline.day))
    if deadline.day_off is None:
        return text
    reason = messages.words()["day_off"].get(deadline.day_off, deadline.day_off)
    if deadline.moved:
        return say("render.overview.moved_back", text=text, day=day_text(deadline.named), reason=reason)
    return say("render.overview.day_off", text=text, reason=reason)


def left(deadline: Deadline, as_of: datetime) -> str:
    """``còn 3 ngày``, ``hôm nay là ngày cuối``, ``sát hạn``, ``đã hết hạn``."""
    days = deadline.days_left(as_of)
    if days > 0:
        return say("render.overview.days_left", days=days)
    if days == 0:
        return say("render.overview.last_day_today")
    on_the_day = deadline.phase(as_of) == ON_THE_DAY
    return say("render.overview.next_to_last_day") if on_the_day else say("render.overview.over")


def _papers(units: list[UnitResult]) -> tuple[tuple[str, int], ...]:
    """Of whom something came: how many whose paper is late, and how many whose paper is missing (R60)."""
    states = Counter(item.paper for item in units if item.timeliness != MISSING)
    return tuple((wording.paper(code), states[code]) for code in (PAPER_LATE, PAPER_MISSING) if states[code])


def _due(deadline: Deadline, as_of: datetime) -> Due:
    words = messages.words()
    return Due(words["deadline"][deadline.code], words["deadline_who"][deadline.code], when(deadline),
               left(deadline, as_of), deadline.citation, deadline)


def _named(batch: Batch, units: list[UnitResult], field: str, value: str) -> tuple[tuple[str, str], ...]:
    return tuple((item.id, wording.unit_name(batch, item.id)) for item in units if getattr(item, field) == value)
