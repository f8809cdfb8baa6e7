"""What a run decides: the values of results.json before they are text, each with the steps that led to it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from qeval_batch.model.claims import ClaimOutcome
from qeval_batch.model.course import Opinion
from qeval_batch.model.delivery import Delivery
from qeval_batch.model.findings import Finding
from qeval_batch.model.records import Assessment, FormerOpinion, Indicator
from qeval_batch.model.trace import Score, Step


class Status(enum.StrEnum):
    """Where an officer stands; exactly one each, in this order in counts (interfaces.md)."""

    GRADED = "graded"
    DEFERRED = "deferred"
    EXCLUDED = "excluded"
    ELSEWHERE = "elsewhere"           # another authority evaluates: neither expected nor counted here
    MISSING = "missing"
    INSUFFICIENT = "insufficient"
    PENDING = "pending"
    REVIEW = "review"


class Scope(enum.StrEnum):
    """Whose officer: Ban Thường vụ's, the centre's, a lower level's, or this lower level's own (interfaces.md)."""

    BTV = "btv"
    TW = "tw"
    LOWER = "lower"
    OWN = "own"


class Flag(enum.StrEnum):
    """The closed list of flags: they change nothing, they point (texts: messages/words.yaml `flag`)."""

    BAND = "BAND"                                # score above the band of the level given
    DOUBT_SAME = "DOUBT_SAME"                    # what is open leads to one level, whatever the answer
    EXCUSED = "EXCUSED"                          # excused tasks were left out of a ratio
    FIELD_EXCUSED = "FIELD_EXCUSED"              # every task of the own field excused: judged on the whole unit
    HEAD_ABOVE_COLLECTIVE = "HEAD_ABOVE_COLLECTIVE"
    LATE_CONFIRMED = "LATE_CONFIRMED"            # late, with a confirmed cause
    LEVEL4_PROPOSED_ABOVE = "LEVEL4_PROPOSED_ABOVE"   # computed 4, unit proposes better
    NO_PLAN = "NO_PLAN"                          # no planned task left: R35 looks at completion alone
    PRODUCT_3 = "PRODUCT_3"                      # a product with response level 3
    PROJECTED = "PROJECTED"                      # counts rows marked Ước
    PROPOSAL_AWAITED = "PROPOSAL_AWAITED"        # an R54 proposal is waited for
    PROPOSAL_DIFFERS = "PROPOSAL_DIFFERS"
    QUOTA_CUT = "QUOTA_CUT"                      # eligible for level 1, beyond the cut
    R36_JUDGE = "R36_JUDGE"
    SELF_ABOVE_COMPUTED = "SELF_ABOVE_COMPUTED"
    TIED = "TIED"
    UNIT_ABOVE_COMPUTED = "UNIT_ABOVE_COMPUTED"
    UNIT_SCORE_ABOVE = "UNIT_SCORE_ABOVE"        # the unit's score above the recomputed one
    UNIT_SCORE_BELOW = "UNIT_SCORE_BELOW"
    UNIT_SHORT = "UNIT_SHORT"                    # a deputy or member whose unit has undone or late tasks
    WAIVED = "WAIVED"                            # rests on a finding lifted by hand


@dataclass(frozen=True)
class Choice:
    """One answer to one question the law leaves open: ``text`` goes on after `nếu`, without a full stop."""

    rule: str
    text: str
    citation: str


@dataclass(frozen=True)
class Answer:
    """One way to answer what is open, question after question, and where it leads; ``level`` None: not evaluated."""

    choices: tuple[Choice, ...]
    level: int | None


@dataclass(frozen=True)
class Counts:
    """Counts over a task base (Phụ lục 09 part I; results.json own_collective)."""

    assigned: int = 0
    planned: int = 0
    planned_done: int = 0
    planned_excused: int = 0
    excused: int = 0
    done: int = 0
    on_time: int = 0
    late: int = 0
    exceeded: int = 0
    failed: int = 0
    quality: bool = True
    quality_blank: bool = False       # a key task done without a response level (R16)
    late_confirmed: int = 0
    projected: int = 0


@dataclass(frozen=True)
class OwnCollective:
    """The base an officer answers for: the whole unit, or the tasks that name the officer (rules.md C)."""

    scope: str                        # unit | field
    counts: Counts
    steps: tuple[Step, ...] = ()
    field_excused: bool = False       # the unit's, since every task of the own field is excused


@dataclass(frozen=True)
class Individual:
    """Individual completion (R30): own products, done >= assigned, excused left out."""

    assigned: int
    done: int
    excused: int
    short_support_only: bool


@dataclass(frozen=True)
class Levels:
    """What each stage said, side by side; nothing upstream is overwritten (R50)."""

    self: int | None = None
    unit: int | None = None
    computed: int | None = None
    eligible: int | None = None
    proposed: int | None = None
    btc: int | None = None
    decided: int | None = None


@dataclass(frozen=True)
class Order:
    """Key of the order of proposal in a group (D): bigger first, in the policy's sequence."""

    score: Decimal
    exceed: tuple[int, int]           # exceeded, base (assigned - excused)
    products: int
    work: Decimal


