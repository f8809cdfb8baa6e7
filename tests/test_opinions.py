"""Bodies asked and what they say: letters and workbooks out, answers into their own column; stale, foreign, late apart."""

from __future__ import annotations

import dataclasses
import io
import shutil

import docx
import procedure_builders as pb
import pytest
from procedure_builders import BY, PERIOD

from qeval_batch.core.cells import RowRef
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.course import Asking, Course, Going, Opinion, ScopeStanding
from qeval_batch.model.results import Flag, Levels, OfficerResult, Status
from qeval_batch.model.submission import INVALID, Row, SheetData, Stamp
from qeval_batch.procedure.opinions import Heard, heard, silent, with_opinions
from qeval_batch.workspace import Workspace

PROPOSE, COMMENT = "Đề xuất mức", "Cho ý kiến"
AT = RowRef("TO1.xlsx", "Cho ý kiến", 5, {"level": 9})


# --- What a row is worth ------------------------------------------------------------------------------------------------
def ground(facts: frozenset[str] = frozenset({"asked"}), now: str = "s1", closed: bool = False) -> Heard:
    course = Course({"CB1": Going(facts, asked={"TO1": Asking("TO1", False, "s1", "2026-09-29", "IX.1.1.1")})}, {},
                    {"btv": ScopeStanding("closed", 1)} if closed else {})
    stamp = Stamp("y-kien", "TO1", "2026-Q3", "30+70", {}, {}, "", "", notes={"s1:CB1": "s1", "s1:CB2": "s1"})
    return Heard(course, {"CB1": "btv", "CB2": "btv"}, {"CB1": now, "CB2": "s1"}, {"TO1.xlsx": stamp}, {})


def said(sheet: str = "opinions", officer: str = "CB1", **values: object) -> SheetData:
    return SheetData("y-kien", sheet, "Cho ý kiến", None, {sheet: (Row({"level": "2", **values}, AT, officer),)})


@pytest.mark.parametrize(("body", "sheet", "given", "code"), [
    ("TO1", said(), ground(), None),
    ("TO1", said(officer="CB2"), ground(), "OPINION_FOREIGN"),
    ("TO1", said(officer="CB404"), ground(), "OPINION_FOREIGN"),
    ("TO2", said(), ground(), "OPINION_FOREIGN"),
    ("TO1", said("proposals"), ground(), "OPINION_FOREIGN"),
    ("TO1", said(), ground(now="s2"), "OPINION_STALE"),
    ("TO1", said(), ground(frozenset({"asked", "submitted"})), "OPINION_AFTER")])
def test_a_row_stands_or_waits_and_says_why(body, sheet, given, code):
    standing, found = heard(body, [sheet], given)
    assert [item.code for item in found] == ([code] if code else [])
    assert bool(standing) is (code is None)


def test_an_answer_after_its_day_is_late_and_still_counts():
    from datetime import date

    given = dataclasses.replace(ground(), arrived={"TO1.xlsx": date(2026, 9, 30)})
    (opinion,), (told,) = heard("TO1", [said(comment="Tốt")], given)
    assert opinion.late and opinion.level == 2 and opinion.comment == "Tốt" and told.code == "OPINION_LATE"
    on_the_day = dataclasses.replace(ground(), arrived={"TO1.xlsx": date(2026, 9, 29)})
    assert heard("TO1", [said()], on_the_day)[1] == []


def test_a_blank_row_is_no_opinion_and_an_unreadable_one_is_the_readers_affair():
    assert heard("TO1", [said(level=None)], ground()) == ([], [])
    assert heard("TO1", [said(level=INVALID)], ground()) == ([], [])


# --- Beside the results ---------------------------------------------------------------------------------------------------
def result(**changed: object) -> OfficerResult:
    levels = changed.pop("levels", Levels(1, 1, 1, 1, 1))
    return OfficerResult("CB1", "A", "DV1", "N1", False, "B", changed.pop("status", Status.GRADED), levels=levels)


def proposed(level: int | None) -> Opinion:
    return Opinion("CB1", "DUUB", True, level, None, None, "căn cứ", None, "s1", False)


