"""Who is at fault when a reading process ends: planted defects, deaths and broken pools (docs/dev/errors.md)."""

from __future__ import annotations

import os
import shutil
import signal
import time
from concurrent.futures import Future
from pathlib import Path

import pytest
from demo_intake import PERIOD, province

from qeval_batch.cli.cli import main
from qeval_batch.core.defect import Defect
from qeval_batch.intake import crew, reading
from qeval_batch.intake.pool import Lost, Pool, call, pool
from qeval_batch.render.replies import copy
from qeval_batch.workspace import CannotRun

posix = pytest.mark.skipif(os.name != "posix", reason="only here does a signal end a process")


# --- In the processes ------------------------------------------------------------------------------------------------
def _nothing() -> None:
    pass


def _double(number: int) -> int:
    return 2 * number


def _missing_key(raw):
    return {}[raw]


def _prepare_with_broken_tags(*given) -> None:
    from qeval_batch.workbook import tags

    reading.prepare(*given)
    tags.parse = _missing_key


def _list_without_key(*given):
    return {}["row"]


def _prepare_with_broken_list() -> None:
    copy.write_list = _list_without_key


def _killed_the_second_time(counter: str) -> None:
    """The process that replaces the first one is ended while it starts."""
    starts = Path(counter)
    starts.write_text(starts.read_text() + "." if starts.exists() else ".")
    if len(starts.read_text()) == 2:
        os.kill(os.getpid(), signal.SIGKILL)


def _always_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _fails_to_prepare() -> None:
    raise KeyError("nothing of this name")


def _hostile(name: str) -> str:
    if name == "hostile":
        os.kill(os.getpid(), signal.SIGSEGV)
    return name


def _killed_from_outside(mark: str, times: int) -> str:
    """Ended as by the machine, the first ``times`` times."""
    tries = Path(mark)
    tries.write_text(tries.read_text() + "." if tries.exists() else ".")
    if len(tries.read_text()) <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return "read"


# --- Defects ---------------------------------------------------------------------------------------------------------
def _workspace(tmp_path: Path) -> Path:
    root = tmp_path / "w"
    shutil.copytree(province().workspace.root, root)
    shutil.rmtree(root / "outbox")
    standing = root / "outbox" / str(PERIOD)
    standing.mkdir(parents=True)
    (standing / "results.json").write_text("the run before", "utf-8")
    return root


def _stopped(root: Path, monkeypatch, capsys) -> tuple[int, str, str]:
    """Exit code, the line on the screen, the report, of a run in ``root``."""
    monkeypatch.chdir(root)
    with pytest.raises(SystemExit) as stopped:
        main(["run", "2026-Q3", "--as-of", "2026-09-26T08:00", "--no-progress"])
    line, report = capsys.readouterr().err, root / "qeval-loi.txt"
    assert report.exists(), line
    return int(str(stopped.value.code)), line, report.read_text("utf-8")


def _nothing_moved(root: Path) -> bool:
    return [path.name for path in root.rglob("outbox/**/*") if path.is_file()] == ["results.json"]


def test_a_key_error_in_tag_parsing_is_our_defect_and_no_unit_pays(tmp_path, monkeypatch, capsys):
    root = _workspace(tmp_path)
    monkeypatch.setattr(reading, "prepare", _prepare_with_broken_tags)
    code, line, report = _stopped(root, monkeypatch, capsys)
    assert code == 2 and len(line.splitlines()) == 1 and "lỗi của chính nó" in line and "inbox" in line
    assert "KeyError" in report and "_missing_key" in report and "workbook" in report
    assert _nothing_moved(root) and (root / "outbox" / str(PERIOD) / "results.json").read_text() == "the run before"


