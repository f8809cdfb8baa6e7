"""`qeval invalidate`, `waive`, `assign` as a clerk types them: checked first, recorded once, taken back, printed."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from email.message import EmailMessage

import pytest
import read_builders as rb
from click.testing import CliRunner

from qeval_batch import messages
from qeval_batch.cli.cli import cli
from qeval_batch.commands.init import create
from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.intake.scan import read_arrival
from qeval_batch.ledger.acts import KINDS, load_acts
from qeval_batch.ledger.record import record
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.results import Flag, Status
from qeval_batch.model.roster import Group, Roster
from qeval_batch.pipeline import load_period, publish, run
from qeval_batch.render.tables.report import report_xlsx
from qeval_batch.render.tables.results import results_json
from qeval_batch.roster.write import write_roster
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.write import workbook_bytes
from qeval_batch.workbook import stamp
from qeval_batch.workspace import Workspace

Q3 = Period(2026, 3)
AS_OF = datetime(2026, 9, 26, 8, 0, tzinfo=VIETNAM_TIME)
FILE, COPY = "Khối UBND/DV031.xlsx", "DV031.xlsx"
BY = ("--by", "Người Trực Mẫu", "--reason", "Đơn vị đã xác nhận")


def whole(number: int, **changes):
    return rb.product(number, done=Decimal(3), projected=False, progress_pct=None, cause=None, confirm_document=None,
                      confirm_body=None, evidence=None, note=None, **changes)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One unit: an officer whose proposal gives no reason, and a task whose status its dates contradict."""
    workspace = create(tmp_path_factory.mktemp("acts") / "w", sample_roster=False, created=AS_OF)
    spec, unit = load_period(workspace, Q3), rb.facts(0).unit
    # The head stands in no group with the own deputy (R42).
    people = (replace(rb.officer(1), group=None), rb.officer(2))
    write_roster(workspace.roster, spec, Roster(
        {unit.id: unit, "DV032": replace(unit, id="DV032", name="Sở Suối Mẫu")}, {item.id: item for item in people},
        {"N01": Group("N01", "Nhóm 1", None, True, None, "5-QĐ/TU", unit.at)}), AS_OF)
    answers = rb.answers(2)
    answers["collective", None]["tasks"][1]["status"] = "late"
    for person in people:
        answers["officer", person.id]["products"] = [whole(number) for number in range(1, 6)]
        answers["officer", person.id]["self"][0]["self_level"] = "2"
    for row, level in zip(answers["proposal", None]["officers"], ("2", "3"), strict=True):
        row |= {"unit_score": None, "unit_level": level}
    answers["proposal", None]["officers"][1]["reason"] = None
    (workspace.inbox / "Khối UBND").mkdir()
    (workspace.inbox / FILE).write_bytes(workbook_bytes(
        UnitFacts(spec, Q3, unit, people), key=stamp.load_or_create_key(workspace.key), created=rb.CREATED,
        answers=answers))
    return workspace


@pytest.fixture
def workspace(made, tmp_path):
    return Workspace(shutil.copytree(made.root, tmp_path / "w"))


def qeval(workspace: Workspace, *arguments: str) -> str:
    done = CliRunner().invoke(cli, [*arguments, "--root", str(workspace.root)])
    assert done.exit_code == 0, done.output or done.exception
    return " ".join(done.output.split())


def refused(workspace: Workspace, *arguments: str) -> str:
    before = Ledger(workspace.ledger).entries()
    done = CliRunner().invoke(cli, [*arguments, "--root", str(workspace.root)])
    assert done.exit_code != 0 and Ledger(workspace.ledger).entries() == before
    return " ".join(str(getattr(done.exception, "message", done.exception)).split()) + done.output


def waive(workspace: Workspace, *arguments: str) -> tuple[str, ...]:
    return ("waive", "2026-Q3", "--as-of", "2026-09-26T08:00", *arguments, *BY)


def errors(batch) -> set[str]:
    return {item.code for item in batch.result.findings if messages.is_error(item)}


