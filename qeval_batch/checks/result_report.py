"""The unit's result report: each row marked `Ước` confirmed or corrected before anything is checked (LD VII.2.3, R13).

What the report confirms or corrects takes the place of what was projected; every check then sees it as it sees any
other row, and names the report's cell. What stays open stays projected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qeval_batch.checks.scope import (
    code_key,
    day,
    mark,
    number,
    text,
    vi_date,
    vi_figure,
)
from qeval_batch.core.cells import CellRef, RowRef
from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.roster import Unit
from qeval_batch.model.submission import INVALID, Row, SheetData
from qeval_batch.spec.load import Spec

TASKS, PRODUCTS = "result_tasks", "result_products"
_CONFIRM, _PROJECTED = "confirm", "projected"
_COMMON = ("completed", "exceeded", "response", "cause", "confirm_document", "confirm_body")
# What a report may correct: field of the report -> field of the declared row, the same name on both.
CORRECTIONS: Mapping[str, tuple[str, ...]] = {
    TASKS: ("status", *_COMMON),
    PRODUCTS: ("done", "quality_pct", "progress_pct", "leadership_pct", *_COMMON),
}
_DECLARED = {TASKS: ("collective", "tasks"), PRODUCTS: ("officer", "products")}
_RATES = ("quality_pct", "progress_pct", "leadership_pct")
_YES_NO = {"yes": True, "no": False}


def task_line(index: int) -> str:
    """The report's own name of the ``index``-th task (from 1) of Phụ lục 09."""
    return f"NV-{index:02d}"


def product_line(officer: str, index: int) -> str:
    """The report's own name of the ``index``-th product (from 1) of an officer."""
    return f"{officer}-{index:02d}".upper()


@dataclass
class _Declared:
    """One sheet with declared rows: the rows as they stand, and the files that corrected some of them."""

    sheet: SheetData
    rows: list[Row]
    files: set[str]

    def amended(self, block: str) -> SheetData:
        return replace(self.sheet, blocks={**self.sheet.blocks, block: tuple(self.rows)},
                       amended_by=tuple(sorted(self.files)))


def amend(unit: Unit, sheets: Sequence[SheetData], spec: Spec) -> tuple[list[SheetData], list[Finding]]:
    """The unit's sheets with its result report worked in, without the report's own; and what is found on the way."""
    reports = [sheet for sheet in sheets if sheet.sheet in CORRECTIONS]
    others = [sheet for sheet in sheets if sheet.sheet not in CORRECTIONS]
    found: list[Finding] = []
    for report in reports:
        kind, block = _DECLARED[report.sheet]
        declared = {sheet.officer or "": _Declared(sheet, list(sheet.rows(block)), set())
                    for sheet in others if sheet.sheet == kind}
        found += _Report(unit, report, declared, spec).work()
        others = [declared[sheet.officer or ""].amended(block) if sheet.sheet == kind else sheet for sheet in others]
    return others, found


