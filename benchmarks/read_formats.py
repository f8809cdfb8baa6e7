"""How long one filled workbook takes to read, by the format and the program it was last saved in.

Run from the repository: ``.venv/bin/python benchmarks/read_formats.py`` (needs what tests/prepare.py installs).
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

_ROUNDS = 15
sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "tests")]


def main() -> None:
    """Print a table of processor milliseconds: the whole reading, the part of it before any value is typed, sizes."""
    from resaved import WRITERS, resaved
    from template_cases import KEY, PERIOD, answers, built, facts, spec

    from qeval_batch.spreadsheet.grid import open_grid
    from qeval_batch.workbook.read import read_workbook

    given = facts(5)
    original = built(given, answers=answers(5, given))
    files = {("xlsxwriter", "xlsx"): original} | {item: resaved(original, *item) for item in WRITERS}
    reading, opening = ({name: [] for name in files} for _ in range(2))
    for _ in range(_ROUNDS):                      # in turn: whatever else the machine does hits all of them
        for name, data in files.items():
            reading[name].append(_milliseconds(lambda data=data: read_workbook("a", data, spec(), KEY, PERIOD)))
            opening[name].append(_milliseconds(lambda data=data: _all_sheets(open_grid(data))))
    floor = statistics.median(reading["xlsxwriter", "xlsx"])
    for name, data in files.items():
        whole, first = (statistics.median(times[name]) for times in (reading, opening))
        print(f"| {name[0]} .{name[1]} | {len(data) // 1024} | {first:.0f} | {whole:.0f} | {whole / floor:.1f} |")


def _all_sheets(grid) -> None:
    for name in grid.sheets:
        grid.sheet(name)


def _milliseconds(call) -> float:
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
