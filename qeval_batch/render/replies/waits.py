"""What of a unit's dossier a level waits for although nothing of it is an error: blank answers, missing proposals (R80)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qeval_batch.core.cells import CellRef
from qeval_batch.core.say import say
from qeval_batch.model.findings import Finding, Part, Severity
from qeval_batch.model.results import OfficerResult, Status
from qeval_batch.model.trace import Step
from qeval_batch.render.replies.causes import Cause
from qeval_batch.render.replies.plan import STILL_TO_COME, Reply
from qeval_batch.rules.waited import SUBMISSION

# The lines that keep an officer `pending` stand first in the trace.
_STAGE_RULES = frozenset(("R21", "R50", "R57"))


def deciding(answer: Reply) -> list[Finding]:
    """Warnings at the cells some officer's level waits for."""
    cells = {cell for _, step in _asked(answer) for cell in step.cells}
    return [item for item in answer.of(Severity.WARNING)
            if item.code not in STILL_TO_COME and item.where.cell in cells]


def waits(answer: Reply) -> list[Cause]:
    """What else levels wait for: the lines of the trace no warning of ``deciding`` tells, each with whom and where."""
    told = {item.where.cell for item in deciding(answer)}
    grouped: dict[tuple[str, str], list[tuple[OfficerResult, Sequence[CellRef]]]] = {}
    for officer, step in _asked(answer):
        own = [cell for cell in step.cells if cell.file in answer.files]
        cells = [cell for cell in own if cell not in told]
        if cells or not own:
            what = _without_cells(step)
            grouped.setdefault((what, _cure(officer, answer, step)), []).append((officer, cells))
    return [Cause(Severity.WARNING, what, cure, "; ".join(_place(item, cells) for item, cells in found), len(found))
            for (what, cure), found in grouped.items()]


def _asked(answer: Reply) -> Iterator[tuple[OfficerResult, Step]]:
    """Officers who wait for this unit though no error of theirs or of Phụ lục 09 says why, with the lines that do."""
    errors = answer.of(Severity.ERROR)
    named = {item.where.officer for item in errors}
    collective = any(item.where.part is Part.COLLECTIVE for item in errors)
    for officer in answer.waiting:
        explained = officer.id in named or (collective and officer.status is Status.INSUFFICIENT)
        if not explained and SUBMISSION not in officer.waits_for:
            # A line of R21 is for the former unit, every other for the officer's own.
            yield from ((officer, step) for step in _lines(officer)
                        if (step.rule == "R21") == (officer.unit != answer.unit))


def _lines(officer: OfficerResult) -> list[Step]:
    if officer.status is Status.INSUFFICIENT:
        return list(officer.steps[-1:])
    found: list[Step] = []
    for step in officer.steps:
        if step.rule not in _STAGE_RULES or step.holds:
            break
        found.append(step)
    return found


def _cure(officer: OfficerResult, answer: Reply, step: Step) -> str:
    if officer.unit != answer.unit:
        return say("replies.waits.opinion")
    if officer.status is Status.INSUFFICIENT:
        return say("replies.waits.fill")
    return say("replies.waits.propose") if step.rule == "R50" else say("replies.waits.explain")


def _without_cells(step: Step) -> str:
    """The line without its list of cells, which stands beside it."""
    listed = ", ".join(cell.a1 for cell in step.cells)
    return step.text.replace(f": {listed}.", ".") if listed else step.text


def _place(officer: OfficerResult, cells: Iterable[CellRef]) -> str:
    where = ", ".join(cell.a1 for cell in cells)
    return say("replies.waits.place", name=officer.name, id=officer.id, cells=where) if where \
        else say("replies.waits.person", name=officer.name, id=officer.id)
