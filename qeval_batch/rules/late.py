"""A late dossier's consequence: the level one step lower, shown for the decision; lowered only in a trial (R56, R62)."""

from __future__ import annotations

from dataclasses import replace

from qeval_batch.model.results import OfficerResult
from qeval_batch.rules.trace import TraceLine
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import LateKeys

_WORST = 4
LOWERED = TraceLine("R62", LateKeys.downgrade, "Hồ sơ của đơn vị nộp chậm: thử hạ mức đề xuất {proposed} xuống mức {level}; "
                    "tỷ lệ của nhóm không tính lại.")


def lowered(level: int, policy: Policy) -> int:
    """``level`` as Ban Thường vụ may lower it for a late dossier, never below 4 (LD VII.2.2)."""
    return min(_WORST, level + policy.late.levels)


def concerned(officer: OfficerResult) -> bool:
    """Whether a late dossier of the unit is this officer's affair: nobody's of the centre or a lower level (R62)."""
    return officer.listed


def lower_late(officer: OfficerResult, late: frozenset[str], policy: Policy) -> OfficerResult:
    """``officer`` with the proposed level lowered where the dossier was late and the policy on trial says so.

    ``late``: units whose dossier was late. It comes after the group's cut and does not reopen it (R56).
    """
    proposed = officer.levels.proposed
    if proposed is None or officer.unit not in late or policy.late.downgrade != "applied" \
            or not concerned(officer):
        return officer
    level = lowered(proposed, policy)
    if level == proposed:
        return officer
    line = LOWERED.step(policy, False, proposed=proposed, level=level)
    return replace(officer, levels=replace(officer.levels, proposed=level), steps=(*officer.steps, line))
