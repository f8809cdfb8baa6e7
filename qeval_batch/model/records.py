"""What the rules read: one unit's sound, typed declarations and the roster, each with the cells they came from.

A record is built only from a sheet without errors; ``None`` is a blank cell, never a zero (rules.md, principle 3).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qeval_batch.core.cells import CellRef, RowRef
from qeval_batch.model.submission import SheetData

if TYPE_CHECKING:
    from qeval_batch.model.trace import Score

AXES = ("1", "2", "3", "4", "5", "6")


# --- Declarations of a unit ------------------------------------------------------------------------------------------
class ClaimAnswer(enum.StrEnum):
    """What the office said of a claim, once it has seen the document."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Excuse:
    """An objective cause as declared. ``claimed``: cause AND document AND a confirming body of the policy list that is
    not the unit itself (R17, C); it counts only once the office has accepted it."""

    cause: str | None
    document: str | None
    body: str | None
    claimed: bool
    answer: ClaimAnswer = ClaimAnswer.OPEN

    @property
    def confirmed(self) -> bool:
        """Whether the cause counts."""
        return self.claimed and self.answer is ClaimAnswer.ACCEPTED

    @property
    def open(self) -> bool:
        """Whether the office has still to say what the unit's word is worth."""
        return self.claimed and self.answer is ClaimAnswer.OPEN


@dataclass(frozen=True)
class Task:
    """A row of Phụ lục 09 part II. ``late`` is decided by the dates, else by the status (rules.md C)."""

    code: str
    axis: str
    text: str
    source: str                       # planned | ad_hoc
    document: str | None
    in_charge: tuple[str, ...]
    key: bool
    deadline: date
    completed: date | None
    done: bool
    late: bool
    exceeded: bool
    response: int | None
    projected: bool
    excuse: Excuse
    at: RowRef
    confirmed: CellRef | None = None  # where the result report confirmed or corrected it (R13)

    @property
    def excused(self) -> bool:
        """Not done, with a confirmed objective cause."""
        return not self.done and self.excuse.confirmed

    @property
    def claims(self) -> bool:
        """Not done or late, and the unit claims a cause for it."""
        return self.excuse.claimed and (not self.done or self.late)

    @property
    def open_claim(self) -> bool:
        """The same, and the office has not answered yet."""
        return self.claims and self.excuse.open


@dataclass(frozen=True)
class CollectiveSheet:
    """Phụ lục 09 of a unit. yes/no answers: True, False, or None where blank; `Không có` remedied counts as True."""

    unit: str
    tasks: tuple[Task, ...]
    discipline_collective: bool | None
    discipline_member: bool | None
    discipline_subordinate: bool | None
    remedied: bool | None
    level: int | None
    at: RowRef
    counts_at: Mapping[str, RowRef] = field(default_factory=dict)     # part I: the line of each axis


@dataclass(frozen=True)
class Criterion:
    """A row of part A."""

    key: str
    max_points: Decimal
    met: bool | None                  # None: neither box
    at: RowRef


@dataclass(frozen=True)
class AxisEntry:
    """A row of B1."""

    axis: str
    role: str                         # main | secondary | none
    max_points: Decimal
    none_arising: bool
    at: RowRef
    workbook_kpi: Decimal | None = None      # what the unit's file shows; compared, never used
    workbook_points: Decimal | None = None


@dataclass(frozen=True)
class Product:
    """A row of B2. Quantities in the product's own unit; percentages 0–100 as entered; coefficient 1 when blank."""

    no: int
    task_code: str | None
    standard_code: str | None
    axis: str
    text: str
    role: str                         # lead | support
    source: str | None
    assigned: Decimal
    coefficient: Decimal
    key: bool
    deadline: date
    done: Decimal
    completed: date | None
    projected: bool
    quality: Decimal | None
    progress: Decimal | None
    leadership: Decimal | None
    exceeded: bool
    response: int | None
    excuse: Excuse
    at: RowRef
    workbook_kpi: Decimal | None = None
    confirmed: CellRef | None = None  # where the result report confirmed or corrected it (R13)

    @property
    def excused(self) -> bool:
        """Not or partly done, with a confirmed objective cause (R17)."""
        return self.done < self.assigned and self.excuse.confirmed

    @property
    def claims(self) -> bool:
        """Short or late, and the unit claims a cause for it."""
        late = self.completed is not None and self.completed > self.deadline
        return self.excuse.claimed and (self.done < self.assigned or late)

    @property
    def open_claim(self) -> bool:
        """The same, and the office has not answered yet."""
        return self.claims and self.excuse.open


