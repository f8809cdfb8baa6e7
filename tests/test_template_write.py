"""A written template: same bytes, cached values, locks, checks, print set-up, stamp; user text stays text."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from template_cases import CREATED, KEY, answers, built, facts, officer, spec, unit

from qeval_batch.core.cells import column_letter
from qeval_batch.spec.form import Source
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.layout import lay_out
from qeval_batch.template.look import INPUT_FILL
from qeval_batch.template.write import write_workbook
from qeval_batch.workbook import stamp

ROOT = Path(__file__).resolve().parent.parent
LIST_SHEET = "_danh-muc"


@cache
def filled() -> bytes:
    return built(facts(), answers=answers(1, facts()))


def opened(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


@cache
def book():
    return opened(filled())


def place_of(sheet_id: str, **how):
    return next(sheet for sheet in lay_out(facts(), **how).sheets if sheet.sheet.id == sheet_id)


# --- Bytes -----------------------------------------------------------------------------------------------------------
def test_same_inputs_give_the_same_bytes(tmp_path):
    write_workbook(facts(), tmp_path / "a.xlsx", key=KEY, created=CREATED, answers=answers(1, facts()))
    assert (tmp_path / "a.xlsx").read_bytes() == filled()
    assert built(facts(), answers=answers(2, facts())) != filled()


def test_bytes_do_not_depend_on_hash_seed_or_time_zone():
    script = ("import sys, hashlib; sys.path.insert(0, 'tests')\nfrom template_cases import *\n"
              "print(hashlib.sha256(built(facts(), answers=answers(1, facts()))).hexdigest())")
    seen = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Ho_Chi_Minh")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
        seen.add(subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True,
                                text=True, check=True).stdout.strip())
    assert seen == {hashlib.sha256(filled()).hexdigest()}


def sheets_xml(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/s")}


@pytest.mark.parametrize("how", [{}, {"answers": answers(1, facts())}, {"part": "collective"}])
def test_every_formula_has_a_cached_value_and_is_known_to_every_spreadsheet(how):
    found = 0
    for xml in sheets_xml(built(facts(), **how)).values():
        for cell in re.findall(r"<c [^>]*>(?:(?!</c>).)*<f[ >](?:(?!</c>).)*</c>", xml):
            found += 1
            assert "<v>" in cell or "<v/>" in cell, cell
            assert "_xlfn" not in cell and "#REF!" not in cell
    assert found >= 60


# --- Identity --------------------------------------------------------------------------------------------------------
def test_sheets_stand_in_the_order_of_the_unit_set_and_bear_their_tag():
    names = book().sheetnames
    assert names == ["Hướng dẫn", "Phụ lục 09", "CB0001", "CB0002", "Tổng hợp", "Hồ sơ", LIST_SHEET, stamp.SHEET]
    tags = [book()[name]["A1"].value for name in names[:-2]]
    assert tags[1:4] == ["qeval|phu-luc-09|collective|-|DV031|2026-Q3", "qeval|phu-luc-05|officer|CB0001|DV031|2026-Q3",
                         "qeval|phu-luc-05|officer|CB0002|DV031|2026-Q3"]
    assert all(tag.startswith("qeval|") for tag in tags)
    assert all(book()[name].row_dimensions[1].hidden for name in names[:-2])


def test_stamp_is_very_hidden_and_verifies_only_with_the_key():
    page = book()[stamp.SHEET]
    assert page.sheet_state == "veryHidden" and book()[LIST_SHEET].sheet_state == "hidden"
    found = stamp.from_rows([(row[0].value, row[1].value) for row in page.iter_rows()])
    assert found is not None and stamp.verify(found, KEY) and not stamp.verify(found, b"x" * 32)
    assert (found.kind, found.unit, found.period, found.profile) == ("don-vi", "DV031", "2026-Q3", "30+70")
    assert found.sheets["CB0002"] == ("phu-luc-05", "officer", "CB0002")


@pytest.mark.parametrize(("part", "person", "names"), [
    ("officer", "CB0002", ["Hướng dẫn", "CB0002"]), ("collective", None, ["Hướng dẫn", "Phụ lục 09", "Tổng hợp", "Hồ sơ"])])
def test_a_part_holds_its_sheets_alone(part, person, names):
    found = opened(built(facts(), part=part, officer=person))
    assert found.sheetnames == [*names, LIST_SHEET, stamp.SHEET]


def test_an_unknown_part_or_officer_is_refused():
    with pytest.raises(ValueError, match="part="):
        built(facts(), part="half")
    with pytest.raises(ValueError, match="CB9999"):
        built(facts(), part="officer", officer="CB9999")


# --- Filling ---------------------------------------------------------------------------------------------------------
def test_answers_are_written_as_what_they_are():
    own = facts(1)
    rows = [{"axis": "1", "product": "=1+1", "assigned": Decimal("2.5"), "done": 2, "deadline": date(2026, 9, 30),
             "key": True, "exceeded": False, "role": "lead", "quality_pct": "8,5", "task_code": "0012"}]
    given = {("officer", "CB0001"): {"products": rows, "axes": [{"key": "1", "role": "secondary", "max_points": None}]}}
    page = opened(built(own, answers=given))["CB0001"]
    sheet = next(item for item in lay_out(own).sheets if item.name == "CB0001")
    products, axes = sheet.block("products"), sheet.block("axes")

    def cell(field, place=products, row=products.first):
        return page[f"{place.column(field)}{row}"]

    assert (cell("product").value, cell("product").data_type) == ("=1+1", "s")
    assert cell("assigned").value == 2.5 and cell("done").value == 2 and cell("axis").value == 1
    assert cell("deadline").value.date() == date(2026, 9, 30) and cell("deadline").number_format == "dd/mm/yyyy"
    assert (cell("key").value, cell("exceeded").value, cell("role").value) == ("x", None, "Chủ trì")
    assert (cell("quality_pct").value, cell("task_code").value) == ("8,5", "0012")
    assert cell("role", axes, axes.first).value == "Phụ" and cell("max_points", axes, axes.first).value is None
    second = spec().forms["phu-luc-05"].main_axes[1]
    assert cell("role", axes, axes.place(second).row).value == "Chính", "another axis keeps the annex's suggestion"


def test_defaults_of_the_axes_are_the_annex_s_and_may_be_changed():
    sheet = place_of("officer")
    axes, page = sheet.block("axes"), book()[sheet.name]
    form = spec().forms["phu-luc-05"]
    for row in axes.rows[:6]:
        points = page[f"{axes.column('max_points')}{row.row}"]
        assert points.value == form.axis_points["30+70"][row.key] and not points.protection.locked


def test_more_answers_than_open_rows_make_the_table_longer():
    many = [{"axis": "1", "product": f"SP {n}"} for n in range(60)]
    data = built(facts(1), answers={("officer", "CB0001"): {"products": many}})
    place = next(item for item in lay_out(facts(1), answers={("officer", "CB0001"): {"products": many}}).sheets
                 if item.name == "CB0001").block("products")
    assert len(place.rows) == 60
    assert opened(data)["CB0001"][f"{place.column('product')}{place.last}"].value == "SP 59"


def test_user_text_is_never_a_formula_a_placeholder_or_markup():
    name = "=HYPERLINK(\"x\") {officer} & <r><t>x</t></r>"
    people = (officer(1, name="<r><t>x</t></r>", government_post="{unit_name}"), officer(2, name="+84 {axis}"))
    found = opened(built(UnitFacts(spec(), facts().period, unit(name=name), people)))
    texts = {cell.value: cell.data_type for page in found for row in page.iter_rows() for cell in row if cell.value}
    assert texts[name] == "s" and texts["+84 {axis}"] == "s" and texts["{unit_name}"] == "s"
    assert texts["<r><t>x</t></r> "] == "s"


def test_a_footer_keeps_a_name_with_figures_and_ampersands():
    made = UnitFacts(spec(), facts().period, unit(name="1 Bảo Lộc & K'Ho"), facts().officers)
    for xml in list(sheets_xml(built(made)).values())[:6]:
        footer = re.search("<oddFooter>(.*)</oddFooter>", xml)[1].replace("&amp;", "&")
        assert "&9 1 Bảo Lộc && K'Ho" in footer and len(footer) <= 255


def test_an_officer_named_like_no_sheet_may_be_gets_one_excel_accepts():
    people = (officer(1, id="A/B:C*?[1]" + "x" * 40), officer(2, id="a/b:c*?[1]" + "x" * 40))
    places = lay_out(UnitFacts(spec(), facts().period, unit(), people)).sheets
    names = [item.name for item in places]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


# --- Guides ----------------------------------------------------------------------------------------------------------
def test_only_input_cells_are_unlocked_and_all_are_of_one_colour():
    for sheet in lay_out(facts()).sheets:
        page = book()[sheet.name]
        assert page.protection.sheet and page.protection.password is None
        for allowed in ("insertRows", "sort", "autoFilter", "formatColumns", "formatRows"):
            assert getattr(page.protection, allowed) is False, "False in the file means: not protected"
        for place in sheet.blocks:
            for field in place.block.fields:
                for row in place.rows:
                    if place.block.kind == "fields" and row.key != field.id:
                        continue
                    cell = page[f"{place.column(field.id)}{row.row}"]
                    entered = field.source is Source.INPUT and not row.heading and not row.total
                    assert cell.protection.locked is not entered, (sheet.name, cell.coordinate)
                    assert (cell.fill.fgColor.rgb == f"FF{INPUT_FILL[1:]}") is entered


def test_every_choice_mark_date_and_figure_is_checked():
    known = set(book().defined_names)
    for sheet in lay_out(facts()).sheets:
        rules = {str(area): rule for rule in book()[sheet.name].data_validations.dataValidation
                 for area in rule.sqref.ranges}
        for place in sheet.blocks:
            for field in place.block.fields:
                if field.source is not Source.INPUT or place.block.kind == "fields":
                    continue
                column = place.column(field.id)
                mine = [rule for area, rule in rules.items() if re.fullmatch(rf"{column}\d+(:{column}\d+)?", area)
                        and place.first <= int(re.search(r"\d+", area)[0]) <= place.last]
                wanted = {"date": "date", "decimal": "decimal", "percent": "decimal", "integer": "whole",
                          "choice": "list", "mark": "list"}.get(field.type.value)
                if wanted:
                    assert [rule.type for rule in mine] and {rule.type for rule in mine} == {wanted}, field.id
                    assert all(rule.error and len(rule.error) <= 255 and len(rule.errorTitle) <= 32 for rule in mine)
                if wanted == "list":
                    assert all(rule.formula1.lstrip("=") in known for rule in mine)
                if field.hint:
                    assert all(rule.prompt == field.hint for rule in mine) and mine, field.id


def test_confirming_body_may_be_overruled_and_never_lists_the_unit():
    sheet = place_of("officer")
    column = sheet.block("products").column("confirm_body")
    rule = next(rule for rule in book()[sheet.name].data_validations.dataValidation
                if str(rule.sqref).startswith(column) and rule.type == "list")
    assert rule.errorStyle == "warning"
    body = spec().policy.confirming_bodies[0]
    own = UnitFacts(spec(), facts().period, unit(name=f" {body} "), facts().officers)
    assert body in facts().confirming_bodies and body not in own.confirming_bodies


def test_the_role_nobody_may_take_is_not_offered_unless_policy_allows_it():
    def offered(data):
        page = opened(data)[LIST_SHEET]
        return [cell.value for column in page.iter_cols() if column[0].value == "dm_axis_role" for cell in column[1:]
                if cell.value]

    assert offered(filled()) == ["Chính", "Phụ"]
    assert offered(built(facts(1, score__allow_no_role=True))) == ["Chính", "Phụ", "Không phụ trách"]


def test_only_a_table_without_locked_cells_gets_filter_buttons():
    sheets = {item.sheet.id: item for item in lay_out(facts()).sheets if item.sheet.id != "guide"}
    tasks = sheets["collective"].block("tasks")
    wanted = f"A{tasks.header_row}:{column_letter(len(tasks.block.fields))}{tasks.last}"
    assert {name: book()[item.name].auto_filter.ref for name, item in sheets.items()} == {
        "collective": wanted, "officer": None, "proposal": None, "dossier": None}


def test_every_block_has_a_range_name_of_its_sheet():
    for sheet in lay_out(facts()).sheets:
        names = book()[sheet.name].defined_names
        for place in sheet.blocks:
            if place.block.kind != "text":
                area = names[f"blk_{place.block.id}"].attr_text
                assert area.isascii() or sheet.name in area
                assert area.endswith(f"${place.end}")


# --- Print -----------------------------------------------------------------------------------------------------------
def test_each_sheet_prints_one_a4_page_wide_with_its_header_repeated():
    for sheet in lay_out(facts()).sheets:
        page = book()[sheet.name]
        assert page.page_setup.paperSize == 9 and page.page_setup.fitToHeight == 0
        assert page.sheet_properties.pageSetUpPr.fitToPage and page.page_setup.fitToWidth in (1, None)
        assert page.page_setup.orientation == ("landscape" if sheet.sheet.landscape else "portrait")
        assert "Trang &P/&N" in page.oddFooter.right.text or "Trang &[Page]" in page.oddFooter.right.text
        assert page.print_area.endswith(f"${column_letter(sheet.printed)}${sheet.last_row}")
        main = sheet.block(sheet.main) if sheet.main else None
        assert page.print_title_rows == (f"${main.header_row}:${main.header_row}" if main else None)
        assert page.freeze_panes is not None


def test_unprinted_columns_stand_right_of_the_print_area_and_b2_prints_fourteen_at_most():
    sheet = place_of("officer")
    products = sheet.block("products")
    for field in products.block.fields:
        assert (products.spans[field.id].first <= sheet.printed) is field.printed
    assert sheet.printed <= 14


def test_every_cell_is_in_times_new_roman():
    for page in book():
        fonts = {cell.font.name for row in page.iter_rows() for cell in row}
        assert fonts <= {"Times New Roman"}
