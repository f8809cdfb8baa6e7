"""What a run leaves in the ledger: each file at first sight, each accepted sheet, what deferred officers did (R22).

Called when the outputs stand. A crash in between leaves both as they were, and the next run appends what is missing;
a run on the same inputs appends nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from qeval_batch import messages
from qeval_batch.ledger.archive import Archive
from qeval_batch.ledger.first_seen import ARRIVED, FILE, OUTPUTS
from qeval_batch.ledger.schema import Event, EventKey, LedgerEntry, canonical
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.arrival import Arrival
from qeval_batch.model.batch import Batch, SheetRef
from qeval_batch.model.course import Kind
from qeval_batch.model.findings import Finding, Part
from qeval_batch.model.manifest import FILE_NAME, sha256
from qeval_batch.model.results import Status
from qeval_batch.model.submission import INVALID, Row, SheetData
from qeval_batch.workspace import Workspace

SHEET, DEFERRED = "sheet", "deferred"
# Of these the last entry of a key is what holds: one that holds no longer gets an entry that says so.
_STATES = (SHEET, DEFERRED, Kind.OPINION.value, Kind.PROPOSAL54.value)
_OPINIONS = _STATES[2:]
WITHDRAWN: Mapping[str, Any] = {"withdrawn": True}
Read = Callable[[Arrival], bytes]


@dataclass(frozen=True)
class Recorded:
    """What one run appended; ``changed`` are files that are no longer what the run had read, and so not recorded."""

    entries: int
    changed: tuple[str, ...] = ()


def record(workspace: Workspace, batch: Batch, outputs: Path, read: Read, unit: str | None = None) -> Recorded:
    """Append what ``batch`` brought that the ledger does not hold yet, as one transaction at the run's ``as_of``.

    ``outputs`` is the folder just written (``unit``: that of one unit alone); ``read`` gives an arrival's bytes, or OSError.
    LedgerDamaged, LedgerBusy or OSError
    when it cannot be kept; then nothing of it is.
    """
    ledger, archive = Ledger(workspace.ledger), Archive(workspace.originals)
    files, changed = _files(batch, ledger, archive, read)
    period = str(batch.period)
    wanted = {event.key: event for event in (*_sheets(batch), *_deferred(batch), *_opinions(batch))}
    events = [*files, *(event for event in _news(wanted, ledger, period) if not _gone(event, batch))]
    made = Event(OUTPUTS, period, unit or "", body={"manifest": sha256((outputs / FILE_NAME).read_bytes())})
    events += _unless_held([made], ledger.latest(OUTPUTS, period))
    return Recorded(ledger.append(events, batch.as_of.isoformat()), changed)


def _files(batch: Batch, ledger: Ledger, archive: Archive, read: Read) -> tuple[list[Event], tuple[str, ...]]:
    """Each content once, under the name it first had; its original is in the archive before the entry is."""
    # What a run of a later moment recorded (a trial with --as-of, a clock that was ahead) tells this one nothing.
    seen = {entry.subject for entry in ledger.entries(FILE) if datetime.fromisoformat(entry.at) <= batch.as_of}
    events, changed = [], []
    for arrival in batch.arrivals:
        if arrival.sha256 is None or arrival.sha256 in seen:
            continue
        try:
            archive.put(read(arrival), arrival.extension)
        except OSError:
            if _unchanged(arrival, read):
                raise
            changed.append(arrival.name)
            continue
        seen.add(arrival.sha256)
        events.append(Event(FILE, str(batch.period), subject=arrival.sha256, body={
            "name": arrival.name, "size": arrival.size, "extension": arrival.extension,
            ARRIVED: batch.first_seen.bounded(arrival.clock, batch.as_of).isoformat()}))
    return events, tuple(changed)


def _unchanged(arrival: Arrival, read: Read) -> bool:
    try:
        read(arrival)
    except OSError:
        return False
    return True


# --- Sheets ----------------------------------------------------------------------------------------------------------
def _sheets(batch: Batch) -> list[Event]:
    """Accepted sheets: filled, and without an error in them or in their file as a whole."""
    hashes = {arrival.name: arrival.sha256 for arrival in batch.arrivals}
    faults = _faults(batch.result.findings)
    return [Event(SHEET, str(batch.period), item.unit, item.officer or "", item.sheet, {
        "form": item.form, "name": item.name, "sha256": hashes.get(item.file or ""), "digest": item.digest})
        for item in batch.sheets if not _faulty(item, faults)]


def _faults(findings: Iterable[Finding]) -> Mapping[str | None, set[str | None]]:
    """File -> sheets with an error; None among them: the whole file."""
    faults: dict[str | None, set[str | None]] = defaultdict(set)
    for item in findings:
        if messages.is_error(item) and item.where.part is not Part.ROSTER:
            faults[item.where.file].add(None if item.where.part is Part.FILE else item.where.sheet)
    return faults


def _faulty(item: SheetRef, faults: Mapping[str | None, set[str | None]]) -> bool:
    return item.file is None or bool({None, item.name} & faults.get(item.file, set()))


# --- Deferred officers (R22) -----------------------------------------------------------------------------------------
def _deferred(batch: Batch) -> list[Event]:
    """Every deferred officer, with the sheet that was returned all the same, cell by cell, or without one."""
    hashes = {arrival.name: arrival.sha256 for arrival in batch.arrivals}
    events = []
    for result in batch.result.officers:
        if result.status is not Status.DEFERRED:
            continue
        unit = batch.records.get(result.unit)
        sheet = unit.kept.get(result.id) if unit is not None else None
        events.append(Event(DEFERRED, str(batch.period), result.unit, result.id, "", {
            "grounds": [step.text for step in result.steps],
            "sheet": _kept(sheet, hashes) if sheet is not None else None}))
    return events


def _kept(sheet: SheetData, hashes: Mapping[str, str | None]) -> dict[str, Any]:
    """The sheet by its original's hash and not by a file name, which a copy may change."""
    file = next((row.at.file for rows in sheet.blocks.values() for row in rows), "")
    return {"form": sheet.form, "name": sheet.name, "digest": sheet.digest, "sha256": hashes.get(file),
            "blocks": {block: [_row(row) for row in rows] for block, rows in sheet.blocks.items() if rows}}


