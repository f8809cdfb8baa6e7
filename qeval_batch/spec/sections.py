"""Every policy key the program reads, once, with its type; ``forms/chinh-sach.yaml`` holds its value and its source.

A new key is one line here and one entry there: ``policy.quota.rate`` is the value of the key ``quota.rate``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from qeval_batch.spec.form import Strict
from qeval_batch.spec.keys import Clause, PerLevel, PolicyKey, PolicySection, named


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


class WholeKeys(PolicySection, prefix=""):
    """Who belongs where: the keys without a family name."""

    annex_by_block: PolicyKey[Mapping[str, str]]
    annex_by_authority: PolicyKey[Mapping[str, str]]
    authority_by_post: PolicyKey[Mapping[str, str]]
    authority_of_committee_member: PolicyKey[str]
    central_authority: PolicyKey[str]
    confirming_bodies: PolicyKey[tuple[str, ...]]
    deciding_by_authority: PolicyKey[Mapping[str, str]]
    lower_authority: PolicyKey[str]


class WorkspaceKeys(PolicySection, prefix="workspace."):
    """Which authority keeps this workspace."""

    authority: PolicyKey[str]


class ScopeKeys(PolicySection, prefix="scope."):
    """When quarterly evaluation begins, and who stands outside it."""

    first_quarter: PolicyKey[str]
    lower: PolicyKey[Literal["report", "full"]]
    two_posts: PolicyKey[Clause]
    outside_work: PolicyKey[Clause]
    other_cases: PolicyKey[Clause]


class ScoreKeys(PolicySection, prefix="score."):
    """Points, KPI, and how far a file's own figures may lie from the recomputed ones."""

    profile: PolicyKey[Literal["30+70", "100"]]
    general_points: PolicyKey[Mapping[str, int]]
    axes_points: PolicyKey[Mapping[str, int]]
    allow_no_role: PolicyKey[bool]
    kpi_formula: PolicyKey[Literal["mean_abcd", "mean_abc"]]
    progress: PolicyKey[Literal["entered", "per_day_25"]]
    progress_step: PolicyKey[Decimal]
    partial: PolicyKey[Literal["scaled", "entered"]]
    late_excused: PolicyKey[Literal["full", "as_late"]]
    excused: PolicyKey[Literal["leave_out", "count"]]
    kpi_cap: PolicyKey[Decimal]
    places: PolicyKey[int]
    tolerance: PolicyKey[Decimal]
    explain_difference: PolicyKey[Decimal]


class LevelKeys(PolicySection, prefix="level."):
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
    individual_completion: PolicyKey[Decimal]
    support_only: PolicyKey[Literal["review", "4", "leave_out"]]
    discipline: PolicyKey[Literal["review", "4"]]
    bar_level1_below: PolicyKey[Decimal]
    band: PolicyKey[Literal["floor", "strict"]]
    gap: PolicyKey[Literal["review", "3", "4"]]
    level4: PolicyKey[Literal["or", "and"]]
    excused: PolicyKey[Mapping[str, Literal["leave_out", "review", "count"]]]
    late_excused: PolicyKey[Literal["review", "count", "leave_out"]]


class QualityKeys(PolicySection, prefix="quality."):
    """What a key task must say of its response."""

    key_levels: PolicyKey[tuple[int, ...]]


class CollectiveKeys(PolicySection, prefix="collective."):
    """Which collective an officer answers for."""

    own: PolicyKey[Literal["by_field", "unit"]]


class StageKeys(PolicySection, prefix="stage."):
    """What each stage of a quarter rests on."""

    submission: PolicyKey[Clause]
    eligible: PolicyKey[Clause]


class DeferralKeys(PolicySection, prefix="deferral."):
    """Who is not evaluated yet, and what of their work goes on to the next quarter."""

    inspection: PolicyKey[bool]
    training_months: PolicyKey[int]
    leave_months: PolicyKey[int]
    appointment_months: PolicyKey[int]
    days_reached: PolicyKey[int]
    days_doubt: PolicyKey[int]
    carry_over: PolicyKey[Literal["started", "completed", "all"]]


class TransferKeys(PolicySection, prefix="transfer."):
    """When a former unit must say its opinion."""

    months: PolicyKey[int]


class QuotaKeys(PolicySection, prefix="quota."):
    """How many of a group may be proposed for the best level, and in which order."""

    rate: PolicyKey[Decimal]
    raised_rate: PolicyKey[Decimal]
    base: PolicyKey[Literal["htt_only", "htt_plus"]]
    heads: PolicyKey[bool]
    order: PolicyKey[tuple[Literal["score", "exceed", "products", "work"], ...]]
    order_score: PolicyKey[Literal["min", "recomputed"]]


class DeadlineKeys(PolicySection, prefix="deadline."):
    """By which day of its month each thing is due, and what a day off changes."""

    dossier: PolicyKey[int]
    central_officers: PolicyKey[Literal["last_day", "30"]]
    province_report: PolicyKey[Literal["last_day", "30"]]
    result_report: PolicyKey[int]
    assessors: PolicyKey[int]
    appraisal: PolicyKey[int]
    centre: PolicyKey[int]
    lower_levels: PolicyKey[int]
    day_of: PolicyKey[Literal["in_time", "on_the_day", "late"]]
    day_off: PolicyKey[Literal["keep", "next_working_day"]]
    weekend: PolicyKey[tuple[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], ...]]


class DossierKeys(PolicySection, prefix="dossier."):
    """Which copies make a dossier (R60)."""

    valid: PolicyKey[Literal["electronic", "both"]]


class LateKeys(PolicySection, prefix="late."):
    """What a late dossier costs."""

    levels: PolicyKey[int]
    downgrade: PolicyKey[Literal["shown", "applied"]]


class AssessorKeys(PolicySection, prefix="assessors."):
    """Who assesses results by axis, and how far their figures may lie from the unit's (R14)."""

    bodies: PolicyKey[Mapping[str, Assessor]] = named("assessors")
    province: PolicyKey[Province]
    tolerance: PolicyKey[int]


class PaperKeys(PolicySection, prefix="papers."):
    """What stands at the head of a paper, and on what it rests."""

    secrecy: PolicyKey[str]
    parent_body: PolicyKey[str]
    issuer: PolicyKey[str]
    issuer_name: PolicyKey[str]
    unit_issuer: PolicyKey[Mapping[str, str]]
    basis: PolicyKey[tuple[str, ...]]
