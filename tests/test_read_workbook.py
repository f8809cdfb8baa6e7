"""Template -> filled -> read is the identity, whoever saved the file; what was moved or renamed is still found."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from read_builders import (
    CREATED,
    FILE,
    KEY,
    PERIOD,
    answers,
    codes,
    edit,
    empty_workbook,
    facts,
    filled_workbook,
    inputs,
    read,
    sheet,
    spec,
    where,
    with_cells,
)

from qeval_batch import messages
from qeval_batch.core.period import Period
from qeval_batch.model.findings import Part
from qeval_batch.model.submission import INVALID
from qeval_batch.template.write import workbook_bytes
from qeval_batch.workbook.inspect import describe, lines
from qeval_batch.workbook.read import peek_stamp


def _expected(of, block, form, sheet_id):
    """The answers of one block as inputs() tells them."""
    plan = spec().forms[form].sheet(sheet_id).block(block)
    fields = [field for field in plan.fields if field.source == "input"]
    return [(block, row["key"] if plan.key_field else None, field.id, row[field.id])
            for row in answers()[sheet_id, of].get(block, ())
            for field in fields if row.get(field.id) not in (None, False)]


def test_filled_template_reads_back_as_it_was_filled():
    submission = read(filled_workbook())
    assert submission.findings == () and not submission.refused
    assert submission.stamp.unit == "DV031" and submission.stamp.period == "2026-Q3"
    told = {(item.sheet, item.officer) for item in submission.sheets}
    assert told == {("collective", None), ("officer", "CB0001"), ("officer", "CB0002"), ("proposal", None),
                    ("dossier", None)}
    for item in submission.sheets:
        form = spec().forms[item.form].sheet(item.sheet)
        expected = [entry for block in form.blocks for entry in _expected(item.officer, block.id, item.form, item.sheet)]
        assert inputs(item) == expected, item.name
        assert not item.blank and len(item.digest) == 64


def test_every_value_keeps_its_cell():
    submission = read(filled_workbook())
    import io

    import openpyxl
    book = openpyxl.load_workbook(io.BytesIO(filled_workbook()), data_only=True)
    own = sheet(submission, "officer", "CB0002")
    first = own.rows("products")[0]
    at = first.at.cell("leadership_pct")
    assert (at.file, at.sheet) == (FILE, "CB0002") and book["CB0002"][at.a1].value == 90
    answer = own.rows("self")[0]
    assert book["CB0002"][answer.at.cell("self_level").a1].value == "Hoàn thành xuất sắc nhiệm vụ"
    criterion = next(row for row in own.rows("general") if row.key == "2.3")
    assert book["CB0002"][criterion.at.cell("not_met").a1].value == "x"


def test_formula_results_stand_beside_the_data_and_are_only_compared():
    own = sheet(read(filled_workbook()), "officer", "CB0001")
    total = next(row for row in own.rows("general") if row.key == "total")
    assert total["points"] == 29
    both = next(row for row in own.rows("axes") if row.key == "total_ab")
    assert both["points"] is None and "max_points" not in both.values      # an axis without products: no total
    assert isinstance(own.rows("products")[0]["kpi"], Decimal)
    assert [row.key for row in own.rows("general")][-1] == "total" and "1" not in [row.key for row in own.rows("general")]


def test_a_blank_template_is_told_once():
    submission = read(empty_workbook())
    assert [(item.code, item.where.part, item.where.unit) for item in submission.findings] == \
        [("FILE_BLANK_TEMPLATE", Part.FILE, "DV031")]
    assert all(item.blank for item in submission.sheets)


def test_blank_sheets_beside_a_filled_one_are_told_sheet_by_sheet():
    row = _row()
    submission = read(with_cells(empty_workbook(), {where(row.at.cell("product")): "Báo cáo", where(row.at.cell("axis")): 1}))
    assert sorted(item.code for item in submission.findings) == ["SHEET_BLANK"] * 3 + ["SHEET_BLANK_DOSSIER"]
    parts = {item.where.part for item in submission.findings}
    assert parts == {Part.COLLECTIVE, Part.OFFICER, Part.PROPOSAL, Part.DOSSIER}


def test_default_points_are_nobodys_answer_but_changed_ones_are():
    row = sheet(read(empty_workbook()), "officer", "CB0001").rows("axes")[1]
    assert row["max_points"] is not None
    changed = with_cells(empty_workbook(), {where(row.at.cell("max_points")): 13})
    assert not sheet(read(changed), "officer", "CB0001").blank
    ordinal = sheet(read(filled_workbook()), "officer", "CB0001").rows("products")[0].at.cell("no")
    numbered = with_cells(empty_workbook(), {where(ordinal): "1.a"})
    assert sheet(read(numbered), "officer", "CB0001").blank


# --- Other programs -------------------------------------------------------------------------------------------------
def test_saved_again_by_openpyxl_reads_the_same():
    original, again = read(filled_workbook()), read(edit(filled_workbook(), lambda book: None))
    assert again.findings == ()
    assert [inputs(item) for item in again.sheets] == [inputs(item) for item in original.sheets]
    assert [item.digest for item in again.sheets] == [item.digest for item in original.sheets]
    assert [[row.at for row in item.rows("products")] for item in again.sheets] == \
        [[row.at for row in item.rows("products")] for item in original.sheets]


def test_saved_again_by_libreoffice_reads_the_same(tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: re-saving by it is NOT tested")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "unit.xlsx").write_bytes(filled_workbook())
    subprocess.run([office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
                    "--outdir", str(tmp_path / "out"), str(tmp_path / "in" / "unit.xlsx")],
                   check=True, capture_output=True, timeout=180)
    original, again = read(filled_workbook()), read((tmp_path / "out" / "unit.xlsx").read_bytes())
    assert codes(again) == []
    assert [item.digest for item in again.sheets] == [item.digest for item in original.sheets]
    assert again.sheets == tuple(original.sheets)


# --- Moved, renamed, copied -----------------------------------------------------------------------------------------
def test_a_renamed_sheet_is_known_by_its_tag_and_an_untagged_one_by_its_name():
    def change(book):
        book["CB0001"].title = "Tự chấm của tôi"
        book["Phụ lục 09"]["A1"].value = None
    submission = read(edit(filled_workbook(), change))
    assert sheet(submission, "officer", "CB0001").name == "Tự chấm của tôi"
    assert sheet(submission, "collective").rows("tasks") and submission.findings == ()


def test_inserted_rows_and_columns_are_read_right():
    def change(book):
        page = book["CB0001"]
        header = next(cell.row for cell in page["A"] if cell.value == "B2. Sản phẩm")
        page.insert_rows(header, 3)
        page.insert_cols(3)
        book["Phụ lục 09"].insert_cols(1)
    def unmerge(book):
        for name in ("CB0001", "Phụ lục 09"):
            for merged in list(book[name].merged_cells.ranges):
                book[name].unmerge_cells(str(merged))
        change(book)
    moved, original = read(edit(filled_workbook(), unmerge)), read(filled_workbook())
    for key in (("officer", "CB0001"), ("collective", None)):
        assert inputs(sheet(moved, *key)) == inputs(sheet(original, *key))
    at = [sheet(item, "officer", "CB0001").rows("products")[0].at.cell("deadline") for item in (original, moved)]
    assert (at[1].row - at[0].row, at[1].column - at[0].column) == (3, 1)


def test_a_subset_of_the_sheets_is_no_finding():
    def change(book):
        for name in ("Phụ lục 09", "CB0002", "Tổng hợp", "Hồ sơ", "Hướng dẫn"):
            del book[name]
    submission = read(edit(filled_workbook(), change))
    assert [item.officer for item in submission.sheets] == ["CB0001"] and submission.findings == ()


def test_a_workbook_of_one_officer_reads():
    data = workbook_bytes(facts(), key=KEY, created=CREATED, answers=answers(), part="officer", officer="CB0002")
    submission = read(data)
    assert [(item.sheet, item.officer) for item in submission.sheets] == [("officer", "CB0002")]


def test_an_unknown_sheet_is_a_note_and_a_foreign_one_is_not_read():
    def change(book):
        book.create_sheet("Nháp")
        book["CB0002"]["A1"].value = "qeval|phu-luc-05|officer|CB9999"
    submission = read(edit(filled_workbook(), change))
    assert codes(submission) == [("SHEET_FOREIGN", "CB0002", None), ("SHEET_EXTRA", "Nháp", None)]
    assert "CB0002" not in [item.officer for item in submission.sheets]


def test_a_copy_of_a_sheet_counts_only_while_it_says_the_same():
    def same(book):
        book.copy_worksheet(book["CB0001"]).title = "CB0001 (2)"
    twin = read(edit(filled_workbook(), same))
    assert twin.findings == () and len([item for item in twin.sheets if item.officer == "CB0001"]) == 1
    at = sheet(twin, "officer", "CB0001").rows("products")[0].at.cell("done")

    def other(book):
        same(book)
        book["CB0001 (2)"][at.a1].value = 1
    differing = read(edit(filled_workbook(), other))
    assert [item[:2] for item in codes(differing)] == [("SHEET_TWICE", "CB0001"), ("SHEET_TWICE", "CB0001 (2)")]
    assert [item.blocks for item in differing.sheets if item.officer == "CB0001"] == [{}]      # came, and is not used


# --- Structure --------------------------------------------------------------------------------------------------------
def _retitle(name, old, new):
    def change(book):
        cell = next(cell for row in book[name].iter_rows() for cell in row if cell.value == old)
        cell.value = new
    return edit(filled_workbook(), change)


@pytest.mark.parametrize(("old", "new", "code", "part"), [
    ("Số lượng giao", "Số lượng", "COLUMN_MISSING", Part.OFFICER),
    ("Điểm tối đa", "Tối đa", "COLUMN_MISSING", Part.OFFICER),
    ("Kết quả nổi bật", "Kết quả khác", "LABEL_MISSING", Part.OFFICER),
    ("Hệ số", "Trọng tâm (x)", "COLUMN_TWICE", Part.OFFICER),
])
def test_broken_structure_is_an_error_of_that_sheet(old, new, code, part):
    if old == "Điểm tối đa":     # B1's, the second one on the sheet
        def change(book):
            cells = [cell for row in book["CB0001"].iter_rows() for cell in row if cell.value == old]
            cells[-1].value = new
        submission = read(edit(filled_workbook(), change))
    else:
        submission = read(_retitle("CB0001", old, new))
    found = [item for item in submission.findings if item.code == code]
    assert len(found) == 1 and found[0].where.part is part and found[0].where.officer == "CB0001"
    assert messages.is_error(found[0]) and not sheet(submission, "officer", "CB0001").blank
    assert all(item.where.sheet == "CB0001" for item in submission.findings)


def test_a_block_whose_title_was_rewritten_is_known_by_its_labels():
    original = read(filled_workbook())
    for name, old in (("CB0001", "B2. Sản phẩm"), ("CB0001", "C. Tự đánh giá"), ("Phụ lục 09", "II. Danh mục nhiệm vụ, chỉ tiêu")):
        changed = read(_retitle(name, old, "Phần của tôi"))
        assert codes(changed) == [] and [inputs(item) for item in changed.sheets] == [inputs(item) for item in original.sheets]


def test_a_sheet_emptied_of_its_titles_misses_its_blocks():
    def change(book):
        page = book["Phụ lục 09"]
        page.delete_rows(2, page.max_row)
    submission = read(edit(filled_workbook(), change))
    assert list(codes(submission)) == [("BLOCK_MISSING", "Phụ lục 09", None)] * 2
    assert not sheet(submission, "collective").blank


def test_values_of_a_missing_column_are_unreadable_not_blank():
    own = sheet(read(_retitle("CB0001", "Số lượng giao", "Số lượng")), "officer", "CB0001")
    assert {row["assigned"] for row in own.rows("products")} == {INVALID}


def test_header_row_gone():
    submission = read(edit(filled_workbook(), lambda book: [
        setattr(cell, "value", None) for cell in book["Phụ lục 09"][
            sheet(read(filled_workbook()), "collective").rows("tasks")[0].at.row - 1]]))
    assert [item for item in submission.findings if item.code == "HEADER_MISSING"]


def test_fixed_rows_are_known_by_their_text_and_only_once():
    own = sheet(read(filled_workbook()), "officer", "CB0001")
    rows = {row.key: row for row in own.rows("general")}

    def change(book):
        page = book["CB0001"]
        page.cell(rows["1.2"].at.row, 1).value = "1.1"       # twice 1.1, no 1.2
        page.cell(rows["3.4"].at.row, 1).value = "9.9"       # still known by its criterion
        page.cell(rows["3.3"].at.row, 1).value = "9.8"
        page.cell(rows["3.3"].at.row, 2).value = "Tiêu chí khác"
    submission = read(edit(filled_workbook(), change))
    assert [(item[0], item[2]) for item in codes(submission)] == [
        ("ROW_TWICE", rows["1.2"].at.cell("no").a1), ("ROW_CHANGED", rows["3.3"].at.cell("no").a1)]
    assert "1.2" not in [row.key for row in sheet(submission, "officer", "CB0001").rows("general")]


def test_a_criterion_number_turned_into_a_figure_is_still_known():
    own = sheet(read(filled_workbook()), "officer", "CB0001")
    row = next(row for row in own.rows("general") if row.key == "1.1")
    again = read(with_cells(filled_workbook(), {where(row.at.cell("no")): 1.1}))
    assert inputs(sheet(again, "officer", "CB0001")) == inputs(own)


# --- The stamp ----------------------------------------------------------------------------------------------------------
def test_stamp_of_another_place_period_or_none():
    assert [item.code for item in read(filled_workbook(), key=b"x" * 32).findings] == ["STAMP_FORGED"]
    assert read(filled_workbook(), key=b"x" * 32).stamp is None
    later = read(filled_workbook(), period=Period(2026, 4))
    assert [item.code for item in later.findings] == ["STAMP_PERIOD"] and later.refused and later.stamp.unit == "DV031"
    assert later.findings[0].where.unit == "DV031" and later.sheets == ()
    gone = read(edit(filled_workbook(), lambda book: book.__delitem__("_qeval")))
    assert [item.code for item in gone.findings] == ["STAMP_MISSING"] and gone.refused
    broken = read(edit(filled_workbook(), lambda book: setattr(book["_qeval"]["B1"], "value", "?")))
    assert [item.code for item in broken.findings] == ["STAMP_BROKEN"]
    changed = read(edit(filled_workbook(), lambda book: setattr(book["_qeval"]["B3"], "value", "DV999")))
    assert [item.code for item in changed.findings] == ["STAMP_ALTERED"] and changed.stamp is None


@pytest.mark.parametrize(("change", "code"), [
    ({"kind": "khong-co"}, "STAMP_KIND"),
    ({"profile": "100"}, "STAMP_PROFILE"),
    ({"forms": {"phu-luc-05": "2020-1"}}, "STAMP_FORM"),
    ({"forms": {"phu-luc-77": "2026-1"}}, "STAMP_FORM"),
    ({"layout": "0" * 16}, "STAMP_LAYOUT"),
])
def test_a_stamp_of_ours_that_no_longer_fits(change, code):
    from qeval_batch.workbook import stamp as stamps

    old = peek_stamp(filled_workbook())
    fields = {name: getattr(old, name) for name in ("kind", "unit", "period", "profile", "forms", "sheets", "layout")}
    new = stamps.make(**{**fields, **change}, key=KEY)

    def write(book):
        page = book["_qeval"]
        page.delete_rows(1, page.max_row)
        for row in stamps.to_rows(new):
            page.append(row)
    assert [item.code for item in read(edit(filled_workbook(), write)).findings] == [code]


def test_peek_stamp_opens_nothing_it_may_not():
    assert peek_stamp(b"") is None and peek_stamp(b"a,b\n1,2\n") is None
    assert peek_stamp(filled_workbook()).period == str(PERIOD)


# --- Cells ----------------------------------------------------------------------------------------------------------------
def _row(block="products", index=0, sheet_id="officer", of="CB0001"):
    return sheet(read(filled_workbook()), sheet_id, of).rows(block)[index]


def test_formulas_and_errors_in_input_cells_are_never_taken_in():
    row = _row()
    cells = {where(row.at.cell("done")): "=1+1", where(row.at.cell("assigned")): "#DIV/0!",
             where(row.at.cell("product")): '="a"&"b"'}
    submission = read(with_cells(filled_workbook(), cells))
    assert sorted(codes(submission)) == sorted([
        ("CELL_FORMULA", "CB0001", row.at.cell("done").a1), ("CELL_ERROR", "CB0001", row.at.cell("assigned").a1),
        ("CELL_FORMULA", "CB0001", row.at.cell("product").a1)])
    own = sheet(submission, "officer", "CB0001").rows("products")[0]
    assert own["done"] is INVALID and own["assigned"] is INVALID and own["product"] is INVALID


def test_text_that_looks_like_a_formula_or_markup_is_text():
    own = sheet(read(filled_workbook()), "officer", "CB0001").rows("products")[0]
    assert own["evidence"] == "=1+1" and own["product"] == "Sản phẩm <1> & khác" and own["note"] == "{{ghi chú}}"


def test_typed_by_hand_in_every_spelling():
    row, task = _row(), _row("tasks", 0, "collective", None)
    answer = _row("self")
    nfd = unicodedata.normalize("NFD", " Hoàn  thành tốt nhiệm vụ ")
    submission = read(with_cells(filled_workbook(), {
        where(row.at.cell("done")): "2,5", where(row.at.cell("assigned")): " 1.234,5\u00a0",
        where(row.at.cell("deadline")): "30/9/2026", where(row.at.cell("quality_pct")): "85%",
        where(row.at.cell("key")): "✓", where(row.at.cell("role")): " chủ TRÌ ",
        where(row.at.cell("product")): unicodedata.normalize("NFD", "Đề án\u00a0 hoà giải "),
        where(task.at.cell("in_charge")): "cb0002,CB0001 ; cb0002", where(answer.at.cell("self_level")): nfd}))
    assert codes(submission) == []
    own = sheet(submission, "officer", "CB0001").rows("products")[0]
    assert (own["done"], own["assigned"], own["quality_pct"]) == (Decimal("2.5"), Decimal("1234.5"), 85)
    assert own["deadline"] == date(2026, 9, 30) and own["key"] is True and own["role"] == "lead"
    assert own["product"] == "Đề án hoà giải"
    assert sheet(submission, "collective").rows("tasks")[0]["in_charge"] == ("CB0002", "CB0001")
    assert sheet(submission, "officer", "CB0001").rows("self")[0]["self_level"] == "2"


def test_findings_of_the_proposal_name_the_officer():
    row = _row("officers", 1, "proposal", None)
    submission = read(with_cells(filled_workbook(), {where(row.at.cell("unit_score")): "tám"}))
    item = submission.findings[0]
    assert (item.code, item.where.part, item.where.officer) == ("CELL_NOT_NUMBER", Part.PROPOSAL, "CB0002")


FAULTS = {
    "decimal": ["chín", "1.234", float(10**13)], "percent": ["nhiều", 0.85, 101, -1], "date": ["9/30/2026", "30/9/26", 12],
    "choice": ["lạ"], "mark": ["có"], "integer": [2.5],
}


@pytest.mark.parametrize("seed", range(5))
def test_k_planted_faults_give_exactly_those_k_cells(seed):
    draw = random.Random(seed)
    submission = read(filled_workbook())
    cells = []
    for item in submission.sheets:
        for block in spec().forms[item.form].sheet(item.sheet).blocks:
            for row in item.rows(block.id):
                cells += [(item.name, row.at.cell(field.id).a1, field.type.value) for field in block.fields
                          if field.source == "input" and field.id in row.values and field.type.value in FAULTS
                          and field.id != "no"]
    planted = draw.sample(cells, draw.choice((1, 3, 17)))
    faulty = read(with_cells(filled_workbook(), {(name, a1): draw.choice(FAULTS[kind]) for name, a1, kind in planted}))
    assert sorted((item.where.sheet, item.where.a1) for item in faulty.findings) == \
        sorted((name, a1) for name, a1, _ in planted)
    for item in faulty.findings:
        assert item.where.a1 and item.where.file == FILE and messages.message(item)


# --- Told to a person -----------------------------------------------------------------------------------------------------
def test_inspection_tells_every_filled_cell_with_its_finding():
    import json

    row = _row()
    submission = read(with_cells(filled_workbook(), {where(row.at.cell("done")): "1.234"}))
    description = describe(submission, spec())
    assert json.loads(json.dumps(description)) == description
    told = "\n".join(lines(description))
    assert f"{row.at.cell('done').a1}" in told and "1.234" in told and "DV031" in told and "20/09/2026" in told
    field = next(item for item in description["sheets"][1]["fields"] if item["cell"] == row.at.cell("done").a1)
    assert field["value"] == "(không đọc được)" and field["findings"]
    refused = lines(describe(read(b""), spec()))
    assert any("Không dùng" in line for line in refused)


# --- Officers' own workbooks put together -----------------------------------------------------------------------------
def _shared_part_with(tag):
    """The collective's workbook with one officer's filled sheet moved into it."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(facts(), key=KEY, created=CREATED, answers=answers(),
                                                         part="collective")))
    own = openpyxl.load_workbook(io.BytesIO(filled_workbook()))["CB0001"]
    moved = book.create_sheet("CB0001")
    for row in own.iter_rows():
        for cell in row:
            moved[cell.coordinate].value = cell.value
    moved["A1"].value = tag
    target = io.BytesIO()
    book.save(target)
    return read(target.getvalue())


def test_officers_sheets_moved_into_the_file_of_the_collective_part_are_read():
    taken = _shared_part_with(f"qeval|{sheet(read(filled_workbook()), 'officer', 'CB0001').form}|officer|CB0001|"
                              f"{facts().unit.id}|{facts().period}")
    moved, whole = sheet(taken, "officer", "CB0001"), sheet(read(filled_workbook()), "officer", "CB0001")
    codes_read = [[row["task_code"] for row in item.rows("products")] for item in (moved, whole)]
    assert codes_read[0] == codes_read[1] != []
    assert not [item for item in taken.findings if item.code.startswith("SHEET_")]


@pytest.mark.parametrize("tag", ["qeval|phu-luc-05|officer|CB0001", "qeval|khac|officer|CB0001|{}|{}",
                                 "qeval|so-nhan|register|CB0001|{}|{}"])
def test_a_moved_sheet_that_does_not_say_unit_and_quarter_or_is_of_another_kind_is_not(tag):
    taken = _shared_part_with(tag.format(facts().unit.id, facts().period))
    assert all(item.officer is None for item in taken.sheets)
    assert [item.code for item in taken.findings if item.code.startswith("SHEET_")] == ["SHEET_FOREIGN"]
