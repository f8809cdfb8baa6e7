"""What a unit's fictional quarter is like: its tasks, and what each officer did, before they are cells.

Everything follows from the unit's number; there is no chance in it, so that two demos are the same.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from qeval_batch.core.period import Period
from qeval_batch.model.records import AXES
from qeval_batch.model.roster import Officer

_FIRST_DEADLINE, _LAST_MARGIN = 24, 12     # days after the quarter's start; before the last day known
_SHARED_AXES = ("1", "4")                  # everybody helps with a second task of these
_MOST_TASKS, _FEWEST_TASKS, _COMMUNE_TASKS = 16, 8, 12


class Played(enum.Enum):
    """The kinds of quarter that are played."""

    EXCELLENT = "excellent"
    GOOD = "good"
    LATE = "late"              # one task late
    GAP = "gap"                # not all done, but above the limit of R35: no level fits
    FAILED = "failed"          # below the limit of R35
    EXCUSED = "excused"        # one task not done, its cause confirmed
    WEAK = "weak"              # a key task with response level 3


_FIRST_UNITS: Mapping[int, Played] = {
    0: Played.EXCELLENT, 2: Played.EXCELLENT, 4: Played.EXCELLENT, 5: Played.EXCELLENT, 6: Played.FAILED,
    7: Played.LATE, 8: Played.LATE, 9: Played.EXCELLENT, 10: Played.EXCUSED, 14: Played.EXCELLENT, 15: Played.WEAK,
    19: Played.GAP,
}
_LATER_UNITS = (Played.GOOD, Played.EXCELLENT, Played.GOOD, Played.LATE, Played.EXCELLENT, Played.GOOD, Played.GAP,
                Played.EXCELLENT, Played.GOOD, Played.FAILED, Played.WEAK, Played.EXCUSED)


def case_of(index: int) -> Played:
    """The kind of quarter of the unit with this number."""
    return _FIRST_UNITS.get(index, Played.GOOD) if index < 20 else _LATER_UNITS[index % len(_LATER_UNITS)]


@dataclass(frozen=True)
class TaskPlan:
    """One task of the unit. ``number`` counts from 0; ``text`` is the number of its wording within the axis."""

    number: int
    axis: str
    text: int
    owner: Officer
    planned: bool
    deadline: date
    completed: date | None
    exceeded: bool
    key: bool
    response: int | None
    projected: bool
    excused: bool

    @property
    def code(self) -> str:
        return f"NV{self.number + 1:02d}"

    @property
    def done(self) -> bool:
        return self.completed is not None

    @property
    def late(self) -> bool:
        return self.completed is not None and self.completed > self.deadline


@dataclass(frozen=True)
class ProductPlan:
    """One product of an officer; figures as the officer would type them."""

    task: TaskPlan
    lead: bool
    assigned: int
    done: int
    completed: date | None
    quality: int | None
    progress: int | None
    leadership: int | None

    @property
    def excused(self) -> bool:
        return self.lead and self.task.excused

    @property
    def standard(self) -> str:
        """Code of the standard product: the first of its axis for who leads, the second for who supports."""
        return f"SP{self.task.axis}{1 if self.lead else 2}"


@dataclass(frozen=True)
class PlayedQuarter:
    """A unit's quarter: number and kind of the unit, the officers who did the work, the tasks."""

    index: int
    case: Played
    commune: bool
    active: tuple[Officer, ...]
    tasks: tuple[TaskPlan, ...]

    def own_tasks(self, officer: Officer) -> tuple[TaskPlan, ...]:
        """The officer's own collective: everything for the head, else the tasks led."""
        own = tuple(task for task in self.tasks if task.owner.id == officer.id)
        return self.tasks if officer.head or not own else own


def plan_quarter(index: int, commune: bool, active: Sequence[Officer], period: Period, last_day: date) -> PlayedQuarter:
    """The quarter of one unit. ``last_day`` is the last day whose results are known; later ones are `Ước`."""
    planner = _Planner(index, case_of(index), commune, tuple(active), period, last_day)
    return PlayedQuarter(index, planner.case, commune, tuple(active), tuple(map(planner.task, range(planner.count))))


