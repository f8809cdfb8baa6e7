"""Two batches on the same intake under two policies: who stands elsewhere, by which lines, and each group's figures.

Nothing is judged here: both sides were decided by the engine, and a reason is a line of the trace that differs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import Flag, GroupResult, OfficerResult
from qeval_batch.model.trace import Step
from qeval_batch.render import wording
from qeval_batch.render.counting import Tally, tally
from qeval_batch.spec.load import Spec
from qeval_batch.whatif.overlay import Replacement, Trial

if TYPE_CHECKING:
    from qeval_batch.intake.take import Intake
    from qeval_batch.model.progress import Progress
    from qeval_batch.workspace import Workspace


@dataclass(frozen=True)
class Reason:
    """A line of the trace on both sides; None where only one policy led to it."""

    rule: str
    citation: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class OfficerChange:
    """An officer whose status, level, flags or possible outcomes differ."""

    before: OfficerResult
    after: OfficerResult
    reasons: tuple[Reason, ...]

    @property
    def flags_gained(self) -> tuple[Flag, ...]:
        return tuple(flag for flag in self.after.flags if flag not in self.before.flags)

    @property
    def flags_lost(self) -> tuple[Flag, ...]:
        return tuple(flag for flag in self.before.flags if flag not in self.after.flags)


@dataclass(frozen=True)
class GroupChange:
    """A group on both sides, whether it differs or not; ``id`` None is the whole province."""

    id: str | None
    name: str
    before: GroupResult | None
    after: GroupResult | None
    counts_before: Tally
    counts_after: Tally

    @property
    def differs(self) -> bool:
        """Whether a count, the maximum that binds or who lies where differs; the name of the reading alone does not."""
        return (self.counts_before, _figures(self.before)) != (self.counts_after, _figures(self.after))


@dataclass(frozen=True)
class UnitChange:
    """A unit whose dossier is in time on one side and not on the other, by the states of words.yaml `timeliness`."""

    unit: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """The whole trial. ``scores``, ``ranks``: officers who stand where they stood but with another score, place."""

    period: Period
    as_of: datetime
    replaced: tuple[Replacement, ...]
    officers: tuple[OfficerChange, ...]
    groups: tuple[GroupChange, ...]
    total: GroupChange
    scores: int
    ranks: int
    findings_gained: int
    findings_lost: int
    before: Batch
    after: Batch
    units: tuple[UnitChange, ...] = ()


def try_policy(workspace: Workspace, period: Period, as_of: datetime, base: Spec, trial: Trial, progress: Progress
               ) -> Comparison:
    """Take in once, decide under both policies, compare. Writes nothing."""
    from qeval_batch.pipeline import decide, take

    intake = take(workspace, base, period, as_of, progress)
    return compare_on(intake, workspace, decide(intake, base, period, as_of, progress), trial, progress)


def compare_on(intake: Intake, workspace: Workspace, before: Batch, trial: Trial, progress: Progress) -> Comparison:
    """Decide ``intake`` again under the trial and compare with ``before``, decided on the same intake.

    The roster is read anew under the trial, for its checks ask the policy for rates.
    """
    from qeval_batch.checks.roster import load_roster
    from qeval_batch.pipeline import decide

    roster, findings = load_roster(workspace.roster, trial.spec, before.period)
    other = replace(intake, roster=roster, roster_findings=tuple(findings))
    return compare(before, decide(other, trial.spec, before.period, before.as_of, progress), trial.replaced)


def compare(before: Batch, after: Batch, replaced: Sequence[Replacement] = ()) -> Comparison:
    """The difference of two batches on the same roster and files."""
    later = {item.id: item for item in after.result.officers}
    pairs = [(item, later[item.id]) for item in before.result.officers]
    moved = [(old, new) for old, new in pairs if _standing(old) != _standing(new)]
    still = [(old, new) for old, new in pairs if _standing(old) == _standing(new)]
    gone, come = set(before.result.findings), set(after.result.findings)
    return Comparison(
        before.period, before.as_of, tuple(replaced),
        tuple(OfficerChange(old, new, reasons(old.steps, new.steps)) for old, new in moved),
        tuple(_groups(before, after)),
        GroupChange(None, say("whatif.compare.province"), None, None, tally(before.result.listed, "proposed"),
                    tally(after.result.listed, "proposed")),
        sum(old.used_score != new.used_score for old, new in still), sum(old.rank != new.rank for old, new in still),
        len(come - gone), len(gone - come), before, after, tuple(_units(before, after)))


def _units(before: Batch, after: Batch) -> Iterable[UnitChange]:
    later = {item.id: item.timeliness for item in after.result.units}
    return (UnitChange(item.id, item.timeliness, later[item.id]) for item in before.result.units
            if item.timeliness != later[item.id])


def reasons(before: Iterable[Step], after: Iterable[Step]) -> tuple[Reason, ...]:
    """The lines that are not the same on both sides, rule by rule in the order of the trace.

    Lines of one rule are paired in order, so that a reader sees what a line became.
    """
    old, new = list(before), list(after)
    same = {_said(step) for step in old} & {_said(step) for step in new}
    lost, gained = _by_rule(old, same), _by_rule(new, same)
    found = []
    for rule in dict.fromkeys(step.rule for step in (*old, *new)):
        first, second = lost.get(rule, []), gained.get(rule, [])
        for place in range(max(len(first), len(second))):
            one = first[place] if place < len(first) else None
            two = second[place] if place < len(second) else None
            step = two or one
            assert step is not None
            found.append(Reason(rule, step.citation, one.text if one else None, two.text if two else None))
    return tuple(found)


def moves(comparison: Comparison) -> Counter[tuple[str, str]]:
    """How many officers went from what to what: the standing a table prints, before and after."""
    return Counter((wording.standing(comparison.before, item.before), wording.standing(comparison.after, item.after))
                   for item in comparison.officers
                   if wording.standing(comparison.before, item.before)
                   != wording.standing(comparison.after, item.after))


def _by_rule(steps: Iterable[Step], same: set[tuple[str, bool | None, str]]) -> Mapping[str, list[Step]]:
    found: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        if _said(step) not in same:
            found[step.rule].append(step)
    return found


def _said(step: Step) -> tuple[str, bool | None, str]:
    return step.rule, step.holds, step.text


def _figures(group: GroupResult | None) -> tuple[object, ...]:
    if group is None:
        return ()
    most = wording.binding_maximum(group) if group.binds else None
    return group.n, group.waiting, group.candidates, most, group.level1, group.tied, group.cut


def _standing(item: OfficerResult) -> tuple[object, ...]:
    return item.status, item.levels, item.flags, tuple(sorted(item.possible)), tuple(sorted(item.waits_for))


def _groups(before: Batch, after: Batch) -> Iterable[GroupChange]:
    later = {item.id: item for item in after.result.groups}
    for group in before.result.groups:
        mine, then = ([item for item in batch.result.listed if wording.group_of(batch, item) == group.id]
                      for batch in (before, after))
        yield GroupChange(group.id, group.name, group, later.get(group.id), tally(mine, "proposed"),
                          tally(then, "proposed"))
