"""An officer of class BCT-BBT: what is computed is shown, Ban Thường vụ proposes, the centre decides (R52)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qeval_batch.model.results import OfficerResult, Status
from qeval_batch.model.trace import Step
from qeval_batch.rules.level import Judgement
from qeval_batch.rules.trace import TraceLine
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import WholeKeys

PROPOSAL = "btv_proposal"             # then `centre_decision`, once Ban Thường vụ has proposed
AWAITS_PROPOSAL = TraceLine("R52", WholeKeys.central_authority,
                            "Thuộc diện Bộ Chính trị, Ban Bí thư quản lý: chờ Ban Thường vụ Tỉnh ủy đề xuất mức; "
                            "Trung ương quyết định.")


def awaiting(result: OfficerResult, found: Judgement, former: Iterable[Step], policy: Policy) -> OfficerResult:
    """The result of a sound sheet: never graded here, with the computed level, or the outcomes a doubt leaves."""
    lacking = tuple(line for line in former if not line.holds)
    hangs = found.level is None and any(item.decides for item in found.claims)
    waits = {*result.waits_for, PROPOSAL, *(("claim_check",) if hangs else ()), *(("former_unit_opinion",) if lacking else ())}
    possible = found.possible if found.level is None else (found.level,)
    return replace(result, status=Status.PENDING, levels=replace(result.levels, computed=found.level), possible=possible,
                   answers=found.answers, steps=(*lacking, AWAITS_PROPOSAL.step(policy, None), *result.steps),
                   waits_for=tuple(sorted(waits)))


def in_doubt(result: OfficerResult) -> OfficerResult:
    """The same where the standing itself is in doubt: it is for Ban Thường vụ to weigh in its proposal."""
    return replace(result, status=Status.PENDING, waits_for=(PROPOSAL,))
