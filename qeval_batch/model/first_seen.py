"""When each content was first seen, as earlier runs recorded it: the file's clock, kept once (R61)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_NEXT = timedelta(seconds=1)


@dataclass(frozen=True)
class FirstSeen:
    """``arrived``: sha256 -> arrival by the file's clock. ``last``: the last run before this one, None when none was."""

    arrived: Mapping[str, datetime] = field(default_factory=dict)
    last: datetime | None = None

    def bounded(self, clock: datetime | None, as_of: datetime) -> datetime:
        """The arrival a run at ``as_of`` records of a file it sees first.

        Not later than the run, and later than the run before, whose inbox did not hold it: a copied file keeps the
        clock of its writer, and what the run before saw under a clock that was ahead must stay the older one.
        """
        arrived = clock or as_of
        return min(arrived if self.last is None else max(arrived, self.last + _NEXT), as_of)
