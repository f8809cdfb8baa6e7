"""The paper copies of a dossier, by the clerk's register alone: a state and a day of their own (R60, LD VII.2.2).

``dossier.valid`` says whether they decide: ``electronic`` leaves the state to the electronic copies; ``both`` makes a
dossier late with its paper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from qeval_batch.model.register import PAPER, Register
from qeval_batch.model.trace import Step
from qeval_batch.rules.deadlines import IN_TIME, LATE, ON_THE_DAY, Deadline
from qeval_batch.rules.timeliness import MENDED_LATE, MISSING, UNKNOWN, Timeliness, moment_text
from qeval_batch.rules.trace import step
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import DossierKeys

PAPER_LATE, PAPER_MISSING = "paper_late", "paper_missing"
_BOTH = "both"
_TEXTS = {IN_TIME: "Bản giấy đủ lúc {moment} (theo sổ nhận), trong hạn.",
          ON_THE_DAY: "Bản giấy đủ lúc {moment} (theo sổ nhận), sát hạn.",
          PAPER_LATE: "Bản giấy đủ lúc {moment} (theo sổ nhận), sau hạn.",
          PAPER_MISSING: "Đã hết hạn mà sổ nhận chưa ghi đủ bản giấy.", UNKNOWN: "Chưa rõ bản giấy: sổ nhận chưa ghi đủ."}
_DECIDES = {LATE: " Hồ sơ tính cả bản giấy: chậm.", ON_THE_DAY: " Hồ sơ tính cả bản giấy: sát hạn.",
            UNKNOWN: " Hồ sơ tính cả bản giấy: chưa kết luận."}
_GOOD = (IN_TIME, MENDED_LATE, ON_THE_DAY)


@dataclass(frozen=True)
class PaperCopies:
    """``state``: in_time, on_the_day, paper_late, paper_missing or unknown. ``whole_at``: when the last part came."""

    state: str = UNKNOWN
    whole_at: datetime | None = None


def paper_copies(register: Register, unit: str, parts: frozenset[int], deadline: Deadline, as_of: datetime) -> PaperCopies:
    """The state of a unit's paper copies: unknown while the day is not over, or where no register is kept."""
    at = register.whole_at(unit, parts, PAPER)
    if at is not None:
        phase = deadline.phase(at)
        return PaperCopies(PAPER_LATE if phase == LATE else phase, at)
    over = deadline.phase(as_of) == LATE
    return PaperCopies(PAPER_MISSING if over and register.entries else UNKNOWN)


def with_paper(found: Timeliness, paper: PaperCopies, policy: Policy) -> Timeliness:
    """``found`` of the electronic copies as it stands once the paper is told, and weighed in where policy says `both`."""
    if found.state == MISSING:
        return found
    if policy.dossier.valid != _BOTH or found.state not in _GOOD:
        return found if paper.state == UNKNOWN else replace(found, steps=(*found.steps, _told(paper, policy, "")))
    state = _together(found.state, paper.state)
    told = _told(paper, policy, _DECIDES[state] if state != found.state else "")
    return replace(found, state=state, complete_at=_later(found.complete_at, paper.whole_at), steps=(*found.steps, told))


def _later(electronic: datetime | None, paper: datetime | None) -> datetime | None:
    """When both were whole; None while one is not."""
    return max(electronic, paper) if electronic and paper else None


def _together(electronic: str, paper: str) -> str:
    if paper in (PAPER_LATE, PAPER_MISSING):
        return LATE
    return electronic if paper == IN_TIME else paper


def _told(paper: PaperCopies, policy: Policy, turned: str) -> Step:
    text = _TEXTS[paper.state].format(moment=moment_text(paper.whole_at) if paper.whole_at else "")
    holds = None if paper.state == UNKNOWN else paper.state in (IN_TIME, ON_THE_DAY)
    return step("R60", holds, policy.citation(DossierKeys.valid), text + turned)
