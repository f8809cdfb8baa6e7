"""`qeval explain`: every status is told, every figure stands in the cell it is said to stand in, nothing is judged anew."""

from __future__ import annotations

import dataclasses
import functools
import io
import re
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest
from click.testing import CliRunner
from demo_intake import AS_OF, PERIOD, province

from qeval_batch.cli.cli import cli
from qeval_batch.core.decimals import vi_number
from qeval_batch.core.text import clean
from qeval_batch.explain.cells import Cell
from qeval_batch.explain.explain import Explanation, explain, nearest, open_matter
from qeval_batch.explain.sheet import workbook
from qeval_batch.explain.text import lines, plain
from qeval_batch.model.results import Flag, OfficerResult, Status
from qeval_batch.workspace import CannotRun


def one_of(status: Status, *flags: Flag) -> OfficerResult:
    """The first officer of the demo with that status (and those flags) who sent something, where anybody did."""
    found = [item for item in province().batch.result.officers if item.status is status and set(flags) <= set(item.flags)]
    return next((item for item in found if item.score is not None), found[0])


@functools.cache
def explained(officer: str) -> Explanation:
    return explain(province().batch, province().intake.submissions, officer)


def told(officer: str) -> str:
    """The whole text on one line: wrapping must not hide a word."""
    return " ".join(" ".join(lines(explained(officer))).split())


def cells(officer: str) -> list[Cell]:
    return [cell for section in explained(officer).sections for line in section.lines for cell in line.cells]


@functools.cache
def book(file: str) -> openpyxl.Workbook:
    root = province().workspace
    path = root.roster if file == "danh-muc.xlsx" else root.inbox / file
    return openpyxl.load_workbook(path, data_only=True)


def as_typed(value: object) -> str:
    """A cell's value as the explanation words it."""
    if value is None:
        return "(để trống)"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return vi_number(Decimal(str(value)))
    return clean(str(value))


@pytest.mark.parametrize("status", list(Status))
def test_every_status_is_explained_within_80_columns_with_a_clause_on_every_line(status):
    officer = one_of(status)
    text = list(lines(explained(officer.id)))
    assert max(map(len, text)) <= 80
    assert officer.name in text[0] and "Tình trạng" in told(officer.id)
    assert all(line.citation for section in explained(officer.id).sections for line in section.lines)
    assert "None" not in told(officer.id) and "_" not in re.sub(r"DV\d+_2026-Q3[^.]*", "", told(officer.id))


@pytest.mark.parametrize("status", list(Status))
def test_each_shown_cell_holds_the_value_shown(status):
    shown = cells(one_of(status).id)
    assert shown
    for cell in shown:
        if cell.value != "(không dùng được)":
            stands = book(cell.ref.file)[cell.ref.sheet][cell.ref.a1].value
            assert clean(cell.value).casefold() == as_typed(stands).casefold(), cell
        assert f"{cell.ref.a1} {cell.label} =" in told(one_of(status).id)


def test_a_graded_officer_goes_from_products_to_the_proposal():
    officer = one_of(Status.GRADED)
    assert officer.score is not None and officer.own_collective is not None
    text = told(officer.id)
    for step in (*officer.score.steps, *(item.step for item in officer.score.products), *officer.own_collective.steps):
        assert plain(step.text) in text
    assert f"Chưa làm tròn: {vi_number(officer.score.exact, 6)}" in text
    products = province().batch.records[officer.unit].sheets[officer.id].products
    at = {cell.ref for cell in cells(officer.id)}
    assert all(item.at.cell(name) in at for item in products for name in ("assigned", "done", "deadline"))


def test_every_line_of_the_trace_is_told_once_in_its_section():
    for officer in province().batch.result.officers[::4]:
        # The count of the group is told from the group itself, with both maxima.
        missing = [step.text for step in officer.steps if plain(step.text) not in told(officer.id)
                   and step.rule != "R40"]
        assert missing == [], officer.id


def test_product_lines_stay_out_of_the_reasons():
    for officer in province().batch.result.officers:
        for product in officer.score.products if officer.score else ():
            assert product.step not in officer.steps


def test_an_insufficient_officer_is_shown_the_faults_at_their_cells():
    batch = province().batch
    officer = next(item for item in batch.result.officers if item.status is Status.INSUFFICIENT and any(
        found.where.officer == item.id and found.where.a1 for found in batch.result.findings))
    mine = [item for item in batch.result.findings if item.where.officer == officer.id and item.where.a1]
    assert mine
    for item in mine:
        assert f"{item.where.a1} " in told(officer.id)
    assert open_matter(explained(officer.id), officer)


def test_a_tie_names_who_ties_and_the_cut_shows_both_sides():
    tied = one_of(Status.GRADED, Flag.TIED)
    group = next(item for item in province().batch.result.groups if item.id == tied.group)
    assert all(ident in told(tied.id) for ident in group.tied) and "bằng nhau tại ranh giới" in told(tied.id)
    cut = next((item for item in province().batch.result.groups if item.cut and item.level1), None)
    if cut is not None:
        text = told(cut.cut[0])
        assert "ngoài tỷ lệ ← cán bộ này" in text and "trong tỷ lệ" in text
        assert f"tối đa A (số HTT) {cut.max_htt_only}, tối đa B (số HTT và HTXS) {cut.max_htt_plus}" in text


