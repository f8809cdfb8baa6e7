"""The order of the stages; the only module that knows it. A run is a pure function of files, forms and ``as_of``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from qeval_batch import messages
from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.core.say import say
from qeval_batch.intake.bundle import bundled
from qeval_batch.intake.outcomes import outcomes
from qeval_batch.intake.resolve import outdated, resolve
from qeval_batch.intake.take import Intake, take_in
from qeval_batch.model.batch import Batch, SheetRef
from qeval_batch.model.course import Opinion
from qeval_batch.model.findings import Finding, Part, Severity, Where, finding, in_order
from qeval_batch.model.hand_edits import HandEdits
from qeval_batch.model.order import newer
from qeval_batch.model.progress import Progress, silent
from qeval_batch.model.records import Assessment, Indicator, UnitRecord
from qeval_batch.model.register import Register
from qeval_batch.model.results import (
    AxisComparison,
    CentralDossier,
    FileResult,
    OfficerResult,
    RunResult,
    Status,
    UnitResult,
)
from qeval_batch.model.roster import Roster, Unit
from qeval_batch.model.submission import Submission, part_of
from qeval_batch.model.version import Replaced, UnitSheets
from qeval_batch.spec.load import Spec, load_spec
from qeval_batch.spec.sections import ScopeKeys
from qeval_batch.spec.yamlio import SpecError
from qeval_batch.workspace import CannotRun, Workspace

if TYPE_CHECKING:
    from qeval_batch.checks.dossiers import Timely
    from qeval_batch.papers import Papers
    from qeval_batch.rules.evaluate import Evaluation

Item = TypeVar("Item")
# A sheet that came and may not be used is not a sheet that is still to come.
_SHEET_UNUSABLE = frozenset(("SHEET_CONFLICT", "SHEET_TWICE", "SHEET_COPIED", "SHEET_DAMAGED"))


def load_period(workspace: Workspace, period: Period) -> Spec:
    """Forms and policy as they hold on the quarter's last day; CannotRun for a quarter before the first one."""
    try:
        spec = load_spec(workspace.forms, period.end)
    except SpecError:
        # Values that do not hold yet on that day are no fault of the files when the quarter itself is too early.
        _refuse_too_early(load_spec(workspace.forms, date.max), period)
        raise
    _refuse_too_early(spec, period)
    return spec


def _refuse_too_early(spec: Spec, period: Period) -> None:
    first = Period.parse(spec.policy.scope.first_quarter)
    if period < first:
        raise CannotRun(say("run.pipeline.before_first_quarter", first=first.label,
                            citation=spec.policy.citation(ScopeKeys.first_quarter), quarter=period.label))


def refuse_not_begun(period: Period, as_of: datetime) -> None:
    """CannotRun for a quarter that has not begun by ``as_of`` (R83)."""
    if as_of.astimezone(VIETNAM_TIME).date() < period.start:
        raise CannotRun(say("run.pipeline.not_begun", quarter=f"{period.label[:1].upper()}{period.label[1:]}",
                            start=f"{period.start:%d/%m/%Y}"))


def run(workspace: Workspace, period: Period, as_of: datetime, progress: Progress = silent, workers: int = 1) -> Batch:
    """Take in, check, score, grade and rank; writes nothing. SpecError, RosterError or CannotRun when it cannot."""
    spec = load_period(workspace, period)
    return decide(take(workspace, spec, period, as_of, progress, workers), spec, period, as_of, progress)


def take(workspace: Workspace, spec: Spec, period: Period, as_of: datetime, progress: Progress = silent,
         workers: int = 1) -> Intake:
    """The roster, checked, and everything under the inbox. RosterError when the roster cannot be used."""
    from qeval_batch.checks.roster import load_roster
    from qeval_batch.procedure.course import load_course

    known = load_roster(workspace.roster, spec, period)
    taken = take_in(workspace, spec, period, as_of, known, progress, workers)
    return replace(taken, course=load_course(workspace, period))


