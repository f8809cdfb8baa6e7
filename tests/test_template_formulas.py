"""Live formulas against the engine: LibreOffice calculates randomly filled workbooks, Python says what must come out."""

from __future__ import annotations

import io
import random
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from template_cases import EXCUSE, NOWHERE, answers, built, facts, officer_answers, product, recalculated

from qeval_batch.model.records import AXES, AxisEntry, Criterion, Excuse, OfficerSheet, Product
from qeval_batch.rules.claims import as_declared
from qeval_batch.rules.score import officer_score
from qeval_batch.template import warnings
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.formulas import FORMULAS
from qeval_batch.template.layout import SheetPlace, lay_out

TOLERANCE = 0.01
VARIANTS = {"30+70": {}, "100": {"score__profile": "100"}, "abc": {"score__kpi_formula": "mean_abc"}}


def formula_cells(data: bytes) -> dict[tuple[str, str], Any]:
    """Sheet and address of every formula -> the value cached in the file; blank for the empty text."""
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {(page.title, cell.coordinate): shown[page.title][cell.coordinate].value or _zero(shown[page.title], cell)
            for page in openpyxl.load_workbook(io.BytesIO(data)) for row in page.iter_rows() for cell in row
            if cell.data_type == "f"}


def _zero(page: Any, cell: Any) -> Any:
    return 0 if page[cell.coordinate].value == 0 else None


def same(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, int | float) and isinstance(theirs, int | float):
        return abs(mine - theirs) <= TOLERANCE
    return (mine or None) == (theirs or None) if not isinstance(mine, int | float) else False


def test_recalculated_in_libreoffice_every_formula_gives_its_cached_value(tmp_path):
    files, made = {}, {}
    for name, policy in VARIANTS.items():
        for seed in (0, 2):
            own = facts(2, **policy)
            files[f"{name}-{seed}"] = built(own, answers=answers(seed, own, whole=seed != 2))
    files["blank"] = built(facts(2))
    fresh = recalculated(files, tmp_path)
    for name, data in files.items():
        made[name] = formula_cells(data)
        wrong = {place: (value, fresh[name][place[0]][place[1]].value) for place, value in made[name].items()
                 if not same(value, fresh[name][place[0]][place[1]].value)}
        assert wrong == {}, name
    known = [value for cells in made.values() for value in cells.values() if value is not None]
    assert len(known) > 1000, "the cases must fill the forms"


# --- The whole engine beside the workbook ------------------------------------------------------------------------------
def record(own: UnitFacts, sheet: SheetPlace, filled: dict[str, Any]) -> OfficerSheet:
    """The sound sheet the engine would be given for these answers."""
    form = own.annex(own.officers[0])
    points = form.axis_points[own.profile]
    maxima = {row.key: Decimal(row.fixed.values["max_points"]) for row in sheet.block("general").rows
              if not row.heading and not row.total} if sheet.block("general") else {}
    criteria = tuple(Criterion(row["key"], maxima[row["key"]], row["met"], NOWHERE) for row in filled["general"]
                     if maxima)
    axes = tuple(AxisEntry(axis, "main" if axis in form.main_axes else "secondary", Decimal(points[axis]), False, NOWHERE)
                 for axis in AXES)
    products = tuple(Product(
        number, None, None, row["axis"], row["product"], row["role"], None, row["assigned"],
        row.get("coefficient", Decimal(1)), False, row["deadline"], row["done"], row.get("completed"), False,
        row.get("quality_pct"), row.get("progress_pct"), row.get("leadership_pct"), bool(row.get("exceeded")), None,
        Excuse(row.get("cause"), row.get("confirm_document"), row.get("confirm_body"), "cause" in row), NOWHERE)
        for number, row in enumerate(filled["products"], start=1))
    return OfficerSheet(own.officers[0].id, form.form, criteria, axes, products, None, None, None, None, None, None, 1,
                        NOWHERE)


