"""The report of a defect of the program itself, for whoever supports it."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path


def write_report(text: str) -> Path:
    """The report of a defect, here or, where nothing may be written here, in the temporary folder."""
    for folder in (Path(), Path(tempfile.gettempdir())):
        with contextlib.suppress(OSError):
            report = (folder / "qeval-loi.txt").absolute()
            report.write_text(text, "utf-8")
            return report
    return Path("qeval-loi.txt")