@dataclass
class _Report:
    """One sheet of the report being worked in."""

    unit: Unit
    sheet: SheetData
    declared: Mapping[str, _Declared]
    spec: Spec

    def work(self) -> Iterator[Finding]:
        confirmed: list[Row] = []
        still_open: list[Row] = []
        for row in self.sheet.rows(self.sheet.sheet):
            target = self._target(row)
            given = [name for name in CORRECTIONS[self.sheet.sheet] if row[name] is not None]
            if any(row[name] is INVALID for name in given):
                continue                     # its error is told by the reader; what was projected stays so
            if target is None:
                if given or mark(row, _CONFIRM):
                    yield self._found("RESULT_ROW_UNKNOWN", row, "line", line=row.key or "?", text=self._text(row))
            elif given and mark(row, _CONFIRM):
                yield self._found("RESULT_BOTH", row, _CONFIRM, line=row.key or "?")
            elif given:
                yield from self._correct(row, *target, given)
            elif mark(row, _CONFIRM):
                confirmed.append(row)
                holder, index = target
                done = holder.rows[index]
                holder.rows[index] = Row({**done.values, _PROJECTED: False}, done.at, done.key, row.at.cell(_CONFIRM))
            else:
                still_open.append(row)
        for code, rows in (("RESULT_CONFIRMED", confirmed), ("RESULT_OPEN", still_open)):
            if rows:
                where = Where(Part.REPORT, self.unit.id).at(rows[0].at.cell(_CONFIRM))
                yield finding(code, where, count=len(rows), lines=", ".join(row.key or "?" for row in rows))

    def _target(self, row: Row) -> tuple[_Declared, int] | None:
        """The declared row still marked `Ước` that says the same; of several the one at the place it was written from."""
        officer, _, ordinal = (row.key or "").rpartition("-")
        holder = self.declared.get("" if self.sheet.sheet == TASKS else officer)
        if holder is None or not ordinal.isdecimal():
            return None
        alike = [index for index, item in enumerate(holder.rows) if mark(item, _PROJECTED) and _same(item, row)]
        here = int(ordinal) - 1
        index = here if here in alike else alike[0] if len(alike) == 1 else None
        return None if index is None else (holder, index)

    def _correct(self, row: Row, holder: _Declared, index: int, given: Sequence[str]) -> Iterator[Finding]:
        before = holder.rows[index]
        changes = {name: _YES_NO.get(str(row[name])) if name == "exceeded" else row[name] for name in given}
        values = {**before.values, **changes, _PROJECTED: False}
        values |= _follow_task(values, changes) if self.sheet.sheet == TASKS else _follow_product(values, changes)
        cells = {name: row.at.cell(name) for name in CORRECTIONS[self.sheet.sheet] if name in row.at.columns}
        at = RowRef(before.at.file, before.at.sheet, before.at.row, before.at.columns, before.at.rows, cells)
        holder.rows[index] = Row(values, at, before.key, row.at.cell(given[0]))
        holder.files.add(row.at.file)
        block = self.spec.forms[self.sheet.form].sheet(self.sheet.sheet).block(self.sheet.sheet)
        told = [f"{block.field(name).label}: {self._shown(block.field(name).choices, before[name])} → "
                f"{self._shown(block.field(name).choices, values[name])}" for name in given]
        yield self._found("RESULT_CORRECTED", row, given[0], line=row.key or "?", changes="; ".join(told))

    def _shown(self, choices: str | None, value: Any) -> str:
        if value is None or value is INVALID:
            return say("checks.result_report.blank")
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if choices is not None:
            return self.spec.lists[choices].label(str(value))
        figure = number(Row({"value": value}, RowRef("", "", 0)), "value")
        date = day(Row({"value": value}, RowRef("", "", 0)), "value")
        return vi_date(date) if date is not None else vi_figure(figure) if figure is not None else str(value)

    def _text(self, row: Row) -> str:
        return text(row, "code") or text(row, "product") or text(row, "task") or "…"

    def _found(self, code: str, row: Row, field: str, **params: object) -> Finding:
        officer = (row.key or "").rpartition("-")[0] if self.sheet.sheet == PRODUCTS else None
        ref: CellRef = row.at.cell(field)
        where = Where(Part.REPORT, self.unit.id, officer if officer in self.declared else None)
        return finding(code, where.at(ref), **params)


def _same(declared: Row, reported: Row) -> bool:
    """Whether a row of the report was written from this declared row: what it does is unchanged."""
    if reported.values.get("product") is None:
        code = text(reported, "code")
        return code is not None and code_key(text(declared, "code") or "") == code_key(code)
    return (match_key(text(declared, "product") or "") == match_key(text(reported, "product") or "")
            and code_key(text(declared, "task_code") or "") == code_key(text(reported, "task_code") or ""))


def _follow_task(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a correction of a task says without writing it: the status of a date, no date and no `Vượt mức` undone."""
    if values.get("status") == "not_done":
        return {name: changes.get(name, empty) for name, empty in (("completed", None), ("exceeded", False))}
    completed, deadline = values.get("completed"), values.get("deadline")
    if "completed" in changes and "status" not in changes and completed and deadline not in (None, INVALID):
        return {"status": "on_time" if completed <= deadline else "late"}
    return {}


def _follow_product(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a product: nothing done has no date and no rates; whole and in time it needs no progress."""
    done, assigned, completed, deadline = (values.get(name) for name in ("done", "assigned", "completed", "deadline"))
    if done == 0:
        blank: dict[str, Any] = {"completed": None, "exceeded": False, **dict.fromkeys(_RATES)}
        return {name: changes.get(name, empty) for name, empty in blank.items()}
    known = all(value not in (None, INVALID) for value in (done, assigned, completed, deadline))
    if known and "progress_pct" not in changes and done >= assigned and completed <= deadline:  # type: ignore[operator]
        return {"progress_pct": None}
    return {}
