"""R16: the response level of a product an officer leads is its task's in Phụ lục 09; the worse of two counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.records import OfficerSheet, Product, Task

_LEAD = "lead"


def settled(sheet: OfficerSheet, tasks: Sequence[Task], unit: str) -> tuple[OfficerSheet, list[Finding]]:
    """``sheet`` with the response level that counts in every product, and where the officer's own one is better."""
    of_task = {task.code: task for task in tasks if task.response is not None}
    better = [(item, task) for item in sheet.products
              if (task := _task(item, of_task)) is not None and item.response is not None and task.response is not None
              and item.response < task.response]
    products = tuple(_with_response(item, _task(item, of_task)) for item in sheet.products)
    return replace(sheet, products=products), [
        finding("RULE_RESPONSE_BETTER", Where(Part.OFFICER, unit, sheet.officer).at(item.at.cell("response")),
                product=item.no, stated=item.response, task=task.code, unit=task.response,
                cell=task.at.cell("response").a1)
        for item, task in better]


def _task(product: Product, of_task: Mapping[str, Task]) -> Task | None:
    return of_task.get(product.task_code or "") if product.role == _LEAD else None


def _with_response(product: Product, task: Task | None) -> Product:
    if task is None or task.response is None:
        return product
    return replace(product, response=max(task.response, product.response or task.response))
