"""Processes that can be killed one by one, each task bounded in processor time, clock and memory.

Each task has ``PROCESSOR_SECONDS`` of processor time, ``CLOCK_SECONDS`` by the clock, and ``MEMORY_BYTES`` above what
the process needs for itself. Where a system knows no such limits (Windows) the clock and the bounds of
``spreadsheet.limits`` remain. Processor time decides before the clock: a busy machine must not change an outcome.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as Overdue
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from threading import Thread
from typing import Any

PROCESSOR_SECONDS = 5
CLOCK_SECONDS = 60
MEMORY_BYTES = 300 * 2**20
# Every task ends at its clock, and a process starts in a second: where none ends for this long, the crew hangs.
HUNG_SECONDS = CLOCK_SECONDS + 30
_STOP_SECONDS = 10
_LOOK_SECONDS = 1
# What a process does to itself while it reads; every other death comes from outside.
_OWN_FAULTS = frozenset(("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGSYS", "SIGTRAP"))
# The same where a process ends with a status: access violation, stack overflow, stack damaged.
_OWN_STATUS = frozenset((0xC0000005, 0xC00000FD, 0xC0000409))


@dataclass(frozen=True)
class Lost:
    """What a task left that had to be given up: the finding's code, and the kind of fault."""

    code: str
    why: str = "tiến trình đọc dừng đột ngột"


@dataclass(frozen=True)
class Fell:
    """A try that gave nothing and says little yet. ``lost``: what it comes to should it fall again, alone; None where
    the task is no cause of such a death."""

    lost: Lost | None = None


@dataclass(frozen=True)
class Raised:
    """A task that ended in an exception nobody expected: the traceback."""

    report: str


class Crew:
    """``workers`` processes, each prepared by ``prepare(*given)``; a killed one is replaced by the next."""

    def __init__(self, workers: int, prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
        from pebble import ProcessPool

        self._pool = ProcessPool(workers, initializer=_enter, initargs=(prepare, given), context=_context())
        self._open: set[Future[Any]] = set()
        self.broken = False

    def start(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Future[Any]:
        """Begin a task; all of ``function``, arguments and result must pickle."""
        future: Future[Any]
        try:
            future = self._pool.schedule(_bounded, args=(function, arguments), timeout=CLOCK_SECONDS)
        except (BrokenProcessPool, RuntimeError) as error:
            self.broken, future = True, Future()
            future.set_exception(BrokenProcessPool(str(error)))
        self._open.add(future)
        return future

    def result(self, task: Future[Any]) -> Any:
        """What the task gave, or ``Lost``, ``Fell``, ``Raised``. Waits as long as anything of the crew still ends."""
        self._wait(task)
        if not task.done():
            return Fell()
        self._open.discard(task)
        return _ended(task)

    def settle(self) -> None:
        """Wait until nothing runs."""
        for task in tuple(self._open):
            self._wait(task)

    def stop(self) -> None:
        """End every process at once; what has not ended is lost. What will not end is left behind."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        ending = Thread(target=_quietly, args=(self._pool.join,), daemon=True)
        ending.start()
        ending.join(_STOP_SECONDS)

    def _wait(self, task: Future[Any]) -> None:
        since = time.monotonic()
        while not task.done() and not self.broken:
            ended, self._open = wait(self._open, _LOOK_SECONDS, FIRST_COMPLETED)
            if ended:
                since = time.monotonic()
            elif time.monotonic() - since > HUNG_SECONDS or not self._pool.active:
                self.broken = True


def _ended(task: Future[Any]) -> Any:
    from pebble import ProcessExpired

    try:
        return task.result()
    except Overdue:
        return Fell(Lost("FILE_TIMEOUT"))
    except ProcessExpired as died:
        return _death(died.exitcode)
    except BrokenProcessPool:
        return Fell()
    except Exception:  # arguments or a result that cannot pass between processes: a defect like any other
        return Raised(traceback.format_exc())


def _death(exitcode: int | None) -> Lost | Fell:
    """What a process's end says of its task. Its own processor time is its own affair, however busy the machine."""
    name = _signal_name(exitcode)
    if name == "SIGXCPU":
        return Lost("FILE_TIMEOUT")
    if name == "SIGABRT":      # how the libraries below end where the memory they are allowed is used up
        return Fell(Lost("FILE_MEMORY"))
    if name in _OWN_FAULTS or exitcode in _OWN_STATUS:
        return Fell(Lost("FILE_READER_FAULT", name or f"{exitcode:#x}"))
    return Fell()


def _signal_name(exitcode: int | None) -> str:
    try:
        return signal.Signals(-exitcode).name if exitcode is not None and exitcode < 0 else ""
    except ValueError:
        return ""


def _quietly(end: Callable[[], None]) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        end()


def _context() -> Any:
    """Fresh processes without this one's threads and memory; from a server that forks them where there is one."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["qeval_batch.intake.reading", "python_calamine"])
    return context


# --- In the process --------------------------------------------------------------------------------------------------
_unprepared: Raised | None = None
_own_bytes: int | None = None


def _enter(prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
    """Make ready. What fails here fails every task: it is told by the first, not by a process that only dies."""
    global _unprepared, _own_bytes
    try:
        prepare(*given)
    except Exception:
        _unprepared = Raised(traceback.format_exc())
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _own_bytes = _own_size()


def _own_size() -> int:
    """Bytes of address space this process has by itself; OSError where the system does not tell."""
    with open("/proc/self/statm", encoding="ascii") as source:
        return int(source.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _bounded(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    if _unprepared is not None:
        return _unprepared
    try:
        _limit(math.ceil(time.process_time()) + PROCESSOR_SECONDS, _own_bytes and _own_bytes + MEMORY_BYTES)
        return function(*arguments)
    except MemoryError:
        return Fell(Lost("FILE_MEMORY"))
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException:  # a panic of the libraries below is no Exception
        return Raised(traceback.format_exc())
    finally:
        # What is sent is bounded, and sending it is no part of the task.
        _limit(None, None)


def _limit(seconds: int | None, size: int | None) -> None:
    """Bound this process from here on; None: as the system does."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        for kind, bound in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, size)):
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (hard if bound is None else bound, hard))
