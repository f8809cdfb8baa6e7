"""so-nhan.xlsx: times as clerks type them, wrong rows at their cells, and the register's word in the files' place."""

from __future__ import annotations

import datetime
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from roster_builders import PERIOD, spec

from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.intake.register import load_register, write_register
from qeval_batch.model.delivery import CLOCK, MAIL, REGISTER, Delivered, Delivery
from qeval_batch.model.register import Register, RegisterEntry
from qeval_batch.roster.sample import sample_roster
from qeval_batch.workbook.moments import parse_moment

AS_OF = datetime.datetime(2026, 9, 28, 8, 0, tzinfo=VIETNAM_TIME)
UNIT, OTHER = list(sample_roster().units)[:2]
HEADER = ["Đơn vị", "Thành phần", "Ngày giờ nhận", "Bản điện tử/Bản giấy", "Số, ký hiệu"]
A, B, T = ("officer", "CB0001"), ("officer", "CB0002"), ("collective", "")


def at(day: int, hour: int = 10, minute: int = 0, month: int = 9) -> datetime.datetime:
    return datetime.datetime(2026, month, day, hour, minute, tzinfo=VIETNAM_TIME)


def load(tmp_path: Path, *rows: list[Any], header: list[str] | None = None, period: Period = PERIOD):
    book = openpyxl.Workbook()
    book.active.title = "Sổ nhận"
    for row in (["Sổ nhận hồ sơ"], [], HEADER if header is None else header, *rows):
        book.active.append(row)
    book.save(tmp_path / "so-nhan.xlsx")
    return load_register(tmp_path / "so-nhan.xlsx", spec(), sample_roster(), period, AS_OF)


def row(unit: str = UNIT, part: Any = "Toàn bộ hồ sơ", when: Any = "24/9/2026 10:30", copy: Any = "Bản điện tử",
        number: Any = None) -> list[Any]:
    return [unit, part, when, copy, number]


@pytest.mark.parametrize("typed", [
    "25/9/2026 10:30", "25-9-2026 10h30", "25.9.2026 10:30:00.250", "2026-09-25 10:30", "2026-09-25T10:30", "10:30 25/9/2026",
    "10h30 ngày 25/9/2026", "lúc 10 giờ 30 phút, ngày 25/9/2026", "ngày 25 tháng 9 năm 2026 lúc 10g30", "25/9/2026, 10:30",
    "25/9/2026 10:30 SA", " 25/09/2026   10:30 ", datetime.datetime(2026, 9, 25, 10, 29, 59, 999_900), 46290.4375])
def test_a_time_however_it_is_typed(typed):
    assert parse_moment(typed.strip() if isinstance(typed, str) else typed) == (at(25, 10, 30), None)


@pytest.mark.parametrize(("typed", "moment"), [
    ("25/9/2026", at(25, 0)), (date(2026, 9, 25), at(25, 0)), (46290, at(25, 0)), ("25/9/2026 7h", at(25, 7)),
    ("25/9/2026 2:30 CH", at(25, 14, 30)), ("25/9/2026 12:15 SA", at(25, 0, 15)), ("25/9/2026 12:15 pm", at(25, 12, 15)),
    ("25/9/2026 23:59", at(25, 23, 59)), (46290.999999, at(26, 0))])
def test_a_day_alone_and_the_edges_of_a_day(typed, moment):
    assert parse_moment(typed) == (moment, None)


@pytest.mark.parametrize(("typed", "code"), [
    ("25/9/2026 25:00", "CELL_NOT_MOMENT"), ("25/9/2026 10:75", "CELL_NOT_MOMENT"),
    ("25/9/2026 10:30:", "CELL_NOT_MOMENT"), ("sáng thứ Hai", "CELL_NOT_MOMENT"),
    ("25/9/2026 13:00 SA", "CELL_NOT_MOMENT"), ("10:30", "CELL_NOT_MOMENT"), ("9/25/2026 10:30", "CELL_DATE_AMBIGUOUS"),
    ("25/9/1926 10:30", "CELL_DATE_RANGE"), (True, "CELL_NOT_MOMENT"), ("", "CELL_NOT_MOMENT")])
