""".xls, .xlsb and .ods record by record: what each may hold, and that nothing they hold ends or stalls the batch."""

from __future__ import annotations

import io
import random
import struct
import time as clock
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from binary_builders import (
    EOF,
    bof,
    cell12,
    number,
    ole,
    record,
    record12,
    row12,
    text8,
    wide,
    xls,
    xls_stream,
    xlsb,
)
from read_builders import filled_workbook, read
from resaved import resaved
from test_read_hostile import code_of, package

from qeval_batch import messages
from qeval_batch.spreadsheet import limits
from qeval_batch.spreadsheet.biff import rk
from qeval_batch.spreadsheet.grid import open_grid
from qeval_batch.spreadsheet.guard import guard
from qeval_batch.spreadsheet.ole import entries, stream
from qeval_batch.spreadsheet.serials import kind_of, value_of
from qeval_batch.spreadsheet.xls_text import shared_texts


def page(data: bytes):
    return open_grid(data).sheet("S")


def at(row: int, column: int, style: int = 0) -> bytes:
    return struct.pack("<HHH", row, column, style)


# --- Numbers and their formats ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("packed", "value"), [
    (0x3FF00000, 1.0), (0x3FF00001, 0.01), (4 << 2 | 2, 4), (-4 << 2 & 0xFFFFFFFF | 2, -4), (1234 << 2 | 3, 12.34),
    (0, 0), ((2**29 - 1) << 2 | 2, 2**29 - 1)])
def test_packed_numbers(packed, value):
    assert rk(packed) == value


@pytest.mark.parametrize(("code", "kind"), [
    ("General", None), ("0.00", None), ("dd/mm/yyyy", "date"), ("[h]:mm", "span"), ("[Red]0", None), ('0" ngày"', None),
    ("h:mm AM/PM", "date"), (r"0\d", None), ("[$-42A]d mmmm", "date"), ("0;[Red]-0;d", None), ("_d0*d", None),
    ("@", None)])
def test_number_formats(code, kind):
    assert kind_of(code) == kind


@pytest.mark.parametrize(("serial", "kind", "since_1904", "value"), [
    (46285, "date", False, date(2026, 9, 20)), (46285.25, "date", False, datetime(2026, 9, 20, 6)),
    (0.5, "date", False, time(12)), (1.5, "span", False, timedelta(hours=36)), (1, "date", False, date(1900, 1, 1)),
    (61, "date", False, date(1900, 3, 1)), (44823, "date", True, date(2026, 9, 20)), (-1, "date", False, -1),
    (3e6, "date", False, 3e6), (5, None, False, 5)])
def test_numbers_under_a_date_format(serial, kind, since_1904, value):
    assert value_of(serial, kind, since_1904=since_1904) == value


# --- .xls -------------------------------------------------------------------------------------------------------------
def _formula(row: int, column: int, result: bytes) -> bytes:
    return record(0x06, at(row, column) + result + struct.pack("<HIH", 0, 0, 0))


