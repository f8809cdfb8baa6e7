"""The roster as values: units, officers, comparable groups, dated changes, as danh-muc.xlsx holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from qeval_batch.core.cells import RowRef

NOT_EVALUATED = 0                     # the outcome `không đánh giá trong quý`


@dataclass(frozen=True)
class Unit:
    """A row of `Đơn vị`. ``block`` and ``annex`` are codes of the lists in danh-sach.yaml."""

    id: str
    name: str
    parent: str | None
    block: str
    annex: str | None
    area: str | None
    email: str | None
    contact: str | None
    at: RowRef


@dataclass(frozen=True)
class Officer:
    """A row of `Cán bộ`, as entered; what the dates and the policy make of it is ``rules.eligibility``'s."""

    id: str
    name: str
    birth_date: date | None
    unit: str
    post_class: str | None
    party_post: str | None
    government_post: str | None
    union_post: str | None
    other_post: str | None
    head: bool
    committee_member: bool
    authority: str | None
    group: str | None
    field_in_charge: str | None
    standing: str | None              # evaluate | excluded | deferred | other; None = evaluate
    standing_document: str | None
    previous_level: int | None
    at: RowRef
    birth_year: int | None = None     # of one whose day of birth is not known
    outcomes: tuple[int, ...] = ()    # what the document of `standing_document` names (R23): levels, NOT_EVALUATED
    other_classes: tuple[str, ...] = ()     # post classes of the posts beside the main one
    standing_board: bool = False      # of the standing board of the Party committee

    @property
    def post(self) -> str:
        """Every post held, in the order papers name them."""
        posts = (self.party_post, self.government_post, self.union_post, self.other_post)
        return ", ".join(post for post in posts if post)


@dataclass(frozen=True)
class Group:
    """A comparable group. ``rate`` is a share (0.20), None where the policy's rate holds."""

    id: str
    name: str
    authority: str | None
    binds: bool
    rate: Decimal | None
    decision: str | None
    at: RowRef


@dataclass(frozen=True)
class Change:
    """A dated period of `Biến động`; a blank end is still running."""

    officer: str
    kind: str                         # code of the list change_kind
    start: date
    end: date | None
    former_unit: str | None
    document: str | None
    at: RowRef
    place: str | None = None          # the unit where it happened
    conclusion: str | None = None     # the document that concludes it


@dataclass(frozen=True)
class OpinionBody:
    id: str
    name: str
    role: str | None
    covers: str | None
    due: date | None
    at: RowRef
    members: tuple[str, ...] = ()     # officers who sit on the body


@dataclass(frozen=True)
class Signature:
    """Who signs which paper; ``unit`` None is Ban Tổ chức itself."""

    paper: str
    unit: str | None
    authority: str | None
    post: str | None
    name: str | None
    series: str | None
    place: str | None


@dataclass(frozen=True)
class StandardProduct:
    """A row of the approved catalogue of standard products (R12, R51)."""

    code: str
    axis: str | None
    product: str | None
    unit_of_measure: str | None
    coefficient: Decimal | None
    at: RowRef


@dataclass(frozen=True)
class Roster:
    """The whole danh-muc.xlsx; mappings are in the file's order."""

    units: Mapping[str, Unit]
    officers: Mapping[str, Officer]
    groups: Mapping[str, Group]
    changes: tuple[Change, ...] = ()
    opinion_bodies: tuple[OpinionBody, ...] = ()
    days_off: Mapping[date, str] = field(default_factory=dict)
    signatures: tuple[Signature, ...] = ()
    standards: Mapping[str, StandardProduct] = field(default_factory=dict)

    def officers_of(self, unit: str) -> tuple[Officer, ...]:
        return tuple(item for item in self.officers.values() if item.unit == unit)

    def changes_of(self, officer: str, *kinds: str) -> tuple[Change, ...]:
        return tuple(item for item in self.changes if item.officer == officer and item.kind in kinds)

    def heads_of(self, unit: str) -> tuple[Officer, ...]:
        return tuple(item for item in self.officers_of(unit) if item.head)
