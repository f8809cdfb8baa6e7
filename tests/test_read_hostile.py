"""No file ends or stalls the batch: whatever the bytes are, the answer is a finding, in bounded time and memory."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path

import pytest
from binary_builders import ole
from read_builders import KEY, PERIOD, edit, filled_workbook, read, spec

from qeval_batch import messages
from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.spreadsheet import limits
from qeval_batch.spreadsheet.grid import Unreadable, open_grid
from qeval_batch.spreadsheet.guard import guard
from qeval_batch.spreadsheet.scan_xml import column_number

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def rels(*targets: tuple[str, str]) -> str:
    entries = "".join(f'<Relationship Id="rId{number}" Type="{_REL}/{kind}" Target="{target}"/>'
                      for number, (kind, target) in enumerate(targets, start=1))
    return f'<Relationships xmlns="{_PACKAGE}">{entries}</Relationships>'


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **replaced: str | bytes) -> dict[str, str | bytes]:
    found: dict[str, str | bytes] = {
        "_rels/.rels": rels(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
                           '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")),
        "xl/worksheets/sheet1.xml": sheet_xml(rows),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}"><si><t>chung</t></si></sst>',
    }
    found |= {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in replaced.items()}
    return found


def package(content: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as container:
        for name, data in content.items():
            container.writestr(name, data)
    return target.getvalue()


def with_sheet(xml: str | bytes, **more: str | bytes) -> bytes:
    return package({**parts(), "xl/worksheets/sheet1.xml": xml, **more})


def code_of(data: bytes) -> str | None:
    """The finding of one file, through everything that opens it; also: quick, and told in words."""
    started = time.perf_counter()
    checked = guard(data)
    code, params = checked.code, checked.params
    if code is None:
        try:
            grid = open_grid(data, checked)
            for name in grid.sheets:
                grid.sheet(name)
        except Unreadable as error:
            code, params = error.code, error.params
    assert time.perf_counter() - started < 20
    if code is not None:
        item = finding(code, Where(Part.FILE), **params)
        assert messages.message(item) and messages.is_error(item)
        submission = read(data)
        # A sheet's own damage shows when it is read; a file without a stamp never gets so far.
        assert submission.refused and submission.findings[0].code in (code, "STAMP_MISSING" if checked.code is None else code)
    return code


# --- What a file is, by content -------------------------------------------------------------------------------------
_ODS = package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"})
_ODT = package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"})


@pytest.mark.parametrize(("data", "code"), [
    (b"", "FILE_EMPTY"),
    (b"Ma,Ten\nCB1,An\n", "FILE_CSV"),
    ("Mã;Tên\n".encode(), "FILE_CSV"),
    ("Mã\tTên\n".encode("utf-16"), "FILE_CSV"),
    (b"\n <html><table><tr><td>1</td></tr></table></html>", "FILE_HTML"),
    (b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "FILE_HTML"),
    (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "FILE_XML_2003"),
    (b'<?xml version="1.0"?><a/>', "FILE_UNKNOWN"),
    (b"%PDF-1.7\n", "FILE_PDF"),
    (b"\x89PNG\r\n\x1a\n\0\0", "FILE_UNKNOWN"),
    (ole({"Workbook": b""}), "FILE_DAMAGED"),
    (ole({"Book": b""}), "FILE_XLS_OLD"),
    (b"\x09\x04\x06\0\0\0\x10\0\0\0", "FILE_XLS_OLD"),
    (ole({"EncryptedPackage": b"", "EncryptionInfo": b""}), "FILE_ENCRYPTED"),
    (ole({"WordDocument": b"", "Workbook of mine": b""}), "FILE_WORD"),
    (ole({"PowerPoint Document": b""}), "FILE_WORD"),
    (ole({"__substg1.0_0037001F": b""}), "FILE_MSG"),
    (ole({"SummaryInformation": "WordDocument".encode("utf-16-le")}), "FILE_UNKNOWN"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "FILE_DAMAGED"),
    (_ODS, "FILE_NOT_WORKBOOK"),
    (_ODT, "FILE_WORD"),
    (package({"word/document.xml": "<a/>"}), "FILE_WORD"),
    (package({"xl/workbook.bin": b"\x83\x01\0"}), "FILE_DAMAGED"),
    (package({"a.txt": "x"}), "FILE_NOT_WORKBOOK"),
    (package({"DV031.xlsx": package(parts())}), "FILE_NOT_WORKBOOK"),
    (package({}), "FILE_NOT_WORKBOOK"),
    (b"PK\x03\x04" + bytes(100), "FILE_TRUNCATED"),
    (package(parts())[:-40], "FILE_TRUNCATED"),
    (package(parts())[:len(package(parts())) // 2], "FILE_TRUNCATED"),
    (package(parts()), None),
    (package(parts()) + b"garbage", None),
])
def test_a_file_is_named_by_its_content(data, code):
    assert code_of(data) == code


def test_too_big_is_refused_unopened():
    assert code_of(b"PK\x03\x04" + bytes(limits.MAX_FILE_BYTES)) == "FILE_TOO_BIG"
    assert code_of(bytes(limits.MAX_FILE_BYTES)) == "FILE_UNKNOWN"


def test_macros_are_a_note_and_nothing_more():
    content = {info.filename: zipfile.ZipFile(io.BytesIO(filled_workbook())).read(info)
               for info in zipfile.ZipFile(io.BytesIO(filled_workbook())).infolist()}
    submission = read(package({**content, "xl/vbaProject.bin": b"x"}))
    assert [item.code for item in submission.findings] == ["FILE_MACROS"] and len(submission.sheets) == 5
    assert not messages.is_error(submission.findings[0])


# --- The container ------------------------------------------------------------------------------------------------------
def _declare(data: bytes, name: str, size: int) -> bytes:
    """The same package whose directories declare another unpacked size for ``name``."""
    changed = bytearray(data)
    for signature, offset, name_offset in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        at = data.find(signature)
        while at >= 0:
            if data[at + name_offset:].startswith(name.encode()):
                changed[at + offset:at + offset + 4] = struct.pack("<I", size)
            at = data.find(signature, at + 4)
    return bytes(changed)


def test_bombs_lies_and_doubles_of_the_container():
    spaces = sheet_xml(" " * (limits.MAX_PART_BYTES // 2))
    assert code_of(with_sheet(spaces)) == "FILE_BOMB"                                              # ratio
    assert code_of(with_sheet(sheet_xml(" " * limits.MAX_PART_BYTES))) == "FILE_BOMB"              # one part
    noise = random.Random(1).randbytes(4096) * 3840      # compresses, but not beyond reason
    many = {f"docProps/{number}.bin": noise for number in range(5)}
    assert code_of(package({**parts(), **many})) == "FILE_BOMB"                                     # all parts together
    page = sheet_xml("", after=f"<!-- {random.Random(4).randbytes(2048).hex() * 1500} -->")           # 6 MB each
    pages = {f"xl/worksheets/sheet{number}.xml": page for number in range(1, 6)}
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, 6))
    book = {"xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": rels(*(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, 6)))}
    assert code_of(package({**parts(), **pages, **book})) == "FILE_BOMB"                            # all parts that are read
    picture = {"xl/media/image1.png": random.Random(5).randbytes(limits.MAX_PART_BYTES + 1)}
    assert code_of(package({**parts(), **picture}, zipfile.ZIP_STORED)) is None
    assert code_of(package({**parts(), **{f"x/{n}": b"" for n in range(limits.MAX_ENTRIES)}})) == "FILE_BOMB"
    honest = with_sheet(sheet_xml(" " * 900_000))
    assert code_of(honest) is None
    assert code_of(_declare(honest, "xl/worksheets/sheet1.xml", 1000)) == "FILE_DAMAGED"
    assert code_of(_declare(honest, "xl/worksheets/sheet1.xml", 950_000)) == "FILE_DAMAGED"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as container:
        for name, content in parts().items():
            container.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate name"):
            container.writestr("xl/worksheets/sheet1.xml", sheet_xml(""))
    assert code_of(target.getvalue()) == "FILE_DUPLICATE_PART"
    assert code_of(package({**parts(), "XL\\Worksheets/Sheet1.xml": b""})) == "FILE_DUPLICATE_PART"
    assert code_of(package(parts(), zipfile.ZIP_LZMA)) == "FILE_ODD"
    encrypted = bytearray(package(parts()))
    at = encrypted.find(b"PK\x01\x02")
    encrypted[at + 8] |= 1
    assert code_of(bytes(encrypted)) == "FILE_ENCRYPTED"


def test_a_package_without_its_main_parts():
    for name in ("_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"):
        content = parts()
        del content[name]
        assert code_of(package(content)) == "FILE_DAMAGED" or name.endswith("workbook.xml.rels")
    content = parts()
    del content["xl/workbook.xml"]
    assert code_of(package(content)) == "FILE_NOT_WORKBOOK"
    content = parts()
    del content["xl/sharedStrings.xml"]
    assert code_of(package(content)) is None
    assert code_of(package({**parts(), "xl/_rels/workbook.xml.rels": rels(("chartsheet", "worksheets/sheet1.xml"))})) == \
        "FILE_NOT_WORKBOOK"


def test_workbooks_in_unusual_places_are_read():
    moved = {"_rels/.rels": rels(("officeDocument", "/book.xml")), "book.xml": parts()["xl/workbook.xml"],
             "_rels/book.xml.rels": rels(("worksheet", "s.xml")), "s.xml": sheet_xml('<row><c><v>7</v></c></row>')}
    with pytest.raises(Unreadable) as refused:      # the name tells no spreadsheet
        open_grid(package(moved))
    assert refused.value.code == "FILE_NOT_WORKBOOK"
    moved["_rels/.rels"] = rels(("officeDocument", "/workbook.xml"))
    moved["workbook.xml"] = moved.pop("book.xml")
    moved["_rels/workbook.xml.rels"] = moved.pop("_rels/book.xml.rels")
    assert open_grid(package(moved)).sheet("S").cell(1, 1) == 7
    backslashed = {name.replace("/", "\\"): content for name, content in parts().items()}
    assert open_grid(package(backslashed)).sheet("S").cell(1, 1) == 1


# --- XML ------------------------------------------------------------------------------------------------------------------
_ENTITY = '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]>'


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
                                  "_rels/.rels", "xl/_rels/workbook.xml.rels"])
def test_entities_and_other_encodings_are_refused_in_every_part_that_is_read(name):
    text = str(parts()[name])
    assert code_of(package({**parts(), name: _ENTITY + text})) == "FILE_XML_ENTITY"
    declared = '<?xml version="1.0" encoding="UTF-8"?>' + _ENTITY + text
    assert code_of(package({**parts(), name: declared})) == "FILE_XML_ENTITY"
    assert code_of(package({**parts(), name: text.encode("utf-16")})) == "FILE_XML_ENCODING"
    assert code_of(package({**parts(), name: text.encode("utf-16-le")})) == "FILE_XML_ENCODING"
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?>' + text
    assert code_of(package({**parts(), name: latin.encode("latin-1")})) == "FILE_XML_ENCODING"
    assert code_of(package({**parts(), name: '<?xml version="1.0" encoding="utf-8"?>' + text})) is None


def test_a_utf_16_part_that_is_never_read_does_no_harm():
    assert code_of(package({**parts(), "customXml/item1.xml": "<a/>".encode("utf-16")})) is None


def test_malformed_xml_is_damage():
    assert code_of(with_sheet(sheet_xml('<row r="1"><c r="A1"><v>1</c></row>'))) == "FILE_DAMAGED"
    assert code_of(with_sheet("<worksheet")) == "FILE_DAMAGED"
    assert code_of(with_sheet(sheet_xml('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'))) == "FILE_ODD"


def test_deep_xml_ends():
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert code_of(with_sheet(sheet_xml("", after=deep))) in (None, "FILE_DAMAGED")
    assert code_of(package({**parts(), "xl/workbook.xml": deep})) in ("FILE_DAMAGED", "FILE_NOT_WORKBOOK")


def test_number_of_sheets():
    def book(count: int, target: str = "worksheets/sheet{}.xml") -> bytes:
        sheets = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, count + 1))
        workbook = f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{sheets}</sheets></workbook>'
        targets = [("worksheet", target.format(n)) for n in range(1, count + 1)]
        pages = {f"xl/worksheets/sheet{n}.xml": sheet_xml("") for n in range(1, count + 1)}
        return package({**parts(), **pages, "xl/workbook.xml": workbook, "xl/_rels/workbook.xml.rels": rels(*targets)})
    assert code_of(book(limits.MAX_SHEETS)) is None
    assert code_of(book(limits.MAX_SHEETS + 1)) == "FILE_TOO_MANY_SHEETS"
    assert code_of(book(2, "worksheets/sheet1.xml")) == "FILE_ODD"      # two names of one part
    fifty_thousand = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(20_000))
    workbook = f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{fifty_thousand}</sheets></workbook>'
    assert code_of(package({**parts(), "xl/workbook.xml": workbook})) in ("FILE_TOO_MANY_SHEETS", "FILE_BOMB")


# --- Sheets ---------------------------------------------------------------------------------------------------------------
def _cells(*addresses: str, content: str = "<v>1</v>") -> str:
    return "".join(f'<row r="{address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{address}">{content}</c></row>'
                   for address in addresses)


@pytest.mark.parametrize("address", ["XFD1048576", "A1048576", "XFD1", "A20001", "SS1", "ZZZ9999999", "A4294967"])
def test_far_cells_are_refused_with_their_address(address):
    code = code_of(with_sheet(sheet_xml(_cells("A1", address))))
    assert code == "FILE_SHEET_TOO_BIG"
    assert address in guard(with_sheet(sheet_xml(_cells("A1", address)))).params["why"]


def test_far_blank_cells_do_no_harm():
    for blank in ('<c r="XFD1048576" s="1"/>', '<c r="XFD1048576" s="1"></c>'):
        data = with_sheet(sheet_xml(_cells("A1") + f'<row r="1048576">{blank}</row>'))
        assert code_of(data) is None and open_grid(data).sheet("S").rows == [[1.0]]


def test_the_edge_of_the_bounds():
    assert column_number(b"SR") == limits.MAX_COLUMN
    assert code_of(with_sheet(sheet_xml(_cells("A1", "A20000")))) is None
    assert code_of(with_sheet(sheet_xml(_cells("A1", "SR3900")))) is None
    assert code_of(with_sheet(sheet_xml(_cells("A1", "SR20000")))) == "FILE_SHEET_TOO_BIG"     # the rectangle
    assert open_grid(with_sheet(sheet_xml(_cells("B2", "DZ9999")))).sheet("S").cell(9999, 130) == 1


def test_a_lying_dimension_changes_nothing():
    data = with_sheet(sheet_xml(_cells("A1"), before='<dimension ref="A1:XFD1048576"/>'))
    assert code_of(data) is None and open_grid(data).sheet("S").rows == [[1.0]]
    data = with_sheet(sheet_xml(_cells("A1", "XFD1048576"), before='<dimension ref="A1"/>'))
    assert code_of(data) == "FILE_SHEET_TOO_BIG"


@pytest.mark.parametrize("cell", [
    '<c r="A99999999"><v>1</v></c>', '<c r="AAAA1"><v>1</v></c>', '<c r="1A"><v>1</v></c>', '<c r=""><v>1</v></c>',
    '<c r="$A$1"><v>1</v></c>', '<c r="Ａ1"><v>1</v></c>', '<c r="A1:B2"><v>1</v></c>', '<c r="A-1"><v>1</v></c>'])
def test_malformed_references_are_refused(cell):
    assert code_of(with_sheet(sheet_xml(f'<row r="1">{cell}</row>'))) == "FILE_BAD_REFERENCE"


def test_rows_without_sense():
    assert code_of(with_sheet(sheet_xml('<row r="-1"><c><v>1</v></c></row>'))) == "FILE_BAD_REFERENCE"
    assert code_of(with_sheet(sheet_xml('<row r="4000000000"><c><v>1</v></c></row>'))) == "FILE_BAD_REFERENCE"
    assert code_of(with_sheet(sheet_xml('<row r="4000000"><c><v>1</v></c></row>'))) == "FILE_SHEET_TOO_BIG"
    assert code_of(with_sheet(sheet_xml('<row r="4000000000"><c r="A1"><v>1</v></c></row>'))) is None


def test_cells_hidden_from_a_careless_scan_are_found():
    """Prefixes, other attributes, quotes, entities in references, comments: none may carry a far cell past the guard."""
    far = "XFD1048576"
    for cell in (f"<c s='1' r='{far}'><v>1</v></c>", f'<c\tr="{far}"><v>1</v></c>', f'<c\nt="n" r="{far}"><v>1</v></c>',
                 f'<c ph=">" r="{far}"><v>1</v></c>', '<c r="XFD10&#52;8576"><v>1</v></c>', f'<!-- " --><c r="{far}"><v>1</v></c>',
                 f'<c r="A1"/><c r="{far}" ><f>1</f><v>1</v></c>', f'<c r="{far}"><is><t>x</t></is></c>'):
        assert code_of(with_sheet(sheet_xml(f'<row r="1">{cell}</row>'))) == "FILE_SHEET_TOO_BIG", cell
    prefixed = sheet_xml(_cells("A1", far)).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    assert code_of(with_sheet(prefixed)) == "FILE_SHEET_TOO_BIG"
    mixed = sheet_xml(_cells("A1") + f'<row r="2"><x:c xmlns:x="{_MAIN}" r="{far}"><x:v>1</x:v></x:c></row>')
    assert code_of(with_sheet(mixed)) == "FILE_SHEET_TOO_BIG"
    doubled = sheet_xml(_cells("A1"), before=f"<sheetData>{_cells(far)}</sheetData>")
    assert code_of(with_sheet(doubled)) == "FILE_SHEET_TOO_BIG"
    implied = sheet_xml("<row>" + "<c><v>1</v></c>" * 600 + "</row>")
    assert code_of(with_sheet(implied)) == "FILE_SHEET_TOO_BIG"


def test_numbers_of_cells_and_merges():
    row = "<c><v>1</v></c>" * 100
    rows = f"<row>{row}</row>" * (limits.MAX_CELLS // 100)
    blanks = rows.replace("<v>1</v>", "")
    assert code_of(with_sheet(sheet_xml(blanks + "<row><c/></row>"))) in ("FILE_SHEET_TOO_BIG", "FILE_BOMB")
    plain = "".join(f'<row r="{n}">' + "".join(f'<c r="A{n}"/>' for _ in range(50)) + "</row>" for n in range(1, 6002))
    noise = random.Random(2).randbytes(40_000).hex()      # keeps the ratio ordinary
    assert code_of(with_sheet(sheet_xml(plain, after=f"<x>{noise}</x>"))) == "FILE_SHEET_TOO_BIG"
    merge = '<mergeCell ref="A1:XFD1048576"/>'
    assert code_of(with_sheet(sheet_xml("", after=f"<mergeCells>{merge}</mergeCells>"))) is None
    many = f"<mergeCells>{merge * (limits.MAX_MERGES + 1)}</mergeCells>"
    assert code_of(with_sheet(sheet_xml("", after=many))) == "FILE_SHEET_TOO_BIG"
    assert code_of(with_sheet(sheet_xml("<row><c/></row>", after=many))) == "FILE_SHEET_TOO_BIG"


def test_a_long_shared_text_shown_by_many_cells():
    text = random.Random(3).randbytes(50_000).hex()
    strings = f'<sst xmlns="{_MAIN}"><si><t>x</t></si><si><t>{text}</t></si></sst>'

    def shows(index: int, count: int, extra: str = "") -> bytes:
        rows = "".join(f'<row r="{n}"><c r="A{n}"{extra} t="s"><v>{index}</v></c></row>' for n in range(1, count + 1))
        return with_sheet(sheet_xml(rows), **{"xl/sharedStrings.xml": strings})
    enough = limits.MAX_SHEET_TEXT_BYTES // len(text) + 1
    assert code_of(shows(1, enough)) == "FILE_SHEET_TOO_BIG"
    assert code_of(shows(1, enough, ' cm="1"')) == "FILE_SHEET_TOO_BIG"
    assert code_of(shows(0, enough)) is None
    hidden = strings.replace("</t></si></sst>", "<!-- </si><si> --></t></si></sst>")
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in range(1, enough + 1))
    assert code_of(with_sheet(sheet_xml(rows), **{"xl/sharedStrings.xml": hidden})) == "FILE_SHEET_TOO_BIG"


# --- What the scan tells of cells -----------------------------------------------------------------------------------------
_SPECIAL = ('<row r="2"><c r="B2" s="1"><f aca="false">1/0</f><v>1</v></c><c r="C2" t="e"><v>#N/A</v></c>'
            '<c r="D2" t="str"><f t="array" ref="D2">a</f><v></v></c><c r="E2" t="inlineStr"><is><t>&lt;f t="e" </t></is></c>'
            '<c r="AA2" s="3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>')


@pytest.mark.parametrize("spelt", [
    lambda xml: xml,
    lambda xml: xml.replace('r="C2" t="e"', 't="e" r="C2"'),
    lambda xml: xml.replace("<row", "<!-- c --><row", 1),
    lambda xml: xml.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x="),
    lambda xml: xml.replace(' r="B2"', "").replace("<row", '<row', 1).replace('<c s="1">', '<c r="A2"/><c s="1">'),
    lambda xml: xml.replace("><f", ">\n <f"),
])
def test_error_and_formula_cells_whatever_the_spelling(spelt):
    data = with_sheet(spelt(sheet_xml(_SPECIAL)))
    assert code_of(data) is None
    page = open_grid(data).sheet("S")
    assert page.errors == {(2, 3), (2, 27)} and page.formulas == {(2, 2), (2, 4), (2, 27)}
    assert page.cell(2, 2) == 1 and page.cell(2, 3) == "" and page.cell(99, 99) == "" and page.cell(0, 1) == ""


def test_hidden_sheets_and_sheet_names_as_written():
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name in ("Một & hai", "Ẩn", "_qeval"):
            book.add_worksheet(name).write(1, 1, name)
        book.worksheets()[1].hide()
        book.worksheets()[2].very_hidden()
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=_qeval!$B$2:$B$3"})
        book.add_chartsheet("Biểu đồ").set_chart(chart)
    grid = open_grid(target.getvalue())
    assert grid.sheets == ("Một & hai", "Ẩn", "_qeval")
    assert [grid.sheet(name).cell(2, 2) for name in grid.sheets] == list(grid.sheets)


# --- Anything at all ----------------------------------------------------------------------------------------------------
def test_a_damaged_workbook_never_raises():
    draw = random.Random(7)
    original = edit(filled_workbook(1), lambda book: None)
    outcomes = set()
    for _ in range(150):
        data = bytearray(original)
        for _ in range(draw.choice((1, 3, 20))):
            data[draw.randrange(len(data))] = draw.randrange(256)
        if draw.random() < 0.2:
            del data[draw.randrange(len(data)):]
        submission = read(bytes(data))
        outcomes.add(submission.refused)
        for item in submission.findings:
            assert messages.message(item)
    assert True in outcomes


_TOKENS = (b'<c r="XFD1048576"><v>1</v></c>', b'<c r="A1" t="s"><v>999999</v></c>', b"<", b">", b'"', b"</row>", b"</sheetData>",
           b"<sheetData>", b"<c><v>1</v></c>", b"<!--", b"]]>", b' t="e"', b"<f>", b"&#x0;", b"\xff", b"\0", b'r="A0"',
           b'<mergeCell ref="A1:ZZZZ99999999"/>', b'<x:c r="ZZZ1">', b"1e999", b"NaN", b' t="d"', b' t="b"', b' s="99999"')


def test_damaged_xml_never_raises():
    draw = random.Random(11)
    container = zipfile.ZipFile(io.BytesIO(filled_workbook(1)))
    original = {info.filename: container.read(info) for info in container.infolist()}
    names = [name for name in original if "sheet" in name or "workbook" in name or "sharedStrings" in name]
    for _ in range(150):
        name = draw.choice(names)
        content = bytearray(original[name])
        at = draw.randrange(len(content))
        if draw.random() < 0.5:
            content[at:at] = draw.choice(_TOKENS)
        else:
            del content[at:at + draw.randrange(1, 400)]
        submission = read(package({**original, name: bytes(content)}, zipfile.ZIP_STORED))
        assert all(messages.message(item) for item in submission.findings)


def test_a_damaged_sheet_leaves_the_rest_readable():
    import re

    content = {info.filename: zipfile.ZipFile(io.BytesIO(filled_workbook())).read(info)
               for info in zipfile.ZipFile(io.BytesIO(filled_workbook())).infolist()}
    name = "xl/worksheets/sheet3.xml"
    content[name] = re.sub(rb'(<c r="B5\d"[^>]* t="s"><v>)\d+', rb"\g<1>99999", content[name], count=1)
    submission = read(package(content))
    assert [(item.code, item.where.officer) for item in submission.findings] == [("SHEET_DAMAGED", "CB0001")]
    assert "CB0002" in [item.officer for item in submission.sheets]


def test_the_worst_that_passes_stays_within_memory():
    """A sheet at the edge of every bound, in a process of its own that may use 400 MB on top of what Python needs."""
    if sys.platform != "linux":
        pytest.skip("address-space limits are set on Linux only: the memory bound is NOT tested here")
    script = textwrap.dedent("""
        import resource, sys
        sys.path[:0] = [sys.argv[1], sys.argv[2]]
        from test_read_hostile import _cells, sheet_xml, with_sheet
        from qeval_batch.spreadsheet.grid import open_grid
        from qeval_batch.spreadsheet.guard import guard
        import python_calamine, random
        rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="CV{n}"><v>1</v></c></row>' for n in range(1, 20001))
        data = with_sheet(sheet_xml(rows))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        grid = open_grid(data)
        assert grid.sheet("S").cell(20000, 100) == 1
        used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(round(used))
        assert used < 300, used
    """)
    root = Path(__file__).resolve().parent
    done = subprocess.run([sys.executable, "-c", script, str(root), str(root.parent)], capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("opening", [
    f'<sst xmlns="{_MAIN}" count="1" uniqueCount="4294967295">', f"<sst uniqueCount='4294967295' xmlns='{_MAIN}'>",
    f'<x:sst xmlns:x="{_MAIN}" uniqueCount = "99999999999999999999">', f'<sst xmlns="{_MAIN}" uniqueCount="-1" count="x">'])
def test_a_number_of_texts_that_is_only_claimed_reserves_no_memory(opening):
    prefix = "x:" if "x:sst" in opening else ""
    strings = f"{opening}<{prefix}si><{prefix}t>chung</{prefix}t></{prefix}si></{prefix}sst>"
    made = with_sheet(sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), **{"xl/sharedStrings.xml": strings})
    # In a process of its own: the reader would end the whole one.
    script = ("import sys; from qeval_batch.spreadsheet.grid import open_grid;"
              "print(open_grid(sys.stdin.buffer.read()).sheet('S').rows)")
    done = subprocess.run([sys.executable, "-c", script], input=made, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, b"[['chung']]"), done.stderr


def test_nothing_of_a_refused_file_is_used():
    submission = read(with_sheet(sheet_xml(_cells("A1", "XFD1048576"))))
    assert submission.sheets == () and submission.stamp is None and submission.refused
    assert submission.findings[0].where == Where(Part.FILE, file=submission.file)
    assert KEY and PERIOD and spec()
