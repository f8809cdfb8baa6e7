"""An officer's sheet apart from its products: part A, axes, part C, whose it is, and the figures the file shows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sheet_builders import (
    AT,
    OTHER,
    UNIT,
    at,
    build,
    changed,
    clean,
    context,
    found,
    officer,
    officer_sheet,
    product,
    products,
    roster,
    with_policy,
)

from qeval_batch.model.records import AXES
from qeval_batch.model.roster import Change
from qeval_batch.model.submission import INVALID, SheetData

D = Decimal
WHO = "CB0002"
ALLOWED = {"score__allow_no_role": True}


def axes(**values):
    """Fields of axes by `a1`, `a2` …, as the builder takes them."""
    return {name.removeprefix("a"): item for name, item in values.items()}


def points(*values):
    return {axis: {"max_points": D(value)} for axis, value in zip(AXES, values, strict=True)}


def sheets_with(**changes):
    return {**clean(), WHO: officer_sheet(WHO, **changes)}


# --- Part A -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("values", "expected"), [
    ({"met": False, "not_met": True}, []),
    ({"met": False, "not_met": False}, [("GENERAL_NEITHER", "met")]),
    ({"met": True, "not_met": True}, [("GENERAL_BOTH", "met")]),
    ({"met": INVALID, "not_met": False}, []),
])
def test_exactly_one_box(values, expected):
    sheets = sheets_with(general={"2.3": values})
    assert found(sheets) == at(sheets[WHO], "general", "2.3", *expected)


def test_a_deleted_row_of_the_form_is_named():
    sheets = clean()
    blocks = dict(sheets[WHO].blocks)
    blocks["general"] = tuple(row for row in blocks["general"] if row.key != "3.4")
    blocks["axes"] = tuple(row for row in blocks["axes"] if row.key != "6")
    sheets[WHO] = SheetData("phu-luc-05", "officer", WHO, WHO, blocks)
    record, findings = build(sheets)
    assert [item.code for item in findings] == ["FIXED_ROW_MISSING"] * 2 and WHO not in record.sheets
    assert {dict(item.params)["row"][:7] for item in findings} == {"3.4 Khô", "Trục 6"}


def test_part_a_is_not_asked_for_in_profile_100():
    plain = {"a1": 20, "a2": 15, "a3": 15, "a4": 20, "a5": 15, "a6": 15}
    ctx = context(spec=with_policy(score__profile="100"))
    fixed = axes(**{name: {"max_points": D(value)} for name, value in plain.items()})
    sheets = [officer_sheet(WHO, axes=fixed, general={"1.1": {"met": False}})]
    record, findings = build(sheets, ctx)
    assert findings == [] and record.sheets[WHO].criteria == ()


# --- Axes (R11) -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("given", "total"), [
    ((15, 10, 10, 15, 10, 10), None),
    (("14.5", 10, 10, "15.5", 10, 10), None),
    ((15, 10, 10, 15, 10, 11), "71"),
    ((15, 10, 10, 15, 10, "9.5"), "69,5"),
    ((25, 15, 15, 25, 10, 10), "100"),
])
def test_points_add_up_to_the_part(given, total):
    sheets = sheets_with(axes=points(*given))
    _, findings = build(sheets)
    assert [(item.code, item.where.a1, dict(item.params)["total"]) for item in findings] == (
        [] if total is None else [("AXIS_POINTS_TOTAL",
                                   sheets[WHO].rows("axes")[6].at.cell("max_points").a1, total)])


def test_a_blank_among_the_points_hides_the_sum():
    sheets = sheets_with(axes={"2": {"max_points": None}, "3": {"max_points": D(40)}})
    assert found(sheets) == at(sheets[WHO], "axes", "2", ("ROW_REQUIRED_BLANK", "max_points")) | at(
        sheets[WHO], "axes", "1", ("AXIS_MAIN_NOT_ABOVE", "max_points"))


@pytest.mark.parametrize(("given", "worst"), [
    ((15, 10, 10, 15, 10, 10), None),
    ((11, 10, 10, 19, 10, 10), None),
    ((11, 11, 9, 20, 10, 9), "1"),
    (("11.01", 11, 9, "19.99", 10, 9), None),
    ((16, 18, 8, 12, 8, 8), "4"),
])
def test_every_main_axis_is_above_every_secondary(given, worst):
    sheets = sheets_with(axes=points(*given))
    expected = at(sheets[WHO], "axes", worst, ("AXIS_MAIN_NOT_ABOVE", "max_points")) if worst else set()
    assert found(sheets) == expected


def test_at_least_one_main_axis():
    sheets = sheets_with(axes={axis: {"role": "secondary"} for axis in AXES})
    assert found(sheets) == at(sheets[WHO], "axes", "1", ("AXIS_NO_MAIN", "role"))
    one = sheets_with(axes={"4": {"role": "secondary", "max_points": D(14)}, "1": {"max_points": D(16)}})
    assert found(one) == set()


def test_a_blank_role_hides_the_missing_main_axis():
    sheets = sheets_with(axes={axis: {"role": "secondary" if axis != "3" else None} for axis in AXES})
    assert found(sheets) == at(sheets[WHO], "axes", "3", ("ROW_REQUIRED_BLANK", "role"))


NO_SIX = [row for row in products(WHO) if row["axis"] != "6"]
NO_ROLE = {"6": {"role": "none", "max_points": D(0)}, "1": {"max_points": D(25)}}


@pytest.mark.parametrize(("rows", "axis6", "policy", "expected"), [
    (NO_SIX, {}, ALLOWED, []),
    (NO_SIX, {"max_points": None}, ALLOWED, []),
    (NO_SIX, {}, {}, [("AXIS_NO_ROLE_REFUSED", "role")]),
    (NO_SIX, {"max_points": D(1)}, ALLOWED, [("AXIS_NO_ROLE_POINTS", "max_points")]),
    (NO_SIX, {"role": "secondary", "none_arising": True}, {}, [("AXIS_ZERO_POINTS", "max_points")]),
    (None, {}, ALLOWED, [("AXIS_NO_ROLE_WITH_PRODUCTS", "role")]),
])
def test_an_axis_without_a_role(rows, axis6, policy, expected):
    # One point more on axis 6 is one less on axis 1: the sum is not what is tested here.
    taken = axis6.get("max_points") or D(0)
    given = {"6": {**NO_ROLE["6"], **axis6}, "1": {"max_points": D(25) - taken}}
    complete = [*(rows or products(WHO)), product("1", task_code="NV06", role="lead")]
    sheets = sheets_with(rows=complete, axes=given)
    sheets["CB0003"] = officer_sheet("CB0003", [{**row, "role": "support"} if row["axis"] == "6" else row
                                                for row in products("CB0003")])
    assert found(sheets, context(spec=with_policy(**policy))) == at(sheets[WHO], "axes", "6", *expected)


@pytest.mark.parametrize(("rows", "tick", "expected"), [
    (None, False, []),
    ([row for row in products(WHO) if row["axis"] != "4"], True, []),
    ([row for row in products(WHO) if row["axis"] != "4"], False, [("AXIS_WITHOUT_PRODUCTS", "none_arising")]),
    ([row for row in products(WHO) if row["axis"] != "4"], INVALID, []),
    (None, True, [("AXIS_NONE_ARISING_WITH_PRODUCTS", "none_arising")]),
])
def test_an_axis_with_points_has_products_or_says_why_not(rows, tick, expected):
    sheets = sheets_with(rows=rows, axes={"4": {"none_arising": tick}})
    assert found(sheets) == at(sheets[WHO], "axes", "4", *expected)


def test_a_product_without_an_axis_hides_the_empty_axis():
    rows = [{**row, "axis": None} if row["axis"] == "4" else row for row in products(WHO)]
    sheets = sheets_with(rows=rows)
    assert found(sheets) == at(sheets[WHO], "products", 3, ("ROW_REQUIRED_BLANK", "axis"))


# --- Part C and the sheet's owner -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("field", "code", "usable"), [
    ("self_level", "ROW_REQUIRED_BLANK", False),
    ("remedied", "SELF_ANSWER_BLANK", True),
    ("discipline", "SELF_ANSWER_BLANK", True),
])
def test_answers_of_part_c(field, code, usable):
    sheets = sheets_with(**{field: None})
    assert found(sheets) == at(sheets[WHO], "self", 0, (code, field))
    assert (WHO in build(sheets)[0].sheets) is usable


@pytest.mark.parametrize(("name", "expected"), [
    ("  NGƯỜI  thử CB0002", []), (None, []), ("Người Thử Khác", [("OFFICER_NAME_DIFFERS", "full_name")]),
])
def test_name_of_the_header(name, expected):
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "header", 0, full_name=name)
    assert found(sheets) == at(sheets[WHO], "header", 0, *expected)


def test_header_texts_are_not_compared():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "header", 0, party_post="Chức vụ khác", unit_name="Tên cũ")
    assert found(sheets) == set()


def test_a_sheet_of_nobody_blocks_only_itself():
    record, findings = build([*clean().values(), officer_sheet("CB0999", [product(axis) for axis in AXES])])
    assert [(item.code, item.where.officer) for item in findings] == [("OFFICER_UNKNOWN", "CB0999")]
    assert set(record.sheets) == {"CB0001", "CB0002", "CB0003"} and "CB0999" in record.received_sheets


@pytest.mark.parametrize(("former", "code"), [(UNIT, "OFFICER_MOVED"), (OTHER, "OFFICER_OTHER_UNIT"),
                                              (None, "OFFICER_OTHER_UNIT")])
def test_a_sheet_of_another_units_officer(former, code):
    move = Change("CB0101", "transfer", date(2026, 8, 1), None, former, None, AT)
    sheets = [*clean().values(), officer_sheet("CB0101", [product(axis) for axis in AXES])]
    record, findings = build(sheets, context(roster=roster(changes=(move,))))
    assert [(item.code, item.where.officer) for item in findings] == [(code, "CB0101")]
    assert "CB0101" not in record.sheets


# --- Figures of the file against the engine's (R17) -----------------------------------------------------------------------
# Part A: all 17 met, 30. Each product: A 100, B 90, C 100, D 90, so 95; part B: 70 × 95 %, axis by axis.
TRUE = {"1": "14.25", "2": "9.50", "3": "9.50", "4": "14.25", "5": "9.50", "6": "9.50"}


def test_equal_figures_and_absent_ones_say_nothing():
    cached = {axis: {"kpi": D(95), "points": D(value)} for axis, value in TRUE.items()}
    cached |= {"total_b": {"points": D("66.5")}, "total_ab": {"points": D("96.5")}}
    sheets = sheets_with(rows=[{**row, "kpi": D(95)} for row in products(WHO)], axes=cached,
                         general={"total": {"points": D(30)}})
    assert found(sheets) == set()
    record = build(sheets)[0].sheets[WHO]
    assert (record.workbook_general, record.workbook_axes_total, record.workbook_total) == (30, D("66.5"), D("96.5"))


@pytest.mark.parametrize(("block", "key", "field", "value", "differs"), [
    ("axes", "total_ab", "points", "96.51", False),
    ("axes", "total_ab", "points", "96.511", True),
    ("axes", "total_ab", "points", "96.48", True),
    ("axes", "total_b", "points", "70", True),
    ("axes", "2", "points", "9.52", True),
    ("axes", "2", "points", "9.51", False),
    ("general", "total", "points", "28", True),
    ("products", 2, "kpi", "95.02", True),
    ("products", 2, "kpi", "95.01", False),
])
def test_a_figure_beyond_the_tolerance_is_named_at_its_cell(block, key, field, value, differs):
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], block, key, **{field: D(value)})
    assert found(sheets) == (at(sheets[WHO], block, key, ("SCORE_DIFFERS", field)) if differs else set())
    assert WHO in build(sheets)[0].sheets


def test_both_figures_stand_in_the_message():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "axes", "total_ab", points=D("91"))
    (item,) = build(sheets)[1]
    assert dict(item.params)["workbook"] == "91" and dict(item.params)["computed"] == "96,50"


def test_a_wrong_kpi_explains_its_axis_and_part_b_but_never_the_total():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 0, kpi=D(75))
    for key, value in (("1", "11.25"), ("total_b", "63.5"), ("total_ab", "93.5")):
        sheets[WHO] = changed(sheets[WHO], "axes", key, points=D(value))
    assert found(sheets) == at(sheets[WHO], "products", 0, ("SCORE_DIFFERS", "kpi")) | at(
        sheets[WHO], "axes", "total_ab", ("SCORE_DIFFERS", "points"))


def test_a_product_that_drops_out_has_no_figure_to_compare():
    excused = {"done": D(0), "completed": None, "quality_pct": None, "leadership_pct": None, "cause": "Bão",
               "confirm_document": "45-CV/TU", "confirm_body": "Chính phủ", "kpi": D(0)}
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 0, **excused)
    assert found(sheets) == set()
    sheets[WHO] = changed(sheets[WHO], "products", 0, **excused | {"confirm_body": None, "kpi": D(50)})
    assert {item[0] for item in found(sheets)} == {"ROW_EXCUSE_INCOMPLETE", "SCORE_DIFFERS"}


def test_a_sheet_with_an_error_is_not_compared():
    sheets = sheets_with(self_level=None)
    sheets[WHO] = changed(sheets[WHO], "axes", "total_ab", points=D(1))
    assert {item[0] for item in found(sheets)} == {"ROW_REQUIRED_BLANK"}


def test_record_of_a_sheet():
    sheets = sheets_with(general={"1.2": {"met": False, "not_met": True}}, remedied="none", discipline="yes",
                         self_level="1", overall="Tốt", outstanding="Nổi bật", shortcomings="Ít", remedy_plan="Có")
    record = build(sheets)[0].sheets[WHO]
    assert len(record.criteria) == 17 and [item.key for item in record.criteria if not item.met] == ["1.2"]
    assert sum(item.max_points for item in record.criteria) == 30
    assert [(item.axis, item.role, item.max_points) for item in record.axes][:2] == [("1", "main", 15),
                                                                                    ("2", "secondary", 10)]
    assert (record.self_level, record.remedied, record.discipline, record.form) == (1, True, True, "phu-luc-05")
    assert (record.overall, record.outstanding, record.shortcomings, record.remedy_plan) == ("Tốt", "Nổi bật", "Ít", "Có")
    assert record.at.cell("self_level").a1 == sheets[WHO].rows("self")[0].at.cell("self_level").a1
    assert record.at.cell("workbook_total").a1 == sheets[WHO].rows("axes")[7].at.cell("points").a1


def test_excluded_officers_sheet_is_still_read():
    people = {item: officer(item) for item in ("CB0001", "CB0003")} | {WHO: officer(WHO, standing="deferred")}
    assert WHO in build(clean(), context(roster=roster(officers=people)))[0].sheets
