"""Findings as a person is told them: one line per cause, with every place it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qeval_batch import messages
from qeval_batch.core.say import say
from qeval_batch.model.findings import Finding, Severity
from qeval_batch.render.replies.plan import base_name, shown

_VARIES = "…"
# Two columns with one fault are two causes; two values in one column are one.
_KEPT_APART = "label"
_CELLS, _PLACES = 8, 90            # cells of one sheet; characters of all places


@dataclass(frozen=True)
class Cause:
    """``what`` and ``cure`` with ``…`` where its findings differ; ``places``: ``CB0052: K54, M55; Hồ sơ: D21``."""

    severity: Severity
    what: str
    cure: str
    places: str
    count: int


def causes(findings: Sequence[Finding], files: Sequence[str]) -> list[Cause]:
    """The causes behind ``findings``: errors before warnings, of each the most frequent first."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for item in findings:
        grouped.setdefault((item.code, dict(item.params).get(_KEPT_APART, "")), []).append(item)
    order = list(Severity)
    found = [_cause(group, files) for group in grouped.values()]
    return sorted(found, key=lambda item: (order.index(item.severity), -item.count))


def _cause(group: Sequence[Finding], files: Sequence[str]) -> Cause:
    first = dict(group[0].params)
    params = {name: value if all(dict(item.params).get(name) == value for item in group) else _VARIES
              for name, value in first.items()}
    one = Finding(group[0].code, group[0].where, tuple(params.items()))
    return Cause(messages.severity(one), shown(messages.what(one), files), shown(messages.ask(one), files),
                 places(group), len(group))


def places(findings: Iterable[Finding]) -> str:
    """Where they stand, by sheet; a finding without a sheet by its file, or nowhere."""
    cells: dict[str, list[str]] = {}
    for item in findings:
        place = item.where.sheet or (base_name(item.where.file) if item.where.file else "")
        listed = cells.setdefault(place, [])
        if item.where.a1 and item.where.a1 not in listed:
            listed.append(item.where.a1)
    texts = [_place(name, listed) for name, listed in cells.items() if name]
    shown_: list[str] = []
    for text in texts:
        if shown_ and sum(map(len, shown_)) + len(text) > _PLACES:
            return say("replies.causes.more_sheets", shown="; ".join(shown_), count=len(texts) - len(shown_))
        shown_.append(text)
    return "; ".join(shown_)


def _place(name: str, cells: Sequence[str]) -> str:
    if not cells:
        return name
    more = say("replies.causes.more_cells", count=len(cells) - _CELLS) if len(cells) > _CELLS else ""
    return f"{name}: {', '.join(cells[:_CELLS])}{more}"
