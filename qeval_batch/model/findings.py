"""Findings: what is wrong in somebody's data, as a value that is collected and never raised."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as attribute

from qeval_batch.core.cells import CellRef, column_letter
from qeval_batch.model.act import Act


class Severity(enum.StrEnum):
    """An error blocks what it stands in; a warning and a note block nothing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Part(enum.StrEnum):
    """What an error blocks (rules.md: the error paragraph): the narrowest thing that cannot be used."""

    FILE = "file"              # container or stamp: everything in the file
    COLLECTIVE = "collective"  # Phụ lục 09: every officer of the unit is `insufficient`
    OFFICER = "officer"        # an officer's sheet: that officer is `insufficient`
    PROPOSAL = "proposal"      # a row of Tổng hợp: that officer is `pending`
    DOSSIER = "dossier"        # Hồ sơ: blocks nobody's grade
    OPINION = "opinion"        # a former unit's opinion: that officer is `pending` where it is mandatory
    REPORT = "report"          # a row of the result report: what was projected stays so
    ASSESSMENT = "assessment"  # a row of an assessing body: it is not compared; blocks nobody
    PAPER = "paper"            # a paper whose template is at fault: that paper alone is not made
    ADVICE = "advice"          # a row of a body asked for its opinion: it does not count; blocks nobody
    ROSTER = "roster"          # one person of the roster: that officer is `insufficient`


@dataclass(frozen=True, order=True)
class Where:
    """The place of a finding; ``None`` where a level of the address does not apply."""

    part: Part
    unit: str | None = None
    officer: str | None = None
    file: str | None = None
    sheet: str | None = None
    cell: CellRef | None = None

    def at(self, ref: CellRef) -> Where:
        """The same place narrowed to one cell."""
        return Where(self.part, self.unit, self.officer, ref.file, ref.sheet, ref)

    @property
    def a1(self) -> str | None:
        """The cell as a person reads it."""
        return self.cell.a1 if self.cell else None


@dataclass(frozen=True)
class Finding:
    """A code of the message catalogue, a place, and the values its text needs (all already text).

    ``waived``: who lifted it by hand; it is still told, and blocks nothing. Two findings are one with or without it.
    """

    code: str
    where: Where
    params: tuple[tuple[str, str], ...] = ()
    waived: Act | None = attribute(default=None, compare=False)

    @property
    def sort_key(self) -> tuple[str, ...]:
        w = self.where
        return tuple(str(part or "") for part in (w.unit, w.officer, w.file, w.sheet)) + (
            _cell_key(w.cell), self.code, repr(self.params))


def finding(code: str, where: Where, **params: object) -> Finding:
    """A finding with its text parameters; the catalogue (``messages``) gives severity, words and citation."""
    return Finding(code, where, tuple(sorted((name, str(value)) for name, value in params.items())))


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, by unit, officer, file, sheet, cell, code: the order of every list that is printed."""
    return sorted(set(findings), key=lambda item: item.sort_key)


def _cell_key(cell: CellRef | None) -> str:
    return f"{cell.row:>8}{column_letter(cell.column):>4}" if cell else ""
