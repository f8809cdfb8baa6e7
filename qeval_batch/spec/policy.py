"""The policy as it holds on one day: the only way the program reads the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from qeval_batch.spec import sections
from qeval_batch.spec.dated import DatedValue
from qeval_batch.spec.keys import PolicyKey, PolicyPart

T = TypeVar("T")


@dataclass(frozen=True)
class Policy(sections.WholeKeys):
    """The policy as it holds on one day (the last day of the quarter). Rules read the law only through this.

    ``policy.quota.rate`` is the value of the key ``quota.rate``; ``policy.citation(QuotaKeys.rate)`` is its source.
    ``descriptions`` and ``labels`` (key -> option -> words) are for people; nothing is decided by them.
    """

    day: date
    sha256: str
    entries: Mapping[str, DatedValue]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    workspace = PolicyPart(sections.WorkspaceKeys)
    scope = PolicyPart(sections.ScopeKeys)
    score = PolicyPart(sections.ScoreKeys)
    level = PolicyPart(sections.LevelKeys)
    quality = PolicyPart(sections.QualityKeys)
    collective = PolicyPart(sections.CollectiveKeys)
    stage = PolicyPart(sections.StageKeys)
    deferral = PolicyPart(sections.DeferralKeys)
    transfer = PolicyPart(sections.TransferKeys)
    quota = PolicyPart(sections.QuotaKeys)
    deadline = PolicyPart(sections.DeadlineKeys)
    dossier = PolicyPart(sections.DossierKeys)
    late = PolicyPart(sections.LateKeys)
    assessors = PolicyPart(sections.AssessorKeys)
    papers = PolicyPart(sections.PaperKeys)

    def of(self, key: PolicyKey[T]) -> T:
        """The value of a key the caller chose: ``policy.of(DeferralKeys.leave_months)``."""
        return key.of(self)

    def citation(self, key: PolicyKey[Any]) -> str:
        """``LD VI.2``: where ``key`` comes from."""
        return key.entry(self).citation.text


# Every key the program asks for, by its name in the file.
KEYS: Mapping[str, PolicyKey[Any]] = {**sections.WholeKeys.keys, **{
    name: key for part in vars(Policy).values() if isinstance(part, PolicyPart)
    for name, key in part.section.keys.items()}}
