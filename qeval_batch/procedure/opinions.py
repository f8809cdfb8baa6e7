"""A returned `y-kien` into its own column: what was asked, of what was shown, in time; a blank row is no opinion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from qeval_batch.checks.scope import number, text
from qeval_batch.model.course import Asking, Course, Opinion
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.results import Flag, OfficerResult, Status
from qeval_batch.model.submission import INVALID, Row, SheetData, Stamp
from qeval_batch.model.trace import Step
from qeval_batch.procedure.permit import outcome_of
from qeval_batch.procedure.table import LEGAL

# Sheet -> whether its rows propose a level (R54), and what the body fills in.
_SHEETS: Mapping[str, tuple[bool, tuple[str, ...]]] = {
    "opinions": (False, ("level", "comment")), "proposals": (True, ("score", "level", "ground", "responsible"))}
_ACTS = {False: "opinion", True: "proposal54"}
WAITS = "proposal_body"


@dataclass(frozen=True)
class Heard:
    """What a row is held against: the course, each officer's scope and present snapshot, stamps and days of files."""

    course: Course
    scopes: Mapping[str, str]
    snapshots: Mapping[str, str]
    stamps: Mapping[str, Stamp]
    arrived: Mapping[str, date]


def heard(body: str, sheets: Iterable[SheetData], ground: Heard) -> tuple[list[Opinion], list[Finding]]:
    """What one body says: the rows that stand, and why others do not. The file stands either way."""
    standing: list[Opinion] = []
    found: list[Finding] = []
    for sheet in (item for item in sheets if item.sheet in _SHEETS):
        proposes, inputs = _SHEETS[sheet.sheet]
        for row in sheet.rows(sheet.sheet):
            if all(row[name] is None for name in inputs) or any(row[name] is INVALID for name in inputs):
                continue
            opinion, why = _judged(body, proposes, row, ground)
            found += why
            standing += [opinion] if opinion is not None else []
    return standing, found


def _judged(body: str, proposes: bool, row: Row, ground: Heard) -> tuple[Opinion | None, list[Finding]]:
    ident = row.key or "?"
    asked = ground.course.officer(ident).asked.get(body)
    outcome = outcome_of(_ACTS[proposes], ident, ground.scopes, ground.course) if ident in ground.scopes else ""
    if asked is None or asked.proposes is not proposes or outcome not in (LEGAL, "OPINION_AFTER"):
        return None, [_told("OPINION_FOREIGN", body, row, ident)]
    if outcome != LEGAL:
        return None, [_told("OPINION_AFTER", body, row, ident)]
    if _seen(row, ident, ground) != ground.snapshots.get(ident):
        return None, [_told("OPINION_STALE", body, row, ident)]
    opinion = _opinion(body, proposes, row, ident, asked, ground)
    return opinion, [_told("OPINION_LATE", body, row, ident, due=_shown(asked.due))] if opinion.late else []


def _seen(row: Row, officer: str, ground: Heard) -> str | None:
    stamp = ground.stamps.get(row.at.file)
    return stamp.notes.get(f"s1:{officer}") if stamp is not None else None


def _opinion(body: str, proposes: bool, row: Row, officer: str, asked: Asking, ground: Heard) -> Opinion:
    level, arrived = text(row, "level"), ground.arrived.get(row.at.file)
    late = bool(asked.due) and arrived is not None and arrived.isoformat() > asked.due
    return Opinion(officer, body, proposes, int(level) if level else None, number(row, "score") if proposes else None,
                   text(row, "comment"), text(row, "ground"), text(row, "responsible"), _seen(row, officer, ground) or "", late)


def _told(code: str, body: str, row: Row, officer: str, **slots: object) -> Finding:
    return finding(code, Where(Part.ADVICE, body).at(row.at.cell("level")), officer=officer, **slots)


def _shown(due: str) -> str:
    return f"{date.fromisoformat(due):%d/%m/%Y}"


# --- Beside the results -----------------------------------------------------------------------------------------------
def with_opinions(officers: Iterable[OfficerResult], said: Iterable[Opinion], course: Course, citation: str
                  ) -> tuple[OfficerResult, ...]:
    """Each result with what bodies say of him; a proposing body that differs leaves the proposal open (R54)."""
    by_officer: dict[str, list[Opinion]] = {}
    held = [item for going in course.officers.values() if going.submitted for item in going.opinions.values()]
    for item in (*held, *(one for one in said if not course.officer(one.officer).submitted)):
        by_officer.setdefault(item.officer, []).append(item)
    return tuple(_beside(item, by_officer.get(item.id, []), course, citation) for item in officers)


def _beside(result: OfficerResult, said: list[Opinion], course: Course, citation: str) -> OfficerResult:
    asked = course.officer(result.id).asked
    if not asked:
        return result
    result = replace(result, opinions=tuple(sorted(said, key=lambda item: item.body)))
    proposed = {item.body: item.level for item in said if item.proposes and item.level is not None}
    awaited = [body for body, item in asked.items() if item.proposes and body not in proposed]
    if awaited:
        result = _flagged(result, Flag.PROPOSAL_AWAITED, waits=(WAITS,))
    differing = {body: level for body, level in proposed.items() if level != result.levels.unit}
    if result.status is not Status.GRADED or not differing:
        return result
    return _differs(result, differing, citation)


def _differs(result: OfficerResult, differing: Mapping[str, int], citation: str) -> OfficerResult:
    """`graded`, with no proposal: the level the unit's word leads to, and the one each body's would."""
    from qeval_batch.procedure.words import words

    computed, eligible = result.levels.computed, result.levels.eligible
    assert computed is not None and eligible is not None
    possible = {*(result.possible or (result.levels.proposed or eligible,)),
                *(max(level, computed) for level in differing.values())}
    bodies = "; ".join(str(words()["trace"]["body"]).format(body=body, level=level)
                       for body, level in sorted(differing.items()))
    line = Step("R54", None, {}, citation,
                str(words()["trace"]["differs"]).format(unit=result.levels.unit, bodies=bodies))
    return _flagged(replace(result, levels=replace(result.levels, proposed=None), possible=tuple(sorted(possible)),
                            steps=(*result.steps, line)), Flag.PROPOSAL_DIFFERS, waits=("decision_review",))


def _flagged(result: OfficerResult, flag: Flag, waits: tuple[str, ...]) -> OfficerResult:
    return replace(result, flags=tuple(sorted({*result.flags, flag})), waits_for=tuple(sorted({*result.waits_for, *waits})))


def silent(officers: Iterable[OfficerResult], course: Course) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Bodies that have not answered yet: the body, its due day, of whom it says nothing."""
    waiting: dict[tuple[str, str], list[str]] = {}
    for item in officers:
        answered = {one.body for one in item.opinions}
        for body, asked in course.officer(item.id).asked.items():
            if body not in answered:
                waiting.setdefault((body, asked.due), []).append(item.id)
    for (body, due), names in sorted(waiting.items()):
        yield body, due, tuple(names)
