"""A sheet that holds nothing but what its template put there is blank, carried rows included (R22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qeval_batch import messages
from qeval_batch.model.carried import origin_of, same
from qeval_batch.model.findings import Finding, Where, finding, in_order
from qeval_batch.model.records import CarriedRow
from qeval_batch.model.submission import Row, SheetData, Submission, part_of
from qeval_batch.spec.load import Spec
from qeval_batch.workbook.plan import ORDINAL, BlockPlan, plans_of
from qeval_batch.workbook.read import told_once

_PRODUCTS = "products"
CarriedRows = tuple[CarriedRow, ...]


def without_untouched(read: Submission, carried: Mapping[str, CarriedRows], spec: Spec) -> Submission:
    """``read`` with the sheets nobody filled marked blank; any other submission as it is.

    The reader cannot tell: what was carried over from an earlier quarter stands in cells that are there to be filled.
    """
    if read.stamp is None or not any(sheet.officer in carried for sheet in read.sheets):
        return read
    faulty = {item.where.sheet for item in read.findings if messages.is_error(item)}
    blank = {sheet.name: sheet for sheet in read.sheets
             if sheet.sheet == "officer" and not sheet.blank and sheet.name not in faulty
             and (kept := carried.get(sheet.officer or "")) and _untouched(sheet, kept, spec, read.stamp.profile)}
    if not blank:
        return read
    said: list[Finding] = [item for item in read.findings if item.where.sheet not in blank]
    said += [finding("SHEET_BLANK", Where(part_of(sheet.sheet), read.stamp.unit, sheet.officer, read.file, name),
                     sheet=name) for name, sheet in blank.items()]
    return told_once(replace(read, findings=tuple(in_order(said)), sheets=tuple(
        replace(sheet, blank=True) if sheet.name in blank else sheet for sheet in read.sheets)))


def _untouched(sheet: SheetData, kept: CarriedRows, spec: Spec, profile: str) -> bool:
    return all(_as_carried(sheet.rows(block.id), block, kept) if block.id == _PRODUCTS
               else all(_as_written(row, block) for row in sheet.rows(block.id))
               for block in plans_of(spec).of(sheet.form, sheet.sheet, profile).blocks)


def _as_written(row: Row, block: BlockPlan) -> bool:
    return all(row[item.id] in (None, False, block.defaults.get((row.key or "", item.id))) for item in block.inputs)


def _as_carried(rows: tuple[Row, ...], block: BlockPlan, kept: CarriedRows) -> bool:
    wanted = {item.origin: item for item in kept}
    found = {origin: row for row in rows if (origin := origin_of(_note(row))) in wanted}
    return len(found) == len(rows) == len(wanted) and all(
        same(row[item.id], wanted[origin].values.get(item.id))
        for origin, row in found.items() if origin is not None for item in block.inputs if item.id != ORDINAL)


def _note(row: Row) -> str | None:
    note = row["note"]
    return note if isinstance(note, str) else None