@pytest.mark.parametrize("variant", VARIANTS)
def test_cached_axes_and_totals_are_the_engine_s(variant):
    own = facts(16, **VARIANTS[variant])
    filled = {person.id: officer_answers(random.Random(number), whole=True)
              for number, person in enumerate(own.officers)}
    places = lay_out(own).sheets
    data = built(own, answers={("officer", name): values for name, values in filled.items()})
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    proposal = next(item for item in places if item.sheet.id == "proposal")
    totals = 0
    for sheet in (item for item in places if item.officer is not None):
        axes, page = sheet.block("axes"), book[sheet.name]
        # The live sheet counts a claim as the unit declares it; the office's answer comes later.
        typed = record(own, sheet, filled[sheet.name])
        score = officer_score(replace(typed, products=as_declared(typed.products)), own.spec.policy)
        for line in score.axes:
            row = axes.place(line.axis).row
            assert near(page[f"{axes.column('points')}{row}"].value, line.points, 1e-9), (sheet.name, line)
            assert near(page[f"{axes.column('kpi')}{row}"].value, line.kpi, 1e-4), (sheet.name, line)
        total = page[f"{axes.column('points')}{axes.place('total_ab').row}"].value
        assert near(total, score.total, 1e-9), sheet.name
        block = proposal.blocks[0]
        assert book[proposal.name][f"{block.column('self_score')}{block.place(sheet.name).row}"].value == total
        totals += total is not None
    assert totals >= 5


def near(shown: Any, wanted: Any, distance: float) -> bool:
    return shown is None if wanted is None else shown is not None and abs(shown - float(wanted)) <= distance


def test_one_axis_by_hand():
    # axis 1, 10/30 of a product: excused, so 10 of 10, C = 100: (100+90+100+80)/4 = 92.5, weight 2 x 10
    # axis 1, 4 of 8, late: A = 50: (50+60/2+40/2+70)/4 = 42.5, weight 1 x 8   ->  (20x92.5 + 8x42.5)/28 = 78.2142…
    day = date(2026, 9, 1)
    base = {"axis": "1", "product": "SP", "role": "lead", "deadline": day}
    rows = [
        {**base, **EXCUSE, "assigned": Decimal(30), "done": Decimal(10), "completed": day, "coefficient": Decimal(2),
         "quality_pct": Decimal(90), "leadership_pct": Decimal(80)},
        {**base, "assigned": Decimal(8), "done": Decimal(4), "completed": day + timedelta(days=1),
         "quality_pct": Decimal(60), "progress_pct": Decimal(40), "leadership_pct": Decimal(70)},
        {**base, **EXCUSE, "assigned": Decimal(5), "done": Decimal(0)}]
    given = {("officer", "CB0001"): {"products": rows, "axes": [{"key": "1", "max_points": Decimal(20)}]}}
    sheet = next(item for item in lay_out(facts(1)).sheets if item.officer is not None)
    page = openpyxl.load_workbook(io.BytesIO(built(facts(1), answers=given)), data_only=True)[sheet.name]
    products, axes = sheet.block("products"), sheet.block("axes")
    assert [page[f"{products.column('kpi')}{products.first + n}"].value for n in range(3)] == [92.5, 42.5, None]
    assert page[f"{axes.column('kpi')}{axes.first}"].value == pytest.approx(78.2142, abs=1e-4)
    assert page[f"{axes.column('points')}{axes.first}"].value == 15.64
    assert page[f"{axes.column('points')}{axes.place('total_b').row}"].value is None, "five axes have no product"


def test_rows_put_in_the_closing_row_count_as_inserted_rows_do(tmp_path):
    own = facts(1)
    dice = random.Random(7)
    filled = officer_answers(dice, whole=True)
    extra = product(dice, "1", "in_time") | {"quality_pct": Decimal(1), "leadership_pct": Decimal(1),
                                                "coefficient": Decimal(9)}
    sheet = next(item for item in lay_out(own).sheets if item.officer is not None)
    products, axes = sheet.block("products"), sheet.block("axes")
    book = openpyxl.load_workbook(io.BytesIO(built(own, answers={("officer", "CB0001"): filled})))
    for name, value in extra.items():
        shown = {"axis": 1, "role": "Chủ trì"}.get(name, float(value) if isinstance(value, Decimal) else value)
        book[sheet.name][f"{products.column(name)}{products.end}"] = shown
    changed = io.BytesIO()
    book.save(changed)
    fresh = recalculated({"closing": changed.getvalue()}, tmp_path)["closing"]
    wanted = officer_score(record(own, sheet, filled | {"products": [*filled["products"], extra]}), own.spec.policy)
    without = officer_score(record(own, sheet, filled), own.spec.policy)
    points = fresh[sheet.name][f"{axes.column('points')}{axes.first}"].value
    assert points == pytest.approx(float(wanted.axes[0].points), abs=TOLERANCE)
    assert abs(points - float(without.axes[0].points)) > TOLERANCE


