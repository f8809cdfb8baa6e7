"""Live formulas of Phụ lục 09 part I: counts and ratios per axis and in all, from the task list (rules.md C)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from qeval_batch.core.decimals import half_up
from qeval_batch.model.records import AXES
from qeval_batch.template.formula_context import (
    GUARD_PLACES,
    Context,
    Formula,
    FormulaValue,
    axis_range,
    confirmed_text,
    is_confirmed,
    text_of,
)
from qeval_batch.template.layout import BlockPlace

_COUNTED = ("planned", "ad_hoc", "done", "on_time", "exceeded", "late", "excused")


def _task_terms(context: Context, tasks: BlockPlace) -> dict[str, str]:
    """For every count the product of conditions over the task list that makes it."""
    ref = tasks.range
    on_time, late = (f'({ref("status")}={context.label("task_status", code)})' for code in ("on_time", "late"))
    dated = f'ISNUMBER({ref("completed")})*ISNUMBER({ref("deadline")})'
    blank = f'(LEN(TRIM({ref("status")}))=0)'
    planned, ad_hoc = (f'({ref("source")}={context.label("task_source", code)})' for code in ("planned", "ad_hoc"))
    given = f"({planned}+{ad_hoc})"
    done = f"({on_time}+{late}+{blank}*ISNUMBER({ref('completed')}))*{given}"
    is_late = f'({dated}*({ref("completed")}>{ref("deadline")})+(1-{dated})*{late})'
    excused = f"(1-({on_time}+{late}+{blank}*ISNUMBER({ref('completed')})))*{given}*{confirmed_text(ref)}"
    return {
        "planned": planned, "ad_hoc": ad_hoc, "done": done, "late": f"{done}*{is_late}",
        "on_time": f"{done}*(1-{is_late})", "exceeded": f'{done}*(LEN(TRIM({ref("exceeded")}))>0)', "excused": excused}


def task_counts(context: Context, axis: str | None) -> dict[str, int]:
    """The counts of one axis (None: all six) from the task list (rules.md C), by field id of part I."""
    counts: dict[str, int] = context.once("counts", axis or "", lambda: _counts(context, axis))
    return counts


def _counts(context: Context, axis: str | None) -> dict[str, int]:
    tasks = context.block("tasks")
    counts = dict.fromkeys((*_COUNTED, "assigned", "failed"), 0)
    for row in tasks.rows if tasks else ():
        values = context.values(tasks, row) if tasks else {}
        found = text_of(values.get("axis"))
        source = values.get("source")
        if found not in AXES or axis not in (None, found) or source not in ("planned", "ad_hoc"):
            continue
        counts[str(source)] += 1
        counts["assigned"] += 1
        counts[_task_outcome(context, values)] += 1
        if _task_done(values):
            counts["done"] += 1
            counts["exceeded"] += bool(values.get("exceeded"))
    return counts


def _task_done(values: Mapping[str, Any]) -> bool:
    status = values.get("status")
    return status in ("on_time", "late") or (not status and isinstance(values.get("completed"), date))


def _task_outcome(context: Context, values: Mapping[str, Any]) -> str:
    if not _task_done(values):
        return "excused" if is_confirmed(context, values) else "failed"
    completed, deadline = values.get("completed"), values.get("deadline")
    if isinstance(completed, date) and isinstance(deadline, date):
        return "late" if completed > deadline else "on_time"
    return "late" if values.get("status") == "late" else "on_time"


def _count(name: str) -> Formula:
    def text(context: Context) -> str:
        place, row = context.place, context.row
        if row.total:
            return f"SUM({axis_range(place, name)})"
        if name == "assigned":
            return f"{place.cell('planned', row.row)}+{place.cell('ad_hoc', row.row)}"
        if name == "failed":
            return "-".join(place.cell(part, row.row) for part in ("assigned", "done", "excused"))
        tasks = context.block("tasks")
        assert tasks is not None
        return f'SUMPRODUCT((TRIM({tasks.range("axis")}&"")="{row.axis}")*{_task_terms(context, tasks)[name]})'

    return Formula(text, lambda context: task_counts(context, context.row.axis)[name])


def _ratio(part: str) -> Formula:
    def text(context: Context) -> str:
        cell = context.place.cell
        row = context.row.row
        base = f"({cell('assigned', row)}-{cell('excused', row)})"
        return f'IF({base}>0,ROUND(ROUND({cell(part, row)}/{base}*100,{GUARD_PLACES}),2),"")'

    def value(context: Context) -> FormulaValue:
        counts = task_counts(context, context.row.axis)
        base = counts["assigned"] - counts["excused"]
        return half_up(Fraction(counts[part] * 100, base), 2) if base > 0 else ""

    return Formula(text, value)


COUNTS: dict[str, Formula] = {
    **{f"count_{name}": _count(name) for name in (*_COUNTED, "assigned", "failed")},
    "pct_completion": _ratio("done"), "pct_exceed": _ratio("exceeded"), "pct_late": _ratio("late"),
}