def decide(intake: Intake, spec: Spec, period: Period, as_of: datetime, progress: Progress = silent) -> Batch:
    """Check, score, grade and rank what was taken in, under ``spec``'s policy; the same whatever the files' order."""
    from qeval_batch.checks.build import CheckContext, check_across
    from qeval_batch.checks.dossiers import Dossiers, days
    from qeval_batch.checks.roster import unusable
    from qeval_batch.checks.waived import with_waivers_told
    from qeval_batch.rules.evaluate import evaluate

    roster, submissions = intake.roster, intake.counting
    units = resolve(_sent_by(submissions, spec, "unit"), intake.deliveries)
    bodies = resolve(_sent_by(submissions, spec, "assessor"), intake.deliveries)
    context = CheckContext(spec=spec, roster=roster, period=period, as_of=as_of.date(), arrivals=intake.arrival_days,
                           carried=intake.carried, acts=intake.acts, register=intake.register)
    dossiers = Dossiers(spec, context.asked, intake.register)
    brought = dossiers.brought(submissions, intake.deliveries)
    context = replace(context, arrivals={**intake.arrival_days, **days(brought)})

    records: dict[str, UnitRecord] = {}
    found: list[Finding] = [*intake.roster_findings, *intake.register_findings, *intake.taken.findings,
                            *(item.finding for item in intake.taken.arrivals if item.finding is not None)]
    mended = _mended(intake)
    found += [item for submission in submissions if (submission.stamp is None or submission.refused)
              and submission.file not in mended for item in submission.findings]
    for sheets in progress(list(units.values()), say("run.pipeline.checking")):
        record, findings = _check(sheets, roster, context)
        records[sheets.unit] = record
        found += findings
    found += [*check_across(records, context), *dossiers.not_found(brought)]
    comparisons, indicators, compared = _assessed(bodies, records, context)
    found += compared
    timely = dossiers.judge(brought, as_of)
    evaluation = evaluate(roster, records, spec.policy, period, unusable(intake.roster_findings), timely.late)
    found += evaluation.findings
    asked = resolve(_sent_by(submissions, spec, "body"), intake.deliveries)
    evaluation, advised = _advised(evaluation, asked, records, intake, spec, period)
    found += advised
    found = _asked_only(intake.acts.lift(found), evaluation.officers)
    ordered = tuple(in_order(found))
    aside = {file: place for sheets in (*units.values(), *bodies.values(), *asked.values()) for file, place in sheets.aside.items()}
    replaced = tuple(item for sheets in units.values() for item in sheets.replaced)
    files = outcomes(intake.taken, ordered, aside | mended, replaced)
    ordered = tuple(in_order(bundled(ordered, intake.taken.inside)))
    result = RunResult(
        period=str(period),
        as_of=as_of.isoformat(),
        policy_sha256=spec.policy.sha256,
        profile=spec.policy.score.profile,
        quota_base=spec.policy.quota.base,
        officers=tuple(sorted(with_waivers_told(evaluation.officers, ordered), key=lambda item: item.id)),
        groups=tuple(sorted(evaluation.groups, key=lambda item: item.id)),
        units=tuple(_unit_result(unit, records.get(unit.id), ordered, files, spec, timely, intake.register,
                                 evaluation.disciplined.get(unit.id))
                    for _, unit in sorted(roster.units.items())),
        files=tuple(files),
        findings=ordered,
        comparisons=comparisons,
        indicators=indicators,
        central=tuple(CentralDossier(officer, _iso(own.received), own.source, own.state, own.steps)
                      for officer, own in sorted(timely.central.items())),
    )
    return Batch(spec, period, as_of, roster, records, result, intake.arrivals, _counted(units), intake.acts,
                 register=intake.register, kept=intake.kept, first_seen=intake.first_seen,
                 replaced=replaced, course=intake.course)


def _mended(intake: Intake) -> dict[str, tuple[str, bool]]:
    """Files of which nothing could be used, and the newer one by which their sender has mended it."""
    found = {item.file: outdated(item, intake.counting, intake.deliveries) for item in intake.counting if item.refused}
    return {file: (newer, False) for file, newer in found.items() if newer is not None}


def _counted(units: Mapping[str, UnitSheets]) -> tuple[SheetRef, ...]:
    """The filled sheets that count, for the ledger."""
    from qeval_batch.checks.scope import file_of

    return tuple(SheetRef(unit, sheet.officer, sheet.form, sheet.sheet, sheet.name, file_of(sheet), sheet.digest)
                 for unit, sheets in units.items() for sheet in sheets.sheets if not sheet.blank)


