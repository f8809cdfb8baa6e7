"""Hồ sơ: which of the six parts of a dossier are there, electronic and on paper (LD VII.2.2, R60). Blocks nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qeval_batch.checks.scope import SheetScope, mark, readable, text
from qeval_batch.checks.topics import DOSSIER, DOSSIER_PARTS
from qeval_batch.model.findings import Finding, finding
from qeval_batch.model.records import AXES, DossierPart
from qeval_batch.model.register import ELECTRONIC, PAPER, PARTS
from qeval_batch.model.submission import Row
from qeval_batch.rules.asked import PER_OFFICER
from qeval_batch.spec.form import FixedRow


def place_of(row: Row) -> tuple[int, str | None] | None:
    """Part 1–6 of a row and the officer or axis it is for; None for a row of no part."""
    part, _, of = (row.key or "").partition(":")
    return (int(part), of or None) if part.isdecimal() and int(part) in PARTS else None


def asked_for(row: Row, scope: SheetScope) -> bool:
    """Whether the part is owed: not of an officer who is not evaluated here this quarter."""
    place = place_of(row)
    if place is None:
        return False
    part, of = place
    if part != PER_OFFICER or of is None:
        return True
    officer = scope.ctx.roster.officers.get(of)
    return officer is not None and officer.unit == scope.unit.id and scope.ctx.asked.in_dossier(officer)


@DOSSIER.check("DOSSIER_PART_MISSING", "DOSSIER_PAPER_MISSING", "DOSSIER_ELECTRONIC_MISSING")
def copies(row: Row, scope: SheetScope) -> Iterator[Finding]:
    """Each part has its electronic copy together with the paper one, by the unit's list or by the register."""
    if not asked_for(row, scope) or not readable(row, "electronic", "paper"):
        return
    electronic, paper = (mark(row, copy) or _registered(row, copy, scope) for copy in (ELECTRONIC, PAPER))
    name = text(row, "part") or row.key or ""
    if not electronic and not paper:
        yield scope.found("DOSSIER_PART_MISSING", row, "electronic", part=name)
    elif not paper:
        yield scope.found("DOSSIER_PAPER_MISSING", row, "paper", part=name)
    elif not electronic:
        yield scope.found("DOSSIER_ELECTRONIC_MISSING", row, "electronic", part=name)


@DOSSIER_PARTS.check("DOSSIER_PART_MISSING")
def parts_listed(scope: SheetScope) -> Iterator[Finding]:
    """A part whose row is gone from the list and that the register lacks is as missing as one without a mark."""
    block = scope.block("parts")
    listed = {row.key for row in scope.sheet.rows("parts")}
    for fixed in block.fixed if block is not None and scope.whole else ():
        for of, slots in _each(fixed, scope):
            if (f"{fixed.key}:{of}" if of else fixed.key) not in listed \
                    and scope.ctx.register.arrival_of(scope.unit.id, int(fixed.key)) is None:
                yield finding("DOSSIER_PART_MISSING", scope.where, part=fixed.values["part"].format_map(slots))


def _registered(row: Row, copy: str, scope: SheetScope) -> bool:
    place = place_of(row)
    return place is not None and scope.ctx.register.arrival_of(scope.unit.id, place[0], copy) is not None


def _each(fixed: FixedRow, scope: SheetScope) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The records a row of the form stands for: one, one per officer who owes it, or one per axis."""
    if fixed.repeat == "officer":
        for officer in scope.ctx.asked.of(scope.unit.id):
            if scope.ctx.asked.in_dossier(officer):
                yield officer.id, {"officer": officer.id, "full_name": officer.name}
    elif fixed.repeat == "axis":
        yield from ((axis, {"axis": axis}) for axis in AXES)
    else:
        yield "", {}


def missing_parts(parts: Sequence[DossierPart]) -> tuple[int, ...]:
    """The parts 1–6 of which something is there in neither form; all six where no list came (R60).

    One copy only is a warning of its own: the part is there.
    """
    lacking = {item.part for item in parts if not (item.electronic or item.paper)}
    present = {item.part for item in parts}
    return tuple(part for part in sorted(PARTS) if part in lacking or part not in present)
