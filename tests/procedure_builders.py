"""A demo province whose bodies of LD IX.1.1 are in the roster, for the tests of opinions; commands as a clerk types them."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import CliRunner
from demo_intake import AS_OF, PERIOD, province

from qeval_batch.checks.roster import load_roster
from qeval_batch.cli.cli import cli
from qeval_batch.core.cells import RowRef
from qeval_batch.ledger.schema import LedgerEntry
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.roster import OpinionBody, Roster
from qeval_batch.pipeline import load_period
from qeval_batch.roster.write import write_roster
from qeval_batch.workspace import Workspace

DUE = date(2026, 9, 29)
ASKED_AT, ANSWERED_AT = "2026-09-27T08:00:00+07:00", "2026-09-28T08:00:00+07:00"
BY = ("--by", "Trần Thị Thử")
NAMES = {"TO1": "Tổ theo dõi địa bàn số 1", "VPTU": "Văn phòng Tỉnh ủy", "UBKT": "Ủy ban Kiểm tra Tỉnh ủy",
         "DUUB": "Ban Thường vụ Đảng ủy UBND tỉnh", "DUCQ": "Ban Thường vụ Đảng ủy các cơ quan Đảng tỉnh",
         "TTHD": "Thường trực HĐND tỉnh"}
_AT = RowRef("", "", 0)


def workspace(folder: Path, **changed: Any) -> Workspace:
    """The demo's inbox with a roster that names the bodies; ``changed``: fields of the roster set otherwise."""
    shutil.copytree(province().workspace.root, folder / "p")
    made = Workspace(folder / "p")
    spec = load_period(made, PERIOD)
    roster, _ = load_roster(made.roster, spec, PERIOD)
    bodies = tuple(OpinionBody(ident, name, None, None, DUE, _AT) for ident, name in NAMES.items())
    units = {ident: dataclasses.replace(unit, area="Tổ 1" if unit.block == "xa" else unit.area)
             for ident, unit in roster.units.items()}
    write_roster(made.roster, spec, dataclasses.replace(roster, **{"units": units, "opinion_bodies": bodies, **changed}), AS_OF)
    return made


def roster_of(made: Workspace) -> Roster:
    return load_roster(made.roster, load_period(made, PERIOD), PERIOD)[0]


def call(made: Workspace, *words: str, at: str = ASKED_AT) -> tuple[int, str]:
    """A command of the quarter: its exit code as ``main`` would give it, and what it says, in one line."""
    done = CliRunner().invoke(cli, [words[0], str(PERIOD), "--root", str(made.root), *words[1:], "--as-of", at])
    refused = done.exception is not None and not isinstance(done.exception, SystemExit)
    said = done.output + (str(done.exception) if refused else "")
    return 2 if refused else done.exit_code, " ".join(said.split())


def skip_plan(made: Workspace) -> None:
    code, said = call(made, "skip", "--stage", "plan", *BY, "--reason", "Quý đầu")
    assert code == 0, said


def entries(made: Workspace, kind: str) -> list[LedgerEntry]:
    return Ledger(made.ledger).entries(kind)


def book_of(made: Workspace, body: str) -> Path:
    return made.opinions_asked(PERIOD) / body / f"{body}_{PERIOD}_y-kien.xlsx"


def table(path: Path, sheet: str) -> tuple[int, dict[str, int], dict[str, int]]:
    """Where the rows of a workbook of a body stand: its header's row, column by label, row by officer."""
    page = openpyxl.load_workbook(path)[sheet]
    head = next(row for row in page.iter_rows() if any(cell.value == "Mã" for cell in row))
    columns = {str(cell.value): cell.column for cell in head if cell.value}
    rows = {str(page.cell(number, columns["Mã"]).value): number for number in range(head[0].row + 1, page.max_row + 1)
            if page.cell(number, columns["Mã"]).value}
    return head[0].row, columns, rows


def answer(made: Workspace, body: str, sheet: str, said: Mapping[str, Mapping[str, Any]], name: str | None = None,
           source: Path | None = None) -> Path:
    """Fill a body's workbook (officer -> label -> value) and put it into the inbox."""
    source = source or book_of(made, body)
    _, columns, rows = table(source, sheet)
    book = openpyxl.load_workbook(source)
    for officer, values in said.items():
        for label, value in values.items():
            book[sheet].cell(rows[officer], columns[label]).value = value
    target = made.inbox / (name or f"{body}.xlsx")
    book.save(target)
    return target


def results(made: Workspace, at: str = ANSWERED_AT) -> dict[str, Any]:
    """results.json after a run."""
    code, said = call(made, "run", at=at)
    assert code in (0, 1), said
    return json.loads((made.results(PERIOD) / "results.json").read_text("utf-8"))


def officer(found: Mapping[str, Any], ident: str) -> dict[str, Any]:
    return next(item for item in found["officers"] if item["id"] == ident)
