"""A small workspace with a unit and an officer who moved away, for the tests of the workbook kinds beside the unit's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import read_builders as rb

from qeval_batch.core.cells import RowRef
from qeval_batch.model.roster import Change, Group, Officer, Roster, Unit
from qeval_batch.template.facts import UnitFacts, moved_from
from qeval_batch.template.write import workbook_bytes

AT = RowRef("danh-muc.xlsx", "Biến động", 2)
OTHER = Unit("DV032", "Sở Mới", None, "ubnd", None, None, None, None, AT)
GONE = "CB0009"


def unit() -> Unit:
    return rb.facts(0).unit


def roster(moved: date | None = None, officers: int = 2, former: str = "DV031") -> Roster:
    """Officers of DV031 and, who came to DV032 on ``moved`` from ``former``, CB0009."""
    people: dict[str, Officer] = {item.id: item for item in rb.facts(officers).officers}
    changes: tuple[Change, ...] = ()
    if moved is not None:
        people[GONE] = replace(rb.officer(9), id=GONE, unit=OTHER.id, head=True)
        changes = (Change(GONE, "transfer", moved, None, former, "5-QĐ", AT),)
    group = Group("N01", "Nhóm 1", None, True, None, None, AT)
    return Roster({item.id: item for item in (unit(), OTHER)}, people, {"N01": group}, changes)


def facts(given: Roster, **changed) -> UnitFacts:
    own = given.officers_of("DV031")
    return replace(UnitFacts(rb.spec(), rb.PERIOD, unit(), own, moved_from(given, unit(), rb.spec(), rb.PERIOD)), **changed)


def built(unit_facts: UnitFacts, **how) -> bytes:
    return workbook_bytes(unit_facts, key=rb.KEY, created=rb.CREATED, **how)


def put(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
