"""The one way a file somebody else laid down is opened: a plain file, whole, bounded; no link followed, no pipe waited on."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from pathlib import Path

from qeval_batch.core.say import say


class Barred(Exception):
    """A path that is not read. ``code`` and ``params`` are its finding; the text is for whoever named the path."""

    def __init__(self, code: str, why: str, **params: str) -> None:
        super().__init__(why)
        self.code, self.params = code, params


def read_file(path: Path, limit: int) -> bytes:
    """The bytes of the plain file at ``path``, at most ``limit``. Barred for anything else, FileNotFoundError for none.

    What changes while it is read is Barred too: half of an old file and half of a new one is neither.
    """
    name = one_line(path.name)
    data, opened, after = _read(path, name, limit)
    if max(len(data), after.st_size) > limit:
        raise too_big(name, max(len(data), after.st_size), limit)
    if (after.st_size, after.st_mtime_ns) != (opened.st_size, opened.st_mtime_ns) or len(data) != after.st_size:
        raise Barred("FILE_CHANGED", say("core.files.changed", name=name))
    return data


def read_head(path: Path, size: int) -> bytes:
    """The first ``size`` bytes of the plain file at ``path``, however long it is; Barred as for `read_file`."""
    return _read(path, one_line(path.name), size)[0][:size]


def too_big(name: str, size: int, limit: int) -> Barred:
    """Why a file of that size is not read."""
    return Barred("FILE_TOO_BIG", say("core.files.too_big", name=name, size=megabytes(size), limit=megabytes(limit)),
                  size=megabytes(size), limit=megabytes(limit))


def megabytes(size: int) -> str:
    """A size for people, never smaller than it is."""
    return f"{-(-size // 2**20)} MB"


def one_line(name: str) -> str:
    """A name as it may stand in a sentence: no line break, no control character, nothing that turns the writing."""
    plain = "".join(" " if char.isspace() else char for char in name
                    if char.isspace() or unicodedata.category(char)[0] != "C")
    return " ".join(plain.split()) or "?"


def _read(path: Path, name: str, limit: int) -> tuple[bytes, os.stat_result, os.stat_result]:
    """One byte more than ``limit`` at most, and what the system said of the file before and after."""
    _look_at(path, name)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as source:
            opened = os.fstat(source.fileno())
            if not stat.S_ISREG(opened.st_mode):
                raise Barred("FILE_SPECIAL", say("core.files.special", name=name))
            return source.read(limit + 1), opened, os.fstat(source.fileno())
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _not_opened(error, name) from error


def _look_at(path: Path, name: str) -> None:
    """The path's own entry, before anything is opened: opening a device may already do something."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _not_opened(error, name) from error
    if stat.S_ISLNK(found.st_mode):
        raise Barred("FILE_LINK", say("core.files.link", name=name))
    if stat.S_ISDIR(found.st_mode):
        raise Barred("FILE_FOLDER", say("core.files.folder", name=name))
    if not stat.S_ISREG(found.st_mode):
        raise Barred("FILE_SPECIAL", say("core.files.special", name=name))


def _not_opened(error: OSError, name: str) -> Barred:
    if error.errno == errno.ELOOP:
        return Barred("FILE_LINK", say("core.files.link", name=name))
    return Barred("FILE_UNREADABLE", say("core.files.unreadable", name=name))
