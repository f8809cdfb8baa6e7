"""What people do to a workbook, each as one small function on a ``Book``; a case names them in its ``do``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from corpus_builders import CRITERIA, OTHER, Case, blank_template, place, sound
from corpus_pages import Book, CellError, Formula, Styled, name_of, tag
from lxml import etree

from qeval_batch.core.period import Period

DEEDS: dict[str, Callable[..., None]] = {}
_PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)
_LAST_ROW = 1_048_576


def deed(function: Callable[..., None]) -> Callable[..., None]:
    DEEDS[function.__name__] = function
    return function


def value_of(given: Any) -> Any:
    """A cell's content as a case writes it: a plain value, or a mapping for what YAML has no word for."""
    if not isinstance(given, Mapping):
        return given
    if "formula" in given:
        return Formula(given["formula"], value_of(given.get("result")))
    if "error" in given:
        return CellError(given["error"])
    if "repeat" in given:
        return given["repeat"] * given["times"]
    return Styled(given["value"], given["format"])


def workbook_of(case: Case, data: bytes | None = None) -> bytes:
    """The sound workbook (or another like it) after what the person did."""
    book = Book(data or sound())
    for name, *arguments in case.deeds:
        DEEDS[name](book, *arguments)
    type_into(book, case.typed)
    return book.saved()


def type_into(book: Book, typed: Mapping[str, Any]) -> None:
    for where, given in typed.items():
        found = place(where)
        book.page(found.sheet).put(found.address, value_of(given))


# --- Rows and columns -------------------------------------------------------------------------------------------------
@deed
def insert_rows(book: Book, where: str, count: int = 1) -> None:
    """Insert blank rows above a row."""
    at = place(where)
    book.page(at.sheet).move_rows(lambda row: row + count if row >= at.row else row)


@deed
def delete_rows(book: Book, where: str, count: int = 1) -> None:
    at = place(where)
    book.page(at.sheet).move_rows(
        lambda row: None if at.row <= row < at.row + count else row - count if row > at.row else row)


@deed
def swap_rows(book: Book, one: str, other: str) -> None:
    """Move a row to another's place, as sorting does."""
    first, second = place(one), place(other)
    pair = {first.row: second.row, second.row: first.row}
    book.page(first.sheet).move_rows(lambda row: pair.get(row, row))


@deed
def copy_row(book: Book, source: str, target: str) -> None:
    """Copy a row's cells and paste them over another row of the sheet."""
    first, second = place(source), place(target)
    page = book.page(first.sheet)
    for cell in list(page.row(first.row)):
        column = cell.get("r").rstrip("0123456789")
        page.copy_cell(cell.get("r"), f"{column}{second.row}")


@deed
def clear_row(book: Book, where: str) -> None:
    """Empty every cell of a row."""
    at = place(where)
    page = book.page(at.sheet)
    for cell in list(page.row(at.row)):
        page.put(cell.get("r"), None)


@deed
def insert_columns(book: Book, where: str, count: int = 1) -> None:
    """Insert blank columns left of a column, merged cells undone first as Excel makes people do."""
    at = place(where)
    page = book.page(at.sheet)
    page.unmerge()
    page.move_columns(lambda column: column + count if column >= at.column else column)


@deed
def delete_column(book: Book, where: str) -> None:
    at = place(where)
    page = book.page(at.sheet)
    page.unmerge()
    page.move_columns(lambda column: None if column == at.column else column - 1 if column > at.column else column)


@deed
def swap_columns(book: Book, one: str, other: str) -> None:
    """Exchange two columns of one table, header and all rows down to the sheet's end."""
    first, second = place(one), place(other)
    page, header = book.page(first.sheet), first.row - 1
    for row in range(header, page.last_row + 1):
        left, right = (page.cell(name_of(row, item.column)) for item in (first, second))
        left.set("r", name_of(row, second.column))
        right.set("r", name_of(row, first.column))
        parent = left.getparent()
        parent[:] = sorted(parent, key=lambda cell: (len(cell.get("r")), cell.get("r")))


@deed
def paste_cell(book: Book, source: str, target: str) -> None:
    first, second = place(source), place(target)
    book.page(first.sheet).copy_cell(first.address, second.address)


# --- Merged, hidden, filtered, protected ------------------------------------------------------------------------------
@deed
def merge(book: Book, first: str, last: str) -> None:
    one, other = place(first), place(last)
    book.page(one.sheet).merge(f"{one.address}:{other.address}")


@deed
def hide_rows(book: Book, *places: str) -> None:
    for where in map(place, places):
        book.page(where.sheet).hide_rows(where.row)