def test_forms_name_only_formulas_of_the_closed_set_and_every_one_is_used():
    named = {field.formula for form in facts().spec.forms.values() for sheet in form.sheets for block in sheet.blocks
             for field in block.fields if field.formula}
    assert named == set(FORMULAS) - {"total_max"}


# --- Warnings ----------------------------------------------------------------------------------------------------------
DAY, NEXT = date(2026, 9, 1), date(2026, 9, 2)
ONE = Decimal(1)
SOUND_PRODUCT = {"axis": "1", "product": "SP", "role": "lead", "assigned": ONE, "deadline": DAY, "done": ONE, "completed": DAY,
                 "quality_pct": Decimal(90), "leadership_pct": Decimal(90)}
SOUND_TASK = {"code": "NV01", "axis": "1", "task": "Việc", "source": "planned", "deadline": DAY, "completed": DAY,
              "status": "on_time", "exceeded": True}
# Each row beside the fields whose cells must turn red, and no others.
PRODUCTS: list[tuple[dict[str, Any], set[str]]] = [
    (SOUND_PRODUCT, set()),
    (SOUND_PRODUCT | {"axis": None, "role": None}, {"axis", "role"}),
    ({"note": "x"}, {"axis", "product", "role", "assigned", "deadline", "done"}),
    (SOUND_PRODUCT | {"completed": None, "progress_pct": Decimal(50)}, {"completed"}),
    (SOUND_PRODUCT | {"progress_pct": Decimal(90)}, {"progress_pct"}),
    (SOUND_PRODUCT | {"completed": NEXT}, {"progress_pct"}),
    (SOUND_PRODUCT | {"completed": NEXT, "progress_pct": Decimal(100)}, {"progress_pct"}),
    (SOUND_PRODUCT | {"completed": NEXT, "progress_pct": Decimal(99)}, set()),
    (SOUND_PRODUCT | {"quality_pct": None, "leadership_pct": None}, {"quality_pct", "leadership_pct"}),
    (SOUND_PRODUCT | {"cause": "Bão", "confirm_document": "1/TB"}, {"confirm_body"}),
    (SOUND_PRODUCT | {"done": Decimal("0.5"), **EXCUSE}, set()),
    (SOUND_PRODUCT | {"key": True}, {"response"}),
    (SOUND_PRODUCT | {"key": True, "response": "1"}, set()),
    (SOUND_PRODUCT | {"done": Decimal(0), "completed": None, "quality_pct": None, "leadership_pct": None}, set()),
    ({}, set()),
]
TASKS: list[tuple[dict[str, Any], set[str]]] = [
    (SOUND_TASK, set()),
    (SOUND_TASK | {"completed": NEXT}, {"status"}),
    (SOUND_TASK | {"completed": NEXT, "status": "late"}, set()),
    (SOUND_TASK | {"status": "late"}, {"status"}),
    (SOUND_TASK | {"status": "not_done"}, {"status", "exceeded"}),
    (SOUND_TASK | {"completed": None}, {"completed"}),
    (SOUND_TASK | {"code": None, "key": True}, {"code", "response"}),
    (SOUND_TASK | {"status": "not_done", "completed": None, "exceeded": False, "cause": "Bão"},
     {"confirm_document", "confirm_body"}),
    ({}, set()),
]
PROPOSALS: list[tuple[dict[str, Any], set[str]]] = [
    ({"key": "CB0001", "unit_level": "1"}, {"reason"}),
    ({"key": "CB0002", "unit_level": "2"}, {"reason"}),     # the officer proposed 1
    ({"key": "CB0003", "unit_level": "2"}, set()),
    ({"key": "CB0004", "unit_level": "1", "reason": "Nổi bật"}, set()),
]
AXES_RED = [({"key": "1", "role": "main", "max_points": ONE}, "CB0001"), ({"key": "1", "max_points": None}, "CB0002")]


