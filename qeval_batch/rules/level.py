"""The level of one officer: the procedure walked, and where it ends in a doubt, walked again under every answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from qeval_batch.core.decimals import at_least
from qeval_batch.model.claims import ClaimOutcome
from qeval_batch.model.results import Answer, Choice, Flag
from qeval_batch.model.trace import Step
from qeval_batch.rules.case import COUNT, Case, Verdict, Walk, plan_base, task_base
from qeval_batch.rules.conditions import LEVELS
from qeval_batch.rules.person import unit_short
from qeval_batch.rules.procedure import PROCEDURE
from qeval_batch.rules.trace import TraceLine, levels_text
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import LevelKeys

_FILLED = "câu trả lời còn thiếu được bổ sung và thuận cho mức này"
POSSIBLE = TraceLine("C", LevelKeys.gap, "Cần xem xét; các khả năng: {levels}.")
SAME = TraceLine("C", LevelKeys.gap, "Còn câu hỏi để ngỏ, nhưng trả lời thế nào cũng là mức {level}: không phải xem xét.")


@dataclass(frozen=True)
class Judgement:
    """What the program computes: a level, or the levels a doubt leaves possible, or data withheld by a blank answer.

    ``answers`` are all ways to answer the doubts, each with the level of ``possible`` it leads to. ``same``: doubts were
    met that change nothing (principle 4); ``lowest`` is then the least total any answer gives. ``claims``: those still
    open; ``asks`` False where nothing else is.
    """

    level: int | None
    possible: tuple[int, ...]
    withheld: bool
    steps: tuple[Step, ...]
    answers: tuple[Answer, ...] = ()
    same: bool = False
    lowest: Fraction | None = None
    claims: tuple[ClaimOutcome, ...] = ()
    asks: bool = True


@dataclass(frozen=True)
class _End:
    """Where one walk through the procedure ended, its lines, and the answers it was given on the way."""

    verdict: Verdict
    walk: Walk
    choices: tuple[Choice, ...]

    @property
    def steps(self) -> list[Step]:
        return self.walk.steps


def judge(case: Case, policy: Policy) -> Judgement:
    """Decide one case; in doubt, evaluate it under every admissible answer (rules.md: possible outcomes)."""
    first, *others = _walks(case, policy, {}, ())
    verdict = first.verdict
    if verdict.doubt is None:
        return Judgement(None if verdict.withheld else verdict.level, (), verdict.withheld, tuple(first.steps))
    finals = [end for end in others if end.verdict.doubt is None]
    # Doubts met only under some answer are doubts too: a reader must see all of them, each once.
    trace = _once([*first.steps, *(line for end in others for line in end.steps if line.holds is None)])
    # A blank that decides under some answer is the unit's to fill before anybody is asked (principle 4).
    if any(end.verdict.withheld for end in finals):
        # A response level that is missing is a plain failure under its answer; a blank of R37 is a doubt already told.
        blanks = [line for end in finals for line in end.steps if line.rule == "R16"]
        return Judgement(None, (), True, _once([*trace, *blanks]))
    answers = tuple(Answer(end.choices, end.verdict.level) for end in finals)
    possible = tuple(sorted({answer.level for answer in answers if answer.level is not None}))
    if len(possible) == 1 and all(end.verdict.doubt is None or end.verdict.doubt.collapses for end in (first, *others)):
        lowest = min(end.walk.score for end in finals) if case.score.total is None else None
        return Judgement(possible[0], (), False, (*trace, SAME.step(policy, None, level=possible[0])), same=True,
                         lowest=lowest)
    summary = POSSIBLE.step(policy, None, levels=levels_text(possible))
    return Judgement(None, possible, False, (*trace, summary), answers)


def after(choice: Choice, found: Judgement) -> tuple[Answer, ...]:
    """``choice`` answered first, then whatever ``found`` still leaves open."""
    if found.level is not None:
        return (Answer((choice,), found.level),)
    return tuple(Answer((choice, *answer.choices), answer.level) for answer in found.answers)


def flags_of(case: Case, level: int | None, policy: Policy) -> set[Flag]:
    """The flags the facts themselves carry; those of the stages are ``stages``'s."""
    own = case.unit if case.head else case.field
    share, counted = policy.level.bar_level1_below, policy.level.excused["R36"] == COUNT
    found = {
        Flag.FIELD_EXCUSED: case.head is False and case.field_excused,
        Flag.EXCUSED: bool(own.excused or case.individual.excused),
        Flag.LATE_CONFIRMED: bool(own.late_confirmed),
        Flag.NO_PLAN: plan_base(own, False) == 0,
        Flag.R36_JUDGE: not case.head and not at_least(case.unit.done, task_base(case.unit, counted), share),
        Flag.UNIT_SHORT: case.head is False and unit_short(case.unit, policy),
        Flag.BAND: level in LEVELS[1:] and case.score.total is not None
        and case.score.total >= policy.level.score[level - 1],
    }
    return {flag for flag, holds in found.items() if holds}


def _once(lines: Iterable[Step]) -> tuple[Step, ...]:
    found: list[Step] = []
    for line in lines:
        if line not in found:
            found.append(line)
    return tuple(found)


def _walks(case: Case, policy: Policy, answers: Mapping[str, str], choices: tuple[Choice, ...]) -> Iterator[_End]:
    """This walk, and where it ends in a doubt, the walks under each answer to it."""
    walk = Walk(case, policy, answers)
    verdict = next(found for rule in PROCEDURE if (found := rule(walk)) is not None)
    if verdict.withheld:
        blank = walk.steps[-1]
        choices = (*choices, Choice(blank.rule, _FILLED, blank.citation))
    yield _End(verdict, walk, choices)
    if verdict.doubt is not None:
        asked = walk.steps[-1]
        for option, text in verdict.doubt.options.items():
            yield from _walks(case, policy, {**answers, verdict.doubt.code: option},
                              (*choices, Choice(asked.rule, text, asked.citation)))
