"""A unit's workbook as a file: the only place that drives xlsxwriter for templates.

The same facts, key, day and answers give the same bytes. What a person typed is written as text and never becomes a
formula; every formula carries the value the engine computes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from qeval_batch.core.cells import column_letter
from qeval_batch.spec.form import Field, Source, Type
from qeval_batch.template import formulas
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.guides import Guides
from qeval_batch.template.layout import (
    CRITERIA,
    Answers,
    BlockPlace,
    BookPlace,
    RowPlace,
    SheetPlace,
    Span,
    label_span,
    lay_out,
    text_lines,
)
from qeval_batch.template.look import BLOCK_SIZE, FONT, SIZE, TITLE_SIZE, Look, height, lines
from qeval_batch.template.stamped import stamp_of
from qeval_batch.workbook import stamp
from qeval_batch.workbook.tags import Tag

STAMP_SHEET, LIST_SHEET = stamp.SHEET, "_danh-muc"
MARK = "x"
_TALL = 62.0            # points: room for a long answer in a label/value block
_LEGEND = "legend"      # the text block whose lines show the colours they name
_CLOSING = 6            # points: the closing row of a table with open rows
_NOTHING: Mapping[str, Any] = {}
_MAX_TEXT = 32767       # characters Excel keeps in a cell
_ALLOWED = dict.fromkeys(("insert_rows", "sort", "autofilter", "format_columns", "format_rows"), True)
_A4 = 9


def write_workbook(facts: UnitFacts, target: Path, *, key: bytes, created: datetime, answers: Answers | None = None,
                   part: str = "all", officer: str | None = None) -> None:
    """Write the workbook of a unit (forms.md) to ``target``, replacing it.

    ``part``: "all"; "officer" (the sheet of ``officer`` and the guide); "collective" (the unit's own sheets).
    ``answers`` fill input cells: typed values are written as such, a text in a figure's cell as that text, so that a
    fault can be written too. ``created`` is the only time in the file. ValueError for another part or officer;
    OSError when ``target`` cannot be written.
    """
    target.write_bytes(workbook_bytes(facts, key=key, created=created, answers=answers, part=part, officer=officer))


def workbook_bytes(facts: UnitFacts, *, key: bytes, created: datetime, answers: Answers | None = None,
                   part: str = "all", officer: str | None = None) -> bytes:
    """The same workbook as bytes."""
    import xlsxwriter

    from qeval_batch.template.page import TemplatePage

    book = lay_out(facts, part, officer, answers)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "default_format_properties": {"font_name": FONT, "font_size": SIZE}}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        workbook.worksheet_class = TemplatePage
        workbook.set_properties({"title": f"{facts.unit.id} {facts.period}", "created": created})
        workbook.set_calc_mode("auto")
        _Writer(workbook, book, answers or {}).write(key)
    return buffer.getvalue()


@dataclass(frozen=True)
class _Column:
    """One column of a table while its rows are written."""

    field: Field
    span: Span
    width: float
    normal: Any
    strong: Any


class _Writer:
    """One workbook being written: formats, typed values of every row, and the figures already computed."""

    def __init__(self, workbook: Any, book: BookPlace, answers: Answers) -> None:
        self.workbook, self.book, self.facts = workbook, book, book.facts
        self.look = Look(workbook)
        self.guides = Guides(workbook, book, self.look)
        self.answers = answers
        self._values: dict[tuple[str, str, int], Mapping[str, Any]] = {}
        self._memo: dict[tuple[str, str, str], Any] = {}

    def write(self, key: bytes) -> None:
        pages = [(sheet, self.workbook.add_worksheet(sheet.name)) for sheet in self.book.sheets]
        for sheet, page in pages:
            self._sheet(sheet, page)
        self.guides.write_lists(self._hidden(LIST_SHEET, very=False))
        self._stamp(self._hidden(STAMP_SHEET, very=True), key)
        pages[0][1].activate()

    def _hidden(self, name: str, very: bool) -> Any:
        page = self.workbook.add_worksheet(name)
        page.very_hidden() if very else page.hide()
        page.protect("", {})
        return page

    def _stamp(self, page: Any, key: bytes) -> None:
        for index, (name, value) in enumerate(stamp.to_rows(stamp_of(self.book, key))):
            page.write_string(index, 0, name)
            page.write_string(index, 1, value)

    # --- One sheet ---------------------------------------------------------------------------------------------------
    def _sheet(self, sheet: SheetPlace, page: Any) -> None:
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        page.write_string(0, 0, str(Tag(sheet.form.form, sheet.sheet.id, sheet.officer.id if sheet.officer else "",
                                        self.facts.unit.id, str(self.facts.period))))
        page.set_row(0, None, None, {"hidden": True})
        whole = Span(1, sheet.printed)
        for index, title in enumerate(sheet.titles):
            size = TITLE_SIZE if index == 0 else TITLE_SIZE - 1
            self._span(page, index + 2, whole, self.look.title(index))
            page.write_string(index + 1, 0, title, self.look.title(index))
            page.set_row(index + 1, height(lines(title, sheet.printed_width, size, True), size))
        for place in sheet.blocks:
            self._block(sheet, place, page)
        self.guides.add(sheet, page)
        page.protect("", _ALLOWED)
        page.hide_gridlines(2)
        area = f"A1:{column_letter(len(sheet.widths))}{sheet.last_row}"
        page.ignore_errors({"number_stored_as_text": area, "formula_differs": area})
        self._filter(sheet, page)
        self._print(sheet, page)

    def _filter(self, sheet: SheetPlace, page: Any) -> None:
        """Filter and sort buttons on a table all of whose cells are open: a protected sheet sorts no other."""
        main = sheet.block(sheet.main) if sheet.main else None
        if main is not None and main.block.rows and all(field.source is Source.INPUT for field in main.block.fields):
            assert main.header_row is not None
            page.autofilter(main.header_row - 1, 0, main.last - 1, len(main.block.fields) - 1)

    def _print(self, sheet: SheetPlace, page: Any) -> None:
        page.set_landscape() if sheet.sheet.landscape else page.set_portrait()
        page.set_paper(_A4)
        page.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.65)
        page.fit_to_pages(1, 0)
        page.center_horizontally()
        page.print_area(0, 0, max(sheet.last_row, 1) - 1, sheet.printed - 1)
        name = self.facts.unit.name.replace("&", "&&")[:80]
        small = f'&"{FONT},Regular"&9 '      # the space keeps a name that begins with a figure out of the size
        page.set_footer(f"&L{small}{name}, {self.facts.period.label}&R{small}{self.guides.words['footer']['page']}")
        main = sheet.block(sheet.main) if sheet.main else None
        if main is not None and main.header_row is not None:
            page.repeat_rows(main.header_row - 1)
        self._freeze(sheet, main, page)

    def _freeze(self, sheet: SheetPlace, main: BlockPlace | None, page: Any) -> None:
        """One table: its header stays; several: the titles stay. The key columns of the main table stay, too."""
        tables = [place for place in sheet.blocks if place.block.kind == "table"]
        rows = main.header_row if main is not None and main.header_row and len(tables) == 1 else len(sheet.titles) + 1
        columns = 0
        if main is not None and main.block.rows:
            wanted = next((field.id for field in main.block.fields if field.type is Type.LONG_TEXT), None)
            columns = main.spans[wanted].first if wanted else 0
        elif main is not None and main.block.rows_from:
            columns = min(3, len(main.block.fields))
        page.freeze_panes(rows, columns)

    # --- Blocks ------------------------------------------------------------------------------------------------------
    def _block(self, sheet: SheetPlace, place: BlockPlace, page: Any) -> None:
        block = place.block
        whole = Span(1, sheet.printed)
        if place.title_row:
            title = self.facts.text(block.title, sheet.form, sheet.officer)
            page.write_string(place.title_row - 1, 0, title, self.look.block_title())
            page.set_row(place.title_row - 1, height(1, BLOCK_SIZE) + 2)
        if place.intro_row:
            self._prose(page, place.intro_row, whole, self.facts.text(block.intro, sheet.form, sheet.officer),
                        self.look.intro(), sheet.printed_width)
        if block.kind == "table":
            self._table(sheet, place, page)
        elif block.kind == "fields":
            self._fields(sheet, place, page)
        else:
            for index, (row, line) in enumerate(zip(place.rows, text_lines(self.facts, block), strict=True)):
                fmt = self.look.legend(index) if block.id == _LEGEND else self.look.get(
                    text_wrap=True, valign="top", bold=block.id == CRITERIA and not line.startswith("- "))
                self._prose(page, row.row, whole, self.facts.text(line, sheet.form, sheet.officer), fmt,
                            sheet.printed_width)

    def _prose(self, page: Any, row: int, span: Span, text: str, fmt: Any, width: float) -> None:
        self._span(page, row, span, fmt)
        page.write_string(row - 1, 0, _safe(text), fmt)
        page.set_row(row - 1, height(lines(text, width)))

    def _table(self, sheet: SheetPlace, place: BlockPlace, page: Any) -> None:
        header = self.look.header()
        most = 1
        assert place.header_row is not None
        for field in place.block.fields:
            span = place.spans[field.id]
            self._span(page, place.header_row, span, header)
            page.write_string(place.header_row - 1, span.first - 1, field.label, header)
            most = max(most, lines(field.label, self._width(sheet, span), SIZE, True))
        page.set_row(place.header_row - 1, height(most))
        columns = [_Column(field, place.spans[field.id], self._width(sheet, place.spans[field.id]),
                           self.look.cell(field), self.look.cell(field, strong=True)) for field in place.block.fields]
        for row in place.rows:
            self._table_row(sheet, place, row, columns, page)
        if place.end > place.last:
            closing = self.look.closing()
            for column in columns:
                page.write_blank(place.end - 1, column.span.first - 1, None, closing)
            page.set_row(place.end - 1, _CLOSING)

    def _table_row(self, sheet: SheetPlace, place: BlockPlace, row: RowPlace, columns: list[_Column], page: Any) -> None:
        strong = row.heading or row.total
        most = 1
        values = self.values(sheet, place, row)
        for column in columns:
            field, span = column.field, column.span
            fmt = column.strong if strong else column.normal
            if span.last > span.first:
                self._span(page, row.row, span, fmt)
            name = _formula_name(field, row)
            if name is not None:
                self._formula(sheet, place, row, field, name, fmt, page)
                continue
            value = values.get(field.id)
            if value is None or value is False:
                page.write_blank(row.row - 1, span.first - 1, None, fmt)
                continue
            shown = self._value(page, row.row, span.first, field, value, fmt)
            most = max(most, lines(shown, column.width, SIZE, strong)) if shown else most
        if row.key is not None or most > 1:     # a blank open row grows with what is typed in it
            page.set_row(row.row - 1, height(most))

    def _fields(self, sheet: SheetPlace, place: BlockPlace, page: Any) -> None:
        labels = label_span(place)
        for field, row in zip(place.block.fields, place.rows, strict=True):
            span = place.spans[field.id]
            label = self.look.label()
            self._span(page, row.row, labels, label)
            page.write_string(row.row - 1, labels.first - 1, field.label, label)
            fmt = self.look.cell(field, left=True)
            self._span(page, row.row, span, fmt)
            shown = self._value(page, row.row, span.first, field, self.values(sheet, place, row).get(field.id), fmt)
            needed = max(lines(field.label, self._width(sheet, labels), SIZE, True),
                         lines(shown, self._width(sheet, span)) if shown else 1)
            page.set_row(row.row - 1, max(height(needed), _TALL if field.type is Type.LONG_TEXT else 0))

    # --- Cells -------------------------------------------------------------------------------------------------------
    def values(self, sheet: SheetPlace, place: BlockPlace, row: RowPlace) -> Mapping[str, Any]:
        """The typed values of a row: the answers, else what is prefilled. Choices are codes, marks True."""
        one_record = place.block.kind == "fields"
        if row.key is None and not row.answer:
            return _NOTHING
        key = (sheet.name, place.block.id, 0 if one_record else row.row)
        if key not in self._values:
            self._values[key] = {
                field.id: self._typed(field, _given(row, field.id) if field.id in row.answer or row.record else
                                      self.facts.prefill(sheet.form, place.block, field, row.fixed, row.officer,
                                                         row.axis, row.number))
                for field in place.block.fields if not row.heading or field.source is Source.PREFILL}
        return self._values[key]

    def _typed(self, field: Field, value: Any) -> Any:
        if value is None or value == "":
            return None
        if field.type in (Type.DECIMAL, Type.INTEGER, Type.PERCENT) and field.source is Source.PREFILL:
            return Decimal(str(value))
        if field.type is Type.MARK:
            return value if isinstance(value, str) and value.strip().lower() != MARK else bool(value)
        if field.choices is not None:
            options = self.facts.spec.lists[field.choices].options
            return next((option.code for option in options if str(value) in (option.code, option.label)), value)
        return value

    def _value(self, page: Any, row: int, column: int, field: Field, value: Any, fmt: Any) -> str:
        """Write one value; the text it shows, to reckon the row's height with."""
        at = (row - 1, column - 1)
        if value is None or value is False:
            page.write_blank(*at, None, fmt)
            return ""
        if value is True:
            page.write_string(*at, MARK, fmt)
            return MARK
        if isinstance(value, tuple | list):
            value = "; ".join(map(str, value))
        if field.choices is not None:
            value = self.guides.label(field.choices, value)
        if isinstance(value, date):
            page.write_datetime(*at, datetime(value.year, value.month, value.day), fmt)
            return ""
        if isinstance(value, int | Decimal):
            page.write_number(*at, value, fmt)
            return str(value)
        text = _safe(str(value))
        page.write_string(*at, text, fmt)
        return text

    def _formula(self, sheet: SheetPlace, place: BlockPlace, row: RowPlace, field: Field, name: str, fmt: Any,
                 page: Any) -> None:
        context = formulas.Context(self.book, sheet, place, row, self.values, self._memo)
        text, value, array = formulas.compute(name, context)
        at = (row.row - 1, place.spans[field.id].first - 1)
        if text == '""':
            given = row.answer.get(field.id)
            self._value(page, row.row, place.spans[field.id].first, field, self._typed(field, given), fmt)
        elif array:
            page.write_array_formula(*at, *at, f"{{={text}}}", fmt, value)
        else:
            page.write_formula(*at, f"={text}", fmt, value)

    def _span(self, page: Any, row: int, span: Span, fmt: Any) -> None:
        if span.last > span.first:
            page.merge_range(row - 1, span.first - 1, row - 1, span.last - 1, "", fmt)

    @staticmethod
    def _width(sheet: SheetPlace, span: Span) -> float:
        return sum(sheet.widths[span.first - 1:span.last])


def _given(row: RowPlace, field_id: str) -> Any:
    """What was answered, else what the program was given for this record."""
    return row.answer[field_id] if field_id in row.answer else row.record.get(field_id)


def _formula_name(field: Field, row: RowPlace) -> str | None:
    if row.total and field.id == "max_points" and field.source is not Source.FORMULA:
        return formulas.TOTAL_MAX
    if field.source is not Source.FORMULA:
        return None
    return field.formula


def _safe(text: str) -> str:
    """Text Excel keeps whole; xlsxwriter would take ``<r>…</r>`` for ready-made XML, a space after it prevents that."""
    text = text[:_MAX_TEXT]
    return f"{text[:_MAX_TEXT - 1]} " if text.startswith("<r>") and text.endswith("</r>") else text
