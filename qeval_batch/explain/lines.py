"""What an explanation is made of: lines with their clause and cells, sections of lines, and the source they are told from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from qeval_batch.core.cells import RowRef
from qeval_batch.explain.cells import Cell, CellBook, has_cell
from qeval_batch.model.batch import Batch
from qeval_batch.model.records import OfficerSheet, UnitRecord
from qeval_batch.model.results import OfficerResult
from qeval_batch.model.roster import Officer
from qeval_batch.model.trace import Step
from qeval_batch.rules.conditions import RULES
from qeval_batch.spec.keys import PolicyKey


@dataclass(frozen=True)
class ToldLine:
    """One line: a sentence with its clause, further figures, and the cells it rests on.

    ``indent`` 1 belongs to the line above it; ``urgent`` marks an error or warning somebody has to mend.
    """

    text: str
    citation: str = ""
    details: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    indent: int = 0
    urgent: bool = False


@dataclass(frozen=True)
class ToldSection:
    """A heading and its lines, in order."""

    title: str
    lines: tuple[ToldLine, ...]


@dataclass(frozen=True)
class ToldFrom:
    """What the sections are told from."""

    batch: Batch
    result: OfficerResult
    record: UnitRecord | None
    book: CellBook

    @property
    def officer(self) -> Officer:
        return self.batch.roster.officers[self.result.id]

    @property
    def sheet(self) -> OfficerSheet | None:
        return self.record.sheets.get(self.result.id) if self.record else None

    def cite(self, key: PolicyKey[Any]) -> str:
        return self.batch.spec.policy.citation(key)

    def form(self, form: str) -> str:
        """The clause a form carries: the source of what only stands in a cell."""
        return self.batch.spec.forms[form].citation.text

    def cells(self, at: RowRef, fields: Iterable[str]) -> tuple[Cell, ...]:
        return self.book.many(at.cell(name) for name in fields if has_cell(at, name))

    def line(self, step: Step, indent: int = 0) -> ToldLine:
        """A line of the trace as it was emitted; its blank cells are shown, for a blank may be the reason."""
        # A gap repeats the lines of the levels that failed; they already stand above it.
        told = {other.text for other in self.result.steps}
        details = tuple(text if name in RULES.values() else f"{name}: {text}" for name, text in step.inputs.items()
                        if text not in step.text and text not in told)
        return ToldLine(step.text, step.citation, details, self.book.many(step.cells, blanks=True), indent)