def _asked_only(findings: Iterable[Finding], officers: Iterable[OfficerResult]) -> list[Finding]:
    """A sheet left blank by an officer who is not evaluated this quarter is no fault of the unit (R02, R20); nor is
    anything in the sheet of one whom another authority evaluates."""
    listed = list(officers)
    spared = {item.id for item in listed if item.status in (Status.DEFERRED, Status.EXCLUDED)}
    elsewhere = {item.id for item in listed if not item.here}
    return [item for item in findings
            if not (item.code in ("SHEET_BLANK", "UNIT_SHEET_MISSING") and item.where.officer in spared)
            and not (item.where.officer in elsewhere and item.where.part in (Part.OFFICER, Part.PROPOSAL)
                     and messages.severity(item) is not Severity.NOTE)]


def publish(workspace: Workspace, batch: Batch, papers: Papers, unit: str | None = None,
            progress: Progress = silent, edited: Callable[[HandEdits], object] = lambda found: None,
            not_made: Callable[[Finding], object] = lambda found: None) -> Path:
    """Render every output in a staging folder and swap it in whole; returns the folder the clerk opens.

    ``edited`` hears what a person changed in the former folder and where it is kept, ``not_made`` each paper whose
    template is at fault.
    """
    from qeval_batch.papers import render_all, render_unit
    from qeval_batch.render.edits import hand_edits
    from qeval_batch.render.stage import recover, staged

    target = workspace.results(batch.period) if unit is None else workspace.unit_results(batch.period, unit)
    recover(target)
    found = hand_edits(target, batch.as_of)
    if found is not None:
        batch = replace(batch, hand_edits=found)
        edited(found)
    with staged(target, batch.as_of) as folder:
        if unit is None:
            faults = render_all(batch, workspace.templates, folder, papers,
                                lambda jobs: progress(jobs, say("run.pipeline.writing")))
        else:
            faults = render_unit(batch, workspace.templates, folder, unit)
    for found_fault in faults:
        not_made(found_fault)
    return target


def _sent_by(submissions: Iterable[Submission], spec: Spec, owner: str) -> list[Submission]:
    """Usable submissions of one kind of sender: units, or assessing bodies."""
    return [item for item in submissions if item.stamp is not None and not item.refused
            and spec.owner_of(item.stamp.kind) == owner]


def _assessed(bodies: Mapping[str, UnitSheets], records: Mapping[str, UnitRecord], context: Any) \
        -> tuple[tuple[AxisComparison, ...], tuple[Indicator, ...], list[Finding]]:
    """What assessing bodies sent, beside what units declared; it changes nothing of a result (R14)."""
    from qeval_batch.checks.assessment import assessments, compare

    given: list[Assessment] = []
    indicators: list[Indicator] = []
    found: list[Finding] = []
    for sheets in bodies.values():
        rows, listed, faults = assessments(sheets.unit, sheets.sheets, context)
        given += rows
        indicators += listed
        found += [*sheets.findings, *faults]
    comparisons, differing = compare(given, records, context)
    return comparisons, tuple(indicators), [*found, *differing]


def _advised(evaluation: Evaluation, bodies: Mapping[str, UnitSheets], records: Mapping[str, UnitRecord], intake: Intake,
             spec: Spec, period: Period) -> tuple[Evaluation, list[Finding]]:
    """The results with what the bodies asked say of them (R53, R54); as they are where nobody was asked."""
    if not bodies and not intake.course.begun:
        return evaluation, []
    from qeval_batch.procedure.members import members
    from qeval_batch.procedure.opinions import Heard, heard, with_opinions
    from qeval_batch.procedure.snapshot import snapshot

    stamps = {item.file: item.stamp for item in intake.counting if item.stamp is not None}
    ground = Heard(intake.course, members(intake.roster, period, spec.policy),
                   {item.id: snapshot(item, records.get(item.unit)) for item in evaluation.officers}, stamps,
                   intake.arrival_days)
    said: list[Opinion] = []
    found: list[Finding] = []
    for body, sheets in bodies.items():
        standing, faults = heard(body, sheets.sheets, ground)
        said += standing
        found += [*sheets.findings, *faults]
    officers = with_opinions(evaluation.officers, said, intake.course, spec.routing.citation.text)
    return replace(evaluation, officers=officers), found


def _check(sheets: UnitSheets, roster: Roster, context: Any) -> tuple[UnitRecord, list[Finding]]:
    from qeval_batch.checks.build import build_unit

    unit = roster.units[sheets.unit]
    sheets = replace(sheets, findings=tuple(context.acts.lift(sheets.findings)))
    record, findings = build_unit(unit, sheets.sheets, sheets.findings, context)
    findings += _older_kept(sheets, [*sheets.findings, *findings])
    return record, [*sheets.findings, *findings, *_missing_sheets(unit, sheets, context)]