# --- waive ------------------------------------------------------------------------------------------------------------
def test_a_waiver_lets_the_record_be_built_and_is_told_everywhere(workspace):
    before = run(workspace, Q3, AS_OF)
    assert errors(before) == {"TASK_STATUS_DATES", "PROPOSAL_REASON_DIFFERS"}
    assert before.records["DV031"].collective is None and before.result.units[0].status == "returned"
    told = qeval(workspace, *waive(workspace, "--unit", "dv031", "--code", "TASK_STATUS_DATES"))
    assert "miễn cho DV031" in told and "NV02" in told
    after = run(workspace, Q3, AS_OF)
    assert errors(after) == {"PROPOSAL_REASON_DIFFERS"} and after.records["DV031"].collective is not None
    assert not after.records["DV031"].collective.tasks[1].late          # the dates decide, not the status
    assert all(Flag.WAIVED in item.flags for item in after.result.officers if item.unit == "DV031")
    found = next(item for item in json.loads(results_json(after))["findings"] if item["code"] == "TASK_STATUS_DATES")
    assert (found["severity"], found["waived_by"], found["waived_reason"]) == ("note", BY[1], BY[3])
    said = CliRunner().invoke(cli, ["explain", "2026-Q3", "CB0001", "--as-of", "2026-09-26T08:00",
                                    "--root", str(workspace.root)]).output
    assert f"Không phải sửa: {BY[1]} đã miễn, lý do «{BY[3]}»." in " ".join(said.split())


def test_a_missing_reason_lifted_by_hand_no_longer_makes_the_officer_wait(workspace):
    qeval(workspace, *waive(workspace, "--unit", "DV031", "--code", "TASK_STATUS_DATES"))
    before = run(workspace, Q3, AS_OF).result.officer("CB0002")
    assert before.status is Status.PENDING and before.waits_for == ("unit_correction",)
    qeval(workspace, *waive(workspace, "--unit", "DV031", "--code", "PROPOSAL_REASON_DIFFERS",
                            "--officer", "cb0002"))
    batch = run(workspace, Q3, AS_OF)
    officer = batch.result.officer("CB0002")
    assert errors(batch) == set() and "unit_correction" not in officer.waits_for and officer.levels.unit == 3
    assert Flag.WAIVED in officer.flags and batch.records["DV031"].proposals["CB0002"].reason is None


def test_a_waiver_is_taken_back(workspace):
    qeval(workspace, *waive(workspace, "--unit", "DV031", "--code", "TASK_STATUS_DATES"))
    qeval(workspace, *waive(workspace, "--unit", "DV031", "--code", "TASK_STATUS_DATES", "--undo"))
    assert errors(run(workspace, Q3, AS_OF)) == {"TASK_STATUS_DATES", "PROPOSAL_REASON_DIFFERS"}
    assert "Không có lần miễn nào" in refused(
        workspace, *waive(workspace, "--unit", "DV031", "--code", "TASK_STATUS_DATES", "--undo"))
    assert len(Ledger(workspace.ledger).entries("waive")) == 2


@pytest.mark.parametrize(("arguments", "words"), [
    (("--code", "KHONG_CO"), "Không có mã phát hiện"),
    (("--code", "SHEET_CONFLICT"), "không miễn được"),
    (("--code", "DOSSIER_PART_MISSING"), "không chặn gì"),
    (("--code", "AXIS_NO_MAIN"), "Không có lỗi nào như vậy. Lỗi có thể miễn của đơn vị:"),
    (("--code", "TASK_STATUS_DATES", "--cell", "A1"), "TASK_STATUS_DATES (Phụ lục 09!"),
    (("--code", "TASK_STATUS_DATES", "--sheet", "Tổng hợp"), "Không có lỗi nào"),
])
def test_what_is_not_exactly_one_finding_that_may_be_lifted_is_refused(workspace, arguments, words):
    assert words in refused(workspace, *waive(workspace, "--unit", "DV031", *arguments))


def test_an_unknown_unit_and_a_second_waiver_of_one_finding_are_refused(workspace):
    assert "Không có đơn vị «DV999»" in refused(
        workspace, *waive(workspace, "--unit", "DV999", "--code", "TASK_STATUS_DATES"))
    qeval(workspace, *waive(workspace, "--unit", "DV031", "--code", "TASK_STATUS_DATES"))
    assert "đã được miễn (Người Trực Mẫu" in refused(
        workspace, *waive(workspace, "--unit", "DV031", "--code", "TASK_STATUS_DATES"))


