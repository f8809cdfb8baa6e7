"""Who is answered and with what: for every unit with an error, its findings, the copies to annotate, who waits.

Errors block, so only a unit in whose dossier one stands is answered; of warnings, what is still to come is reminded of, the
others stand in the run report only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qeval_batch import messages
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding, Part, Severity
from qeval_batch.model.results import OfficerResult
from qeval_batch.render.names import file_stems

RETURNED, MISSING = "returned", "missing"
SUBMISSION = "submission"
FOLDER, REMINDERS = "tra-lai", "nhac-nop"
_SEVERITIES = tuple(Severity)
# What only the unit can end.
_UNIT_OWES = frozenset(("unit_correction", "unit_proposal", SUBMISSION))
# What somebody of the office did; the unit is not told by whom and why.
_OFFICE_DID = frozenset(("STAMP_ASSIGNED",))
_FORMER_UNIT_OWES = "former_unit_opinion"
_STILL_TO_COME = frozenset(("UNIT_SHEET_MISSING", "DOSSIER_PART_MISSING"))
_UNSAFE = re.compile(r"[^\w-]+")
_STEM_LENGTH = 60


@dataclass(frozen=True)
class Copy:
    """A returned workbook to annotate: its path under the quarter's folder, the arrival's name, what stands in it."""

    path: str
    file: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Reply:
    """What one unit is told. ``findings``: errors, then warnings, then notes; ``files``: what it sent, by arrival name.

    ``sender``: who wrote the mail its newest returned file came in, as that mail says; None where no mail tells.
    """

    unit: str
    stem: str
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    copies: tuple[Copy, ...]
    sender: str | None = None

    @property
    def note(self) -> str:
        """Path of the cover note."""
        return f"{FOLDER}/{self.stem}/phieu-tra-lai-{self.stem}.docx"

    @property
    def mail(self) -> str:
        """Path of the draft e-mail."""
        return f"{FOLDER}/{self.stem}/thu-{self.stem}.eml"

    def of(self, severity: Severity) -> list[Finding]:
        return [item for item in self.findings if messages.severity(item) is severity]


def answers(batch: Batch) -> dict[str, Reply]:
    """The answer of every returned unit, by unit."""
    units = [item.id for item in batch.result.units if item.status == RETURNED and item.id in batch.roster.units]
    sent: dict[str, list[str]] = defaultdict(list)
    for item in batch.result.files:
        if item.unit is not None:
            sent[item.unit].append(item.name)
    owner = {name: unit for unit, names in sent.items() for name in names}
    told: dict[str, list[Finding]] = defaultdict(list)
    for found in batch.result.findings:
        unit = _told_to(found, owner)
        if unit is not None:
            told[unit].append(found)
    stems = file_stems(units)
    return {unit: _answer(batch, unit, stems[unit], told[unit], sent[unit]) for unit in units}


def reminded(batch: Batch) -> dict[str, str]:
    """Every unit of which nothing came, or something is still to come -> the path of its reminder.

    A returned unit is told in its answer; one whose file the office received and has not found is not asked again (R80).
    """
    lacking = still_to_come(batch)
    ours = {item.where.unit for item in batch.result.findings if item.code == "REGISTER_NO_FILE"}
    units = [item.id for item in batch.result.units if item.id in batch.roster.units
             and item.status != RETURNED and item.id not in ours and (item.status == MISSING or item.id in lacking)]
    return {unit: f"{REMINDERS}/nhac-{stem}.eml" for unit, stem in file_stems(units).items()}


def still_to_come(batch: Batch) -> Mapping[str, Sequence[Finding]]:
    """By unit of which something came: what it has not sent yet."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for item in batch.result.findings:
        unit = item.where.unit
        if unit is not None and item.code in _STILL_TO_COME:
            found[unit].append(item)
    return found


def waiting(batch: Batch, answer: Reply) -> list[OfficerResult]:
    """Officers who have no level until the unit mends: its own, and those who moved away and need its opinion."""
    named = {item.where.officer for item in answer.of(Severity.ERROR)}
    return [item for item in batch.result.officers
            if (item.unit == answer.unit and _UNIT_OWES & set(item.waits_for))
            or (item.id in named and _FORMER_UNIT_OWES in item.waits_for)]


def shown(text: str, files: Iterable[str]) -> str:
    """``text`` with the unit's files under the names it sent them by, not by where the clerk put them."""
    for name in sorted(files, key=len, reverse=True):
        text = text.replace(name, base_name(name))
    return text


def base_name(file: str) -> str:
    """The last part of an arrival's name."""
    return file.rpartition("/")[2]


def _told_to(found: Finding, owner: Mapping[str, str]) -> str | None:
    """The unit a finding is for: not the office's own (roster, acts) nor lifted by hand, not in another body's workbook."""
    where = found.where
    if where.part is Part.ROSTER or found.waived or found.code in _OFFICE_DID:
        return None
    if where.file is None:
        return where.unit
    holder = owner.get(where.file)
    return holder if where.unit in (None, holder) else None


def _answer(batch: Batch, unit: str, stem: str, found: Sequence[Finding], files: Sequence[str]) -> Reply:
    ordered = sorted(found, key=lambda item: (_SEVERITIES.index(messages.severity(item)), item.sort_key))
    return Reply(unit, stem, tuple(ordered), tuple(files), tuple(_copies(batch, stem, ordered, files)),
                 _sender(batch, files))


def _sender(batch: Batch, files: Sequence[str]) -> str | None:
    mailed = [(item.delivery.received.isoformat() if item.delivery.received else "", item.name, item.delivery.sender)
              for item in batch.result.files
              if item.name in files and item.outcome == RETURNED and item.delivery.sender]
    return max(mailed)[2] if mailed else None


def _copies(batch: Batch, stem: str, found: Sequence[Finding], files: Sequence[str]) -> Iterable[Copy]:
    """One per returned workbook in which a finding has a place; what no file holds is told in the first of them."""
    readable = {item.name for item in batch.arrivals}
    returned = {item.name for item in batch.result.files if item.outcome == RETURNED}
    marked = [name for name in files if name in readable & returned
              and any(item.where.file == name and item.where.sheet for item in found)]
    names = _names(marked)
    for place, name in enumerate(marked):
        yield Copy(f"{FOLDER}/{stem}/{names[name]}", name, tuple(
            item for item in found if item.where.file == name or (place == 0 and item.where.file is None)))


def _names(files: Sequence[str]) -> dict[str, str]:
    """A file name for each copy that any system takes and a reader knows again."""
    taken: set[str] = set()
    names = {}
    for file in files:
        plain = unicodedata.normalize("NFC", base_name(file)).rpartition(".")[0]
        plain = _UNSAFE.sub("_", plain)[:_STEM_LENGTH].strip("_") or "tep"
        name, number = plain, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.casefold())
        names[file] = f"can-sua-{name}.xlsx"
    return names
