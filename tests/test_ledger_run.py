"""Two quarters through the ledger: what a run records, a crash in between, verify, and what a deferred officer did."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import read_builders as rb
from click.testing import CliRunner

from qeval_batch import messages
from qeval_batch.cli.cli import cli
from qeval_batch.commands.init import create
from qeval_batch.commands.templates import write_templates
from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.demo.typed import fill_by_hand
from qeval_batch.intake.scan import read_arrival
from qeval_batch.ledger.carry import carried_into
from qeval_batch.ledger.record import record
from qeval_batch.ledger.store import Ledger, LedgerDamaged, chain
from qeval_batch.ledger.verify import verify
from qeval_batch.model.manifest import FILE_NAME, manifest_json, sha256
from qeval_batch.model.results import Status
from qeval_batch.model.roster import Change, Group, Officer, Roster
from qeval_batch.pipeline import load_period, publish, run
from qeval_batch.render.stage import staged
from qeval_batch.render.tables.results import results_csv, results_json
from qeval_batch.roster.write import write_roster
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.write import workbook_bytes
from qeval_batch.workbook import stamp
from qeval_batch.workbook.read import read_workbook
from qeval_batch.workspace import Workspace

Q3, Q4 = Period(2026, 3), Period(2026, 4)
IN_Q3 = datetime(2026, 9, 26, 8, 0, tzinfo=VIETNAM_TIME)
IN_Q4 = datetime(2026, 12, 26, 8, 0, tzinfo=VIETNAM_TIME)
WHO = "CB0002"
FILE = "DV031_2026-Q3.xlsx"
AT = RowRef("danh-muc.xlsx", "Biến động", 2)
D = Decimal


def plain(number: int, **changes):
    """A product done whole and in time, without an excuse."""
    whole = {"done": D(3), "projected": False, "progress_pct": None, "cause": None, "confirm_document": None,
             "confirm_body": None, "note": None, "evidence": None, "quality_pct": D(95)}
    return rb.product(number, **(whole | changes))


DONE, BEGUN, UNTOUCHED, LONG = 0, 1, 2, 3
AWAY = [
    plain(1, completed=date(2026, 9, 18), note="Bàn giao, đủ"),
    plain(2) | {"done": D("1.5"), "progress_pct": D("47.5"), "completed": None},
    plain(3) | {"done": D(0), "completed": None, "quality_pct": None, "leadership_pct": None, "response": None},
    plain(4, deadline=date(2027, 1, 20), completed=date(2026, 9, 19)),
]


def officers(standing: str | None = "deferred") -> tuple[Officer, ...]:
    return tuple(replace(rb.officer(number), standing=standing if number == 2 else None,
                         standing_document="21-QĐ" if number == 2 and standing else None) for number in (1, 2))


def put_roster(workspace: Workspace, period: Period, *, changes: tuple[Change, ...], standing: str | None) -> None:
    people = {item.id: item for item in officers(standing)}
    unit = rb.facts(0).unit
    write_roster(workspace.roster, load_period(workspace, period), Roster(
        {unit.id: unit}, people, {"N01": Group("N01", "Nhóm 1", None, True, None, None, AT)}, changes), IN_Q3)


TRAINING = (Change(WHO, "training", date(2026, 7, 1), date(2026, 9, 15), None, "21-QĐ", AT),)
AGAIN = (*TRAINING, Change(WHO, "leave", date(2026, 10, 1), date(2026, 12, 15), None, "30-QĐ", AT))


def facts(workspace: Workspace, period: Period) -> UnitFacts:
    return UnitFacts(load_period(workspace, period), period, rb.facts(0).unit, officers())


def send(workspace: Workspace, products=AWAY, name: str = FILE, extra=None) -> None:
    """The unit's returned workbook: the officer at work fills all, the one who was away the products alone."""
    answers = rb.answers(2)
    answers["officer", "CB0001"]["products"] = [plain(number) for number in range(1, 6)]
    answers["officer", WHO] = {"products": products} | (extra or {})
    workspace.inbox.joinpath(name).write_bytes(workbook_bytes(
        facts(workspace, Q3), key=stamp.load_or_create_key(workspace.key), created=rb.CREATED, answers=answers))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A unit with an officer who was away, and what it sent in the third quarter; nothing has run yet."""
    made = create(tmp_path_factory.mktemp("fresh") / "w", sample_roster=False, created=IN_Q3)
    put_roster(made, Q3, changes=TRAINING, standing="deferred")
    send(made)
    return made


@pytest.fixture(scope="module")
def ran(fresh, tmp_path_factory):
    """The same after a recorded run."""
    made = copied(fresh, tmp_path_factory.mktemp("ran"))
    go(made)
    return made


@pytest.fixture
def workspace(fresh, tmp_path):
    return copied(fresh, tmp_path)


@pytest.fixture
def recorded(ran, tmp_path):
    return copied(ran, tmp_path)


def copied(workspace: Workspace, folder: Path) -> Workspace:
    return Workspace(shutil.copytree(workspace.root, folder / "w"))


def results_only(workspace: Workspace, batch) -> Path:
    """The outputs as a run swaps them in, without the papers, which take their time."""
    made = {"results.json": results_json(batch), "results.csv": results_csv(batch)}
    with staged(workspace.results(batch.period), batch.as_of) as folder:
        for name, data in made.items():
            (folder / name).write_bytes(data)
        (folder / FILE_NAME).write_bytes(manifest_json(batch, {name: sha256(data) for name, data in made.items()}))
    return workspace.results(batch.period)


def go(workspace: Workspace, period: Period = Q3, as_of: datetime = IN_Q3):
    batch = run(workspace, period, as_of)
    return batch, record(workspace, batch, results_only(workspace, batch), read_arrival)


def kinds(workspace: Workspace) -> dict[str, int]:
    count: dict[str, int] = {}
    for entry in Ledger(workspace.ledger).entries():
        count[entry.kind] = count.get(entry.kind, 0) + 1
    return count


def tree(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


# --- What a run records ----------------------------------------------------------------------------------------------
def test_a_run_records_files_accepted_sheets_and_who_is_deferred(workspace):
    workspace.inbox.joinpath("khac.xlsx").write_bytes(b"khong phai bang tinh")
    batch, recorded = go(workspace)
    entries = Ledger(workspace.ledger).entries()
    assert recorded.entries == len(entries) and recorded.changed == () and chain(entries) is None
    files = {item.values["name"]: item for item in entries if item.kind == "file"}
    assert sorted(files) == [FILE, "khac.xlsx"]
    data = workspace.inbox.joinpath(FILE).read_bytes()
    assert files[FILE].subject == hashlib.sha256(data).hexdigest() and files[FILE].values["size"] == len(data)
    assert files[FILE].at == IN_Q3.isoformat() and files[FILE].values["arrived"] <= files[FILE].at
    originals = [path for path in workspace.originals.rglob("*") if path.is_file()]
    assert sorted(path.read_bytes() for path in originals) == sorted([data, b"khong phai bang tinh"])
    errors = {item.where.sheet for item in batch.result.findings if messages.is_error(item) and item.where.file == FILE}
    sheets = {(item.unit, item.officer, item.subject): item.values for item in entries if item.kind == "sheet"}
    assert {item["name"] for item in sheets.values()} == {item.name for item in batch.sheets} - errors
    assert all(item["digest"] and item["sha256"] == files[FILE].subject for item in sheets.values())
    (deferred,) = [item for item in entries if item.kind == "deferred"]
    assert (deferred.officer, deferred.unit, deferred.period) == (WHO, "DV031", "2026-Q3")
    row = deferred.values["sheet"]["blocks"]["products"][BEGUN]
    assert row["values"]["done"] == "1.5" and row["values"]["deadline"] == "2026-09-20"
    kept = batch.records["DV031"].kept[WHO].rows("products")[BEGUN]
    assert row["cells"]["done"] == kept.at.cell("done").a1 and row["row"] == kept.at.row


def test_a_deferred_officers_products_are_read_and_no_self_assessment_is_asked_for(workspace):
    batch = run(workspace, Q3, IN_Q3)
    assert batch.result.officer(WHO).status is Status.DEFERRED
    assert [item.code for item in batch.result.findings if item.where.officer == WHO
            and messages.is_error(item) and item.where.part.value == "officer"] == []
    record = batch.records["DV031"]
    assert len(record.kept[WHO].rows("products")) == len(AWAY) and WHO not in record.sheets


def test_a_fault_in_a_kept_row_is_named_while_the_unit_still_knows(workspace):
    send(workspace, [AWAY[DONE] | {"assigned": D(0)}])
    found = [item for item in run(workspace, Q3, IN_Q3).result.findings if item.where.officer == WHO]
    assert "PRODUCT_ASSIGNED" in {item.code for item in found}


def test_running_twice_appends_nothing_and_a_copy_is_no_new_file(recorded):
    before = Ledger(recorded.ledger).entries()
    recorded.inbox.joinpath("ban sao.xlsx").write_bytes(recorded.inbox.joinpath(FILE).read_bytes())
    recorded.inbox.joinpath(FILE).unlink()
    recorded.inbox.joinpath("ban sao.xlsx").rename(recorded.inbox / FILE)
    assert go(recorded)[1].entries == 0 and Ledger(recorded.ledger).entries() == before
    recorded.inbox.joinpath("ban sao.xlsx").write_bytes(recorded.inbox.joinpath(FILE).read_bytes())
    assert go(recorded, as_of=IN_Q3.replace(day=27))[1].entries == 1
    assert Ledger(recorded.ledger).entries()[-1].kind == "outputs"


def test_what_changed_is_appended_and_what_is_gone_is_said_so(recorded):
    recorded.inbox.joinpath(FILE).unlink()
    go(recorded, as_of=IN_Q3.replace(day=27))
    latest = Ledger(recorded.ledger).latest("sheet")
    assert latest and all(item.values == {"withdrawn": True} for item in latest.values())
    deferred = Ledger(recorded.ledger).latest("deferred")
    assert [item.values["sheet"] for item in deferred.values()] == [None]
    put_roster(recorded, Q3, changes=(), standing=None)
    go(recorded, as_of=IN_Q3.replace(day=28))
    assert [item.values for item in Ledger(recorded.ledger).latest("deferred").values()] == [{"withdrawn": True}]
    assert carried_into(recorded, Q4, load_period(recorded, Q4)) == {}
    send(recorded)
    go(recorded, as_of=IN_Q3.replace(day=29))
    assert kinds(recorded)["file"] == 1 and chain(Ledger(recorded.ledger).entries()) is None


def test_outputs_are_the_same_bytes_with_and_without_a_ledger(workspace):
    batch = run(workspace, Q3, IN_Q3)
    folder = publish(workspace, batch, "all")
    bare = tree(folder)
    assert not workspace.ledger.exists()
    record(workspace, batch, folder, read_arrival)
    assert tree(publish(workspace, run(workspace, Q3, IN_Q3), "all")) == bare
    assert workspace.ledger.exists() and len(bare) > 10


def test_a_file_that_changed_since_it_was_read_is_not_recorded(workspace):
    batch = run(workspace, Q3, IN_Q3)
    folder = results_only(workspace, batch)
    workspace.inbox.joinpath(FILE).write_bytes(b"khac")
    recorded = record(workspace, batch, folder, read_arrival)
    assert recorded.changed == (FILE,) and "file" not in kinds(workspace)
    assert not workspace.originals.exists()


def test_an_archive_that_cannot_be_written_stops_the_recording_whole(workspace, monkeypatch):
    from qeval_batch.ledger.archive import Archive

    batch = run(workspace, Q3, IN_Q3)
    folder = results_only(workspace, batch)
    monkeypatch.setattr(Archive, "put", lambda *_: (_ for _ in ()).throw(OSError(28, "no space")))
    with pytest.raises(OSError, match="no space"):
        record(workspace, batch, folder, read_arrival)
    assert Ledger(workspace.ledger).entries() == []


# --- A crash in between ----------------------------------------------------------------------------------------------
def test_a_crash_after_the_outputs_is_repaired_by_the_next_run(recorded, monkeypatch):
    before = Ledger(recorded.ledger).entries()
    send(recorded, AWAY[:2])
    batch = run(recorded, Q3, IN_Q3)
    results_only(recorded, batch)                      # and the power fails
    assert Ledger(recorded.ledger).entries() == before and chain(before) is None
    assert ["lần ghi sổ gần nhất" in fault for fault in verify(recorded).faults] == [True]
    go(recorded)
    assert verify(recorded).faults == () and kinds(recorded)["file"] == 2


def test_a_crash_inside_the_transaction_leaves_no_half_of_it(workspace, monkeypatch):
    from qeval_batch.ledger import store

    batch = run(workspace, Q3, IN_Q3)
    folder = results_only(workspace, batch)
    real, calls = store._entry, []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(store, "_entry", failing)
    with pytest.raises(KeyboardInterrupt):
        record(workspace, batch, folder, read_arrival)
    monkeypatch.undo()
    assert Ledger(workspace.ledger).entries() == []        # originals may stand already: nothing refers to them
    go(workspace)
    assert verify(workspace).faults == ()


# --- verify ----------------------------------------------------------------------------------------------------------
def _spoil(workspace, column, value, kind="outputs"):
    """One field of every entry of a kind, with the triggers put back."""
    with sqlite3.connect(workspace.ledger) as base:
        trigger = base.execute("SELECT sql FROM sqlite_master WHERE name = 'entry_no_update'").fetchone()[0]
        base.execute("DROP TRIGGER entry_no_update")
        base.execute(f"UPDATE entry SET {column} = ? WHERE kind = ?", (value, kind))
        base.execute(trigger)


def _tamper_original(workspace):
    (path,) = [path for path in workspace.originals.rglob("*") if path.is_file()]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b" ")


def _lose_original(workspace):
    (path,) = [path for path in workspace.originals.rglob("*") if path.is_file()]
    path.unlink()


def _rewrite_manifest(workspace):
    folder = workspace.results(Q3)
    (folder / "results.csv").write_text("khac", "utf-8")
    made = json.loads((folder / "manifest.json").read_text("utf-8"))
    for item in made["outputs"]:
        if item["name"] == "results.csv":
            item["sha256"] = hashlib.sha256(b"khac").hexdigest()
    (folder / "manifest.json").write_text(json.dumps(made), "utf-8")


@pytest.mark.parametrize(("tamper", "words"), [
    (lambda w: _spoil(w, "body", '{"sheet": null}', "deferred"), "(deferred, "),
    (_tamper_original, "đã bị thay đổi"), (_lose_original, "không còn trong kho"),
    (lambda w: (w.results(Q3) / "results.csv").write_bytes(b""), "2026-Q3/results.csv: đã bị sửa"),
    (lambda w: (w.results(Q3) / "results.csv").unlink(), "2026-Q3/results.csv: không còn"),
    (lambda w: (w.results(Q3) / "thêm.docx").write_bytes(b""), "thêm.docx: không phải do chương trình"),
    (lambda w: (w.results(Q3) / "manifest.json").unlink(), "manifest.json mất hoặc không đọc được"),
    (lambda w: w.results(Q3).rename(w.outbox / "khac"), "thư mục kết quả đã ghi sổ nay không còn"),
    (lambda w: _spoil(w, "period", "khi nào"), "(outputs, "),
    (_rewrite_manifest, "không phải của lần ghi sổ gần nhất"),
    (lambda w: w.ledger.write_bytes(b"hong" * 999), "không dùng được"),
])
def test_verify_names_what_was_touched(recorded, tamper, words):
    assert verify(recorded).faults == ()
    tamper(recorded)
    (fault,) = verify(recorded).faults
    assert words in fault


def test_a_file_of_somebody_who_has_a_paper_open_is_no_fault(recorded):
    (recorded.results(Q3) / "~$mau-7.xlsx").write_bytes(b"")
    assert verify(recorded).faults == ()


def test_the_commands_record_and_verify(workspace):
    runner = CliRunner()

    def qeval(*arguments):
        return runner.invoke(cli, [*arguments, "--root", str(workspace.root)])

    assert qeval("verify").exit_code == 0
    assert qeval("run", "2026-Q3", "--as-of", "2026-09-26", "--dry-run").exit_code == 1
    assert not workspace.ledger.exists()
    assert qeval("run", "2026-Q3", "--as-of", "2026-09-26").exit_code == 1 and kinds(workspace)["outputs"] == 1
    assert qeval("run", "2026-Q3", "--as-of", "2026-09-26", "--unit", "DV031").exit_code == 1
    assert kinds(workspace)["outputs"] == 2
    clean = qeval("verify")
    assert clean.exit_code == 0 and "đúng như đã ghi" in clean.output and "bản gốc: 1 tệp" in clean.output
    _lose_original(workspace)
    broken = qeval("verify")
    assert broken.exit_code == 1 and "1 chỗ không khớp" in broken.output


# --- The quarter after (R22) -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Fourth:
    """The fourth quarter's form of the officer, as it went out."""

    data: bytes
    rows: tuple
    carried: dict


