"""The register of checks: each check once, with its topic and the codes it may raise."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from qeval_batch.model.findings import Finding


class Topic(enum.StrEnum):
    """What a check is shown; the arguments stand beside each topic."""

    ROW = "row"                # (Row, RowState, SheetScope): a task or a product, what both have in common
    TASK = "task"              # (Row, RowState, SheetScope)
    COLLECTIVE = "collective"  # (SheetScope)
    COUNTS = "counts"          # (CollectiveSheet, SheetScope): a sound Phụ lục 09 against its own part I
    PRODUCT = "product"        # (Row, ProductState, SheetScope)
    OFFICER = "officer"        # (SheetScope)
    SCORE = "score"            # (OfficerSheet, Score, SheetScope): a sound sheet against the engine's figures
    PROPOSAL = "proposal"      # (ProposalRow, SheetScope)
    PROPOSALS = "proposals"    # (rows, SheetScope): all rows of Tổng hợp together
    DOSSIER = "dossier"        # (Row, SheetScope)
    PARTS = "parts"            # (SheetScope): the list of dossier parts as a whole
    OPINION = "opinion"        # (SheetScope, FormerStay | None): a former unit's, days served by the roster
    UNIT = "unit"              # (UnitSheetsView)
    ACROSS = "across"          # (records by unit, CheckContext)


CheckFunction = Callable[..., Iterable[Finding]]
Function = TypeVar("Function", bound=CheckFunction)


@dataclass(frozen=True)
class Check:
    """One registered check."""

    topic: Topic
    codes: tuple[str, ...]
    function: CheckFunction


_CHECKS: dict[Topic, list[Check]] = {topic: [] for topic in Topic}


def check(topic: Topic, *codes: str) -> Callable[[Function], Function]:
    """Register a check under ``topic``; ``codes`` are all it may raise. Runs in the order of registration."""
    def register(function: Function) -> Function:
        _CHECKS[topic].append(Check(topic, codes, function))
        return function
    return register


def run(topic: Topic, *subject: Any) -> Iterator[Finding]:
    """Everything the checks of ``topic`` find in ``subject``."""
    for item in _CHECKS[topic]:
        yield from item.function(*subject)


def registered() -> tuple[Check, ...]:
    """Every check, by topic: for the tests that hold codes, texts and checks together."""
    return tuple(item for topic in Topic for item in _CHECKS[topic])
