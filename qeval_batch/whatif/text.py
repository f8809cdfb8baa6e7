"""A trial as plain lines for a terminal, at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from qeval_batch.core.listing import cut
from qeval_batch.core.say import say
from qeval_batch.explain.text import plain
from qeval_batch.render import wording
from qeval_batch.whatif import words
from qeval_batch.whatif.compare import Comparison, GroupChange, OfficerChange, moves

_WIDTH = 80
_SHOWN = 12
_REASONS = 3
_COLUMNS = (("HTXS", 8), ("HTT", 10), ("HTNV", 8), ("KHTNV", 8))
_NAME, _FIGURE = 26, 9


def lines(found: Comparison) -> Iterator[str]:
    """What was replaced, what it does to the counts, who changes and why; the workbook has the rest."""
    yield from _wrap(say("whatif.text.title", quarter=found.period.label, as_of=found.as_of))
    for item in found.replaced:
        before, after = words.differing(found.before.spec, item)
        yield from _wrap(f"{item.description} ({item.key}): {before} → {after} [{item.citation}]", 2)
        if item.reason:
            yield from _wrap(say("whatif.text.reason", reason=item.reason), 4)
    yield ""
    yield from _summary(found)
    changed = [group for group in found.groups if group.differs]
    if changed:
        yield ""
        yield from _table([*changed, found.total])
    if found.officers:
        yield ""
        yield from _officers(found)


def _summary(found: Comparison) -> Iterator[str]:
    if found.units:
        yield from _wrap(say("whatif.text.units", count=len(found.units), units=words.units(found.units)))
    if not (found.officers or found.scores or found.ranks or any(group.differs for group in found.groups)):
        yield from _wrap(say("whatif.text.nothing"))
        return
    yield from _wrap(say("whatif.text.counts", officers=len(found.officers), scores=found.scores, ranks=found.ranks))
    for (before, after), number in sorted(moves(found).items()):
        yield from _wrap(say("whatif.text.moved", people=number, before=before, after=after), 2)
    if found.findings_gained or found.findings_lost:
        yield from _wrap(say("whatif.text.findings", gained=found.findings_gained, lost=found.findings_lost), 2)


def _table(groups: list[GroupChange]) -> Iterator[str]:
    yield say("whatif.text.groups_title")
    heads = "".join(f"{name:<{width}}" for name, width in _COLUMNS)
    first, third = say("whatif.text.group"), say("whatif.text.most")
    yield f"{first:<{_NAME}}{'N':<{_FIGURE}}{third:<{_FIGURE}}{heads}".rstrip()
    for group in groups:
        before, after = group.before, group.after
        n = words.change(before.n if before else None, after.n if after else None) if before or after else ""
        most = words.change(wording.binding_maximum(before) if before else None,
                            wording.binding_maximum(after) if after else None) if before or after else ""
        one, two = words.parts(group.counts_before), words.parts(group.counts_after)
        figures = "".join(f"{words.change(one[name], two[name]):<{width}}" for name, width in _COLUMNS)
        name = textwrap.wrap(plain(f"{group.id} {group.name}" if group.id else group.name), _NAME - 2)
        yield f"{name[0]:<{_NAME}}{n:<{_FIGURE}}{most:<{_FIGURE}}{figures}".rstrip()
        yield from (f"  {rest}" for rest in name[1:])


def _officers(found: Comparison) -> Iterator[str]:
    yield say("whatif.text.officers_title")
    shown, left = cut(found.officers, _SHOWN)
    for change in shown:
        yield from _officer(found, change)
    if left:
        yield from _wrap(say("whatif.text.more", count=left), 2)


def _officer(found: Comparison, change: OfficerChange) -> Iterator[str]:
    outcome = words.outcome(change, found.before, found.after)
    group = say("whatif.text.in_group", group=change.after.group) if change.after.group else ""
    yield from _wrap(f"• {change.after.name} ({change.after.id}{group}): {outcome}", 2)
    for text in words.flags(change):
        yield from _wrap(text, 4)
    for item in change.reasons[-_REASONS:]:
        yield from _wrap(words.reason(item), 4)


def _wrap(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(plain(text), _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2),
                         break_on_hyphens=False) or [""]
