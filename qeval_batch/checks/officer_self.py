"""The sheet's owner and part C: who the sheet is of, and what the officer says of discipline and of the own level."""

from __future__ import annotations

from collections.abc import Iterator

from qeval_batch.checks.scope import SheetScope, blank, text
from qeval_batch.checks.topics import OFFICER
from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.model.findings import Finding, finding

_ANSWERS = ("remedied", "discipline")


def belongs(scope: SheetScope) -> bool:
    """Whether the sheet's officer is one of this unit's in the roster."""
    return scope.officer is not None and scope.officer.unit == scope.unit.id


@OFFICER.check("OFFICER_UNKNOWN", "OFFICER_OTHER_UNIT", "OFFICER_MOVED", kept=True)
def known_officer(scope: SheetScope) -> Iterator[Finding]:
    """The officer is of the roster and of this unit; who moved away is evaluated by the present unit (R01, R21)."""
    officer, officer_id = scope.officer, scope.sheet.officer or "?"
    if officer is None:
        yield finding("OFFICER_UNKNOWN", scope.where, officer=officer_id)
    elif officer.unit != scope.unit.id:
        moved = any(change.former_unit == scope.unit.id for change in scope.ctx.roster.changes_of(officer_id, "transfer"))
        yield finding("OFFICER_MOVED" if moved else "OFFICER_OTHER_UNIT", scope.where, officer=officer_id,
                      name=officer.name, unit=officer.unit)


@OFFICER.check("OFFICER_NAME_DIFFERS", kept=True)
def same_name(scope: SheetScope) -> Iterator[Finding]:
    """The name on the sheet is the roster's; another one may be another person's work under this id."""
    officer = scope.officer
    for row in scope.sheet.rows("header") if officer is not None else ():
        name = text(row, "full_name")
        if name and officer is not None and match_key(name) != match_key(officer.name):
            yield scope.found("OFFICER_NAME_DIFFERS", row, "full_name", officer=officer.id, name=name,
                              expected=officer.name)


@OFFICER.check("ROW_REQUIRED_BLANK")
def self_level(scope: SheetScope) -> Iterator[Finding]:
    """The officer proposes the own level (LD VI.1, R50)."""
    for row in scope.sheet.rows("self"):
        if blank(row, "self_level"):
            yield scope.found("ROW_REQUIRED_BLANK", row, "self_level", name=say("checks.officer_self.part_c"),
                              label=scope.label("self", "self_level"))


@OFFICER.check("SELF_ANSWER_BLANK")
def answers(scope: SheetScope) -> Iterator[Finding]:
    """Discipline and remedied shortcomings are answered: a blank keeps who would be level 1 waiting (R37)."""
    for row in scope.sheet.rows("self"):
        for field in _ANSWERS:
            if blank(row, field):
                yield scope.found("SELF_ANSWER_BLANK", row, field, label=scope.label("self", field))
