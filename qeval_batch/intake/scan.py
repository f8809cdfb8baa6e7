"""Every path under inbox/ to one arrival: what may be read, and for the rest why not. Nothing is followed or changed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from qeval_batch import messages
from qeval_batch.core.files import Barred, read_file, read_head
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.core.say import say
from qeval_batch.intake.container import HEAD_BYTES, may_matter, open_container
from qeval_batch.intake.limits import MAX_CONTAINER_BYTES
from qeval_batch.intake.naming import bears_container, bears_workbook
from qeval_batch.model.arrival import Arrival
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.spreadsheet.limits import MAX_FILE_BYTES

WORKBOOKS = frozenset((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"))
# What holds workbooks; of the last two the reader only says how to send them instead.
CONTAINERS = frozenset((".eml", ".msg", ".zip", ".rar", ".7z"))
READABLE = WORKBOOKS | CONTAINERS
_LOCK_PREFIX = "~$"
_REJECTED, _IGNORED = "rejected", "ignored"


def scan(inbox: Path) -> list[Arrival]:
    """Every file, link and workbook-named folder under ``inbox``, by name; an absent inbox is an empty one.

    Of hidden files those bearing a workbook's or mail's extension are listed, as ignored. A folder named like a
    workbook is rejected, and what is inside it is still listed.
    """
    return sorted(_walk(inbox), key=lambda item: (item.name, str(item.path)))


def printable(name: str) -> str:
    """A file name that can be encoded: undecodable bytes as ``\\xNN``, everything else as it is (NFD stays NFD)."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("utf-8", "backslashreplace")
    return name


def read_arrival(arrival: Arrival) -> bytes:
    """The bytes that were hashed; OSError when the file changed or went away since."""
    if arrival.container is None:
        return _sound(arrival.path, arrival.sha256)
    members = _members(arrival.path, arrival.container)
    if not arrival.index < len(members) or hashlib.sha256(members[arrival.index]).hexdigest() != arrival.sha256:
        raise OSError(f"{arrival.name}: changed while reading")
    return members[arrival.index]


def _walk(inbox: Path) -> Iterator[Arrival]:
    pending: list[tuple[Path, str]] = [(inbox, "")]
    while pending:
        folder, prefix = pending.pop()
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except FileNotFoundError:
            continue
        except OSError:
            if prefix:
                yield _rejected(printable(prefix.rstrip("/")), folder, "FILE_UNREADABLE")
                continue
            raise
        for entry in listed:
            name = prefix + entry.name
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                pending.append((path, name + "/"))
                if _promises(entry.name):
                    yield _rejected(printable(name), path, "FILE_FOLDER")
            elif not any(part.startswith(".") and not _only_extension(part) for part in name.split("/")):
                yield _arrival(entry, printable(name), path)
            elif _promises(entry.name):
                yield _hidden(printable(name), path)


def _arrival(entry: os.DirEntry[str], name: str, path: Path) -> Arrival:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return _rejected(name, path, "FILE_UNREADABLE")
    if stat.S_ISLNK(found.st_mode):
        return _rejected(name, path, "FILE_LINK")
    promises = _promises(entry.name) and not entry.name.startswith(_LOCK_PREFIX)
    try:
        if not promises and not (stat.S_ISREG(found.st_mode) and may_matter(read_head(path, HEAD_BYTES))):
            return Arrival(name, path, found.st_size, None, _IGNORED, say("intake.scan.office_lock")
                           if entry.name.startswith(_LOCK_PREFIX) else say("intake.scan.not_a_workbook"))
        data = read_file(path, MAX_FILE_BYTES if bears_workbook(entry.name) else MAX_CONTAINER_BYTES)
    except Barred as barred:
        return _rejected(name, path, barred.code, found.st_size, **barred.params)
    except FileNotFoundError:
        return _rejected(name, path, "FILE_CHANGED")
    return Arrival(name, path, len(data), hashlib.sha256(data).hexdigest(), clock=_clock(found.st_mtime))


def _hidden(name: str, path: Path) -> Arrival:
    """A hidden file is left alone, but one that holds a workbook is told of: somebody may wait for it."""
    bare = Arrival(name, path, 0, None, _IGNORED, say("intake.scan.hidden"))
    try:
        holds = may_matter(read_head(path, HEAD_BYTES))
    except (Barred, FileNotFoundError):
        return bare
    return replace(bare, finding=finding("FILE_HIDDEN", Where(Part.FILE, file=name))) if holds else bare


def _promises(name: str) -> bool:
    """Whether a file is named as what dossiers come in."""
    return bears_workbook(name) or bears_container(name)


def _only_extension(name: str) -> bool:
    return name.lower() in READABLE


def _clock(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), VIETNAM_TIME)
    except (OverflowError, OSError, ValueError):
        return None


def _sound(path: Path, sha256: str | None) -> bytes:
    try:
        data = read_file(path, MAX_CONTAINER_BYTES)
    except Barred as barred:
        raise OSError(str(barred)) from barred
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OSError(f"{path.name}: changed while reading")
    return data


@lru_cache(maxsize=1)
def _members(path: Path, sha256: str) -> tuple[bytes, ...]:
    """The members of a container that a bounded process has opened before: the same bytes open the same way.

    Kept for the one container whose members are asked for one after the other.
    """
    opened = open_container(_sound(path, sha256))
    return tuple(member.data for member in opened.members) if opened is not None else ()


def _rejected(name: str, path: Path, code: str, length: int = 0, **params: str) -> Arrival:
    return rejected(Arrival(name, path, length), code, **params)


def rejected(arrival: Arrival, code: str, **params: str) -> Arrival:
    """The arrival as one that cannot be read, with its finding."""
    return rejected_by(arrival, finding(code, Where(Part.FILE, file=arrival.name), **params))


def rejected_by(arrival: Arrival, found: Finding) -> Arrival:
    """The arrival as one that cannot be read, by the finding that says why."""
    return replace(arrival, outcome=_REJECTED, why=messages.message(found), finding=found)
