"""Answers for the tests: the demo province's returned units, marks on a small real workbook, a unit with any findings."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import demo_intake
from batch_builders import province

from qeval_batch.model.arrival import Arrival
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding, Severity, in_order
from qeval_batch.model.results import FileResult
from qeval_batch.render.letters.letters import Letters
from qeval_batch.render.replies.copy import annotate
from qeval_batch.render.replies.list import Cover, Mark
from qeval_batch.render.replies.replies import Replies

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
COVER = Cover("Sở Thử nghiệm", "quý III năm 2026", "DV031.xlsx", datetime(2026, 9, 26, 8, tzinfo=timezone(timedelta(hours=7))))
UNIT, FILE = "DV032", "Khối xã/DV032_2026-Q3.xlsx"


def mark(number: int, sheet: str | None, cell: str | None, severity: Severity = Severity.ERROR, **texts: str) -> Mark:
    words = {"what": f"Vấn đề {number}.", "cure": f"Sửa {number}.", "officer": "Nguyễn Văn Thử"} | texts
    return Mark(number, severity, words["officer"], sheet, cell, words["what"], words["cure"])


def demo_answers() -> tuple[Batch, Replies]:
    """The demo province and its answers."""
    batch = demo_intake.province().batch
    return batch, Replies(batch, lambda: Letters(TEMPLATES), annotate)


def returned(*findings: Finding, **changes: object) -> Batch:
    """The hand-made province whose DV032 sent one workbook in which ``findings`` stand. ``changes``: of its roster row."""
    batch = province()
    files = (*(item for item in batch.result.files if item.unit != UNIT),
             FileResult(FILE, "0" * 64, "returned", "Có lỗi.", UNIT, batch.spec.unit_set.kind))
    units = tuple(dataclasses.replace(item, status="returned") if item.id == UNIT else item for item in batch.result.units)
    kept = [item for item in batch.result.findings if item.where.unit != UNIT]
    result = dataclasses.replace(batch.result, files=files, units=units, findings=tuple(in_order([*kept, *findings])))
    roster = dataclasses.replace(batch.roster, units={
        **batch.roster.units, UNIT: dataclasses.replace(batch.roster.units[UNIT], **changes)})
    return dataclasses.replace(batch, result=result, roster=roster, arrivals=(Arrival(FILE, Path("không-có"), 1, "0" * 64),))


def on_day(batch: Batch, year: int, month: int, day: int) -> Batch:
    return dataclasses.replace(batch, as_of=batch.as_of.replace(year=year, month=month, day=day))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(content: dict[str, bytes]) -> bytes:
    """A package of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in content.items():
            package.writestr(name, part)
    return target.getvalue()
