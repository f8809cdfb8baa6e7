"""A quarter's folder appears whole or not at all, whenever the program dies; packages are packed canonically."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.render import stage
from qeval_batch.render.canonical import canonical
from qeval_batch.render.edits import RECORD
from qeval_batch.render.stage import OutputBusy, aside_of, recover, staged, staging_of

AS_OF = datetime(2026, 9, 26, 8, tzinfo=VIETNAM_TIME)


class Killed(BaseException):
    """The process dies here: nothing after it runs, not even a clean-up that catches Exception."""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox" / "2026-Q3"
    with staged(folder, AS_OF) as staging:
        (staging / "cu.txt").write_text("old", "utf-8")
    return folder


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(stage.time, "sleep", lambda seconds: None)


def names(folder: Path) -> list[str]:
    """What stands there, but for the record of what the program wrote."""
    return sorted(item.name for item in folder.iterdir() if item.name != RECORD)


def test_the_new_folder_replaces_the_old_one_whole(target):
    with staged(target, AS_OF) as staging:
        (staging / "moi.txt").write_text("new", "utf-8")
        assert names(target) == ["cu.txt"], "nothing changes before the end"
    assert names(target) == ["moi.txt"] and names(target.parent) == ["2026-Q3"]


def test_a_failure_while_rendering_leaves_the_old_folder(target):
    with pytest.raises(RuntimeError), staged(target, AS_OF) as staging:
        (staging / "moi.txt").write_text("new", "utf-8")
        raise RuntimeError
    assert names(target) == ["cu.txt"] and names(target.parent) == ["2026-Q3"]


def test_a_half_built_folder_of_a_killed_run_is_cleared_away(target):
    staging_of(target).mkdir()
    (staging_of(target) / "nua.txt").write_text("half", "utf-8")
    with staged(target, AS_OF) as staging:
        assert names(staging) == []
        (staging / "moi.txt").write_text("new", "utf-8")
    assert names(target) == ["moi.txt"] and names(target.parent) == ["2026-Q3"]


def test_killed_between_the_two_renames_the_old_folder_comes_back(target):
    target.rename(aside_of(target))
    staging_of(target).mkdir()
    recover(target)
    assert names(target) == ["cu.txt"] and names(target.parent) == ["2026-Q3"]


def test_killed_after_both_renames_the_new_folder_stays(target):
    aside_of(target).mkdir()
    (aside_of(target) / "cu-hon.txt").write_text("older", "utf-8")
    recover(target)
    assert names(target) == ["cu.txt"] and names(target.parent) == ["2026-Q3"]


@pytest.mark.parametrize("fatal", [1, 2])
def test_a_death_at_any_rename_loses_nothing(target, monkeypatch, fatal):
    real, count = Path.rename, [0]

    def dying(self, other):
        count[0] += 1
        if count[0] >= fatal:
            raise Killed
        return real(self, other)

    monkeypatch.setattr(Path, "rename", dying)
    with pytest.raises(Killed), staged(target, AS_OF) as staging:
        (staging / "moi.txt").write_text("new", "utf-8")
    monkeypatch.setattr(Path, "rename", real)
    recover(target)
    assert names(target) == ["cu.txt"] and names(target.parent) == ["2026-Q3"]


def test_old_results_marked_read_only_do_not_block_the_next_runs(target, monkeypatch):
    with staged(target, AS_OF) as folder:
        (folder / "một.txt").write_text("một", "utf-8")
    os.chmod(target / "một.txt", 0o400)
    os.chmod(target, 0o500)
    real = os.unlink

    def as_no_administrator(path, *args, dir_fd=None, **more):
        held = os.stat(dir_fd) if dir_fd is not None else os.stat(os.path.dirname(path))
        if not held.st_mode & 0o200:
            raise PermissionError(13, "no", path)
        return real(path, *args, dir_fd=dir_fd, **more)
    monkeypatch.setattr(os, "unlink", as_no_administrator)
    for text in ("hai", "ba"):
        with staged(target, AS_OF) as folder:
            (folder / "hai.txt").write_text(text, "utf-8")
    assert names(target) == ["hai.txt"]
    assert sorted(item.name for item in target.parent.iterdir()) == [target.name]


def test_an_open_file_is_a_clear_message_and_the_old_folder_stands(target, monkeypatch):
    real, tries = Path.rename, [0]

    def refused(self, other):
        if self == target:
            tries[0] += 1
            raise PermissionError("in use")
        return real(self, other)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OutputBusy, match="đóng tệp đang mở"), staged(target, AS_OF) as staging:
        (staging / "moi.txt").write_text("new", "utf-8")
    assert tries[0] > 1, "a passing lock is waited for"
    assert names(target) == ["cu.txt"] and names(target.parent) == ["2026-Q3"]


def test_a_lock_that_passes_is_waited_out(target, monkeypatch):
    real, refusals = Path.rename, iter([True, True, False])

    def sometimes(self, other):
        if self == target and next(refusals, False):
            raise PermissionError("scanned")
        return real(self, other)

    monkeypatch.setattr(Path, "rename", sometimes)
    with staged(target, AS_OF) as staging:
        (staging / "moi.txt").write_text("new", "utf-8")
    assert names(target) == ["moi.txt"]


def test_when_the_second_rename_is_refused_the_old_folder_is_put_back(target, monkeypatch):
    real = Path.rename

    def refused(self, other):
        if self == staging_of(target):
            raise PermissionError("in use")
        return real(self, other)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OutputBusy), staged(target, AS_OF):
        pass
    assert names(target) == ["cu.txt"] and names(target.parent) == ["2026-Q3"]


def _package(when: tuple[int, ...], order: list[str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        for name in order:
            package.writestr(zipfile.ZipInfo(name, when), f"<{name}/>")
    return data.getvalue()


def test_the_same_parts_give_the_same_bytes():
    parts = ["word/document.xml", "[Content_Types].xml", "_rels/.rels", "docProps/core.xml"]
    one = canonical(_package((2026, 9, 26, 8, 0, 0), parts))
    other = canonical(_package((2027, 1, 2, 3, 4, 6), parts[::-1]))
    assert one == other and canonical(one) == one
    with zipfile.ZipFile(io.BytesIO(one)) as package:
        assert package.namelist() == ["[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml"]
        assert package.read("word/document.xml") == b"<word/document.xml/>"


def test_another_part_gives_other_bytes():
    when = (2026, 9, 26, 8, 0, 0)
    assert canonical(_package(when, ["a.xml"])) != canonical(_package(when, ["b.xml"]))


def test_what_is_no_package_is_refused():
    with pytest.raises(zipfile.BadZipFile):
        canonical(b"not a zip")
