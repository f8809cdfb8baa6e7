"""What the unit's result report settled of an officer's figures (R13): told in the trace, already in the figures."""

from __future__ import annotations

from qeval_batch.core.cells import CellRef
from qeval_batch.model.records import UnitRecord
from qeval_batch.model.roster import Officer
from qeval_batch.model.trace import Step
from qeval_batch.rules.trace import TraceLine
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import DeadlineKeys

CONFIRMED = TraceLine("R13", DeadlineKeys.result_report,
                      "Báo cáo kết quả của đơn vị đã xác nhận hoặc đính chính {products} sản phẩm, {tasks} nhiệm vụ ghi Ước; "
                      "chương trình tính theo báo cáo.")


def reported(officer: Officer, record: UnitRecord, policy: Policy) -> tuple[Step, ...]:
    """One line where products of the officer or tasks of the own field were confirmed or corrected (LD VII.2.3).

    ``record`` holds the officer's sheet and Phụ lục 09.
    """
    assert record.collective is not None
    tasks = record.collective.tasks
    mine = [task for task in tasks if officer.id in task.in_charge]
    own = tasks if officer.head or not mine else tuple(mine)
    products = [item.confirmed for item in record.sheets[officer.id].products if item.confirmed]
    cells: list[CellRef] = [*products, *(task.confirmed for task in own if task.confirmed)]
    if not cells:
        return ()
    return (CONFIRMED.step(policy, True, cells, products=len(products), tasks=len(cells) - len(products)),)