def test_two_findings_of_one_code_are_told_apart_by_their_cells(workspace):
    data = rb.edit((workspace.inbox / FILE).read_bytes(), _second_fault)
    (workspace.inbox / FILE).write_bytes(data)
    cells = [item.where.a1 for item in run(workspace, Q3, AS_OF).result.findings if item.code == "TASK_STATUS_DATES"]
    said = refused(workspace, *waive(workspace, "--unit", "DV031", "--code", "TASK_STATUS_DATES"))
    assert "Có 2 lỗi như vậy. Thêm --officer" in said and all(cell in said for cell in cells)
    qeval(workspace, *waive(workspace, "--unit", "DV031", "--code", "TASK_STATUS_DATES", "--cell", cells[1].lower()))
    left = [item.where.a1 for item in run(workspace, Q3, AS_OF).result.findings
            if item.code == "TASK_STATUS_DATES" and item.waived is None]
    assert left == cells[:1]


def _second_fault(book):
    sheet = book["Phụ lục 09"]
    row = next(cell.row for line in sheet.iter_rows() for cell in line if cell.value == "NV01")
    column = next(cell.column for cell in sheet[row] if cell.value == "Hoàn thành đúng hạn")
    sheet.cell(row, column).value = "Hoàn thành chậm"


def test_the_run_report_lists_who_lifted_what_and_what_is_idle(workspace):
    import io

    import openpyxl

    qeval(workspace, *waive(workspace, "--unit", "DV031", "--code", "TASK_STATUS_DATES"))
    qeval(workspace, *waive(workspace, "--unit", "DV031", "--code", "PROPOSAL_REASON_DIFFERS"))
    (workspace.inbox / FILE).write_bytes(rb.edit((workspace.inbox / FILE).read_bytes(), _reason_given))
    batch = run(workspace, Q3, AS_OF)
    page = openpyxl.load_workbook(io.BytesIO(report_xlsx(batch)))["Miễn lỗi"]
    rows = [[cell.value for cell in line] for line in page.iter_rows() if line[0].value in ("1", "2", 1, 2)]
    assert [(row[6], row[7], row[9], row[10]) for row in rows] == [
        (BY[1], BY[3], "Đang áp dụng", "TASK_STATUS_DATES"),
        (BY[1], BY[3], "Không còn lỗi này", "PROPOSAL_REASON_DIFFERS")]
    severities = [line[0].value for line in
                  openpyxl.load_workbook(io.BytesIO(report_xlsx(batch)))["Phát hiện"].iter_rows()]
    assert severities.count("Được miễn") == 1


def _reason_given(book):
    sheet = book["Tổng hợp"]
    row = next(cell.row for line in sheet.iter_rows() for cell in line if cell.value == "CB0002")
    reason = next(cell for line in sheet.iter_rows() for cell in line if cell.value == "Vì kết quả")
    sheet.cell(row, reason.column).value = "Vì còn việc dở"


# --- invalidate -------------------------------------------------------------------------------------------------------
def test_a_file_is_named_by_its_path_in_any_spelling_or_by_its_hash(workspace):
    sha256 = next(iter(run(workspace, Q3, AS_OF).arrivals)).sha256
    for name in (FILE, f"inbox/{FILE}", FILE.replace("/", "\\"), sha256[:8].upper(), sha256):
        assert "bị loại" in qeval(workspace, "invalidate", "2026-Q3", name, *BY)
        assert load_acts(workspace, Q3).invalidated[sha256].by == BY[1]
        assert "được dùng lại" in qeval(workspace, "invalidate", "2026-Q3", name, *BY, "--undo")
        assert load_acts(workspace, Q3).invalidated == {}


