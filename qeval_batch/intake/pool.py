"""Processes that can be killed one by one: what a file does to its reader costs that file, never the batch.

Each task has ``PROCESSOR_SECONDS`` of processor time, ``CLOCK_SECONDS`` by the clock, and ``MEMORY_BYTES`` above what
the process needs for itself. Where a system knows no such limits (Windows) the clock and the bounds of
``workbook.limits`` remain. Processor time decides before the clock: a busy machine must not change an outcome.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Overdue
from dataclasses import dataclass
from typing import Any

PROCESSOR_SECONDS = 5
CLOCK_SECONDS = 60
MEMORY_BYTES = 300 * 2**20
_BY_SIGNAL = {"SIGXCPU": "FILE_TIMEOUT", "SIGABRT": "FILE_MEMORY", "SIGKILL": "FILE_MEMORY"}


@dataclass(frozen=True)
class Lost:
    """What a task left that had to be given up: the finding's code, and the kind of fault."""

    code: str
    why: str = "tiến trình đọc dừng đột ngột"


class Pool:
    """``workers`` processes, each prepared by ``prepare(*given)``; a killed one is replaced by the next."""

    def __init__(self, workers: int, prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
        from pebble import ProcessPool

        self._pool = ProcessPool(workers, initializer=_enter, initargs=(prepare, given), context=_context())

    def start(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Begin a task; all of ``function``, arguments and result must pickle."""
        return self._pool.schedule(_bounded, args=(function, arguments), timeout=CLOCK_SECONDS)

    def stop(self) -> None:
        """End every process at once; what has not ended is lost."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


@contextlib.contextmanager
def pool(workers: int, prepare: Callable[..., None], given: tuple[Any, ...]) -> Iterator[Pool]:
    """A pool for the block; its processes end with it, however it ends."""
    opened = Pool(workers, prepare, given)
    try:
        yield opened
    finally:
        opened.stop()


def result_of(task: Future[Any]) -> Any:
    """The task's result, or ``Lost`` where its process was killed, died or the function failed. Waits for it."""
    from pebble import ProcessExpired

    try:
        return task.result()
    except Overdue:
        return Lost("FILE_TIMEOUT")
    except ProcessExpired as died:
        return Lost(_BY_SIGNAL.get(_signal_name(died.exitcode), "FILE_READER_FAULT"))
    except MemoryError:
        return Lost("FILE_MEMORY")
    except Exception as fault:  # whatever one file does, the others are still to be read
        return Lost("FILE_READER_FAULT", type(fault).__name__)


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """One task in a process of its own; its result or ``Lost``."""
    with pool(1, _nothing, ()) as alone:
        return result_of(alone.start(function, *arguments))


def results(tasks: Iterable[Future[Any]]) -> Iterator[Any]:
    """Results in the order of the tasks."""
    return (result_of(task) for task in tasks)


def _nothing() -> None:
    """Nothing to prepare."""


def _context() -> Any:
    """Fresh processes without this one's threads and memory; from a server that forks them where there is one."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["qeval_batch.intake.reading", "python_calamine"])
    return context


# --- In the process --------------------------------------------------------------------------------------------------
def _enter(prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
    prepare(*given)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_own_size() + MEMORY_BYTES, hard))


def _own_size() -> int:
    """Bytes of address space this process has by itself; OSError where the system does not tell."""
    with open("/proc/self/statm", encoding="ascii") as source:
        return int(source.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _bounded(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + PROCESSOR_SECONDS, hard))
    return function(*arguments)


def _signal_name(exitcode: int | None) -> str:
    try:
        return signal.Signals(-exitcode).name if exitcode is not None and exitcode < 0 else ""
    except ValueError:
        return ""