@dataclass(frozen=True)
class OfficerSheet:
    """One officer's annex, sound. Text answers are kept for Mẫu 7."""

    officer: str
    form: str
    criteria: tuple[Criterion, ...]   # empty in profile 100
    axes: tuple[AxisEntry, ...]       # six, in order
    products: tuple[Product, ...]
    overall: str | None
    outstanding: str | None
    shortcomings: str | None
    remedy_plan: str | None
    remedied: bool | None             # `Không có` counts as True
    discipline: bool | None
    self_level: int
    at: RowRef
    workbook_general: Decimal | None = None
    workbook_axes_total: Decimal | None = None
    workbook_total: Decimal | None = None


@dataclass(frozen=True)
class Proposal:
    """A row of `Tổng hợp`, sound."""

    officer: str
    unit_score: Decimal | None
    unit_level: int | None
    proposer: str | None
    reason: str | None
    personnel: str | None
    at: RowRef
    reason_waived: bool = False       # no reason stands there, and somebody lifted that by hand


@dataclass(frozen=True)
class DossierPart:
    """A row of `Hồ sơ`: part 1–6; ``of`` is the officer (part 3) or the axis (part 4)."""

    part: int
    of: str | None
    number: str | None
    date: date | None
    electronic: bool
    paper: bool
    note: str | None
    at: RowRef


@dataclass(frozen=True)
class FormerOpinion:
    """What a former unit says of an officer for the months served there (R21); shown beside, it decides nothing."""

    officer: str
    unit: str
    comment: str | None
    score: Decimal | None
    level: int | None
    months: Decimal | None
    at: RowRef


Origin = tuple[str, int]              # a carried row's quarter and its row in that quarter's sheet


@dataclass(frozen=True)
class CarriedRow:
    """A product row that stands from a quarter in which the officer was deferred (R22); values by field of B2.

    ``original``: the hash under which the file it came in is archived.
    """

    origin: Origin
    values: Mapping[str, Any]
    original: str


@dataclass(frozen=True)
class UnitRecord:
    """All of one unit that can be used. A sheet that is absent or faulty has no record; ``faulty`` tells which."""

    unit: str
    collective: CollectiveSheet | None = None
    sheets: Mapping[str, OfficerSheet] = field(default_factory=dict)      # by officer
    proposals: Mapping[str, Proposal] = field(default_factory=dict)       # by officer
    dossier: tuple[DossierPart, ...] = ()
    received_sheets: frozenset[str] = frozenset()      # officers whose sheet arrived, sound or not
    faulty_proposals: frozenset[str] = frozenset()     # officers whose row of Tổng hợp is refused
    kept: Mapping[str, SheetData] = field(default_factory=dict)    # by deferred officer: what was sent all the same
    collective_received: bool = False
    opinions: Mapping[str, FormerOpinion] = field(default_factory=dict)   # by officer who moved away
    scores: Mapping[str, Score] = field(default_factory=dict)     # by officer: the engine's, as the sheet was checked


# --- Assessing bodies (R14) -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Assessment:
    """What an assessing body says of one unit (or the province) in one axis; None is blank. Compared, never used."""

    body: str
    unit: str
    axis: str
    assigned: int | None
    done: int | None
    late: int | None
    level: int | None
    comment: str | None
    at: RowRef


@dataclass(frozen=True)
class Indicator:
    """An indicator of an assessing body; shown beside, never scored."""

    body: str
    name: str
    plan: str | None
    actual: str | None
    at: RowRef
