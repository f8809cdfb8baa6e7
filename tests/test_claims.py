"""Claims: a unit's word counts for nothing until the office answers it, and only as long as the claim says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from law_builders import CONFIRMED, HIM, OPEN, UNIT, collective, officer_sheet
from procedure_builders import ASKED_AT, BY, call, entries, roster_of, workspace

from qeval_batch.core.period import Period
from qeval_batch.ledger.acts import load_acts, ruling_on
from qeval_batch.ledger.schema import Event
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.act import Act
from qeval_batch.model.acts import Acts
from qeval_batch.model.claims import ClaimPlace, ClaimRuling, value_of
from qeval_batch.model.course import Kind
from qeval_batch.model.records import ClaimAnswer
from qeval_batch.pipeline import publish, run
from qeval_batch.rules.claims import as_declared, open_claims, sheet_with, trials

Q3 = Period(2026, 3)
PLACE = ClaimPlace("DV011", task="NV02")
REASON = (*BY, "--reason", "Đã xem văn bản")
TASK = ("--unit", "DV011", "--task", "NV02")
SEEN = ("--document", "78-CV/VD ngày 10/9/2026")


@pytest.fixture
def made(tmp_path):
    return workspace(tmp_path)


def levels(made):
    """What the quarter comes to for the demo's unit with a claim: officer -> (outcomes, what is waited for)."""
    result = run(made, Q3, datetime.fromisoformat(ASKED_AT)).result
    return {item.id: (item.possible or (item.levels.computed,), set(item.waits_for))
            for item in result.officers if item.unit == "DV011"}


def test_a_claim_is_open_until_answered_and_again_when_it_says_otherwise():
    ruling = ClaimRuling("A", "vì", "2026-09-27", PLACE, value_of(OPEN), ClaimAnswer.ACCEPTED, "1-CV")
    held = Acts(ruled={PLACE: ruling})
    assert held.answer_to(PLACE, OPEN) is ClaimAnswer.ACCEPTED
    for changed in (replace(OPEN, cause="Mưa"), replace(OPEN, document="x"), replace(OPEN, body="Tỉnh ủy")):
        assert held.answer_to(PLACE, changed) is ClaimAnswer.OPEN
    assert held.answer_to(replace(PLACE, task="NV03"), OPEN) is ClaimAnswer.OPEN


def test_only_an_accepted_claim_counts():
    assert CONFIRMED.confirmed and not CONFIRMED.open
    assert OPEN.open and not OPEN.confirmed
    rejected = replace(OPEN, answer=ClaimAnswer.REJECTED)
    assert not rejected.open and not rejected.confirmed


@pytest.mark.parametrize(("claims", "tried"), [(0, 1), (1, 2), (8, 256), (9, 20)])
def test_every_combination_up_to_eight_then_the_edges_alone(claims, tried):
    places = [ClaimPlace("DV001", task=f"NV{number}") for number in range(claims)]
    found = trials(places)
    assert len(found) == len(set(found)) == tried and found[0] == frozenset()
    assert claims == 0 or {frozenset(places), frozenset(places[:1]), frozenset(places[1:])} <= set(found)


def test_a_row_done_in_time_claims_nothing_and_an_answer_touches_its_own_row_alone():
    sheet = officer_sheet({"more": [{"axis": "1", "done": 0, "excuse": "open"}, {"axis": "1", "excuse": "open"},
                                    {"axis": "1", "done": 0, "excuse": "open"}]})
    part = collective({"tasks": [{"excuse": "open"}, {"failed": True, "excuse": "open"}]})
    found = open_claims(UNIT, sheet, part)
    assert found == (ClaimPlace(UNIT, task="NV02"), ClaimPlace(UNIT, HIM, product=7), ClaimPlace(UNIT, HIM, product=9))
    changed = sheet_with(sheet, UNIT, frozenset(found[1:2]))
    assert [item.excused for item in changed.products] == [False] * 6 + [True, False, False]
    assert all(item.excused for item in as_declared(sheet.products) if item.claims)


def test_the_office_answers_takes_back_and_answers_again(made):
    before = levels(made)
    assert "claim_check" in before["CB0047"][1] and len(before["CB0047"][0]) > 1
    code, said = call(made, "confirm", *TASK, "--reject", *SEEN, *REASON)
    assert code == 0 and "bác lý do khách quan của nhiệm vụ NV02" in said
    rejected = levels(made)["CB0047"]
    assert "claim_check" not in rejected[1] and set(rejected[0]) < set(before["CB0047"][0])
    assert call(made, "confirm", *TASK, "--undo", *REASON)[0] == 0
    assert levels(made) == before
    assert call(made, "confirm", *TASK, "--accept", *SEEN, *REASON)[0] == 0
    accepted = levels(made)["CB0047"]
    assert not set(accepted[0]) & set(rejected[0])
    assert [entry.subject for entry in entries(made, "claim_confirmed")] == ["task/NV02"] * 3
    assert load_acts(made, Q3).ruled[PLACE].document == SEEN[1]


@pytest.mark.parametrize(("words", "told"), [
    ((*TASK, *SEEN), "đúng một trong hai"), ((*TASK, "--accept", "--reject", *SEEN), "đúng một trong hai"),
    ((*TASK, "--accept"), "số và ngày văn bản"), (("--unit", "DV011", "--accept", *SEEN), "--task"),
    (("--unit", "DV011", "--task", "NV99", "--accept", *SEEN), "trang «Lý do khách quan»"),
    (("--unit", "DV999", "--task", "NV01", "--accept", *SEEN), "DV999"),
    (("--officer", "CB9999", "--product", "1", "--accept", *SEEN), "CB9999"), ((*TASK, "--undo"), "không có gì để thôi")])
def test_a_claim_not_there_or_half_named_is_refused_and_nothing_recorded(made, words, told):
    code, said = call(made, "confirm", *words, *REASON)
    assert code == 2 and told in said and entries(made, "claim_confirmed") == []


def test_nothing_is_answered_after_somebody_it_touches_was_submitted(made):
    officer = roster_of(made).officers["CB0049"]
    Ledger(made.ledger).append([Event(Kind.SUBMITTED.value, str(Q3), officer.unit, officer.id, "1")], ASKED_AT)
    code, said = call(made, "confirm", *TASK, "--accept", *SEEN, *REASON)
    assert code == 2 and "CB0049" in said and entries(made, "claim_confirmed") == []


def test_the_list_shows_each_claim_its_answer_and_who_hangs_on_it(made):
    event = ruling_on(Q3, ClaimPlace("DV011", "CB0048", product=1), ("x", "y", "z"), ClaimAnswer.ACCEPTED, "1",
                      Act("A", "vì", ASKED_AT))
    Ledger(made.ledger).append([event], ASKED_AT)      # of what the claim said before: it is open again
    folder = publish(made, run(made, Q3, datetime.fromisoformat(ASKED_AT)), "all")
    book = openpyxl.load_workbook(folder / "danh-sach.xlsx")
    rows = [row for row in book["Lý do khách quan"].iter_rows(values_only=True) if row[1] == "DV011"]
    assert {row[2] for row in rows} == {"Nhiệm vụ NV02", "Sản phẩm số 1 của CB0048"}
    assert {row[7] for row in rows} == {"Chưa trả lời"} and all(row[4] and row[5] and row[6] for row in rows)
    assert any("CB0047" in (row[8] or "") and row[9] != row[10] for row in rows)