def test_every_cell_of_an_xls():
    styles = record(0x41E, struct.pack("<H", 200) + text8("dd/mm/yyyy")) + \
        record(0xE0, struct.pack("<HH", 0, 0)) + record(0xE0, struct.pack("<HH", 0, 200))
    shared = record(0xFC, struct.pack("<II", 2, 2) + text8("một") + struct.pack("<HBH", 3, 8, 1) + b"hai" + bytes(4))
    cells = (number(0, 0, 1.5) + number(0, 1, 46285, 1) + record(0x27E, at(0, 2) + struct.pack("<I", 1234 << 2 | 3))
             + record(0xBD, struct.pack("<HH", 1, 0) + struct.pack("<HIHI", 0, 7 << 2 | 2, 1, 46285 << 2 | 2) + b"\1\0")
             + record(0xFD, at(2, 0) + struct.pack("<I", 0)) + record(0xFD, at(2, 1) + struct.pack("<I", 1))
             + record(0x204, at(2, 2) + text8("ba")) + record(0xD6, at(2, 3) + struct.pack("<HB", 3, 0) + b"bon")
             + record(0x205, at(3, 0) + b"\1\0") + record(0x205, at(3, 1) + b"\x2a\1")
             + record(0x201, at(3, 2)) + record(0xBE, struct.pack("<HHHHH", 3, 3, 0, 0, 4))
             + _formula(4, 0, struct.pack("<d", 2.5)) + _formula(4, 1, struct.pack("<d", 0))
             + _formula(4, 2, b"\0" * 6 + b"\xff\xff") + record(0x207, text8("không tin"))
             + _formula(4, 3, b"\1\0\1\0\0\0\xff\xff") + _formula(4, 4, b"\2\0\x07\0\0\0\xff\xff")
             + bof(0x20) + number(9, 9, 9) + EOF                                       # a chart in the sheet
             + record(0x208, struct.pack("<HHHHHHI", 4, 0, 9, 255, 0, 0, 0x20)) + record(0x208, bytes(16))
             + record(0x7D, struct.pack("<HHHHHH", 2, 3, 0, 0, 1, 0))
             + record(0x7D, struct.pack("<HHHHHH", 5, 5, 0, 0, 0, 0))
             + record(0xE5, struct.pack("<HHHHHHHHH", 2, 5, 5, 0, 3, 6, 8, 1, 1)))
    found = page(xls(cells, styles + shared))
    assert found.rows == [[1.5, date(2026, 9, 20), 12.34], [7, date(2026, 9, 20)], ["một", "hai", "ba", "bon"],
                          [True], [2.5, "", "", True]]
    assert found.errors == {(4, 2), (5, 5)} and found.formulas == {(5, column) for column in range(1, 6)}
    assert found.merged == {(6, 1): 4, (7, 2): 2} and found.tall == {(7, 2): (9, 2)}
    assert found.hidden_rows == {5} and found.hidden_columns == {3, 4}
    dated = record(0x22, b"\1\0") + record(0xE0, struct.pack("<HH", 0, 14))
    assert page(xls(number(0, 0, 44823), dated)).rows == [[date(2026, 9, 20)]]


def test_a_shared_text_cut_anywhere_is_whole_again():
    text = "ẠBCđe" * 3
    whole = struct.pack("<II", 2, 2) + struct.pack("<HBHI", len(text), 13, 1, 6) + text.encode("utf-16-le") + \
        b"RUNSextend" + struct.pack("<HB", 3, 0) + b"abc"
    first, second = range(17, 17 + 2 * len(text)), range(len(whole) - 3, len(whole))
    for cut in range(8, len(whole)):
        if cut in first and (cut - first.start) % 2:
            continue                           # nobody cuts a character
        width = b"\1" if cut in first else b"\0" if cut in second else b""     # said again where characters go on
        assert shared_texts([whole[:cut], width + whole[cut:]]) == [text, "abc"], cut
    narrow = struct.pack("<II", 1, 1) + struct.pack("<HB", 6, 1) + "ab".encode("utf-16-le")
    assert shared_texts([narrow, b"\0cdef"]) == ["abcdef"]


def test_sheets_of_an_xls_that_are_no_worksheets_are_left_out():
    both = xls_stream({"S": number(0, 0, 1), "Biểu đồ": b""})
    chart = both.index(b"\x85\0", both.index(b"\x85\0") + 2)
    assert open_grid(ole({"Workbook": both[:chart + 9] + b"\2" + both[chart + 10:]})).sheets == ("S",)


def test_links_and_macros_of_an_xls():
    own, other = record(0x1AE, struct.pack("<HH", 1, 0x401)), record(0x1AE, struct.pack("<HHB", 1, 5, 0) + b"\1b.xl")
    assert not guard(xls(number(0, 0, 1), own)).links and guard(xls(number(0, 0, 1), own + other)).links
    assert guard(ole({"Workbook": xls_stream({"S": number(0, 0, 1)})}, storages=["_VBA_PROJECT_CUR"])).macros


def test_containers():
    data = ole({"Workbook": b"a" * 5000, "B": b"b"}, storages=["Macros"])
    assert entries(data) == {"workbook", "b", "macros"} and stream(data, "Workbook") == b"a" * 5000
    assert stream(data, "Nothing") is None and entries(data[:600]) is None and entries(b"") is None
    lying = bytearray(data)
    for offset in (44, 64, 72):
        lying[offset:offset + 4] = b"\xff\xff\xff\x7f"
        assert entries(bytes(lying)) is None
        lying[offset:offset + 4] = data[offset:offset + 4]
    size = data.index("Workbook".encode("utf-16-le")) + 120
    lying[size:size + 4] = b"\xff\xff\xff\x7f"
    assert stream(bytes(lying), "Workbook") is None


