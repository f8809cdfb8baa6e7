"""Progress is the caller's affair: it wraps an iterable under a Vietnamese label and yields it unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Progress = Callable[[Sequence[Any], str], Iterable[Any]]
# The same with its label said already.
Watch = Callable[[Sequence[Any]], Iterable[Any]]


def silent(items: Sequence[Any], label: str) -> Iterable[Any]:
    """Progress for nobody."""
    del label
    return items
