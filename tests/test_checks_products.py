"""B2: every code at its exact cell, and the nearest row that is sound (R12, R13, R17)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sheet_builders import (
    AS_OF,
    AT,
    at,
    build,
    changed,
    clean,
    context,
    found,
    officer_sheet,
    product,
    products,
    roster,
    with_policy,
)

from qeval_batch.model.roster import StandardProduct
from qeval_batch.model.submission import INVALID

WHO = "CB0002"
END = date(2026, 9, 30)
D = Decimal
EXCUSE = {"cause": "Bão số 5", "confirm_document": "45-CV/TU", "confirm_body": "Ban Tổ chức Tỉnh ủy"}
PART = {"done": D(1), "completed": None, "progress_pct": D(60)}
NOTHING = {"done": D(0), "completed": None, "quality_pct": None, "leadership_pct": None}
LATE = {"completed": date(2026, 9, 20), "progress_pct": D(80)}
ROW = [
    # required cells and quantities
    ({"axis": None}, [("ROW_REQUIRED_BLANK", "axis")]),
    ({"product": None}, [("ROW_REQUIRED_BLANK", "product")]),
    ({"role": None}, [("ROW_REQUIRED_BLANK", "role")]),
    ({"deadline": None}, [("ROW_REQUIRED_BLANK", "deadline")]),
    ({"assigned": None}, [("ROW_REQUIRED_BLANK", "assigned")]),
    ({"assigned": D(0)}, [("PRODUCT_ASSIGNED", "assigned")]),
    ({"assigned": D("0.5"), "done": D("0.5")}, []),
    ({"done": None}, [("PRODUCT_DONE_BLANK", "done")]),
    ({"done": D(3)}, []),
    ({"coefficient": D(0)}, [("PRODUCT_COEFFICIENT", "coefficient")]),
    ({"coefficient": D("0.5")}, []),
    # B and D
    ({"quality_pct": None}, [("PRODUCT_PERCENT_BLANK", "quality_pct")]),
    ({"leadership_pct": None}, [("PRODUCT_PERCENT_BLANK", "leadership_pct")]),
    ({"quality_pct": D(0), "leadership_pct": D(100)}, []),
    ({"quality_pct": D("100.5")}, [("PRODUCT_PERCENT_RANGE", "quality_pct")]),
    ({"leadership_pct": D("-1")}, [("PRODUCT_PERCENT_RANGE", "leadership_pct")]),
    ({"quality_pct": INVALID}, []),
    # C of a product delivered by the deadline
    ({"completed": date(2026, 9, 15)}, []),
    ({"progress_pct": D(99)}, [("PRODUCT_PROGRESS_GIVEN", "progress_pct")]),
    ({"progress_pct": D(100)}, []),
    ({"progress_pct": D(0)}, [("PRODUCT_PROGRESS_GIVEN", "progress_pct")]),
    # C of a late one
    ({"completed": date(2026, 9, 16)}, [("PRODUCT_PROGRESS_BLANK", "progress_pct")]),
    # five days late leave nothing by the published step of 25 % a day; at the step and below it nothing is said
    (LATE, [("PRODUCT_PROGRESS_ABOVE_STEP", "progress_pct")]),
    ({**LATE, "progress_pct": D(0)}, []),
    ({"completed": date(2026, 9, 16), "progress_pct": D(75)}, []),
    ({"completed": date(2026, 9, 16), "progress_pct": D("75.01")}, [("PRODUCT_PROGRESS_ABOVE_STEP", "progress_pct")]),
    ({**LATE, "progress_pct": D("99.99")}, [("PRODUCT_PROGRESS_ABOVE_STEP", "progress_pct")]),
    ({**LATE, "progress_pct": D(100)}, [("PRODUCT_PROGRESS_FULL", "progress_pct")]),
    ({**LATE, "progress_pct": D(101)}, [("PRODUCT_PERCENT_RANGE", "progress_pct"),
                                        ("PRODUCT_PROGRESS_ABOVE_STEP", "progress_pct")]),
    # C of a partly done one
    (PART, []),
    ({**PART, "progress_pct": None}, []),
    ({**PART, "progress_pct": D(100)}, []),
    ({**PART, "completed": date(2026, 9, 10)}, [("PRODUCT_PROGRESS_GIVEN", "progress_pct")]),
    ({**PART, "completed": date(2026, 9, 10), "progress_pct": None}, []),
    ({**PART, "completed": date(2026, 9, 20), "progress_pct": None}, [("PRODUCT_PROGRESS_BLANK", "progress_pct")]),
    ({**PART, "completed": date(2026, 9, 20), "progress_pct": D(100)}, [("PRODUCT_PROGRESS_FULL", "progress_pct")]),
    # done without a date
    ({"completed": None}, [("PRODUCT_DATE_AND_PROGRESS_BLANK", "completed")]),
    ({"completed": None, "progress_pct": D(80)}, [("ROW_DONE_WITHOUT_DATE", "completed")]),
    ({"completed": None, "progress_pct": D(100)}, [("ROW_DONE_WITHOUT_DATE", "completed")]),
    ({"completed": INVALID}, []),
    # nothing done
    (NOTHING, []),
    ({**NOTHING, "quality_pct": D(50), "progress_pct": D(200)}, [("PRODUCT_PERCENT_IGNORED", "quality_pct")]),
    ({**NOTHING, "quality_pct": D(0), "leadership_pct": D(0)}, []),
    ({**NOTHING, "completed": date(2026, 9, 1)}, [("PRODUCT_DATE_NOT_DONE", "completed")]),
    # the quarter's end and the arrival (24/9)
    ({"completed": date(2026, 10, 1), "deadline": END, "progress_pct": D(90)}, [("ROW_COMPLETED_AFTER_QUARTER", "completed")]),
    ({"completed": date(2026, 10, 1), "progress_pct": None}, [("ROW_COMPLETED_AFTER_QUARTER", "completed")]),
    ({"completed": AS_OF, "deadline": END}, []),
    ({"completed": END, "deadline": END}, [("ROW_COMPLETED_AHEAD", "completed")]),
    ({"completed": END, "deadline": END, "projected": True}, [("ROWS_PROJECTED", "projected")]),
    ({"deadline": date(2026, 10, 1)}, [("ROW_DEADLINE_AFTER_QUARTER", "deadline")]),
    ({**NOTHING, "deadline": AS_OF}, []),
    ({**NOTHING, "deadline": date(2026, 9, 25)}, [("ROW_NOT_DUE_YET", "deadline")]),
    ({**PART, "deadline": date(2026, 9, 25)}, [("ROW_NOT_DUE_YET", "deadline")]),
    ({**PART, "deadline": date(2026, 9, 25), "projected": True}, [("ROWS_PROJECTED", "projected")]),
    # exceeded, response
    ({"exceeded": True}, []),
    ({**PART, "exceeded": True}, [("ROW_EXCEEDED_NOT_DONE", "exceeded")]),
    ({"key": True}, [("ROW_RESPONSE_BLANK", "response")]),
    ({"key": True, "response": "3"}, []),
    ({"key": True, **NOTHING}, []),
    # an objective cause
    ({**NOTHING, **EXCUSE}, []),
    ({**NOTHING, **EXCUSE, "confirm_document": None}, [("ROW_EXCUSE_INCOMPLETE", "confirm_document")]),
    ({**NOTHING, **EXCUSE, "confirm_body": "Sở Tài chính"}, [("ROW_EXCUSE_BODY_UNKNOWN", "confirm_body")]),
    ({**NOTHING, **EXCUSE, "confirm_body": "Sở Thử nghiệm DV001"}, [("ROW_EXCUSE_BODY_SELF", "confirm_body")]),
    (EXCUSE, [("ROW_EXCUSE_NOT_NEEDED", "cause")]),
    # confirmed: what was done is the whole that counts, so its date decides on C
    ({**PART, **EXCUSE, "completed": date(2026, 9, 10), "progress_pct": None}, []),
    ({**PART, **EXCUSE, "completed": date(2026, 9, 10)}, [("PRODUCT_PROGRESS_GIVEN", "progress_pct")]),
    ({**PART, **EXCUSE, "completed": date(2026, 9, 20)}, [("PRODUCT_PROGRESS_ABOVE_STEP", "progress_pct")]),
    # a delay with a complete objective cause may say 100: accepted, that is what it counts
    ({**LATE, **EXCUSE, "progress_pct": D(100)}, []),
    ({**PART, **EXCUSE}, [("ROW_DONE_WITHOUT_DATE", "completed")]),
    # six clears
    ({"document": None}, [("PRODUCT_NOT_CLEAR", "document")]),
]


@pytest.mark.parametrize(("values", "expected"), ROW)
def test_product_row(values, expected):
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 3, **values)
    # A product that no longer tells its axis leaves that axis to be judged later.
    assert {item for item in found(sheets) if item[0] != "SHEET_UNSOUND"} == at(sheets[WHO], "products", 3, *expected)


def test_blank_d_is_no_fault_where_the_formula_has_no_d():
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 3, leadership_pct=None)
    assert found(sheets, context(spec=with_policy(score__kpi_formula="mean_abc"))) == set()
    sheets[WHO] = changed(sheets[WHO], "products", 3, quality_pct=None)
    assert {item[0] for item in found(sheets, context(spec=with_policy(score__kpi_formula="mean_abc")))} == {
        "PRODUCT_PERCENT_BLANK"}


def test_one_finding_for_all_blanks_of_a_column():
    sheets = clean()
    rows = [{**row, "document": None} if place in (1, 4) else row for place, row in enumerate(products(WHO))]
    sheets[WHO] = officer_sheet(WHO, rows)
    _, findings = build(sheets)
    params = [dict(item.params) for item in findings]
    first, second = (sheets[WHO].rows("products")[place].at.cell("document").a1 for place in (1, 4))
    assert [(item["count"], item["cells"]) for item in params] == [("2", f"{first}, {second}")]


CATALOGUE = {"SP01": StandardProduct("SP01", "1", "Báo cáo", "Báo cáo", D(2), AT),
             "SP02": StandardProduct("SP02", "1", "Đề án", None, None, AT)}


@pytest.mark.parametrize(("values", "expected"), [
    ({"standard_code": "SP01", "coefficient": D(2)}, []),
    ({"standard_code": "sp01 ", "coefficient": D("2.0"), "unit_of_measure": "báo cáo"}, []),
    ({"standard_code": "SP01", "coefficient": D(3)}, [("PRODUCT_COEFFICIENT_DIFFERS", "coefficient")]),
    ({"standard_code": "SP01"}, [("PRODUCT_COEFFICIENT_DIFFERS", "coefficient")]),
    ({"standard_code": "SP02", "coefficient": D(3)}, []),
    ({"standard_code": "SP09", "coefficient": D(3)}, [("PRODUCT_STANDARD_UNKNOWN", "standard_code")]),
    ({"standard_code": "SP01", "coefficient": D(2), "unit_of_measure": "Văn bản"},
     [("PRODUCT_UNIT_DIFFERS", "unit_of_measure")]),
    ({"coefficient": D(3)}, [("PRODUCT_COEFFICIENT_OWN", "coefficient")]),
    ({"coefficient": D(1)}, []),
    ({}, []),
])
def test_catalogue_of_standard_products(values, expected):
    sheets = clean()
    sheets[WHO] = changed(sheets[WHO], "products", 0, **values)
    with_catalogue = context(roster=roster(standards=CATALOGUE))
    assert found(sheets, with_catalogue) == at(sheets[WHO], "products", 0, *expected)
    assert found(sheets) == set(), "without a catalogue own coefficients stand"


def test_record_of_products():
    rows = [product("1", "lead", coefficient=D("1.5"), no=7, key=True, response="2", standard_code="SP01"),
            product("2", **LATE), product("3", **PART, **EXCUSE), product("4", **NOTHING),
            product("5", exceeded=True, source="ad_hoc"), product("6", task_code=None)]
    sheets = {**clean(), WHO: officer_sheet(WHO, rows)}
    record = build(sheets)[0].sheets[WHO].products
    assert [(item.no, item.axis, item.coefficient) for item in record] == [
        (7, "1", D("1.5")), (2, "2", D(1)), (3, "3", D(1)), (4, "4", D(1)), (5, "5", D(1)), (6, "6", D(1))]
    assert (record[0].key, record[0].response, record[0].role, record[0].standard_code) == (True, 2, "lead", "SP01")
    assert record[1].progress == 80 and record[1].completed == date(2026, 9, 20)
    assert record[2].open_claim and not record[2].excused and record[2].done == 1
    assert (record[3].done, record[3].quality, record[3].excused) == (0, None, False)
    assert record[4].exceeded and record[4].source == "ad_hoc" and record[5].task_code is None
    assert record[1].at.cell("done").a1 == sheets[WHO].rows("products")[1].at.cell("done").a1
