"""Versions of a unit's sheets: what counts, what it replaced, and in which files they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qeval_batch.model.delivery import Delivery
from qeval_batch.model.findings import Finding
from qeval_batch.model.order import newest
from qeval_batch.model.submission import SheetData, Submission


@dataclass(frozen=True)
class Version:
    """One delivered version of a sheet; ``deliveries`` are all of the file's content."""

    submission: Submission
    sheet: SheetData
    deliveries: tuple[Delivery, ...]

    @property
    def file(self) -> str:
        return self.submission.file

    @property
    def last(self) -> Delivery:
        """The delivery by which it decides: the same content sent again is a new word."""
        return newest(self.deliveries)


@dataclass(frozen=True)
class Replaced:
    """A filled version that no longer counts, and the one that took its place."""

    old: Version
    new: Version


@dataclass(frozen=True)
class UnitSheets:
    """The sheets of one unit that count, and what reading found in them and in the files they came in.

    ``replaced``: versions that differ from what counts. ``aside``: files of which nothing counts -> the file that
    does, and whether it says the same.
    """

    unit: str
    sheets: tuple[SheetData, ...]
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    replaced: tuple[Replaced, ...] = ()
    aside: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
