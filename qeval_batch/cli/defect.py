"""The report of a defect of the program itself, for whoever supports it."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from qeval_batch.core.defect import Defect
from qeval_batch.core.say import say


def write_report(text: str) -> Path:
    """The report of a defect, here or, where nothing may be written here, in the temporary folder."""
    for folder in (Path(), Path(tempfile.gettempdir())):
        with contextlib.suppress(OSError):
            report = (folder / "qeval-loi.txt").absolute()
            report.write_text(text, "utf-8")
            return report
    return Path("qeval-loi.txt")


def sentence(fault: Exception, report: Path) -> str:
    """What the clerk is told: where the report stands, and how to go on without the file that met the defect."""
    about = fault.about if isinstance(fault, Defect) else ""
    return say("cli.defect.file", report=report, about=about) if about else say("cli.defect.plain", report=report)
