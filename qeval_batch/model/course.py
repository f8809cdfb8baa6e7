"""How far a quarter has come: what the ledger tells of each officer, collective and scope, stage by stage."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

_GONE = frozenset(("submitted", "decision", "published"))
PLAN, ASK, APPRAISE = "plan", "ask", "appraise"     # the stages that may be left out, in their order


class Quarter(enum.StrEnum):
    """Where the quarter of a scope stands, beside the state of its officers."""

    OPEN = "open"
    CLOSED = "closed"
    REOPENED = "reopened"


class Kind(enum.StrEnum):
    """The ledger's kinds of the procedure (procedure.md, part 6)."""

    PLAN_APPROVED = "plan_approved"
    SKIPPED = "skipped"
    ASKED = "asked"
    OPINION = "opinion"
    PROPOSAL54 = "proposal54"
    APPRAISAL = "appraisal"
    SUBMITTED = "submitted"
    DECISION = "decision"
    COLLECTIVE_DECISION = "collective_decision"
    CENTRE_SENT = "centre_sent"
    CENTRE_DECISION = "centre_decision"
    PUBLISHED = "published"
    LOWER_REPORT = "lower_report"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True)
class Skip:
    """A stage left out for an officer: by whom, why, when."""

    stage: str
    by: str
    reason: str
    at: str


@dataclass(frozen=True)
class Asking:
    """One body asked about one officer: what it saw of him (``snapshot``, s1), until when, to comment or to propose."""

    body: str
    proposes: bool
    snapshot: str
    due: str
    point: str


@dataclass(frozen=True)
class Opinion:
    """What one body says of one officer. ``snapshot``: what it had seen; ``late``: it came after its due day."""

    officer: str
    body: str
    proposes: bool
    level: int | None
    score: Decimal | None
    comment: str | None
    ground: str | None
    responsible: str | None
    snapshot: str
    late: bool

    def said(self) -> dict[str, object]:
        """What is said, as the body of a ledger entry."""
        return {name: getattr(self, name)
                for name in ("level", "score", "comment", "ground", "responsible", "snapshot", "late")}


@dataclass(frozen=True)
class Going:
    """What was done for one officer, or one collective. ``facts``: ledger kinds; of a stage left out `skipped/<stage>`."""

    facts: frozenset[str] = frozenset()
    skipped: tuple[Skip, ...] = ()
    asked: Mapping[str, Asking] = field(default_factory=dict)       # by body
    opinions: Mapping[str, Opinion] = field(default_factory=dict)   # by body

    @property
    def submitted(self) -> bool:
        """Whether a Tờ trình has gone: what was heard till then stands, nothing is added."""
        return bool(self.facts & _GONE)


@dataclass(frozen=True)
class ScopeStanding:
    """Whether the quarter of a scope is open, closed or reopened, and in which version."""

    quarter: Quarter = Quarter.OPEN
    version: int = 0


@dataclass(frozen=True)
class Course:
    """A quarter's procedure as replayed; whoever nothing was done for has no entry."""

    officers: Mapping[str, Going] = field(default_factory=dict)
    units: Mapping[str, Going] = field(default_factory=dict)
    scopes: Mapping[str, ScopeStanding] = field(default_factory=dict)

    @property
    def begun(self) -> bool:
        """Whether anything of the procedure was done in the quarter."""
        return bool(self.officers or self.units or self.scopes)

    def officer(self, ident: str) -> Going:
        return self.officers.get(ident, Going())

    def unit(self, ident: str) -> Going:
        return self.units.get(ident, Going())

    def scope(self, scope: str) -> ScopeStanding:
        return self.scopes.get(scope, ScopeStanding())


@dataclass(frozen=True)
class Refusal:
    """An act not done for ``who`` (ids, or a row's cell): the code of its sentence, and what the sentence names."""

    code: str
    who: tuple[str, ...]
    slots: Mapping[str, object] = field(default_factory=dict)
