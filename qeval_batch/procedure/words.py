"""The procedure's own words: scopes, states, stages, and the one sentence of every refusal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from qeval_batch.core.listing import cut
from qeval_batch.core.say import load, say
from qeval_batch.model.course import Refusal


@cache
def words() -> Mapping[str, Mapping[str, Any]]:
    """The closed lists of ``messages/procedure.yaml``: ``words()['state']['btv']['asked']`` …"""
    return dict(load("procedure.yaml"))


def told(refusals: Iterable[Refusal]) -> Iterator[str]:
    """One sentence for each kind of refusal, naming whom it concerns, in the order of the codes."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = defaultdict(list)
    for item in refusals:
        slots = tuple(sorted((name, str(value)) for name, value in item.slots.items()))
        found[item.code, slots] += item.who
    for (code, slots), who in sorted(found.items()):
        yield str(words()["refusal"][code]).format(who=listed(who), **dict(slots))


def listed(names: Iterable[str]) -> str:
    """The first few of ``names`` and how many more there are."""
    shown, left = cut(list(dict.fromkeys(names)))
    text = ", ".join(shown)
    return say("commands.acts.and_more", shown=text, left=left) if left else text
