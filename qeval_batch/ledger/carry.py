"""What deferred officers did in the quarter before, out of the ledger and ready for this quarter's forms (R22)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.ledger.record import DEFERRED
from qeval_batch.ledger.store import Ledger, LedgerDamaged
from qeval_batch.model.carried import mark_of, origin_of
from qeval_batch.model.records import CarriedRow
from qeval_batch.spec.form import Block, Field, Type
from qeval_batch.spec.load import Spec
from qeval_batch.workspace import Workspace

_BASE = "phu-luc-chung"
_SHEET, _BLOCK = "officer", "products"
_NUMBERING = "no"                     # TT: written anew
NOTE = "note"
_Kept = Mapping[tuple[str, str], Mapping[str, Any]]     # (period, officer) -> body
_Answers = dict[tuple[str, str | None], dict[str, list[dict[str, Any]]]]


def carried_into(workspace: Workspace, period: Period, spec: Spec) -> dict[str, tuple[CarriedRow, ...]]:
    """Rows that stand from the quarter before, by officer, as the policy reads `what a deferred officer did`.

    Nobody without rows is named. LedgerDamaged or LedgerBusy when the ledger cannot be read.
    """
    kept: dict[tuple[str, str], Mapping[str, Any]] = {}
    for entry in Ledger(workspace.ledger).latest(DEFERRED).values():
        if entry.values.get("withdrawn") is not True:
            kept[entry.period, entry.officer] = entry.values
    before = str(period.previous())
    wanted = spec.policy.deferral.carry_over
    rows = {}
    for officer in sorted(officer for quarter, officer in kept if quarter == before):
        try:
            found = _rows(officer, period.previous(), kept, spec)
        except (KeyError, TypeError, ValueError, AttributeError) as spoilt:
            raise LedgerDamaged(workspace.ledger,
                                say("ledger.carry.malformed", officer=officer, quarter=before)) from spoilt
        rows[officer] = tuple(row for row in found if _stands(row, wanted))
    return {officer: standing for officer, standing in rows.items() if standing}


def answers_of(rows: Mapping[str, tuple[CarriedRow, ...]]) -> _Answers:
    """The rows as answers to write into the officers' sheets, there to be gone on with."""
    return {(_SHEET, officer): {_BLOCK: [{_NUMBERING: number, **row.values}
                                         for number, row in enumerate(found, start=1)]}
            for officer, found in rows.items()}


def _rows(officer: str, quarter: Period, kept: _Kept, spec: Spec) -> list[CarriedRow]:
    """What stands at the end of ``quarter``. Deferred again without a sheet: what stood before still stands."""
    body = kept.get((str(quarter), officer))
    if body is None:
        return []
    sheet = body.get("sheet")
    if sheet is None:
        return _rows(officer, quarter.previous(), kept, spec)
    block = _products(spec, str(sheet["form"]))
    return [_row(item, quarter, str(sheet["sha256"] or ""), block)
            for item in sheet["blocks"].get(_BLOCK, ())]


def _row(item: Mapping[str, Any], quarter: Period, original: str, block: Block) -> CarriedRow:
    given: Mapping[str, Any] = item["values"]
    values = {field.id: _typed(field, given[field.id]) for field in block.fields
              if field.id in given and field.source == "input" and field.id != _NUMBERING}
    note = str(given.get(NOTE) or "")
    origin = origin_of(note)
    if origin is None:                # a row carried once before keeps the mark of the quarter it was done in
        origin = str(quarter), int(item["row"])
        values[NOTE] = f"{mark_of(origin)}. {note}".strip() if note else mark_of(origin)
    return CarriedRow(origin, values, original)


def _stands(row: CarriedRow, wanted: str) -> bool:
    """Whether the row is something the officer did, as the policy reads it."""
    assigned, done = row.values.get("assigned"), row.values.get("done")
    if wanted == "all":
        return True
    if not isinstance(done, Decimal) or done <= 0:
        return False
    return wanted == "started" or (isinstance(assigned, Decimal) and done >= assigned)


def _products(spec: Spec, form: str) -> Block:
    """B2 of the annex the sheet was, of the common structure where an office has taken that annex away."""
    return spec.forms.get(form, spec.forms[_BASE]).sheet(_SHEET).block(_BLOCK)


def _typed(field: Field, value: Any) -> Any:
    """A kept value as its cell asks for it; what does not fit any more stays the text it is."""
    try:
        if field.type in (Type.DECIMAL, Type.PERCENT, Type.INTEGER):
            return Decimal(str(value))
        if field.type is Type.DATE:
            return date.fromisoformat(str(value))
    except (ValueError, InvalidOperation):
        return value
    return tuple(value) if isinstance(value, list) else value
