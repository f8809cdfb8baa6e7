"""The law tables of tests/law/forms: what a form may say, clause by clause, and whether its sheet still counts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sheet_builders import AT, UNIT, build, changed, clean, context, roster, with_policy

from qeval_batch.model.roster import StandardProduct
from qeval_batch.model.submission import SheetData

LAW = Path(__file__).parent / "law" / "forms"
KEYS = {"name", "note", "policy", "standards", "only", "change", "expect", "record", "excused"}


def _cases() -> list[Any]:
    found = []
    for path in sorted(LAW.glob("*.yaml")):
        for case in YAML(typ="safe", pure=True).load(path.read_text("utf-8")):
            assert case.keys() <= KEYS and {"name", "note", "change", "expect"} <= case.keys(), (path.name, case)
            found.append(pytest.param(case, id=f"forms/{path.stem}: {case['name']}"))
    return found


@pytest.mark.parametrize("case", _cases())
def test_form(case: dict[str, Any]) -> None:
    sheets = clean()
    for change in case["change"]:
        sheets[change["sheet"]] = _changed(sheets[change["sheet"]], change)
    given = list(sheets.values()) if "only" not in case else [sheets[case["only"]]]
    record, findings = build(given, _context(case))
    assert sorted({item.code for item in findings}) == case["expect"], case["note"]
    touched = {change["sheet"] for change in case["change"]}
    standing = {"collective"} if record.collective else set()
    assert (touched <= standing | record.sheets.keys()) == case.get("record", True), case["note"]
    if "excused" in case:
        (officer,) = touched
        assert record.sheets[officer].products[0].claims == case["excused"], case["note"]


def _changed(sheet: SheetData, change: Mapping[str, Any]) -> SheetData:
    if change.get("delete"):
        rows = tuple(row for row in sheet.rows(change["block"]) if row.key != change["row"])
        blocks = {**sheet.blocks, change["block"]: rows}
        return SheetData(sheet.form, sheet.sheet, sheet.name, sheet.officer, blocks, sheet.blank, sheet.digest)
    values = {name: Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
              for name, value in change["set"].items()}
    return changed(sheet, change["block"], change["row"], **values)


def _context(case: Mapping[str, Any]) -> Any:
    spec = with_policy(**{key.replace(".", "__"): value for key, value in case.get("policy", {}).items()})
    standards = {code: StandardProduct(code, "1", "Sản phẩm chuẩn", None, Decimal(item["coefficient"]), AT)
                 for code, item in case.get("standards", {}).items()}
    people = roster(standards=standards)
    assert UNIT in people.units
    return context(spec=spec, roster=people)
