"""Answers nobody can read any more: typed in a pre-Unicode encoding, or read under a wrong code page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qeval_batch.core.cells import CellRef
from qeval_batch.model.findings import Finding, Where, finding
from qeval_batch.model.submission import SheetData, part_of
from qeval_batch.spreadsheet.grid import Grid
from qeval_batch.spreadsheet.legacy_text import recognise
from qeval_batch.spreadsheet.mojibake import ENOUGH, damaged, meant
from qeval_batch.workbook.values import shown

_NAMED_BY_ITSELF = "CELL_LEGACY_FONT"


def legacy_texts(sheets: Sequence[SheetData], grid: Grid, named: Iterable[Finding], where: Where) -> list[Finding]:
    """Per sheet one finding, at the first such answer; those already ``named`` at their cell are not told again.

    A warning: such text decides nothing (a choice or a mark that cannot be read is an error of its own), but a paper
    that repeats it cannot be read, and converting it would be guessing what a person wrote.
    """
    if not grid.fonts:
        return []
    texts = {data.name: _texts(data, grid) for data in sheets}
    found = recognise(grid.fonts, {name: list(cells.values()) for name, cells in texts.items()})
    if found is None:
        return []
    encoding, showing = found
    known = {(item.where.sheet, item.where.a1) for item in named if item.code == _NAMED_BY_ITSELF}
    font = min(item for item in grid.fonts if encoding.wrote(item))
    told = []
    for data in sheets:
        cells = texts[data.name]
        refs = [ref for index, ref in enumerate(cells)
                if index in showing.get(data.name, ()) and (ref.sheet, ref.a1) not in known]
        if refs:
            at = Where(part_of(data.sheet), where.unit, data.officer, where.file, data.name).at(refs[0])
            told.append(finding("TEXT_LEGACY_ENCODING", at, encoding=encoding.name, font=font, count=len(refs),
                                value=shown(cells[refs[0]])))
    return told


def damaged_texts(sheets: Sequence[SheetData], grid: Grid, where: Where) -> list[Finding]:
    """Per sheet one finding, at the first text that was read under a wrong code page; a warning, as above."""
    told = []
    for data in sheets:
        cells = {ref: text for ref, text in _texts(data, grid).items() if damaged(text)}
        if sum(map(damaged, cells.values())) >= ENOUGH:
            first = min(cells)
            at = Where(part_of(data.sheet), where.unit, data.officer, where.file, data.name).at(first)
            told.append(finding("TEXT_DAMAGED", at, count=len(cells), value=shown(cells[first]),
                                meant=shown(meant(cells[first]))))
    return told


def _texts(data: SheetData, grid: Grid) -> dict[CellRef, str]:
    """The texts of a sheet's records as they stand in the file. Prefilled ones vote for nothing: they are Unicode."""
    found = {}
    for rows in data.blocks.values():
        for row in rows:
            for name, value in row.values.items():
                if value is None:
                    continue
                ref = row.at.cell(name)
                raw = grid.sheet(data.name).cell(ref.row, ref.column)
                if isinstance(raw, str) and raw:
                    found[ref] = raw
    return found
