"""Every policy key the program reads, once, with its type; ``forms/chinh-sach.yaml`` holds its value and its source.

A new key is one line here and one entry there: ``policy.quota.rate`` is the value of the key ``quota.rate``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from qeval_batch.spec.form import Strict
from qeval_batch.spec.keys import Clause, Key, PerLevel, Section, named


class Assessor(Strict):
    """A body that assesses results by axis (R14); ``blocks`` may be ``all``; ``cite``: its own clause."""

    name: str
    axes: tuple[str, ...]
    blocks: tuple[str, ...]
    province: bool
    cite: str = ""


class Province(Strict):
    """The province as an assessed unit."""

    id: str
    name: str


class WholeKeys(Section, prefix=""):
    """Who belongs where: the keys without a family name."""

    annex_by_block: Key[Mapping[str, str]]
    annex_by_authority: Key[Mapping[str, str]]
    authority_by_post: Key[Mapping[str, str]]
    authority_of_committee_member: Key[str]
    central_authority: Key[str]
    confirming_bodies: Key[tuple[str, ...]]
    deciding_by_authority: Key[Mapping[str, str]]
    lower_authority: Key[str]


class WorkspaceKeys(Section, prefix="workspace."):
    """Which authority keeps this workspace."""

    authority: Key[str]


class ScopeKeys(Section, prefix="scope."):
    """When quarterly evaluation begins, and who stands outside it."""

    first_quarter: Key[str]
    lower: Key[Literal["report", "full"]]
    two_posts: Key[Clause]
    outside_work: Key[Clause]
    other_cases: Key[Clause]


class ScoreKeys(Section, prefix="score."):
    """Points, KPI, and how far a file's own figures may lie from the recomputed ones."""

    profile: Key[Literal["30+70", "100"]]
    general_points: Key[Mapping[str, int]]
    axes_points: Key[Mapping[str, int]]
    allow_no_role: Key[bool]
    kpi_formula: Key[Literal["mean_abcd", "mean_abc"]]
    progress: Key[Literal["entered", "per_day_25"]]
    progress_step: Key[Decimal]
    partial: Key[Literal["scaled", "entered"]]
    late_excused: Key[Literal["full", "as_late"]]
    excused: Key[Literal["leave_out", "count"]]
    kpi_cap: Key[Decimal]
    places: Key[int]
    tolerance: Key[Decimal]
    explain_difference: Key[Decimal]


class LevelKeys(Section, prefix="level."):
    """The conditions of the four levels (LD VI.1), and how what they leave open is read."""

    score: PerLevel[Decimal] = PerLevel(1, 2, 3, 4)
    completion: PerLevel[Decimal] = PerLevel(1, 2, 3, 4)
    late: PerLevel[Decimal] = PerLevel(1, 2, 3)
    exceed: PerLevel[Decimal] = PerLevel(1)
    clean: PerLevel[bool] = PerLevel(1)
    own_exceeded: PerLevel[Literal["review", "required", "off"]] = PerLevel(1)
    own_response: PerLevel[Literal["review", "barred", "off"]] = PerLevel(1)
    own_key_response: PerLevel[Literal["review", "barred", "off"]] = PerLevel(2)
    unit: PerLevel[Literal["review", "off"]] = PerLevel(1)
    plan_completion: PerLevel[Decimal] = PerLevel(4)
    individual_completion: Key[Decimal]
    support_only: Key[Literal["review", "4", "leave_out"]]
    discipline: Key[Literal["review", "4"]]
    bar_level1_below: Key[Decimal]
    band: Key[Literal["floor", "strict"]]
    gap: Key[Literal["review", "3", "4"]]
    level4: Key[Literal["or", "and"]]
    excused: Key[Mapping[str, Literal["leave_out", "review", "count"]]]


class QualityKeys(Section, prefix="quality."):
    """What a key task must say of its response."""

    key_levels: Key[tuple[int, ...]]


class CollectiveKeys(Section, prefix="collective."):
    """Which collective an officer answers for."""

    own: Key[Literal["by_field", "unit"]]


class StageKeys(Section, prefix="stage."):
    """What each stage of a quarter rests on."""

    submission: Key[Clause]
    eligible: Key[Clause]


class DeferralKeys(Section, prefix="deferral."):
    """Who is not evaluated yet, and what of their work goes on to the next quarter."""

    inspection: Key[bool]
    training_months: Key[int]
    leave_months: Key[int]
    appointment_months: Key[int]
    days_reached: Key[int]
    days_doubt: Key[int]
    carry_over: Key[Literal["started", "completed", "all"]]


class TransferKeys(Section, prefix="transfer."):
    """When a former unit must say its opinion."""

    months: Key[int]


class QuotaKeys(Section, prefix="quota."):
    """How many of a group may be proposed for the best level, and in which order."""

    rate: Key[Decimal]
    raised_rate: Key[Decimal]
    base: Key[Literal["htt_only", "htt_plus"]]
    heads: Key[bool]
    order: Key[tuple[Literal["score", "exceed", "products", "work"], ...]]
    order_score: Key[Literal["min", "recomputed"]]


class DeadlineKeys(Section, prefix="deadline."):
    """By which day of its month each thing is due, and what a day off changes."""

    dossier: Key[int]
    central_officers: Key[Literal["last_day", "30"]]
    province_report: Key[Literal["last_day", "30"]]
    result_report: Key[int]
    assessors: Key[int]
    appraisal: Key[int]
    centre: Key[int]
    lower_levels: Key[int]
    day_of: Key[Literal["in_time", "on_the_day", "late"]]
    day_off: Key[Literal["keep", "next_working_day"]]
    weekend: Key[tuple[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], ...]]


class LateKeys(Section, prefix="late."):
    """What a late dossier costs."""

    levels: Key[int]
    downgrade: Key[Literal["shown", "applied"]]


class AssessorKeys(Section, prefix="assessors."):
    """Who assesses results by axis, and how far their figures may lie from the unit's (R14)."""

    bodies: Key[Mapping[str, Assessor]] = named("assessors")
    province: Key[Province]
    tolerance: Key[int]


class PaperKeys(Section, prefix="papers."):
    """What stands at the head of a paper, and on what it rests."""

    secrecy: Key[str]
    parent_body: Key[str]
    issuer: Key[str]
    issuer_name: Key[str]
    unit_issuer: Key[Mapping[str, str]]
    basis: Key[tuple[str, ...]]
