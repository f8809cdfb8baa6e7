"""danh-muc.xlsx as it is written: it reads back as it was, byte for byte the same each time, fit to be typed into."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from roster_builders import PERIOD, placeless, spec

from qeval_batch.checks.roster import load_roster
from qeval_batch.core.cells import RowRef
from qeval_batch.demo.province import make_province
from qeval_batch.model.roster import StandardProduct
from qeval_batch.roster.sample import sample_roster
from qeval_batch.roster.write import HEADER_ROW, write_roster

CREATED = datetime(2026, 7, 1, 8)


def _written(folder, roster, name="danh-muc.xlsx"):
    path = folder / name
    write_roster(path, spec(), roster, CREATED)
    return path


@pytest.mark.parametrize("make", [sample_roster, lambda: make_province(20)], ids=["sample", "province"])
def test_what_is_written_reads_back(tmp_path, make):
    roster, findings = load_roster(_written(tmp_path, make()), spec(), PERIOD)
    assert findings == [] and placeless(roster) == placeless(make())


def test_the_sample_holds_in_every_quarter(tmp_path):
    path = _written(tmp_path, sample_roster())
    for period in (PERIOD.previous(), PERIOD, PERIOD.next(), PERIOD.next().next()):
        assert load_roster(path, spec(), period)[1] == []


def test_days_off_and_standards_read_back(tmp_path):
    import dataclasses

    at = RowRef("", "", 0)
    full = dataclasses.replace(
        sample_roster(), days_off={date(2026, 9, 2): "Nghỉ lễ", date(2026, 9, 1): ""},
        standards={"SP01": StandardProduct("SP01", "1", "Báo cáo", "báo cáo", Decimal("1.5"), at),
                   "SP02": StandardProduct("SP02", None, None, None, None, at)})
    roster, findings = load_roster(_written(tmp_path, full), spec(), PERIOD)
    assert findings == [] and placeless(roster) == placeless(full)


def test_the_same_bytes_each_time(tmp_path):
    one, two = (_written(tmp_path, sample_roster(), f"{name}.xlsx").read_bytes() for name in "ab")
    assert one == two


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    import dataclasses

    sample = sample_roster()
    units = {key: dataclasses.replace(unit, name="=HYPERLINK(\"http://x\")", contact="@SUM(1)")
             for key, unit in sample.units.items()}
    path = _written(tmp_path, dataclasses.replace(sample, units=units))
    book = openpyxl.load_workbook(path)
    cell = book["Đơn vị"].cell(HEADER_ROW + 2, 2)
    assert cell.data_type == "s" and cell.value.startswith("=HYPERLINK")
    with zipfile.ZipFile(path) as package:
        assert not any("<f>" in package.read(name).decode() for name in package.namelist() if "worksheets/" in name)


def test_every_sheet_is_fit_to_be_kept_by_hand(tmp_path):
    book = openpyxl.load_workbook(_written(tmp_path, sample_roster()))
    names = [sheet.name for sheet in spec().forms["danh-muc"].sheets]
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == names and len(names) == 8
    for form in spec().forms["danh-muc"].sheets:
        page = book[form.name]
        labels = [page.cell(HEADER_ROW + 1, column + 1).value for column in range(len(form.blocks[0].fields))]
        assert labels == [field.label for field in form.blocks[0].fields]
        assert page.freeze_panes and page.auto_filter.ref and page.page_setup.paperSize == 9
        assert page.print_title_rows == f"${HEADER_ROW + 1}:${HEADER_ROW + 1}" and page.page_setup.fitToHeight == 0
        assert page.cell(HEADER_ROW + 2, 1).font.name == "Times New Roman"
        assert not page.protection.sheet


def test_every_choice_has_its_dropdown_below_the_last_row_too(tmp_path):
    book = openpyxl.load_workbook(_written(tmp_path, sample_roster()))
    page = book["Cán bộ"]
    fields = spec().forms["danh-muc"].sheet("officers").blocks[0].fields
    for column, field in enumerate(fields, start=1):
        if field.choices is None:
            continue
        below = page.cell(HEADER_ROW + 2 + 14 + 50, column).coordinate
        rules = [rule for rule in page.data_validations.dataValidation if below in rule.sqref]
        assert [rule.formula1 for rule in rules] == [f"ds_{field.choices}"], field.id
        target = book.defined_names[f"ds_{field.choices}"].attr_text
        sheet, area = target.split("!")
        shown = [row[0].value for row in book[sheet.strip("'")][area.replace("$", "")]]
        assert shown == [option.label for option in spec().lists[field.choices].options]
