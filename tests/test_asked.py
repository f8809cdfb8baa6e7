"""Who is asked stands once: the roster's standing codes are read in one module, and everybody else asks it."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_intake import AS_OF, PERIOD, province
from law_builders import FORMS, UNIT, change, officer, unit

from qeval_batch.model.roster import Officer, Roster
from qeval_batch.pipeline import decide
from qeval_batch.render.replies.plan import reminded
from qeval_batch.rules.asked import Asked
from qeval_batch.spec.load import load_spec

PACKAGE = Path(__file__).parents[1] / "qeval_batch"
HOME = PACKAGE / "rules" / "standing.py"
# Who copies the cell as it is and draws nothing from it: reading, writing and inventing a roster.
CARRIERS = {"roster/convert.py", "roster/write.py", "roster/sample.py", "demo/province.py", "spec/required.py",
            "model/roster.py", "checks/roster.py", "explain/parts.py", "rules/eligibility.py"}


def _reads(tree: ast.AST) -> Iterator[int]:
    """Lines on which a person's standing is compared with a code, or looked up in a set of codes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            read = any(isinstance(side, ast.Attribute) and side.attr == "standing" for side in sides)
            none = all(isinstance(side, ast.Constant) and side.value is None for side in node.comparators)
            if read and not none:
                yield node.lineno


@pytest.mark.parametrize("text, found", [
    ("x.standing == 'other'", [1]), ("'a' if y.standing not in NOT_ASKED else 'b'", [1]),
    ("x.standing is not None", []), ("x.status == 'other'", [])])
def test_the_search_sees_what_it_is_for(text, found):
    assert list(_reads(ast.parse(text))) == found


def test_nobody_else_reads_a_standing_code():
    told = [f"{path.relative_to(PACKAGE)}:{line}" for path in sorted(PACKAGE.rglob("*.py")) if path != HOME
            for line in _reads(ast.parse(path.read_text("utf-8")))]
    assert told == []


def test_nobody_else_even_looks_at_the_cell():
    readers = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if path != HOME
               for node in ast.walk(ast.parse(path.read_text("utf-8")))
               if isinstance(node, ast.Attribute) and node.attr == "standing" and isinstance(node.value, ast.Name)
               and node.value.id in ("officer", "item", "o", "head")}
    assert readers <= CARRIERS


SPEC = load_spec(FORMS, PERIOD.end)


def _asked(one: Officer, *periods: object) -> Asked:
    return Asked(Roster({UNIT: unit(UNIT)}, {one.id: one}, {}, tuple(periods)), PERIOD, SPEC.policy)


@pytest.mark.parametrize("standing, document, head, owes", [
    (None, None, False, True), ("evaluate", None, False, True), ("excluded", "1-QĐ", False, False),
    ("deferred", None, False, False), ("other", "1-QĐ", False, False), ("other", None, True, False),
    ("other", "1-QĐ", True, True)])
def test_what_the_column_asks(standing, document, head, owes):
    one = officer("CB0001", {"standing": standing, "document": document}, head)
    assert _asked(one).is_asked(one) is owes
    assert bool(_asked(one).of(UNIT)) is bool(_asked(one).offered(UNIT)) is owes


@pytest.mark.parametrize("kind, offered", [("training", False), ("leave", False), ("inspection", True)])
def test_the_dates_defer_whatever_the_column_says(kind, offered):
    one = officer("CB0001", {}, False)
    asked = _asked(one, change({"kind": kind, "start": PERIOD.start}, 5))
    assert not asked.is_asked(one) and bool(asked.offered(UNIT)) is offered


def test_an_acting_head_whose_sheet_is_lacking_makes_the_unit_late_and_is_asked_for():
    """R23: a head by document owes what any head owes; the unit was in time, with no word, when six modules asked."""
    at = province()
    units = {item.id for item in at.batch.result.units if item.timeliness == "in_time" and item.status.startswith("acc")}
    one = next(item for item in at.batch.roster.officers.values() if item.head and item.unit in units)
    acting = dataclasses.replace(one, standing="other", standing_document="12-QĐ/TU")
    roster = dataclasses.replace(at.intake.roster, officers={**at.intake.roster.officers, one.id: acting})

    def without(submission):
        kept = tuple(item for item in submission.sheets if item.officer != one.id)
        return dataclasses.replace(submission, sheets=kept)

    whole = decide(dataclasses.replace(at.intake, roster=roster), at.batch.spec, PERIOD, AS_OF)
    assert next(item for item in whole.result.units if item.id == one.unit).timeliness == "in_time"
    assert one.unit not in reminded(whole)
    taken = dataclasses.replace(at.intake.taken, submissions={
        name: without(item) for name, item in at.intake.taken.submissions.items()})
    lacking = decide(dataclasses.replace(at.intake, roster=roster, taken=taken), at.batch.spec, PERIOD, AS_OF)
    assert next(item for item in lacking.result.units if item.id == one.unit).timeliness == "late"
    assert [item.where.officer for item in lacking.result.findings
            if item.code == "UNIT_SHEET_MISSING" and item.where.unit == one.unit] == [one.id]
    assert one.unit in reminded(lacking)
