"""How units and officers are counted: one vocabulary and one scope per figure, for screens, tables and letters (R84).

A unit's file came (`đã nhận`) and is sound (`đạt`) or goes back (`trả lại`), or none came (`chưa nộp`). Officers are
counted apart by who decides on them. The parts add up to the total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from qeval_batch import messages
from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import OfficerResult, Scope, Status, UnitResult

MISSING, RETURNED, NOT_FOUND = "missing", "returned", "not_found"

LEVELS = (1, 2, 3, 4)
# Order of the columns after the four levels (forms.md: count table per group).
STATUSES = (Status.DEFERRED, Status.REVIEW, Status.INSUFFICIENT, Status.MISSING, Status.PENDING, Status.EXCLUDED)
CountedStage = Literal["proposed", "eligible"]


@dataclass(frozen=True)
class Reception:
    """Units: ``units`` = ``received`` + ``missing``, ``received`` = ``accepted`` + ``returned`` + ``not_found``."""

    name: str
    units: int
    received: int
    accepted: int
    returned: int
    missing: int
    not_found: int = 0          # received by the register's word, its file nowhere


def reception(name: str, units: Iterable[UnitResult]) -> Reception:
    """What came of ``units``."""
    states = Counter(item.status for item in units)
    total, missing, returned, lost = sum(states.values()), states[MISSING], states[RETURNED], states[NOT_FOUND]
    return Reception(name, total, total - missing, total - missing - returned - lost, returned, missing, lost)


def timeliness(units: Iterable[UnitResult]) -> tuple[tuple[str, int], ...]:
    """When what came was complete, in words: of units that sent something; who sent nothing is told once, as missing.

    A unit whose file came, though nothing in it can be used, is not yet anything: `unknown`.
    """
    words = messages.words()["timeliness"]
    states = Counter("unknown" if item.timeliness == MISSING else item.timeliness
                     for item in units if item.status != MISSING)
    return tuple((text, states[code]) for code, text in words.items() if code != MISSING)


@dataclass(frozen=True)
class Tally:
    """``total`` = Σ ``by_level`` + Σ ``by_status``; a tie at the cut counts as `Cần xem xét`."""

    total: int
    by_level: Mapping[int, int]
    by_status: Mapping[Status, int]


def level_at(officer: OfficerResult, stage: CountedStage) -> int | None:
    """The level an officer holds at a stage, None where there is none yet."""
    return officer.levels.proposed if stage == "proposed" else officer.levels.eligible


def tally(officers: Iterable[OfficerResult], stage: CountedStage) -> Tally:
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


@dataclass(frozen=True)
class LevelCounts:
    """The count of those one level of authority decides on, at the stage the program proposes."""

    name: str
    count: Tally

    @property
    def figures(self) -> list[tuple[str, int]]:
        """Each level and each status in words; they add up to ``count.total``."""
        words = messages.words()
        return [*((words["level"][str(level)], number) for level, number in self.count.by_level.items()),
                *((words["status"][status.value], number) for status, number in self.count.by_status.items())]


def level_counts(batch: Batch) -> tuple[LevelCounts, ...]:
    """Of this authority, of the centre, of lower levels; a level nobody stands under is left out."""
    own = Scope.OWN if any(item.scope is Scope.OWN for item in batch.result.officers) else Scope.BTV
    names = (say("render.counting.scope", whose=messages.words()["scope"][scope.value])
             for scope in (own, Scope.TW, Scope.LOWER))
    return tuple(LevelCounts(name, tally(found, "proposed"))
                 for name, found in zip(names, by_decider(batch), strict=True) if found)


def by_decider(batch: Batch) -> tuple[list[OfficerResult], list[OfficerResult], list[OfficerResult]]:
    """The officers Ban Thường vụ decides on, those the centre decides on, those of lower levels (R03, R52)."""
    officers = [item for item in batch.result.officers if item.here]
    return (list(batch.result.listed), [item for item in officers if item.scope is Scope.TW],
            [item for item in officers if item.scope is Scope.LOWER])