def fourth(workspace: Workspace, changes=TRAINING, standing=None) -> Fourth:
    put_roster(workspace, Q4, changes=changes, standing=standing)
    written = write_templates(workspace, Q4, IN_Q4)
    path = written.folder / "DV031" / "DV031_2026-Q4.xlsx"
    data = path.read_bytes()
    spec = load_period(workspace, Q4)
    read = read_workbook(path.name, data, spec, stamp.load_or_create_key(workspace.key), Q4)
    rows = next(item for item in read.sheets if item.officer == WHO and item.sheet == "officer").rows("products")
    assert any(WHO in note and "ghi sẵn" in note for note in written.notes) == bool(rows)
    return Fourth(data, rows, carried_into(workspace, Q4, spec))


def return_fourth(workspace: Workspace, form: Fourth, products) -> None:
    """The form that went out, filled by hand in another program and sent back."""
    answers = rb.answers(2)
    for officer in ("CB0001", WHO):
        answers["officer", officer]["products"] = [
            plain(number, deadline=date(2026, 12, 10), completed=date(2026, 12, 9)) for number in range(1, 6)]
    answers["officer", WHO]["products"] = products
    for path in workspace.inbox.iterdir():
        path.unlink()
    workspace.inbox.joinpath("DV031_2026-Q4.xlsx").write_bytes(fill_by_hand(form.data, facts(workspace, Q4), answers))


