"""Phụ lục 09 part I: the workbook's own counts against those of its task list, on a sheet that is otherwise sound."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qeval_batch.checks.scope import SheetScope, vi_figure
from qeval_batch.checks.topics import COUNTS
from qeval_batch.model.findings import Finding
from qeval_batch.model.records import CollectiveSheet
from qeval_batch.rules.claims import as_declared
from qeval_batch.rules.collective import count_tasks

_TOTAL = "total"


@COUNTS.check("COUNT_DIFFERS")
def counts_agree(sheet: CollectiveSheet, scope: SheetScope) -> Iterator[Finding]:
    """Each count that is not the recomputed one, with both; a wrong line of an axis explains the total below it."""
    if scope.sheet.amended_by:      # corrected by the result report: the file's own counts are of before
        return
    explained: set[str] = set()
    for row in scope.sheet.rows("counts"):
        tasks = sheet.tasks if row.key == _TOTAL else [task for task in sheet.tasks if task.axis == row.key]
        counts = count_tasks(as_declared(tasks))
        figures = {"planned": counts.planned, "ad_hoc": counts.assigned - counts.planned, "assigned": counts.assigned,
                   "done": counts.done, "on_time": counts.on_time, "exceeded": counts.exceeded, "late": counts.late,
                   "excused": counts.excused, "failed": counts.failed}
        for field, computed in figures.items():
            workbook = row[field]
            if not isinstance(workbook, Decimal) or workbook == computed or (row.key == _TOTAL and field in explained):
                continue
            explained.add(field)
            yield scope.found("COUNT_DIFFERS", row, field, label=scope.label("counts", field), line=row["axis"] or "",
                              workbook=vi_figure(workbook), computed=computed)
