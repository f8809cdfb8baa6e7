"""Every distinct workbook of the inbox read once, in one process or several; the same values whatever the number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from qeval_batch.core.period import Period
from qeval_batch.intake.scan import Arrival
from qeval_batch.spec.load import Spec
from qeval_batch.submission import Submission
from qeval_batch.workbook.read import read_workbook

# A task per file would spend more on passing messages than on reading.
_FILES_PER_TASK = 8
_context: tuple[Spec, bytes, Period] | None = None


def distinct(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Arrivals still to be read, each content once: the first by name stands for its copies."""
    seen: set[str | None] = set()
    found = []
    for arrival in arrivals:
        if arrival.outcome is None and arrival.sha256 not in seen:
            seen.add(arrival.sha256)
            found.append(arrival)
    return found


def read_all(arrivals: Sequence[Arrival], spec: Spec, key: bytes, period: Period, workers: int,
             progress: Callable[[Sequence[Any]], Iterable[Any]]) -> list[Submission]:
    """One submission per arrival, in their order. OSError when a file went away since it was scanned."""
    if workers <= 1 or len(arrivals) <= _FILES_PER_TASK:
        return [read_workbook(item.name, item.read(), spec, key, period) for item in progress(arrivals)]
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers, initializer=_prepare, initargs=(spec, key, period)) as pool:
        results = pool.map(_read_one, arrivals, chunksize=_FILES_PER_TASK)
        return [next(results) for _ in progress(arrivals)]


def _prepare(spec: Spec, key: bytes, period: Period) -> None:
    global _context
    _context = spec, key, period


def _read_one(arrival: Arrival) -> Submission:
    assert _context is not None
    return read_workbook(arrival.name, arrival.read(), *_context)
