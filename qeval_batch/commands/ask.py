"""What goes to each body asked for its opinion: a letter and a workbook, and one entry for each officer and body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from qeval_batch.commands.acts import Done, settle
from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.model.act import Act
from qeval_batch.model.batch import Batch
from qeval_batch.model.progress import Progress, silent
from qeval_batch.model.roster import Unit
from qeval_batch.pipeline import run
from qeval_batch.procedure.ask import Inquiry, Request, events, inquiries
from qeval_batch.procedure.words import told
from qeval_batch.render.letters.inquiry import signatory
from qeval_batch.template.facts import UnitFacts
from qeval_batch.workspace import CannotRun, Workspace

if TYPE_CHECKING:
    from qeval_batch.template.layout import Answers

KIND = "y-kien"
_SHEETS = {False: "opinions", True: "proposals"}


def ask(workspace: Workspace, period: Period, bodies: Sequence[str], units: Sequence[str], lifted: Sequence[str],
        act: Act, progress: Progress = silent) -> Done:
    """Write what the bodies get and record whom they were asked about; CannotRun where nobody can be asked about."""
    as_of = datetime.fromisoformat(act.at)
    batch = run(workspace, period, as_of, progress)
    _known(batch, bodies, units)
    if lifted and not act.reason:
        raise CannotRun(say("commands.ask.reason_needed"))
    made, refused = inquiries(batch, bodies, units, lifted, signatory(batch) is not None)
    if not made:
        raise CannotRun("\n".join(told(refused)) or say("commands.acts.nobody"))
    folder = _write(workspace, batch, made, as_of, whole=not bodies)
    new = list(events(made, batch, act))
    line = say("commands.ask.written", bodies=len(made), people=len({item.officer.id for one in made for item in one.requests}),
               folder=folder.relative_to(workspace.root).as_posix())
    if not new:
        return Done((line, say("commands.ask.nothing_new"), *told(refused)), bool(refused))
    return settle(workspace, new, refused, act, [line])


def _known(batch: Batch, bodies: Sequence[str], units: Sequence[str]) -> None:
    for body in bodies:
        if body not in {item.id for item in batch.roster.opinion_bodies}:
            raise CannotRun(say("commands.ask.no_body", body=body))
    for unit in units:
        if unit not in batch.roster.units:
            raise CannotRun(say("commands.acts.no_unit", unit=unit))


def _write(workspace: Workspace, batch: Batch, made: Sequence[Inquiry], as_of: datetime, whole: bool) -> Any:
    from qeval_batch.render.letters.letters import Letters
    from qeval_batch.render.names import file_stems
    from qeval_batch.render.stage import staged
    from qeval_batch.template.write import write_workbook
    from qeval_batch.workbook import stamp

    target, letters = workspace.opinions_asked(batch.period), Letters(workspace.templates)
    key = stamp.load_or_create_key(workspace.key)
    stems = file_stems(item.body.id for item in made)
    for places in ([made] if whole else [[item] for item in made]):
        with staged(target if whole else target / stems[places[0].body.id], as_of, workspace.outbox) as folder:
            for inquiry in places:
                stem = stems[inquiry.body.id]
                place = folder / stem if whole else folder
                place.mkdir(exist_ok=True)
                write_workbook(facts(batch, inquiry), place / f"{stem}_{batch.period}_{KIND}.xlsx", key=key, created=as_of,
                               answers=given_before(batch, inquiry))
                (place / f"phieu-xin-y-kien-{stem}.docx").write_bytes(letters.inquiry(batch, inquiry))
    return target


def facts(batch: Batch, inquiry: Inquiry) -> UnitFacts:
    """One body's workbook: whom it comments on, whom it proposes for; the stamp bears what it saw, and the day."""
    receiver = Unit(inquiry.body.id, inquiry.body.name, None, "", None, None, None, None, inquiry.body.at)
    rows = {(sheet, sheet): [_row(number, item, batch) for number, item in enumerate(inquiry.of(proposes), start=1)]
            for proposes, sheet in _SHEETS.items()}
    notes = {"due": inquiry.due, **{f"s1:{item.officer.id}": item.snapshot for item in inquiry.requests}}
    return UnitFacts(batch.spec, batch.period, receiver, (), of_kind=KIND, rows=rows, notes=notes)


def _row(number: int, item: Request, batch: Batch) -> dict[str, Any]:
    from qeval_batch.render import wording

    officer, levels = item.officer, item.officer.levels
    unit = wording.level(batch, levels.unit)
    return {"key": officer.id, "no": number, "officer": officer.id, "full_name": officer.name,
            "post": wording.post_and_unit(batch, officer), "why": say("commands.ask.why", point=item.route.point),
            "self_score": officer.workbook_total, "self_level": wording.level(batch, levels.self) or None,
            "unit_said": ": ".join(part for part in (unit, item.reason) if part) or None}


def given_before(batch: Batch, inquiry: Inquiry) -> Answers:
    """What the body has said already and still stands, so that the newest workbook is whole."""
    found: dict[tuple[str, str | None], dict[str, list[Mapping[str, Any]]]] = {}
    for proposes, sheet in _SHEETS.items():
        rows = [_said(batch, item, inquiry.body.id) for item in inquiry.of(proposes)]
        if any(rows):
            found[sheet, None] = {sheet: rows}
    return found


def _said(batch: Batch, item: Request, body: str) -> Mapping[str, Any]:
    held = next((one for one in item.officer.opinions if one.body == body), None)
    if held is None or held.proposes is not item.route.proposes:
        return {}
    said = {"level": str(held.level) if held.level else None, "comment": held.comment, "score": held.score,
            "ground": held.ground, "responsible": held.responsible}
    return {"key": item.officer.id, **{name: value for name, value in said.items() if value is not None}}