def test_a_file_that_went_away_is_still_known_by_the_ledger(workspace):
    batch = run(workspace, Q3, AS_OF)
    record(workspace, batch, publish(workspace, batch, "core"), read_arrival)
    (workspace.inbox / FILE).unlink()
    qeval(workspace, "invalidate", "2026-Q3", FILE, *BY)
    (workspace.inbox / FILE).write_bytes(b"another content")      # what lies there now is what the path means
    assert "không bị loại" in refused(workspace, "invalidate", "2026-Q3", FILE, *BY, "--undo")
    qeval(workspace, "invalidate", "2026-Q3", batch.arrivals[0].sha256[:12], *BY, "--undo")


@pytest.mark.parametrize(("name", "words"), [
    ("không-có.xlsx", "Không có tệp"), ("deadbeef", "Không có tệp «deadbeef»"), (COPY, f"Có phải: {FILE}")])
def test_a_file_nobody_knows_is_refused_with_the_nearest(workspace, name, words):
    assert words in refused(workspace, "invalidate", "2026-Q3", name, *BY)


def test_a_file_s_name_cannot_steer_the_terminal(workspace):
    (workspace.inbox / "a\x1b]0;b\x07\u202ec.xlsx").write_bytes(b"x")
    told = qeval(workspace, "invalidate", "2026-Q3", "a\x1b]0;b\x07\u202ec.xlsx", *BY)
    assert "a]0;bc.xlsx" in told and not {"\x1b", "\x07", "\u202e"} & set(told)


def test_a_file_taken_out_twice_or_back_twice_is_refused(workspace):
    assert "không có gì để thôi loại" in refused(workspace, "invalidate", "2026-Q3", FILE, *BY, "--undo")
    qeval(workspace, "invalidate", "2026-Q3", FILE, *BY)
    assert "đã bị loại" in refused(workspace, "invalidate", "2026-Q3", FILE, *BY)


def test_a_member_of_a_container_is_known_once_a_run_has_recorded_it(workspace):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("bản hai.xlsx", (workspace.inbox / FILE).read_bytes() + b"\0")
    (workspace.inbox / "gửi.zip").write_bytes(target.getvalue())
    assert "chạy qeval run trước" in refused(workspace, "invalidate", "2026-Q3", "gửi.zip/bản hai.xlsx", *BY)
    batch = run(workspace, Q3, AS_OF)
    record(workspace, batch, publish(workspace, batch, "core"), read_arrival)
    assert "bị loại" in qeval(workspace, "invalidate", "2026-Q3", "gửi.zip/bản hai.xlsx", *BY)


def test_an_archive_taken_out_is_not_opened_and_what_came_beside_it_counts(workspace):
    alone, data = errors(run(workspace, Q3, AS_OF)), (workspace.inbox / FILE).read_bytes()
    with zipfile.ZipFile(workspace.inbox / "gửi.zip", "w") as archive:
        archive.writestr("bản hai.xlsx", rb.edit(data, _reason_given))
        archive.writestr(FILE, data)
        archive.writestr("ảnh.png", b"")
    assert "SHEET_CONFLICT" in errors(run(workspace, Q3, AS_OF))
    qeval(workspace, "invalidate", "2026-Q3", "gửi.zip", *BY)
    batch = run(workspace, Q3, AS_OF)
    assert errors(batch) == alone
    files = {item.name: item for item in batch.result.files}
    assert {name: item.outcome for name, item in files.items()} == {
        FILE: "returned", "gửi.zip": "ignored"}
    assert BY[1] in files["gửi.zip"].why and BY[3] in files["gửi.zip"].why
    qeval(workspace, "invalidate", "2026-Q3", "gửi.zip", *BY, "--undo")
    assert "SHEET_CONFLICT" in errors(run(workspace, Q3, AS_OF))


def test_an_archive_whose_only_workbook_is_taken_out_does_not_say_it_held_none(workspace):
    with zipfile.ZipFile(workspace.inbox / "gửi.zip", "w") as archive:
        archive.writestr(FILE, (workspace.inbox / FILE).read_bytes())
    (workspace.inbox / FILE).unlink()
    go = run(workspace, Q3, AS_OF)
    record(workspace, go, publish(workspace, go, "core"), read_arrival)
    qeval(workspace, "invalidate", "2026-Q3", f"gửi.zip/{FILE}", *BY)
    files = {item.name: item for item in run(workspace, Q3, AS_OF).result.files}
    assert (files["gửi.zip"].outcome, files["gửi.zip"].why) == ("ignored", "Đã mở: bỏ qua 1.")