_GOOD = number(0, 0, 1)


@pytest.mark.parametrize(("data", "code"), [
    (xls(_GOOD), None),
    (xls(b""), None),
    (xls(number(limits.MAX_ROW - 1, 0, 1)), None),
    (xls(number(limits.MAX_ROW, 0, 1)), "FILE_SHEET_TOO_BIG"),
    (xls(number(65535, 65535, 1)), "FILE_SHEET_TOO_BIG"),
    (xls(_GOOD + number(19_999, 511, 1)), "FILE_SHEET_TOO_BIG"),                                  # the rectangle
    (xls(record(0x201, at(65535, 255)) + _GOOD), None),                                           # formatted, blank
    (xls(number(0, 0, float("nan"))), "FILE_DAMAGED"),
    (xls(record(0x203, b"\0\0")), "FILE_DAMAGED"),
    (xls(record(0xFD, at(0, 0) + b"\xff\xff\xff\xff")), "FILE_DAMAGED"),
    (xls(record(0x204, at(0, 0) + struct.pack("<HB", 60000, 1) + b"ab")), "FILE_DAMAGED"),
    (xls(record(0x204, at(0, 0) + struct.pack("<HB", 60000, 0) + b"ab")), "FILE_DAMAGED"),
    (xls(record(0xE5, struct.pack("<H", 60000))), "FILE_DAMAGED"),
    (xls(_GOOD, record(0xFC, struct.pack("<II", 1, 2**32 - 1))), "FILE_DAMAGED"),
    (xls(_GOOD, record(0xFC, struct.pack("<II", 9, 1) + struct.pack("<HBI", 1, 4, 2**32 - 1) + b"a")), "FILE_DAMAGED"),
    (xls(_GOOD, record(0x2F, bytes(54))), "FILE_ENCRYPTED"),
    (xls(_GOOD, version=0x500), "FILE_XLS_OLD"),
    (ole({"Workbook": bof(5) + EOF}), "FILE_NOT_WORKBOOK"),
    (ole({"Workbook": xls_stream({"S": _GOOD})[:-4].ljust(4096, b"\xff")}), "FILE_TRUNCATED"),
    (ole({"Workbook": b"\xff" * 5000}), "FILE_DAMAGED"),
    (ole({"Workbook": bof(5) + record(0x85, struct.pack("<IBBBB", 2**31, 0, 0, 1, 0) + b"S") + EOF}), "FILE_DAMAGED"),
    (xls(_GOOD)[:3000], "FILE_DAMAGED"),
    (xls(b"".join(number(row, column, 1) for row in range(1000) for column in range(201))), "FILE_SHEET_TOO_BIG"),
    (xls(record(0xE5, struct.pack("<H", 1000) + b"".join(struct.pack("<HHHH", n, n, 0, 1) for n in range(1000))) * 6),
     None),
    (ole({"Workbook": xls_stream({f"S{n}": b"" for n in range(limits.MAX_SHEETS + 1)})}), "FILE_TOO_MANY_SHEETS"),
    (ole({"Workbook": xls_stream({"Trùng": _GOOD, "Trùng ": _GOOD}).replace("ùng ".encode("utf-16-le"), "ùng\0".encode(
        "utf-16-le"))}), None),
])
def test_xls_out_of_order(data, code):
    assert code_of(data) == code


def test_many_merged_ranges_of_an_xls():
    ranges = b"".join(record(0xE5, struct.pack("<HHHHH", 1, row, row, 0, 1)) for row in range(limits.MAX_MERGES + 1))
    assert code_of(xls(ranges)) == "FILE_SHEET_TOO_BIG"


def test_small_records_end_the_reading_in_time():
    many = record(0x5D) * (limits.MAX_RECORDS + 1)
    assert len(many) < limits.MAX_FILE_BYTES
    started = clock.process_time()
    assert code_of(xls(many)) == "FILE_BOMB"
    assert clock.process_time() - started < 20
    nested = bof(0x10) * 300 + EOF
    listed = b"".join(record(0x85, struct.pack("<IBBBB", 0, 0, 0, 1, 0) + bytes([65 + n])) for n in range(20))
    assert code_of(ole({"Workbook": bof(5) + listed + EOF + nested})) == "FILE_DAMAGED"      # two names of one place


