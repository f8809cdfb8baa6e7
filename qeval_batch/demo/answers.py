"""The fictional quarter as the answers a unit types into its workbook, each value typed as its cell asks."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qeval_batch.core.decimals import half_up, vi_number
from qeval_batch.core.period import Period
from qeval_batch.demo.plan import (
    Played,
    PlayedQuarter,
    ProductPlan,
    axis_weight,
    is_top,
    plan_products,
    plan_quarter,
    seed_of,
)
from qeval_batch.demo.province import load_data
from qeval_batch.model.records import AXES
from qeval_batch.model.roster import Officer, Roster, Unit
from qeval_batch.rules.asked import Asked
from qeval_batch.rules.score import (
    axis_kpi,
    axis_points,
    done_share,
    effective_assigned,
    product_kpi,
    progress_pct,
    quantity_pct,
)
from qeval_batch.rules.transfer import moved_away
from qeval_batch.spec.load import Spec
from qeval_batch.spec.policy import Policy

RowAnswer = dict[str, Any]
UnitAnswers = dict[tuple[str, str | None], dict[str, list[RowAnswer]]]
_FORMER_SCORE = Decimal("84.5")
_ADJUSTED, _LOWERED = Decimal(2), Decimal("5.5")


def unit_answers(unit: Unit, roster: Roster, spec: Spec, period: Period, last_day: date) -> UnitAnswers:
    """Everything ``unit`` fills in: Phụ lục 09, a sheet per officer at work, Tổng hợp, Hồ sơ.

    ``last_day``: the last day whose results are known. Officers away or set apart leave their sheets blank.
    """
    index = list(roster.units).index(unit.id)
    active = list(Asked(roster, period, spec.policy).of(unit.id))
    if not active:
        return {}
    quarter = plan_quarter(index, unit.block == "xa", active, period, last_day)
    sheets = {officer.id: _Sheet(quarter, officer, unit, roster, spec) for officer in active}
    answers: UnitAnswers = {("collective", None): _collective(quarter, unit, roster, spec)}
    for officer in active:
        answers["officer", officer.id] = sheets[officer.id].answers()
    answers["proposal", None] = {"officers": [_proposal(quarter, sheet) for sheet in sheets.values()]}
    for officer, stay in moved_away(roster, unit.id, period, spec.policy):
        if stay.mandatory:
            answers["comment", officer.id] = {"opinion": [_opinion(officer, unit, spec)]}
    answers["dossier", None] = {"parts": _dossier(quarter, unit, last_day)}
    return answers


@functools.cache
def _words() -> Mapping[str, Any]:
    return load_data("texts.yaml")


# --- Phụ lục 09 --------------------------------------------------------------------------------------------------------
def _collective(quarter: PlayedQuarter, unit: Unit, roster: Roster, spec: Spec) -> dict[str, list[RowAnswer]]:
    words = _words()
    tasks = []
    for task in quarter.tasks:
        row: RowAnswer = {
            "no": task.number + 1, "code": task.code, "axis": task.axis, "task": _task_text(task.axis, task.text, unit),
            "source": "planned" if task.planned else "ad_hoc",
            "document": words["planned_document"] if task.planned else words["ad_hoc_document"],
            "in_charge": (task.owner.id,), "key": task.key, "deadline": task.deadline, "completed": task.completed,
            "status": "not_done" if not task.done else "late" if task.late else "on_time", "exceeded": task.exceeded,
            "response": str(task.response) if task.response else None, "projected": task.projected,
            "evidence": words["evidence"] if task.done else None}
        tasks.append(row | (_excuse(spec) if task.excused else {}))
    disciplined = any(roster.changes_of(officer.id, "discipline") for officer in roster.officers_of(unit.id))
    status: RowAnswer = {"discipline_collective": "no", "discipline_member": "yes" if disciplined else "no",
                         "discipline_subordinate": "no", "remedied": "none" if quarter.index % 3 else "yes",
                         "collective_level": "2" if quarter.index % 4 == 0 else None}
    return {"tasks": tasks, "status": [status]}


def _task_text(axis: str, number: int, unit: Unit) -> str:
    wordings = _words()["tasks"][axis]
    return str(wordings[number % len(wordings)]).format(unit=unit.name)


def _excuse(spec: Spec) -> RowAnswer:
    words = _words()
    return {"cause": words["cause"], "confirm_document": words["confirm_document"],
            "confirm_body": spec.policy.confirming_bodies[0]}


# --- An officer's sheet ------------------------------------------------------------------------------------------------
class _Sheet:
    """One officer's sheet: the products planned, the score they give, the level that is to be expected."""

    def __init__(self, quarter: PlayedQuarter, officer: Officer, unit: Unit, roster: Roster, spec: Spec) -> None:
        self.quarter, self.officer, self.unit, self.spec, self.roster = quarter, officer, unit, spec, roster
        self.place = [item.id for item in quarter.active].index(officer.id)
        self.products = plan_products(quarter, officer)
        self.form = spec.forms[spec.annex_of(unit.block, unit.annex, officer.authority)]
        self.profile = spec.policy.score.profile
        self.coefficients = {code: item.coefficient or Decimal(1) for code, item in roster.standards.items()}
        self.unmet = () if is_top(quarter, self.place) else ("1.8", "3.2") if seed_of(quarter, self.place) % 2 else ("2.2",)
        self.total = self._total()
        self.level = self._expected()

    def answers(self) -> dict[str, list[RowAnswer]]:
        blocks = {"axes": self._axes(), "products": [self._product(number, item)
                                                     for number, item in enumerate(self.products, start=1)],
                  "self": [self._self()]}
        if self.profile == "30+70":
            blocks["general"] = [{"key": row.key, "met": row.key not in self.unmet, "not_met": row.key in self.unmet}
                                 for row in self._criteria()]
        return blocks

    def _criteria(self) -> list[Any]:
        return [row for row in self.form.sheet("officer").block("general").fixed if not (row.heading or row.total)]

    def _axes(self) -> list[RowAnswer]:
        points = self.form.axis_points[self.profile]
        return [{"key": axis, "role": "main" if axis in self.form.main_axes else "secondary",
                 "max_points": points[axis], "none_arising": False} for axis in AXES]

    def _product(self, number: int, item: ProductPlan) -> RowAnswer:
        words, task = _words(), item.task
        text = words["lead" if item.lead else "support"].format(
            task=_task_text(task.axis, task.text, self.unit), field=self.officer.field_in_charge)
        key = item.lead and task.key
        row: RowAnswer = {
            "no": number, "task_code": task.code, "standard_code": item.standard, "axis": task.axis, "product": text,
            "expected": words["expected"], "role": "lead" if item.lead else "support",
            "source": "planned" if task.planned else "ad_hoc",
            "document": words["planned_document"] if task.planned else words["ad_hoc_document"],
            "unit_of_measure": self.roster.standards[item.standard].unit_of_measure, "assigned": item.assigned,
            "coefficient": self.coefficients[item.standard], "key": key, "deadline": task.deadline, "done": item.done,
            "completed": item.completed, "projected": task.projected and item.completed == task.completed,
            "quality_pct": item.quality, "progress_pct": item.progress, "leadership_pct": item.leadership,
            "exceeded": item.lead and task.exceeded, "evidence": words["evidence"] if item.done else None,
            "response": (str(task.response) if task.response else "2") if key and item.done else None}
        return row | (_excuse(self.spec) if item.excused else {})

    def _self(self) -> RowAnswer:
        words = _words()
        disciplined = bool(self.roster.changes_of(self.officer.id, "discipline"))
        hopeful = self.level == 2 and (self.quarter.index + self.place) % 4 == 1
        return {"overall": words["overall"].format(unit=self.unit.name),
                "outstanding": words["outstanding"]["top" if is_top(self.quarter, self.place) else "good"],
                "shortcomings": words["shortcomings"], "remedy_plan": words["remedy_plan"], "remedied": "none",
                "discipline": "yes" if disciplined else "no",
                "self_level": "1" if hopeful else str(self.level or 3)}

    @property
    def self_level(self) -> int:
        return int(self._self()["self_level"])

    def _total(self) -> Decimal:
        """The score the engine will find, by the engine's own functions (R17)."""
        policy = self.spec.policy
        places = policy.score.places
        total = Decimal(0)
        if self.profile == "30+70":
            total += sum((Decimal(row.values["max_points"]) for row in self._criteria() if row.key not in self.unmet),
                         Decimal(0))
        for axis in AXES:
            parts = [(axis_weight(item, self.coefficients), _kpi(item, policy))
                     for item in self.products if item.task.axis == axis]
            kpi = axis_kpi(parts, policy.score.kpi_cap)
            if kpi is not None:
                total += axis_points(Decimal(self.form.axis_points[self.profile][axis]), kpi, places)
        return total

    def _expected(self) -> int | None:
        """The level that is to be expected, roughly as the rules would give it; None where none fits."""
        policy, own = self.spec.policy, [task for task in self.quarter.own_tasks(self.officer) if not task.excused]
        done = sum(task.done for task in own)
        if any(item.done < item.assigned and not item.excused for item in self.products):
            return 4
        if self.officer.head and Fraction(done, len(own)) < Fraction(policy.level.completion[4]):
            return 4
        late = sum(task.late for task in own)
        if done < len(own) or Fraction(late, len(own)) > Fraction(policy.level.late[3]):
            return None
        if late or any(task.response == 3 for task in own):
            return 3
        exceeded = Fraction(sum(task.exceeded for task in own), len(own))
        top = self.total >= policy.level.score[1] and exceeded >= Fraction(policy.level.exceed[1])
        return 1 if top and self.quarter.case is not Played.FAILED else 2


