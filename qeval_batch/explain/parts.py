"""The sections of an explanation, each from the trace and the records; one small function a section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qeval_batch import messages
from qeval_batch.core.decimals import vi_number
from qeval_batch.core.say import say
from qeval_batch.explain.cells import Cell
from qeval_batch.explain.group import group_lines, waiting_lines
from qeval_batch.explain.lines import ToldFrom, ToldLine
from qeval_batch.model.findings import Finding, Part, Severity
from qeval_batch.model.records import Task
from qeval_batch.model.results import OfficerResult, Status
from qeval_batch.model.trace import Step
from qeval_batch.render import wording
from qeval_batch.rules.trace import levels_text
from qeval_batch.spec.keys import PolicyKey
from qeval_batch.spec.sections import (
    CollectiveKeys,
    DeadlineKeys,
    DeferralKeys,
    LevelKeys,
    QualityKeys,
    QuotaKeys,
    ScoreKeys,
    StageKeys,
    WholeKeys,
)

# Rules of the trace that are told in a section of their own; whatever is left led to the level.
_STANDING = frozenset(("R01", "R02", "R03", "R20", "R21", "R23"))
_STAGES = frozenset(("R50", "R52", "R53", "R54", "R56", "R57"))
_GROUP = frozenset(("R40", "R42", "R43"))
_PRODUCT = ("task_code", "product", "role", "assigned", "coefficient", "key", "deadline", "done", "completed",
            "projected", "quality_pct", "progress_pct", "leadership_pct", "exceeded", "response", "cause",
            "confirm_document", "confirm_body")
_TASK = ("task", "source", "in_charge", "key", "deadline", "completed", "status", "exceeded", "response", "projected",
         "cause", "confirm_document", "confirm_body")
_AXIS = ("role", "max_points", "none_arising")
_ROSTER = ("unit", "post_class", "head", "committee_member", "authority", "group", "standing", "standing_document")
# The clause a flag rests on, as a policy key; a flag between stages rests on the stages themselves.
_FLAGS: Mapping[str, PolicyKey[Any]] = {
    "BAND": LevelKeys.band, "DOUBT_SAME": LevelKeys.gap, "EXCUSED": LevelKeys.excused,
    "FIELD_EXCUSED": CollectiveKeys.own,
    "HEAD_ABOVE_COLLECTIVE": CollectiveKeys.own, "LATE_CONFIRMED": LevelKeys.excused,
    "NO_PLAN": LevelKeys.plan_completion[4], "PRODUCT_3": QualityKeys.key_levels,
    "PROJECTED": DeadlineKeys.result_report, "QUOTA_CUT": QuotaKeys.base, "R36_JUDGE": LevelKeys.bar_level1_below,
    "TIED": QuotaKeys.order, "UNIT_SCORE_ABOVE": QuotaKeys.order_score, "UNIT_SCORE_BELOW": QuotaKeys.order_score,
    "UNIT_SHORT": LevelKeys.unit[1]}
_STATUS = ("discipline_collective", "discipline_member", "discipline_subordinate", "remedied", "collective_level")


def conclusion(source: ToldFrom) -> Iterator[ToldLine]:
    """What came out, flags and possible outcomes, before any reason."""
    result, batch = source.result, source.batch
    proposed = result.levels.proposed
    text = say("explain.parts.status", status=wording.status(result))
    if proposed is not None:
        text += say("explain.parts.proposed", proposed=proposed, level=wording.level(batch, proposed))
    elif result.status is Status.GRADED:
        text += say("explain.parts.none_proposed")
    yield ToldLine(text, source.cite(StageKeys.eligible))
    if result.possible:
        yield ToldLine(say("explain.parts.possible", levels=levels_text(result.possible)), source.cite(LevelKeys.gap))
    for answer in wording.by_level(result.answers):
        leads = (say("explain.parts.no_level") if answer.level is None
                 else say("explain.parts.level", level=answer.level))
        clauses = ", ".join(dict.fromkeys(choice.citation for choice in answer.choices))
        yield ToldLine(f"{leads} {wording.answer(answer)}.", clauses, indent=1)
    if result.waits_for:
        yield ToldLine(say("explain.parts.waits", waits=wording.waits(result)), source.cite(StageKeys.submission))
    for flag in result.flags:
        yield ToldLine(say("explain.parts.flag", flag=messages.words()["flag"][flag.value]),
                       source.cite(_FLAGS.get(flag.value, StageKeys.eligible)))


def roster(source: ToldFrom) -> Iterator[ToldLine]:
    """Post, unit, authority class: the roster's row."""
    result = source.result
    held = wording.post_and_unit(source.batch, result)
    head = say("explain.parts.head") if result.is_head else ""
    central = result.group is None and source.officer.group is None
    group = say("explain.parts.no_group") if central else ""
    yield ToldLine(say("explain.parts.posts", held=held, head=head,
                       class_=result.authority_class or say("explain.parts.unknown"), group=group),
                   source.cite(WholeKeys.authority_by_post), cells=source.cells(source.officer.at, _ROSTER))


