"""danh-muc.xlsx as people keep it: moved columns, odd spellings; and what ends the run (exit 2), each at its cell."""

from __future__ import annotations

import re
import unicodedata

import pytest
from roster_builders import PERIOD, cell, labels, load, placeless, save, spec, tables

from qeval_batch import messages
from qeval_batch.checks.roster import load_roster
from qeval_batch.model.findings import Part
from qeval_batch.roster.problem import RosterError
from qeval_batch.roster.sample import sample_roster

UNITS, OFFICERS, GROUPS, CHANGES = "Đơn vị", "Cán bộ", "Nhóm tương đồng", "Biến động"


def _problems(folder, made, **how):
    with pytest.raises(RosterError) as caught:
        load(folder, made, **how)
    return caught.value.problems


# --- Read right ------------------------------------------------------------------------------------------------------
def test_columns_in_another_order_read_the_same(tmp_path):
    roster, findings = load(tmp_path, tables(), columns=lambda _, order: list(reversed(order)))
    assert placeless(roster) == placeless(sample_roster()) and findings == []


def test_a_header_below_a_title_reads_the_same(tmp_path):
    roster, findings = load(tmp_path, tables(), lead=3)
    assert placeless(roster) == placeless(sample_roster()) and findings == []
    assert roster.officers["CB0101"].at.cell("full_name").a1 == "B5"


def test_an_unknown_column_between_is_passed_over(tmp_path):
    roster, findings = load(tmp_path, tables(), columns=lambda _, order: [order[0], "Cột riêng của văn thư", *order[1:]])
    assert placeless(roster) == placeless(sample_roster()) and findings == []


def test_ids_are_one_whatever_their_spelling(tmp_path):
    made = tables()
    made[UNITS][0]["Mã"] = "đv01"
    for row, spelling in zip(made[OFFICERS][:3], (" ĐV01 ", unicodedata.normalize("NFD", "Đv01"), "đv01\u00a0"), strict=True):
        row["Mã đơn vị"] = spelling
    roster, findings = load(tmp_path, made)
    assert findings == [] and [item.id for item in roster.officers_of("ĐV01")] == ["CB0101", "CB0102", "CB0103"]


def test_an_id_typed_as_a_number_is_text(tmp_path):
    made = tables()
    made[UNITS][0]["Mã"] = 31
    for row in made[OFFICERS][:3]:
        row["Mã đơn vị"] = "31"
    roster, findings = load(tmp_path, made)
    assert findings == [] and "31" in roster.units and len(roster.officers_of("31")) == 3


@pytest.mark.parametrize("name", ["1 Bảo Mẫu", "D'Mẫu", "D’Mẫu", "Đạ Mẫu 2", "=1+1", "Mẫu & Thử <b>"])
def test_names_are_carried_as_typed(tmp_path, name):
    from openpyxl.cell.cell import TYPE_STRING

    made = tables()
    made[UNITS][0]["Tên"] = name
    path = save(tmp_path / "danh-muc.xlsx", made)
    if name.startswith("="):
        import openpyxl

        book = openpyxl.load_workbook(path)
        book[UNITS]["B2"].data_type = TYPE_STRING
        book[UNITS]["B2"].value = name
        book[UNITS]["B2"].data_type = TYPE_STRING
        book.save(path)
    roster, findings = load_roster(path, spec(), PERIOD)
    assert roster.units["DV01"].name == name and findings == []


def test_two_people_of_one_name_are_two(tmp_path):
    made = tables()
    made[OFFICERS][1]["Họ và tên"] = made[OFFICERS][0]["Họ và tên"]
    roster, findings = load(tmp_path, made)
    assert len(roster.officers) == 14 and findings == []


@pytest.mark.parametrize("typed", ["14/3/1971", "14/03/1971", " 14-03-1971 "])
def test_dates_typed_as_text(tmp_path, typed):
    made = tables()
    made[OFFICERS][0]["Ngày sinh"] = typed
    roster, findings = load(tmp_path, made)
    assert str(roster.officers["CB0101"].birth_date) == "1971-03-14" and findings == []


def test_choices_by_alias_and_any_case(tmp_path):
    made = tables()
    made[OFFICERS][0] |= {"Mức quý trước": "htxs", "Diện quản lý": "a"}
    made[UNITS][2]["Khối"] = "Khối xã, phường, đặc khu"
    roster, findings = load(tmp_path, made)
    assert (roster.officers["CB0101"].previous_level, roster.officers["CB0101"].authority) == (1, "A")
    assert roster.units["DV03"].block == "xa" and findings == []


@pytest.mark.parametrize("sheet", ["Cơ quan cho ý kiến", "Ngày nghỉ", "Ký", "Danh mục chuẩn"])
def test_a_sheet_that_may_be_left_out(tmp_path, sheet):
    made = tables()
    del made[sheet]
    assert load(tmp_path, made)[1] == []


