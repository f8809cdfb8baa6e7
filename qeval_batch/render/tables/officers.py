"""The columns in which tables name an officer."""

from __future__ import annotations

from qeval_batch.model.results import OfficerResult
from qeval_batch.render import wording
from qeval_batch.render.tables.columns import NUMBER, Column, Numbered

OfficerRow = Numbered[OfficerResult]
OfficerColumns = tuple[Column[OfficerRow], ...]


def id_column(width: float = 9) -> Column[OfficerRow]:
    return Column("Mã", width, "center", of=lambda row: row.item.id)


def name_column(width: float) -> Column[OfficerRow]:
    return Column("Họ và tên", width, of=lambda row: row.item.name)


def post_and_unit_column(width: float) -> Column[OfficerRow]:
    return Column("Chức vụ, đơn vị công tác", width, of=lambda row: wording.post_and_unit(row.batch, row.item))


# Number, id, name, post and unit: how the lists begin.
WHO: OfficerColumns = (NUMBER, id_column(), name_column(21), post_and_unit_column(30))
