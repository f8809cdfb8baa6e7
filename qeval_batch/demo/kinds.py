"""The other workbooks of the fictional quarter: one unit's result report, one assessing body's figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from qeval_batch.checks.result_report import PRODUCTS, TASKS, product_line, task_line
from qeval_batch.commands.templates_kinds import assessor_facts
from qeval_batch.core.period import Period
from qeval_batch.demo.answers import RowAnswer, UnitAnswers
from qeval_batch.demo.province import load_data
from qeval_batch.model.records import AXES
from qeval_batch.model.roster import Roster, Unit
from qeval_batch.spec.load import Spec
from qeval_batch.template.facts import UnitFacts

REPORTING_UNIT = 5          # the first unit with rows marked `Ước` (demo.plan)
ASSESSOR = "DU-UBND"
_ASSESSED, _DIFFERING = 8, 3      # units the body tells about; at every so many its figures differ
_REPORT = "bao-cao-ket-qua"


def result_report(unit: Unit, declared: UnitAnswers, roster: Roster, spec: Spec, period: Period) -> tuple[UnitFacts, UnitAnswers]:
    """The unit's report: every projected row confirmed, but the last product done a day earlier than projected."""
    tasks = [(task_line(number), row) for number, row in enumerate(declared["collective", None]["tasks"], start=1)
             if row["projected"]]
    products = [(product_line(officer, number), row) for (sheet, officer), blocks in declared.items()
                if sheet == "officer" and officer for number, row in enumerate(blocks["products"], start=1)
                if row["projected"]]
    rows = {(TASKS, TASKS): [_task(line, row) for line, row in tasks],
            (PRODUCTS, PRODUCTS): [_product(line, row, roster) for line, row in products]}
    said: dict[str, list[RowAnswer]] = {
        TASKS: [{"key": line, "confirm": True} for line, _ in tasks],
        PRODUCTS: [{"key": line, "confirm": True} for line, _ in products[:-1]]}
    for line, row in products[-1:]:
        completed: date = row["completed"]
        said[PRODUCTS].append({"key": line, "completed": completed - timedelta(days=1)})
    facts = UnitFacts(spec, period, unit, (), of_kind=_REPORT, rows=rows)
    return facts, {(sheet, None): {sheet: answers} for sheet, answers in said.items()}


def _task(line: str, row: RowAnswer) -> dict[str, Any]:
    return {"key": line, "line": line, **{name: row[name] for name in ("code", "axis", "task", "deadline")},
            "projected_completed": row["completed"], "projected_status": row["status"]}


def _product(line: str, row: RowAnswer, roster: Roster) -> dict[str, Any]:
    return {"key": line, "line": line, "full_name": roster.officers[line.rpartition("-")[0]].name,
            **{name: row[name] for name in ("task_code", "product", "deadline", "assigned")},
            "projected_done": row["done"], "projected_completed": row["completed"]}


def assessment(declared: Mapping[str, UnitAnswers], roster: Roster, spec: Spec, period: Period) -> tuple[UnitFacts, UnitAnswers]:
    """One body's figures of the first units: mostly what those declare, some with a task more or one done less."""
    facts = assessor_facts(spec, roster, period, ASSESSOR, spec.policy.assessors.bodies[ASSESSOR])
    words = load_data("texts.yaml")["assessor"]
    rows: list[RowAnswer] = []
    for place, (unit, answers) in enumerate(list(declared.items())[:_ASSESSED]):
        for axis in AXES:
            tasks = [row for row in answers["collective", None]["tasks"] if row["axis"] == axis]
            done = sum(row["status"] != "not_done" for row in tasks)
            differs = place % _DIFFERING == 1 and axis == AXES[place % len(AXES)] and done > 0
            rows.append({"key": f"{unit}:{axis}", "assigned": len(tasks) + (1 if differs else 0),
                         "done": done, "late": sum(row["status"] == "late" for row in tasks),
                         "level": "2", "comment": words["differs"] if differs else None})
    indicators = [dict(item) for item in words["indicators"]]
    return facts, {("axis_assessment", None): {"axis_assessment": rows}, ("indicators", None): {"indicators": indicators}}