@pytest.mark.parametrize("header", [["Ngày"], ["Việc khác"], []])
def test_a_sheet_nobody_needs_and_nobody_filled_asks_for_no_columns(tmp_path, header):
    made = tables()
    made["Ngày nghỉ"] = []
    assert load(tmp_path, made, columns=lambda name, order: header if name == "Ngày nghỉ" else order)[1] == []


def test_a_sheet_of_one_column_is_read(tmp_path):
    made = tables()
    made["Ngày nghỉ"] = [{"Ngày": "2/9/2026"}]
    roster, _ = load(tmp_path, made, columns=lambda name, order: ["Ngày"] if name == "Ngày nghỉ" else order)
    assert [f"{day}" for day in roster.days_off] == ["2026-09-02"]


def test_a_column_that_may_be_left_out_is_told(tmp_path):
    roster, findings = load(tmp_path, tables(), columns=lambda _, order: [name for name in order if name != "E-mail"])
    assert [item.code for item in findings] == ["TABLE_COLUMN_ABSENT"] and roster.units["DV01"].email is None


def test_a_blank_row_between_is_no_row(tmp_path):
    made = tables()
    made[OFFICERS].insert(5, {})
    roster, findings = load(tmp_path, made)
    assert len(roster.officers) == 14 and findings == []


# --- What ends the run -----------------------------------------------------------------------------------------------
def test_no_file(tmp_path):
    with pytest.raises(RosterError, match=r"danh-muc\.xlsx: không thấy tệp"):
        load_roster(tmp_path / "danh-muc.xlsx", spec(), PERIOD)


@pytest.mark.parametrize("data", [b"", b"khong phai xlsx", b"PK\x03\x04 cut"])
def test_no_workbook(tmp_path, data):
    path = tmp_path / "danh-muc.xlsx"
    path.write_bytes(data)
    with pytest.raises(RosterError) as caught:
        load_roster(path, spec(), PERIOD)
    assert len(caught.value.problems) == 1 and caught.value.problems[0].startswith("danh-muc.xlsx: ")


@pytest.mark.parametrize("sheet", [UNITS, OFFICERS, GROUPS, CHANGES])
def test_a_missing_sheet(tmp_path, sheet):
    made = tables()
    del made[sheet]
    (line,) = _problems(tmp_path, made)
    assert line.startswith("danh-muc.xlsx, ") and f"«{sheet}»" in line


@pytest.mark.parametrize(("sheet", "label"), [(UNITS, "Mã"), (UNITS, "Khối"), (OFFICERS, "Mã đơn vị"),
                                              (OFFICERS, "Họ và tên"), (GROUPS, "Mã"), (CHANGES, "Từ ngày")])
def test_a_missing_required_column(tmp_path, sheet, label):
    lines = _problems(tmp_path, tables(),
                      columns=lambda name, order: [item for item in order if (name, item) != (sheet, label)])
    assert len(lines) == 1 and f"trang «{sheet}»" in lines[0] and f"«{label}»" in lines[0]


@pytest.mark.parametrize(("sheet", "label"), [(OFFICERS, "Người đứng đầu (x)"), (OFFICERS, "Nhóm tương đồng"),
                                              (OFFICERS, "Trạng thái"), (CHANGES, "Đến ngày")])
def test_a_column_whose_cells_may_be_blank_but_must_be_there(tmp_path, sheet, label):
    (line,) = _problems(tmp_path, tables(), columns=lambda name, order: [
        item for item in order if name != sheet or item != label])
    assert f"trang «{sheet}»" in line and f"«{label}»" in line


@pytest.mark.parametrize(("sheet", "row", "label"), [(UNITS, 1, "Mã"), (OFFICERS, 3, "Mã"), (GROUPS, 0, "Mã"),
                                                     ("Cơ quan cho ý kiến", 0, "Mã"), (OFFICERS, 3, "Mã đơn vị")])
def test_a_blank_id_is_an_error_of_the_row_and_of_no_other(tmp_path, sheet, row, label):
    """R82: one bad row of the roster stops that person or unit, never the batch."""
    made = tables()
    made[sheet][row][label] = "  "
    roster, found = load(tmp_path, made)
    assert (sheet, cell(sheet, row, label)) in _errors(found)
    assert len(roster.officers) == len(tables()[OFFICERS]) - ((sheet, label) == (OFFICERS, "Mã"))


@pytest.mark.parametrize(("sheet", "row", "label", "value"), [
    (UNITS, 1, "Mã", " dv01 "), (OFFICERS, 3, "Mã", "cb0101"), (GROUPS, 2, "Mã", "N01")])
def test_a_double_id_names_both_cells(tmp_path, sheet, row, label, value):
    made = tables()
    made[sheet][row][label] = value
    line = next(item for item in _problems(tmp_path, made) if "trùng" in item)
    assert f"ô {cell(sheet, row, label)}" in line and f"với ô {cell(sheet, 0, label)}" in line


