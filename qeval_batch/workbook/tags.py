"""Cell A1 of a sheet: which sheet it is and whose, so that a renamed one is known and a foreign one is not taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_MARK, _NONE = "qeval", "-"
# Tags written before 2026-11 do not say unit and quarter.
_SHORT, _WHOLE = 4, 6


@dataclass(frozen=True)
class Tag:
    """What a sheet says of itself. ``officer`` "": nobody's own; ``unit`` and ``period`` "": not said."""

    form: str
    sheet: str
    officer: str
    unit: str = ""
    period: str = ""

    def __str__(self) -> str:
        return "|".join((_MARK, self.form, self.sheet, self.officer or _NONE, self.unit, self.period))

    @property
    def place(self) -> tuple[str, str, str]:
        return self.form, self.sheet, self.officer

    def of(self, unit: str, period: str) -> bool:
        """Whether nothing it says is against its being a sheet of this unit and quarter."""
        return self.unit in ("", unit) and self.period in ("", period)


def parse(raw: Any) -> Tag | None:
    """The tag a cell holds; None for anything else."""
    if not isinstance(raw, str) or not raw.startswith(f"{_MARK}|"):
        return None
    parts = raw.split("|")
    if len(parts) not in (_SHORT, _WHOLE):
        return None
    form, sheet, officer, *owner = parts[1:]
    return Tag(form, sheet, "" if officer == _NONE else officer, *owner)
