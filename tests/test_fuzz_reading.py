"""A short run of the fuzzing command: mutants of every kind of file end in a value, in time, without growth."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.skipif(sys.platform != "linux", reason="memory of a process is read from /proc")
def test_mutants_are_no_fault_of_the_reader():
    done = subprocess.run([sys.executable, str(ROOT / "benchmarks" / "fuzz_reading.py"), "--count", "400", "--seed", "7"],
                          capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "400 mutants" in done.stdout and "faults of the reader 0" in done.stdout