def test_faulty_cells_turn_red_and_sound_ones_do_not(tmp_path):
    own = facts(4)
    given: dict[tuple[str, str | None], Any] = {
        ("officer", "CB0001"): {
            "products": [row for row, _ in PRODUCTS], "axes": [AXES_RED[0][0]],
            "general": [{"key": "1.1", "met": True, "not_met": True}, {"key": "1.2", "met": True}]},
        ("officer", "CB0002"): {"axes": [AXES_RED[1][0]], "self": [{"self_level": "1"}]},
        ("officer", "CB0003"): {"self": [{"overall": "Tốt"}]},
        ("collective", None): {"tasks": [row for row, _ in TASKS]},
        ("proposal", None): {"officers": [row for row, _ in PROPOSALS]}}
    book = openpyxl.load_workbook(io.BytesIO(built(own, answers=given)))
    asked = _ask(book, lay_out(own, answers=given).sheets, own)
    out = io.BytesIO()
    book.save(out)
    fresh = recalculated({"red": out.getvalue()}, tmp_path)["red"]
    red: dict[tuple[str, str, int], set[str]] = {}
    for (page, block, index, field), addresses in asked.items():
        fault = any(fresh[page][address].value == 1 for address in addresses)
        red.setdefault((page, block, index), set()).update({field} if fault else ())
    assert [red["CB0001", "products", index] for index in range(len(PRODUCTS))] == [fields for _, fields in PRODUCTS]
    assert [red["Phụ lục 09", "tasks", index] for index in range(len(TASKS))] == [fields for _, fields in TASKS]
    assert [red["Tổng hợp", "officers", index] for index in range(4)] == [fields for _, fields in PROPOSALS]
    assert [red["CB0001", "general", index] for index in (1, 2, 3)] == [{"met", "not_met"}, set(), {"met", "not_met"}]
    assert all(fields == set() for (page, block, _), fields in red.items() if (page, block) == ("CB0002", "general"))
    assert red["CB0001", "axes", 0] == {"max_points"} and red["CB0001", "axes", 6] == {"max_points"}
    assert red["CB0002", "axes", 0] == {"max_points"} and red["CB0002", "axes", 6] == {"max_points"}
    assert all(red["CB0003", "axes", index] == set() for index in range(7))
    level = 6
    assert (red["CB0003", "self", level], red["CB0002", "self", level]) == ({"self_level"}, set())
    assert red["CB0004", "self", level] == set(), "nobody has begun"


def _ask(book: Any, sheets: tuple[SheetPlace, ...], own: UnitFacts) -> dict[tuple[str, str, int, str], list[str]]:
    """Far right of each sheet, every condition of the cells the test looks at; where each stands."""
    from openpyxl.formula.translate import Translator

    asked: dict[tuple[str, str, int, str], list[str]] = {}
    for sheet in sheets:
        number = 0
        for area, condition in warnings.of_sheet(sheet, own):
            origin = area.split(":")[0]
            for low, high in re.findall(r"([A-Z]+\d+):([A-Z]+\d+)", area):
                column = low.rstrip("0123456789")
                for row in range(int(low[len(column):]), min(int(high[len(column):]), int(low[len(column):]) + 16) + 1):
                    found = [(place, name) for place in sheet.blocks for name in place.spans
                             if place.top <= row <= place.end and place.column(name) == column]
                    place, field = next((item for item in found if item[0].block.kind == "table"), found[0])
                    if place.block.kind == "fields":
                        field = next(item.key for item in place.rows if item.row == row)
                    number += 1
                    address = f"CZ{number}"
                    shifted = Translator(f"={condition}", origin=origin).translate_formula(f"{column}{row}")
                    book[sheet.name][address] = f"=IF({shifted.removeprefix('=')},1,0)"
                    asked.setdefault((sheet.name, place.block.id, row - place.first, field), []).append(address)
    return asked