def course(*facts: str, opinions: tuple[Opinion, ...] = ()) -> Course:
    asked = {"DUUB": Asking("DUUB", True, "s1", "2026-09-29", "IX.1.1.3"), "TO1": Asking("TO1", False, "s1", "", "IX.1.1.1")}
    return Course({"CB1": Going(frozenset({"asked", *facts}), asked=asked, opinions={item.body: item for item in opinions})})


@pytest.mark.parametrize(("levels", "level", "possible", "outcome"), [
    (Levels(1, 1, 1, 1, 1), 2, (1, 2), None), (Levels(1, 1, 1, 1, 2), 2, (2,), None),
    (Levels(2, 2, 1, 2, 2), 1, (1, 2), None), (Levels(2, 2, 4, 4, 4), 1, (4,), None), (Levels(2, 2, 2, 2, 2), 2, (), 2)])
def test_a_proposing_body_that_differs_leaves_the_proposal_open(levels, level, possible, outcome):
    (found,) = with_opinions([result(levels=levels)], [proposed(level)], course(), "LD IX.1.1")
    assert (found.status, found.levels.proposed, found.possible) == (Status.GRADED, outcome, possible)
    assert found.levels.eligible == levels.eligible
    assert (Flag.PROPOSAL_DIFFERS in found.flags) is (outcome is None)
    assert ("decision_review" in found.waits_for) is (outcome is None)


def test_an_absent_proposal_is_only_waited_for():
    (found,) = with_opinions([result()], [proposed(None)], course(), "LD IX.1.1")
    assert found.flags == (Flag.PROPOSAL_AWAITED,) and found.levels.proposed == 1 and found.waits_for == ("proposal_body",)


def test_who_has_no_level_gets_none_from_a_body():
    (found,) = with_opinions([result(status=Status.REVIEW, levels=Levels(1, 1))], [proposed(2)], course(), "LD IX.1.1")
    assert found.status is Status.REVIEW and Flag.PROPOSAL_DIFFERS not in found.flags


def test_after_the_submission_what_was_heard_till_then_stands():
    (found,) = with_opinions([result()], [proposed(2)], course("submitted", opinions=(proposed(1),)), "LD IX.1.1")
    assert [item.level for item in found.opinions] == [1] and found.levels.proposed == 1


def test_silence_is_told_with_whom_it_concerns_and_is_no_agreement():
    (found,) = with_opinions([result()], [proposed(1)], course(), "LD IX.1.1")
    assert list(silent([found], course())) == [("TO1", "", ("CB1",))]


# --- From the command to the column ---------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> Workspace:
    made = pb.workspace(tmp_path_factory.mktemp("hoi"))
    code, told = pb.call(made, "ask", *BY)
    assert code == 2 and "qeval skip --stage plan" in told and not pb.entries(made, "asked")
    pb.skip_plan(made)
    code, told = pb.call(made, "ask", *BY)
    assert code == 1 and "DV009" in told and "hồ sơ của đơn vị chưa nộp hoặc còn bị trả lại" in told
    return made


@pytest.fixture
def quarter(asked, tmp_path) -> Workspace:
    shutil.copytree(asked.root, tmp_path / "p")
    return Workspace(tmp_path / "p")


def test_each_body_gets_a_letter_and_a_workbook_of_its_own_officers(asked):
    folder = asked.opinions_asked(PERIOD)
    assert sorted(item.name for item in folder.iterdir() if item.is_dir()) == sorted(pb.NAMES)
    _, columns, rows = pb.table(pb.book_of(asked, "TTHD"), PROPOSE)
    posts = {pb.roster_of(asked).officers[ident].post_class for ident in rows}
    assert posts == {"Chủ tịch HĐND cấp xã"}
    assert not any("Tính lại" in label or "Thứ tự" in label or "tối đa" in label for label in columns)
    said_ = "\n".join(item.text for item in docx.Document(io.BytesIO(
        (folder / "TTHD" / "phieu-xin-y-kien-TTHD.docx").read_bytes())).paragraphs)
    assert "Kính gửi: Thường trực HĐND tỉnh" in said_ and "chậm nhất ngày 29/9/2026" in said_
    assert "để trống không được hiểu là đồng ý" in said_


