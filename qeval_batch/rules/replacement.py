"""R73: whom two or more consecutive quarters at level 4 put on the replacement list (LD IX.2), and who is near it."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from typing import Literal

_WORST = 4
# A quarter already decided: its level, one that was deferred, or one nobody knows.
Past = int | Literal["deferred"] | None


class ReplacementCase(enum.StrEnum):
    """Where an officer stands towards the list (texts: messages/words.yaml `replacement`)."""

    TWICE = "twice"                   # this quarter and the last: replaced at once
    APART = "apart"                   # a deferred quarter lies between: the authority decides (CẦN XEM XÉT)
    POSSIBLE = "possible"             # the last one, and this quarter's doubt may end in level 4


def replacement(past: Sequence[Past], now: int | None, possible: Collection[int] = ()) -> ReplacementCase | None:
    """Where ``now`` puts an officer after ``past``, the newest last; ``possible``: the levels a doubt leaves."""
    known = list(past)
    deferred = False
    while known and known[-1] == "deferred":
        known.pop()
        deferred = True
    if not known or known[-1] != _WORST:
        return None
    if now == _WORST:
        return ReplacementCase.APART if deferred else ReplacementCase.TWICE
    return ReplacementCase.POSSIBLE if now is None and _WORST in possible else None
