"""A defect of the program itself, as it reaches the command line: never a finding, never somebody's fault."""

from __future__ import annotations


class Defect(Exception):
    """A broken invariant of ours in another process; ``report`` is the traceback written there.

    ``about``: the file it was busy with, empty where there was none.
    """

    def __init__(self, report: str, about: str = "") -> None:
        super().__init__(f"{about or 'a task'}\n{report}")
        self.report, self.about = report, about
