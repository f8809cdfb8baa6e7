"""Nhận xét of a former unit: whether it is owed, there, and of somebody who did serve there (LD VIII.1.1, R21)."""

from __future__ import annotations

from collections.abc import Iterator

from qeval_batch.checks.scope import (
    SheetScope,
    blank,
    number,
    readable,
    text,
    vi_figure,
)
from qeval_batch.checks.topics import OPINION
from qeval_batch.checks.typed import code_number, need
from qeval_batch.model.findings import Finding, finding
from qeval_batch.model.records import FormerOpinion
from qeval_batch.model.submission import Row
from qeval_batch.rules.eligibility import FormerStay
from qeval_batch.rules.transfer import moved_away, stay_text


def stay_of(scope: SheetScope) -> FormerStay | None:
    """The days of the quarter the sheet's officer served at this unit, by the roster; None where there are none."""
    ctx = scope.ctx
    found = dict(moved_away(ctx.roster, scope.unit.id, ctx.period, ctx.spec.policy))
    return found.get(scope.officer) if scope.officer is not None else None


def opinion_row(scope: SheetScope) -> Row | None:
    """The one record of the sheet."""
    return next(iter(scope.sheet.rows("opinion")), None)


@OPINION.check("OPINION_NOT_MOVED")
def moved_from_here(scope: SheetScope, stay: FormerStay | None) -> Iterator[Finding]:
    """The opinion is of an officer who moved away from this unit in the quarter."""
    if stay is None and not scope.sheet.blank:
        officer = scope.officer
        yield finding("OPINION_NOT_MOVED", scope.where, officer=scope.sheet.officer or "?",
                      name=officer.name if officer else "…")


@OPINION.check("OPINION_MISSING", "OPINION_MISSING_OPTIONAL", "OPINION_PART_BLANK")
def opinion_given(scope: SheetScope, stay: FormerStay | None) -> Iterator[Finding]:
    """The comment is there where it is mandatory; score and level belong to it."""
    row, officer = opinion_row(scope), scope.officer
    if row is None or stay is None or officer is None or not readable(row, "comment"):
        return
    if blank(row, "comment"):
        code = "OPINION_MISSING" if stay.mandatory else "OPINION_MISSING_OPTIONAL"
        yield scope.found(code, row, "comment", officer=officer.id, name=officer.name, stay=stay_text(stay))
        return
    for field in ("score", "level"):
        if blank(row, field):
            yield scope.found("OPINION_PART_BLANK", row, field, officer=officer.id, name=officer.name,
                              label=scope.label("opinion", field))


@OPINION.check("OPINION_MONTHS_DIFFER")
def months_agree(scope: SheetScope, stay: FormerStay | None) -> Iterator[Finding]:
    """The months the unit counts and those of the roster lead to the same duty."""
    row = opinion_row(scope)
    months = number(row, "months") if row is not None else None
    if row is None or stay is None or months is None:
        return
    limit = scope.ctx.spec.policy.transfer.months
    if (months >= limit) != stay.mandatory:
        yield scope.found("OPINION_MONTHS_DIFFER", row, "months", officer=scope.sheet.officer, months=vi_figure(months),
                          stay=stay_text(stay), limit=limit)


def opinion_record(scope: SheetScope) -> FormerOpinion:
    """The opinion as the rules read it. Unsound where the sheet has no such part."""
    row = need(opinion_row(scope), "opinion")
    return FormerOpinion(need(scope.sheet.officer, "officer"), scope.unit.id, text(row, "comment"), number(row, "score"),
                         code_number(row, "level"), number(row, "months"), row.at)
