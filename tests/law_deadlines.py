"""Law cases of deadlines and timeliness (R60–R62): the values a case names, and what the rules make of them.

``deadline``: a code of `rules.deadlines`; ``deliveries``: what a unit of two officers brought, when and by whose word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from law_builders import PERIOD

from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.model.delivery import CLOCK, UNKNOWN, Delivered, Delivery
from qeval_batch.model.register import Register, RegisterEntry
from qeval_batch.rules import deadlines
from qeval_batch.rules.paper import PaperCopies, paper_copies, with_paper
from qeval_batch.rules.timeliness import PARTS, Expected, Timeliness, judge
from qeval_batch.spec.policy import Policy

# The sheets of a small unit, by the letters the tables use for them.
SHEETS = {"T": ("collective", ""), "A": ("officer", "CB0001"), "B": ("officer", "CB0002"), "D": ("proposal", ""),
          "H": ("dossier", "")}
ALL_SHEETS, ALL_PARTS = "".join(SHEETS), "123456"


def moment(text: str) -> datetime:
    """``2026-09-24 23:59``, Vietnamese time where no offset is given."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM_TIME)


def delivered(number: int, spec: Mapping[str, Any]) -> Delivered:
    """``sheets`` and ``parts`` as letters and figures; everything where the case says nothing, no moment without ``at``."""
    at = moment(spec["at"]) if "at" in spec else None
    sheets = frozenset(SHEETS[letter] for letter in spec.get("sheets", ALL_SHEETS))
    parts = frozenset(map(int, spec.get("parts", ALL_PARTS)))
    source = spec.get("source", CLOCK if at else UNKNOWN)
    return Delivered(f"{number}.xlsx", Delivery(at, source), "don-vi", sheets, parts)


def timeliness(case: Mapping[str, Any], policy: Policy) -> Timeliness:
    """What `judge` says of a case."""
    given = case["input"]
    items = [delivered(number, spec) for number, spec in enumerate(given["deliveries"], start=1)]
    expected = Expected(frozenset(SHEETS[letter] for letter in given.get("expected", ALL_SHEETS)),
                        frozenset(map(int, given.get("expected_parts", ALL_PARTS))))
    assert expected.parts <= PARTS
    due, as_of = _deadline(case, policy), moment(given.get("as_of", "2026-09-28 08:00"))
    found = judge(items, expected, due, as_of)
    return with_paper(found, _paper(given, expected, due, as_of), policy) if "paper" in given else found


def _paper(given: Mapping[str, Any], expected: Expected, due: deadlines.Deadline, as_of: datetime) -> PaperCopies:
    """``paper``: what the register says of paper, as (at, parts); ``kept``: it has rows of somebody else."""
    rows = [RegisterEntry(spec.get("unit", "DV001"), frozenset(map(int, spec.get("parts", ALL_PARTS))), moment(spec["at"]),
                  spec.get("copy", "paper"), None, RowRef("so-nhan.xlsx", "Sổ nhận", 5)) for spec in given["paper"]]
    return paper_copies(Register(tuple(rows)), "DV001", expected.parts, due, as_of)


def seen(case: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """A case's outcome in the words of the tables."""
    if "deliveries" in case["input"]:
        found = timeliness(case, policy)
        return {"state": found.state, "source": found.source, "received": _text(found.received),
                "complete": _text(found.complete_at), "reasons": [line.text for line in found.steps[1:]],
                "paper": [line.text for line in found.steps if line.rule == "R60"],
                "due": found.steps[0].text, "holds": [line.holds for line in found.steps]}
    due = _deadline(case, policy)
    as_of = case["input"].get("as_of")
    return {"day": str(due.day), "named": str(due.named), "day_off": due.day_off, "moved": due.moved,
            "citation": due.citation, "last_day": str(due.last_day), "left": due.days_left(moment(as_of)) if as_of else None}


def is_ours(case: Mapping[str, Any]) -> bool:
    """Whether the case is one of deadlines or timeliness."""
    return bool({"deadline", "deliveries"} & case["input"].keys())


def _deadline(case: Mapping[str, Any], policy: Policy) -> deadlines.Deadline:
    given = case["input"]
    days_off = {date.fromisoformat(day): reason for day, reason in given.get("days_off", {}).items()}
    code = given.get("deadline", deadlines.DOSSIER)
    return deadlines.deadline(code, policy, Period.parse(given.get("quarter", str(PERIOD))), days_off)


def _text(at: datetime | None) -> str | None:
    return f"{at:%m-%d %H:%M}" if at else None
