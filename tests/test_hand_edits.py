"""What a person changed or added in the outbox is kept beside the folder that is replaced, and named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TRIAL = "quota.base: htt_plus\n"
AT = ("--as-of", "2026-09-26T08:00")
KEPT = "ban-sua-20260926-0800"


def qeval(where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "qeval_batch", *arguments, *AT], cwd=where, capture_output=True,
                          text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def province(tmp_path_factory) -> Path:
    where = tmp_path_factory.mktemp("tinh")
    done = subprocess.run([sys.executable, "-m", "qeval_batch", "demo", "--dir", "dem", "--units", "4"], cwd=where,
                          capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 1), done.stderr
    return where / "dem"


@pytest.fixture
def workspace(province, tmp_path) -> Path:
    where = tmp_path / "tinh"
    shutil.copytree(province, where)
    (where / "thu.yaml").write_text(TRIAL, "utf-8")
    return where


def an_officer(workspace: Path) -> str:
    import json

    return json.loads((workspace / "outbox/2026-Q3/results.json").read_text("utf-8"))["officers"][0]["id"]


def a_unit(workspace: Path) -> str:
    import json

    return json.loads((workspace / "outbox/2026-Q3/results.json").read_text("utf-8"))["units"][0]["id"]


COMMANDS = {
    "2026-Q3": lambda workspace: ("run", "2026-Q3"),
    "2026-Q3-{unit}": lambda workspace: ("run", "2026-Q3", "--unit", a_unit(workspace)),
    "2026-Q3-bieu-mau": lambda workspace: ("templates", "2026-Q3"),
    "2026-Q3-bieu-mau-so-nhan": lambda workspace: ("templates", "2026-Q3", "--kind", "so-nhan"),
    "2026-Q3-bieu-mau-danh-gia-truc": lambda workspace: ("templates", "2026-Q3", "--kind", "danh-gia-truc"),
    "2026-Q3-thu-chinh-sach": lambda workspace: ("what-if", "2026-Q3", "--policy", "thu.yaml"),
    "2026-Q3-dien-giai": lambda workspace: ("explain", "2026-Q3", an_officer(workspace), "--sheet"),
}


@pytest.mark.parametrize("folder", COMMANDS)
def test_no_command_loses_what_a_person_changed(workspace, folder):
    qeval(workspace, "run", "2026-Q3")
    command = COMMANDS[folder](workspace)
    outbox, name = workspace / "outbox", folder.format(unit=a_unit(workspace))
    assert qeval(workspace, *command).returncode in (0, 1)
    again = qeval(workspace, *command)
    assert not list(outbox.glob("*ban-sua*")) and "ban-sua" not in again.stdout, "nothing was changed"
    edited = next(path for path in sorted((outbox / name).rglob("*"))
                  if path.is_file() and path.suffix in (".xlsx", ".docx") and "bao-cao" not in path.name)
    before = edited.read_bytes()
    edited.write_bytes(b"sua tay")
    told = qeval(workspace, *command)
    kept = outbox / f"{name}-{KEPT}" / edited.relative_to(outbox / name)
    assert kept.read_bytes() == b"sua tay"
    assert edited.read_bytes() == before, "the output is what it was"
    assert f"{name}-{KEPT}" in told.stdout.replace("\n", "") and kept.name in told.stdout
    assert "ban-sua" not in qeval(workspace, *command).stdout


def test_a_foreign_file_is_kept_and_the_run_report_names_it(workspace):
    qeval(workspace, "run", "2026-Q3")
    folder = workspace / "outbox/2026-Q3"
    (folder / "ghi-chu").mkdir()
    (folder / "ghi-chu/của Hà.txt").write_text("nhớ hỏi lại", "utf-8")
    (folder / "~$mau-7.xlsx").write_bytes(b"lock")
    told = qeval(workspace, "run", "2026-Q3")
    kept = workspace / f"outbox/2026-Q3-{KEPT}"
    files = [path for path in kept.rglob("*") if path.is_file()]
    assert [path.relative_to(kept).as_posix() for path in files] == ["ghi-chu/của Hà.txt"]
    report = (folder / "bao-cao-chay.txt").read_text("utf-8-sig")
    assert f"outbox/2026-Q3-{KEPT}" in report and "ghi-chu/của Hà.txt" in report
    assert "đã giữ 1 tệp" in told.stdout and "ghi-chu/của Hà.txt" in told.stdout
    assert "ban-sua" not in (workspace / "outbox/2026-Q3/results.json").read_text("utf-8")


def test_one_units_forms_replaced_alone_are_the_programs_own_for_the_whole_set_too(workspace):
    qeval(workspace, "run", "2026-Q3")
    unit = a_unit(workspace)
    qeval(workspace, "templates", "2026-Q3")
    assert "ban-sua" not in qeval(workspace, "templates", "2026-Q3", "--unit", unit).stdout
    assert "ban-sua" not in qeval(workspace, "templates", "2026-Q3").stdout
    paper = workspace / f"outbox/2026-Q3-bieu-mau/{unit}/to-trinh-{unit}.docx"
    paper.write_bytes(b"sua tay")
    assert "ban-sua" in qeval(workspace, "templates", "2026-Q3", "--unit", unit).stdout.replace("\n", "")
    kept = workspace / f"outbox/2026-Q3-bieu-mau-{KEPT}/{unit}/to-trinh-{unit}.docx"
    assert kept.read_bytes() == b"sua tay"


def test_another_edit_at_the_same_moment_never_takes_the_place_of_the_first(workspace):
    qeval(workspace, "run", "2026-Q3")
    paper = workspace / "outbox/2026-Q3/mau-7.xlsx"
    for text, folder in ((b"mot", KEPT), (b"hai", f"{KEPT}-2")):
        paper.write_bytes(text)
        qeval(workspace, "run", "2026-Q3")
        assert (workspace / f"outbox/2026-Q3-{folder}/mau-7.xlsx").read_bytes() == text
    assert (workspace / f"outbox/2026-Q3-{KEPT}/mau-7.xlsx").read_bytes() == b"mot"


def test_a_folder_without_a_record_is_kept_whole(workspace):
    folder = workspace / "outbox/2026-Q3-bieu-mau-so-nhan"
    folder.mkdir(parents=True)
    (folder / "so-nhan.xlsx").write_bytes(b"cua ai")
    assert "ban-sua" in qeval(workspace, "templates", "2026-Q3", "--kind", "so-nhan").stdout
    assert (workspace / f"outbox/2026-Q3-bieu-mau-so-nhan-{KEPT}/so-nhan.xlsx").read_bytes() == b"cua ai"
