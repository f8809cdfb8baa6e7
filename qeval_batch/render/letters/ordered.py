"""What the law orders the Tờ trình to name besides levels (LD VII.2.2, IX; procedure.md 5): who, where, on what ground."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from qeval_batch import messages
from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding, Part, Where
from qeval_batch.model.results import Flag, OfficerResult, Status
from qeval_batch.procedure.words import words as procedure_words
from qeval_batch.render import wording
from qeval_batch.render.counting import LEVELS, timeliness
from qeval_batch.render.letters import reasons as why
from qeval_batch.render.letters import words as w
from qeval_batch.render.tables.lists import Concerned, late_rows, near_rows, to_replace
from qeval_batch.rules.collective import NOT_MET
from qeval_batch.rules.late import lowered
from qeval_batch.rules.replacement import ReplacementCase

# So many names are read in a line; more stand in the annex.
_INLINE = 6
_DECISIVE = (1, LEVELS[-1])
_CLAIMED = frozenset((Flag.EXCUSED, Flag.LATE_CONFIRMED))


# --- Late dossiers (VII.2.2) ------------------------------------------------------------------------------------------
def punctuality(batch: Batch) -> str:
    """How many dossiers were complete when; the near ones and those mended after the day by name."""
    found = [say("letters.ordered.so_many", what=w.lower_first(text), units=w.counted(number))
             for text, number in timeliness(batch.result.units) if number]
    text = say("letters.ordered.punctuality", parts="; ".join(found)) if found else ""
    near = [wording.unit_name(batch, unit.id) for unit in near_rows(batch)]
    return text + (say("letters.ordered.near", units=w.listed(near)) if near else "")


def late(batch: Batch) -> list[dict[str, str]]:
    """Late collectives and the officers concerned, each with the level one step lower, for the decision (R62)."""
    rows = []
    for place, item in enumerate(late_rows(batch), start=1):
        unit = wording.unit_name(batch, item.unit.id)
        rows.append(w.row(
            no=str(place), name=item.officer.name if item.officer else say("letters.ordered.collective"),
            post=wording.post_and_unit(batch, item.officer) if item.officer else unit,
            score=wording.moment(item.unit.complete_at) or say("letters.ordered.incomplete"),
            outcomes="", reason=_step_lower(batch, item)))
    return rows


def _step_lower(batch: Batch, item: Concerned) -> str:
    """In full words, as a paper has them."""
    if item.level is None:
        return say("letters.ordered.no_level", held=item.held)
    lower = lowered(item.level, batch.spec.policy)
    if lower == item.level:
        return say("letters.ordered.lowest", held=w.level(item.level))
    return say("letters.ordered.lower", held=w.level(item.level), lower=w.level(lower))


# --- Officers by name -------------------------------------------------------------------------------------------------
def _with(flag: Flag) -> Callable[[Batch, OfficerResult], bool]:
    return lambda batch, item: flag in item.flags


def _standing(found: ReplacementCase) -> Callable[[Batch, OfficerResult], bool]:
    return lambda batch, item: to_replace(batch, item) is found


def _claimed(batch: Batch, item: OfficerResult) -> bool:
    """A level 1 or 4 beside which a unit's word stands that nobody of the office has confirmed."""
    return item.levels.proposed in _DECISIVE and bool(_CLAIMED & set(item.flags))


def _ungrouped(batch: Batch, item: OfficerResult) -> bool:
    return item.status is Status.PENDING and item.group is None and "roster_correction" in item.waits_for


def matters(batch: Batch, own: Sequence[OfficerResult]) -> list[tuple[str, list[OfficerResult]]]:
    """Each matter the Tờ trình names officers under, with them; a matter of nobody is left out."""
    kinds: tuple[tuple[str, Callable[[Batch, OfficerResult], bool]], ...] = (
        (say("letters.ordered.twice"), _standing(ReplacementCase.TWICE)),
        (say("letters.ordered.apart"), _standing(ReplacementCase.APART)),
        (say("letters.ordered.possibly_twice"), _standing(ReplacementCase.POSSIBLE)),
        (say("letters.ordered.judge"), _with(Flag.R36_JUDGE)),
        (say("letters.ordered.unit_short"), _with(Flag.UNIT_SHORT)),
        (say("letters.ordered.above_collective"), _with(Flag.HEAD_ABOVE_COLLECTIVE)),
        (say("letters.ordered.proposed_higher"), lambda batch, item: why.below_own(item)),
        (say("letters.ordered.claimed"), _claimed),
        (say("letters.ordered.ungrouped"), _ungrouped))
    found = ((text, wording.in_paper_order(batch, (item for item in own if chosen(batch, item)))) for text, chosen in kinds)
    return [(text, people) for text, people in found if people]