def findings(source: ToldFrom) -> Iterator[ToldLine]:
    """What reading, checks and rules found in what this officer's result rests on, at its cells."""
    for item in source.batch.result.findings:
        if _concerns(item, source.result):
            where = item.where
            cell = source.book.at(where.file, where.sheet, where.a1)
            severity = messages.severity(item)
            # A cell that could not be read has no value, yet its address is what the reader needs.
            place = "" if cell or not where.a1 else say("explain.parts.cell", cell=where.a1, sheet=where.sheet,
                                                          file=where.file)
            if not where.a1 and where.file:
                place = say("explain.parts.file", file=where.file)
            yield ToldLine(f"{messages.words()['severity'][severity.value]}{place}: {messages.message(item)}",
                           messages.citation(item) or source.cite(StageKeys.submission),
                           cells=(cell,) if cell else (), urgent=severity is not Severity.NOTE)


def _concerns(item: Finding, result: OfficerResult) -> bool:
    where = item.where
    if where.officer is not None:
        return where.officer == result.id
    if where.unit != result.unit or result.status in (Status.DEFERRED, Status.EXCLUDED):
        return False
    # A fault that takes the whole file, or Phụ lục 09, takes every officer of the unit with it.
    noticed = messages.severity(item) is not Severity.NOTE or item.waived is not None
    return where.part in (Part.FILE, Part.COLLECTIVE) and noticed


def standing(source: ToldFrom) -> Iterator[ToldLine]:
    """Deferred, excluded, in doubt, moved: the roster's dated periods."""
    told = [step for step in source.result.steps if step.rule in _STANDING]
    yield from (source.line(step) for step in told)
    if not told:
        yield ToldLine(say("explain.parts.no_span"), source.cite(DeferralKeys.training_months))


def general(source: ToldFrom) -> Iterator[ToldLine]:
    """Part A: the box that was crossed for each criterion."""
    sheet, score = source.sheet, source.result.score
    if sheet is None or score is None or not sheet.criteria:
        return
    names = {row.key: row.values.get("criterion", "") for row in
             source.batch.spec.forms[sheet.form].sheet("officer").block("general").fixed}
    first = score.steps[0]
    yield ToldLine(first.text, first.citation)
    for item in sheet.criteria:
        points = say("explain.parts.not_marked") if item.met is None else say("explain.parts.points",
                                                              points=vi_number(item.max_points if item.met else 0))
        yield ToldLine(f"{item.key} {names.get(item.key, '')}: {points}.", source.cite(ScoreKeys.general_points), indent=1,
                       cells=source.cells(item.at, ("met", "not_met")))


def axes(source: ToldFrom) -> Iterator[ToldLine]:
    """Each axis with its products: how A, B, C and D came about, KPI, weight; then the axis's points."""
    sheet, score = source.sheet, source.result.score
    if sheet is None or score is None:
        return
    yield ToldLine(say("explain.parts.kpi_rule"), source.cite(ScoreKeys.kpi_formula))
    names = source.batch.spec.axis_names
    lines = dict(zip((item.axis for item in score.axes), _axis_steps(source), strict=True))
    for entry in sheet.axes:
        step = lines[entry.axis]
        yield ToldLine(names[entry.axis], source.form(sheet.form), cells=source.cells(entry.at, _AXIS))
        for product in (item for item in score.products if item.axis == entry.axis):
            yield ToldLine(product.step.text, product.step.citation, indent=1, cells=source.cells(product.at, _PRODUCT))
        yield ToldLine(step.text, step.citation, indent=1)


def _axis_steps(source: ToldFrom) -> tuple[Step, ...]:
    """The lines of the axes: `officer_score` emits part A's (where there is one), the axes in order, the total."""
    assert source.result.score is not None
    return source.result.score.steps[-len(source.result.score.axes) - 1:-1]


def total(source: ToldFrom) -> Iterator[ToldLine]:
    """Printed and unrounded total, beside the figure of the workbook."""
    result, sheet = source.result, source.sheet
    if result.score is None or sheet is None:
        return
    step = result.score.steps[-1]
    cells = source.cells(sheet.at, ("workbook_total",))
    yield ToldLine(step.text, step.citation,
                   (say("explain.parts.exact", points=vi_number(result.score.exact, 6)),
                    say("explain.parts.workbook_total", points=vi_number(result.workbook_total))),
                   cells or source.book.many(step.cells))


