"""How far `qeval run` is from its floor, and its reading from plain pandas+openpyxl; ratios of one run, one set of files.

    .venv/bin/python benchmarks/run_against_floor.py [--units 165] [--rounds 3]

The floor does only what no program can leave out: unzip and read the same workbooks with calamine, write the same
tables with xlsxwriter, render the same letters with docxtpl. Each side runs in a process of its own, in turn.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve()
PERIOD, AS_OF = "2026-Q3", "2026-09-26T08:00"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=165)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=sorted(SIDES), help=argparse.SUPPRESS)
    parser.add_argument("--dir", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        SIDES[arguments.side](arguments.dir)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), arguments.units, arguments.rounds)


def measure(folder: Path, units: int, rounds: int) -> None:
    root = folder / "demo"
    subprocess.run([sys.executable, "-m", "qeval_batch", "demo", "--units", str(units), "--dir", str(root)], check=True,
                   stdout=subprocess.DEVNULL)
    # In processes of their own: a child's peak memory starts at its parent's size.
    for name in ("record-letters", "dump-tables"):
        subprocess.run([sys.executable, str(HERE), "--side", name, "--dir", str(root)], check=True)
    commands = {"qeval run": qeval(root)} | {
        name: [sys.executable, str(HERE), "--side", name, "--dir", str(root)] for name in MEASURED}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    memory: dict[str, float] = {}
    for _ in range(rounds):
        for name, command in commands.items():
            took, peak = timed(command)
            seconds[name].append(took)
            memory[name] = max(memory.get(name, 0), peak)
    report(root, units, rounds, seconds, memory)


def qeval(root: Path) -> list[str]:
    return [sys.executable, "-m", "qeval_batch", "run", PERIOD, "--root", str(root), "--as-of", AS_OF]


def timed(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak memory (MB) of one process; memory only where the system tells."""
    import os

    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not hasattr(os, "wait4"):
        process.wait()
        return time.perf_counter() - started, float("nan")
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def report(root: Path, units: int, rounds: int, seconds: dict[str, list[float]], memory: dict[str, float]) -> None:
    median = {name: statistics.median(values) for name, values in seconds.items()}
    print(f"{platform.platform()}, Python {platform.python_version()}, {units} units, "
          f"{len(workbooks(root))} workbooks, {rounds} rounds, medians")
    for name, value in median.items():
        print(f"  {name:<22} {value:7.2f} s  (min {min(seconds[name]):.2f}, max {max(seconds[name]):.2f})  "
              f"peak {memory[name]:.0f} MB")
    print(f"  run / floor                  {median['qeval run'] / median['floor']:.2f}")
    print(f"  plain read / our read        {median['read-plain'] / median['read-ours']:.2f}")


def workbooks(root: Path) -> list[Path]:
    """The inbox files every side can read: the deliberately broken ones are left to `qeval run` alone."""
    import zipfile

    return [path for path in sorted((root / "inbox").rglob("*.xlsx"))
            if zipfile.is_zipfile(path) and path.stat().st_size > 10_000]


def record_letters(root: Path) -> None:
    """Run once in this process and keep what each letter was filled with, for the floor to fill the same."""
    import pickle
    from datetime import datetime

    from qeval_batch import pipeline
    from qeval_batch.core.period import VIETNAM_TIME, Period
    from qeval_batch.render.letters.letters import Letters
    from qeval_batch.workspace import open_workspace

    filled = []
    original = Letters._render

    def recording(self, name, context, title, when):  # type: ignore[no-untyped-def]
        filled.append((name, context))
        return original(self, name, context, title, when)

    Letters._render = recording  # type: ignore[method-assign]
    try:
        workspace = open_workspace(root)
        as_of = datetime.fromisoformat(AS_OF).replace(tzinfo=VIETNAM_TIME)
        batch = pipeline.run(workspace, Period.parse(PERIOD), as_of)
        pipeline.publish(workspace, batch, "core")
    finally:
        Letters._render = original  # type: ignore[method-assign]
    (root / "letters.pickle").write_bytes(pickle.dumps(filled))


# --- the sides ----------------------------------------------------------------------------------------------------
def dump_tables(root: Path) -> None:
    """The cells of every table a run writes, as JSON, so that the floor writes the same without computing it."""
    from python_calamine import CalamineWorkbook

    tables = []
    for path in sorted((root / "outbox" / PERIOD).glob("*.xlsx")):
        book = CalamineWorkbook.from_path(str(path))
        tables.append([[str(value) if not isinstance(value, int | float) else value for value in row]
                       for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()])
    (root / "tables.json").write_text(json.dumps(tables), "utf-8")


def floor(root: Path) -> None:
    """Read, write and render, and nothing else."""
    from python_calamine import CalamineWorkbook

    for path in workbooks(root):
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    write_tables(root)
    render_letters(root)


def write_tables(root: Path) -> None:
    import io

    import xlsxwriter

    for rows in json.loads((root / "tables.json").read_text("utf-8")):
        book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True, "strings_to_formulas": False})
        sheet = book.add_worksheet()
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
        book.close()


def render_letters(root: Path) -> None:
    """The same letters through docxtpl, from the values a run filled them with."""
    import io
    import pickle

    from docxtpl import DocxTemplate

    for template, context in pickle.loads((root / "letters.pickle").read_bytes()):
        document = DocxTemplate(root / "templates" / template)
        document.render(context, autoescape=True)
        document.save(io.BytesIO())


def read_ours(root: Path) -> None:
    from datetime import date

    from qeval_batch.core.period import Period
    from qeval_batch.spec.load import load_spec
    from qeval_batch.workbook.read import read_workbook

    spec = load_spec(root / "forms", date(2026, 9, 30))
    key = (root / "data" / "khoa-ky.bin").read_bytes()
    for path in workbooks(root):
        read_workbook(path.name, path.read_bytes(), spec, key, Period.parse(PERIOD))


def read_plain(root: Path) -> None:
    import pandas

    for path in workbooks(root):
        try:
            pandas.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
        except Exception as error:  # a broken demo file: the plain way stops there too
            print(path.name, type(error).__name__)


MEASURED = {"floor": floor, "read-ours": read_ours, "read-plain": read_plain}
SIDES = {**MEASURED, "record-letters": record_letters, "dump-tables": dump_tables}

if __name__ == "__main__":
    main()