def mark(rows, index: int) -> str:
    return str(rows[index].values["note"])


def test_the_next_form_holds_what_was_done_marked_with_quarter_and_row(workspace):
    batch, _ = go(workspace)
    form = fourth(workspace)
    kept = batch.records["DV031"].kept[WHO].rows("products")
    assert [row.values["product"] for row in form.rows] == [AWAY[item]["product"] for item in (DONE, BEGUN, LONG)]
    assert mark(form.rows, 0) == f"Chuyển từ 2026-Q3, dòng {kept[DONE].at.row}. Bàn giao, đủ"
    assert mark(form.rows, 1) == f"Chuyển từ 2026-Q3, dòng {kept[BEGUN].at.row}"
    for row, index in zip(form.rows, (DONE, BEGUN, LONG), strict=True):
        given = AWAY[index] | {"note": row.values["note"], "no": row.values["no"]}
        assert {name: value for name, value in row.values.items() if name in given} == given


@pytest.mark.parametrize(("reading", "expected"), [
    ("started", [DONE, BEGUN, LONG]), ("completed", [DONE, LONG]), ("all", [DONE, BEGUN, UNTOUCHED, LONG])])
def test_what_counts_as_done_is_policy(recorded, reading, expected):
    text = (recorded.forms / "chinh-sach.yaml").read_text("utf-8")
    (recorded.forms / "chinh-sach.yaml").write_text(text.replace("value: started", f"value: {reading}"), "utf-8")
    rows = carried_into(recorded, Q4, load_period(recorded, Q4))[WHO]
    assert [row.values["product"] for row in rows] == [AWAY[item]["product"] for item in expected]