def test_a_key_error_in_the_annotated_copy_is_our_defect_and_no_mail_is_drafted(tmp_path, monkeypatch, capsys):
    root = _workspace(tmp_path)
    monkeypatch.setattr(copy, "prepare", _prepare_with_broken_list)
    code, line, report = _stopped(root, monkeypatch, capsys)
    assert code == 2 and "lỗi của chính nó" in line and "KeyError: 'row'" in report
    assert _nothing_moved(root)


def test_a_defect_names_the_file_and_keeps_the_traceback_of_the_process():
    with pytest.raises(Defect) as met:
        call(_missing_key, "x", about="đv 1.xlsx")
    assert met.value.about == "đv 1.xlsx" and "KeyError: 'x'" in met.value.report and "_missing_key" in met.value.report


def test_what_cannot_pass_between_processes_is_a_defect():
    with pytest.raises(Defect):
        call(_double, lambda: None)


def test_a_process_that_cannot_be_prepared_tells_why():
    with pool(1, _fails_to_prepare, ()) as processes, pytest.raises(Defect, match="nothing of this name"):
        processes.result(processes.start(_double, 1))


# --- Deaths ----------------------------------------------------------------------------------------------------------
@posix
def test_a_hostile_file_and_a_replacement_killed_while_it_starts_harm_no_innocent(tmp_path):
    with pool(1, _killed_the_second_time, (str(tmp_path / "starts"),)) as processes:
        names = ["a", "hostile", "b", "c"]
        tasks = [processes.start(_hostile, name, about=name) for name in names]
        assert [processes.result(task) for task in tasks] == ["a", Lost("FILE_READER_FAULT", "SIGSEGV"), "b", "c"]
        assert processes.result(processes.start(_hostile, "d")) == "d"
    assert len((tmp_path / "starts").read_text()) > 2


@posix
def test_a_task_killed_once_is_tried_again_alone_and_nothing_is_said(tmp_path):
    with pool(2, _nothing, ()) as processes:
        others = [processes.start(_double, number) for number in range(8)]
        killed = processes.start(_killed_from_outside, str(tmp_path / "tries"), 1)
        assert processes.result(killed) == "read"
        assert [processes.result(task) for task in others] == [0, 2, 4, 6, 8, 10, 12, 14]


@posix
def test_a_task_killed_twice_from_outside_stops_the_batch_with_a_word_about_the_machine(tmp_path):
    with pytest.raises(CannotRun, match="Máy hai lần dừng tiến trình đọc «đv 1.xlsx»"):
        call(_killed_from_outside, str(tmp_path / "tries"), 9, about="đv 1.xlsx")
    assert len((tmp_path / "tries").read_text()) == 2


@posix
def test_where_no_process_can_start_the_batch_stops_with_a_word_about_the_machine():
    begun = time.monotonic()
    with pool(1, _always_killed, ()) as processes, pytest.raises(CannotRun, match="Máy hai lần"):
        processes.result(processes.start(_double, 1, about="đv 1.xlsx"))
    assert time.monotonic() - begun < crew.CLOCK_SECONDS


def test_a_pool_that_breaks_is_made_anew_and_what_it_held_is_done():
    with pool(1, _nothing, ()) as processes:
        assert processes.result(processes.start(_double, 1)) == 2
        held = processes.start(_double, 2)
        processes._crew._pool.stop()
        processes._crew.broken = True
        assert processes.result(held) == 4 and processes.result(processes.start(_double, 3)) == 6


def test_nobody_waits_for_a_task_that_will_never_end(monkeypatch):
    monkeypatch.setattr(crew, "HUNG_SECONDS", 6)
    processes = Pool(1, _nothing, ())
    try:
        assert processes.result(processes.start(_double, 1)) == 2
        lost: Future[int] = Future()          # as a message that went astray between the processes leaves it
        monkeypatch.setattr(processes._crew._pool, "schedule", lambda *_, **__: lost)
        begun = time.monotonic()
        assert processes.result(processes.start(_double, 21)) == 42
        assert time.monotonic() - begun < 30
    finally:
        processes.stop()