def test_what_is_no_time_is_asked(typed, code):
    assert parse_moment(typed) == (None, code)


def test_sound_rows_by_unit_and_part(tmp_path):
    register, found = load(tmp_path, row(part="(3) Bản tự đánh giá của cá nhân", when="23/9/2026 9h00"),
                           row(f" {UNIT.lower()} ", "2", datetime.datetime(2026, 9, 22, 8, 5), "Giấy", "12-BB"),
                           row(OTHER, copy="Cả hai"))
    assert found == []
    assert [(item.unit, sorted(item.parts), item.copy) for item in register.entries] == [
        (UNIT, [2], "paper"), (UNIT, [3], "electronic"), (OTHER, [1, 2, 3, 4, 5, 6], "both")]
    assert register.arrival_of(UNIT, 2) == at(22, 8, 5) == register.arrival_of(UNIT, 2, "paper")
    assert register.arrival_of(UNIT, 2, "electronic") is None and register.arrival_of(UNIT, 1) is None
    assert register.arrival_of(OTHER, 4, "paper") == register.arrival_of(OTHER, 4, "electronic") == at(24, 10, 30)
    assert (register.entries[0].number, register.entries[0].at.cell("received").a1) == ("12-BB", "C5")


def test_wrong_rows_are_named_at_their_cells_and_left_out(tmp_path):
    register, found = load(tmp_path, row("DV999"), row(when="hôm qua"), row(part="Phần bảy"), row(when=None, copy=None),
                           row(when="28/9/2026 8:01"), row(when="28/9/2026 8:00"))
    assert [(item.code, item.where.a1) for item in sorted(found, key=lambda item: item.where.a1)] == [
        ("REGISTER_UNIT_UNKNOWN", "A4"), ("CELL_NOT_IN_LIST", "B6"), ("CELL_NOT_MOMENT", "C5"),
        ("REGISTER_ROW_UNFINISHED", "C7"), ("REGISTER_AHEAD", "C8")]
    assert {item.where.unit for item in found} == {None, UNIT} and {item.where.file for item in found} == {"so-nhan.xlsx"}
    assert [item.received for item in register.entries] == [at(28, 8)]


@pytest.mark.parametrize(("when", "period"), [
    ("31/8/2026 23:59", Period(2026, 2)), ("1/9/2026", PERIOD), ("28/9/2026", PERIOD), ("1/6/2026", Period(2026, 2)),
    ("31/5/2026 10:00", Period(2026, 1)), ("28/2/2026", Period(2025, 4))])
def test_a_row_counts_for_the_quarter_it_falls_in(tmp_path, when, period):
    for other in (Period(2025, 4), Period(2026, 1), Period(2026, 2), PERIOD):
        register, found = load(tmp_path, row(when=when), period=other)
        assert bool(register.entries) == (other == period) and found == []


@pytest.mark.parametrize(("received", "other"), [("5/9/2026", None), ("9/5/2026", "05/09/2026"), ("9/4/2026", None),
                                                 ("20/5/2026", None)])
def test_a_row_of_another_quarter_is_asked_where_the_exchanged_day_is_of_this_one(tmp_path, received, other):
    _, found = load(tmp_path, row(when=received))
    assert [(item.code, dict(item.params)["other"]) for item in found] == \
        ([("REGISTER_DATE_EXCHANGED", other)] if other else [])



def test_an_absent_a_blank_and_a_broken_register(tmp_path):
    path = tmp_path / "so-nhan.xlsx"
    assert load_register(path, spec(), sample_roster(), PERIOD, AS_OF) == (Register(), [])
    write_register(path, spec(), AS_OF)
    assert load_register(path, spec(), sample_roster(), PERIOD, AS_OF) == (Register(), [])
    path.write_bytes(path.read_bytes()[:200])
    register, found = load_register(path, spec(), sample_roster(), PERIOD, AS_OF)
    assert register == Register() and [item.where.file for item in found] == ["so-nhan.xlsx"]
    register, found = load(tmp_path, [UNIT, "1"], header=["Đơn vị", "Thành phần"])
    assert register == Register() and {item.code for item in found} == {"TABLE_COLUMN_MISSING", "TABLE_COLUMN_ABSENT"}
    # One cause, told once: its rows are not blamed for it.
    assert [item.where.a1 for item in found if item.code == "TABLE_COLUMN_MISSING"] == ["A3", "A3"]


