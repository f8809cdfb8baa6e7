"""Every entrance opens a file the same way: a link, a pipe, a folder, a giant are told, never followed, never waited on."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from qeval_batch.cli.cli import main
from qeval_batch.commands.init import create
from qeval_batch.core import files
from qeval_batch.core.files import Barred, one_line, read_file, read_head
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.intake.scan import scan
from qeval_batch.workspace import Workspace

if not hasattr(os, "mkfifo"):
    pytest.skip("NO PIPES HERE: the door is NOT tested on this system", allow_module_level=True)

WORDS = {"link": "lối tắt", "pipe": "không phải tệp thường", "device": "lối tắt", "folder": "là thư mục", "giant": "quá lớn"}


def lay(kind: str, path: Path) -> None:
    """Put a thing of that kind where a file is looked for."""
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if kind == "link":
        target = path.with_name("gốc của tệp")
        target.write_bytes(b"x")
        path.symlink_to(target)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        with open(path, "wb") as target_file:
            target_file.truncate(64 * 2**20)


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.chdir(tmp_path)
    return create(tmp_path / "w", created=datetime(2026, 9, 1, tzinfo=VIETNAM_TIME))


def said(capsys, *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    printed = capsys.readouterr()
    return int(str(stopped.value.code)), printed.err + printed.out


@pytest.mark.parametrize("kind", WORDS)
def test_inspect(workspace, capsys, kind):
    lay(kind, workspace.root / "hồ sơ.xlsx")
    code, words = said(capsys, "inspect", str(workspace.root / "hồ sơ.xlsx"), "--root", str(workspace.root))
    assert code == 2 and (WORDS[kind] in words or kind == "folder" and "thư mục" in words)


@pytest.mark.parametrize("kind", WORDS)
def test_roster(workspace, capsys, kind):
    lay(kind, workspace.roster)
    code, words = said(capsys, "run", "2026-Q3", "--root", str(workspace.root), "--no-progress")
    assert code == 2 and WORDS[kind] in words


@pytest.mark.parametrize("kind", WORDS)
def test_register(workspace, capsys, kind):
    lay(kind, workspace.register)
    code, _ = said(capsys, "run", "2026-Q3", "--root", str(workspace.root), "--no-progress", "--as-of", "2026-09-26")
    result = json.loads((workspace.outbox / "2026-Q3" / "results.json").read_text("utf-8"))
    found = [item for item in result["findings"] if item["file"] == "so-nhan.xlsx"]
    assert code == 1 and [item["code"] for item in found] == ["REGISTER_UNREADABLE"] and WORDS[kind] in found[0]["message"]


@pytest.mark.parametrize("kind", WORDS)
def test_policy_trial(workspace, capsys, kind):
    lay(kind, workspace.root / "thử.yaml")
    code, words = said(capsys, "what-if", "2026-Q3", "--policy", str(workspace.root / "thử.yaml"), "--root",
                       str(workspace.root), "--no-progress")
    assert code == 2 and (WORDS[kind] in words or kind == "folder" and "thư mục" in words)


@pytest.mark.parametrize("kind", WORDS)
def test_templates(workspace, capsys, kind):
    name = sorted(workspace.templates.glob("*.docx"))[0]
    lay(kind, name)
    code, words = said(capsys, "forms", "check", "--root", str(workspace.root))
    assert code == 2 and WORDS[kind] in words and name.name in words


@pytest.mark.parametrize("kind", WORDS)
def test_forms(workspace, capsys, kind):
    lay(kind, workspace.forms / "ho-so.yaml")
    code, words = said(capsys, "forms", "check", "--root", str(workspace.root))
    assert code == 2 and WORDS[kind] in words


@pytest.mark.parametrize(("kind", "code"), [("link", "FILE_LINK"), ("device", "FILE_LINK"), ("pipe", "FILE_SPECIAL"),
                                            ("folder", "FILE_FOLDER"), ("giant", "FILE_TOO_BIG")])
def test_inbox(tmp_path, kind, code):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    lay(kind, inbox / "DV001.xlsx")
    found = next(item for item in scan(inbox) if item.name == "DV001.xlsx")
    assert (found.outcome, found.finding.code) == ("rejected", code)


def test_a_deep_policy_trial_is_refused_at_its_file(workspace, capsys):
    (workspace.root / "thử.yaml").write_text("quota.base: " + "[" * 20_000, "utf-8")
    code, words = said(capsys, "what-if", "2026-Q3", "--policy", str(workspace.root / "thử.yaml"), "--root",
                       str(workspace.root), "--no-progress")
    assert code == 2 and "thử.yaml" in words and "lỗi của chính nó" not in words


# --- While it is read ------------------------------------------------------------------------------------------------
def _meanwhile(monkeypatch, does) -> None:
    """``does`` happens once, after the file was opened and before the system is asked of it again."""
    real, asked = os.fstat, []

    def fstat(number):
        asked.append(number)
        if len(asked) == 2:
            does()
        return real(number)
    monkeypatch.setattr(files.os, "fstat", fstat)


@pytest.mark.parametrize("does", [lambda path: path.write_bytes(b"other bytes"), lambda path: os.truncate(path, 3),
                                  lambda path: os.utime(path, (1, 1))])
def test_a_file_that_changes_while_it_is_read_is_not_half_read(tmp_path, monkeypatch, does):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"0123456789")
    _meanwhile(monkeypatch, lambda: does(path))
    with pytest.raises(Barred) as met:
        read_file(path, 100)
    assert met.value.code == "FILE_CHANGED" and "thay đổi" in str(met.value)


def test_a_file_deleted_while_it_is_read_is_read_whole_and_an_absent_one_is_absent(tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"0123456789")
    with monkeypatch.context() as during:
        _meanwhile(during, path.unlink)
        assert read_file(path, 100) == b"0123456789"
    with pytest.raises(FileNotFoundError):
        read_file(path, 100)


def test_a_bound_is_a_bound(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"0123456789")
    assert read_file(path, 10) == b"0123456789" and read_head(path, 4) == b"0123"
    with pytest.raises(Barred) as met:
        read_file(path, 9)
    assert met.value.code == "FILE_TOO_BIG"


# --- Names -----------------------------------------------------------------------------------------------------------
NAMES = ["a" * 250 + ".xlsx", "\u202exslx.a\u202c.xlsx", "a\nb\r.xlsx", "\x1b[2Ja.xlsx"]


def test_a_name_in_a_sentence_is_one_line_and_turns_nothing():
    assert one_line("a\n\u202eb\x1b[2J\tc") == "a b[2J c" and one_line("\u202e\n") == "?"


@pytest.mark.skipif(sys.platform == "win32", reason="WINDOWS KNOWS NO SUCH NAMES: not tested here")
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_exactly_and_shown_harmless(workspace, capsys, name):
    (workspace.inbox / name).write_bytes(b"x")
    assert [item.name for item in scan(workspace.inbox)] == [name]
    code, words = said(capsys, "inspect", str(workspace.inbox / name), "--root", str(workspace.root))
    assert code == 1 and not any(mark in words for mark in "\u202e\u202c\x1b\r")
    code, words = said(capsys, "run", "2026-Q3", "--root", str(workspace.root), "--no-progress", "--as-of", "2026-09-26")
    report = (workspace.outbox / "2026-Q3" / "bao-cao-chay.txt").read_text("utf-8")
    assert code == 1 and not any(mark in words + report for mark in "\u202e\u202c\x1b\r")
    for table in (workspace.outbox / "2026-Q3").rglob("*.xlsx"):
        with zipfile.ZipFile(table) as package:
            texts = b"".join(package.read(part) for part in package.namelist()).decode("utf-8", "replace")
        assert "\u202e" not in texts and "_x001B_" not in texts, table.name
