"""What an officer answers for, counted: the unit's tasks, the officer's own collective, the officer's own products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

from qeval_batch.model.records import CollectiveSheet, Product, Task
from qeval_batch.model.results import Counts, Individual, Order, OwnCollective
from qeval_batch.model.roster import Officer
from qeval_batch.rules.score import ZERO, effective_assigned
from qeval_batch.rules.trace import TraceLine, ratio
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import CollectiveKeys

# The code of `Không đáp ứng yêu cầu nhiệm vụ` in the list of response levels (TW 4 step 3).
NOT_MET = 3
# The reading of `collective.own` under which a deputy's collective is the own field.
BY_FIELD = "by_field"
OWN = TraceLine("C", CollectiveKeys.own, "{why}: hoàn thành {completion}, chậm {late}, vượt mức {exceeded}.", {
    "Giao": "{assigned}", "Theo kế hoạch": "{planned}", "Hoàn thành": "{done}", "Chậm": "{late}",
    "Vượt mức": "{exceeded}", "Chưa hoàn thành, có lý do được xác nhận": "{excused}", "Chưa hoàn thành": "{failed}"})
# Why a base is whose it is (IX.1.3).
_WHOSE = {
    "head": "Người đứng đầu chịu trách nhiệm về kết quả của cả tập thể",
    "field": "Tính trên các nhiệm vụ ghi tên cán bộ là người phụ trách",
    "excused": "Cả {count} nhiệm vụ ghi tên cán bộ đều chưa hoàn thành vì lý do khách quan được chấp nhận, nên tính trên cả "
               "tập thể",
    "unnamed": "Không nhiệm vụ nào ghi tên cán bộ, nên tính trên cả tập thể",
    "whole": "Theo chính sách, mọi thành viên lãnh đạo đều tính trên cả tập thể",
}


def count_tasks(tasks: Iterable[Task]) -> Counts:
    """Counts over a task base (rules.md C). Excused tasks leave the base, so they tell nothing of its quality."""
    items = list(tasks)
    planned = [item for item in items if item.source == "planned"]
    done = [item for item in items if item.done]
    late = [item for item in done if item.late]
    excused = [item for item in items if item.excused]
    return Counts(
        assigned=len(items), planned=len(planned),
        planned_done=sum(item.done for item in planned), planned_excused=sum(item.excused for item in planned),
        excused=len(excused), done=len(done), on_time=len(done) - len(late), late=len(late),
        exceeded=sum(item.exceeded for item in done), failed=len(items) - len(done) - len(excused),
        quality=all(item.response != NOT_MET for item in items if not item.excused),
        quality_blank=any(item.key and item.response is None for item in done),
        late_confirmed=sum(item.excuse.confirmed for item in late), projected=sum(item.projected for item in items),
    )


def base(counts: Counts) -> int:
    """The base of every ratio: assigned without the excused tasks; zero is missing data, not 0 or 100 %."""
    return counts.assigned - counts.excused


def own_collective(officer: Officer, sheet: CollectiveSheet, policy: Policy) -> OwnCollective:
    """The whole unit for the head; for others the tasks naming them, or the whole unit if none does (IX.1.3)."""
    by_field = policy.collective.own == BY_FIELD
    mine = [task for task in sheet.tasks if by_field and officer.id in task.in_charge]
    left_out = bool(mine) and all(task.excused for task in mine) and not officer.head
    if officer.head:
        scope, tasks, why = "unit", sheet.tasks, "head"
    elif left_out:
        scope, tasks, why = "unit", sheet.tasks, "excused"
    elif mine:
        scope, tasks, why = "field", tuple(mine), "field"
    else:
        scope, tasks, why = "unit", sheet.tasks, "unnamed" if by_field else "whole"
    counts = count_tasks(tasks)
    cells = [item.at.cell("status") for item in tasks if not item.done or item.late]
    line = OWN.step(policy, None, cells, why=_WHOSE[why].format(count=len(mine)),
                    completion=ratio(counts.done, base(counts)), **asdict(counts))
    return OwnCollective(scope, counts, (line,), left_out)


def complete(product: Product) -> bool:
    """Whether the whole assigned quantity is done."""
    return product.done >= product.assigned


def individual(products: Sequence[Product]) -> Individual:
    """The base of R30: own products, excused ones left out (LD VI.1.4 last paragraph)."""
    excused = [item for item in products if item.excused]
    short = [item for item in products if not complete(item) and not item.excused]
    return Individual(len(products), sum(complete(item) for item in products), len(excused),
                      bool(short) and all(item.role == "support" for item in short))


def response_blank(products: Iterable[Product]) -> bool:
    """Whether an own key product that was done lacks its response level (R16)."""
    return any(item.key and item.response is None and item.done > 0 and (complete(item) or item.excused)
               for item in products)


def order_of(counts: Counts, used: Decimal, products: Sequence[Product]) -> Order:
    """The key of the order of proposal (D): score used, exceed ratio, own exceeded products and their work."""
    exceeded = [item for item in products if item.exceeded]
    work = sum((item.coefficient * effective_assigned(item.assigned, item.done, item.excused) for item in exceeded),
               ZERO)
    return Order(used, (counts.exceeded, base(counts)), len(exceeded), work)


def exceed_share(order: Order) -> Fraction:
    """The exceed ratio as one exact number; nobody is graded on an empty base."""
    return Fraction(*order.exceed)
