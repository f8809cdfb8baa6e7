"""The course of a quarter: replayed from the ledger, told by status, refused by the table; a stage left out by name."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
import roster_builders as rosters
from click.testing import CliRunner

from qeval_batch.cli.cli import cli
from qeval_batch.commands.init import create
from qeval_batch.core.period import Period
from qeval_batch.ledger.schema import Event
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.course import Course, Going, Kind, Quarter, Refusal, ScopeStanding
from qeval_batch.procedure.course import load_course, replay, state_of, summaries
from qeval_batch.procedure.permit import may_skip, outcome_of, permitted
from qeval_batch.procedure.table import LEGAL, act_table
from qeval_batch.procedure.words import told, words
from qeval_batch.workspace import Workspace

Q, AT = Period(2026, 3), "2026-09-26T08:00:00+07:00"
BY = ["--by", "Nguyễn Thị Thử", "--reason", "Quý đầu, kế hoạch duyệt ngoài chương trình"]


def course(folder: Path, *events: Event) -> Course:
    workspace = Workspace(folder)
    Ledger(workspace.ledger).append(events, AT)
    return load_course(workspace, Q)


def event(kind: Kind, officer: str = "CB01", subject: str = "", **body: object) -> Event:
    if kind is Kind.ASKED:
        body = {"s1": "abc", "due": "2026-09-29", "proposes": False, "point": "IX.1.1.1", **body}
    return Event(kind.value, str(Q), "DV01", officer, subject, body, "A", "vì B")


# --- Words --------------------------------------------------------------------------------------------------------------
def test_every_refusal_of_the_table_has_its_sentence_and_the_words_name_what_the_table_has():
    table, spoken = act_table(), words()
    codes = {code for row in table.outcomes.values() for code in row} - {LEGAL} | {"QUARTER_CLOSED", "NOT_CLOSED"}
    assert codes <= set(spoken["refusal"])
    assert {scope: tuple(states) for scope, states in spoken["state"].items()} == dict(table.states)
    assert set(spoken["scope"]) == set(table.states) and set(spoken["quarter"]) == set(Quarter)


@pytest.mark.parametrize("code", sorted(words()["refusal"]))
def test_a_refusal_is_one_sentence_with_whom_it_concerns_and_the_way_on(code):
    text = words()["refusal"][code]
    assert text.startswith("{who}") and text.endswith(".") and "; " in text and ". " not in text
    assert not re.search(r"[A-Z]+_[A-Z]+", text)


def test_refusals_of_one_kind_are_told_once_with_every_name():
    many = [Refusal("NOT_ASKED", (f"CB{number:02}",)) for number in range(1, 11)]
    (line,) = told(many)
    assert line.startswith("CB01, CB02, CB03, CB04, CB05, CB06, CB07, CB08 và 2 người khác: chưa gửi xin ý kiến")


# --- Replayed -----------------------------------------------------------------------------------------------------------
def test_nothing_done_is_the_first_state_of_every_scope(tmp_path):
    found = course(tmp_path)
    assert not found.begun
    assert [state_of(found, "CB01", scope) for scope in ("btv", "tw", "own")] == ["plan"] * 3


@pytest.mark.parametrize(("kinds", "btv"), [
    ((Kind.PLAN_APPROVED,), "evaluating"), ((Kind.ASKED,), "asked"), ((Kind.ASKED, Kind.APPRAISAL), "appraised"),
    ((Kind.APPRAISAL, Kind.SUBMITTED), "submitted"), ((Kind.SUBMITTED, Kind.DECISION), "decided"),
    ((Kind.PUBLISHED, Kind.DECISION), "published")])
def test_the_furthest_fact_is_the_state(tmp_path, kinds, btv):
    assert state_of(course(tmp_path, *map(event, kinds)), "CB01", "btv") == btv


def test_the_centres_officers_walk_their_own_way(tmp_path):
    found = course(tmp_path, event(Kind.SUBMITTED), event(Kind.DECISION))
    assert state_of(found, "CB01", "tw") == "proposed"
    assert state_of(course(tmp_path, event(Kind.CENTRE_DECISION)), "CB01", "tw") == "decided"


def test_what_was_withdrawn_leads_nowhere(tmp_path):
    assert state_of(course(tmp_path, event(Kind.ASKED), event(Kind.ASKED, withdrawn=True)), "CB01", "btv") == "plan"


def test_of_one_key_the_last_entry_holds_and_another_quarter_says_nothing(tmp_path):
    found = course(tmp_path, event(Kind.SKIPPED, subject="plan"), event(Kind.SKIPPED, subject="plan"),
                   Event(Kind.ASKED.value, "2026-Q2", "DV01", "CB01"))
    assert found.officer("CB01").facts == {"skipped/plan"} and len(found.officer("CB01").skipped) == 1


def test_a_scope_is_closed_and_reopened_with_its_version(tmp_path):
    found = course(tmp_path, event(Kind.CLOSED, "", "btv", version=1), event(Kind.REOPENED, "", "btv", version=2))
    assert found.scope("btv") == ScopeStanding(Quarter.REOPENED, 2) and found.scope("tw") == ScopeStanding()


def test_a_scope_is_summed_up_and_never_a_gate():
    found = Course({"A": Going(frozenset({"asked"})), "B": Going(frozenset({"skipped/plan"}))},
                   {"DV02": Going(frozenset({"lower_report"}))})
    btv, lower = summaries(found, {"A": "btv", "B": "btv", "C": "btv", "X": "lower"}, ["DV02", "DV03"])
    assert (btv.least, dict(btv.states)) == ("plan", {"plan": 1, "evaluating": 1, "asked": 1})
    assert dict(lower.states) == {"waiting": 1, "received": 1}


def test_an_entry_of_another_shape_is_a_damaged_ledger_and_no_guess(tmp_path):
    from qeval_batch.ledger.store import LedgerDamaged

    with pytest.raises(LedgerDamaged, match="quy trình của quý"):
        course(tmp_path, event(Kind.CLOSED, "", "btv"))
    assert replay([]) == Course()


# --- Permitted ----------------------------------------------------------------------------------------------------------
def test_an_act_is_done_for_those_whose_state_allows_it_and_refused_for_the_others_by_name():
    found = Course({"A": Going(frozenset({"asked"})), "B": Going(frozenset({"skipped/plan"}))})
    scopes = {"A": "btv", "B": "btv", "C": "btv", "T": "tw"}
    allowed, refused = permitted("appraise", scopes, scopes, found)
    assert allowed == ["A"]
    assert {item.who[0]: item.code for item in refused} == {"B": "NOT_ASKED", "C": "NOT_ASKED", "T": "SCOPE_FOREIGN"}
    closed = Course(found.officers, {}, {"btv": ScopeStanding(Quarter.CLOSED, 1)})
    assert outcome_of("appraise", "A", scopes, closed) == "QUARTER_CLOSED"


@pytest.mark.parametrize(("stage", "facts", "scope", "outcome"), [
    ("plan", set(), "btv", LEGAL), ("plan", {"skipped/plan"}, "btv", "STAGE_PASSED"), ("ask", set(), "btv", "PLAN_OPEN"),
    ("ask", {"plan_approved"}, "btv", LEGAL), ("appraise", {"plan_approved"}, "btv", "NOT_ASKED"),
    ("appraise", {"asked"}, "btv", LEGAL), ("appraise", {"appraisal"}, "btv", "STAGE_NEEDED"),
    ("ask", {"submitted"}, "btv", "STAGE_PASSED"), ("plan", set(), "tw", LEGAL), ("ask", {"skipped/plan"}, "tw", "STAGE_NEEDED"),
    ("ask", set(), "tw", "SCOPE_FOREIGN"), ("plan", set(), "lower", "SCOPE_FOREIGN")])
def test_only_the_stage_one_stands_before_is_left_out(stage, facts, scope, outcome):
    allowed, refused = may_skip(stage, ["A"], {"A": scope}, Course({"A": Going(frozenset(facts))}))
    assert (allowed, [item.code for item in refused]) == ((["A"], []) if outcome == LEGAL else ([], [outcome]))


# --- On the command line ------------------------------------------------------------------------------------------------
@pytest.fixture
def province(tmp_path) -> Path:
    create(tmp_path / "p", sample_roster=False, created=datetime.fromisoformat(AT))
    rosters.save(tmp_path / "p" / "danh-muc.xlsx", rosters.tables())
    return tmp_path / "p"


def call(root: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [words[0], "2026-Q3", "--root", str(root), *words[1:]], obj=None)
    told_ = str(done.exception) if done.exception is not None and not isinstance(done.exception, SystemExit) else ""
    return done.exit_code, " ".join((done.output + told_).split())


def test_status_names_the_state_of_every_scope_and_follows_what_was_left_out(province):
    _, before = call(province, "status", "--as-of", "2026-09-20")
    assert "Tiến độ theo diện quản lý:" in before and "Diện Ban Thường vụ Tỉnh ủy xếp loại: kế hoạch " in before
    code, said = call(province, "skip", "--stage", "plan", *BY)
    assert code == 0 and "bỏ qua khâu kế hoạch" in said
    _, after = call(province, "status", "--as-of", "2026-09-20")
    assert "Diện Ban Thường vụ Tỉnh ủy xếp loại: đánh giá " in after


def test_what_is_refused_for_all_writes_nothing_and_says_the_way_on(province):
    code, said = call(province, "skip", "--stage", "ask", *BY)
    assert code != 0 and "qeval skip --stage plan" in said
    assert Ledger(Workspace(province).ledger).entries() == []


def test_an_unknown_name_is_refused_by_name(province):
    assert "Không có đơn vị «DV999»" in call(province, "skip", "--stage", "plan", "--unit", "dv999", *BY)[1]
    assert "Không có cán bộ «CB999999»" in call(province, "skip", "--stage", "plan", "--officer", "CB999999", *BY)[1]
