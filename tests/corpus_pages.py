"""A saved workbook taken apart, so that a test does to its sheets what a person does to them in Excel."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from lxml import etree
from openpyxl.utils.cell import column_index_from_string, range_boundaries

from qeval_batch.core.cells import column_letter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORKSHEET = f"{_REL}/worksheet"
_STRICT = {_MAIN.encode(): b"http://purl.oclc.org/ooxml/spreadsheetml/main",
           _REL.encode(): b"http://purl.oclc.org/ooxml/officeDocument/relationships"}
_DAY_ZERO = datetime(1899, 12, 30)
_CELL = re.compile(r"([A-Z]+)([0-9]+)")
Range = tuple[int, int, int, int]     # first column, first row, last column, last row


@dataclass(frozen=True)
class Formula:
    """A formula with the result its program last calculated."""

    text: str
    result: Any = None


@dataclass(frozen=True)
class Styled:
    """A value in a cell of another number format."""

    value: Any
    format: str


@dataclass(frozen=True)
class CellError:
    """An error value, such as ``#REF!``."""

    text: str


def split(address: str) -> tuple[int, int]:
    """``C12`` as row and column."""
    match = _CELL.fullmatch(address)
    assert match is not None, address
    return int(match[2]), column_index_from_string(match[1])


def name_of(row: int, column: int) -> str:
    return f"{column_letter(column)}{row}"


def tag(local: str) -> str:
    return f"{{{_MAIN}}}{local}"


class Page:
    """The XML of one sheet."""

    def __init__(self, content: bytes, book: Book) -> None:
        self.root, self.book = etree.fromstring(content), book
        self.data = self.root.find(tag("sheetData"))

    @property
    def last_row(self) -> int:
        return max(int(row.get("r")) for row in self.data)

    # --- Cells -------------------------------------------------------------------------------------------------------
    def row(self, number: int) -> etree._Element:
        """The row of that number; a new one where there is none."""
        for index, row in enumerate(self.data):
            found = int(row.get("r"))
            if found == number:
                return row
            if found > number:
                return self._new_row(number, index)
        return self._new_row(number, len(self.data))

    def _new_row(self, number: int, index: int) -> etree._Element:
        row = etree.Element(tag("row"), r=str(number))
        self.data.insert(index, row)
        return row

    def cell(self, address: str) -> etree._Element:
        number, column = split(address)
        row = self.row(number)
        before = [cell for cell in row if split(cell.get("r"))[1] < column]
        here = row[len(before):][:1]
        if here and split(here[0].get("r"))[1] == column:
            return here[0]
        made = etree.Element(tag("c"), r=address)
        row.insert(len(before), made)
        return made

    def put(self, address: str, value: Any) -> None:
        """Type ``value`` into the cell; its format stays unless the value brings one."""
        cell = self.cell(address)
        if isinstance(value, Styled):
            cell.set("s", self.book.style(value.format))
            value = value.value
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if isinstance(value, Formula):
            etree.SubElement(cell, tag("f")).text = value.text
            value = value.result
            if isinstance(value, str):
                cell.set("t", "str")
        elif isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, tag("is")), tag("t"))
            text.text = value
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            return
        if isinstance(value, CellError):
            cell.set("t", "e")
            value = value.text
        elif isinstance(value, bool):
            cell.set("t", "b")
            value = int(value)
        elif isinstance(value, date):
            moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
            value = (moment - _DAY_ZERO).total_seconds() / 86400
        if value is not None:
            etree.SubElement(cell, tag("v")).text = str(value)

    def copy_cell(self, source: str, target: str) -> None:
        """Copy and paste: value, formula and format."""
        made = copy.deepcopy(self.cell(source))
        made.set("r", target)
        old = self.cell(target)
        old.getparent().replace(old, made)

    def cells(self) -> list[etree._Element]:
        return list(self.data.iter(tag("c")))

    def paste_as_values(self) -> None:
        """Copy the whole sheet and paste it over itself as values."""
        for formula in list(self.data.iter(tag("f"))):
            formula.getparent().remove(formula)

    # --- Rows and columns --------------------------------------------------------------------------------------------
    def move_rows(self, where: Callable[[int], int | None]) -> None:
        """Every row to the number ``where`` gives it; None deletes it."""
        for row in list(self.data):
            number = where(int(row.get("r")))
            if number is None:
                self.data.remove(row)
                continue
            row.set("r", str(number))
            for cell in row:
                cell.set("r", name_of(number, split(cell.get("r"))[1]))
        self.data[:] = sorted(self.data, key=lambda row: int(row.get("r")))
        self._move_merges(lambda area: _moved(area, 1, where))

    def move_columns(self, where: Callable[[int], int | None]) -> None:
        """Every column to the number ``where`` gives it; None deletes it."""
        for row in self.data:
            for cell in list(row):
                number, column = split(cell.get("r"))
                to = where(column)
                if to is None:
                    row.remove(cell)
                else:
                    cell.set("r", name_of(number, to))
            row[:] = sorted(row, key=lambda cell: split(cell.get("r"))[1])
        self._move_merges(lambda area: _moved(area, 0, where))

    # --- Merged, hidden ----------------------------------------------------------------------------------------------
    def merge(self, area: str) -> None:
        """Merge cells as Excel does: the first one's value stays, the others are emptied."""
        first, top, last, bottom = range_boundaries(area)
        for row in range(top, bottom + 1):
            for column in range(first, last + 1):
                if (row, column) != (top, first):
                    self.put(name_of(row, column), None)
        merges = self.root.find(tag("mergeCells"))
        if merges is None:
            merges = etree.Element(tag("mergeCells"))
            self.data.addnext(merges)
        etree.SubElement(merges, tag("mergeCell"), ref=area)

    def unmerge(self) -> None:
        """Undo every merge of the sheet."""
        self._move_merges(lambda area: None)

    def hide_rows(self, *numbers: int) -> None:
        for number in numbers:
            self.row(number).set("hidden", "1")

    def hide_column(self, column: int) -> None:
        """Hide one column; the widths of the sheet's others are of no interest here."""
        columns = self.root.find(tag("cols"))
        for item in list(columns):
            columns.remove(item)
        etree.SubElement(columns, tag("col"), min=str(column), max=str(column), width="9", hidden="1")

    def _move_merges(self, where: Callable[[Range], Range | None]) -> None:
        merges = self.root.find(tag("mergeCells"))
        for item in list(merges) if merges is not None else ():
            area = where(range_boundaries(item.get("ref")))
            if area is None or area[:2] == area[2:]:
                merges.remove(item)
            else:
                item.set("ref", f"{name_of(area[1], area[0])}:{name_of(area[3], area[2])}")
        if merges is not None and not len(merges):
            self.root.remove(merges)

    def saved(self) -> bytes:
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _moved(area: Range, axis: int, where: Callable[[int], int | None]) -> Range | None:
    """A range after its rows (``axis`` 1) or columns (0) moved; one whose lines part is no range any more."""
    lines = [line for number in range(area[axis], area[axis + 2] + 1) if (line := where(number)) is not None]
    if not lines:
        return None
    ends = list(area)
    ends[axis], ends[axis + 2] = min(lines), max(lines)
    return ends[0], ends[1], ends[2], ends[3]


