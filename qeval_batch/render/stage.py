"""A folder of outputs appears whole or not at all: built beside its place, then swapped in.

What a person changed in the former folder is copied beside it first (``edits``).

Two renames make the swap, so a crash leaves one of three traces, and the next start mends each: a half-built staging
folder (removed), a new folder with the old one still aside (the old one removed), the old one aside and nothing in
its place (put back).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from qeval_batch.core.say import say
from qeval_batch.render.edits import keep, note, write_record
from qeval_batch.workspace import CannotRun

_TRIES = 8
_PAUSE = 0.25      # seconds, longer each time: a virus scanner lets go by itself, a person at Excel does not


class OutputBusy(CannotRun):
    """The folder cannot be replaced: a file in it is open; what stood there before still stands."""

    def __init__(self, target: Path) -> None:
        super().__init__(
            say("render.stage.folder_busy", folder=target))


def staging_of(target: Path) -> Path:
    """Where ``target`` is built."""
    return target.parent / f".{target.name}.dang-tao"


def aside_of(target: Path) -> Path:
    """Where the former ``target`` stands during the swap."""
    return target.parent / f".{target.name}.cu"


def recover(target: Path) -> None:
    """Mend whatever a crash left beside ``target``; call it with the workspace locked. OutputBusy when it cannot."""
    aside = aside_of(target)
    if aside.exists() and not target.exists():
        _insist(lambda: aside.rename(target), target)
    _remove(aside, target)
    _remove(staging_of(target), target)


@contextlib.contextmanager
def staged(target: Path, as_of: datetime, root: Path | None = None) -> Iterator[Path]:
    """An empty folder to write into; when the block ends well it stands in the place of ``target``, else it is gone.

    What a person changed or added is kept by the time ``as_of``; ``root``: the folder of the outbox ``target`` is in.
    OutputBusy when a file of the former folder is open; the former folder is then as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    recover(target)
    folder = staging_of(target)
    folder.mkdir()
    try:
        yield folder
        write_record(folder)
        _insist(lambda: keep(target, as_of, root), target)
        _swap(folder, target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    with contextlib.suppress(OutputBusy):    # the new folder stands; the next start takes the old one away
        _remove(aside_of(target), target)


def put(target: Path, data: bytes, as_of: datetime) -> None:
    """Write one file beside others of its folder, whole or not at all; a former one a person changed is kept."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.parent / f".{target.name}.dang-tao"
    try:
        draft.write_bytes(data)
        _insist(lambda: keep(target, as_of, target.parent), target)
        _insist(lambda: os.replace(draft, target), target)
    finally:
        draft.unlink(missing_ok=True)
    note(target)


def _swap(folder: Path, target: Path) -> None:
    aside = aside_of(target)
    if target.exists():
        _insist(lambda: target.rename(aside), target)
    try:
        _insist(lambda: folder.rename(target), target)
    except BaseException:
        if aside.exists() and not target.exists():
            aside.rename(target)
        raise


def _remove(folder: Path, target: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        _insist(folder.unlink, target)
    elif folder.exists():
        _insist(lambda: _clear(folder), target)


def _clear(folder: Path) -> None:
    """Remove a folder of ours, also where somebody marked it or files in it read-only."""
    try:
        shutil.rmtree(folder)
    except PermissionError:
        for place, _, files in os.walk(folder):
            os.chmod(place, stat.S_IRWXU)
            for path in (os.path.join(place, name) for name in files):
                if not os.path.islink(path):
                    os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)
        shutil.rmtree(folder)


def _insist(act: Callable[[], object], target: Path) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            act()
            return
        except PermissionError as refused:
            if attempt == _TRIES:
                raise OutputBusy(target) from refused
            time.sleep(_PAUSE * attempt)