def _row(row: Row) -> dict[str, Any]:
    """A row's values with their cells; what is blank or unreadable is left out."""
    values = {name: value for name, value in row.values.items()
              if value is not None and value is not False and value is not INVALID}
    return {"row": row.at.row, "key": row.key, "values": values,
            "cells": {name: row.at.cell(name).a1 for name in values}}


# --- Opinions (R53, R54) ----------------------------------------------------------------------------------------------
def _opinions(batch: Batch) -> list[Event]:
    """What each body says of each officer, as it stands."""
    return [Event(_OPINIONS[item.proposes], str(batch.period), result.unit, item.officer, item.body, item.said())
            for result in batch.result.officers for item in result.opinions]


def _gone(event: Event, batch: Batch) -> bool:
    """Whether the officer's Tờ trình has gone: what was heard of him till then stands as it is."""
    return event.kind in _OPINIONS and batch.course.officer(event.officer).submitted


# --- What is new -----------------------------------------------------------------------------------------------------
def _news(wanted: Mapping[EventKey, Event], ledger: Ledger, period: str) -> list[Event]:
    """What the ledger does not hold so, and what it holds that is so no longer; in the order of their keys."""
    held: dict[EventKey, LedgerEntry] = {}
    for kind in _STATES:
        held.update(ledger.latest(kind, period))
    gone = [Event(*key, WITHDRAWN) for key in held if key not in wanted]
    return sorted(_unless_held([*wanted.values(), *gone], held), key=lambda event: event.key)


def _unless_held(events: Iterable[Event], held: Mapping[EventKey, LedgerEntry]) -> list[Event]:
    return [event for event in events if event.key not in held or held[event.key].body != canonical(event.body)]
