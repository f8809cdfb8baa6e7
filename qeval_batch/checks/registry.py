"""The register of checks: each check once, under the topic that says what it is shown, with the codes it may raise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVarTuple

from qeval_batch.model.findings import Finding

Subject = TypeVarTuple("Subject")
_TOPICS: list[Topic[*tuple[Any, ...]]] = []


@dataclass(frozen=True)
class Check(Generic[*Subject]):
    """One registered check. ``kept``: asked even of a deferred officer, whose products are kept for later (R22)."""

    codes: tuple[str, ...]
    function: Callable[[*Subject], Iterable[Finding]]
    kept: bool


class Topic(Generic[*Subject]):
    """What its checks are shown, by type: mypy holds every check, and every run, to these arguments."""

    def __init__(self, *, kept: bool = True) -> None:
        self._kept = kept
        self._checks: list[Check[*Subject]] = []
        _TOPICS.append(self)

    def check(self, *codes: str, kept: bool | None = None) -> Callable[[Callable[[*Subject], Iterator[Finding]]],
                                                                      Callable[[*Subject], Iterator[Finding]]]:
        """Register a check; ``codes`` are all it may raise. Runs in the order of registration."""
        def register(function: Callable[[*Subject], Iterator[Finding]]) -> Callable[[*Subject], Iterator[Finding]]:
            self._checks.append(Check(codes, function, self._kept if kept is None else kept))
            return function
        return register

    def run(self, *subject: *Subject) -> Iterator[Finding]:
        """Everything its checks find in ``subject``."""
        for item in self._checks:
            yield from item.function(*subject)

    def told(self, *subject: *Subject) -> Iterator[tuple[bool, Finding]]:
        """The same, each with whether a deferred officer is asked for it."""
        for item in self._checks:
            yield from ((item.kept, found) for found in item.function(*subject))

    @property
    def checks(self) -> tuple[Check[*Subject], ...]:
        return tuple(self._checks)


def registered() -> tuple[Check[*tuple[Any, ...]], ...]:
    """Every check, by topic: for the tests that hold codes, texts and checks together."""
    return tuple(item for topic in _TOPICS for item in topic.checks)