@deed
def hide_column(book: Book, where: str) -> None:
    at = place(where)
    book.page(at.sheet).hide_column(at.column)


@deed
def hide_sheet(book: Book, name: str, state: str = "hidden") -> None:
    book.hide(name, state)


@deed
def unprotect(book: Book, *names: str) -> None:
    for name in names:
        page = book.page(name)
        page.root.remove(page.root.find(tag("sheetProtection")))


@deed
def protect_with_password(book: Book, name: str) -> None:
    protection = book.page(name).root.find(tag("sheetProtection"))
    protection.attrib.update({"algorithmName": "SHA-512", "hashValue": "AAAA", "saltValue": "AAAA", "spinCount": "9"})


@deed
def format_whole_columns(book: Book, name: str) -> None:
    """Give whole columns a format: Excel notes it once for the column, other programs in the very last row as well."""
    page = book.page(name)
    columns = page.root.find(tag("cols"))
    for item in list(columns):
        columns.remove(item)
    etree.SubElement(columns, tag("col"), min="1", max="16384", width="12", style="3", customWidth="1")
    row = page.row(_LAST_ROW)
    row.attrib.update({"s": "3", "customFormat": "1"})
    etree.SubElement(row, tag("c"), r=f"A{_LAST_ROW}", s="3")
    etree.SubElement(row, tag("c"), r=f"XFD{_LAST_ROW}", s="3")


# --- Sheets -----------------------------------------------------------------------------------------------------------
@deed
def rename_sheet(book: Book, old: str, new: str) -> None:
    book.rename(old, new)


@deed
def delete_sheets(book: Book, *names: str) -> None:
    for name in names:
        book.delete(name)


@deed
def reverse_sheets(book: Book) -> None:
    book.sheets[:] = list(book.sheets)[::-1]


@deed
def duplicate_sheet(book: Book, name: str, new: str) -> None:
    book.duplicate(name, new)


@deed
def copy_sheet_over(book: Book, source: str, name: str) -> None:
    """Copy a whole tab, row 1 with its tag included, over a colleague's."""
    book.replace(name, book.page(source).saved())


@deed
def head_for(book: Book, like: str, name: str, person: str) -> None:
    """Type a person's name into the head of a copied tab."""
    book.page(name).put(place(f"{like}!header.full_name").address, person)


@deed
def type_in(book: Book, name: str, address: str, given: Any) -> None:
    """Type into a sheet of the person's own."""
    book.page(name).put(address, value_of(given))


@deed
def add_sheet(book: Book, name: str) -> None:
    """A sheet of one's own with a note in it."""
    book.add(name, f'<worksheet xmlns="{etree.QName(tag("c")).namespace}"><sheetData/></worksheet>'.encode())
    book.page(name).put("A1", "Ghi chú riêng")


@deed
def bring_sheet(book: Book, name: str, new: str, quarter: str = "2026-Q3", unit: str = OTHER) -> None:
    """Drag a sheet over from another quarter's or another unit's workbook."""
    other = Book(sound(unit, Period.parse(quarter)))
    book.add(new, _with_own_texts(other, name))


@deed
def replace_sheet(book: Book, name: str, source: str, quarter: str = "2026-Q3", unit: str = OTHER) -> None:
    """Throw a sheet away and put another workbook's in its place under its name."""
    book.delete(name)
    bring_sheet(book, source, name, quarter, unit)


@deed
def paste_sheet_over(book: Book, name: str, source: str, quarter: str = "2026-Q3", unit: str = OTHER) -> None:
    """Select all of another workbook's sheet, copy, paste over one's own: row 1 with its tag comes along."""
    book.replace(name, _with_own_texts(Book(sound(unit, Period.parse(quarter))), source))


@deed
def empty_sheet(book: Book, name: str, template: str | None = None) -> None:
    """The sheet as the template had it."""
    book.replace(name, _with_own_texts(Book(blank_template()), template or name))


@deed
def paste_as_values(book: Book, name: str) -> None:
    book.page(name).paste_as_values()


def _with_own_texts(book: Book, name: str) -> bytes:
    """A sheet's XML with its shared texts written out, so that it can stand in another package."""
    shared = [text.findtext(f".//{tag('t')}") for text in etree.fromstring(book.parts["xl/sharedStrings.xml"])]
    page = book.page(name)
    for cell in page.cells():
        if cell.get("t") == "s":
            page.put(cell.get("r"), shared[int(cell.findtext(tag("v")))])
    return page.saved()


