"""Every original as it arrived, kept once under its own hash: ``ab/abcd….xlsx``; never changed, named by nobody."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_EXTENSION = re.compile(r"\.[a-z]{1,8}", re.ASCII)
# Windows takes a file without the right to write for one that may not be deleted either, not even with its folder.
_FILE_MODE = 0o400 if os.name == "posix" else 0o600
_FOLDER_MODE = 0o700


class Archive:
    """The folder of originals. What stands there under a hash is complete: it appears by one rename."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, sha256: str, extension: str) -> Path:
        """Where the file of that hash stands. ValueError for what is no hash: nothing outside the folder is named."""
        if not _HASH.fullmatch(sha256):
            raise ValueError(f"not a sha256: {sha256!r}")
        suffix = extension.lower()
        return self.folder / sha256[:2] / f"{sha256}{suffix if _EXTENSION.fullmatch(suffix) else ''}"

    def put(self, data: bytes, extension: str) -> str:
        """Keep ``data``, once; its hash. A file that already stands there is left as it is."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.place(sha256, extension)
        if target.exists():
            return sha256
        for folder in (self.folder, target.parent):
            folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=".", dir=target.parent)
        try:
            with os.fdopen(number, "wb") as staging:
                staging.write(data)
                staging.flush()
                os.fsync(staging.fileno())
            os.chmod(name, _FILE_MODE)
            os.replace(name, target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
        return sha256

    def fault(self, sha256: str, extension: str) -> str | None:
        """``missing`` or ``changed``; None when the original stands there as it arrived."""
        place = self.place(sha256, extension)
        try:
            found = hashlib.sha256(place.read_bytes()).hexdigest()
        except FileNotFoundError:
            return "missing"
        return None if found == sha256 else "changed"
