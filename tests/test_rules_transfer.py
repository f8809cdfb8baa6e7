"""Days served at former units (R21): which spans, for whom a unit is asked, how they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from law_builders import HEAD, HIM, PERIOD, UNIT, base_policy, policy_with, unit, world

from qeval_batch.model.roster import Roster
from qeval_batch.rules.eligibility import FormerStay, former_stays
from qeval_batch.rules.transfer import moved_away, stay_text

AUGUST = (date(2026, 8, 1), date(2026, 8, 31))


def _roster(*changes: dict[str, Any], **more: Any) -> Roster:
    roster, _ = world({"officer": {"head": False}, "changes": [{"kind": "transfer", **item} for item in changes], **more})
    return replace(roster, units={**roster.units, "DV008": unit("DV008"), "DV009": unit("DV009")})


def _stays(roster: Roster, policy: dict[str, Any] | None = None) -> tuple[FormerStay, ...]:
    return former_stays(roster.changes_of(HIM, "transfer"), PERIOD, policy_with(policy))


TWO_MOVES = ({"start": date(2026, 9, 1), "former": "DV009"}, {"start": date(2026, 8, 1), "former": "DV008"})


def test_spans_run_from_move_to_move_whatever_the_order_of_the_rows() -> None:
    first, second = _stays(_roster(*TWO_MOVES))
    assert (first.unit, first.spans, first.mandatory) == ("DV008", ((date(2026, 7, 1), date(2026, 7, 31)),), False)
    assert (second.unit, second.spans, second.mandatory) == ("DV009", (AUGUST,), False)
    assert [move.start for stay in (first, second) for move in stay.moves] == [date(2026, 8, 1), date(2026, 9, 1)]


def test_the_months_that_make_an_opinion_mandatory_are_policy() -> None:
    assert [stay.mandatory for stay in _stays(_roster(*TWO_MOVES), {"transfer.months": 1})] == [True, True]


def test_no_day_of_the_quarter_is_no_stay() -> None:
    assert _stays(_roster({"start": PERIOD.start, "former": "DV008"})) == ()
    assert _stays(_roster({"start": date(2026, 5, 1), "former": "DV008"})) == ()
    assert _stays(_roster()) == ()


def test_two_stays_at_one_unit_are_one_with_two_spans() -> None:
    roster = _roster({"start": date(2026, 7, 6), "former": "DV008"}, {"start": date(2026, 8, 1), "former": "DV009"},
                     {"start": date(2026, 9, 1), "former": "DV008"})
    stay = _stays(roster)[0]
    assert (stay.unit, len(stay.moves)) == ("DV008", 2)
    assert stay_text(stay) == "01/7/2026 – 05/7/2026; 01/8/2026 – 31/8/2026"


def test_a_unit_is_asked_about_whoever_moved_away_in_the_quarter() -> None:
    roster = _roster(*TWO_MOVES)
    (officer, stay), = moved_away(roster, "DV009", PERIOD, base_policy())
    assert (officer.id, stay.unit, stay.spans) == (HIM, "DV009", (AUGUST,))
    assert moved_away(roster, UNIT, PERIOD, base_policy()) == ()


def test_movers_come_by_id_and_other_changes_are_no_move() -> None:
    roster = _roster({"start": date(2026, 9, 1), "former": "DV009"},
                     {"start": date(2026, 9, 1), "former": "DV009", "officer": HEAD},
                     {"start": date(2026, 9, 1), "former": "DV009", "officer": "CB0004", "kind": "leave"},
                     {"start": PERIOD.start, "former": "DV009", "officer": "CB0002"},
                     {"start": date(2026, 9, 1), "former": "DV009", "officer": "CB0003"},
                     {"start": date(2026, 9, 1), "former": "DV009", "officer": "CB9999"},
                     colleagues={"CB0002": {}, "CB0003": {"standing": "excluded"}, "CB0004": {}})
    # CB0002 had left before the quarter, CB0003 is never evaluated, CB0004 was on leave, CB9999 is unknown.
    assert [officer.id for officer, _ in moved_away(roster, "DV009", PERIOD, base_policy())] == [HEAD, HIM]


def test_nobody_moved_away_from_the_unit_that_has_the_officer_again() -> None:
    roster = _roster({"start": date(2026, 8, 1), "former": UNIT}, {"start": date(2026, 9, 1), "former": "DV009"})
    assert moved_away(roster, UNIT, PERIOD, base_policy()) == ()
    assert [officer.id for officer, _ in moved_away(roster, "DV009", PERIOD, base_policy())] == [HIM]
