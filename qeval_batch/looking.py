"""`qeval inspect`: what the program reads in one workbook, cell by cell, with what it finds wrong there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qeval_batch import messages
from qeval_batch.core.period import Period
from qeval_batch.findings import Finding
from qeval_batch.spec.load import load_spec
from qeval_batch.workspace import CannotRun, Workspace


@dataclass(frozen=True)
class Report:
    """One inspected file: a JSON-able description and the findings in it."""

    description: dict[str, Any]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        return sum(messages.is_error(item) for item in self.findings)

    def as_json(self) -> str:
        return json.dumps(self.description, ensure_ascii=False, indent=1)

    def lines(self) -> list[str]:
        from qeval_batch.workbook.inspect import lines

        return lines(self.description)


def look(workspace: Workspace, path: Path, today: date) -> Report:
    """Read one file with the forms of the quarter its stamp names (else today's); checks its sheets as a run would."""
    from qeval_batch.workbook import stamp
    from qeval_batch.workbook.guard import MAX_FILE_BYTES
    from qeval_batch.workbook.inspect import describe
    from qeval_batch.workbook.read import peek_stamp, read_workbook

    if path.stat().st_size > MAX_FILE_BYTES:
        raise CannotRun(f"«{path.name}» quá lớn để là biểu của đơn vị ({path.stat().st_size} byte).")
    data = path.read_bytes()
    found = peek_stamp(data)
    try:
        period = Period.parse(found.period) if found else Period(today.year, (today.month - 1) // 3 + 1)
    except ValueError:
        period = Period(today.year, (today.month - 1) // 3 + 1)
    spec = load_spec(workspace.forms, period.end)
    read = read_workbook(path.name, data, spec, stamp.load_or_create_key(workspace.key), period)
    return Report(describe(read, spec), read.findings)
