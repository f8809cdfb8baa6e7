"""R22: rows that stand from a quarter in which the officer was deferred, known by their mark and by the ledger.

Such a row keeps its task code and deadline of that quarter, so what ties a row to this quarter does not bind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qeval_batch.checks.scope import SheetScope, text
from qeval_batch.checks.topics import OFFICER
from qeval_batch.model.carried import mark_of, origin_of, same
from qeval_batch.model.findings import Finding, finding
from qeval_batch.model.records import CarriedRow, Origin
from qeval_batch.model.submission import INVALID, Row

# What was assigned stands; what came of it stands too once the whole of it was done and known.
_ASSIGNMENT = ("axis", "product", "role", "assigned", "coefficient", "deadline")
_RESULT = ("done", "completed", "quality_pct", "progress_pct", "leadership_pct", "exceeded")


def carried(row: Row, scope: SheetScope) -> CarriedRow | None:
    """The kept row this one is; None for a row of this quarter, and for a mark the ledger does not bear out."""
    kept = scope.ctx.carried.get(scope.sheet.officer or "", ())
    origin = origin_of(text(row, "note")) if kept else None
    return next((item for item in kept if item.origin == origin), None)


@OFFICER.check("CARRIED_UNKNOWN", "CARRIED_TWICE", kept=True)
def marks(scope: SheetScope) -> Iterator[Finding]:
    """A mark is the ledger's to give, once: work is not counted twice, nor is this quarter's passed off as earlier."""
    seen: dict[Origin, Row] = {}
    for row in scope.sheet.rows("products"):
        origin = origin_of(text(row, "note"))
        if origin is None:
            continue
        if carried(row, scope) is None:
            yield scope.found("CARRIED_UNKNOWN", row, "note", mark=mark_of(origin))
        elif origin in seen:
            yield scope.found("CARRIED_TWICE", row, "note", mark=mark_of(origin), other_row=seen[origin].at.row)
        seen.setdefault(origin, row)


@OFFICER.check("CARRIED_CHANGED", "CARRIED_MISSING", kept=True)
def still_stands(scope: SheetScope) -> Iterator[Finding]:
    """What was kept stands in this quarter's form as it was (R22); what was left unfinished may be gone on with."""
    rows = scope.sheet.rows("products")
    present = set()
    for row in rows:
        kept = carried(row, scope)
        if kept is None or kept.origin in present:
            continue
        present.add(kept.origin)
        fields = (*_ASSIGNMENT, *(_RESULT if _settled(kept) else ()))
        changed = [name for name in fields if row[name] is not INVALID
                   and not same(row[name], kept.values.get(name))]
        if changed:
            labels = ", ".join(f"«{scope.label('products', name)}»" for name in changed)
            yield scope.found("CARRIED_CHANGED", row, changed[0], mark=mark_of(kept.origin), labels=labels)
    missing = [item for item in scope.ctx.carried.get(scope.sheet.officer or "", ()) if item.origin not in present]
    if missing and scope.whole:
        yield finding("CARRIED_MISSING", scope.where, count=len(missing),
                      marks="; ".join(mark_of(item.origin) for item in missing))


def _settled(kept: CarriedRow) -> bool:
    """The whole was done, and not merely estimated to be."""
    done, assigned = kept.values.get("done"), kept.values.get("assigned")
    return (isinstance(done, Decimal) and isinstance(assigned, Decimal) and done >= assigned
            and kept.values.get("projected") is not True)