@dataclass(frozen=True)
class OfficerResult:
    id: str
    name: str
    unit: str
    group: str | None
    is_head: bool
    authority_class: str | None
    status: Status
    score: Score | None = None
    workbook_total: Decimal | None = None
    unit_score: Decimal | None = None
    appraised_score: Decimal | None = None
    used_score: Decimal | None = None
    own_collective: OwnCollective | None = None
    individual: Individual | None = None
    discipline: bool | None = None
    remedied: bool | None = None
    levels: Levels = Levels()
    steps: tuple[Step, ...] = ()
    flags: tuple[Flag, ...] = ()
    possible: tuple[int, ...] = ()
    answers: tuple[Answer, ...] = ()  # which answer leads to which of the possible levels
    waits_for: tuple[str, ...] = ()   # codes of words.yaml `waits_for`
    rank: int | None = None
    order: Order | None = None
    former_opinions: tuple[FormerOpinion, ...] = ()   # by former unit; shown beside, they decide nothing (R21)
    scope: Scope = Scope.BTV
    opinions: tuple[Opinion, ...] = ()                # of bodies asked, by body; decide nothing alone (R53, R54)
    claims: tuple[ClaimOutcome, ...] = ()     # still open, with what hangs on each

    @property
    def here(self) -> bool:
        """Whether this workspace evaluates the officer; nobody else is expected, counted or listed."""
        return self.status is not Status.ELSEWHERE

    @property
    def listed(self) -> bool:
        """Whether the officer stands in the tables, counts and papers of this authority (R52)."""
        return self.here and self.scope in (Scope.BTV, Scope.OWN)


@dataclass(frozen=True)
class GroupResult:
    """A comparable group and its cut. ``n`` = eligible level 1 + level 2; ``waiting`` = members without a level yet."""

    id: str
    name: str
    n: int
    waiting: int
    candidates: int
    max_htt_only: int
    max_htt_plus: int
    binding: str
    rate: Decimal
    binds: bool
    decision: str | None
    cut: tuple[str, ...] = ()
    level1: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    places_left: int = 0              # for the tied, when tied
    ranked: tuple[str, ...] = ()      # every graded member, in order of proposal


@dataclass(frozen=True)
class UnitResult:
    id: str
    status: str                       # accepted | accepted_with_warnings | returned | not_found | missing
    received: str | None
    timeliness: str
    errors: int
    warnings: int
    counts: Counts | None
    discipline: bool | None
    remedied: bool | None
    dossier_missing: tuple[int, ...] = ()
    received_source: str = "unknown"  # by whose word the arrival is known: register | mail | clock | unknown
    complete_at: str | None = None    # the first complete delivery (R62)
    timeliness_steps: tuple[Step, ...] = ()
    paper: str = "unknown"            # in_time | on_the_day | paper_late | paper_missing | unknown (R60)
    paper_at: str | None = None       # when the last part came on paper, by the register


@dataclass(frozen=True)
class CentralDossier:
    """The self-assessment of an officer of the centre (Mẫu 5), sent by a day of its own (LD VII.1.1)."""

    officer: str
    received: str | None
    received_source: str
    timeliness: str
    timeliness_steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class AxisComparison:
    """An assessing body's row beside the unit's own counts of that axis; ``differs``: figures beyond the tolerance.

    ``declared`` None: the unit (or the province) declared nothing that can be used.
    """

    assessed: Assessment
    declared: Counts | None
    differs: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileResult:
    """One path under the inbox and its one outcome. ``why`` is a Vietnamese sentence."""

    name: str
    sha256: str | None
    outcome: str                      # accepted | superseded | duplicate | returned | rejected | ignored
    why: str
    unit: str | None = None           # whom the stamp names: a unit, or an assessing body
    kind: str | None = None           # the stamp's kind
    delivery: Delivery = Delivery()   # when it came, by whose word, from whom


@dataclass(frozen=True)
class RunResult:
    """Everything a run found and decided; lists sorted by id, findings in order."""

    period: str
    as_of: str                        # ISO 8601 with offset
    policy_sha256: str
    profile: str
    quota_base: str
    officers: tuple[OfficerResult, ...] = ()
    groups: tuple[GroupResult, ...] = ()
    units: tuple[UnitResult, ...] = ()
    files: tuple[FileResult, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    comparisons: tuple[AxisComparison, ...] = ()      # R14, by unit, axis, body
    indicators: tuple[Indicator, ...] = ()
    central: tuple[CentralDossier, ...] = ()          # by officer

    @cached_property
    def listed(self) -> tuple[OfficerResult, ...]:
        """The officers of this authority's tables, counts and papers; the centre's and the lower levels' stand apart."""
        return tuple(item for item in self.officers if item.listed)

    def officer(self, officer_id: str) -> OfficerResult:
        return next(item for item in self.officers if item.id == officer_id)