def named(batch: Batch, own: Sequence[OfficerResult]) -> list[dict[str, str]]:
    """The annex of the matters that concern more officers than a line holds."""
    long = [(text, item) for text, people in matters(batch, own) if len(people) > _INLINE for item in people]
    return [w.row(no=str(place), name=item.name, post=wording.post_and_unit(batch, item), score="", outcomes="", reason=f"{text}.")
            for place, (text, item) in enumerate(long, start=1)]


def lines(batch: Batch, own: Sequence[OfficerResult], annex: str) -> list[str]:
    """The notes of section III; ``annex``: the number of the annex that names those too many for a line."""
    return [*(_matter(batch, text, people, annex) for text, people in matters(batch, own)), *_assessed(batch),
            *_silent_bodies(batch), *_by_hand(batch, own), *_undecided_groups(batch, own), *_skipped(batch, own)]


def _matter(batch: Batch, text: str, people: Sequence[OfficerResult], annex: str) -> str:
    if len(people) > _INLINE:
        return say("letters.ordered.matter_annexed", matter=text, people=w.counted(len(people)), annex=annex)
    names = w.listed(say("letters.ordered.person", name=item.name, post=wording.post_and_unit(batch, item)) for item in people)
    return say("letters.ordered.matter", matter=text, names=names)


# --- Assessing bodies (R14) -------------------------------------------------------------------------------------------
def _assessed(batch: Batch) -> Iterator[str]:
    compared = batch.result.comparisons
    differing = _units(batch, (item.assessed.unit for item in compared if item.differs))
    if differing:
        yield say("letters.ordered.differs", units=w.counted(len(differing)), names=w.listed(differing))
    unmet = _units(batch, (item.assessed.unit for item in compared if item.assessed.level == NOT_MET))
    if unmet:
        yield say("letters.ordered.not_met", units=w.counted(len(unmet)), names=w.listed(unmet))


def _units(batch: Batch, ids: Iterable[str]) -> list[str]:
    return [wording.unit_name(batch, unit) for unit in dict.fromkeys(ids) if unit in batch.roster.units]


def _silent_bodies(batch: Batch) -> Iterator[str]:
    heard = {item.assessed.body for item in batch.result.comparisons} | {item.body for item in batch.result.indicators}
    silent = [body.name for ident, body in batch.spec.policy.assessors.bodies.items() if ident not in heard]
    if silent:
        yield say("letters.ordered.silent", bodies=w.listed(silent))


# --- Done by hand (R81) -----------------------------------------------------------------------------------------------
def _by_hand(batch: Batch, own: Sequence[OfficerResult]) -> Iterator[str]:
    """Every waiver and assignment behind a level 1 or 4."""
    decisive = [item for item in own if item.levels.proposed in _DECISIVE]
    for waiver in batch.acts.waived:
        people = [item.name for item in decisive if item.unit == waiver.unit and waiver.officer in (None, item.id)]
        if people:
            what = messages.what(Finding(waiver.code, Where(Part.FILE), waiver.params))
            yield say("letters.ordered.waived", names=w.listed(people), what=what.rstrip("."), by=waiver.by,
                      reason=waiver.reason.rstrip("."))
    counted = {item.sha256 for item in batch.result.files if item.outcome == "accepted"}
    for sha, act in sorted(batch.acts.assigned.items()):
        people = [item.name for item in decisive if item.unit == act.unit and act.officer in (None, item.id)]
        if people and sha in counted:
            yield say("letters.ordered.assigned", names=w.listed(people), by=act.by, reason=act.reason.rstrip("."))


def _skipped(batch: Batch, own: Sequence[OfficerResult]) -> Iterator[str]:
    """Stages left out, by stage and reason, with whom they concern."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for item in own:
        for skip in batch.course.officer(item.id).skipped:
            found.setdefault((skip.stage, skip.by, skip.reason), []).append(item.name)
    for (stage, by, reason), people in found.items():
        yield say("letters.ordered.skipped", stage=procedure_words()["stage"][stage], people=w.counted(len(people)), by=by,
                  reason=reason.rstrip("."))


def _undecided_groups(batch: Batch, own: Sequence[OfficerResult]) -> Iterator[str]:
    """Groups of the ratio that bear no number of the decision that set them (D, VI.2)."""
    present = {item.group for item in own}
    names = [group.name for group in batch.result.groups if group.id in present and not group.decision]
    if names:
        yield say("letters.ordered.undecided_groups", groups=w.listed(f"“{name}”" for name in names))
