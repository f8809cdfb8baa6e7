"""Counts of officers by level and status, as every table and letter prints them; the parts add up to the total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from qeval_batch.model.results import OfficerResult, Status

LEVELS = (1, 2, 3, 4)
# Order of the columns after the four levels (forms.md: count table per group).
STATUSES = (Status.DEFERRED, Status.REVIEW, Status.INSUFFICIENT, Status.MISSING, Status.PENDING, Status.EXCLUDED)
Stage = Literal["proposed", "eligible"]


@dataclass(frozen=True)
class Tally:
    """``total`` = Σ ``by_level`` + Σ ``by_status``; a tie at the cut counts as `Cần xem xét`."""

    total: int
    by_level: Mapping[int, int]
    by_status: Mapping[Status, int]


def level_at(officer: OfficerResult, stage: Stage) -> int | None:
    """The level an officer holds at a stage, None where there is none yet."""
    return officer.levels.proposed if stage == "proposed" else officer.levels.eligible


def tally(officers: Iterable[OfficerResult], stage: Stage) -> Tally:
    """Count ``officers`` by the level they hold at ``stage``, the others by status."""
    levels: Counter[int] = Counter()
    statuses: Counter[Status] = Counter()
    total = 0
    for officer in officers:
        total += 1
        level = level_at(officer, stage)
        if level is not None:
            levels[level] += 1
        else:
            statuses[Status.REVIEW if officer.status is Status.GRADED else officer.status] += 1
    return Tally(total, {level: levels[level] for level in LEVELS}, {item: statuses[item] for item in STATUSES})
