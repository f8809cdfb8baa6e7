"""A unit sends again: in mails, in part, unchanged, faulty; what counts, what is set aside, what the ledger keeps."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
import read_builders as rb
import test_ledger_run as quarter
from test_ledger_run import IN_Q3, Q3, facts, go, plain, put_roster

from qeval_batch.commands.init import create
from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.intake.changes import changes
from qeval_batch.ledger.store import Ledger
from qeval_batch.ledger.verify import verify
from qeval_batch.model.submission import Row, SheetData
from qeval_batch.pipeline import run
from qeval_batch.workbook import stamp
from qeval_batch.workspace import Workspace

UNIT = rb.facts(0).unit.id
FIRST = datetime(2026, 9, 22, 9, tzinfo=VIETNAM_TIME)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    made = create(tmp_path / "w", sample_roster=False, created=IN_Q3)
    put_roster(made, Q3, changes=(), standing=None)
    return made


def book(workspace: Workspace, *, officers=("CB0001", "CB0002"), collective: bool = True,
         changed: bool = False, status=None, **wrong) -> bytes:
    """One workbook of the unit; ``changed``: every sheet says something else than it would; ``status``: of part III."""
    answers = rb.answers(2)
    answers["collective", None]["status"][0] |= status or {}
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
    why = {item.name: item.why for item in batch.result.files}
    assert "«CB0001» đã có bản mới hơn" in why["lần đầu.eml/lần đầu.xlsx"] and "mới hơn" not in why["bổ sung.eml/bổ sung.xlsx"]


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

    ahead = workspace.inbox / "a.xlsx"
    ahead.write_bytes(book(workspace))
    os.utime(ahead, ((IN_Q3 + timedelta(days=9)).timestamp(),) * 2)
    go(workspace)
    copied = workspace.inbox / "b.xlsx"
    copied.write_bytes(book(workspace, product="Viết lại"))
    os.utime(copied, (1_700_000_000, 1_700_000_000))
    second = IN_Q3 + timedelta(days=1)
    go(workspace, as_of=second)
    third = run(workspace, Q3, second + timedelta(days=1))
    by_name = {item.name: item.delivery.received for item in third.arrivals}
    # Its writer's clock is years old, yet the run before did not find it; the other's was ahead, and yet that run did.
    assert by_name["b.xlsx"] == IN_Q3 + timedelta(seconds=1) and by_name["a.xlsx"] == IN_Q3
    assert set(ended(third).values()) == {"accepted"}


def test_a_run_of_a_later_moment_leaves_no_file_without_a_time_nor_does_one_of_an_earlier_bring_it_forward(workspace):
    import os

    (workspace.inbox / "a.xlsx").write_bytes(book(workspace))
    written = IN_Q3 + timedelta(days=30)
    os.utime(workspace.inbox / "a.xlsx", (written.timestamp(),) * 2)
    go(workspace, as_of=IN_Q3 + timedelta(days=90))
    assert len(Ledger(workspace.ledger).entries("file")) == 1
    go(workspace)
    go(workspace)
    go(workspace, as_of=IN_Q3 - timedelta(days=9))
    assert len(Ledger(workspace.ledger).entries("file")) == 3

    def received(days: int):
        return next(item.delivery.received for item in run(workspace, Q3, IN_Q3 + timedelta(days=days)).arrivals)

    assert received(2) == IN_Q3 and received(-8) == IN_Q3 - timedelta(days=9) and received(91) == written
    assert verify(workspace).faults == ()


def test_mails_and_their_workbooks_are_both_kept_and_verify(workspace):
    mail(workspace, "lần đầu", book(workspace), 0)
    batch, _ = go(workspace)
    kept = {entry.values["name"]: entry for entry in Ledger(workspace.ledger).entries("file")}
    assert set(kept) == {"lần đầu.eml", "lần đầu.eml/lần đầu.xlsx"}
    assert verify(workspace).faults == () and batch.result.officer("CB0001").score is not None


def test_what_changed_is_shown_cell_by_cell_with_both_times(workspace):
    from openpyxl import load_workbook

    from qeval_batch.papers import plan
    from qeval_batch.render.tables.changed import changed

    mail(workspace, "lần đầu", book(workspace), 0)
    batch = run(workspace, Q3, IN_Q3)
    assert "thay-doi.xlsx" not in {job.path for job in plan(batch, "core")}
    mail(workspace, "bổ sung", book(workspace, officers=("CB0001",), collective=False, product="=Viết lại"), 1)
    batch = run(workspace, Q3, IN_Q3)
    assert "thay-doi.xlsx" in {job.path for job in plan(batch, "core")}
    rows = [row for row in load_workbook(io.BytesIO(changed(batch))).active.iter_rows(values_only=True)
            if str(row[0]).isdigit()]
    assert len(rows) == 5 and {row[7] for row in rows} == {"=Viết lại"} and {row[2] for row in rows} == {"CB0001"}
    assert all(row[4] == row[6] and row[4] for row in rows)
    assert "09:00 22/09/2026" in rows[0][8] and "09:00 23/09/2026" in rows[0][9]


def row(number: int, at: int = 0, **values) -> Row:
    return Row({"product": f"Việc {number}", "role": "lead"} | values, RowRef("f.xlsx", "CB0001", at or number, {
        "product": 5, "role": 7, "assigned": 11}))


@pytest.mark.parametrize(("old", "new", "said"), [
    ([1, 2, 3], [1, 2, 3], []),
    ([1, 2, 3], [2, 3], [("Việc 1", None)]),
    ([1, 3], [1, 2, 3], [(None, "Việc 2")]),
    ([1, 2, 3], [1, 9, 3], [("Việc 2", "Việc 9")]),
    ([], [1], [(None, "Việc 1")]),
])
def test_rows_put_in_left_out_or_rewritten_are_told_apart(old, new, said):
    sheets = [SheetData("phu-luc-05", "officer", "CB0001", "CB0001", {"products": tuple(
        row(number, place) for place, number in enumerate(numbers, start=40))}) for numbers in (old, new)]
    found = [item for item in changes(*sheets, rb.spec()) if item.label == "Nhiệm vụ, sản phẩm"]
    assert [(item.old, item.new) for item in found] == said
    assert all((item.old is None) == (item.old_at is None) and (item.new is None) == (item.new_at is None) for item in found)


def test_who_sent_a_file_when_and_by_whose_word_is_kept_beside_its_outcome(workspace):
    import json

    from qeval_batch.render.tables.results import results_json

    mail(workspace, "lần đầu", book(workspace), 0)
    (workspace.inbox / "chép tay.xlsx").write_bytes(book(workspace, changed=True))
    files = {item["name"]: item for item in json.loads(results_json(run(workspace, Q3, IN_Q3)))["files"]}
    sent = files["lần đầu.eml/lần đầu.xlsx"]
    assert (sent["received"], sent["received_source"], sent["sender"], sent["message_id"]) == (
        "2026-09-22T09:00:00+07:00", "mail", "van.thu@dv001.example", "<0@dv001.example>")
    assert files["chép tay.xlsx"]["received"] is None and files["chép tay.xlsx"]["received_source"] == "unknown"


def test_the_manifest_names_roster_and_register_by_their_hashes(workspace):
    import hashlib
    import json

    from qeval_batch.intake.register import write_register
    from qeval_batch.model.manifest import manifest_json

    write_register(workspace.register, rb.spec(), IN_Q3)
    kept = json.loads(manifest_json(run(workspace, Q3, IN_Q3), {}))["kept"]
    assert kept == [{"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
                    for path in (workspace.roster, workspace.register)]


def test_a_units_discipline_counts_the_roster_beside_its_own_answers(workspace):
    from datetime import date

    from qeval_batch.model.roster import Change

    mail(workspace, "lần đầu", book(workspace), 0)
    assert next(item for item in run(workspace, Q3, IN_Q3).result.units).discipline is True
    (workspace.inbox / "lần đầu.eml").unlink()
    answers = {"discipline_subordinate": "no"}
    mail(workspace, "không ai", book(workspace, status=answers), 0)
    assert next(item for item in run(workspace, Q3, IN_Q3).result.units).discipline is False
    put_roster(workspace, Q3, standing=None, changes=(
        Change("CB0002", "discipline", date(2026, 8, 3), None, None, "9-QĐ", quarter.AT),))
    assert next(item for item in run(workspace, Q3, IN_Q3).result.units).discipline is True
