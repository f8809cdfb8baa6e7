"""What a person does to a file by hand: takes it out, or says whose it is. Checked first, then recorded."""

from __future__ import annotations

from datetime import datetime

from qeval_batch import messages
from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.intake.identify import UNIDENTIFIED
from qeval_batch.intake.scan import scan
from qeval_batch.intake.take import Intake
from qeval_batch.ledger.acts import assigning, invalidating, load_acts, undoing
from qeval_batch.ledger.files import Known, find_file
from qeval_batch.ledger.schema import Event
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.act import Act
from qeval_batch.model.findings import in_order
from qeval_batch.model.progress import Progress, silent
from qeval_batch.pipeline import load_period, take
from qeval_batch.workspace import CannotRun, Workspace


def invalidate(workspace: Workspace, period: Period, wanted: str, act: Act, undo: bool) -> str:
    """Take a file out of the quarter, or take that back; what was recorded, as one Vietnamese line.

    CannotRun, and nothing recorded, for a file nobody knows, one that is out already, or one that is not.
    """
    file = find_file(workspace, scan(workspace.inbox), wanted)
    held = load_acts(workspace, period).invalidated.get(file.sha256)
    event = invalidating(period, file.sha256, file.name, act)
    if undo:
        if held is None:
            raise CannotRun(say("commands.assign.not_left_out", file=file.name, quarter=period.label))
        _record(workspace, undoing(event), act)
        return say("commands.assign.taken_back", file=file, quarter=period.label)
    if held is not None:
        raise CannotRun(say("commands.assign.left_out_before", file=file.name, quarter=period.label, told=_told(held)))
    _record(workspace, event, act)
    return say("commands.assign.left_out", file=file, quarter=period.label)


def assign(workspace: Workspace, period: Period, wanted: str, unit: str | None, officer: str | None, act: Act,
           undo: bool, progress: Progress = silent) -> str:
    """Say whose an unidentified file is, or take that back; what was recorded, as one Vietnamese line.

    CannotRun, and nothing recorded, for a file that names its unit itself or cannot be opened, and for a unit or an
    officer the roster does not know.
    """
    if undo:
        return _unassign(workspace, period, find_file(workspace, scan(workspace.inbox), wanted), act)
    if unit is None:
        raise CannotRun(say("commands.assign.unit_missing"))
    intake = take(workspace, load_period(workspace, period), period, datetime.fromisoformat(act.at), progress)
    file = find_file(workspace, intake.arrivals, wanted)
    _refuse_identified(intake, file)
    _refuse_unknown(intake, unit, officer)
    held = intake.acts.assigned.get(file.sha256)
    if held is not None and (held.unit, held.officer) == (unit, officer):
        raise CannotRun(say("commands.assign.assigned_before", file=file.name, whose=_whose(unit, officer),
                            told=_told(held)))
    _record(workspace, assigning(period, file.sha256, file.name, unit, officer, act), act)
    instead = say("commands.assign.instead", whose=_whose(held.unit, held.officer)) if held is not None else ""
    return say("commands.assign.assigned", file=file, whose=_whose(unit, officer), instead=instead)


def _unassign(workspace: Workspace, period: Period, file: Known, act: Act) -> str:
    held = load_acts(workspace, period).assigned.get(file.sha256)
    if held is None:
        raise CannotRun(say("commands.assign.not_assigned", file=file.name, quarter=period.label))
    _record(workspace, undoing(assigning(period, file.sha256, file.name, held.unit, held.officer, act)), act)
    return say("commands.assign.unassigned", file=file, whose=_whose(held.unit, held.officer))


def _refuse_identified(intake: Intake, file: Known) -> None:
    read = next((item for item in intake.submissions.values() if item.sha256 == file.sha256), None)
    if read is None:
        why = next((item.why for item in intake.arrivals if item.sha256 == file.sha256 and item.why), None)
        raise CannotRun(say("commands.assign.cannot", file=file.name, why=why or say("commands.assign.gone")))
    codes = {item.code for item in read.findings}
    if codes & {*UNIDENTIFIED, "STAMP_ASSIGNED"}:
        return
    if read.stamp is None:
        raise CannotRun(say("commands.assign.cannot", file=file.name, why=messages.message(in_order(read.findings)[0])))
    raise CannotRun(say("commands.assign.stamped", file=file.name, unit=read.stamp.unit, quarter=read.stamp.period))


def _refuse_unknown(intake: Intake, unit: str, officer: str | None) -> None:
    if unit not in intake.roster.units:
        raise CannotRun(say("commands.assign.no_unit", unit=unit))
    if officer is not None and officer not in {item.id for item in intake.roster.officers_of(unit)}:
        raise CannotRun(say("commands.assign.no_officer", officer=officer, unit=unit))


def _whose(unit: str, officer: str | None) -> str:
    return f"{officer} ({unit})" if officer else unit


def _told(held: Act) -> str:
    return f"{held.by}, {held.at[:10]}: {held.reason}"


def _record(workspace: Workspace, event: Event, act: Act) -> None:
    Ledger(workspace.ledger).append([event], act.at)
