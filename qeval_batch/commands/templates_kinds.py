"""The other workbooks that go out: what each kind asks of whom, as facts for the one writer of templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qeval_batch.commands.templates import Written
from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.progress import Progress, silent
from qeval_batch.model.records import Product, Task, UnitRecord
from qeval_batch.model.register import KIND as REGISTER_KIND
from qeval_batch.model.roster import Roster, Unit
from qeval_batch.pipeline import load_period, run
from qeval_batch.spec.load import Spec
from qeval_batch.spec.sections import Assessor
from qeval_batch.template.facts import UnitFacts
from qeval_batch.workspace import CannotRun, Workspace

_NOWHERE = RowRef("", "", 0)
_ALL_BLOCKS = "all"
Records = Mapping[tuple[str, str], list[dict[str, Any]]]


@dataclass(frozen=True)
class Sources:
    """What a kind's workbooks are made from; ``batch`` is worked out from the inbox only when it is asked for."""

    spec: Spec
    roster: Roster
    period: Period
    batch: Callable[[], Batch]


def write_kind(workspace: Workspace, kind: str, period: Period, as_of: datetime, only: str | None = None,
               progress: Progress = silent) -> Written:
    """Write the workbooks of ``kind`` into ``outbox/<quarter>-bieu-mau-<kind>/``, for all or for ``only`` one receiver.

    CannotRun for a kind no workbook is made of, or for a receiver there is none of.
    """
    from qeval_batch.checks.roster import load_roster
    from qeval_batch.render.edits import hand_edits
    from qeval_batch.render.names import file_stems
    from qeval_batch.render.stage import staged
    from qeval_batch.template.write import write_workbook
    from qeval_batch.workbook import stamp

    spec = load_period(workspace, period)
    if kind == REGISTER_KIND:
        return _blank_register(workspace, period, spec, as_of)
    if kind not in spec.kinds or kind not in _MAKERS:
        raise CannotRun(say("commands.templates_kinds.no_kind", kind=kind, kinds=", ".join(made_kinds(spec))))
    roster, findings = load_roster(workspace.roster, spec, period)
    sources = Sources(spec, roster, period, lambda: run(workspace, period, as_of, progress))
    books = [item for item in _MAKERS[kind](sources) if only in (None, item.unit.id)]
    if only is not None and not books:
        raise CannotRun(say("commands.templates_kinds.nothing_for", kind=kind, unit=only))
    key = stamp.load_or_create_key(workspace.key)
    target = workspace.blank_forms(period, kind)
    stems = file_stems(item.unit.id for item in books)
    place = target if only is None else target / stems[only]
    edits = hand_edits(place, as_of, target)
    with staged(place, as_of, target) as folder:
        for facts in progress(books, say("commands.templates_kinds.making")):
            write_workbook(facts, folder / f"{stems[facts.unit.id]}_{period}_{kind}.xlsx", key=key, created=as_of)
    notes = () if books else (_NOTHING[kind],)
    return Written(target, len(books), len(books), 0, notes, tuple(findings), edits)


def made_kinds(spec: Spec) -> tuple[str, ...]:
    """The kinds ``qeval templates --kind`` knows, the unit's own first."""
    return (spec.unit_set.kind, *(kind for kind in spec.kinds if kind in _MAKERS), REGISTER_KIND)


def _blank_register(workspace: Workspace, period: Period, spec: Spec, as_of: datetime) -> Written:
    """A blank register for the clerk's own keeping; the one in use is never touched."""
    from qeval_batch.intake.register import write_register
    from qeval_batch.render.edits import hand_edits
    from qeval_batch.render.stage import staged

    target = workspace.blank_forms(period, REGISTER_KIND)
    edits = hand_edits(target, as_of)
    with staged(target, as_of) as folder:
        write_register(folder / workspace.register.name, spec, as_of)
    note = say("commands.templates_kinds.put_register", register=workspace.register.name, roster=workspace.roster.name)
    return Written(target, 0, 1, 0, (note,), (), edits)


# --- Result reports (VII.2.3, R13) ---------------------------------------------------------------------------------------
def _result_reports(sources: Sources) -> Iterator[UnitFacts]:
    batch = sources.batch()
    for unit in sources.roster.units.values():
        record = batch.records.get(unit.id)
        rows = result_rows(record, sources.roster) if record else {}
        if any(rows.values()):
            yield UnitFacts(sources.spec, sources.period, unit, (), of_kind="bao-cao-ket-qua", rows=rows)


def result_rows(record: UnitRecord, roster: Roster) -> Records:
    """Every row of a unit that was marked `Ước`, confirmed ones too: a report written again is whole again."""
    from qeval_batch.checks.result_report import (
        PRODUCTS,
        TASKS,
        product_line,
        task_line,
    )

    tasks = record.collective.tasks if record.collective else ()
    return {
        (TASKS, TASKS): [_task(task_line(number), task) for number, task in enumerate(tasks, start=1) if _asked(task)],
        (PRODUCTS, PRODUCTS): [
            _product(product_line(officer, number), product, roster)
            for officer, sheet in sorted(record.sheets.items())
            for number, product in enumerate(sheet.products, start=1) if _asked(product)],
    }


def _asked(row: Task | Product) -> bool:
    return row.projected or row.confirmed is not None


def _task(line: str, task: Task) -> dict[str, Any]:
    status = "not_done" if not task.done else "late" if task.late else "on_time"
    return {"key": line, "line": line, "code": task.code, "axis": task.axis, "task": task.text, "deadline": task.deadline,
            "projected_completed": task.completed, "projected_status": status}


def _product(line: str, product: Product, roster: Roster) -> dict[str, Any]:
    officer = roster.officers.get(line.rpartition("-")[0])
    return {"key": line, "line": line, "full_name": officer.name if officer else None, "task_code": product.task_code,
            "product": product.text, "deadline": product.deadline, "assigned": product.assigned,
            "projected_done": product.done, "projected_completed": product.completed}


# --- Assessing bodies (R14) ----------------------------------------------------------------------------------------------
def _assessors(sources: Sources) -> Iterator[UnitFacts]:
    for body, entry in sources.spec.policy.assessors.bodies.items():
        yield assessor_facts(sources.spec, sources.roster, sources.period, body, entry)


def assessor_facts(spec: Spec, roster: Roster, period: Period, body: str, entry: Assessor) -> UnitFacts:
    """One body's workbook: a row per unit it assesses (the province first) and axis (LD VII.1.3, X.2–X.5)."""
    receiver = Unit(body, entry.name, None, "", None, None, None, None, _NOWHERE)
    whole = spec.policy.assessors.province
    assessed = [(whole.id, whole.name)] if entry.province else []
    assessed += [(unit.id, unit.name) for unit in roster.units.values()
                 if _ALL_BLOCKS in entry.blocks or unit.block in entry.blocks]
    rows = [{"key": f"{ident}:{axis}", "unit": ident, "unit_name": name, "axis": axis}
            for ident, name in assessed for axis in entry.axes]
    return UnitFacts(spec, period, receiver, (), of_kind="danh-gia-truc",
                     rows={("axis_assessment", "axis_assessment"): rows})


_MAKERS: Mapping[str, Callable[[Sources], Iterator[UnitFacts]]] = {
    "bao-cao-ket-qua": _result_reports, "danh-gia-truc": _assessors}
_NOTHING = {"bao-cao-ket-qua": "Không có dòng nào ghi Ước trong hồ sơ đã nhận, nên không có báo cáo kết quả nào phải gửi.",
            "danh-gia-truc": "Chính sách chưa khai cơ quan đánh giá theo trục nào (assessors)."}
