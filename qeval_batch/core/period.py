"""A quarter as a value: its dates, its neighbours, its name in papers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta, timezone

from qeval_batch.core.say import say

_PATTERN = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_ROMAN = ("I", "II", "III", "IV")
_MONTHS_PER_QUARTER = 3
# Viet Nam keeps UTC+7 all year, so no time-zone database is needed (Windows ships none).
VIETNAM_TIME = timezone(timedelta(hours=7), "ICT")


@dataclass(frozen=True, order=True)
class Period:
    """One quarter, written ``2026-Q3``."""

    year: int
    quarter: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2026-Q3``; ValueError (in Vietnamese) for anything else."""
        match = _PATTERN.fullmatch(text.strip())
        if match is None:
            raise ValueError(say("core.period.not_a_quarter", text=text))
        return cls(int(match[1]), int(match[2]))

    @property
    def start(self) -> date:
        return date(self.year, _MONTHS_PER_QUARTER * (self.quarter - 1) + 1, 1)

    @property
    def end(self) -> date:
        return self.next().start - timedelta(days=1)

    def next(self) -> Period:
        return Period(self.year + 1, 1) if self.quarter == 4 else Period(self.year, self.quarter + 1)

    def previous(self) -> Period:
        return Period(self.year - 1, 4) if self.quarter == 1 else Period(self.year, self.quarter - 1)

    @property
    def roman(self) -> str:
        return _ROMAN[self.quarter - 1]

    @property
    def label(self) -> str:
        """``quý III năm 2026``, as papers write it."""
        return say("core.period.label", quarter=self.roman, year=self.year)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}"
