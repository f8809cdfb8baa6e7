"""`qeval waive`: one finding of one unit lifted by hand, after the run itself has shown that it is the one meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qeval_batch import messages
from qeval_batch.core.listing import cut
from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.ledger.acts import load_acts, unwaiving, waiving
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.act import Act
from qeval_batch.model.acts import Waiver
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding, Severity, Where
from qeval_batch.model.progress import Progress, silent
from qeval_batch.pipeline import decide, load_period, take
from qeval_batch.workspace import CannotRun, Workspace


@dataclass(frozen=True)
class Wanted:
    """Which finding is meant; what is None is not asked after."""

    unit: str
    code: str
    officer: str | None = None
    sheet: str | None = None
    cell: str | None = None

    def fits(self, code: str, unit: str | None, officer: str | None, sheet: str | None, cell: str | None) -> bool:
        """Whether a finding of this code at this place is meant."""
        return ((self.unit, self.code) == (unit, code) and self.officer in (None, officer)
                and (self.sheet is None or match_key(self.sheet) == match_key(sheet or ""))
                and self.cell in (None, cell))


def waive(workspace: Workspace, period: Period, as_of: datetime, wanted: Wanted, act: Act,
          progress: Progress = silent) -> str:
    """Lift the one finding meant; what was recorded, as one Vietnamese line.

    CannotRun, and nothing recorded, where none or several fit, and where the code is none that may be lifted.
    """
    _refuse_code(wanted.code)
    spec = load_period(workspace, period)
    intake = take(workspace, spec, period, as_of, progress)
    if wanted.unit not in intake.roster.units:
        raise CannotRun(say("commands.waive.no_unit", unit=wanted.unit))
    item = _the_one(wanted, decide(intake, spec, period, as_of, progress))
    Ledger(workspace.ledger).append([waiving(period, item, act)], act.at)
    return say("commands.waive.waived", unit=wanted.unit, line=_line(item.code, item.where), what=messages.what(item))


def unwaive(workspace: Workspace, period: Period, wanted: Wanted, act: Act) -> str:
    """Take a waiver back; what was recorded, as one Vietnamese line. CannotRun where none or several fit."""
    held = load_acts(workspace, period).waived
    fitting = [item for item in held if wanted.fits(item.code, item.unit, item.officer, item.sheet, item.cell)]
    if len(fitting) != 1:
        others = fitting or [item for item in held if item.unit == wanted.unit]
        listed = [_line(item.code, item) for item in others]
        count = _count(len(fitting), say("commands.waive.waivers"))
        raise CannotRun(f"{count}." + _listed(say("commands.waive.waived_now"), listed))
    Ledger(workspace.ledger).append([unwaiving(period, fitting[0], act)], act.at)
    return say("commands.waive.lifted", unit=wanted.unit, line=_line(fitting[0].code, fitting[0]))


def _refuse_code(code: str) -> None:
    text = messages.catalogue().get(code)
    if text is None:
        raise CannotRun(say("commands.waive.no_code", code=code))
    if text.severity is not Severity.ERROR:
        word = messages.words()["severity"][text.severity.value].lower()
        raise CannotRun(say("commands.waive.needs_none", code=code, severity=word))
    if not text.waivable:
        raise CannotRun(say("commands.waive.cannot", code=code))


def _the_one(wanted: Wanted, batch: Batch) -> Finding:
    findings = batch.result.findings
    fitting = [item for item in findings if wanted.fits(item.code, item.where.unit, item.where.officer,
                                                        item.where.sheet, item.where.a1)]
    if len(fitting) == 1 and fitting[0].waived is None:
        return fitting[0]
    if len(fitting) == 1 and (held := fitting[0].waived) is not None:
        raise CannotRun(say("commands.waive.already", by=held.by, day=held.at[:10], reason=held.reason))
    others = fitting or [item for item in findings if item.where.unit == wanted.unit and messages.is_error(item)
                         and messages.catalogue()[item.code].waivable]
    listed = [f"{_line(item.code, item.where)}: {messages.what(item)}" for item in others]
    hint = say("commands.waive.tell_apart") if fitting else ""
    title = say("commands.waive.those") if fitting else say("commands.waive.waivable")
    count = _count(len(fitting), say("commands.waive.errors"))
    raise CannotRun(f"{count}.{hint}{_listed(title, listed)}")


def _line(code: str, place: Where | Waiver) -> str:
    cell = place.a1 if isinstance(place, Where) else place.cell
    parts = [part for part in (place.officer, "!".join(filter(None, (place.sheet, cell)))) if part]
    return f"{code} ({', '.join(parts)})" if parts else code


def _count(number: int, what: str) -> str:
    return say("commands.waive.several", count=number, what=what) if number else say("commands.waive.none", what=what)


def _listed(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return say("commands.waive.empty", title=title)
    shown, left = cut(lines)
    more = say("commands.waive.more", count=left) if left else ""
    return f" {title}:" + "".join(f"\n  {line}" for line in shown) + more
