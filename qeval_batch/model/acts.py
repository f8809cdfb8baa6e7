"""What people did by hand, as it holds for one quarter: files assigned or taken out, findings lifted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from qeval_batch.model.act import Act
from qeval_batch.model.claims import ClaimPlace, ClaimRuling, value_of
from qeval_batch.model.findings import Finding
from qeval_batch.model.records import ClaimAnswer, Excuse


@dataclass(frozen=True)
class Assignment(Act):
    """A file without a stamp of its own that counts as ``unit``'s; as one officer's file where ``officer`` is named."""

    unit: str
    officer: str | None = None


@dataclass(frozen=True)
class Waiver(Act):
    """One finding of one unit, lifted: the same code at the same place, saying the same (``params``).

    The file is not part of it: a copy of the file under another name is no other fault.
    """

    unit: str
    code: str
    officer: str | None = None
    sheet: str | None = None
    cell: str | None = None
    params: tuple[tuple[str, str], ...] = ()

    def lifts(self, item: Finding) -> bool:
        """Whether ``item`` is the finding that was lifted."""
        where = item.where
        return (self.unit, self.code, self.officer, self.sheet, self.cell, self.params) == (
            where.unit, item.code, where.officer, where.sheet, where.a1, item.params)


@dataclass(frozen=True)
class Acts:
    """What holds now for one quarter: files by sha256, waivers in the order of their units, codes and places;
    ``ruled``: the last answer to each claim."""

    assigned: Mapping[str, Assignment] = field(default_factory=dict)
    invalidated: Mapping[str, Act] = field(default_factory=dict)
    waived: tuple[Waiver, ...] = ()
    ruled: Mapping[ClaimPlace, ClaimRuling] = field(default_factory=dict)

    def answer_to(self, place: ClaimPlace, excuse: Excuse) -> ClaimAnswer:
        """What was answered to the claim at ``place``; open where nothing was, or where it says otherwise by now."""
        ruling = self.ruled.get(place)
        return ruling.answer if ruling is not None and ruling.value == value_of(excuse) else ClaimAnswer.OPEN

    def lift(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """``findings``, each that was lifted marked with the waiver; the others as they are."""
        for item in findings:
            yield self._lifted(item) if self.waived else item

    def idle(self, findings: Iterable[Finding]) -> tuple[Waiver, ...]:
        """Waivers that lift none of ``findings``: what they were given for is no longer there, or says otherwise."""
        listed = list(findings)
        return tuple(waiver for waiver in self.waived if not any(map(waiver.lifts, listed)))

    def _lifted(self, item: Finding) -> Finding:
        waiver = next((waiver for waiver in self.waived if waiver.lifts(item)), None)
        return item if waiver is None else replace(item, waived=Act(waiver.by, waiver.reason, waiver.at))
