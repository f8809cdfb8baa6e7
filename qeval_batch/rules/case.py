"""What the level is decided on and what deciding yields: the values of the procedure of rules.md C."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from qeval_batch.model.results import Counts, Individual
from qeval_batch.model.trace import Score, Step
from qeval_batch.rules.collective import base
from qeval_batch.rules.discipline import Clean
from qeval_batch.rules.own import Own
from qeval_batch.spec.policy import Policy

LEAVE_OUT, REVIEW, COUNT = "leave_out", "review", "count"
LATE_EXCUSED = "late_excused"
# What each test under `level.excused` asks about excused ones, as the answers to its doubt name it.
_ASKED = {
    "R30": "sản phẩm có lý do khách quan khi xét mức hoàn thành của cá nhân",
    "R31": "nhiệm vụ có lý do khách quan khi xét mức 1",
    "R32": "nhiệm vụ có lý do khách quan khi xét mức 2",
    "R33": "nhiệm vụ có lý do khách quan khi xét mức 3",
    "R35": "nhiệm vụ có lý do khách quan khi xét ngưỡng của mức 4",
    "R36": "nhiệm vụ có lý do khách quan khi xét ngưỡng để lãnh đạo được mức 1",
}
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Case:
    """One officer's facts. ``head`` None: the roster does not say who heads the unit (none or two)."""

    head: bool | None
    unit: Counts
    field: Counts                     # the tasks that name the officer; the unit's counts where none does
    score: Score
    individual: Individual
    disciplined: bool | None
    clean: Clean
    own: Own
    response_blank: bool = False      # an own key product done without its response level (R16)
    field_excused: bool = False       # every task that names the officer is excused: ``field`` is then the unit's


@dataclass(frozen=True)
class Doubt:
    """A question the law leaves open and the answers to it that are admissible, each with its words after `nếu`."""

    code: str
    options: Mapping[str, str]
    collapses: bool = True            # one outcome under every answer asks nobody (principle 4); grounds of level 4 do


@dataclass(frozen=True)
class Verdict:
    """The end of the procedure: a level, a doubt, or a level that a blank answer still withholds."""

    level: int | None = None
    doubt: Doubt | None = None
    withheld: bool = False


@dataclass
class Walk:
    """One walk through the procedure under given answers to its doubts; collects the lines of the trace."""

    case: Case
    policy: Policy
    answers: Mapping[str, str]
    steps: list[Step] = field(default_factory=list)

    @property
    def head(self) -> bool:
        return self.answers["head"] == "head" if self.case.head is None else self.case.head

    @property
    def own(self) -> Counts:
        """The own collective: the whole unit for a head (IX.1.3)."""
        return self.case.unit if self.head else self.case.field

    @property
    def score(self) -> Fraction:
        """The total that is compared with the floors, under the answers given to its doubts."""
        if "total" in self.answers:
            return Fraction(self.answers["total"])
        if self.answers.get("rounding") == "exact" and self.case.score.exact is not None:
            return self.case.score.exact
        assert self.case.score.total is not None
        return Fraction(self.case.score.total)

    def ask(self, code: str, options: Mapping[str, str], collapses: bool = True) -> str | Verdict:
        """The answer to a doubt, or the verdict that it must be answered first."""
        return self.answers.get(code) or Verdict(doubt=Doubt(code, options, collapses))

    def excused(self, rule: str, left_out: Outcome, counted: Outcome) -> Outcome | Verdict:
        """One test under the policy's reading of excused tasks: ``left_out`` and ``counted`` are its two outcomes."""
        mode = self.policy.level.excused[rule]
        if left_out == counted or mode == LEAVE_OUT:
            return left_out
        answer = COUNT if mode == COUNT else self.ask(
            f"excused_{rule}", {LEAVE_OUT: f"không tính {_ASKED[rule]}", COUNT: f"tính cả {_ASKED[rule]}"})
        return answer if isinstance(answer, Verdict) else (counted if answer == COUNT else left_out)

    def late(self, counts: Counts) -> int:
        """Late tasks as the tests count them: a confirmed cause is left out by policy, or by the answer to its doubt."""
        reading = self.answers.get(LATE_EXCUSED, self.policy.level.late_excused)
        return counts.late - counts.late_confirmed if reading == LEAVE_OUT else counts.late

    def counting(self, rule: str) -> bool:
        """Whether excused tasks stay in the base of ``rule``: by policy, or by the answer this walk was given."""
        return self.policy.level.excused[rule] == COUNT or self.answers.get(f"excused_{rule}") == COUNT


def task_base(counts: Counts, counted: bool) -> int:
    """The base of the ratios, with or without the excused tasks."""
    return counts.assigned if counted else base(counts)


def plan_base(counts: Counts, counted: bool) -> int:
    """The same over planned tasks only."""
    return counts.planned - (0 if counted else counts.planned_excused)