def test_the_returned_form_counts_carried_rows_beside_the_quarters_own(recorded):
    form = fourth(recorded)
    own = [plain(number, deadline=date(2026, 12, 10), completed=date(2026, 12, 9)) for number in range(1, 6)]
    rows = [dict(row.values) for row in form.carried[WHO]]
    rows[1] |= {"done": D(3), "completed": date(2026, 11, 2)}          # finished in this quarter, after its deadline
    return_fourth(recorded, form, [*rows, *own])
    batch, _ = go(recorded, Q4, IN_Q4)
    mine = [item for item in batch.result.findings if item.where.officer == WHO]
    assert [messages.what(item) for item in mine if item.code.startswith("CARRIED") or messages.is_error(item)] == []
    where = {row.at.row for row in form.rows}
    assert [item for item in mine if item.code in ("PRODUCT_TASK_UNKNOWN", "ROW_DEADLINE_AFTER_QUARTER",
                                                   "TASK_LEAD_TWICE")
            and int(item.where.a1.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) in where] == []
    products = batch.records["DV031"].sheets[WHO].products
    assert len(products) == len(rows) + len(own)
    assert [item.deadline for item in products[:3]] == [AWAY[item]["deadline"] for item in (DONE, BEGUN, LONG)]
    assert [item.done for item in products[:3]] == [D(3), D(3), D(3)]
    assert batch.result.officer(WHO).score is not None and batch.result.officer(WHO).status is not Status.DEFERRED
    assert verify(recorded).faults == ()