# --- .xlsb ------------------------------------------------------------------------------------------------------------
def test_every_cell_of_an_xlsb():
    styles = record12(615) + record12(44, struct.pack("<H", 200) + wide("dd/mm/yyyy")) + record12(616) + \
        record12(626) + record12(47, struct.pack("<HH", 0, 14)) + record12(627) + \
        record12(617) + record12(47, struct.pack("<HH", 0, 0)) + record12(47, struct.pack("<HH", 0, 200)) + \
        record12(618)
    shared = record12(159) + record12(19, b"\0" + wide("một")) + record12(160)
    cells = (row12(0) + cell12(1, 0, b"") + cell12(2, 1, struct.pack("<I", 7 << 2 | 2)) + cell12(3, 2, b"\x2a")
             + cell12(4, 3, b"\1") + cell12(5, 4, struct.pack("<d", 46285), 1) + cell12(6, 5, wide("sáu"))
             + cell12(7, 6, struct.pack("<I", 0)) + cell12(62, 7, b"\1" + wide("tám"))
             + record12(60, struct.pack("<IIIIH", 2, 3, 0, 0, 1)) + record12(60, struct.pack("<IIIIH", 5, 5, 0, 0, 0))
             + row12(2, hidden=True) + cell12(8, 0, wide("chín") + bytes(6))
             + cell12(9, 1, struct.pack("<d", 0) + bytes(6))
             + cell12(10, 2, b"\0" + bytes(6)) + cell12(11, 3, b"\7" + bytes(6))
             + record12(13, struct.pack("<II", 0, 5 << 2 | 2)) + record12(12, bytes(4)) + record12(14, bytes(4) + b"\7")
             + record12(15, bytes(4) + b"\1") + record12(16, struct.pack("<Id", 1, 46285))
             + record12(17, bytes(4) + wide("mười")) + record12(18, bytes(8))
             + record12(176, struct.pack("<IIII", 5, 6, 0, 3)) + record12(176, struct.pack("<IIII", 8, 8, 0, 1))
             + record12(1000, b"x" * 200))
    found = page(xlsb(cells, styles=styles, sharedStrings=shared))
    assert found.rows == [["", 7, "", True, date(2026, 9, 20), "sáu", "một", "tám"], [],
                          ["chín", 0, False, "", 5, "", "", True, date(2026, 9, 20), "mười", "một"]]
    assert found.errors == {(1, 3), (3, 4), (3, 7)} and found.formulas == {(3, column) for column in range(1, 5)}
    assert found.merged == {(6, 1): 4, (9, 1): 2} and found.tall == {(6, 1): (7, 4)}
    assert found.hidden_rows == {3} and found.hidden_columns == {3, 4}


def test_sheets_of_an_xlsb_that_are_no_worksheets_are_left_out():
    data = xlsb(row12(0) + cell12(5, 0, struct.pack("<d", 1)), (("Biểu đồ", "chartsheet"), ("S", "worksheet")))
    assert open_grid(data).sheets == ("S",) and page(data).rows == [[1.0]]


_CELL = row12(0) + cell12(5, 0, struct.pack("<d", 1))


