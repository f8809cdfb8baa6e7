"""Which act is legal in which state of which scope, in an open, closed or reopened quarter: one table, data alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from qeval_batch.model.course import Quarter

LEGAL = "legal"
QUARTER_CLOSED = "QUARTER_CLOSED"
_AS_OPEN = "as_open"


@dataclass(frozen=True)
class ActTable:
    """``states``: scope -> its states in the order of the work; ``outcomes``: (scope, act) -> one outcome a state;
    ``closed``: what is not simply refused in a closed quarter; ``reached``: scope -> state -> the facts that lead there."""

    states: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[tuple[str, str], tuple[str, ...]]
    closed: Mapping[str, str]
    reached: Mapping[str, Mapping[str, frozenset[str]]]

    @property
    def acts(self) -> tuple[str, ...]:
        """Every act of the procedure, each once."""
        return tuple(dict.fromkeys(act for _, act in self.outcomes))

    def state(self, scope: str, facts: frozenset[str]) -> str:
        """The furthest state ``facts`` lead to; the first one where they lead to none."""
        reached = self.reached[scope]
        return next((state for state in reversed(self.states[scope]) if reached.get(state, frozenset()) & facts),
                    self.states[scope][0])

    def outcome(self, scope: str, state: str, quarter: Quarter, act: str) -> str:
        """``legal``, or the code of the refusal. KeyError for a scope or act, ValueError for a state it does not know."""
        found = self.outcomes[scope, act][self.states[scope].index(state)]
        if quarter is not Quarter.CLOSED:
            return found
        told = self.closed.get(act, QUARTER_CLOSED)
        return found if told == _AS_OPEN else told


@cache
def act_table() -> ActTable:
    """The table of `acts.yaml` (procedure.md, part 2)."""
    from ruamel.yaml import YAML

    read: Mapping[str, Any] = YAML(typ="safe").load(files(__package__).joinpath("acts.yaml").read_text("utf-8"))
    scopes: Mapping[str, Any] = read["scopes"]
    states: dict[str, tuple[str, ...]] = {}
    reached: dict[str, Mapping[str, frozenset[str]]] = {}
    outcomes: dict[tuple[str, str], tuple[str, ...]] = {}
    for scope, written in scopes.items():
        own = scopes[written] if isinstance(written, str) else written
        states[scope] = tuple(own["states"])
        reached[scope] = {state: frozenset(facts) for state, facts in own["reached"].items()}
        for act, said in own["acts"].items():
            outcomes[scope, act] = _row(said, len(states[scope]))
    return ActTable(states, outcomes, read["closed"], reached)


def _row(said: str | Sequence[str], length: int) -> tuple[str, ...]:
    """One outcome a state; a single word stands for all of them."""
    row = (said,) * length if isinstance(said, str) else tuple(said)
    if len(row) != length:
        raise ValueError(f"acts.yaml: {len(row)} outcomes for {length} states: {row}")
    return row
