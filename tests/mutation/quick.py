"""mutmut whose workers try the whole law in their own process before they start pytest: nearly every mutant dies there.

A start of pytest costs a quarter of a second and the law's first failing case some milliseconds. Run by `run.py`.
"""

from __future__ import annotations

import sys
from unittest.mock import patch

from mutmut.__main__ import cli
from mutmut.runners.harness import PytestRunner

_LAW = "law_at_once"
_KILLED = 1
_run_tests = PytestRunner.run_tests


def run_tests(runner: PytestRunner, *, mutant_name: str | None, tests: list[str]) -> int:
    """The tests of one mutant, in a process forked from one that has imported them all."""
    rest = [test for test in tests if _LAW not in test]
    if mutant_name and rest != tests:
        try:
            sys.modules[_LAW].test_the_law_at_once()
        except Exception:  # noqa: BLE001 - whatever a mutant raises, it was noticed
            return _KILLED
        if not rest:
            return 0
        tests = rest
    return _run_tests(runner, mutant_name=mutant_name, tests=tests)


if __name__ == "__main__":
    with patch.object(PytestRunner, "run_tests", run_tests):
        cli()
