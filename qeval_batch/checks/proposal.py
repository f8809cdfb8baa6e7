"""Tổng hợp: each row names one officer of the unit and gives its reasons where the law asks for them (Mẫu 8, R57)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qeval_batch.checks.scope import (
    SheetScope,
    blank,
    number,
    text,
    vi_figure,
)
from qeval_batch.checks.topics import PROPOSAL, PROPOSALS
from qeval_batch.model.findings import Finding, Where, finding
from qeval_batch.model.roster import Officer
from qeval_batch.model.submission import Row

_INPUTS = ("unit_score", "unit_level", "proposer", "reason", "personnel")
_REASONED_LEVELS = ("1", "4")
REASON_CODES = ("PROPOSAL_REASON_LEVEL", "PROPOSAL_REASON_DIFFERS", "PROPOSAL_REASON_SCORE")


@dataclass(frozen=True)
class ProposalRow:
    """A row of `Tổng hợp` with what it is held against: the self-proposal and the recomputed total, where known."""

    row: Row
    officer: str | None
    filled: bool
    earlier: Row | None               # the first filled row of the same officer
    self_level: str | None
    computed: Decimal | None

    def where(self, scope: SheetScope, field: str) -> Where:
        ref = self.row.at.cell(field)
        return Where(scope.where.part, scope.unit.id, self.officer, ref.file, ref.sheet, ref)

    def found(self, scope: SheetScope, code: str, field: str, **params: object) -> Finding:
        return finding(code, self.where(scope, field), officer=self.officer or "?", **params)

    def roster(self, scope: SheetScope) -> Officer | None:
        return scope.ctx.roster.officers.get(self.officer or "")


def proposal_rows(scope: SheetScope, self_levels: Mapping[str, str], computed: Mapping[str, Decimal]) -> list[ProposalRow]:
    """The rows of the sheet in its order; a blank row never makes another one a repetition.

    Of two rows under one id one is somebody else's: neither is held against that officer's own figures.
    """
    first: dict[str, Row] = {}
    result = []
    named = Counter(_officer_of(row) for row in scope.sheet.rows("officers") if _filled(row))
    for row in scope.sheet.rows("officers"):
        officer, filled = _officer_of(row), _filled(row)
        earlier = first.get(officer or "")
        if filled and officer:
            first.setdefault(officer, row)
        sure = officer if officer and named[officer] == 1 else ""
        result.append(ProposalRow(row, officer, filled, earlier if filled else None, self_levels.get(sure),
                                  computed.get(sure)))
    return result


def _officer_of(row: Row) -> str | None:
    return row.key or text(row, "officer")


def _filled(row: Row) -> bool:
    return any(not blank(row, field) for field in _INPUTS)


@PROPOSAL.check("PROPOSAL_OFFICER_UNKNOWN", "PROPOSAL_OFFICER_OTHER_UNIT")
def known_officer(item: ProposalRow, scope: SheetScope) -> Iterator[Finding]:
    """A filled row is of an officer of this unit (R01)."""
    officer = item.roster(scope)
    if not item.filled:
        return
    if officer is None:
        yield item.found(scope, "PROPOSAL_OFFICER_UNKNOWN", "officer")
    elif officer.unit != scope.unit.id:
        yield item.found(scope, "PROPOSAL_OFFICER_OTHER_UNIT", "officer", name=officer.name, unit=officer.unit)


@PROPOSAL.check("PROPOSAL_OFFICER_TWICE")
def once(item: ProposalRow, scope: SheetScope) -> Iterator[Finding]:
    """One officer, one row: of two the program may not choose."""
    if item.earlier is not None:
        yield item.found(scope, "PROPOSAL_OFFICER_TWICE", "officer", row=item.row.at.row,
                         other_row=item.earlier.at.row)


@PROPOSALS.check("PROPOSAL_ROW_MISSING")
def nobody_left_out(items: Sequence[ProposalRow], scope: SheetScope) -> Iterator[Finding]:
    """Everybody who is evaluated has a row; not asked while a row is of nobody of the unit, whose it may be."""
    mine = {item.id: item for item in scope.ctx.roster.officers_of(scope.unit.id)}
    if not scope.whole or any(item.officer not in mine or item.earlier is not None for item in items):
        return
    for officer in mine.values():
        if scope.ctx.asked.is_proposed(officer) and all(item.officer != officer.id for item in items):
            where = Where(scope.where.part, scope.unit.id, officer.id, scope.where.file, scope.where.sheet)
            yield finding("PROPOSAL_ROW_MISSING", where, officer=officer.id, name=officer.name)


@PROPOSAL.check("PROPOSAL_LEVEL_BLANK")
def level_given(item: ProposalRow, scope: SheetScope) -> Iterator[Finding]:
    """The unit proposes a level for everybody who is evaluated (LD VI.1, R50)."""
    officer = item.roster(scope)
    expected = officer is not None and officer.unit == scope.unit.id and scope.ctx.asked.is_proposed(officer)
    if expected and blank(item.row, "unit_level"):
        yield item.found(scope, "PROPOSAL_LEVEL_BLANK", "unit_level")


@PROPOSAL.check("PROPOSAL_SCORE_RANGE")
def score_in_range(item: ProposalRow, scope: SheetScope) -> Iterator[Finding]:
    """The unit's score lies between 0 and the points of both parts together (R17)."""
    score = number(item.row, "unit_score")
    if score is not None and not 0 <= score <= scope.ctx.total_points:
        yield item.found(scope, "PROPOSAL_SCORE_RANGE", "unit_score", score=vi_figure(score),
                         maximum=vi_figure(scope.ctx.total_points))


@PROPOSAL.check(*REASON_CODES)
def reason_given(item: ProposalRow, scope: SheetScope) -> Iterator[Finding]:
    """A reason stands beside level 1, level 4, a level other than the self-proposal, and a score that differs.

    The blank cell gets one finding, of the first that asks for it (forms.md `Tổng hợp`, R57).
    """
    if not blank(item.row, "reason"):
        return
    level, score = text(item.row, "unit_level"), number(item.row, "unit_score")
    levels = scope.ctx.spec.lists["levels"]
    if level in _REASONED_LEVELS:
        yield item.found(scope, "PROPOSAL_REASON_LEVEL", "reason", level=levels.label(level))
    elif level is not None and item.self_level is not None and level != item.self_level:
        yield item.found(scope, "PROPOSAL_REASON_DIFFERS", "reason", level=levels.label(level),
                         self_level=levels.label(item.self_level))
    elif score is not None and item.computed is not None:
        difference = abs(score - item.computed)
        if difference >= scope.ctx.explain_difference:
            yield item.found(scope, "PROPOSAL_REASON_SCORE", "reason", score=vi_figure(score),
                             computed=vi_figure(item.computed), difference=vi_figure(difference),
                             limit=vi_figure(scope.ctx.explain_difference))