def _older_kept(sheets: UnitSheets, findings: Iterable[Finding]) -> list[Finding]:
    """Where the newest version of a sheet is faulty, the one before it is shown, and never used by itself."""
    faulty = {(item.where.file, item.where.sheet) for item in findings if messages.is_error(item)}
    older: dict[str, Replaced] = {}
    for item in sheets.replaced:
        held = older.get(item.new.sheet.name)
        if (item.new.file, item.new.sheet.name) in faulty and (held is None or newer(item.old.last, held.old.last)):
            older[item.new.sheet.name] = item
    return [finding("SHEET_OLDER_KEPT", Where(part_of(item.new.sheet.sheet), sheets.unit, item.new.sheet.officer,
                                              item.new.file, name), sheet=name, file=item.old.file)
            for name, item in older.items()]


def _missing_sheets(unit: Unit, sheets: UnitSheets, context: Any) -> list[Finding]:
    """A subset of the unit's sheets is welcome; what is still to come is named."""
    spec: Spec = context.spec
    have = {(part_of(sheet.sheet), sheet.officer) for sheet in sheets.sheets}
    have |= {(item.where.part, item.where.officer) for item in sheets.findings if item.code in _SHEET_UNUSABLE}
    expected: list[tuple[str | None, Part, str]] = [
        (None, part, f"trang «{form.sheets[0].name}»")
        for form, part in ((spec.forms["phu-luc-09"], Part.COLLECTIVE), (spec.forms["tong-hop"], Part.PROPOSAL),
                           (spec.forms["ho-so"], Part.DOSSIER))
    ]
    expected += [(officer.id, Part.OFFICER, say("run.pipeline.self_sheet", name=officer.name, id=officer.id))
                 for officer in context.asked.of(unit.id)]
    expected += [(officer.id, Part.OPINION, say("run.pipeline.opinion", name=officer.name, id=officer.id))
                 for officer, _ in context.asked.comments(unit.id)]
    return [finding("UNIT_SHEET_MISSING", Where(part, unit.id, officer), sheet=name)
            for officer, part, name in expected if (part, officer) not in have]


def _unit_result(unit: Unit, record: UnitRecord | None, findings: Sequence[Finding], files: Sequence[FileResult],
                 spec: Spec, dossiers: Timely, register: Register, disciplined: bool | None) -> UnitResult:
    from qeval_batch.checks.dossier import missing_parts
    from qeval_batch.rules.collective import count_tasks

    timely, paper = dossiers.units[unit.id], dossiers.paper[unit.id]
    mine = [item for item in findings if item.where.unit == unit.id and item.where.part is not Part.ROSTER]
    severities = [messages.severity(item) for item in mine]
    errors, warnings = severities.count(Severity.ERROR), severities.count(Severity.WARNING)
    received = any(item.unit == unit.id and item.kind == spec.unit_set.kind for item in files)
    if not received:
        # Received by the register's word, and nowhere to be found: the office's affair, never the unit's (R80).
        ours = any(item.code == "REGISTER_NO_FILE" and item.where.unit == unit.id for item in findings)
        status = "not_found" if ours else "missing"
    elif errors:
        status = "returned"
    else:
        status = "accepted_with_warnings" if warnings else "accepted"
    collective = record.collective if record else None
    return UnitResult(
        id=unit.id, status=status, received=_iso(timely.received), timeliness=timely.state,
        errors=errors, warnings=warnings,
        counts=count_tasks(collective.tasks) if collective else None,
        discipline=disciplined, remedied=collective.remedied if collective else None,
        dossier_missing=tuple(part for part in missing_parts(record.dossier)
                              if register.arrival_of(unit.id, part) is None) if record else (),
        received_source=timely.source, complete_at=_iso(timely.complete_at), timeliness_steps=timely.steps,
        paper=paper.state, paper_at=_iso(paper.whole_at),
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def counts_by(files: Iterable[FileResult]) -> Mapping[str, int]:
    """How many paths ended in each outcome, in the order of interfaces.md."""
    order = ("accepted", "superseded", "duplicate", "returned", "rejected", "ignored")
    listed = list(files)
    return {name: sum(item.outcome == name for item in listed) for name in order}