def packed(workspace, name: str, **members: bytes) -> None:
    with zipfile.ZipFile(workspace.inbox / name, "w") as archive:
        for member, data in members.items():
            archive.writestr(f"{member}.{'pdf' if data[:4] == b'%PDF' else 'xlsx'}", data)


def test_what_only_an_archive_taken_out_held_leaves_no_trace_of_its_unit(workspace):
    packed(workspace, "A gửi.zip", bản_một=(workspace.inbox / FILE).read_bytes())
    (workspace.inbox / FILE).unlink()
    qeval(workspace, "invalidate", "2026-Q3", "A gửi.zip", *BY)
    batch = run(workspace, Q3, AS_OF)
    unit = next(item for item in batch.result.units if item.id == "DV031")
    assert (unit.status, unit.timeliness, unit.received) == ("missing", "missing", None)
    assert not any("gửi" in (item.where.file or "") for item in batch.result.findings)


def test_a_copy_is_no_duplicate_of_what_was_taken_out_nor_came_when_that_did(workspace):
    data = (workspace.inbox / FILE).read_bytes()
    for name, day in (("A.eml", "20"), ("B.eml", "25")):
        mail = EmailMessage()
        mail["From"], mail["Message-ID"] = "a@dv031.example", f"<{day}@dv031.example>"
        mail["Received"] = f"from a by b; {day} Sep 2026 03:00:00 +0000"
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename="biểu.xlsx")
        (workspace.inbox / name).write_bytes(mail.as_bytes())
    (workspace.inbox / FILE).unlink()

    def received():
        batch = run(workspace, Q3, AS_OF)
        unit = next(item for item in batch.result.units if item.id == "DV031")
        return unit.received[:10], {item.name: item.outcome for item in batch.result.files}

    assert received()[0] == "2026-09-20"
    qeval(workspace, "invalidate", "2026-Q3", "A.eml", *BY)
    assert received() == ("2026-09-25", {"A.eml": "ignored", "B.eml": "accepted", "B.eml/biểu.xlsx": "returned"})


def test_what_cannot_be_read_is_taken_out_too_and_unread_members_have_no_hash_in_common(workspace):
    (workspace.inbox / "hỏng.zip").write_bytes(b"PK\x03\x04" + b"\1" * 60)
    packed(workspace, "gửi.zip", văn_bản=b"%PDF-1.7", tờ_trình=b"%PDF-1.4")
    batch = run(workspace, Q3, AS_OF)
    assert "CONTAINER_DAMAGED" in errors(batch)
    assert [item.sha256 for item in batch.result.files if item.name.endswith(".pdf")] == [None, None]
    qeval(workspace, "invalidate", "2026-Q3", "hỏng.zip", *BY)
    batch = run(workspace, Q3, AS_OF)
    assert "CONTAINER_DAMAGED" not in errors(batch)
    assert next(item.outcome for item in batch.result.files if item.name == "hỏng.zip") == "ignored"


def test_a_version_taken_out_leaves_the_other_one_to_count(workspace):
    data = (workspace.inbox / FILE).read_bytes()
    (workspace.inbox / "bản hai.xlsx").write_bytes(rb.edit(data, _reason_given))
    assert "SHEET_CONFLICT" in errors(run(workspace, Q3, AS_OF))
    qeval(workspace, "invalidate", "2026-Q3", FILE, *BY)
    batch = run(workspace, Q3, AS_OF)
    assert errors(batch) == {"TASK_STATUS_DATES"}
    out = next(item for item in batch.result.files if item.name == FILE)
    assert out.outcome == "ignored" and BY[1] in out.why and BY[3] in out.why
    qeval(workspace, "invalidate", "2026-Q3", FILE, *BY, "--undo")
    assert "SHEET_CONFLICT" in errors(run(workspace, Q3, AS_OF))


# --- assign ----------------------------------------------------------------------------------------------------------
UNKNOWN = "không rõ.xlsx"


