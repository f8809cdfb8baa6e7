"""Assessing bodies (R14): their rows as records, held beside what the units declared, never in its place (LD X.2–X.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qeval_batch.checks.scope import CheckContext, number, text
from qeval_batch.core.say import say
from qeval_batch.model.findings import Finding, Part, Where, finding, in_order
from qeval_batch.model.records import Assessment, Indicator, UnitRecord
from qeval_batch.model.results import AxisComparison, Counts
from qeval_batch.model.submission import INVALID, Row, SheetData
from qeval_batch.rules.collective import NOT_MET, count_tasks
from qeval_batch.spec.sections import Assessor

FIGURES = ("assigned", "done", "late")
_INPUTS = (*FIGURES, "level", "comment")


def bodies(ctx: CheckContext) -> Mapping[str, Assessor]:
    """The assessing bodies of the policy by id."""
    return ctx.spec.policy.assessors.bodies


def province(ctx: CheckContext) -> tuple[str, str]:
    """The province as an assessed unit: its id and name."""
    value = ctx.spec.policy.assessors.province
    return value.id, value.name


def assessments(body: str, sheets: Sequence[SheetData], ctx: CheckContext) \
        -> tuple[tuple[Assessment, ...], tuple[Indicator, ...], list[Finding]]:
    """What one body sent, row by row; a faulty row is told and left out, a blank one is nothing."""
    rows = [row for sheet in sheets if sheet.sheet == "axis_assessment" for row in sheet.rows("axis_assessment")
            if any(row[name] is not None for name in _INPUTS)]
    found: list[Finding] = []
    accepted: dict[tuple[str, str], Assessment] = {}
    for row in rows:
        faults = list(_faults(body, row, accepted, ctx))
        found += faults
        if not faults and all(row[name] is not INVALID for name in _INPUTS):
            item = _record(body, row)
            accepted[item.unit, item.axis] = item
    indicators = tuple(
        Indicator(body, name, text(row, "plan"), text(row, "actual"), row.at)
        for sheet in sheets if sheet.sheet == "indicators" for row in sheet.rows("indicators")
        if (name := text(row, "indicator")) is not None)
    return tuple(accepted.values()), indicators, in_order(found)


def compare(given: Sequence[Assessment], records: Mapping[str, UnitRecord], ctx: CheckContext) \
        -> tuple[tuple[AxisComparison, ...], list[Finding]]:
    """Each assessed row beside the unit's own counts of that axis; beyond the tolerance it is a warning with both."""
    tolerance = ctx.spec.policy.assessors.tolerance
    compared: list[AxisComparison] = []
    found: list[Finding] = []
    for item in sorted(given, key=lambda item: (item.unit, item.axis, item.body)):
        record = records.get(item.unit)
        collective = record.collective if record else None
        counts = count_tasks(task for task in collective.tasks if task.axis == item.axis) if collective else None
        differs = tuple(name for name in FIGURES if counts is not None and (said := getattr(item, name)) is not None
                        and abs(said - getattr(counts, name)) > tolerance)
        compared.append(AxisComparison(item, counts, differs))
        if item.level == NOT_MET:
            found.append(_not_met(item, ctx))
        if counts is not None and collective is not None:
            line = collective.counts_at.get(item.axis, collective.at)
            found += [_differs(item, name, counts, line.cell(name), ctx) for name in differs]
    return tuple(compared), in_order(found)


def _faults(body: str, row: Row, accepted: Mapping[tuple[str, str], Assessment], ctx: CheckContext) -> Iterator[Finding]:
    unit, axis = row.key or "?", text(row, "axis") or "?"
    here = Where(Part.ASSESSMENT, body)
    if unit != province(ctx)[0] and unit not in ctx.roster.units:
        yield finding("ASSESS_UNIT_UNKNOWN", here.at(row.at.cell("unit")), unit=unit)
    if axis not in bodies(ctx)[body].axes:
        yield finding("ASSESS_AXIS_FOREIGN", here.at(row.at.cell("axis")), unit=unit, axis=axis,
                      body=bodies(ctx)[body].name)
    earlier = accepted.get((unit, axis))
    if earlier is not None:
        yield finding("ASSESS_TWICE", here.at(row.at.cell("unit")), unit=unit, axis=axis,
                      other_cell=earlier.at.cell("unit").a1)
    assigned, done, late = (number(row, name) for name in FIGURES)
    for code, small, big, field in (("ASSESS_DONE_OVER", done, assigned, "done"), ("ASSESS_LATE_OVER", late, done, "late")):
        if small is not None and big is not None and small > big:
            yield finding(code, here.at(row.at.cell(field)), unit=unit, axis=axis, small=small, big=big)


def _record(body: str, row: Row) -> Assessment:
    figures = {name: int(value) if (value := number(row, name)) is not None else None for name in FIGURES}
    level = text(row, "level")
    return Assessment(body, row.key or "", text(row, "axis") or "", **figures, level=int(level) if level else None,
                      comment=text(row, "comment"), at=row.at)


def _not_met(item: Assessment, ctx: CheckContext) -> Finding:
    """What an assessing body found wanting is a finding on the unit, whatever the unit declared (R14)."""
    return finding("ASSESS_NOT_MET", Where(Part.ASSESSMENT, item.unit).at(item.at.cell("level")), axis=item.axis,
                   body=bodies(ctx)[item.body].name, comment=item.comment or say("checks.assessment.no_comment"))


def _differs(item: Assessment, name: str, counts: Counts, declared: Any, ctx: CheckContext) -> Finding:
    sheet = ctx.spec.forms["danh-gia-truc"].sheet("axis_assessment")
    where = Where(Part.ASSESSMENT, item.unit).at(item.at.cell(name))
    return finding("AXIS_FIGURE_DIFFERS", where, body=bodies(ctx)[item.body].name, axis=item.axis,
                   label=sheet.block("axis_assessment").field(name).label, said=getattr(item, name),
                   counted=getattr(counts, name), file=declared.file, sheet=declared.sheet, cell=declared.a1)
