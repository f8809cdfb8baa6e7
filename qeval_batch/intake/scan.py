"""Every path under inbox/ to one arrival: what may be read, and for the rest why not. Nothing is followed or changed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qeval_batch import messages
from qeval_batch.findings import Finding, Part, Where, finding
from qeval_batch.workbook.limits import MAX_FILE_BYTES

READABLE = frozenset((".xlsx", ".xlsm"))
# A workbook's or mail's extension whose reading is later work.
NOT_YET = frozenset((".xls", ".xlsb", ".ods", ".eml", ".msg", ".zip"))
_LOCK_PREFIX = "~$"
_REJECTED, _IGNORED = "rejected", "ignored"


@dataclass(frozen=True)
class Arrival:
    """One path. ``outcome`` None: to be read; else ``rejected`` or ``ignored`` with ``why``, a Vietnamese sentence.

    What is rejected bears its ``finding``: somebody must mend it.

    ``name`` is the path under the inbox as on disk, forward slashes; bytes that are no UTF-8 stand as ``\\xNN``, so that
    it can always be printed and kept as JSON.
    """

    name: str
    path: Path
    size: int
    sha256: str | None = None
    outcome: str | None = None
    why: str = ""
    finding: Finding | None = None

    def read(self) -> bytes:
        """The bytes that were hashed; OSError when the file changed or went away since."""
        data = _content(self.path)
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise OSError(f"{self.name}: changed while reading")
        return data


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
                if _extension(entry.name) in READABLE | NOT_YET:
                    yield _rejected(printable(name), path, "FILE_FOLDER")
            elif not any(part.startswith(".") for part in name.split("/")):
                yield _arrival(entry, printable(name), path)
            elif _extension(entry.name) in READABLE | NOT_YET:
                yield Arrival(printable(name), path, 0, None, _IGNORED,
                              "Tệp ẩn (tên bắt đầu bằng dấu chấm); nếu là hồ sơ thì đổi tên.")


def _arrival(entry: os.DirEntry[str], name: str, path: Path) -> Arrival:
    extension = _extension(entry.name)
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return _rejected(name, path, "FILE_UNREADABLE")
    if entry.name.startswith(_LOCK_PREFIX):
        return Arrival(name, path, found.st_size, None, _IGNORED, "Tệp tạm của Office; đóng tệp đang mở nếu còn dùng.")
    if stat.S_ISLNK(found.st_mode):
        return _rejected(name, path, "FILE_LINK")
    if extension not in READABLE | NOT_YET:
        return Arrival(name, path, found.st_size, None, _IGNORED, "Không phải bảng tính của bộ biểu.")
    if not stat.S_ISREG(found.st_mode):
        return _rejected(name, path, "FILE_SPECIAL")
    if found.st_size > MAX_FILE_BYTES:
        return _rejected(name, path, "FILE_TOO_BIG", found.st_size, size=_megabytes(found.st_size),
                         limit=_megabytes(MAX_FILE_BYTES))
    return _hashed(name, path, extension)


def _hashed(name: str, path: Path, extension: str) -> Arrival:
    try:
        data = _content(path)
    except OSError:
        return _rejected(name, path, "FILE_UNREADABLE")
    sha256 = hashlib.sha256(data).hexdigest()
    if extension in NOT_YET:
        return _rejected(name, path, "FILE_NOT_YET", len(data), sha256, extension=extension)
    return Arrival(name, path, len(data), sha256)


def _content(path: Path) -> bytes:
    """At most one byte more than a workbook may have; never through a link, never waiting on a pipe."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as source:
        return source.read(MAX_FILE_BYTES + 1)


def _extension(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _rejected(name: str, path: Path, code: str, length: int = 0, sha256: str | None = None, **params: str) -> Arrival:
    found = finding(code, Where(Part.FILE, file=name), **params)
    return Arrival(name, path, length, sha256, _REJECTED, messages.message(found), found)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.0f} MB"
