"""The folder a clerk works in, as one value; the only place that knows how it is laid out."""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from qeval_batch.core.period import Period
from qeval_batch.core.say import say

ROSTER_FILE = "danh-muc.xlsx"
REGISTER_FILE = "so-nhan.xlsx"


class CannotRun(Exception):
    """The command cannot do its work (exit code 2); the text is for the person at the keyboard."""


@dataclass(frozen=True)
class Workspace:
    """Paths under ``root``; nothing of the program is read or written elsewhere."""

    root: Path

    @property
    def forms(self) -> Path:
        return self.root / "forms"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def roster(self) -> Path:
        return self.root / ROSTER_FILE

    @property
    def register(self) -> Path:
        """What arrived when, as the clerk keeps it; may be absent."""
        return self.root / REGISTER_FILE

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def key(self) -> Path:
        return self.data / "khoa-ky.bin"

    @property
    def ledger(self) -> Path:
        return self.data / "so-cai.sqlite3"

    @property
    def originals(self) -> Path:
        """Every file as it arrived, under its own hash."""
        return self.data / "ban-goc"

    def results(self, period: Period) -> Path:
        """Where a run's outputs stand; rebuilt and swapped in whole."""
        return self.outbox / str(period)

    def unit_results(self, period: Period, unit: str) -> Path:
        """Where ``run --unit`` puts one unit's papers, beside the quarter's outputs and never inside them."""
        return self.outbox / f"{period}-{unit}"

    def blank_forms(self, period: Period, kind: str | None = None) -> Path:
        """Where the workbooks to send stand, those of another ``kind`` apart; a run never touches it."""
        return self.outbox / (f"{period}-bieu-mau-{kind}" if kind else f"{period}-bieu-mau")

    def opinions_asked(self, period: Period) -> Path:
        """Where ``ask`` puts the letters and workbooks for the bodies; a run never touches it."""
        return self.outbox / f"{period}-xin-y-kien"

    def explanations(self, period: Period) -> Path:
        """Where ``explain --sheet`` puts its sheets, one file an officer; a run never touches it."""
        return self.outbox / f"{period}-dien-giai"

    def trials(self, period: Period) -> Path:
        """Where ``what-if`` puts its table, replaced whole by each trial; a run never touches it."""
        return self.outbox / f"{period}-thu-chinh-sach"


def open_workspace(root: Path) -> Workspace:
    """The workspace at ``root``; CannotRun when it is none."""
    workspace = Workspace(root.resolve())
    for folder in (workspace.forms, workspace.templates):
        if not folder.is_dir():
            raise CannotRun(say("run.workspace.no_folder", folder=folder.name, root=workspace.root))
    for folder in (workspace.inbox, workspace.outbox, workspace.data):
        folder.mkdir(exist_ok=True)
    return workspace


@contextlib.contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace alone; CannotRun names who holds it. The lock ends with the process, however it ends."""
    lock = FileLock(workspace.data / "dang-chay.lock")
    holder = workspace.data / "dang-chay.txt"
    try:
        lock.acquire(timeout=0)
    except Timeout as busy:
        who = holder.read_text("utf-8").strip() if holder.exists() else say("run.workspace.another_process")
        raise CannotRun(say("run.workspace.in_use", who=who)) from busy
    try:
        holder.write_text(_who(), "utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _who() -> str:
    import os

    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = say("run.workspace.unknown_user")
    return say("run.workspace.holder", user=user, process=os.getpid())