@pytest.fixture
def unstamped(workspace):
    """The unit's only file has lost its stamp."""
    data = rb.edit((workspace.inbox / FILE).read_bytes(), lambda book: book.__delitem__("_qeval"))
    (workspace.inbox / FILE).unlink()
    (workspace.inbox / UNKNOWN).write_bytes(data)
    return workspace


def assign(*arguments: str) -> tuple[str, ...]:
    return ("assign", "2026-Q3", UNKNOWN, *arguments, *BY)


def test_an_unidentified_file_counts_for_the_unit_a_person_names_and_no_longer_when_taken_back(unstamped):
    before = run(unstamped, Q3, AS_OF)
    assert {"STAMP_MISSING", "STAMP_SUGGESTED"} <= {item.code for item in before.result.findings}
    assert before.result.units[0].status == "missing"
    assert "là của DV031" in qeval(unstamped, *assign("--unit", "dv031"))
    batch = run(unstamped, Q3, AS_OF)
    said = next(item for item in batch.result.findings if item.code == "STAMP_ASSIGNED")
    assert BY[1] in messages.what(said) and said.where.unit == "DV031"
    assert batch.records["DV031"].received_sheets == {"CB0001", "CB0002"}
    assert next(item for item in batch.result.files if item.name == UNKNOWN).unit == "DV031"
    assert "đã được gắn" in refused(unstamped, *assign("--unit", "DV031"))
    assert "không còn được gắn" in qeval(unstamped, *assign("--undo"))
    assert "không có gì để thôi gắn" in refused(unstamped, *assign("--undo"))
    assert run(unstamped, Q3, AS_OF).result == before.result


def test_an_assignment_is_changed_by_another_one(unstamped):
    qeval(unstamped, *assign("--unit", "DV032"))
    assert "(thay cho DV032)" in qeval(unstamped, *assign("--unit", "DV031", "--officer", "cb0002"))
    assert run(unstamped, Q3, AS_OF).records["DV031"].received_sheets == {"CB0002"}


@pytest.mark.parametrize(("arguments", "words"), [
    ((), "Thiếu --unit"), (("--unit", "DV999"), "Không có đơn vị «DV999»"),
    (("--unit", "DV032", "--officer", "CB0002"), "Không có cán bộ «CB0002» của đơn vị DV032")])
def test_nobody_unknown_is_assigned_a_file(unstamped, arguments, words):
    assert words in refused(unstamped, *assign(*arguments))


def test_a_file_that_says_itself_whose_it_is_or_cannot_be_opened_is_not_assigned(workspace):
    (workspace.inbox / "hỏng.xlsx").write_bytes(b"PK\3\4")
    for name, words in ((FILE, "có dấu nhận dạng của DV031"), ("hỏng.xlsx", "Không gắn được «hỏng.xlsx»")):
        assert words in refused(workspace, "assign", "2026-Q3", name, "--unit", "DV032", *BY)


def test_a_path_that_had_two_contents_and_has_none_now_is_told_by_hash(workspace):
    for content in (b"one", b"two"):
        (workspace.inbox / "x.xlsx").write_bytes(content)
        batch = run(workspace, Q3, AS_OF)
        record(workspace, batch, publish(workspace, batch, "core"), read_arrival)
    (workspace.inbox / "x.xlsx").unlink()
    said = refused(workspace, "invalidate", "2026-Q3", "x.xlsx", *BY)
    assert "chỉ nhiều tệp" in said and said.count("x.xlsx (") == 2


@pytest.mark.parametrize(("arguments", "words"), [
    (("--reason", "y"), "--by"), (("--by", "x"), "--reason"),
    (("--by", " ", "--reason", "y"), "--by không được để trống"),
    (("--by", "x", "--reason", "\u00a0"), "--reason không được để trống")])
def test_nobody_acts_without_a_name_and_a_reason(workspace, arguments, words):
    for command in ("invalidate", "assign"):
        assert words in refused(workspace, command, "2026-Q3", FILE, *arguments)
    assert all(not Ledger(workspace.ledger).entries(kind) for kind in KINDS)
