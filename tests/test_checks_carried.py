"""R22 on the sheet: a mark counts when the ledger bears it out, once, and what was kept stands as it was."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sheet_builders import (
    AT,
    OFFICERS,
    at,
    build,
    cell,
    changed,
    clean,
    collective,
    context,
    found,
    officer_sheet,
    product,
    products,
    roster,
    task,
)

from qeval_batch import messages
from qeval_batch.model.carried import mark_of, origin_of
from qeval_batch.model.records import CarriedRow
from qeval_batch.model.roster import Change
from qeval_batch.model.submission import INVALID

WHO = "CB0002"
ORIGIN = ("2026-Q2", 41)
MARK = mark_of(ORIGIN)
D = Decimal
BEFORE = date(2026, 6, 15)


def kept(origin=ORIGIN, **values) -> CarriedRow:
    return CarriedRow(origin, product("1", "lead", task_code="NV99", deadline=BEFORE, completed=date(2026, 6, 14),
                                      note=mark_of(origin)) | values, "f" * 64)


def with_rows(*rows):
    """The clean unit, where the officer's sheet has ``rows`` beside its own."""
    sheets = clean()
    sheets[WHO] = officer_sheet(WHO, [*products(WHO), *rows])
    return sheets


def ctx(*rows: CarriedRow, **more):
    return context(carried={WHO: rows or (kept(),)}, **more)


@pytest.mark.parametrize(("note", "origin"), [
    ("Chuyển từ 2026-Q2, dòng 41", ORIGIN), ("Chuyển từ 2026-Q2, dòng 41. Bàn giao", ORIGIN),
    ("chuyển từ 2026-q2,  dòng 41", ORIGIN), (unicodedata.normalize("NFD", "Chuyển từ 2026-Q2, dòng 41"), ORIGIN),
    ("Chuyển từ 2026-Q2, dòng 410", ("2026-Q2", 410)), ("Đã chuyển từ 2026-Q2, dòng 41", None),
    ("Chuyển từ 2026-Q5, dòng 41", None), ("Chuyển từ 2026-Q2", None), ("", None), (None, None)])
def test_the_mark_is_read_however_it_is_spelt(note, origin):
    assert origin_of(note) == origin


def test_a_carried_row_keeps_task_and_deadline_of_its_quarter():
    far = date(2027, 1, 20)
    row = kept(deadline=far)
    sheets = with_rows(dict(row.values))
    assert found(sheets, ctx(row)) == set()
    where = len(products(WHO))
    unmarked = with_rows(dict(row.values) | {"note": None})
    assert found(unmarked, context()) == at(unmarked[WHO], "products", where,
                                            ("ROW_DEADLINE_AFTER_QUARTER", "deadline"),
                                            ("ROW_COMPLETED_BEFORE_QUARTER", "completed"),
                                            ("PRODUCT_TASK_UNKNOWN", "task_code"))


def test_a_carried_lead_is_no_lead_of_this_quarters_task():
    row = kept(task_code="NV03")
    sheets = with_rows(dict(row.values))
    assert found(sheets, ctx(row)) == set()
    sheets = with_rows(dict(row.values) | {"note": None})
    assert {item[0] for item in found(sheets, context())} == {
        "TASK_LEAD_TWICE", "ROW_DEADLINE_BEFORE_QUARTER", "ROW_COMPLETED_BEFORE_QUARTER"}


def test_a_carried_row_without_role_does_not_hide_that_a_task_has_no_lead():
    row = kept(task_code=None)
    sheets = with_rows(dict(row.values))
    sheets["collective"] = collective([*(task(f"NV0{axis}", axis) for axis in "123456"), task("NV07")])
    assert {item[0] for item in found(sheets, ctx(row))} == {"TASK_LEAD_NONE", "PRODUCT_NOT_CLEAR"}


def test_a_mark_the_ledger_does_not_bear_out_binds_the_row_to_this_quarter():
    sheets = with_rows(dict(kept().values))
    place = len(products(WHO))
    assert found(sheets, context()) == at(sheets[WHO], "products", place, ("CARRIED_UNKNOWN", "note"),
                                          ("ROW_DEADLINE_BEFORE_QUARTER", "deadline"),
                                          ("ROW_COMPLETED_BEFORE_QUARTER", "completed"),
                                          ("PRODUCT_TASK_UNKNOWN", "task_code"))
    other = kept(("2026-Q2", 42))
    assert "CARRIED_UNKNOWN" in {item[0] for item in found(sheets, ctx(other))}
    assert "CARRIED_UNKNOWN" in {item[0] for item in found(sheets, context(carried={"CB0003": (kept(),)}))}


def test_a_carried_row_stands_once():
    row = dict(kept().values)
    sheets = with_rows(row, row)
    assert found(sheets, ctx()) == at(sheets[WHO], "products", len(products(WHO)) + 1, ("CARRIED_TWICE", "note"))


