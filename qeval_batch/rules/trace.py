"""Lines of the trace: each declared as a template with its rule and the policy key it cites, and the figures it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qeval_batch.core.cells import CellRef
from qeval_batch.core.decimals import Exact, vi_percent
from qeval_batch.model.trace import Step
from qeval_batch.spec.keys import PolicyKey
from qeval_batch.spec.policy import Policy


@dataclass(frozen=True)
class TraceLine:
    """A line as it is declared. ``rule``, ``text`` and the values of ``shows`` have slots; a condition of
    every level ``cites`` the keys by level, and the slot ``level`` says which."""

    rule: str
    cites: PolicyKey[Any] | Mapping[int, PolicyKey[Any]]
    text: str
    shows: Mapping[str, str] = field(default_factory=dict)       # label -> figure

    def step(self, policy: Policy, holds: bool | None, cells: Iterable[CellRef] = (),
             more: Mapping[str, str] | None = None, **slots: Any) -> Step:
        """The line with its slots filled. ``more``: figures whose labels no declaration can know, after its own."""
        cites = self.cites if isinstance(self.cites, PolicyKey) else self.cites[slots["level"]]
        shows = {label: figure.format(**slots) for label, figure in self.shows.items()}
        return step(self.rule.format(**slots), holds, policy.citation(cites),
                    self.text.format(**slots), {**shows, **(more or {})}, cells)


def step(rule: str, holds: bool | None, citation: str, text: str, inputs: Mapping[str, str] | None = None,
         cells: Iterable[CellRef] = ()) -> Step:
    """One line: the rule tried, whether it holds (None: statement or doubt), the clause, the sentence, its cells."""
    return Step(rule, holds, dict(inputs or {}), citation, text, tuple(dict.fromkeys(cells)))


def ratio(part: Exact, whole: Exact) -> str:
    """``3/10 (30%)``: both figures, since the law counts and a reader looks at the share."""
    return f"{part}/{whole} ({vi_percent(part, whole)})"


def day(value: date | None) -> str:
    """``01/7/2026`` as papers write it; an end still open is `nay`."""
    return "nay" if value is None else f"{value.day:02d}/{value.month}/{value.year}"


def levels_text(levels: Iterable[int]) -> str:
    """``mức 1``, ``mức 1 hoặc mức 2``, ``mức 1, mức 2 hoặc mức 3``."""
    named = [f"mức {level}" if level else "không đánh giá trong quý" for level in levels]
    return " hoặc ".join(part for part in (", ".join(named[:-1]), *named[-1:]) if part)
