"""The state of a quarter as plain lines for a terminal, at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from qeval_batch.core.listing import cut
from qeval_batch.core.say import say
from qeval_batch.explain.text import plain
from qeval_batch.model.batch import Batch
from qeval_batch.model.course import Quarter
from qeval_batch.procedure.course import ScopeSummary, summaries
from qeval_batch.procedure.members import members, reporting_units
from qeval_batch.procedure.opinions import silent
from qeval_batch.procedure.words import listed, words
from qeval_batch.render.counting import MISSING, RETURNED, Reception
from qeval_batch.render.overview import LATE, Overview
from qeval_batch.render.tables.columns import Column

_WIDTH, _NAME = 80, 40
_COLUMNS: tuple[Column[Reception], ...] = (
    Column("Số ĐV", 6, of=lambda row: row.units), Column("Đã nhận", 9, of=lambda row: row.received),
    Column("Đạt", 6, of=lambda row: row.accepted), Column("Trả lại", 9, of=lambda row: row.returned),
    Column("Chưa nộp", 10, of=lambda row: row.missing))
_NAMED = ((MISSING, "Chưa nộp"), (RETURNED, "Trả lại, chờ đơn vị sửa"), (LATE, "Nộp chậm"))


def stages(batch: Batch) -> tuple[ScopeSummary, ...]:
    """How far each scope of the quarter has come."""
    roster, policy = batch.roster, batch.spec.policy
    return summaries(batch.course, members(roster, batch.period, policy), reporting_units(roster, policy))


def silent_bodies(batch: Batch) -> tuple[str, ...]:
    """Who was asked for an opinion and has not answered yet, until when, about whom."""
    names = {body.id: body.name for body in batch.roster.opinion_bodies}
    return tuple(say("commands.status.silent", body=body, name=names.get(body, body), people=len(who), who=listed(who),
                     due=f"{date.fromisoformat(due):%d/%m/%Y}" if due else say("commands.status.no_due"))
                 for body, due, who in silent(batch.result.officers, batch.course))


def lines(found: Overview, scopes: Iterable[ScopeSummary] = (), awaited: Sequence[str] = (), *,
          whole: bool = False) -> Iterator[str]:
    """The screen; ``scopes``: how far each has come; ``awaited``: bodies still silent;
    ``whole``: also every unit that is missing, returned or late, and every
    file nobody claims."""
    yield from _wrap(say("commands.status.title", quarter=found.label, as_of=found.as_of))
    yield ""
    heads = "".join(f"{column.title:>{column.width}}" for column in _COLUMNS)
    yield say("commands.status.blocks").ljust(_NAME) + heads
    for row in (*found.blocks, found.total):
        yield from _row(row)
    if found.total.not_found:
        yield from _wrap(say("commands.status.not_found", units=found.total.not_found))
    counts = "; ".join(f"{text.lower()} {number}" for text, number in found.timeliness)
    yield from _wrap(say("commands.status.timeliness", units=found.total.received,
                         counts=counts or say("commands.status.no_unit")))
    if found.paper:
        counts = "; ".join(f"{text.lower()} {number}" for text, number in found.paper)
        yield from _wrap(say("commands.status.paper", counts=counts))
    yield ""
    for level in found.levels:
        yield from _wrap(say("commands.status.levels", scope=level.name, people=level.count.total, counts="; ".join(
            f"{text} {number}" for text, number in level.figures if number)))
    for line in found.elsewhere:
        yield from _wrap(line)
    yield ""
    yield say("commands.status.deadlines")
    for due in found.due:
        yield from _wrap(f"{due.what}: {due.when}; {due.left}.", 2)
    yield from _scopes(scopes)
    if awaited:
        yield ""
        yield say("commands.status.awaited")
        yield from (line for text in awaited for line in _wrap(text, 2))
    yield ""
    yield say("commands.status.waiting") if found.waits else say("commands.status.waiting_none")
    for text, number in found.waits:
        yield from _wrap(say("commands.status.waiting_for", what=text, people=number), 2)
    if found.unidentified:
        shown = found.unidentified if whole else cut(found.unidentified)[0]
        yield ""
        yield say("commands.status.unidentified", count=len(found.unidentified))
        yield from _listed(shown, len(found.unidentified))
    for key, title in _NAMED if whole else ():
        units = found.named[key]
        if units:
            yield ""
            yield say("commands.status.units", title=title, count=len(units))
            yield from _listed([f"{ident}  {name}" for ident, name in units], len(units))


def _scopes(scopes: Iterable[ScopeSummary]) -> Iterator[str]:
    listed = list(scopes)
    if listed:
        yield ""
        yield say("commands.status.scopes")
    for item in listed:
        states = words()["state"][item.scope]
        counts = "; ".join(say("commands.status.in_state", state=states[state], count=number)
                           for state, number in item.states.items())
        quarter = "" if item.quarter is Quarter.OPEN else say(
            "commands.status.scope_quarter", quarter=words()["quarter"][item.quarter], version=item.version)
        yield from _wrap(say("commands.status.scope", scope=words()["scope"][item.scope], counts=counts, quarter=quarter), 2)


def _row(row: Reception) -> Iterator[str]:
    figures = "".join(f"{column.of(row):>{column.width}}" for column in _COLUMNS)
    first, *rest = textwrap.wrap(plain(row.name), _NAME - 2)
    yield f"{first:<{_NAME}}{figures}"
    yield from (f"  {more}" for more in rest)


def _listed(items: Iterable[str], total: int) -> Iterator[str]:
    shown = list(items)
    for item in shown:
        yield from _wrap(item, 2)
    if len(shown) < total:
        yield say("commands.status.more", left=total - len(shown))


def _wrap(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(plain(text), _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2),
                         break_on_hyphens=False) or [""]