def test_what_was_written_reads_back(tmp_path):
    register, _ = load(tmp_path, row(part="1", number="05-TTr"), row(OTHER, when="23/9/2026 16:45", copy="Cả hai"))
    path = tmp_path / "ghi.xlsx"
    write_register(path, spec(), AS_OF, register.entries)
    again, found = load_register(path, spec(), sample_roster(), PERIOD, AS_OF)
    told = [(item.unit, item.parts, item.received, item.copy, item.number) for item in register.entries]
    assert found == [] and told == [(item.unit, item.parts, item.received, item.copy, item.number) for item in again.entries]


# --- The register's word in the place of the files' -------------------------------------------------------------------
def entry(day: int, parts: str = "123456", copy: str = "electronic", hour: int = 9) -> RegisterEntry:
    from qeval_batch.core.cells import RowRef

    return RegisterEntry(UNIT, frozenset(map(int, parts)), at(day, hour), copy, None, RowRef("so-nhan.xlsx", "Sổ nhận", day))


def file(name: str, day: int | None, *sheets: tuple[str, str], parts: str = "", source: str = CLOCK) -> Delivered:
    return Delivered(name, Delivery(at(day) if day else None, source if day else "unknown"), "don-vi", frozenset(sheets),
                     frozenset(map(int, parts)))


def weighed(entries: list[RegisterEntry], *files: Delivered) -> list[tuple[str, int | None, str, list[str], str]]:
    return [(item.file, item.delivery.received.day if item.delivery.received else None, item.delivery.source,
             sorted(name + officer for name, officer in item.sheets), "".join(map(str, sorted(item.parts))))
            for item in Register(tuple(entries)).weigh(UNIT, files)]


def test_without_a_row_the_files_speak_for_themselves():
    files = (file("b.xlsx", None, A), file("a.xlsx", 26, A, parts="1", source=MAIL))
    assert Register((entry(20),)).weigh(OTHER, files) == (files[1], files[0])


def test_the_row_outweighs_mail_and_clock():
    assert weighed([entry(23)], file("a.xlsx", 26, A, T, parts="16", source=MAIL)) == [
        ("a.xlsx", 23, REGISTER, ["collective", "officerCB0001"], ""), ("so-nhan.xlsx", 23, REGISTER, [], "123456")]


def test_a_row_of_one_part_leaves_the_others_their_own_time():
    assert weighed([entry(23, "6")], file("a.xlsx", 26, A, T, parts="126")) == [
        ("a.xlsx", 23, REGISTER, ["collective"], ""), ("so-nhan.xlsx", 23, REGISTER, [], "6"),
        ("a.xlsx", 26, CLOCK, ["officerCB0001"], "12")]


@pytest.mark.parametrize("day", [20, 26, 28])
def test_a_paper_row_dates_the_paper_alone(day):
    alone = [("a.xlsx", 26, CLOCK, ["collective"], "6")]
    assert weighed([entry(day, "6", "paper")], file("a.xlsx", 26, T, parts="6")) == alone
    rows = sorted([entry(day, "6", "paper"), entry(24, "6")], key=lambda item: item.received)
    assert weighed(rows, file("a.xlsx", 26, T, parts="6")) == weighed([entry(24, "6")], file("a.xlsx", 26, T, parts="6"))


def test_what_comes_again_without_a_row_of_its_own_keeps_its_time():
    assert weighed([entry(23)], file("a.xlsx", 24, A), file("b.xlsx", 27, A)) == [
        ("a.xlsx", 23, REGISTER, ["officerCB0001"], ""), ("so-nhan.xlsx", 23, REGISTER, [], "123456"),
        ("b.xlsx", 27, CLOCK, ["officerCB0001"], "")]