# --- Beside the cells -------------------------------------------------------------------------------------------------
@deed
def comment(book: Book, where: str) -> None:
    """A comment at a cell, in the parts Excel keeps it in."""
    at = place(where)
    path = book.part_of(at.sheet)
    book.parts["xl/comments1.xml"] = (
        f'<comments xmlns="{etree.QName(tag("c")).namespace}"><authors><author>Ban TC</author></authors><commentList>'
        f'<comment ref="{at.address}" authorId="0"><text><t>Số này đúng chưa? 999</t></text></comment>'
        "</commentList></comments>"
    ).encode()
    _relate(book, path, "comments", "../comments1.xml")


@deed
def picture(book: Book, name: str) -> None:
    """A picture and a text box over the sheet."""
    book.parts["xl/media/image1.png"] = _PICTURE
    book.parts["xl/drawings/drawing1.xml"] = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:sp><xdr:txBody><a:p><a:r><a:t>'
        "Đạt 100 điểm</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>").encode()
    _relate(book, book.part_of(name), "drawing", "../drawings/drawing1.xml")
    etree.SubElement(book.page(name).root, tag("drawing"))


@deed
def external_link(book: Book) -> None:
    """A link to another workbook left behind by a copied formula."""
    book.parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
    references = etree.SubElement(book.root, tag("externalReferences"))
    etree.SubElement(references, tag("externalReference"))


@deed
def macros(book: Book) -> None:
    book.parts["xl/vbaProject.bin"] = b"macro"


def _relate(book: Book, part: str, kind: str, target: str) -> None:
    folder, _, name = part.rpartition("/")
    book.parts[f"{folder}/_rels/{name}.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
        "</Relationships>").encode()


@deed
def rich_text(book: Book, where: str, *runs: str) -> None:
    """Make a part of a cell's text bold: the text stands in several runs."""
    at = place(where)
    cell = book.page(at.sheet).cell(at.address)
    book.page(at.sheet).put(at.address, "")
    text = cell.find(tag("is"))
    text[:] = []
    for content in runs:
        run = etree.SubElement(text, tag("r"))
        etree.SubElement(etree.SubElement(run, tag("rPr")), tag("b"))
        part = etree.SubElement(run, tag("t"))
        part.text = content
        part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


@deed
def symbol(book: Book, where: str, letter: str, font: str) -> None:
    """Insert > Symbol: a letter whose font draws it as a picture."""
    at = place(where)
    book.page(at.sheet).put(at.address, letter)
    fonts, kinds = book.styles.find(tag("fonts")), book.styles.find(tag("cellXfs"))
    added = etree.SubElement(fonts, tag("font"))
    etree.SubElement(added, tag("sz"), val="12")
    etree.SubElement(added, tag("name"), val=font)
    etree.SubElement(kinds, tag("xf"), numFmtId="0", fontId=str(len(fonts) - 1), fillId="0", borderId="0", xfId="0")
    book.page(at.sheet).cell(at.address).set("s", str(len(kinds) - 1))


@deed
def iso_date(book: Book, where: str, day: str) -> None:
    """The date in the way a strictly standard file keeps it: as text of its own type."""
    at = place(where)
    cell = book.page(at.sheet).cell(at.address)
    book.page(at.sheet).put(at.address, None)
    cell.set("t", "d")
    etree.SubElement(cell, tag("v")).text = day


@deed
def save_as_strict(book: Book) -> None:
    """Save as "Strict Open XML Spreadsheet": the same parts under other names of their vocabulary."""
    book.strict = True


# --- The stamp --------------------------------------------------------------------------------------------------------
@deed
def change_stamp(book: Book, row: int, text: str) -> None:
    book.page("_qeval").put(f"B{row}", text)


@deed
def delete_stamp(book: Book) -> None:
    book.delete("_qeval")


@deed
def start_from_blank(book: Book) -> None:
    """The template as it was sent, nothing typed in."""
    book.__init__(blank_template())


@deed
def forget_results(book: Book, *names: str) -> None:
    """Save in a program that keeps formulas without their results."""
    for name in names:
        for cell in book.page(name).cells():
            if cell.find(tag("f")) is not None and cell.find(tag("v")) is not None:
                cell.remove(cell.find(tag("v")))


@deed
def unmerge(book: Book, name: str) -> None:
    book.page(name).unmerge()


@deed
def clear_marks(book: Book, name: str) -> None:
    """Empty both boxes of every general criterion."""
    for key in CRITERIA:
        for box in ("met", "not_met"):
            book.page(name).put(place(f"{name}!general.{key}.{box}").address, None)