@pytest.mark.parametrize(("data", "code"), [
    (xlsb(_CELL), None),
    (xlsb(row12(limits.MAX_ROW) + cell12(5, 0, struct.pack("<d", 1))), "FILE_SHEET_TOO_BIG"),
    (xlsb(row12(2**32 - 1) + cell12(5, 2**32 - 1, struct.pack("<d", 1))), "FILE_SHEET_TOO_BIG"),
    (xlsb(_CELL + row12(19_999) + cell12(5, 511, struct.pack("<d", 1))), "FILE_SHEET_TOO_BIG"),
    (xlsb(row12(2**32 - 1) + cell12(1, 2**32 - 1, b"")), None),
    (xlsb(row12(0) + cell12(5, 0, struct.pack("<d", float("inf")))), "FILE_DAMAGED"),
    (xlsb(row12(0) + cell12(5, 0, b"")), "FILE_DAMAGED"),
    (xlsb(row12(0) + cell12(7, 0, struct.pack("<I", 2**32 - 1))), "FILE_DAMAGED"),
    (xlsb(row12(0) + cell12(6, 0, struct.pack("<I", 2**32 - 1))), "FILE_DAMAGED"),
    (xlsb(_CELL + b"\xff\xff\xff\xff\xff\x7f"), "FILE_DAMAGED"),
    (xlsb(_CELL, styles=record12(43, b"x")), "FILE_DAMAGED"),
    (xlsb(_CELL, sharedStrings=record12(19, b"\0" + struct.pack("<I", 9))), "FILE_DAMAGED"),
    (xlsb(_CELL, (("S", "worksheet"), ("S", "worksheet"))), "FILE_DAMAGED"),
    (xlsb(_CELL, (("S", "chartsheet"),)), "FILE_NOT_WORKBOOK"),
    (xlsb(b"", tuple((f"S{n}", "worksheet") for n in range(limits.MAX_SHEETS + 1))), "FILE_TOO_MANY_SHEETS"),
    (xlsb(_CELL)[:-30], "FILE_TRUNCATED"),
    (xlsb(row12(0) + b"".join(cell12(5, n % 256, struct.pack("<d", random.Random(n).random()))
                              for n in range(200_001))),
     "FILE_SHEET_TOO_BIG"),
])
def test_xlsb_out_of_order(data, code):
    assert code_of(data) == code


# --- .ods -------------------------------------------------------------------------------------------------------------
_NAMESPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
                       for name in ("office", "table", "text", "style")) + \
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def ods(rows: str, before: str = "", inside: str = "", after: str = "", **parts: bytes) -> bytes:
    content = (f"<office:document-content {_NAMESPACES}><office:body><office:spreadsheet>{before}"
               f'<table:table table:name="S">{inside}{rows}</table:table>{after}'
               "</office:spreadsheet></office:body></office:document-content>")
    return package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content, **parts})


def _row(cells: str, repeat: object = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeat}">{cells}</table:table-row>'


def _cell(text: str = "x", **attributes: object) -> str:
    told = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<table:table-cell office:value-type="string"{told}><text:p>{text}</text:p></table:table-cell>'


def _typed(kind: str, attribute: str, value: str, shown: str = "hiện") -> str:
    return (f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}"><text:p>{shown}</text:p>'
            "</table:table-cell>")


def test_every_cell_of_an_ods():
    rows = _row(_typed("float", "value", "7") + _typed("percentage", "value", "0.85")
                + _typed("currency", "value", "1e3")
                + _typed("boolean", "boolean-value", "true") + _typed("date", "date-value", "2026-09-20")
                + _typed("date", "date-value", "2026-09-20T06:30:00Z") + _typed("time", "time-value", "PT18H30M00S")
                + _typed("time", "time-value", "PT36H") + _typed("time", "time-value", "-PT1H")) + \
        _row(_typed("float", "value", "NaN") + _typed("date", "date-value", "31/9") + _typed("time", "time-value", "1")
             + '<table:table-cell office:value-type="string" office:string-value="ẩn"/>'
             + "<table:table-cell><text:p>không kiểu</text:p></table:table-cell>") + \
        _row(_cell("hai<text:s text:c=\"2\"/>ba<text:tab/><text:span>bốn<text:line-break/></text:span>"
                   "<text:a>năm</text:a>"
                   "<office:annotation><text:p>ghi chú</text:p></office:annotation></text:p><text:p>sáu")
             + '<table:covered-table-cell table:number-columns-repeated="2"/>' + _cell("bảy", number_columns_repeated=2)
             + '<table:table-cell office:value-type="string"><office:annotation><text:p>chỉ ghi chú</text:p>'
               "</office:annotation></table:table-cell>") + \
        f'<table:table-row-group><table:table-header-rows>{_row(_cell("tám"), 2)}</table:table-header-rows>' \
        f"</table:table-row-group>"
    found = page(ods(rows))
    assert found.rows == [
        [7, 0.85, 1000, True, date(2026, 9, 20), datetime(2026, 9, 20, 6, 30), time(18, 30), timedelta(hours=36),
         timedelta(hours=-1)],
        ["hiện", "hiện", "hiện", "ẩn", "không kiểu"],
        ["hai  ba\tbốn\nnăm\nsáu", "", "", "bảy", "bảy"], ["tám"], ["tám"]]
    assert found.formulas == found.errors == frozenset()


