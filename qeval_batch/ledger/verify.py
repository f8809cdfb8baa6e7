"""Whether what stands on the disk is what was recorded: the chain, the originals, the outputs. Changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.ledger.archive import Archive
from qeval_batch.ledger.first_seen import FILE, OUTPUTS
from qeval_batch.ledger.schema import LedgerEntry
from qeval_batch.ledger.store import Ledger, LedgerDamaged, chain
from qeval_batch.model.manifest import FILE_NAME
from qeval_batch.workspace import Workspace

_RECORDED_OVER = "đã bị sửa, thiếu mục đứng trước hoặc bị chen vào; từ mục này trở đi không còn tin được"


@dataclass(frozen=True)
class Verification:
    """How much was looked at, and one Vietnamese line for each fault."""

    entries: int
    originals: int
    outputs: int
    faults: tuple[str, ...]

    def lines(self) -> tuple[str, ...]:
        """What the clerk reads."""
        counted = say("ledger.verify.counted", entries=self.entries, originals=self.originals, outputs=self.outputs)
        if not self.faults:
            return (counted, say("ledger.verify.sound"))
        return (counted,
                say("ledger.verify.faults", count=len(self.faults)), *(f"  - {fault}" for fault in self.faults))


def verify(workspace: Workspace) -> Verification:
    """Hold the ledger, the archive and the outputs against their hashes; a damaged ledger is a fault like any other."""
    faults: list[str] = []
    try:
        ledger = Ledger(workspace.ledger)
        entries = ledger.entries()
        faults += [say("ledger.verify.table_broken", name=name)
                   for name in ledger.altered()]
    except LedgerDamaged as damaged:
        entries = []
        faults.append(str(damaged))
    broken = chain(entries)
    if broken is not None:
        faults.append(say("ledger.verify.entry_broken", number=broken.seq, kind=broken.kind,
                          at=broken.at, how=_RECORDED_OVER))
    files = [entry for entry in entries if entry.kind == FILE]
    faults += _originals(files, Archive(workspace.originals))
    held = {(entry.period, entry.unit): str(entry.values.get("manifest"))
            for entry in entries if entry.kind == OUTPUTS and _is_period(entry.period)}
    count = 0
    for folder in _folders(workspace, held):
        found, more = _outputs(folder)
        count += found
        faults += more
    faults += _manifests(workspace, held)
    return Verification(len(entries), len(files), count, tuple(faults))


def _originals(files: Sequence[LedgerEntry], archive: Archive) -> Iterator[str]:
    for entry in files:
        body = entry.values
        try:
            fault = archive.fault(entry.subject, str(body.get("extension", "")))
        except ValueError:
            fault = "changed"
        except OSError as refused:
            yield say("ledger.verify.original_unreadable", name=body.get("name"), why=refused.strerror)
            continue
        if fault is not None:
            what = say("ledger.verify.original_gone") if fault == "missing" else say("ledger.verify.original_changed")
            yield say("ledger.verify.original", name=body.get("name"), what=what, hash=entry.subject[:12])


# --- Outputs ---------------------------------------------------------------------------------------------------------
def _folders(workspace: Workspace, held: dict[tuple[str, str], str]) -> list[Path]:
    """Every folder of outputs with a manifest, and those that were recorded and should have one."""
    standing = {path.parent for path in workspace.outbox.glob(f"[!.]*/{FILE_NAME}")}
    return sorted(standing | {path for path in (_folder(workspace, *key) for key in held) if path.is_dir()})


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except ValueError:
        return False
    return True


def _folder(workspace: Workspace, period: str, unit: str) -> Path:
    quarter = Period.parse(period)
    return workspace.unit_results(quarter, unit) if unit else workspace.results(quarter)


def _outputs(folder: Path) -> tuple[int, list[str]]:
    """How many files the folder's manifest names, and which of them are not as it says."""
    try:
        listed = json.loads((folder / FILE_NAME).read_text("utf-8"))
        wanted = {str(item["name"]): str(item["sha256"]) for item in listed["outputs"]}
    except (OSError, ValueError, KeyError, TypeError):
        return 0, [say("ledger.verify.manifest_gone", folder=folder.name, file=FILE_NAME)]
    there = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))
             if path.is_file() and path != folder / FILE_NAME}
    faults = [say("ledger.verify.output_gone", folder=folder.name, file=name)
              for name in sorted(wanted.keys() - there.keys())]
    for name, path in there.items():
        if name not in wanted:
            # What Office writes beside a file somebody has open is not the program's.
            if not path.name.startswith(("~$", ".")):
                faults.append(say("ledger.verify.output_foreign", folder=folder.name, file=name))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != wanted[name]:
            faults.append(say("ledger.verify.output_changed", folder=folder.name, file=name))
    return len(wanted), faults


def _manifests(workspace: Workspace, held: dict[tuple[str, str], str]) -> Iterator[str]:
    """Whether the outputs that stand are the ones last recorded: a manifest could be rewritten with its files."""
    for (period, unit), recorded in sorted(held.items()):
        folder = _folder(workspace, period, unit)
        try:
            found = hashlib.sha256((folder / FILE_NAME).read_bytes()).hexdigest()
        except FileNotFoundError:
            if not folder.is_dir():
                yield say("ledger.verify.folder_gone", folder=folder.name)
            continue
        if found != recorded:
            yield say("ledger.verify.other_run", folder=folder.name)