def _kpi(item: ProductPlan, policy: Policy) -> Fraction:
    if not item.done:
        return Fraction(0)
    done = Decimal(item.done)
    assigned = effective_assigned(Decimal(item.assigned), done, item.excused)
    share = done_share(assigned, done, policy)
    entered = None if item.progress is None else Decimal(item.progress)
    c = progress_pct(assigned, done, item.task.deadline, item.completed, entered, item.excused, policy) or 0
    return product_kpi(quantity_pct(assigned, done), share * Fraction(item.quality or 0), share * Fraction(c),
                       item.leadership or 0, policy.score.kpi_formula)


# --- Tổng hợp, Hồ sơ ---------------------------------------------------------------------------------------------------
def _proposal(quarter: PlayedQuarter, sheet: _Sheet) -> RowAnswer:
    words = _words()
    level = sheet.level or 3
    reasons = [words["reasons"][str(level)]]
    score: Decimal | None = None
    if sheet.place == 1 and quarter.index % 3 == 1:
        score = half_up(sheet.total - _ADJUSTED, 2)
        reasons.append(words["reasons"]["adjusted"].format(points=vi_number(_ADJUSTED)))
    elif sheet.place == 3 and quarter.index % 6 == 0:
        score = half_up(sheet.total - _LOWERED, 2)
        reasons.append(words["reasons"]["lowered"].format(points=vi_number(_LOWERED)))
    return {"key": sheet.officer.id, "unit_score": score, "unit_level": str(level),
            "proposer": quarter.active[0].name, "reason": " ".join(reasons),
            "personnel": words["personnel"] if level == 1 else None}


def _opinion(officer: Officer, unit: Unit, spec: Spec) -> RowAnswer:
    return {"months": Decimal(spec.policy.transfer.months), "score": _FORMER_SCORE, "level": "2",
            "comment": _words()["former_unit"].format(unit=unit.name)}


def _dossier(quarter: PlayedQuarter, unit: Unit, last_day: date) -> list[RowAnswer]:
    words = _words()
    keys = ["1", "2", *(f"3:{officer.id}" for officer in quarter.active), *(f"4:{axis}" for axis in AXES), "5", "6"]
    forgotten = "4:6" if quarter.index % 8 == 3 else None
    rows: list[RowAnswer] = []
    for number, key in enumerate(keys, start=1):
        if key == forgotten:
            continue
        rows.append({"key": key, "number": words["dossier_number"].format(
            number=f"{number:02d}", kind=words["dossier_kinds"][key[0]], unit=unit.id),
            "date": last_day - timedelta(days=2), "electronic": True, "paper": quarter.index % 5 != 1 or key != "2"})
    return rows
