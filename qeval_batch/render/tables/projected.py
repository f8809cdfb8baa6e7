"""What units estimated up to the end of the quarter (`Ước`): each figure with its cell, to be confirmed later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from qeval_batch.core.cells import CellRef
from qeval_batch.model.batch import Batch
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered


@dataclass(frozen=True)
class Estimate:
    """One task or product that is estimated, and where it says so."""

    unit: str
    officer: str | None
    kind: str
    text: str
    deadline: date
    at: CellRef


PROJECTED: tuple[Column[Numbered[Estimate]], ...] = (
    NUMBER,
    Column("Đơn vị", 24, of=lambda row: row.item.unit),
    Column("Cán bộ", 21, of=lambda row: row.item.officer),
    Column("Loại", 12, "center", of=lambda row: row.item.kind),
    Column("Nhiệm vụ, sản phẩm", 36, of=lambda row: row.item.text),
    Column("Thời hạn", 11, "center", of=lambda row: f"{row.item.deadline:%d/%m/%Y}"),
    Column("Tệp", 20, of=lambda row: row.item.at.file),
    Column("Trang tính", 12, "center", of=lambda row: row.item.at.sheet),
    Column("Dòng", 7, "integer", of=lambda row: row.item.at.row),
)


def projected(batch: Batch) -> Iterator[Estimate]:
    """Every estimate of every unit whose record is sound, in the roster's order."""
    for unit in batch.roster.units.values():
        record = batch.records.get(unit.id)
        if record is None:
            continue
        for task in record.collective.tasks if record.collective else ():
            if task.projected:
                yield Estimate(unit.name, None, "Nhiệm vụ của tập thể", f"{task.code} {task.text}", task.deadline,
                               task.at.cell("code"))
        for officer, sheet in sorted(record.sheets.items()):
            for product in sheet.products:
                if product.projected:
                    yield Estimate(unit.name, wording.officer_name(batch, officer), "Sản phẩm của cá nhân", product.text,
                                   product.deadline, product.at.cell("done"))
