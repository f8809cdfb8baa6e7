"""Tổng hợp: reasons where they are owed, one row per officer, and errors that stay with their row (Mẫu 8, R57)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from places import spot
from sheet_builders import (
    OFFICERS,
    at,
    build,
    changed,
    clean,
    context,
    found,
    officer,
    officer_sheet,
    proposal,
    roster,
    with_policy,
)

from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.model.submission import INVALID

D = Decimal
WHO = "CB0002"                    # self-proposed level 2, recomputed 96,50
REASON = {"reason": "Vượt kế hoạch"}


@pytest.mark.parametrize(("values", "expected"), [
    ({"unit_level": "2"}, []),
    ({"unit_level": "1"}, [("PROPOSAL_REASON_LEVEL", "reason")]),
    ({"unit_level": "1", **REASON}, []),
    ({"unit_level": "4"}, [("PROPOSAL_REASON_LEVEL", "reason")]),
    ({"unit_level": "4", **REASON}, []),
    ({"unit_level": "3"}, [("PROPOSAL_REASON_DIFFERS", "reason")]),
    ({"unit_level": "3", **REASON}, []),
    ({"unit_level": "2", "unit_score": D("91.50")}, [("PROPOSAL_REASON_SCORE", "reason")]),
    ({"unit_level": "2", "unit_score": D("91.51")}, []),
    ({"unit_level": "2", "unit_score": D("91.50"), **REASON}, []),
    ({"unit_level": "2", "unit_score": D(100)}, []),
    ({"unit_level": "2", "unit_score": D("100.01")}, [("PROPOSAL_SCORE_RANGE", "unit_score")]),
    ({"unit_level": "2", "unit_score": D("-0.5"), **REASON}, [("PROPOSAL_SCORE_RANGE", "unit_score")]),
    ({"unit_level": None}, [("PROPOSAL_LEVEL_BLANK", "unit_level")]),
    ({"unit_level": None, "unit_score": D(80)}, [("PROPOSAL_LEVEL_BLANK", "unit_level"), ("PROPOSAL_REASON_SCORE", "reason")]),
    ({"unit_level": "1", "reason": INVALID}, []),
])
def test_proposal_row(values, expected):
    sheets = clean()
    sheets["proposal"] = changed(sheets["proposal"], "officers", WHO, **values)
    assert found(sheets) == at(sheets["proposal"], "officers", WHO, *expected)
    refused = any(code != "PROPOSAL_LEVEL_BLANK" for code, _ in expected)
    record = build(sheets)[0]
    assert record.faulty_proposals == (frozenset({WHO}) if refused else frozenset())
    assert (WHO not in record.proposals) if refused else (WHO in record.proposals) is bool(
        {key for key, item in values.items() if item is not None})
    assert set(record.proposals) >= set(OFFICERS) - {WHO}


def test_an_unreadable_level_refuses_the_row():
    sheets = clean()
    sheets["proposal"] = changed(sheets["proposal"], "officers", WHO, unit_level=INVALID)
    record, findings = build(sheets)
    assert findings == [] and record.faulty_proposals == {WHO} and WHO not in record.proposals


def test_difference_that_needs_a_reason_is_policy():
    sheets = clean()
    sheets["proposal"] = changed(sheets["proposal"], "officers", WHO, unit_score=D("94.50"))
    assert found(sheets) == set()
    strict = context(spec=with_policy(score__explain_difference="2"))
    assert found(sheets, strict) == at(sheets["proposal"], "officers", WHO, ("PROPOSAL_REASON_SCORE", "reason"))


def test_score_is_held_against_the_recomputed_one_not_the_files():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "axes", "total_ab", points=D(80))
    sheets["proposal"] = changed(sheets["proposal"], "officers", WHO, unit_score=D(80))
    assert {item[0] for item in found(sheets)} == {"SCORE_DIFFERS", "PROPOSAL_REASON_SCORE"}


def test_without_a_sound_sheet_the_score_has_nothing_to_differ_from():
    sheets = clean()
    sheets[WHO] = officer_sheet(WHO, general={"1.1": {"met": False}})
    sheets["proposal"] = changed(sheets["proposal"], "officers", WHO, unit_score=D(50))
    record, findings = build(sheets)
    assert [item.code for item in findings] == ["GENERAL_NEITHER"] and record.proposals[WHO].unit_score == 50


def test_self_proposal_counts_even_where_the_sheet_has_an_error():
    sheets = clean()
    sheets[WHO] = officer_sheet(WHO, general={"1.1": {"met": False}}, self_level="3")
    assert {item[0] for item in found(sheets)} == {"GENERAL_NEITHER", "PROPOSAL_REASON_DIFFERS"}


@pytest.mark.parametrize(("who", "code"), [("CB0999", "PROPOSAL_OFFICER_UNKNOWN"), ("CB0101", "PROPOSAL_OFFICER_OTHER_UNIT")])
def test_a_row_of_somebody_else(who, code):
    rows = [*((item, {"unit_level": "2"}) for item in OFFICERS), (who, {"unit_level": "2"})]
    sheets = {**clean(), "proposal": proposal(rows)}
    assert found(sheets) == at(sheets["proposal"], "officers", who, (code, "officer"))
    record = build(sheets)[0]
    assert set(record.proposals) == set(OFFICERS) and record.faulty_proposals == {who}


def test_a_blank_row_of_somebody_who_left_says_nothing():
    rows = [*((item, {"unit_level": "2"}) for item in OFFICERS), ("CB0101", {})]
    assert found({**clean(), "proposal": proposal(rows)}) == set()


def test_two_filled_rows_of_one_officer_refuse_both():
    rows = [*((item, {"unit_level": "2"}) for item in OFFICERS), (WHO, {"unit_level": "2"})]
    sheets = {**clean(), "proposal": proposal(rows)}
    record, findings = build(sheets)
    assert [(item.code, item.where.officer, item.where.a1) for item in findings] == [
        ("PROPOSAL_OFFICER_TWICE", WHO, sheets["proposal"].rows("officers")[3].at.cell("officer").a1)]
    assert record.faulty_proposals == {WHO} and WHO not in record.proposals


def test_a_blank_repetition_is_none():
    rows = [(WHO, {}), *((item, {"unit_level": "2"}) for item in OFFICERS)]
    record, findings = build({**clean(), "proposal": proposal(rows)})
    assert [item.code for item in findings] == ["PROPOSAL_LEVEL_BLANK"] and WHO in record.proposals


@pytest.mark.parametrize("standing", ["excluded", "deferred", "other"])
def test_no_level_is_asked_for_who_is_not_evaluated(standing):
    people = {item: officer(item) for item in OFFICERS} | {WHO: officer(WHO, standing=standing)}
    sheets = clean()
    sheets["proposal"] = changed(sheets["proposal"], "officers", WHO, unit_level=None)
    assert found(sheets, context(roster=roster(officers=people))) == set()


def test_a_reading_error_refuses_its_row_by_officer_or_by_cell():
    sheets = clean()
    place = Where(Part.PROPOSAL, "DV001", None, "DV001.xlsx", "Tổng hợp")
    row = sheets["proposal"].rows("officers")[1]
    for where in (place.at(row.at.cell("unit_level")), Where(Part.PROPOSAL, "DV001", WHO).at(spot("DV001.xlsx", "Tổng hợp", "Z1"))):
        record, _ = build(sheets, reading=[finding("CELL_NOT_IN_LIST", where)])
        assert record.faulty_proposals == {WHO} and set(record.proposals) == set(OFFICERS) - {WHO}


def test_an_error_of_the_whole_sheet_refuses_every_row():
    where = Where(Part.PROPOSAL, "DV001", None, "DV001.xlsx", "Tổng hợp")
    record, _ = build(clean(), reading=[finding("CELL_NOT_IN_LIST", where)])
    assert record.faulty_proposals == set(OFFICERS) and record.proposals == {}


def test_record_of_a_row():
    sheets = clean()
    sheets["proposal"] = changed(sheets["proposal"], "officers", WHO, unit_level="1", unit_score=D("95.5"),
                                 proposer="CB0001", reason="Lý do", personnel="Quy hoạch")
    record = build(sheets)[0].proposals[WHO]
    assert (record.unit_level, record.unit_score, record.proposer, record.reason, record.personnel) == (
        1, D("95.5"), "CB0001", "Lý do", "Quy hoạch")
    blank_row = {**clean(), "proposal": proposal([(item, {}) for item in OFFICERS])}
    assert build(blank_row)[0].proposals == {}
