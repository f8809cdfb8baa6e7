"""A copy of the shipped forms with one thing changed, and where the change stands: for the tests of ``spec``."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FORMS = Path(__file__).resolve().parent.parent / "forms"
DAY = date(2026, 9, 30)


@dataclass(frozen=True)
class Copy:
    """``forms/`` in a folder of its own."""

    folder: Path

    def change(self, file: str, old: str, new: str) -> None:
        """Replace the first ``old`` of ``file``; the test is wrong when it is not there."""
        text = (self.folder / file).read_text("utf-8")
        assert old in text, f"{file} no longer holds {old!r}"
        (self.folder / file).write_text(text.replace(old, new, 1), "utf-8")

    def line(self, file: str, mark: str, nth: int = 1) -> int:
        """The 1-based line on which ``mark`` stands for the ``nth`` time."""
        lines = (self.folder / file).read_text("utf-8").splitlines()
        return [number for number, text in enumerate(lines, start=1) if mark in text][nth - 1]


def copy_forms(target: Path) -> Copy:
    shutil.copytree(FORMS, target)
    return Copy(target)
