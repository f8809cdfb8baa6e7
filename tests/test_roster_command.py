"""``qeval roster check`` says what a run would say of the roster, all of it and nothing else."""

from __future__ import annotations

import openpyxl
import pytest
from click.testing import CliRunner

from qeval_batch import messages
from qeval_batch.cli.cli import cli
from qeval_batch.commands.init import create
from qeval_batch.commands.roster_check import check_roster
from qeval_batch.commands.templates import write_templates
from qeval_batch.demo.build import DEMO_AS_OF, DEMO_PERIOD
from qeval_batch.model.findings import Part
from qeval_batch.pipeline import run

SHEET, FIRST = "Cán bộ", 4
# Row (from 0), column label, value: each a fault of another kind, found by reading, by checks, by the rules.
FAULTS = ((1, "Loại chức danh", None), (2, "Trạng thái", "Không đánh giá quý"), (3, "Ngày sinh", "31/02/1970"),
          (4, "Nhóm tương đồng", "N01"), (5, "Trạng thái", "Chưa đánh giá"), (6, "Mã", "CB 0204"), (8, "Mã đơn vị", "DV99"),
          (9, "Nhóm tương đồng", "N88"), (11, "Họ và tên", "Trần Thử Nghiệm Bình"))


@pytest.fixture
def workspace(tmp_path):
    return create(tmp_path / "w", created=DEMO_AS_OF)


def _spoil(workspace):
    book = openpyxl.load_workbook(workspace.roster)
    page = book[SHEET]
    columns = {cell.value: cell.column for cell in page[FIRST - 1]}
    for row, label, value in FAULTS:
        page.cell(FIRST + row, columns[label]).value = value
    page.cell(FIRST + 11, columns["Ngày sinh"]).value = page.cell(FIRST + 1, columns["Ngày sinh"]).value
    book.save(workspace.roster)


def test_the_sample_is_clean(workspace):
    assert list(check_roster(workspace, DEMO_PERIOD).findings) == []
    done = CliRunner().invoke(cli, ["roster", "check", "--root", str(workspace.root), "--quarter", str(DEMO_PERIOD)])
    assert done.exit_code == 0 and "không có lỗi" in done.output


def test_it_says_what_a_run_and_the_templates_say(workspace):
    _spoil(workspace)
    said = list(check_roster(workspace, DEMO_PERIOD).findings)
    codes = {item.code for item in said}
    assert {"RULE_POST_UNKNOWN", "ROSTER_STANDING_DOCUMENT", "RULE_GROUP_HEAD", "RULE_DEFERRAL_UNPROVEN",
            "ROSTER_ID_UNUSABLE", "ROSTER_REFERENCE", "ROSTER_PERSON_TWICE"} <= codes
    batch = run(workspace, DEMO_PERIOD, DEMO_AS_OF)
    assert [item for item in batch.result.findings if item.where.part is Part.ROSTER] == said
    assert list(write_templates(workspace, DEMO_PERIOD, DEMO_AS_OF).findings) == said


def test_one_bad_row_stops_that_person_and_never_the_batch(workspace):
    """R82: everybody whose row is sound is evaluated as before; the others wait for the roster."""
    before = {item.id: item.status for item in run(workspace, DEMO_PERIOD, DEMO_AS_OF).result.officers}
    _spoil(workspace)
    result = run(workspace, DEMO_PERIOD, DEMO_AS_OF).result
    after = {item.id: item for item in result.officers}
    stopped = {item.where.officer for item in result.findings if item.where.part is Part.ROSTER and item.where.officer
               and messages.is_error(item) and item.code != "RULE_GROUP_HEAD"}
    assert len(stopped) >= 6 and before.keys() == after.keys()
    assert all(after[ident].waits_for == ("roster_correction",) for ident in stopped)
    twin = {item.where.officer for item in result.findings if item.code == "ROSTER_PERSON_TWICE"}
    assert all(after[ident].status is before[ident] for ident in before.keys() - stopped - twin)


def test_the_command_names_each_cell_and_ends_with_1(workspace):
    _spoil(workspace)
    done = CliRunner().invoke(cli, ["roster", "check", "--root", str(workspace.root), "--quarter", str(DEMO_PERIOD)])
    assert done.exit_code == 1 and "danh-muc.xlsx Cán bộ!" in done.output and "CB 0204" in done.output
