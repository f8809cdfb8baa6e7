"""Who is written to and with what: by consequence, whoever a level waits for, not by severity (R80).

A unit with an error has its dossier returned; one on whose blank answer a level waits is asked to complete it; of which only
something is still to come, it is reminded. One letter per unit; other warnings stand in the run report only.
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
from qeval_batch.rules.waited import FORMER_UNIT, UNIT_ANSWERS, waited_for

RETURNED, MISSING = "returned", "missing"
FOLDER, ASKED, REMINDERS = "tra-lai", "bo-sung", "nhac-nop"
_SEVERITIES = tuple(Severity)
# What somebody of the office did; the unit is not told by whom and why.
_OFFICE_DID = frozenset(("STAMP_ASSIGNED",))
# The register says the electronic copy came: the file was lost here, so nobody is asked to send it (R80).
_LOST_HERE = "REGISTER_NO_FILE"
STILL_TO_COME = frozenset(("UNIT_SHEET_MISSING", "DOSSIER_PART_MISSING"))
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

    ``returned`` False: nothing of it is an error, yet a level waits for what is blank in it. ``waiting``: who waits.
    ``sender``: who wrote the mail its newest file came in, as that mail says; None where no mail tells, or where that
    address sent other units' dossiers too and so is the office's own or a forwarder's.
    """

    unit: str
    stem: str
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    copies: tuple[Copy, ...]
    returned: bool = True
    waiting: tuple[OfficerResult, ...] = ()
    sender: str | None = None

    @property
    def folder(self) -> str:
        """The folder of its papers."""
        return f"{FOLDER if self.returned else ASKED}/{self.stem}"

    @property
    def note(self) -> str:
        """Path of the cover note."""
        return f"{self.folder}/phieu-{'tra-lai' if self.returned else 'bo-sung'}-{self.stem}.docx"

    @property
    def mail(self) -> str:
        """Path of the draft e-mail."""
        return f"{self.folder}/thu-{self.stem}.eml"

    def of(self, severity: Severity) -> list[Finding]:
        return [item for item in self.findings if messages.severity(item) is severity]


def answers(batch: Batch) -> dict[str, Reply]:
    """By unit: the answer of every returned one, and of every other something of which keeps a level waiting."""
    owed = waited_for(batch.result.officers, batch.roster, batch.period, batch.spec.policy)
    units = [item.id for item in batch.result.units if item.id in batch.roster.units
             and (item.status == RETURNED or (item.status != MISSING and any(map(_can_answer, owed.get(item.id, ())))))]
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
    returned = {item.id for item in batch.result.units if item.status == RETURNED}
    stems, senders = file_stems(units), _senders(batch)
    return {unit: _answer(batch, unit, stems[unit], told[unit], sent[unit], unit in returned, owed.get(unit, ()), senders)
            for unit in units}


def _can_answer(officer: OfficerResult) -> bool:
    """Whether more than a sheet still to come is waited for: that alone is a reminder's affair."""
    return bool((UNIT_ANSWERS | {FORMER_UNIT}) & set(officer.waits_for))


def reminded(batch: Batch) -> dict[str, str]:
    """Every unit of which nothing came, or something is still to come -> the path of its reminder.

    A unit that has an answer is told there; one whose dossier the register has received while the file is lost is not
    asked again.
    """
    lacking, answered = still_to_come(batch), answers(batch)
    lost = {item.where.unit for item in batch.result.findings if item.code == _LOST_HERE}
    units = [item.id for item in batch.result.units if item.id in batch.roster.units and item.id not in answered
             and item.id not in lost and (item.status == MISSING or item.id in lacking)]
    return {unit: f"{REMINDERS}/nhac-{stem}.eml" for unit, stem in file_stems(units).items()}


def still_to_come(batch: Batch) -> Mapping[str, Sequence[Finding]]:
    """By unit of which something came: what it has not sent yet."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for item in batch.result.findings:
        unit = item.where.unit
        if unit is not None and item.code in STILL_TO_COME:
            found[unit].append(item)
    return found


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


def _answer(batch: Batch, unit: str, stem: str, found: Sequence[Finding], files: Sequence[str], returned: bool,
            waiting: tuple[OfficerResult, ...], senders: Mapping[str, set[str]]) -> Reply:
    ordered = sorted(found, key=lambda item: (_SEVERITIES.index(messages.severity(item)), item.sort_key))
    copies = tuple(_copies(batch, stem, ordered, files)) if returned else ()
    return Reply(unit, stem, tuple(ordered), tuple(files), copies, returned, waiting, _sender(batch, files, senders))


def _senders(batch: Batch) -> dict[str, set[str]]:
    """Address -> the units whose dossiers came from it."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in batch.result.files:
        if item.unit is not None and item.delivery.sender:
            found[item.delivery.sender.lower()].add(item.unit)
    return found


def _sender(batch: Batch, files: Sequence[str], senders: Mapping[str, set[str]]) -> str | None:
    mailed = [(item.delivery.received.isoformat() if item.delivery.received else "", item.name, item.delivery.sender)
              for item in batch.result.files
              if item.name in files and item.delivery.sender and len(senders[item.delivery.sender.lower()]) == 1]
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