@dataclass(frozen=True)
class _Planner:
    """One unit's quarter in the making."""

    index: int
    case: Played
    commune: bool
    active: tuple[Officer, ...]
    period: Period
    last_day: date

    @property
    def people(self) -> int:
        return len(self.active)

    @property
    def count(self) -> int:
        """How many tasks the unit has; communes have as many as one another, so that they can tie."""
        return _COMMUNE_TASKS if self.commune else min(_MOST_TASKS, max(_FEWEST_TASKS, 2 * self.people + 2 + self.index % 3))

    def task(self, number: int) -> TaskPlan:
        deadline = self._deadline(number)
        completed: date | None = deadline - timedelta(days=1 + (number * 3 + self.index) % 9)
        special = number == 1 % self.people
        projected = number == self.count - 1 and self.index % 7 == 5
        if self.case is Played.LATE and (number == 0 if self.index % 2 else special):
            completed = deadline + timedelta(days=4)
        excused = self.case is Played.EXCUSED and special
        if excused or self._fails(number):
            completed, projected = None, False
        elif projected:
            deadline = completed = self.period.end
        weak = self.case is Played.WEAK and special
        key = number % 4 == 0 or weak
        response = 3 if weak else 1 + (number + self.index) % 2 if key and completed is not None else None
        return TaskPlan(number, AXES[number % len(AXES)], number // len(AXES) + self.index,
                        self.active[number % self.people], number % 6 != 5, deadline, completed,
                        completed is not None and self._exceeds(number), key, response, projected, excused)

    def _deadline(self, number: int) -> date:
        room = max((self.last_day - self.period.start).days - _FIRST_DEADLINE - _LAST_MARGIN, 1)
        return self.period.start + timedelta(days=_FIRST_DEADLINE + (number * 5 + self.index * 3) % room)

    def _fails(self, number: int) -> bool:
        """Not done and nothing to excuse it: two deputies' fields, or one task of the last officer's."""
        place = number % self.people
        if self.case is Played.FAILED:
            if self.people == 1:
                return number % 3 == 1
            return place in (1, 2) if self.people > 3 else place == self.people - 1
        return self.case is Played.GAP and number == self.people - 1

    def _exceeds(self, number: int) -> bool:
        if self.case in (Played.EXCELLENT, Played.EXCUSED):
            return number < max(self.people, -(-self.count * 3 // 10)) + (0 if self.commune else self.index % 2)
        return number % 5 == 0


def plan_products(quarter: PlayedQuarter, officer: Officer) -> tuple[ProductPlan, ...]:
    """The products of one officer: one led for each own task, one supported in each axis not led and two more."""
    led = [task for task in quarter.tasks if task.owner.id == officer.id]
    others = [task for task in quarter.tasks if task.owner.id != officer.id]
    axes = {task.axis for task in led}
    helped = [next((task for task in others if task.axis == axis), None) for axis in AXES if axis not in axes]
    helped += [next((task for task in reversed(others) if task.axis == axis), None) for axis in _SHARED_AXES]
    place = next(number for number, item in enumerate(quarter.active) if item.id == officer.id)
    products = [(task, True) for task in led]
    products += [(task, False) for task in dict.fromkeys(task for task in helped if task is not None)]
    return tuple(_product(quarter, place, number, task, lead) for number, (task, lead) in enumerate(products))


def is_top(quarter: PlayedQuarter, place: int) -> bool:
    """Whether the officer at this place works at level 1."""
    if quarter.case in (Played.EXCELLENT, Played.EXCUSED):
        return place in (0, 2) or (quarter.index + place) % 4 == 0
    return quarter.case is not Played.GOOD and (quarter.index + place) % 4 == 0


def seed_of(quarter: PlayedQuarter, place: int) -> int:
    """What makes figures differ between units: nothing for the chairs of excellent communes, so that they tie."""
    return 0 if quarter.commune and place == 2 and quarter.case is Played.EXCELLENT else quarter.index


def _product(quarter: PlayedQuarter, place: int, number: int, task: TaskPlan, lead: bool) -> ProductPlan:
    seed = seed_of(quarter, place)
    assigned = 1 + (number + seed) % 4
    low_b, low_d = (91, 90) if is_top(quarter, place) else (62, 60)
    quality = low_b + (seed * 3 + place * 2 + number) % 9
    leadership = low_d + (seed * 5 + place + number) % 9
    known = task.completed or task.deadline - timedelta(days=2)
    if not lead:
        return ProductPlan(task, False, assigned, assigned, min(known, task.deadline), quality, None, leadership)
    if task.excused:
        return ProductPlan(task, True, 4, 3, task.deadline - timedelta(days=2), quality, None, leadership)
    if not task.done and quarter.case is Played.FAILED and place == min(1, len(quarter.active) - 1):
        return ProductPlan(task, True, assigned, 0, None, None, None, None)
    done = assigned + (1 if task.exceeded else 0)
    return ProductPlan(task, True, assigned, done, known, quality, 80 if task.late else None, leadership)


def axis_weight(product: ProductPlan, coefficients: Mapping[str, Decimal]) -> Decimal:
    """Coefficient × quantity that counts as assigned."""
    return coefficients[product.standard] * (min(product.assigned, product.done) if product.excused else product.assigned)