def test_formulas_errors_and_merged_ranges_of_an_ods():
    error = ('<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"{}>'
             "<text:p>{}</text:p></table:table-cell>")
    rows = _row(_cell("5", formula="of:=1+1") + error.format("", "#N/A")
                + error.format(' table:formula="of:=1/0"', "#DIV/0!")
                + _cell("Err:502", formula="of:=1") + _cell("#REF!", formula="of:=1") + _cell("#REF!")
                + '<table:table-cell table:formula="of:=&quot;&quot;"/>', 2) + \
        _row(_cell("gộp", number_columns_spanned=3, number_rows_spanned=1) + _cell("dọc", number_rows_spanned=2))
    found = page(ods(rows))
    assert found.errors == {(row, column) for row in (1, 2) for column in (2, 3, 4, 5)}
    assert found.formulas == {(row, column) for row in (1, 2) for column in (1, 3, 4, 5, 7)}
    assert found.cell(1, 6) == "#REF!" and found.cell(1, 5) == "" and found.merged == {(3, 1): 3, (3, 2): 2}


def test_hidden_rows_columns_and_sheets_of_an_ods():
    data = ods('<table:table-row table:visibility="collapse"/>' + _row(_cell())
               + '<table:table-row table:visibility="filter" table:number-rows-repeated="1048576"/>',
               inside='<table:table-column/><table:table-column-group><table:table-column table:visibility="collapse" '
                      'table:number-columns-repeated="2"/></table:table-column-group>',
               after=f'<table:table table:name="T" table:style-name="t2">{_row(_cell())}</table:table>')
    styles = ('<office:automatic-styles><style:style style:name="t1"><style:table-properties table:display="true"/>'
              '</style:style><style:style style:name="t2"><style:table-properties table:display="false"/></style:style>'
              "</office:automatic-styles><office:body>")
    content = zipfile.ZipFile(io.BytesIO(data)).read("content.xml").decode().replace("<office:body>", styles)
    grid = open_grid(package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}))
    assert grid.hidden == {"T"} and grid.sheet("S").hidden_columns == {2, 3}
    assert grid.sheet("S").hidden_rows == {1, *range(3, limits.MAX_ROW + 1)}


def test_what_is_no_cell_of_an_ods_is_left_out():
    inner = f'<table:table table:name="T">{_row(_cell("trong"))}</table:table>'
    data = ods(_row(f'<table:table-cell>{inner}</table:table-cell>' + _cell("một")),
               before=f"<table:tracked-changes>{_row(_cell('cũ'))}</table:tracked-changes>",
               inside="<table:shapes><text:p>hình</text:p></table:shapes>",
               after='<table:table table:name="\'file:///khac.ods\'#$A"><table:table-source/>'
                     f"{_row(_cell('ngoài'))}</table:table><table:dde-links>{inner}</table:dde-links>")
    assert open_grid(data).sheets == ("S",) and page(data).rows == [["", "một"]] and open_grid(data).links
    linked = ods(_row(_cell("5", formula="of:=['file:///khac.ods'#$A.A1]")))
    assert open_grid(linked).links and not open_grid(ods(_row(_cell("5", formula="of:=[.A1]")))).links
    assert open_grid(ods(_row(_cell()), **{"Scripts/a.py": b""})).macros


