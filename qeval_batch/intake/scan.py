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
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.core.say import say
from qeval_batch.intake.limits import MAX_CONTAINER_BYTES
from qeval_batch.model.arrival import Arrival
from qeval_batch.model.findings import Part, Where, finding
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
        return _sound(arrival.path, _content(arrival.path), arrival.sha256)
    return _sound(arrival.path, _members(arrival.path, arrival.container)[arrival.index], arrival.sha256)


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
                if _extension(entry.name) in READABLE:
                    yield _rejected(printable(name), path, "FILE_FOLDER")
            elif not any(part.startswith(".") for part in name.split("/")):
                yield _arrival(entry, printable(name), path)
            elif _extension(entry.name) in READABLE:
                yield Arrival(printable(name), path, 0, None, _IGNORED,
                              say("intake.scan.hidden"))


def _arrival(entry: os.DirEntry[str], name: str, path: Path) -> Arrival:
    extension = _extension(entry.name)
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return _rejected(name, path, "FILE_UNREADABLE")
    if entry.name.startswith(_LOCK_PREFIX):
        return Arrival(name, path, found.st_size, None, _IGNORED, say("intake.scan.office_lock"))
    if stat.S_ISLNK(found.st_mode):
        return _rejected(name, path, "FILE_LINK")
    if extension not in READABLE:
        return Arrival(name, path, found.st_size, None, _IGNORED, say("intake.scan.not_a_workbook"))
    if not stat.S_ISREG(found.st_mode):
        return _rejected(name, path, "FILE_SPECIAL")
    limit = MAX_CONTAINER_BYTES if extension in CONTAINERS else MAX_FILE_BYTES
    if found.st_size > limit:
        return _rejected(name, path, "FILE_TOO_BIG", found.st_size, size=_megabytes(found.st_size),
                         limit=_megabytes(limit))
    return _hashed(name, path, _clock(found.st_mtime))


def _clock(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), VIETNAM_TIME)
    except (OverflowError, OSError, ValueError):
        return None


def _hashed(name: str, path: Path, clock: datetime | None) -> Arrival:
    try:
        data = _content(path)
    except OSError:
        return _rejected(name, path, "FILE_UNREADABLE")
    return Arrival(name, path, len(data), hashlib.sha256(data).hexdigest(), clock=clock)


def _content(path: Path) -> bytes:
    """At most one byte more than anything may have; never through a link, never waiting on a pipe."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as source:
        return source.read(MAX_CONTAINER_BYTES + 1)


def _sound(path: Path, data: bytes, sha256: str | None) -> bytes:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OSError(f"{path.name}: changed while reading")
    return data


@lru_cache(maxsize=1)
def _members(path: Path, sha256: str) -> tuple[bytes, ...]:
    """The members of a container that a bounded process has opened before: the same bytes open the same way.

    Kept for the one container whose members are asked for one after the other.
    """
    from qeval_batch.intake.container import open_container

    opened = open_container(_sound(path, _content(path), sha256))
    return tuple(member.data for member in opened.members) if opened is not None else ()


def _extension(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _rejected(name: str, path: Path, code: str, length: int = 0, **params: str) -> Arrival:
    return rejected(Arrival(name, path, length), code, **params)


def rejected(arrival: Arrival, code: str, **params: str) -> Arrival:
    """The arrival as one that cannot be read, with its finding."""
    found = finding(code, Where(Part.FILE, file=arrival.name), **params)
    return replace(arrival, outcome=_REJECTED, why=messages.message(found), finding=found)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.0f} MB"
