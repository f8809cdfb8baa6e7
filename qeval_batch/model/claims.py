"""A unit's word that somebody else confirmed an objective cause: where it stands, what it says, what was answered."""

from __future__ import annotations

from dataclasses import dataclass

from qeval_batch.model.act import Act
from qeval_batch.model.records import ClaimAnswer, Excuse


@dataclass(frozen=True, order=True)
class ClaimPlace:
    """The row a claim is made for: ``task``, a code of the unit's Phụ lục 09, or ``product``, a number of B2 of
    ``officer``. The other one is blank."""

    unit: str
    officer: str = ""
    task: str = ""
    product: int = 0


ClaimValue = tuple[str, str, str]     # cause, document, confirming body, as the unit wrote them


def value_of(excuse: Excuse) -> ClaimValue:
    """What a claim says; said otherwise it is another claim, which nobody has answered yet."""
    return excuse.cause or "", excuse.document or "", excuse.body or ""


@dataclass(frozen=True)
class ClaimRuling(Act):
    """What the office answered to one claim as it then stood, having seen ``document``."""

    place: ClaimPlace
    value: ClaimValue
    answer: ClaimAnswer
    document: str


@dataclass(frozen=True)
class ClaimOutcome:
    """A claim still open and what hangs on it for one officer: the outcomes with it accepted and with it rejected
    (0: not evaluated), whatever is answered to the others."""

    place: ClaimPlace
    accepted: tuple[int, ...]
    rejected: tuple[int, ...]

    @property
    def decides(self) -> bool:
        return self.accepted != self.rejected
