"""What levels 1 and 2 ask of the person and of the unit the person helps to lead (LD II.3, IX.1.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qeval_batch.core.decimals import at_least, at_most
from qeval_batch.model.results import Counts
from qeval_batch.rules.case import COUNT, LEAVE_OUT, Verdict, Walk, task_base
from qeval_batch.rules.trace import TraceLine
from qeval_batch.spec.keys import PolicyKey
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import LevelKeys

OFF, REVIEW = "off", "review"
_HOLDS, _FAILS = "holds", "fails"


def unit_short(counts: Counts, policy: Policy) -> bool:
    """Whether the unit misses what level 2 asks of its tasks: everything done, nothing late (R36)."""
    whole = task_base(counts, policy.level.excused["R32"] == COUNT)
    late = counts.late - (counts.late_confirmed if policy.level.late_excused == LEAVE_OUT else 0)
    return not (at_least(counts.done, whole, policy.level.completion[2])
                and at_most(late, whole, policy.level.late[2]))


@dataclass(frozen=True)
class PersonCondition:
    """One thing asked of the person: where it fails, policy ``key`` says whether that bars the level or is a doubt."""

    key: PolicyKey[Any]
    fails: Callable[[Walk], bool]
    doubt: TraceLine
    label: str                        # as a condition of the level: what it looks at, and how it stands
    stands: Mapping[bool, str]
    options: Mapping[str, str]
    bars: Callable[[Walk], bool] = lambda walk: False      # fails beyond any doubt, whatever the policy leaves open

    def holds(self, walk: Walk) -> bool:
        """False only where the level is barred; what is a mere doubt is asked once all else holds."""
        reading = walk.policy.of(self.key)
        return reading == OFF or not (self.bars(walk) or (reading != REVIEW and self.fails(walk)))

    def open(self, walk: Walk) -> bool:
        """Whether the policy leaves this to the deciding authority."""
        return walk.policy.of(self.key) == REVIEW and self.fails(walk)

    def ask(self, walk: Walk) -> bool | Verdict:
        """The answer of the deciding authority, or the verdict that it must be asked."""
        walk.steps.append(self.doubt.step(walk.policy, None))
        answer = walk.ask(self.key.name, self.options)
        return answer if isinstance(answer, Verdict) else answer == _HOLDS


EXCEEDED = PersonCondition(
    LevelKeys.own_exceeded[1], lambda walk: walk.case.own.exceeded == 0,
    TraceLine("R31", LevelKeys.own_exceeded[1], "Cá nhân không có sản phẩm nào vượt mức: cần xem xét có được mức 1 không."),
    "Sản phẩm vượt mức của cá nhân", {True: "có", False: "không có"},
    {_HOLDS: "không có sản phẩm vượt mức của riêng mình vẫn được mức 1",
     _FAILS: "không có sản phẩm vượt mức của riêng mình thì không được mức 1"})
RESPONSE = PersonCondition(
    LevelKeys.own_response[1], lambda walk: walk.case.own.not_met > 0,
    TraceLine("R31", LevelKeys.own_response[1],
              "Cá nhân có sản phẩm không đáp ứng yêu cầu: cần xem xét có được mức 1 không."),
    "Chất lượng sản phẩm của cá nhân", {True: "bảo đảm", False: "không bảo đảm, có sản phẩm không đáp ứng yêu cầu"},
    {_HOLDS: "có sản phẩm không đáp ứng yêu cầu vẫn được mức 1",
     _FAILS: "có sản phẩm không đáp ứng yêu cầu thì không được mức 1"},
    lambda walk: walk.case.own.key_not_met > 0)
KEY_RESPONSE = PersonCondition(
    LevelKeys.own_key_response[2], lambda walk: walk.case.own.key_not_met > 0,
    TraceLine("R32", LevelKeys.own_key_response[2],
              "Cá nhân có sản phẩm trọng tâm không đáp ứng yêu cầu: cần xem xét có được mức 2 không."),
    "Chất lượng sản phẩm trọng tâm của cá nhân", {True: "bảo đảm", False: "không bảo đảm, có sản phẩm không đáp ứng yêu cầu"},
    {_HOLDS: "có sản phẩm trọng tâm không đáp ứng yêu cầu vẫn được mức 2",
     _FAILS: "có sản phẩm trọng tâm không đáp ứng yêu cầu thì không được mức 2"})
UNIT = PersonCondition(
    LevelKeys.unit[1], lambda walk: not walk.head and unit_short(walk.case.unit, walk.policy),
    TraceLine("R36", LevelKeys.unit[1], "Tập thể chưa hoàn thành đủ nhiệm vụ hoặc có nhiệm vụ chậm: cần xem xét mức độ liên đới, "
              "cấp phó và thành viên có được mức 1 không."),
    "Tập thể đơn vị", {True: "không cản", False: "chưa hoàn thành đủ hoặc có nhiệm vụ chậm"},
    {_HOLDS: "tập thể còn nhiệm vụ chưa xong hoặc chậm không cản mức 1 của người này",
     _FAILS: "tập thể còn nhiệm vụ chưa xong hoặc chậm thì người này không được mức 1"})
# What each level asks, in the order it is asked.
OF_LEVEL: Mapping[int, tuple[PersonCondition, ...]] = {1: (EXCEEDED, RESPONSE, UNIT), 2: (KEY_RESPONSE,)}
