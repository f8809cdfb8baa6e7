"""One workbook, whatever program saved it last and in whatever format: the same answers, the same findings."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter
from binary_builders import ole
from read_builders import CREATED, codes, empty_workbook, filled_workbook, read, sheet, spec, where, with_cells
from resaved import WRITERS, program, resaved
from template_cases import KEY as CASE_KEY
from template_cases import answers as case_answers
from template_cases import facts as case_facts

from qeval_batch import messages
from qeval_batch.intake.scan import scan
from qeval_batch.spreadsheet.grid import open_grid
from qeval_batch.spreadsheet.ole import stream
from qeval_batch.template.write import workbook_bytes
from qeval_batch.workbook.read import peek_stamp, read_workbook

_named = pytest.mark.parametrize(("writer", "extension"), WRITERS)


def _cells(submission):
    """Every input value with its address."""
    return [(item.sheet, item.officer, block.id, field.id, row.at.cell(field.id).a1, row.values.get(field.id))
            for item in submission.sheets for block in spec().forms[item.form].sheet(item.sheet).blocks
            for row in item.rows(block.id) for field in block.fields if field.source == "input"]


@_named
def test_a_filled_template_reads_the_same_cell_by_cell(writer, extension):
    original, again = read(filled_workbook()), read(resaved(filled_workbook(), writer, extension))
    assert not again.refused and again.findings == () and again.stamp == original.stamp
    assert _cells(again) == _cells(original)
    assert [item.digest for item in again.sheets] == [item.digest for item in original.sheets]


@_named
def test_a_large_varied_workbook_reads_the_same(writer, extension):
    given = case_facts(3)
    data = workbook_bytes(given, key=CASE_KEY, created=CREATED, answers=case_answers(5, given, whole=False))

    def told(content):
        return read_workbook("a", content, spec(), CASE_KEY, given.period)
    original, again = told(data), told(resaved(data, writer, extension))
    assert codes(again) == codes(original) and _cells(again) == _cells(original)


@pytest.mark.parametrize(("writer", "extension"), WRITERS[1:3] + WRITERS[8:9])
def test_a_blank_template_is_blank(writer, extension):
    again = read(resaved(empty_workbook(), writer, extension))
    assert codes(again) == codes(read(empty_workbook())) and all(item.blank for item in again.sheets)


def _faulty(formula: bool) -> bytes:
    own = sheet(read(filled_workbook()), "officer", "CB0001").rows("products")[0].at
    typed = {"done": "1.234", "quality_pct": 0.85, "deadline": "31/02/2026", "role": "không rõ",
             "leadership_pct": "#N/A", "product": date(2026, 8, 1), "axis": True}
    if formula:
        typed["progress_pct"] = "=40+41"
    return with_cells(filled_workbook(), {where(own.cell(name)): value for name, value in typed.items()})


@_named
def test_faults_are_found_at_the_same_cells(writer, extension):
    data = _faulty(formula=writer != "SheetJS")       # which drops a formula that nobody has calculated yet
    original, again = read(data), read(resaved(data, writer, extension))
    assert {item.code for item in original.findings} >= {
        "CELL_NUMBER_AMBIGUOUS", "CELL_PERCENT_FRACTION", "CELL_ERROR", "CELL_NOT_IN_LIST", "CELL_TEXT_IS_DATE"}
    ours, theirs = codes(original), codes(again)
    row = sheet(read(filled_workbook()), "officer", "CB0001").rows("products")[0].at
    axis, error = row.cell("axis").a1, row.cell("leadership_pct").a1
    # LibreOffice keeps logical and error constants as formulas: TRUE(), #N/A; Gnumeric the latter in .ods.
    kept = {"LibreOffice": (axis, error), "Gnumeric": (error,) if extension == "ods" else ()}.get(writer, ())
    ours = [("CELL_FORMULA" if at in kept else code, name, at) for code, name, at in ours]
    if (writer, extension) == ("SheetJS", "ods"):      # loses error cells and the format that makes a figure a date
        ours = [item for item in ours if item[0] not in ("CELL_TEXT_IS_DATE", "CELL_ERROR")]
    assert sorted(theirs) == sorted(ours)


# --- Grids ------------------------------------------------------------------------------------------------------------
_TEXTS = ("một\nhai", "  ba  bốn ", "năm\tsáu", "🙂", "<a>&\"'", "é" * 9000, "ư" * 9000, "=1+1", "'x")
_FIGURES = (1, -7, 12.34, 1.5e12, 2**29 - 1, 2**29, -2**29 - 1, 85.5, 1e-7)
_DATED = ((46285, "dd/mm/yyyy", date(2026, 9, 20)), (46285.5, "dd/mm/yyyy hh:mm", datetime(2026, 9, 20, 12)),
          (0.75, "hh:mm", time(18)), (1.5, "[h]:mm", timedelta(hours=36)), (0.85, "0%", 0.85),
          (1234.5, '#,##0.00" đ"', 1234.5), (5, '0" ngày"', 5.0), (3, "General", 3.0))
_RESULTS = (("1+1", 2), ('"a"&"b"', "ab"), ("1/0", "#DIV/0!"), ("NA()", "#N/A"), ("0*1", 0), ('""', ""), ("1.5*2", 3))


def _various() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet("Một & hai")
        for row, text in enumerate(_TEXTS):
            page.write_string(row, 0, text)
        for row, figure in enumerate(_FIGURES):
            page.write_number(row, 1, figure)
        for row, (figure, code, _) in enumerate(_DATED):
            page.write_number(row, 2, figure, book.add_format({"num_format": code}))
        for row, (text, result) in enumerate(_RESULTS):
            page.write_formula(row, 3, f"={text}", None, result)
        page.merge_range(1, 5, 1, 7, "gộp")
        page.merge_range(3, 5, 5, 5, "dọc")
        page.write_comment(0, 0, "ghi chú\nkhông phải nội dung")
        page.write_url(7, 5, "https://example.vn/", None, "liên kết")
        page.insert_chart("K2", chart := book.add_chart({"type": "line"}))
        chart.add_series({"values": "='Một & hai'!$B$1:$B$3"})
        page.set_row(7, None, None, {"hidden": True})
        page.set_column(5, 6, None, None, {"hidden": True})
        page.write_number(200, 30, 9)
        for row in range(10, 14):
            for column in range(5, 9):
                page.write_string(row, column, "lặp")
        book.add_worksheet("Ẩn").write_string(0, 0, "x")
        book.worksheets()[1].very_hidden()
        book.add_worksheet("Trống")
    return target.getvalue()


@pytest.mark.parametrize(("writer", "extension"), [item for item in WRITERS if item[0] in ("LibreOffice", "Gnumeric")])
def test_values_errors_formulas_and_merged_ranges_of_every_format(writer, extension):
    grid = open_grid(resaved(_various(), writer, extension))
    assert grid.sheets == ("Một & hai", "Ẩn", "Trống") and not grid.macros and not grid.links
    page = grid.sheet("Một & hai")
    # Gnumeric takes spaces at the ends away when it opens an .xlsx, and writes none of its own.
    texts = [text.strip() if (writer, extension) == ("Gnumeric", "xlsx") else text for text in _TEXTS]
    assert [page.cell(row, 1) for row in range(1, len(_TEXTS) + 1)] == texts
    assert [page.cell(row, 2) for row in range(1, len(_FIGURES) + 1)] == list(_FIGURES)
    assert [page.cell(row, 3) for row in range(1, len(_DATED) + 1)] == [value for *_, value in _DATED]
    assert page.formulas == {(row, 4) for row in range(1, len(_RESULTS) + 1)}
    assert page.errors == {(3, 4), (4, 4)}
    shown = [page.cell(row, 4) for row in range(1, len(_RESULTS) + 1)]
    # An .xls cannot be believed about a formula's text, nor about its zero: see scan_xls.
    assert shown == ([2, "", "", "", "", "", 3] if extension == "xls" else [2, "ab", "", "", 0, "", 3])
    assert page.merged == {(2, 6): 8, (4, 6): 6} and page.tall == {(4, 6): (6, 6)}
    assert page.hidden_rows == {8} and page.hidden_columns == {6, 7}
    assert grid.hidden == (set() if (writer, extension) == ("Gnumeric", "xlsx") else {"Ẩn"})     # which forgets it
    assert page.cell(8, 6) == "liên kết" and page.cell(201, 31) == 9 and page.cell(14, 9) == "lặp"
    assert grid.sheet("Ẩn").rows == [["x"]] and grid.sheet("Trống").rows == []


@pytest.mark.parametrize(("writer", "extension"),
                         [("LibreOffice", "xls"), ("Gnumeric", "xls"), ("SheetJS", "xls"), ("LibreOffice", "ods")])
def test_our_readers_agree_with_calamine_where_it_reads(writer, extension):
    """It opens neither Gnumeric's nor SheetJS's .ods, and loses the short cells of SheetJS's .xlsb."""
    data = resaved(filled_workbook(), writer, extension)
    grid, book = open_grid(data), python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert list(grid.sheets) == book.sheet_names
    for name in grid.sheets:
        page = grid.sheet(name)
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for row, cells in enumerate(rows, start=1):
            for column, value in enumerate(cells, start=1):
                if (row, column) not in page.formulas:
                    assert page.cell(row, column) == value, (name, row, column)
        assert len(page.rows) <= len(rows) and all(len(cells) <= len(rows[0]) for cells in page.rows)