def test_the_ledger_holds_each_officer_and_body_with_what_the_body_saw(asked):
    entries = pb.entries(asked, "asked")
    assert len({entry.key for entry in entries}) == len(entries) > 100
    assert all(len(entry.values["s1"]) == 16 and entry.values["due"] == "2026-09-29" and entry.by == BY[1] for entry in entries)


def test_asking_again_unchanged_adds_nothing(quarter):
    before = len(Ledger(quarter.ledger).entries())
    code, told = pb.call(quarter, "ask", *BY)
    assert code == 1 and "không ghi thêm" in told and len(Ledger(quarter.ledger).entries()) == before


def test_answers_come_into_their_own_column_and_a_silent_body_is_named(quarter):
    _, _, rows = pb.table(pb.book_of(quarter, "DUUB"), PROPOSE)
    differs, agrees, *_ = rows
    pb.answer(quarter, "DUUB", PROPOSE, {differs: {"Đề xuất mức": "Không hoàn thành nhiệm vụ", "Điểm thẩm định": 45},
                                         agrees: {"Đề xuất mức": "Hoàn thành tốt nhiệm vụ"}})
    found = pb.results(quarter)
    one = pb.officer(found, differs)
    assert one["opinions"] == [{"body": "DUUB", "kind": "proposal", "score": "45.00", "level": 4}]
    assert one["levels"]["proposed"] is None and "PROPOSAL_DIFFERS" in one["flags"] and 4 in one["possible"]
    assert pb.officer(found, agrees)["levels"]["proposed"] == 2
    assert next(item for item in found["files"] if item["name"] == "DUUB.xlsx")["outcome"] == "accepted"
    held = pb.entries(quarter, "proposal54")
    assert {entry.officer for entry in held} == {differs, agrees}
    _, screen = pb.call(quarter, "status", at=pb.ANSWERED_AT)
    assert "Chưa trả lời xin ý kiến:" in screen and "TO1 Tổ theo dõi địa bàn số 1" in screen
    # The same once more adds nothing; a workbook written again holds what the body said.
    count = len(Ledger(quarter.ledger).entries("proposal54"))
    pb.results(quarter)
    assert len(Ledger(quarter.ledger).entries("proposal54")) == count
    assert pb.call(quarter, "ask", *BY)[0] == 1
    import openpyxl

    _, columns, rows = pb.table(pb.book_of(quarter, "DUUB"), PROPOSE)
    page = openpyxl.load_workbook(pb.book_of(quarter, "DUUB"))[PROPOSE]
    assert page.cell(rows[differs], columns["Đề xuất mức"]).value == "Không hoàn thành nhiệm vụ"


def test_a_body_not_ready_is_refused_by_name_and_lifted_with_a_reason(asked, tmp_path):
    roster = pb.roster_of(asked)
    bodies = tuple(dataclasses.replace(item, due=None if item.id == "TO1" else item.due) for item in roster.opinion_bodies)
    made = pb.workspace(tmp_path, opinion_bodies=bodies)
    pb.skip_plan(made)
    code, told = pb.call(made, "ask", "--body", "TO1", *BY)
    assert code == 2 and "TO1: chưa gửi xin ý kiến được vì chưa ghi Hạn gửi" in told and not pb.entries(made, "asked")
    code, told = pb.call(made, "ask", "--body", "TO1", "--lift", "TO1", *BY)
    assert code == 2 and "Thiếu --reason" in told
    assert pb.call(made, "ask", "--body", "TO1", "--lift", "TO1", "--reason", "Hạn báo sau", *BY)[0] == 1
    assert {entry.subject for entry in pb.entries(made, "asked")} == {"TO1"}


def test_names_nobody_bears_are_refused(asked):
    assert "Không có cơ quan «XX»" in pb.call(asked, "ask", "--body", "xx", *BY)[1]
    assert "Không có đơn vị «DV999»" in pb.call(asked, "ask", "--unit", "DV999", *BY)[1]
