"""All of ``forms/`` as one value, as it holds on one day; SpecError with file:line when it cannot be used."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qeval_batch.spec.check_forms import ANNEX
from qeval_batch.spec.check_policy import trial_only_problems
from qeval_batch.spec.crosscheck import cross_problems
from qeval_batch.spec.form import ChoiceList, Form
from qeval_batch.spec.parts import BookSet, LegalDocument, UnitSet, read_parts
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.routing import Routing
from qeval_batch.spec.yamlio import SpecError

__all__ = ["ANNEX", "BookSet", "LegalDocument", "Spec", "UnitSet", "load_spec"]


@dataclass(frozen=True)
class Spec:
    """Forms, lists, documents and the policy of one day."""

    forms: Mapping[str, Form]
    lists: Mapping[str, ChoiceList]
    documents: Mapping[str, LegalDocument]
    unit_set: UnitSet
    policy: Policy
    routing: Routing
    sha256: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of workbook that goes out and comes back, the unit's own first."""
        return (self.unit_set.kind, *self.unit_set.others)

    def forms_of(self, kind: str) -> tuple[str, ...]:
        """The forms of a kind of workbook, in the order of its sheets; KeyError for an unknown kind."""
        return self.unit_set.forms if kind == self.unit_set.kind else self.unit_set.others[kind].forms

    def owner_of(self, kind: str) -> str:
        """Whom the workbook's stamp names: ``unit``, ``assessor`` or ``body``; KeyError for an unknown kind."""
        return "unit" if kind == self.unit_set.kind else self.unit_set.others[kind].of

    @property
    def axis_names(self) -> Mapping[str, str]:
        """Axis code -> the seeds' wording, from the fixed rows of the shared annex."""
        block = self.forms["phu-luc-chung"].sheet("officer").block("axes")
        return {row.key: row.values["axis"] for row in block.fixed if not row.total}

    def annex_of(self, block: str, unit_annex: str | None, authority: str | None) -> str:
        """The annex an officer fills: by authority class first, then the unit's own, then its block (V.2)."""
        by_authority = self.policy.annex_by_authority
        if authority is not None and authority in by_authority:
            return by_authority[authority]
        return unit_annex or self.policy.annex_by_block[block]


def load_spec(forms_dir: Path, day: date) -> Spec:
    """Everything in ``forms_dir`` as it holds on ``day``. SpecError lists every fault found, not only the first."""
    parts = read_parts(forms_dir, day)
    problems = [*parts.problems, *cross_problems(parts), *trial_only_problems(parts)]
    if problems or parts.unit_set is None or parts.routing is None:
        raise SpecError(problems)
    policy_sha256 = hashlib.sha256(
        repr(sorted((key, value.model_dump_json()) for key, value in parts.policy.items())).encode()).hexdigest()
    forms = {item.form: item for item in sorted(parts.effective.values(), key=lambda item: item.form)}
    named = {key: parameter for key, parameter in parts.parameters.items() if key in parts.policy}
    policy = Policy(day, policy_sha256, parts.policy, {key: item.description for key, item in named.items()},
                    {key: item.labels for key, item in named.items()})
    return Spec(forms, parts.lists, parts.legal, parts.unit_set, policy, parts.routing, parts.sha256)
