"""The annotated copy: every finding at its cell, nothing that acts, nothing lost, never taken for a submission."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import answer_builders as ab
import openpyxl
import pytest
import read_builders as rb

from qeval_batch import messages
from qeval_batch.intake.pool import Lost, Pool
from qeval_batch.model.findings import Severity
from qeval_batch.render.replies.copy import annotate
from qeval_batch.render.replies.list import FILLS, SHEET
from qeval_batch.render.replies.replies import Killable
from qeval_batch.workbook.stamp import SHEET as STAMP

ROOT = Path(__file__).resolve().parent.parent
FIRST = ab.mark(1, "CB0001", "F60")


def opened(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def copy(data: bytes, *marks):
    return opened(annotate(data, marks, ab.COVER))


def links(book) -> dict[str, str]:
    """Number of a finding -> where its cell in the list leads."""
    return {row[0].value: row[3].hyperlink.location for row in book.worksheets[0].iter_rows(min_row=7)
            if row[3].hyperlink is not None}


@pytest.fixture(scope="module")
def demo():
    batch, answers = ab.demo_answers()
    return batch, answers, {item: opened(answers.copy(unit, item.path))
                            for unit, answer in answers.plan.items() for item in answer.copies}


def test_the_demo_returns_four_units_and_copies_what_can_be_marked(demo):
    _, answers, copies = demo
    assert sorted(answers.plan) == ["DV009", "DV012", "DV017", "DV019"]
    assert [item.path.rpartition("/")[2] for item in copies] == [
        "can-sua-DV009_2026-Q3.xlsx", "can-sua-DV009_2026-Q3_bản_hai.xlsx", "can-sua-DV012_2026-Q3.xlsx"]


def test_every_finding_of_the_demo_is_listed_and_its_cell_bears_its_words_and_colour(demo):
    _, _, copies = demo
    seen = 0
    for item, book in copies.items():
        page, led = book.worksheets[0], links(book)
        listed = {row[0].value: row for row in page.iter_rows(min_row=7) if row[0].value}
        assert len(listed) == len(item.findings)
        for number, found in enumerate(item.findings, start=1):
            assert listed[str(number)][5].value == messages.what(found).replace("Khối UBND/", "")
            assert listed[str(number)][6].value == messages.ask(found)
            if found.where.a1:
                cell = book[found.where.sheet][found.where.a1]
                assert led[str(number)] == f"'{found.where.sheet}'!{cell.coordinate}"
                assert messages.what(found) in cell.comment.text and messages.ask(found) in cell.comment.text
                assert cell.fill.fgColor.rgb[-6:] == FILLS[messages.severity(found)]
                seen += 1
    assert seen == 6


def test_a_finding_about_a_whole_sheet_is_told_at_its_first_row_that_is_seen(demo):
    book = next(book for item, book in demo[2].items() if "DV009" in item.path)
    assert book["CB0040"].row_dimensions[1].hidden
    assert "có hai bản khác nhau" in book["CB0040"]["A2"].comment.text


@pytest.mark.parametrize("severity", list(Severity))
def test_the_gravest_finding_of_a_cell_colours_it_and_all_are_told(severity):
    book = copy(rb.filled_workbook(), ab.mark(1, "CB0001", "F60", severity), ab.mark(2, "CB0001", "F60", Severity.NOTE))
    cell = book["CB0001"]["F60"]
    assert cell.fill.fgColor.rgb[-6:] == FILLS[severity]
    assert "Vấn đề 1." in cell.comment.text and "Vấn đề 2." in cell.comment.text


def test_the_first_sheet_says_whose_file_it_is_and_that_it_is_only_to_look_at():
    page = copy(rb.filled_workbook(), FIRST).worksheets[0]
    told = " ".join(str(page.cell(row, 1).value) for row in range(2, 6))
    assert page.title == SHEET and page.row_dimensions[1].hidden
    assert "Sở Thử nghiệm" in told and "DV031.xlsx" in told and "chỉ để xem" in told and "sẽ không được nhận" in told


def test_values_looks_and_widths_are_those_of_the_original():
    original, marked = openpyxl.load_workbook(io.BytesIO(rb.filled_workbook()), data_only=True), copy(rb.filled_workbook(), FIRST)
    for name in ("Phụ lục 09", "CB0001", "Tổng hợp", "Hồ sơ"):
        for row in original[name].iter_rows(min_row=2):
            for cell in row:
                twin = marked[name].cell(cell.row, cell.column)
                assert twin.value == cell.value and twin.number_format == cell.number_format
                assert twin.font.name == cell.font.name and twin.border.left.style == cell.border.left.style
        assert {str(area) for area in marked[name].merged_cells.ranges} == {str(a) for a in original[name].merged_cells.ranges}
        assert marked[name].column_dimensions["B"].width == original[name].column_dimensions["B"].width


def test_what_a_unit_typed_is_text_and_no_formula_survives():
    def change(book):
        page = book["CB0001"]
        page["A61"], page["A62"] = "=1+1", "=HYPERLINK(\"http://x\",\"y\")"
        page["B61"].value, page["B61"].data_type = "=cmd|'/c calc'!A1", "s"
        page["C61"].value = "báo cáo"
        page["C61"].hyperlink = "https://example.org/"
    data = annotate(rb.edit(rb.filled_workbook(), change), [ab.mark(1, "CB0001", "F60", what="=SUM(A1)", cure="+1")], ab.COVER)
    for name, content in ab.parts(data).items():
        assert b"<f>" not in content and b"<f " not in content and b"example.org" not in content, name
    book = opened(data)
    assert book["CB0001"]["B61"].value == "=cmd|'/c calc'!A1" and book["CB0001"]["B61"].data_type == "s"
    assert book.worksheets[0]["F7"].value == "=SUM(A1)" and book.worksheets[0]["F7"].data_type == "s"


def test_macros_links_validations_and_names_stay_behind():
    book = ab.packed({**ab.parts(rb.filled_workbook()), "xl/vbaProject.bin": b"macro",
                      "xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    assert "FILE_MACROS" in [item.code for item in rb.read(book).findings]
    data = annotate(book, [FIRST], ab.COVER)
    text = b"".join(ab.parts(data).values())
    assert b"Times New Roman" in text and b"macro" not in text
    assert not [name for name in ab.parts(data) if "vba" in name or "external" in name.lower()]
    assert b"dataValidation" not in text and b"conditionalFormatting" not in text and b"sheetProtection" not in text
    assert re.findall(rb'definedName name="([^"]+)"', text) == [b"_xlnm.Print_Titles", b"_xlnm.Print_Area"]


def test_comments_of_the_unit_stay_readable_beside_ours_and_elsewhere():
    from openpyxl.comments import Comment

    def change(book):
        book["CB0001"]["F60"].comment = Comment("Số này theo <báo cáo> 12", "Văn thư")
        book["Hồ sơ"]["B9"].comment = Comment("Gửi sau", "Văn thư")
    book = copy(rb.edit(rb.filled_workbook(), change), FIRST)
    told = book["CB0001"]["F60"].comment.text
    assert "Vấn đề 1." in told and "Ghi chú của đơn vị: Số này theo <báo cáo> 12" in told
    assert book["Hồ sơ"]["B9"].comment.text == "Gửi sau"


def test_what_is_hidden_is_shown_where_a_finding_stands_and_nowhere_else():
    def change(book):
        book["Hồ sơ"].sheet_state = book["Tổng hợp"].sheet_state = "hidden"
        page = book["CB0001"]
        for row in (60, 62):
            page.row_dimensions[row].hidden = True
        for column in "FH":
            page.column_dimensions[column].hidden = True
    book = copy(rb.edit(rb.filled_workbook(), change), FIRST, ab.mark(2, "Hồ sơ", "B9"))
    page = book["CB0001"]
    assert not page.row_dimensions[60].hidden and page.row_dimensions[62].hidden
    assert not page.column_dimensions["F"].hidden and page.column_dimensions["H"].hidden
    assert book["Hồ sơ"].sheet_state == "visible" and book["Tổng hợp"].sheet_state == "hidden"


def test_a_finding_inside_a_merged_range_is_told_at_its_first_cell():
    book = copy(rb.edit(rb.filled_workbook(), lambda book: book["CB0001"].merge_cells("E60:G61")), FIRST)
    assert links(book)["1"] == "'CB0001'!E60" and "Vấn đề 1." in book["CB0001"]["E60"].comment.text


def test_sheet_names_with_quotes_lead_right_and_a_name_like_ours_is_kept():
    def change(book):
        book["CB0001"].title, book["CB0002"].title = "O'Văn", SHEET
    book = copy(rb.edit(rb.filled_workbook(), change), ab.mark(1, "O'Văn", "F60"), ab.mark(2, SHEET, "F61"))
    assert links(book) == {"1": "'O''Văn'!F60", "2": f"'{SHEET}'!F61"}
    assert "Vấn đề 2." in book[SHEET]["F61"].comment.text and book.worksheets[0].title != SHEET


@pytest.mark.parametrize(("sheet", "cell"), [(None, None), ("không có", "A1"), ("CB0001", "XFD1048576")])
def test_a_place_that_is_not_there_is_listed_without_a_link(sheet, cell):
    book = copy(rb.filled_workbook(), ab.mark(1, sheet, cell))
    row = [item.value for item in book.worksheets[0][7]]
    assert row[0] == "1" and row[5] == "Vấn đề 1."
    assert all("XFD" not in led for led in links(book).values())


def test_of_very_many_findings_all_are_listed_and_the_first_thousand_marked():
    marks = [ab.mark(number, "CB0001", f"{'ABCDEFGHIJ'[number % 10]}{100 + number // 10}") for number in range(1, 1101)]
    book = copy(rb.filled_workbook(), *marks)
    assert book.worksheets[0].max_row == 6 + 1100 and len(links(book)) == 1000


def test_a_workbook_openpyxl_cannot_load_is_copied_by_its_values():
    parts = ab.parts(rb.filled_workbook())
    parts["xl/styles.xml"] = re.sub(rb'vertical="[a-z]+"', b'vertical="hoa"', parts["xl/styles.xml"])
    data = ab.packed(parts)
    with pytest.raises(ValueError, match="styles"):
        opened(data)
    book = copy(data, FIRST)
    assert book.sheetnames == [SHEET, "CB0001"] and "Vấn đề 1." in book["CB0001"]["F60"].comment.text
    assert book["CB0001"]["A2"].value == opened(rb.filled_workbook())["CB0001"]["A2"].value


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is NOT INSTALLED: no .ods, .xls was annotated")
def test_other_formats_are_copied_by_the_values_of_their_marked_sheets(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(rb.filled_workbook())
    for kind in ("ods", "xls"):
        subprocess.run(["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
                        kind, "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")], check=True, capture_output=True, timeout=180)
        data = (tmp_path / f"a.{kind}").read_bytes()
        book = copy(data, FIRST, ab.mark(2, "Hồ sơ", "B9"))
        assert book.sheetnames == [SHEET, "CB0001", "Hồ sơ"] and links(book) == {"1": "'CB0001'!F60", "2": "'Hồ sơ'!B9"}
        assert "Vấn đề 1." in book["CB0001"]["F60"].comment.text and book["CB0001"]["A2"].value == "PHỤ LỤC 05"
        assert annotate(data, [FIRST], ab.COVER) == annotate(data, [FIRST], ab.COVER)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\0" * 600, rb.filled_workbook()[:5000]])
def test_bytes_nobody_can_open_still_give_the_list(data):
    book = copy(data, FIRST)
    assert book.sheetnames == [SHEET] and book.worksheets[0]["F7"].value == "Vấn đề 1."


def test_control_characters_in_words_and_values_do_not_stop_the_copy():
    book = copy(rb.filled_workbook(), ab.mark(1, "CB0001", "F60", what="a\x01b\ud800c", cure="\x0bd"))
    assert book.worksheets[0]["F7"].value == "abc" and "d" in book["CB0001"]["F60"].comment.text


def test_the_copy_dropped_into_the_inbox_is_refused_with_a_word_of_its_own():
    data = annotate(rb.filled_workbook(), [FIRST], ab.COVER)
    read = rb.read(data)
    assert read.refused and read.stamp is None and [item.code for item in read.findings] == ["FILE_REVIEW_COPY"]
    assert not [name for name in opened(data).sheetnames if name.startswith("_")] and STAMP not in opened(data).sheetnames
    assert not any(str(page["A1"].value).startswith("qeval|") for page in opened(data).worksheets[1:])


def test_a_copy_without_its_list_is_refused_as_any_file_without_stamp():
    data = rb.edit(annotate(rb.filled_workbook(), [FIRST], ab.COVER), lambda book: book.remove(book.worksheets[0]))
    assert [item.code for item in rb.read(data).findings] == ["STAMP_MISSING"]


_TWICE = """
import sys, hashlib
sys.path.insert(0, "tests")
import answer_builders as ab, read_builders as rb
from qeval_batch.render.replies.copy import annotate
marks = [ab.mark(1, "CB0001", "F60"), ab.mark(2, "Hồ sơ", None)]
print(hashlib.sha256(annotate(rb.filled_workbook(), marks, ab.COVER)).hexdigest())
"""


def test_the_same_inputs_give_the_same_bytes_in_any_process():
    marks = [FIRST, ab.mark(2, "Hồ sơ", None)]
    here = hashlib.sha256(annotate(rb.filled_workbook(), marks, ab.COVER)).hexdigest()
    for seed, zone in (("1", "Asia/Ho_Chi_Minh"), ("2", "America/Lima")):
        other = subprocess.run([sys.executable, "-c", _TWICE], capture_output=True, text=True, check=True, cwd=ROOT,
                               env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone})
        assert other.stdout.strip() == here


def test_function_and_values_pass_between_processes():
    function, marks, cover = pickle.loads(pickle.dumps((annotate, [FIRST], ab.COVER)))
    assert function(rb.filled_workbook(), marks, cover) == annotate(rb.filled_workbook(), [FIRST], ab.COVER)


def test_a_workbook_beyond_any_form_is_copied_by_its_marked_sheets_then_values_then_not_at_all(monkeypatch):
    from qeval_batch.render.replies import copy as answer_copy

    monkeypatch.setattr(answer_copy, "_MANY_BYTES", 0)
    marked = copy(rb.filled_workbook(), FIRST)
    assert marked.sheetnames == [SHEET, "CB0001"] and marked["CB0001"]["A2"].font.name == "Times New Roman"
    monkeypatch.setattr(answer_copy, "_MOST_CELLS", 10)
    assert copy(rb.filled_workbook(), FIRST)["CB0001"]["A2"].font.name != "Times New Roman"
    monkeypatch.setattr(answer_copy, "_MOST_VALUES", 10)
    assert copy(rb.filled_workbook(), FIRST).sheetnames == [SHEET]


def test_a_copy_made_in_a_process_that_can_be_killed_is_the_same_and_a_lost_one_is_the_list(monkeypatch):
    with ExitStack() as until:
        assert Killable(until)(rb.filled_workbook(), [FIRST], ab.COVER) == annotate(rb.filled_workbook(), [FIRST], ab.COVER)
    monkeypatch.setattr(Pool, "result", lambda self, task: Lost("FILE_TIMEOUT"))
    with ExitStack() as until:
        lost = opened(Killable(until)(rb.filled_workbook(), [FIRST], ab.COVER))
    assert lost.sheetnames == [SHEET] and lost.worksheets[0]["F7"].value == "Vấn đề 1."


def test_openpyxl_is_loaded_only_when_something_is_returned():
    script = ("import sys\nsys.path.insert(0, 'tests')\nimport batch_builders\nfrom contextlib import ExitStack\n"
              "from pathlib import Path\n"
              "from qeval_batch.papers import Kit, make, plan\nbatch = batch_builders.province()\n"
              "kit = Kit(batch, Path('templates'), ExitStack())\n"
              "[make(job, batch, kit) for job in plan(batch, 'core') if job.maker != 'annotated_copy']\n"
              "sys.exit('openpyxl' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