# --- What a file says of itself ---------------------------------------------------------------------------------------
def test_the_format_is_told_by_content_never_by_extension(tmp_path):
    for extension in ("ods", "xls"):
        data = resaved(filled_workbook(), "LibreOffice", extension)
        assert read(data, file="a.xlsx").findings == () and peek_stamp(data).unit == "DV031"
        (tmp_path / f"{extension}.{extension.upper()}").write_bytes(data)
    assert [(item.name, item.outcome) for item in scan(tmp_path)] == [("ods.ODS", None), ("xls.XLS", None)]


def _repacked(data: bytes, change=lambda name, content: content, **more: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            package.writestr(name, change(name, source.read(name)))
        for name, content in more.items():
            package.writestr(name, content)
    return target.getvalue()


def test_macros_are_a_note_in_every_format():
    ods = resaved(filled_workbook(), "LibreOffice", "ods")
    assert codes(read(_repacked(ods, **{"Basic/Standard/Module1.xml": b"<a/>"}))) == [("FILE_MACROS", None, None)]
    content = stream(resaved(filled_workbook(), "LibreOffice", "xls"), "Workbook")
    again = read(ole({"Workbook": content}, storages=["_VBA_PROJECT_CUR"]))
    assert codes(again) == [("FILE_MACROS", None, None)] and _cells(again) == _cells(read(filled_workbook()))
    xlsb = resaved(filled_workbook(), "SheetJS", "xlsb")
    assert codes(read(_repacked(xlsb, **{"xl/vbaProject.bin": b"x"}))) == [("FILE_MACROS", None, None)]


def _linked() -> bytes:
    at = sheet(read(filled_workbook()), "officer", "CB0001").rows("products")[0].at.cell("done")
    return with_cells(filled_workbook(), {where(at): "='[khac.xlsx]S'!$A$1"})


@pytest.mark.parametrize("extension", ["xlsx", "ods", "xls"])
def test_values_of_other_workbooks_are_not_taken(extension):
    at = sheet(read(filled_workbook()), "officer", "CB0001").rows("products")[0].at.cell("done")
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("S").write_formula(0, 0, "='[khac.xlsx]S'!$A$1", None, 5)
    # LibreOffice gives the reference a link of its own, which a writer without the other file cannot.
    grid = open_grid(resaved(target.getvalue(), "LibreOffice", extension))
    assert grid.links and grid.sheets == ("S",) and grid.sheet("S").formulas == {(1, 1)}
    linked = _repacked(_linked(), **{"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    assert [item for item in codes(read(linked)) if "CELL" not in item[0]] == [("FILE_EXTERNAL_LINKS", None, None)]
    assert ("CELL_FORMULA", at.sheet, at.a1) in codes(read(linked))
    assert not messages.is_error(read(linked).findings[0])


def test_a_password_is_named_in_every_format():
    end = b"</manifest:manifest>"
    ods = _repacked(resaved(filled_workbook(), "LibreOffice", "ods"),
                    lambda name, content: content.replace(end, b"<manifest:encryption-data/>" + end)
                    if name.endswith("manifest.xml") else content)
    assert [item.code for item in read(ods).findings] == ["FILE_ENCRYPTED"]
    whole = _repacked(resaved(filled_workbook(), "LibreOffice", "ods"), **{"encrypted-package": b"x"})
    assert [item.code for item in read(whole).findings] == ["FILE_ENCRYPTED"]


@pytest.mark.parametrize(("writer", "extension"), WRITERS[1:3] + WRITERS[8:9])
def test_a_missing_stamp_is_missed_in_every_format(writer, extension):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("S").write(0, 0, "x")
    assert [item.code for item in read(resaved(target.getvalue(), writer, extension)).findings] == ["STAMP_MISSING"]


def test_excel_95_is_named():
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "a.xlsx", Path(folder) / "a.xls"
        source.write_bytes(filled_workbook())
        subprocess.run([program("ssconvert", "Gnumeric"), "-T", "Gnumeric_Excel:excel_biff7", str(source), str(target)],
                       check=True, capture_output=True, timeout=120)
        assert [item.code for item in read(target.read_bytes()).findings] == ["FILE_XLS_OLD"]
        # A file that holds both is read by its newer half.
        subprocess.run([program("ssconvert", "Gnumeric"), "-T", "Gnumeric_Excel:excel_dsf", str(source), str(target)],
                       check=True, capture_output=True, timeout=120)
        assert _cells(read(target.read_bytes())) == _cells(read(filled_workbook()))
    assert re.search("Excel 95", messages.catalogue()["FILE_XLS_OLD"].what)
