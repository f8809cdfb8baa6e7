"""Whom each body is asked about: the table of LD IX.1.1 line by line; own members, two posts, nobody to ask."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import roster_builders as rosters
from ruamel.yaml import YAML

from qeval_batch.core.cells import RowRef
from qeval_batch.model.roster import Officer, OpinionBody, Roster, Unit
from qeval_batch.procedure.routing import Routed, Router
from qeval_batch.roster.sample import sample_roster
from qeval_batch.spec.load import load_spec
from qeval_batch.spec.yamlio import SpecError

ROWS: list[dict[str, Any]] = YAML(typ="safe").load((Path(__file__).parent / "routing" / "routes.yaml").read_text("utf-8"))
AT = RowRef("danh-muc.xlsx", "Cán bộ", 2)
BODIES = {"TO1": "Tổ theo dõi địa bàn số 1", "TO2": "Tổ 2", "VPTU": "Văn phòng Tỉnh ủy", "UBKT": "Ủy ban Kiểm tra Tỉnh ủy",
          "DUUB": "BTV Đảng ủy UBND tỉnh", "DUCQ": "Ban Thường vụ Đảng ủy các cơ quan Đảng tỉnh",
          "TTHDND": "Thường trực Hội đồng nhân dân tỉnh"}


def routed(row: dict[str, Any]) -> Routed:
    made = router(row)
    return made.of(made.roster.officers["CB01"])


def router(row: dict[str, Any]) -> Router:
    officer: Officer = dataclasses.replace(
        next(iter(sample_roster().officers.values())), id="CB01", unit="DV01", post_class=row["post"],
        other_classes=tuple(row.get("others", ())), party_post=row.get("party_post"),
        committee_member=row.get("member", False), standing_board=row.get("standing_board", False))
    units = {"DV01": Unit("DV01", row.get("unit_name", "Đơn vị Thử"), None, row["block"], None, row.get("area"), None, None, AT),
             "DV02": Unit("DV02", "Xã Khác", None, "xa", None, "Tổ 2", None, None, AT)}
    bodies = tuple(OpinionBody(ident, name, None, None, None, AT, ("CB01",) if ident in row.get("sits_on", ()) else ())
                   for ident, name in BODIES.items())
    return Router(rosters.spec().routing, Roster(units, {"CB01": officer}, {}, opinion_bodies=bodies))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_line_of_the_table(row):
    found = routed(row)
    assert sorted(item.body for item in found.routes if not item.proposes) == row.get("opinion", [])
    assert sorted(item.body for item in found.routes if item.proposes) == row.get("proposes", [])
    assert sorted(item.body for item in found.routes if item.own) == row.get("own", [])
    assert (list(found.missing), found.row) == (row.get("missing", []), row.get("row", True))


def test_every_line_of_the_data_is_met_by_a_case():
    met = [line for row in ROWS for line in router(row).lines(router(row).roster.officers["CB01"])]
    assert [line for line in rosters.spec().routing.routes if line not in met] == []


def test_a_name_nothing_bears_is_a_fault_of_the_file_with_its_line(tmp_path):
    import shutil

    shutil.copytree(rosters.FORMS, tmp_path / "forms")
    path = tmp_path / "forms" / "dinh-tuyen.yaml"
    path.write_text(path.read_text("utf-8").replace("blocks: [xa], opinion: [area, advising]",
                                                    "blocks: [xã], opinion: [area, ai đó]"), "utf-8")
    with pytest.raises(SpecError) as refused:
        load_spec(tmp_path / "forms", rosters.PERIOD.end)
    said = str(refused.value)
    assert "forms/dinh-tuyen.yaml:" in said and "«xã» chưa được khai" in said and "«ai đó» chưa được khai" in said
    assert "Chọn một trong: du_ubnd" in said