class Book:
    """All parts of a workbook; sheets by their visible name."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            self.parts = {name: package.read(name) for name in package.namelist()}
        self.root = etree.fromstring(self.parts["xl/workbook.xml"])
        self.rels = etree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        self._pages: dict[str, Page] = {}
        self.strict = False

    @cached_property
    def styles(self) -> etree._Element:
        return etree.fromstring(self.parts["xl/styles.xml"])

    def style(self, code: str) -> str:
        """The index of a cell format with this number format."""
        formats = self.styles.find(tag("numFmts"))
        if formats is None:
            formats = etree.Element(tag("numFmts"))
            self.styles.insert(0, formats)
        number = str(500 + len(formats))
        etree.SubElement(formats, tag("numFmt"), numFmtId=number, formatCode=code)
        kinds = self.styles.find(tag("cellXfs"))
        etree.SubElement(kinds, tag("xf"), numFmtId=number, fontId="0", fillId="0", borderId="0", xfId="0",
                         applyNumberFormat="1")
        return str(len(kinds) - 1)

    # --- Sheets ------------------------------------------------------------------------------------------------------
    @property
    def sheets(self) -> etree._Element:
        return self.root.find(tag("sheets"))

    def entry(self, name: str) -> etree._Element:
        return next(item for item in self.sheets if item.get("name") == name)

    def part_of(self, name: str) -> str:
        relation = self.entry(name).get(f"{{{_REL}}}id")
        return "xl/" + next(item.get("Target") for item in self.rels if item.get("Id") == relation)

    def page(self, name: str) -> Page:
        """The sheet of that name, to be changed."""
        part = self.part_of(name)
        if part not in self._pages:
            self._pages[part] = Page(self.parts[part], self)
        return self._pages[part]

    def replace(self, name: str, content: bytes) -> None:
        """Other content for a sheet."""
        part = self.part_of(name)
        self.parts[part] = content
        self._pages.pop(part, None)

    def rename(self, old: str, new: str) -> None:
        self.entry(old).set("name", new)

    def delete(self, name: str) -> None:
        self.sheets.remove(self.entry(name))

    def hide(self, name: str, state: str = "hidden") -> None:
        self.entry(name).set("state", state)

    def add(self, name: str, content: bytes) -> None:
        """One more worksheet at the end, of this XML."""
        number = len(self.rels) + 100
        part = f"worksheets/sheet{number}.xml"
        self.parts[f"xl/{part}"] = content
        etree.SubElement(self.rels, f"{{{_PACKAGE}}}Relationship", Id=f"rId{number}", Type=_WORKSHEET, Target=part)
        etree.SubElement(self.sheets, tag("sheet"),
                         {"name": name, "sheetId": str(number), f"{{{_REL}}}id": f"rId{number}"})

    def duplicate(self, name: str, new: str) -> None:
        """Excel's "Move or Copy … Create a copy"."""
        self.add(new, self.page(name).saved())

    def saved(self) -> bytes:
        parts = {**self.parts, "xl/workbook.xml": etree.tostring(self.root, xml_declaration=True, encoding="UTF-8"),
                 "xl/_rels/workbook.xml.rels": etree.tostring(self.rels, xml_declaration=True, encoding="UTF-8"),
                 "xl/styles.xml": etree.tostring(self.styles, xml_declaration=True, encoding="UTF-8"),
                 **{part: page.saved() for part, page in self._pages.items()}}
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
            for name, content in parts.items():
                for old, new in _STRICT.items() if self.strict else ():
                    content = content.replace(old, new)
                package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
        return target.getvalue()