@pytest.mark.parametrize(("field", "value"), [
    ("assigned", D(3)), ("product", "Việc khác"), ("role", "support"), ("axis", "2"), ("coefficient", D(2)),
    ("deadline", date(2026, 6, 16)), ("done", D(3)), ("completed", date(2026, 6, 10)), ("quality_pct", D(91)),
    ("leadership_pct", D(91)), ("exceeded", True)])
def test_what_was_kept_may_not_read_otherwise(field, value):
    sheets = with_rows(dict(kept().values) | {field: value})
    place = len(products(WHO))
    changed_at = ("CARRIED_CHANGED", WHO, cell(sheets[WHO], "products", place, field))
    assert changed_at in found(sheets, ctx())
    assert changed_at not in found(with_rows(dict(kept().values)), ctx())


@pytest.mark.parametrize("before", [{"done": D(1), "completed": None, "progress_pct": D(50)}, {"projected": True}])
def test_what_was_unfinished_or_estimated_may_be_gone_on_with(before):
    now = {"done": D(2), "completed": date(2026, 8, 1), "progress_pct": D(0), "projected": False}
    sheets = with_rows(dict(kept().values) | now)
    assert found(sheets, ctx(kept(**before))) == set()
    sheets = with_rows(dict(kept().values) | now | {"product": "Việc khác"})
    assert {item[0] for item in found(sheets, ctx(kept(**before)))} == {"CARRIED_CHANGED"}


def test_spelling_blank_and_unreadable_cells_are_no_change():
    row = dict(kept().values) | {"product": "sản phẩm trục 1 ", "coefficient": None, "exceeded": None}
    assert found(with_rows(row), ctx(kept(coefficient=None))) == set()
    sheets = with_rows(dict(kept().values) | {"quality_pct": INVALID})
    assert "CARRIED_CHANGED" not in {item[0] for item in found(sheets, ctx())}


def test_a_kept_row_that_was_left_out_is_named():
    other = kept(("2026-Q2", 42))
    sheets = with_rows(dict(kept().values))
    _, findings = build(sheets, ctx(kept(), other))
    (missing,) = findings
    said = messages.what(missing)
    assert missing.code == "CARRIED_MISSING" and "dòng 42" in said and "dòng 41" not in said


# --- The quarter in which nothing is asked ---------------------------------------------------------------------------
AWAY = Change(WHO, "training", date(2026, 7, 1), date(2026, 8, 31), None, "21-QĐ", AT)


def away(change=AWAY):
    return context(roster=roster(changes=(change,)))


def bare(**row):
    """A sheet with one product and nothing else filled."""
    sheets = clean()
    blocks = dict.fromkeys(("general", "axes", "self"), ())
    sheet = officer_sheet(WHO, [product("1", **row)])
    sheets[WHO] = replace(sheet, blocks=dict(sheet.blocks) | blocks)
    return sheets


def test_of_a_deferred_officer_only_the_products_are_asked_after_and_they_are_kept():
    sheets = bare()
    record, findings = build(sheets, away())
    assert [item.code for item in findings if item.where.officer == WHO] == []
    assert record.kept == {WHO: sheets[WHO]} and WHO not in record.sheets
    record, findings = build(sheets, away(replace(AWAY, end=date(2026, 8, 30))))
    assert {item.code for item in findings if item.where.officer == WHO} >= {"FIXED_ROW_MISSING"} and record.kept == {}


def test_a_whole_sheet_of_a_deferred_officer_is_a_record_too():
    record, findings = build(clean(), away())
    assert findings == [] and set(record.sheets) == set(OFFICERS) and set(record.kept) == {WHO}


@pytest.mark.parametrize(("row", "codes"), [
    ({"assigned": D(0)}, {"PRODUCT_ASSIGNED"}), ({"role": None}, {"ROW_REQUIRED_BLANK"}),
    ({"document": None}, {"PRODUCT_NOT_CLEAR"}),
    ({"done": D(0), "completed": None, "quality_pct": None, "leadership_pct": None,
      "deadline": date(2026, 9, 29)}, set()),
])
def test_a_kept_row_is_still_checked_but_not_for_what_is_not_due(row, codes):
    _, findings = build(bare(**row), away())
    assert {item.code for item in findings if item.where.officer == WHO} - {"TASK_LEAD_TWICE"} == codes


def test_a_blank_cell_of_the_self_assessment_is_passed_over():
    sheets = clean()
    sheets[WHO] = changed(changed(sheets[WHO], "self", 0, self_level=None), "axes", "1", role=None)
    assert found(sheets, away()) == set()
    assert {item[0] for item in found(sheets)} >= {"ROW_REQUIRED_BLANK"}


def test_a_sheet_of_another_units_officer_is_not_kept():
    sheets = clean()
    sheets["CB0101"] = officer_sheet("CB0101", [product("1")])
    record, _ = build(sheets, context(roster=roster(changes=(replace(AWAY, officer="CB0101"),))))
    assert record.kept == {}