def test_each_delivery_takes_the_row_it_was_entered_with():
    rows = [entry(23, "3"), entry(27, "3")]
    assert weighed(rows, file("a.xlsx", 24, A), file("b.xlsx", 28, B)) == [
        ("a.xlsx", 23, REGISTER, ["officerCB0001"], ""), ("so-nhan.xlsx", 23, REGISTER, [], "3"),
        ("b.xlsx", 27, REGISTER, ["officerCB0002"], ""), ("so-nhan.xlsx", 27, REGISTER, [], "3")]


def test_a_mail_before_its_row_and_a_file_of_unknown_time_take_the_first_row():
    rows = [entry(23, "3"), entry(27, "3")]
    assert weighed(rows, file("a.xlsx", 22, A, source=MAIL))[0] == ("a.xlsx", 23, REGISTER, ["officerCB0001"], "")
    assert weighed(rows, file("a.xlsx", None, A))[0] == ("a.xlsx", 23, REGISTER, ["officerCB0001"], "")


# --- Where a clerk gets one --------------------------------------------------------------------------------------------
def test_a_fresh_workspace_has_a_blank_one_and_the_one_in_use_is_never_touched(tmp_path):
    from click.testing import CliRunner

    from qeval_batch.cli.cli import cli

    root = tmp_path / "w"
    root.mkdir()
    (root / "so-nhan.xlsx").write_bytes(b"of the clerk")
    assert CliRunner().invoke(cli, ["init", str(root)]).exit_code == 0
    done = CliRunner().invoke(cli, ["templates", "2026-Q3", "--kind", "so-nhan", "--root", str(root), "--as-of", "2026-09-01"])
    assert done.exit_code == 0, done.output
    assert (root / "so-nhan.xlsx").read_bytes() == b"of the clerk"
    blank = root / "outbox" / "2026-Q3-bieu-mau-so-nhan" / "so-nhan.xlsx"
    assert load_register(blank, spec(), sample_roster(), PERIOD, AS_OF) == (Register(), [])
    assert CliRunner().invoke(cli, ["init", str(tmp_path / "moi")]).exit_code == 0
    assert load_register(tmp_path / "moi" / "so-nhan.xlsx", spec(), sample_roster(), PERIOD, AS_OF) == (Register(), [])


@pytest.mark.parametrize(("copy", "ours"), [("electronic", True), ("both", True), ("paper", False)])
def test_whose_electronic_copy_we_received_and_cannot_find_is_neither_late_nor_asked_again(tmp_path, copy, ours):
    from qeval_batch.commands.init import create
    from qeval_batch.commands.status import lines
    from qeval_batch.pipeline import run
    from qeval_batch.render.counting import reception
    from qeval_batch.render.overview import overview
    from qeval_batch.render.replies.plan import reminded
    from qeval_batch.render.tables.report import report_txt

    workspace = create(tmp_path / "w", created=AS_OF)
    write_register(workspace.register, spec(), AS_OF, [entry(20, copy=copy)])
    as_of = datetime.datetime(2026, 10, 20, 8, 0, tzinfo=VIETNAM_TIME)
    batch = run(workspace, PERIOD, as_of)
    found = [item for item in batch.result.findings if item.code == "REGISTER_NO_FILE"]
    assert [(item.where.unit, item.where.file, item.where.sheet) for item in found] == \
        ([(UNIT, "so-nhan.xlsx", "Sổ nhận")] if ours else [])
    states = {item.id: item.timeliness for item in batch.result.units}
    assert states[UNIT] == ("unknown" if ours else "missing") and states[OTHER] == "missing"
    assert (UNIT in reminded(batch)) is not ours and OTHER in reminded(batch)
    status = {item.id: item.status for item in batch.result.units}
    assert status[UNIT] == ("not_found" if ours else "missing") and status[OTHER] == "missing"
    counted = reception("", batch.result.units)
    assert counted.not_found == counted.received == int(ours) and counted.accepted == counted.returned == 0
    said = "chưa tìm thấy tệp" in report_txt(batch).decode("utf-8")
    assert said is ours and said is any("chưa tìm thấy tệp" in line for line in lines(overview(batch)))
