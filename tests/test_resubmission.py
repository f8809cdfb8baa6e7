"""A unit sends again: in mails, in part, unchanged, faulty; what counts, what is set aside, what the ledger keeps."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
import read_builders as rb
import test_ledger_run as quarter
from test_ledger_run import IN_Q3, Q3, facts, go, plain, put_roster

from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.ledger.store import Ledger
from qeval_batch.ledger.verify import verify
from qeval_batch.pipeline import run
from qeval_batch.workbook import stamp
from qeval_batch.workspace import Workspace, create

UNIT = rb.facts(0).unit.id
FIRST = datetime(2026, 9, 22, 9, tzinfo=VIETNAM_TIME)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    made = create(tmp_path / "w", sample_roster=False, created=IN_Q3)
    put_roster(made, Q3, changes=(), standing=None)
    return made


def book(workspace: Workspace, *, officers=("CB0001", "CB0002"), collective: bool = True,
         changed: bool = False, **wrong) -> bytes:
    """One workbook of the unit; ``changed``: every sheet says something else than it would."""
    answers = rb.answers(2)
    if changed:
        answers["collective", None]["tasks"][0]["task"] = "Nhiệm vụ viết lại"
        answers["proposal", None]["officers"][0]["personnel"] = "Luân chuyển"
        answers["dossier", None]["parts"][0]["number"] = "15-TTr/ĐU"
    for officer in ("CB0001", "CB0002"):
        if officer in officers:
            answers["officer", officer]["products"] = [plain(number) | wrong for number in range(1, 6)]
        else:
            del answers["officer", officer]
    if not collective:
        answers = {key: value for key, value in answers.items() if key[0] == "officer"}
    return quarter.workbook_bytes(facts(workspace, Q3), key=stamp.load_or_create_key(workspace.key),
                                  created=rb.CREATED, answers=answers)


def mail(workspace: Workspace, name: str, data: bytes, days: int) -> None:
    message = EmailMessage()
    message["Received"] = f"from a by mx.example; {format_datetime(FIRST + timedelta(days=days))}"
    message["From"], message["Message-ID"] = "Văn thư <van.thu@dv001.example>", f"<{days}@dv001.example>"
    message.set_content("Kính gửi Ban Tổ chức.")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"{name}.xlsx")
    (workspace.inbox / f"{name}.eml").write_bytes(message.as_bytes())


def ended(batch) -> dict[str, str]:
    return {item.name: item.outcome for item in batch.result.files}


def test_a_part_sent_later_takes_the_place_of_that_part_alone(workspace):
    mail(workspace, "lần đầu", book(workspace), 0)
    mail(workspace, "bổ sung", book(workspace, product="Viết lại", officers=("CB0001",), collective=False), 1)
    batch = run(workspace, Q3, IN_Q3)
    assert ended(batch) == {"lần đầu.eml": "accepted", "lần đầu.eml/lần đầu.xlsx": "accepted",
                            "bổ sung.eml": "accepted", "bổ sung.eml/bổ sung.xlsx": "accepted"}
    sheets = batch.records[UNIT].sheets
    assert [sheets[officer].products[0].text == "Viết lại" for officer in ("CB0001", "CB0002")] == [True, False]
    assert [(item.old.sheet.officer, item.new.file) for item in batch.replaced] == [
        ("CB0001", "bổ sung.eml/bổ sung.xlsx")]


def test_a_whole_set_sent_again_sets_the_first_aside_and_an_unchanged_one_is_named_so(workspace):
    mail(workspace, "b", book(workspace), 0)
    mail(workspace, "a", book(workspace, changed=True, product="Viết lại"), 1)
    mail(workspace, "c", book(workspace, changed=True, product="Viết lại"), 2)
    found = ended(run(workspace, Q3, IN_Q3))
    assert (found["b.eml/b.xlsx"], found["a.eml/a.xlsx"], found["c.eml/c.xlsx"]) == ("superseded", "accepted", "duplicate")


def test_a_faulty_newest_sheet_leaves_the_officer_without_data_and_shows_the_older_one(workspace):
    mail(workspace, "lần đầu", book(workspace), 0)
    mail(workspace, "sai", book(workspace, officers=("CB0001",), collective=False, quality_pct=150), 1)
    batch = run(workspace, Q3, IN_Q3)
    status = {item.id: item.status.value for item in batch.result.officers}
    assert status["CB0001"] == "insufficient" and status["CB0002"] != "insufficient"
    older = next(item for item in batch.result.findings if item.code == "SHEET_OLDER_KEPT")
    assert older.where.officer == "CB0001" and dict(older.params)["file"] == "lần đầu.eml/lần đầu.xlsx"
    assert ended(batch)["sai.eml/sai.xlsx"] == "returned"


def test_without_any_word_of_when_the_order_of_two_sets_is_asked_until_a_run_has_seen_one(workspace):
    (workspace.inbox / "b.xlsx").write_bytes(book(workspace))
    (workspace.inbox / "a.xlsx").write_bytes(book(workspace, product="Viết lại"))
    assert {item.code for item in run(workspace, Q3, IN_Q3).result.findings} >= {"SHEET_CONFLICT"}
    (workspace.inbox / "a.xlsx").unlink()
    go(workspace)
    (workspace.inbox / "a.xlsx").write_bytes(book(workspace, product="Viết lại"))
    batch = run(workspace, Q3, IN_Q3 + timedelta(hours=1))
    assert ended(batch)["a.xlsx"] == "accepted"
    assert batch.records[UNIT].sheets["CB0001"].products[0].text == "Viết lại"


def test_the_same_run_twice_says_the_same_though_the_first_was_recorded(workspace):
    (workspace.inbox / "a.xlsx").write_bytes(book(workspace))
    first, _ = go(workspace)
    assert run(workspace, Q3, IN_Q3).result == first.result
    later = run(workspace, Q3, IN_Q3 + timedelta(hours=1))
    seen = next(item for item in later.arrivals if item.name == "a.xlsx").delivery
    assert seen.source == "clock" and seen.seen_before and seen.received is not None and seen.received <= IN_Q3


def test_a_clock_is_bounded_by_the_runs_around_it(workspace):
    import os

    (workspace.inbox / "a.xlsx").write_bytes(book(workspace))
    go(workspace)
    copied = workspace.inbox / "b.xlsx"
    copied.write_bytes(book(workspace, product="Viết lại"))
    os.utime(copied, (1_700_000_000, 1_700_000_000))
    second = IN_Q3 + timedelta(days=1)
    go(workspace, as_of=second)
    third = run(workspace, Q3, second + timedelta(days=1))
    by_name = {item.name: item.delivery.received for item in third.arrivals}
    # Its writer's clock is years old, yet the run before did not find it.
    assert by_name["b.xlsx"] == IN_Q3 and by_name["a.xlsx"] <= IN_Q3


def test_mails_and_their_workbooks_are_both_kept_and_verify(workspace):
    mail(workspace, "lần đầu", book(workspace), 0)
    batch, _ = go(workspace)
    kept = {entry.values["name"]: entry for entry in Ledger(workspace.ledger).entries("file")}
    assert set(kept) == {"lần đầu.eml", "lần đầu.eml/lần đầu.xlsx"}
    assert verify(workspace).faults == () and batch.result.officer("CB0001").score is not None
