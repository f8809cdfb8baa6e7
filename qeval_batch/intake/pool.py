"""Who is at fault when a reading process ends: the file, the machine, or the program; innocents never pay (docs/dev/errors.md).

A task whose process died, hung or broke the pool is tried once more, alone, in a process made for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from qeval_batch.core.defect import Defect
from qeval_batch.core.say import say
from qeval_batch.intake.crew import CLOCK_SECONDS, MEMORY_BYTES, PROCESSOR_SECONDS, Crew, Fell, Lost, Raised
from qeval_batch.workspace import CannotRun

__all__ = ["CLOCK_SECONDS", "MEMORY_BYTES", "PROCESSOR_SECONDS", "Attempt", "Lost", "Pool", "call", "pool"]


@dataclass(frozen=True, eq=False)
class Attempt:
    """One task under way, kept so that it can be tried again. ``about``: the file it reads, for people."""

    about: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    crew: Crew
    future: Future[Any]


class Pool:
    """``workers`` processes, each prepared by ``prepare(*given)``; made anew where it breaks."""

    def __init__(self, workers: int, prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
        self._workers, self._prepared = workers, (prepare, given)
        self._crew = Crew(workers, *self._prepared)

    def start(self, function: Callable[..., Any], *arguments: Any, about: str = "") -> Attempt:
        """Begin a task; all of ``function``, arguments and result must pickle."""
        if self._crew.broken:
            self._crew.stop()
            self._crew = Crew(self._workers, *self._prepared)
        return Attempt(about, function, arguments, self._crew, self._crew.start(function, arguments))

    def result(self, task: Attempt) -> Any:
        """What the task gave, or ``Lost`` where it broke a bound. Waits for it, never without end.

        Defect where the program itself failed; CannotRun where the machine ends its processes.
        """
        ended = task.crew.result(task.future)
        if isinstance(ended, Fell):
            self._crew.settle()
            ended = self._alone(task)
        if isinstance(ended, Raised):
            raise Defect(ended.report, task.about)
        return ended

    def stop(self) -> None:
        """End every process at once; what has not ended is lost."""
        self._crew.stop()

    def _alone(self, task: Attempt) -> Any:
        crew = Crew(1, *self._prepared)
        try:
            ended = crew.result(crew.start(task.function, task.arguments))
        finally:
            crew.stop()
        if not isinstance(ended, Fell):
            return ended
        if ended.lost is None:
            raise CannotRun(say("intake.pool.machine", about=task.about))
        return ended.lost


@contextlib.contextmanager
def pool(workers: int, prepare: Callable[..., None], given: tuple[Any, ...]) -> Iterator[Pool]:
    """A pool for the block; its processes end with it, however it ends."""
    opened = Pool(workers, prepare, given)
    try:
        yield opened
    finally:
        opened.stop()


def call(function: Callable[..., Any], *arguments: Any, about: str = "") -> Any:
    """One task in a process of its own; its result or ``Lost``."""
    with pool(1, _nothing, ()) as alone:
        return alone.result(alone.start(function, *arguments, about=about))


def _nothing() -> None:
    """Nothing to prepare."""
