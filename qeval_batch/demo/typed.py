"""Filling a blank template by hand: the demo's proof that what goes out can be typed into, saved again and read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from qeval_batch.core.decimals import vi_number
from qeval_batch.demo.answers import UnitAnswers
from qeval_batch.spec.form import Field, Type
from qeval_batch.spec.load import Spec
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.layout import BlockPlace, RowPlace, lay_out


def fill_by_hand(template: bytes, facts: UnitFacts, answers: UnitAnswers) -> bytes:
    """``template`` with the answers typed as people type them: «8,5», dates and figures as text, ``X`` for a mark.

    The file is saved by another program than the one that wrote it, so its bytes differ in every part.
    """
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(template))
    for sheet in lay_out(facts, answers=answers).sheets:
        blocks = answers.get((sheet.sheet.id, sheet.officer.id if sheet.officer else None))
        if not blocks:
            continue
        page = book[sheet.name]
        for block in sheet.blocks:
            for field, place, column in _cells(block, blocks.get(block.block.id, ())):
                value = place.answer.get(field.id)
                if value is not None and value is not False:
                    page.cell(place.row, column).value = typed(value, field, facts.spec)
    book.properties.modified = book.properties.created
    return _saved(book)


def _cells(block: BlockPlace, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Field, RowPlace, int]]:
    """The input cells of a block that has answers."""
    if not rows:
        return
    lines = block.block.kind == "fields"
    for place in block.rows:
        for field in block.block.fields:
            if field.source == "input" and (not lines or place.key == field.id):
                yield field, place, block.spans[field.id].first


def typed(value: Any, field: Field, spec: Spec) -> Any:
    """A value as somebody types it into a cell of ``field``."""
    if value is True:
        return "X"
    if field.choices is not None:
        return f" {spec.lists[field.choices].label(str(value))}"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    if isinstance(value, int | Decimal):
        return vi_number(value) if field.type is Type.DECIMAL else int(value)
    return value


def _saved(book: Any) -> bytes:
    """The saved workbook without the clock the library writes into it."""
    from openpyxl.writer.excel import ExcelWriter

    raw, clean = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(raw, "w") as package:
        ExcelWriter(book, package).save()
    with zipfile.ZipFile(raw) as package, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target:
        for name in package.namelist():
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), package.read(name), zipfile.ZIP_DEFLATED)
    return clean.getvalue()
