"""Rosters for the tests: the sample as rows by label, changed where a test wants it, saved by another writer (openpyxl)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from qeval_batch.checks.roster import load_roster
from qeval_batch.core.cells import RowRef, column_letter
from qeval_batch.core.period import Period
from qeval_batch.model.findings import Finding
from qeval_batch.model.roster import Roster
from qeval_batch.roster.sample import sample_roster
from qeval_batch.roster.write import rows_of
from qeval_batch.spec.form import Type
from qeval_batch.spec.load import Spec, load_spec

FORMS = Path(__file__).resolve().parent.parent / "forms"
PERIOD = Period(2026, 3)
Rows = list[dict[str, Any]]
Tables = dict[str, Rows]
_NOWHERE = RowRef("", "", 0)


@cache
def spec() -> Spec:
    return load_spec(FORMS, PERIOD.end)


def labels(sheet: str) -> list[str]:
    """Column labels of a roster sheet, in the form's order."""
    form = next(item for item in spec().forms["danh-muc"].sheets if item.name == sheet)
    return [field.label for field in form.blocks[0].fields]


def tables(roster: Roster | None = None) -> Tables:
    """The roster (the sample) as rows by label, with the values a person would see in the cells."""
    rows = rows_of(roster or sample_roster())
    made: Tables = {}
    for form in spec().forms["danh-muc"].sheets:
        fields = form.blocks[0].fields
        made[form.name] = [{field.label: _shown(field, row.get(field.id)) for field in fields} for row in rows[form.id]]
    return made


def _shown(field: Any, value: Any) -> Any:
    if field.type is Type.MARK:
        return "x" if value else None
    if field.type is Type.CHOICE and value is not None:
        return spec().lists[field.choices].label(value)
    return float(value) if isinstance(value, Decimal) else value


def save(path: Path, content: Mapping[str, Rows], columns: Callable[[str, Sequence[str]], Sequence[str]] | None = None,
         lead: int = 0) -> Path:
    """Write the tables with openpyxl: header in row ``lead`` + 1, columns in the order ``columns`` chooses."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in content.items():
        page = book.create_sheet(name)
        order = list(columns(name, labels(name)) if columns else labels(name))
        for column, label in enumerate(order, start=1):
            page.cell(lead + 1, column, label)
        for number, row in enumerate(rows, start=lead + 2):
            for column, label in enumerate(order, start=1):
                page.cell(number, column).value = row.get(label)
    book.save(path)
    return path


def load(folder: Path, content: Mapping[str, Rows], **how: Any) -> tuple[Roster, list[Finding]]:
    return load_roster(save(folder / "danh-muc.xlsx", content, **how), spec(), PERIOD)


def cell(sheet: str, row: int, label: str) -> str:
    """``F3``: the address of the ``row``-th data row (from 0) under ``label``."""
    return f"{column_letter(labels(sheet).index(label) + 1)}{row + 2}"


def placeless(roster: Roster) -> Roster:
    """The roster without its cell addresses, to compare what it says."""
    def strip(item: Any) -> Any:
        return dataclasses.replace(item, at=_NOWHERE) if hasattr(item, "at") else item

    changes: dict[str, Any] = {}
    for field in dataclasses.fields(roster):
        value = getattr(roster, field.name)
        changes[field.name] = {key: strip(item) for key, item in value.items()} if isinstance(value, dict) \
            else tuple(map(strip, value))
    return dataclasses.replace(roster, **changes)


def day(text: str) -> date:
    return date.fromisoformat(text)