def test_a_review_lists_its_possible_outcomes_and_each_level_that_failed():
    gap = next(item for item in province().batch.result.officers
               if item.status is Status.REVIEW and any(step.rule == "gap" for step in item.steps))
    text = told(gap.id)
    assert "Khả năng: mức 3 hoặc mức 4." in text
    for level in (3, 4):
        answer = next(item for item in gap.answers if item.level == level)
        assert f"Mức {level} nếu {', và nếu '.join(choice.text for choice in answer.choices)}. [LD" in text
    assert all(f"Không đạt mức {level}" in text for level in (1, 2, 3))


def test_what_is_waited_for_stands_in_the_conclusion():
    pending = one_of(Status.PENDING)
    first = explained(pending.id).sections[0]
    assert any(line.text.startswith("Còn chờ: ") for line in first.lines)
    assert not any(line.text.startswith("Còn chờ: ") for line in explained(one_of(Status.DEFERRED).id).sections[0].lines)


def test_a_condition_that_failed_is_told_without_the_rules_number():
    gap = next(item for item in province().batch.result.officers
               if item.status is Status.REVIEW and any(step.rule == "gap" for step in item.steps))
    assert not re.search(r"\bR\d\d\b", told(gap.id))


def test_escape_sequences_in_a_cell_do_not_reach_the_terminal():
    assert plain("một\x1b[31m hai\nba\u202e") == "một[31m hai ba"


def test_the_sheet_is_portrait_a4_with_a_repeated_header_and_equal_bytes():
    found = explained(one_of(Status.GRADED).id)
    data = workbook(found)
    assert data == workbook(found)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Diễn giải"]
    assert sheet.page_setup.orientation == "portrait" and int(sheet.page_setup.paperSize) == 9
    assert sheet.print_title_rows and sheet["A1"].font.name == "Times New Roman"
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
    assert any("Sản phẩm 1:" in text for text in texts)
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_an_unknown_id_is_met_with_the_nearest_ones():
    roster = province().batch.roster
    assert nearest("cb0001", roster) == ["CB0001"]
    assert nearest(roster.officers["CB0001"].name.upper(), roster)[0] == "CB0001"
    assert "CB0012" in nearest("CB0O12", roster) and nearest("?", roster) == []


def test_the_command_prints_writes_where_told_and_refuses_the_unknown():
    root = province().workspace.root
    common = ["--root", str(root), "--as-of", AS_OF.isoformat(), "--no-progress"]
    officer = one_of(Status.DEFERRED).id
    done = CliRunner().invoke(cli, ["explain", str(PERIOD), officer, "--sheet", *common])
    assert done.exit_code == 0, done.output
    assert (root / "outbox" / f"{PERIOD}-dien-giai" / f"dien-giai-{officer}.xlsx").exists()
    assert not (root / "outbox" / str(PERIOD)).exists()
    done = CliRunner().invoke(cli, ["explain", str(PERIOD), "CB00001", *common], standalone_mode=False)
    assert isinstance(done.exception, CannotRun) and "CB0001" in str(done.exception)
    missing = CliRunner().invoke(cli, ["explain", str(PERIOD), one_of(Status.MISSING).id, *common])
    assert missing.exit_code == 1


def test_a_corrected_figure_is_shown_where_it_stands():
    """What a result report corrected stands in the report, not in the row it corrects (LD VII.2.3)."""
    officer = one_of(Status.GRADED)
    batch = province().batch
    record = batch.records[officer.unit]
    sheet = record.sheets[officer.id]
    elsewhere = next(item for ident, item in record.sheets.items() if ident != officer.id).products[0].at.cell("done")
    scored = officer.score.products[0]
    moved = dataclasses.replace(scored, at=dataclasses.replace(scored.at, others={"done": elsewhere}))
    other = dataclasses.replace(officer, score=dataclasses.replace(officer.score,
                                                                  products=(moved, *officer.score.products[1:])))
    results = tuple(other if item.id == officer.id else item for item in batch.result.officers)
    changed = dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=results))
    found = explain(changed, province().intake.submissions, officer.id)
    shown = {cell.ref for section in found.sections for line in section.lines for cell in line.cells}
    assert elsewhere in shown and sheet.products[0].at.cell("done") in {cell.ref for cell in cells(officer.id)}


def test_whether_the_dossier_came_in_time_is_told_with_its_deadline():
    states = {item.id: item.timeliness for item in province().batch.result.units}
    late = next(item.id for item in province().batch.result.officers if states.get(item.unit) == "late")
    text = told(late)
    assert "Thời hạn nộp hồ sơ" in text.split("Còn chờ")[0] and "sau hạn: chậm" in " ".join(text.split())