@pytest.mark.parametrize(("data", "code"), [
    (ods(_row(_cell())), None),
    (ods(""), None),
    (ods(_row("<table:table-cell table:number-columns-repeated='16384'/>", 1048575) + _row(_cell(), 1)),
     "FILE_SHEET_TOO_BIG"),
    (ods(_row(_cell()) + _row("<table:table-cell table:number-columns-repeated='16384'/>", 1048575)), None),
    (ods(_row(_cell(number_columns_repeated=16384), 1048576)), "FILE_SHEET_TOO_BIG"),
    (ods(_row(_cell(number_columns_repeated=90), 1000000)), "FILE_SHEET_TOO_BIG"),
    (ods(_row(_cell(number_columns_repeated=512), 20000)), "FILE_SHEET_TOO_BIG"),
    (ods(_row(_cell(number_columns_repeated=10), 20000)), None),
    (ods(_row(_cell(formula="of:=1", number_columns_repeated=16384))), "FILE_SHEET_TOO_BIG"),
    (ods(_row(_cell(), "99999999999999999999")), "FILE_BAD_REFERENCE"),
    (ods(_row(_cell(number_columns_repeated="-1"))), "FILE_BAD_REFERENCE"),
    (ods(_row(_cell(number_columns_spanned="x"))), "FILE_BAD_REFERENCE"),
    (ods(_row(_cell(f"x{'<text:s text:c=' + chr(34) + '9999999' + chr(34) + '/>'}") * 400) * 8), "FILE_SHEET_TOO_BIG"),
    (ods(_row(_cell())).replace(b"mimetype", b"mimetypo"), "FILE_NOT_WORKBOOK"),
    (ods("<table:table-row><table:table-cell></table:table-row>"), "FILE_DAMAGED"),
    (ods(_row(_cell()), after=f'<table:table table:name="S">{_row(_cell())}</table:table>'), "FILE_DAMAGED"),
    (ods("", after="".join(f'<table:table table:name="S{n}"/>' for n in range(limits.MAX_SHEETS))),
     "FILE_TOO_MANY_SHEETS"),
    (ods("", after="".join(f'<table:table table:name="S{n}">{_row(_cell(number_columns_repeated=10), 19000)}'
                           "</table:table>" for n in range(3))), "FILE_SHEET_TOO_BIG"),
    (package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "FILE_DAMAGED"),
    (package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet",
              "content.xml": '<!DOCTYPE a [<!ENTITY l "lol">]><a>&l;</a>'}), "FILE_XML_ENTITY"),
    (ods(_row(_cell("chữ " * 100_000) * 80)), "FILE_BOMB"),
    (ods(_row(_cell()))[:-30], "FILE_TRUNCATED"),
])
def test_ods_out_of_order(data, code):
    assert code_of(data) == code


def test_small_elements_and_pieces_of_text_end_in_time():
    noise = random.Random(1)
    tags = ["<a/>", "<b/>", "<cc/>", "<a b=''/>"]
    small = "".join(noise.choice(tags) for _ in range(limits.MAX_RECORDS + 1))
    started = clock.process_time()
    assert code_of(ods("", after=small)) == "FILE_BOMB"
    pieces = "".join(noise.choice(("a<text:s/>", "b<text:s/>", "cd<text:tab/>")) for _ in range(200_000))
    assert code_of(ods(_row(_cell(pieces)))) is None
    assert clock.process_time() - started < 30


# --- Anything at all --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("writer", "extension"), [
    ("LibreOffice", "xls"), ("Gnumeric", "xls"), ("SheetJS", "xlsb"), ("LibreOffice", "ods")])
def test_a_damaged_file_never_raises(writer, extension):
    draw = random.Random(13)
    original = resaved(filled_workbook(1), writer, extension)
    outcomes = set()
    for _ in range(60):
        data = bytearray(original)
        for _ in range(draw.choice((1, 3, 40))):
            data[draw.randrange(len(data))] = draw.randrange(256)
        if draw.random() < 0.2:
            del data[draw.randrange(len(data)):]
        submission = read(bytes(data))
        outcomes.add(submission.refused)
        assert all(messages.message(item) for item in submission.findings)
    assert True in outcomes


@pytest.mark.parametrize("writer", ["LibreOffice", "Gnumeric"])
def test_damaged_records_inside_a_sound_container_never_raise(writer):
    draw = random.Random(17)
    content = stream(resaved(filled_workbook(1), writer, "xls"), "Workbook")
    for _ in range(80):
        data = bytearray(content)
        for _ in range(draw.choice((1, 5, 50))):
            data[draw.randrange(len(data))] = draw.randrange(256)
        assert all(messages.message(item) for item in read(ole({"Workbook": bytes(data)})).findings)


def test_damaged_parts_of_an_xlsb_never_raise():
    draw = random.Random(19)
    container = zipfile.ZipFile(io.BytesIO(resaved(filled_workbook(1), "SheetJS", "xlsb")))
    original = {name: container.read(name) for name in container.namelist()}
    for _ in range(100):
        name = draw.choice([name for name in original if name.endswith(".bin")])
        content = bytearray(original[name])
        for _ in range(draw.choice((1, 5, 50))):
            content[draw.randrange(len(content))] = draw.randrange(256)
        submission = read(package({**original, name: bytes(content)}, zipfile.ZIP_STORED))
        assert all(messages.message(item) for item in submission.findings)
