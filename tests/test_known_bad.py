"""Known-bad input makes no output: a quarter not begun, another quarter's files, a unit without block (R83, R85)."""

from __future__ import annotations

from datetime import datetime

import openpyxl
import pytest
from click.testing import CliRunner

from qeval_batch.cli.cli import cli
from qeval_batch.commands.init import create
from qeval_batch.commands.templates import write_templates
from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.intake.other_quarter import without_other_quarters
from qeval_batch.papers import plan, plan_unit
from qeval_batch.pipeline import run
from qeval_batch.render.replies.plan import answers
from qeval_batch.workspace import CannotRun, Workspace

Q3, Q4 = Period(2026, 3), Period(2026, 4)
SENT, NEXT = (datetime(2026, month, 5, 8, tzinfo=VIETNAM_TIME) for month in (9, 10))


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return create(tmp_path / "w", created=SENT)


def units_of(workspace: Workspace) -> list[str]:
    return sorted(item.name for item in workspace.blank_forms(Q3).iterdir() if item.is_dir())


@pytest.mark.parametrize("command", ["run", "templates"])
def test_a_quarter_that_has_not_begun_is_refused_unless_asked_for_by_name(workspace, command):
    asked = [command, "2026-Q4", "--root", str(workspace.root), "--as-of", "2026-09-30"]
    refused = CliRunner().invoke(cli, asked)
    assert isinstance(refused.exception, CannotRun)
    assert "01/10/2026" in str(refused.exception) and "--future" in str(refused.exception)
    assert not workspace.results(Q4).exists() and not workspace.blank_forms(Q4).exists()
    for begun in ([*asked, "--future"], [*asked[:-1], "2026-10-01"]):
        assert not isinstance(CliRunner().invoke(cli, begun).exception, CannotRun)


def test_a_file_of_another_quarter_known_here_is_ignored_and_nobody_is_written_to(workspace):
    write_templates(workspace, Q3, SENT)
    first = units_of(workspace)[0]
    book = workspace.blank_forms(Q3) / first / f"{first}_{Q3}.xlsx"
    (workspace.inbox / "cu.xlsx").write_bytes(book.read_bytes())
    batch = run(workspace, Q4, NEXT)
    assert [(item.outcome, item.unit) for item in batch.result.files] == [("ignored", None)]
    assert "quý III năm 2026" in batch.result.files[0].why
    assert answers(batch) == {} and not any(item.code == "STAMP_PERIOD" for item in batch.result.findings)
    (workspace.blank_forms(Q3)).rename(workspace.root / "elsewhere")           # nothing of it is known here any more
    assert [item.outcome for item in run(workspace, Q4, NEXT).result.files] == ["returned"]


def test_what_is_of_this_quarter_is_left_alone(workspace):
    from qeval_batch.intake.reading import Taken

    nothing = Taken((), {}, {}, {})
    assert without_other_quarters(nothing, workspace) is nothing


def test_a_unit_of_unknown_block_gets_no_workbook_and_is_named(workspace):
    write_templates(workspace, Q3, SENT)
    everybody = units_of(workspace)
    book = openpyxl.load_workbook(workspace.roster)
    page = book["Đơn vị"]
    row = next(number for number in range(1, 30) if page.cell(number, 1).value == everybody[0])
    column = next(cell.column for line in page.iter_rows(max_row=row - 1) for cell in line if cell.value == "Khối")
    page.cell(row, column).value = "Khối không có"
    book.save(workspace.roster)
    written = write_templates(workspace, Q3, SENT)
    assert units_of(workspace) == everybody[1:]
    assert any(everybody[0] in note for note in written.notes)
    assert any(item.where.unit == everybody[0] and item.where.cell for item in written.findings)


def test_no_paper_is_made_of_a_unit_or_an_officer_without_data(workspace):
    batch = run(workspace, Q3, SENT)
    unit = next(iter(batch.roster.units))
    made = [job.maker for job in (*plan(batch, "all"), *plan_unit(batch, unit))]
    assert not {"to_trinh_unit", "mau7_docx"} & set(made) and "unit" not in {
        job.scope for job in plan(batch, "all") if job.maker.startswith("mau8")}
