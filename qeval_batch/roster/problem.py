"""Why danh-muc.xlsx cannot be used at all (exit code 2)."""

from __future__ import annotations

from collections.abc import Sequence

from qeval_batch.core.say import say


class RosterError(Exception):
    """The roster cannot be used; ``problems`` are Vietnamese lines: file, sheet, cell, what is wrong, what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def problem(file: str, what: str, cure: str, sheet: str | None = None, cell: str | None = None) -> str:
    """One line of a RosterError: ``danh-muc.xlsx, trang «Cán bộ», ô A17: … …``."""
    place = file + (f", trang «{sheet}»" if sheet else "") + (say("roster.problem.cell", cell=cell) if cell else "")
    return f"{place}: {what} {cure}"