@pytest.mark.parametrize(("sheet", "row", "label"), [
    (OFFICERS, 4, "Mã đơn vị"), (OFFICERS, 4, "Nhóm tương đồng"), (UNITS, 2, "Cấp trên"), ("Ký", 0, "Mã đơn vị")])
def test_a_unit_or_group_that_does_not_exist(tmp_path, sheet, row, label):
    made = tables()
    made[sheet][row][label] = "X77"
    roster, found = load(tmp_path, made)
    (told,) = [item for item in found if item.where.a1 == cell(sheet, row, label) and item.where.sheet == sheet]
    assert messages.is_error(told) and "«X77»" in messages.message(told)
    assert all(item.unit in {*roster.units, ""} for item in roster.officers.values())
    if sheet == OFFICERS:
        assert told.where.officer == made[OFFICERS][row]["Mã"]


@pytest.mark.parametrize("ident", ["DV/01", "..", "DV 01", "A" * 21, "DV;01", "DV01:", "-DV"])
def test_an_id_that_cannot_be_a_file_or_a_sheet_stops_its_unit_alone(tmp_path, ident):
    made = tables()
    for officer in made[OFFICERS]:
        if officer["Mã đơn vị"] == made[UNITS][3]["Mã"]:
            officer["Mã đơn vị"] = ident
    made[UNITS][3]["Mã"] = ident
    roster, found = load(tmp_path, made)
    assert (UNITS, cell(UNITS, 3, "Mã")) in _errors(found)
    blocked = {item.where.officer for item in found if messages.is_error(item) and item.where.officer}
    assert blocked == {item["Mã"] for item in made[OFFICERS] if item["Mã đơn vị"] == ident}
    assert not any(re.search(r"[^\w.-]", key) for key in roster.units)


def test_an_officers_id_with_an_inner_space_stops_that_officer_alone(tmp_path):
    made = tables()
    made[OFFICERS][4]["Mã"] = "CB 0202"
    roster, found = load(tmp_path, made)
    assert _errors(found) == {(OFFICERS, cell(OFFICERS, 4, "Mã"))} and "CB0202" in roster.officers
    assert {item.where.officer for item in found if messages.is_error(item)} == {"CB0202"}


def test_an_unusable_id_that_would_be_anothers_is_told_and_left_out(tmp_path):
    made = tables()
    made[OFFICERS][4]["Mã"] = "CB 0101"
    roster, found = load(tmp_path, made)
    assert _errors(found) == {(OFFICERS, cell(OFFICERS, 4, "Mã"))} and len(roster.officers) == len(made[OFFICERS]) - 1


def _errors(found):
    return {(item.where.sheet, item.where.a1) for item in found if messages.is_error(item)}


def test_what_ends_the_run_is_told_at_once(tmp_path):
    made = tables()
    made[UNITS][3]["Mã"] = "DV01"
    made[OFFICERS][0]["Nhóm tương đồng"] = "X1"
    made[OFFICERS][2]["Mã"] = "CB0101"
    assert len(_problems(tmp_path, made)) == 2


def test_labels_of_the_form_are_what_people_see():
    assert labels(OFFICERS)[:4] == ["Mã", "Họ và tên", "Ngày sinh", "Mã đơn vị"]


@pytest.mark.parametrize(("columns", "code"), [
    (["Tên", "Khối"], "TABLE_COLUMN_MISSING"), (["Mã", "Tên", "Khối"], "TABLE_COLUMN_ABSENT"), (None, "TABLE_SHEET_MISSING")])
def test_the_reader_tells_what_a_sheet_lacks(tmp_path, columns, code):
    from qeval_batch.spreadsheet.grid import open_grid
    from qeval_batch.workbook.read import read_table_sheet

    made = tables()
    if columns is None:
        del made[UNITS]
    path = save(tmp_path / "danh-muc.xlsx", made,
                columns=lambda name, order: columns if columns and name == UNITS else order)
    form = spec().forms["danh-muc"].sheet("units")
    _, findings = read_table_sheet(open_grid(path.read_bytes()), form, spec(), path.name)
    assert code in {item.code for item in findings}


def test_a_hidden_row_and_text_under_a_wrong_code_page_are_told_as_in_the_forms(tmp_path):
    import openpyxl

    path = tmp_path / "danh-muc.xlsx"
    save(path, tables())
    book = openpyxl.load_workbook(path)
    book["Cán bộ"].row_dimensions[4].hidden = True
    book["Cán bộ"].cell(5, 2).value = "Nguyễn Văn Hoàn".encode().decode("cp1252", "replace") + " thÃ\u00a0nh"
    book.save(path)
    _, found = load_roster(path, spec(), PERIOD)
    told = [(item.code, item.where.sheet, item.where.part) for item in found]
    assert ("ROW_HIDDEN", "Cán bộ", Part.ROSTER) in told and ("TEXT_DAMAGED", "Cán bộ", Part.ROSTER) in told
