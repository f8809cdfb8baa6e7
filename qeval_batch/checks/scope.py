"""What a check sees of its surroundings: the run, the unit, the sheet, and the place a finding gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from qeval_batch.core.decimals import vi_number
from qeval_batch.core.period import Period
from qeval_batch.core.text import match_key
from qeval_batch.model.acts import Acts
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.records import CarriedRow
from qeval_batch.model.register import Register
from qeval_batch.model.roster import Officer, Roster, StandardProduct, Unit
from qeval_batch.model.submission import INVALID, Row, SheetData
from qeval_batch.rules.asked import Asked
from qeval_batch.spec.form import Block
from qeval_batch.spec.load import Spec


@dataclass(frozen=True)
class CheckContext:
    """One run: forms and policy, roster, quarter, and what is known of arrivals (by file; else ``as_of`` holds).

    ``carried``: what stands from the quarter before, by officer (R22). ``acts``: what people decided by hand.
    ``register``: which parts of a dossier the clerk noted as received (R60).
    """

    spec: Spec
    roster: Roster
    period: Period
    as_of: date
    arrivals: Mapping[str, date]
    carried: Mapping[str, tuple[CarriedRow, ...]] = field(default_factory=dict)
    acts: Acts = field(default_factory=Acts)
    register: Register = field(default_factory=Register)

    def arrival(self, file: str | None) -> date:
        """The day ``file`` arrived, ``as_of`` where that is unknown (R13)."""
        return self.arrivals.get(file or "", self.as_of)

    @cached_property
    def asked(self) -> Asked:
        """Who owes what this quarter."""
        return Asked(self.roster, self.period, self.spec.policy)

    @property
    def deferred(self) -> frozenset[str]:
        """Officers whom their dates defer: nothing is asked of them, what they send is kept (R20, R22)."""
        return self.asked.deferred

    @cached_property
    def confirming_bodies(self) -> frozenset[str]:
        """Keys of the bodies that may confirm an objective cause (LD VI.1.4)."""
        return frozenset(match_key(name) for name in self.spec.policy.confirming_bodies)

    @cached_property
    def standards_by_key(self) -> Mapping[str, StandardProduct]:
        """The approved catalogue by the key of its codes (R12)."""
        return {match_key(code): item for code, item in self.roster.standards.items()}

    @cached_property
    def profile(self) -> str:
        return self.spec.policy.score.profile

    @cached_property
    def axes_points(self) -> Decimal:
        """Points the six axes must add up to in the profile that holds (R17)."""
        return Decimal(self.spec.policy.score.axes_points[self.profile])

    @cached_property
    def total_points(self) -> Decimal:
        """Points of parts A and B together in the profile that holds (R17)."""
        return self.axes_points + Decimal(self.spec.policy.score.general_points[self.profile])

    @cached_property
    def allow_no_role(self) -> bool:
        return self.spec.policy.score.allow_no_role

    @cached_property
    def kpi_formula(self) -> str:
        return self.spec.policy.score.kpi_formula

    @cached_property
    def tolerance(self) -> Decimal:
        return self.spec.policy.score.tolerance

    @cached_property
    def explain_difference(self) -> Decimal:
        return self.spec.policy.score.explain_difference


@dataclass(frozen=True)
class SheetScope:
    """One sheet of one unit under check. ``where`` is the sheet itself.

    ``whole`` is False where reading missed a part of it, which is said already: then what is absent proves nothing.
    """

    ctx: CheckContext
    unit: Unit
    sheet: SheetData
    where: Where
    whole: bool

    @cached_property
    def arrival(self) -> date:
        return self.ctx.arrival(self.where.file)

    @property
    def officer(self) -> Officer | None:
        """The roster's entry of the officer whose sheet this is."""
        return self.ctx.roster.officers.get(self.sheet.officer or "")

    def found(self, code: str, row: Row, field: str, /, **params: object) -> Finding:
        """A finding at one field of a row."""
        return finding(code, self.where.at(row.at.cell(field)), **params)

    def block(self, block_id: str) -> Block | None:
        """The form's block of that id, None where this form has none."""
        return blocks_of(self.ctx.spec, self.sheet).get(block_id)

    def label(self, block_id: str, field: str) -> str:
        """What a person reads as the field's name."""
        block = self.block(block_id)
        return block.field(field).label if block is not None else field


def scope_of(ctx: CheckContext, unit: Unit, sheet: SheetData, part: Part, whole: bool) -> SheetScope:
    """The scope of one sheet; its file is that of its first row."""
    return SheetScope(ctx, unit, sheet, Where(part, unit.id, sheet.officer, file_of(sheet), sheet.name), whole)


def name_of(scope: SheetScope, thing: str) -> str:
    """What a person reads as the name of a field or a block of the sheet; ``thing`` itself where it has none."""
    blocks = blocks_of(scope.ctx.spec, scope.sheet)
    if thing in blocks and blocks[thing].title:
        return blocks[thing].title
    return next((item.label for block in blocks.values() for item in block.fields if item.id == thing), thing)


def file_of(sheet: SheetData) -> str | None:
    """The file a sheet came in; None for a sheet without a single row."""
    return next((row.at.file for rows in sheet.blocks.values() for row in rows), None)


def blocks_of(spec: Spec, sheet: SheetData) -> Mapping[str, Block]:
    """The blocks of the form a sheet was written from; empty for a form that is no longer there."""
    form = spec.forms.get(sheet.form)
    if form is None:
        return {}
    return next(({block.id: block for block in item.blocks} for item in form.sheets if item.id == sheet.sheet), {})


# --- Reading one cell ---------------------------------------------------------------------------------------------
def number(row: Row, field: str) -> Decimal | None:
    """A figure, None where blank or unreadable."""
    value: Any = row.values.get(field)
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


def day(row: Row, field: str) -> date | None:
    value: Any = row.values.get(field)
    return value if isinstance(value, date) else None


def text(row: Row, field: str) -> str | None:
    value: Any = row.values.get(field)
    return value if isinstance(value, str) and value else None


def mark(row: Row, field: str) -> bool:
    return row.values.get(field) is True


def blank(row: Row, field: str) -> bool:
    """Nothing stands there; an unreadable cell is not blank."""
    return row.values.get(field) is None


def readable(row: Row, *fields: str) -> bool:
    """None of the cells is unreadable; blank ones count as readable."""
    return all(row.values.get(field) is not INVALID for field in fields)


@lru_cache(maxsize=4096)
def code_key(code: str) -> str:
    """The key under which two spellings of a task's or product's code are one: ``NV 01`` is not ``NV01``."""
    return match_key(code)


# --- Values inside messages ---------------------------------------------------------------------------------------
def vi_date(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def vi_figure(value: Decimal) -> str:
    """A figure as it was entered, without trailing zeros: ``8,5``, ``100``."""
    plain = value.normalize()
    return vi_number(plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain)