def test_the_same_rows_without_a_ledger_are_rows_like_any_other(recorded):
    form = fourth(recorded)
    return_fourth(recorded, form, [dict(row.values) for row in form.carried[WHO]])
    recorded.ledger.unlink()
    codes = [item.code for item in run(recorded, Q4, IN_Q4).result.findings if item.where.officer == WHO]
    assert codes.count("CARRIED_UNKNOWN") == 3 and "ROW_DEADLINE_AFTER_QUARTER" in codes


def test_an_untouched_form_is_blank_although_rows_were_carried_into_it(recorded):
    form = fourth(recorded)
    recorded.inbox.joinpath(FILE).write_bytes(form.data)
    batch = run(recorded, Q4, IN_Q4)
    found = [item.code for item in batch.result.findings if item.where.file == FILE]
    assert found == ["FILE_BLANK_TEMPLATE"] and batch.result.officer(WHO).status is Status.INSUFFICIENT


@pytest.mark.parametrize("returned", [False, True])
def test_deferred_twice_what_was_done_before_still_stands(recorded, returned):
    form = fourth(recorded, AGAIN, "deferred")
    if returned:
        more = plain(5, deadline=date(2026, 12, 10), completed=date(2026, 12, 9))
        return_fourth(recorded, form, [*(dict(row.values) for row in form.carried[WHO]), more])
    else:
        recorded.inbox.joinpath(FILE).write_bytes(form.data)              # sent back as it came
    batch, _ = go(recorded, Q4, IN_Q4)
    assert batch.result.officer(WHO).status is Status.DEFERRED and "SHEET_BLANK" not in {
        item.code for item in batch.result.findings if item.where.officer == WHO}
    after = Period(2027, 1)
    rows = carried_into(recorded, after, load_period(recorded, after))[WHO]
    assert [row.values["note"] for row in rows[:3]] == [row.values["note"] for row in form.rows]
    assert [row.origin[0] for row in rows] == ["2026-Q3"] * 3 + ["2026-Q4"] * returned