def collective(source: ToldFrom) -> Iterator[ToldLine]:
    """The base the officer answers for: counts, then each task of it."""
    own, record = source.result.own_collective, source.record
    if own is None or record is None or record.collective is None:
        return
    yield from (ToldLine(step.text, step.citation, ("; ".join(f"{name}: {text}" for name, text in step.inputs.items()),))
                for step in own.steps)
    mine = [task for task in record.collective.tasks if own.scope == "unit" or source.result.id in task.in_charge]
    for task in mine:
        yield ToldLine(say("explain.parts.task", code=task.code, axis=task.axis, outcome=_outcome(task)),
                       source.form("phu-luc-09"), indent=1, cells=source.cells(task.at, _TASK))
    yield ToldLine(say("explain.parts.collective_general"), source.form("phu-luc-09"),
                   cells=source.cells(record.collective.at, _STATUS))


def _outcome(task: Task) -> str:
    if not task.done:
        return say("explain.parts.undone_excused") if task.excused else say("explain.parts.undone")
    late = say("explain.parts.late") if task.late else say("explain.parts.in_time")
    return say("explain.parts.exceeded", late=late) if task.exceeded else late


def levels(source: ToldFrom) -> Iterator[ToldLine]:
    """Every condition tried, in the order of the law, with the figures it failed on; doubts and what they leave open."""
    result = source.result
    told = {id(step) for step in (*(result.score.steps if result.score else ()),
                                  *(result.own_collective.steps if result.own_collective else ()))}
    own = result.individual
    if own is not None and not any(step.rule == "R30" for step in result.steps):
        yield ToldLine(say("explain.parts.own_products", assigned=own.assigned, done=own.done, excused=own.excused),
                       source.cite(LevelKeys.individual_completion))
    for step in result.steps:
        if id(step) not in told and step.rule not in _STANDING | _STAGES | _GROUP:
            yield source.line(step)


def stages(source: ToldFrom) -> Iterator[ToldLine]:
    """What each stage said, side by side, with the cells of the stages people filled in; then lines about them."""
    result, sheet, record = source.result, source.sheet, source.record
    found, proposal = result.levels, record.proposals.get(result.id) if record else None
    of_unit = source.cells(proposal.at, ("unit_level", "reason")) if proposal else ()
    shown = ((say("explain.parts.self_level"), found.self, source.cells(sheet.at, ("self_level",)) if sheet else ()),
             (say("explain.parts.unit_level"), found.unit, of_unit),
             (say("explain.parts.computed_level"), found.computed, ()),
             (say("explain.parts.eligible_level"), found.eligible, ()),
             (say("explain.parts.proposed_level"), found.proposed, ()),
             (say("explain.parts.appraised_level"), found.btc, ()),
             (say("explain.parts.decided_level"), found.decided, ()))
    if any(level is not None for _, level, _ in shown):
        for name, level, cells in shown[:5]:
            yield _stage(source, name, level, cells)
        for name, level, cells in shown[5:]:
            if level is not None:
                yield _stage(source, name, level, cells)
    if result.used_score is not None:
        scores = ((say("explain.parts.points_computed"), result.score.total if result.score else None),
                  (say("explain.parts.points_of_unit"), result.unit_score),
                  (say("explain.parts.appraised_level"), result.appraised_score))
        known = "; ".join(f"{name} {vi_number(value)}" for name, value in scores if value is not None)
        yield ToldLine(say("explain.parts.points_used", points=vi_number(result.used_score), known=known),
                       source.cite(ScoreKeys.explain_difference),
                       cells=source.cells(proposal.at, ("unit_score",)) if proposal else ())
    yield from (source.line(step) for step in result.steps if step.rule in _STAGES)


def _stage(source: ToldFrom, name: str, level: int | None, cells: tuple[Cell, ...]) -> ToldLine:
    said = (say("explain.parts.none") if level is None
            else say("explain.parts.level_named", level=level, name=wording.level(source.batch, level)))
    return ToldLine(f"{name}: {said}.", source.cite(StageKeys.eligible), cells=cells)


def group(source: ToldFrom) -> Iterator[ToldLine]:
    """N, both maxima, the officer's place and the neighbours at the cut."""

    return group_lines(source)


def timeliness(source: ToldFrom) -> Iterator[ToldLine]:
    """Whether the unit's dossier, or an officer of the centre's own, came in time, and by whose word (R61, R62)."""
    result = source.batch.result
    own = next((item.timeliness_steps for item in result.central if item.officer == source.result.id), None)
    steps = own if own is not None else next(
        (item.timeliness_steps for item in result.units if item.id == source.result.unit), ())
    yield from (source.line(step) for step in steps)


def waits(source: ToldFrom) -> Iterator[ToldLine]:
    """What is waited for, from whom; and whom the group's figures wait for."""

    return waiting_lines(source)
