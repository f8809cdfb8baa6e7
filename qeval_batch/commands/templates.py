"""What goes out at the start: every unit's workbook to fill and its blank papers, in ``outbox/<quarter>-bieu-mau/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.model.findings import Finding
from qeval_batch.model.hand_edits import HandEdits
from qeval_batch.model.progress import Progress, silent
from qeval_batch.model.records import CarriedRow
from qeval_batch.model.roster import Officer, Roster, Unit
from qeval_batch.pipeline import load_period
from qeval_batch.rules import scope
from qeval_batch.rules.asked import Asked
from qeval_batch.rules.standing import set_apart
from qeval_batch.spec.load import Spec
from qeval_batch.workspace import CannotRun, Workspace

if TYPE_CHECKING:
    from qeval_batch.template.layout import Answers


# The roster's words for a unit whose block it does not say, at the unit and at each of its officers.
_BLOCK_UNKNOWN = frozenset(("ROSTER_UNIT_BLOCK", "ROSTER_UNIT_UNCLEAR"))


@dataclass(frozen=True)
class Written:
    """What ``write_templates`` left behind; ``notes`` are lines for the clerk."""

    folder: Path
    units: int
    workbooks: int
    papers: int
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    edits: HandEdits | None = None


def write_templates(workspace: Workspace, period: Period, as_of: datetime, only: str | None = None,
                    per_officer: bool = False, progress: Progress = silent) -> Written:
    """Write the workbooks and blank papers of all units, or of ``only`` one; a full set replaces the folder whole.

    CannotRun for an unknown unit; SpecError or RosterError when forms or roster cannot be used.
    """
    from qeval_batch.checks.roster import load_roster, with_rules
    from qeval_batch.ledger.carry import answers_of, carried_into
    from qeval_batch.render.edits import hand_edits
    from qeval_batch.render.letters.letters import Letters
    from qeval_batch.render.stage import staged
    from qeval_batch.workbook import stamp

    spec = load_period(workspace, period)
    carried = carried_into(workspace, period, spec)
    answers = answers_of(carried)
    roster, findings = load_roster(workspace.roster, spec, period)
    if only is not None and only not in roster.units:
        raise CannotRun(say("commands.templates.no_unit", unit=only))
    unclear = {item.where.unit for item in findings if item.code in _BLOCK_UNKNOWN}
    chosen = [unit for unit in roster.units.values() if only in (None, unit.id)]
    # Nobody knows which annex a unit of an unknown block fills: the roster's finding says what to mend (R85).
    units = [unit for unit in chosen if unit.id not in unclear]
    asked = Asked(roster, period, spec.policy)
    key = stamp.load_or_create_key(workspace.key)
    letters = Letters(workspace.templates)
    target = workspace.blank_forms(period)
    workbooks = papers = 0
    # One unit's forms replace that unit's folder only; the full set replaces the whole.
    place = target if only is None else target / only
    edits = hand_edits(place, as_of, target)
    with staged(place, as_of, target) as folder:
        for unit in progress(units, say("commands.templates.making")):
            officers = asked.offered(unit.id, carried)
            own = folder / unit.id if only is None else folder
            own.mkdir(parents=True, exist_ok=True)
            workbooks += _workbooks(spec, period, unit, officers, roster, own, key, as_of, per_officer,
                                    answers)
            proposed = tuple(item for item in officers if scope.in_dossier(item, spec.policy))
            papers += _papers(letters, spec, period, unit, proposed, roster, own)
    notes = [*(say("commands.templates.no_block", unit=unit.id, name=unit.name) for unit in chosen if unit not in units),
             *small_groups(roster, spec), *_carried_notes(asked, units, carried)]
    said = with_rules(roster, findings, spec, period)
    return Written(target, len(units), workbooks, papers, tuple(notes), tuple(said), edits)


def _workbooks(spec: Spec, period: Period, unit: Unit, officers: tuple[Officer, ...], roster: Roster, place: Path,
               key: bytes, as_of: datetime, per_officer: bool, answers: Answers) -> int:
    from qeval_batch.template.facts import UnitFacts, moved_from
    from qeval_batch.template.write import write_workbook

    facts = UnitFacts(spec, period, unit, officers, moved_from(roster, unit, spec, period))
    if not per_officer:
        write_workbook(facts, place / f"{unit.id}_{period}.xlsx", key=key, created=as_of, answers=answers)
        return 1
    write_workbook(facts, place / f"{unit.id}_{period}_tap-the.xlsx", key=key, created=as_of, part="collective")
    for officer in officers:
        write_workbook(facts, place / f"{unit.id}_{period}_{officer.id}.xlsx", key=key, created=as_of, part="officer",
                       officer=officer.id, answers=answers)
    return 1 + len(officers)


def _papers(letters: object, spec: Spec, period: Period, unit: Unit, officers: tuple[Officer, ...], roster: Roster,
            place: Path) -> int:
    from qeval_batch.render.letters.letters import Letters

    assert isinstance(letters, Letters)
    (place / f"to-trinh-{unit.id}.docx").write_bytes(
        letters.blank_to_trinh(spec, period, unit, officers, roster.signatures, roster.units))
    (place / f"bien-ban-{unit.id}.docx").write_bytes(
        letters.blank_bien_ban(spec, period, unit, officers, roster.signatures, roster.units))
    return 2


def _carried_notes(asked: Asked, units: Sequence[Unit], carried: Mapping[str, Sequence[CarriedRow]]) -> list[str]:
    """Whose results of a deferred quarter stand in the forms now, and whose have no form to stand in (R22)."""
    written = {officer.id for unit in units for officer in asked.offered(unit.id, carried)}
    notes = [say("commands.templates.carried", officer=officer, count=len(rows))
             for officer, rows in carried.items() if officer in written]
    listed = asked.roster.officers
    homeless = [officer for officer in carried if officer not in written
                and (officer not in listed or set_apart(listed[officer]))]
    return notes + [say("commands.templates.carried_without_sheet", officer=officer, count=len(carried[officer]))
                    for officer in homeless]


def small_groups(roster: Roster, spec: Spec) -> list[str]:
    """A group too small ever to have a level 1 is named when templates go out (D); who is never in it does not count."""
    from qeval_batch.rules.quota import maximum

    base = spec.policy.quota.base
    counted = [officer for officer in roster.officers.values()
               if not set_apart(officer) and scope.in_dossier(officer, spec.policy)]
    notes = []
    for group in roster.groups.values():
        size = sum(officer.group == group.id for officer in counted)
        rate = group.rate if group.rate is not None else spec.policy.quota.rate
        if size and group.binds and maximum(size, rate, base) == 0:
            notes.append(say("commands.templates.group_too_small", id=group.id, name=group.name, people=size))
    return notes