def test_nothing_is_carried_for_who_was_evaluated_or_sent_nothing(workspace):
    send(workspace, [])
    go(workspace)
    assert fourth(workspace).rows == ()
    assert carried_into(workspace, Period(2027, 1), load_period(workspace, Period(2027, 1))) == {}


@pytest.mark.parametrize("body", ["khong phai json", "[]", '{"sheet": {"blocks": {"products": [{}]}}}', '{"sheet": 5}',
                                  '{"sheet": {"form": "phu-luc-05", "sha256": "", "blocks": []}}'])
def test_a_spoilt_entry_stops_the_forms_with_a_plain_word(recorded, body):
    _spoil(recorded, "body", body, "deferred")
    if body in ("khong phai json", "[]"):
        assert carried_into(recorded, Q4, load_period(recorded, Q4)) == {}
    else:
        with pytest.raises(LedgerDamaged, match="CB0002"):
            carried_into(recorded, Q4, load_period(recorded, Q4))
    assert ["(deferred, " in fault for fault in verify(recorded).faults] == [True]


def test_who_has_no_form_this_quarter_is_named(recorded):
    put_roster(recorded, Q4, changes=TRAINING, standing="excluded")
    assert any(WHO in note and "không có biểu" in note for note in write_templates(recorded, Q4, IN_Q4).notes)


def test_a_kept_value_that_fits_its_cell_no_more_stays_text(recorded):
    ledger = Ledger(recorded.ledger)
    (entry,) = ledger.latest("deferred").values()
    body = entry.values
    values = body["sheet"]["blocks"]["products"][DONE]["values"]
    values["deadline"], values["coefficient"], values["da_bo"] = "20/9", "một", "cột đã bỏ"
    body["sheet"]["form"] = "phu-luc-cu"
    from qeval_batch.ledger.schema import Event

    ledger.append([Event(*entry.key, body=body)], IN_Q3.isoformat())
    row = carried_into(recorded, Q4, load_period(recorded, Q4))[WHO][0]
    assert (row.values["deadline"], row.values["coefficient"]) == ("20/9", "một") and "da_bo" not in row.values
    assert fourth_template_opens(recorded)


def fourth_template_opens(workspace: Workspace) -> bool:
    put_roster(workspace, Q4, changes=TRAINING, standing=None)
    return write_templates(workspace, Q4, IN_Q4).workbooks == 1
