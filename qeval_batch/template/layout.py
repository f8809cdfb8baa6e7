"""Where everything of a unit's workbook stands: sheets, blocks, header rows, columns, rows, given the unit's facts.

A sheet's grid of columns is that of its main table (the one with open rows): there every field has one column, so rows
can be inserted, sorted and filtered. The other blocks of the sheet borrow that grid, a field spanning several columns.
Columns that are not printed stand right of those that are. All rows and columns are 1-based, as a person counts them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from functools import lru_cache
from typing import Any

from qeval_batch.core.cells import column_letter
from qeval_batch.model.records import AXES
from qeval_batch.model.roster import Officer
from qeval_batch.spec.form import Block, Field, FixedRow, Form, Sheet, Type
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.look import text_width

TAG_ROW = 1
CRITERIA = "criteria"
FIRST_TITLE_ROW = 2
LABEL_WIDTH = 36.0          # characters of the label column of a sheet without tables
_LABEL_ROOM = 2.0
_SHORT_LABEL = 20.0         # of labels beside long answers, which need the room
_TEXT_WIDTH = {True: 130.0, False: 92.0}   # one-column sheets, landscape and portrait
_VALUE_WIDTH = {True: 96.0, False: 58.0}
_SHEET_NAME_LENGTH = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))

BlockAnswers = Sequence[Mapping[str, Any]]
SheetAnswers = Mapping[str, BlockAnswers]
Answers = Mapping[tuple[str, str | None], SheetAnswers]


@dataclass(frozen=True)
class Span:
    """A field's columns; more than one means merged cells, whose value stands in the first."""

    first: int
    last: int


@dataclass(frozen=True)
class RowPlace:
    """One row of a block. ``key``: fixed row's key, officer id, or None (open row)."""

    row: int
    key: str | None = None
    fixed: FixedRow | None = None
    officer: Officer | None = None
    axis: str | None = None
    number: int = 0
    answer: Mapping[str, Any] = attribute(default_factory=dict)
    record: Mapping[str, Any] = attribute(default_factory=dict)    # of a block with rows_from: records

    @property
    def heading(self) -> bool:
        return self.fixed is not None and self.fixed.heading

    @property
    def total(self) -> bool:
        return self.fixed is not None and self.fixed.total


@dataclass(frozen=True)
class BlockPlace:
    """A block on its sheet. ``end`` is the last row that belongs to it: for open rows a closing row, so that a row
    inserted after the last one still stands inside every range."""

    block: Block
    top: int
    title_row: int | None
    intro_row: int | None
    header_row: int | None
    spans: Mapping[str, Span]
    rows: tuple[RowPlace, ...]
    end: int

    @property
    def first(self) -> int:
        return self.rows[0].row

    @property
    def last(self) -> int:
        return self.rows[-1].row

    def column(self, field_id: str) -> str:
        return column_letter(self.spans[field_id].first)

    def cell(self, field_id: str, row: int) -> str:
        """``$F12``: column fixed, row relative."""
        return f"${self.column(field_id)}{row}"

    def range(self, field_id: str) -> str:
        """``$F$12:$F$37``: the field over all rows, the closing row included."""
        letter = self.column(field_id)
        return f"${letter}${self.first}:${letter}${self.end}"

    def place(self, key: str) -> RowPlace | None:
        return next((item for item in self.rows if item.key == key), None)


@dataclass(frozen=True)
class SheetPlace:
    """One sheet: its name, column widths (printed ones first), blocks, last row."""

    form: Form
    sheet: Sheet
    name: str
    officer: Officer | None
    titles: tuple[str, ...]
    widths: tuple[float, ...]
    printed: int
    blocks: tuple[BlockPlace, ...]
    main: str | None
    last_row: int

    @property
    def printed_width(self) -> float:
        return sum(self.widths[:self.printed])

    def block(self, block_id: str) -> BlockPlace | None:
        return next((item for item in self.blocks if item.block.id == block_id), None)


@dataclass(frozen=True)
class BookPlace:
    """The whole workbook, in the order of its sheets."""

    facts: UnitFacts
    sheets: tuple[SheetPlace, ...]

    def of_officer(self, officer_id: str) -> SheetPlace | None:
        return next((item for item in self.sheets if item.officer is not None and item.officer.id == officer_id), None)


def lay_out(facts: UnitFacts, part: str = "all", officer: str | None = None,
            answers: Answers | None = None) -> BookPlace:
    """The layout of a unit's workbook, of one officer's (``part="officer"``) or of the collective's sheets
    (``part="collective"``); a block with more answers than open rows gets as many rows as it needs.

    ValueError for another ``part``, or ``officer`` not of this unit.
    """
    names: set[str] = set()
    places = []
    for form, person in facts.forms():
        for sheet in form.sheets:
            if _wanted(facts, part, officer, person, sheet):
                key = (sheet.id, person.id if person else None)
                places.append(_sheet(facts, form, sheet, person, (answers or {}).get(key, {}), names))
    if part not in ("all", "officer", "collective") or (part == "officer" and all(p.officer is None for p in places)):
        raise ValueError(f"part={part!r}, officer={officer!r}")
    return BookPlace(facts, tuple(places))


def _wanted(facts: UnitFacts, part: str, officer: str | None, person: Officer | None, sheet: Sheet) -> bool:
    lists = [block for block in sheet.blocks if block.rows_from == "records"]
    if lists and not any(facts.records(sheet.id, block.id) for block in lists):
        return False
    own = person is not None and person in facts.officers
    if part == "all" or sheet.id == "guide":
        return True
    return not own if part == "collective" else person is not None and person.id == officer


def _sheet(facts: UnitFacts, form: Form, sheet: Sheet, officer: Officer | None, answers: SheetAnswers,
           names: set[str]) -> SheetPlace:
    blocks = [block for block in sheet.blocks if block.profile in (None, facts.profile)]
    main = _main_table(blocks)
    widths, printed = _grid(main, blocks, sheet.landscape)
    titles = tuple(text for text in (facts.text(line, form, officer) for line in sheet.title) if text)
    row = FIRST_TITLE_ROW + len(titles) + (1 if titles else 0)
    places: list[BlockPlace] = []
    for block in blocks:
        spans = _spans(block, main, blocks, widths, printed)
        place = _block(facts, block, officer, answers.get(block.id, ()), row, spans, facts.records(sheet.id, block.id))
        places.append(place)
        row = place.end + 2
    return SheetPlace(form, sheet, _name(facts.text(sheet.name, form, officer), names), officer, titles, widths,
                      printed, tuple(places), main.id if main else None, row - 2)


def _main_table(blocks: Sequence[Block]) -> Block | None:
    tables = [block for block in blocks if block.kind == "table"]
    return max(tables, key=lambda block: (block.rows > 0 or block.rows_from is not None, len(block.fields)),
               default=None)


def _grid(main: Block | None, blocks: Sequence[Block], landscape: bool) -> tuple[tuple[float, ...], int]:
    if main is None:
        if any(block.kind == "fields" for block in blocks):
            return (LABEL_WIDTH, _VALUE_WIDTH[landscape]), 2
        return (_TEXT_WIDTH[landscape],), 1
    shown, hidden = _columns(main, blocks)
    return tuple(float(field.width) for field in (*shown, *hidden)), len(shown)


def _columns(main: Block, blocks: Sequence[Block]) -> tuple[list[Field], list[Field]]:
    """The main table's fields in the order of their columns: printed ones, then the others.

    Where another table needs every column for itself, the widest stands second: there the other table has its texts.
    """
    shown = [field for field in main.fields if field.printed]
    others = max((sum(field.printed for field in block.fields) for block in blocks
                  if block.kind == "table" and block.id != main.id), default=0)
    if others >= len(shown) > 1:
        widest = max(shown[1:], key=lambda field: field.width)
        shown = [shown[0], widest, *(field for field in shown[1:] if field is not widest)]
    return shown, [field for field in main.fields if not field.printed]


def _spans(block: Block, main: Block | None, blocks: Sequence[Block], widths: tuple[float, ...], printed: int) -> dict[str, Span]:
    if block.kind == "text":
        return {}
    if block.kind == "fields":
        label = _label_columns(block, widths[:printed])
        return {field.id: Span(label + 1, printed) for field in block.fields}
    shown, hidden = _columns(block, blocks if main is not None and block.id == main.id else ())
    if main is not None and block.id == main.id:
        spans = [Span(index, index) for index in range(1, printed + 1)]
    else:
        spans = [Span(*pair) for pair in fit(tuple(float(field.width) for field in shown), widths[:printed])]
    after = max(printed, spans[-1].last if spans else 0)
    spans += [Span(after + index, after + index) for index in range(1, len(hidden) + 1)]
    return {field.id: span for field, span in zip([*shown, *hidden], spans, strict=True)}


def label_span(place: BlockPlace) -> Span:
    """The columns of the labels of a label/value block."""
    return Span(1, next(iter(place.spans.values())).first - 1)


def _label_columns(block: Block, widths: Sequence[float]) -> int:
    """How many columns the labels take: enough for the longest, less where answers are long."""
    wanted = max(text_width(field.label) for field in block.fields) + _LABEL_ROOM
    if any(field.type is Type.LONG_TEXT for field in block.fields):
        wanted = min(wanted, _SHORT_LABEL)
    total = 0.0
    for index, width in enumerate(widths, start=1):
        total += width
        if total >= wanted or index == len(widths) - 1:
            return index
    return 1


@lru_cache(maxsize=256)
def fit(wanted: tuple[float, ...], grid: tuple[float, ...]) -> tuple[tuple[int, int], ...]:
    """Consecutive 1-based column spans for fields of the ``wanted`` widths over ``grid``, as near to them as it goes.

    The spans cover the grid, so that all tables of a sheet share their margins; more fields than columns run over it.
    """
    if len(wanted) >= len(grid):
        return tuple((index, index) for index in range(1, len(wanted) + 1))
    best: list[dict[int, tuple[float, tuple[tuple[int, int], ...]]]] = [{0: (0.0, ())}]
    for count, want in enumerate(wanted, start=1):
        layer: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {}
        left = len(wanted) - count
        for start, (cost, spans) in best[-1].items():
            for end in range(start + 1, len(grid) - left + 1):
                got = sum(grid[start:end])
                here = cost + (4 * (want - got) ** 2 if got < want else (got - want) ** 2 / 2) / want
                if end not in layer or here < layer[end][0]:
                    layer[end] = (here, (*spans, (start + 1, end)))
        best.append(layer)
    return best[-1][len(grid)][1]


def _block(facts: UnitFacts, block: Block, officer: Officer | None, answers: BlockAnswers, top: int,
           spans: Mapping[str, Span], records: Sequence[Mapping[str, Any]]) -> BlockPlace:
    row = top
    title_row = intro_row = header_row = None
    if block.title:
        title_row, row = row, row + 1
    if block.intro:
        intro_row, row = row, row + 1
    if block.kind == "table":
        header_row, row = row, row + 1
    rows = tuple(_rows(facts, block, officer, answers, row, records))
    last = rows[-1].row if rows else row - 1
    return BlockPlace(block, top, title_row, intro_row, header_row, spans, rows, last + (1 if block.rows else 0))


def _rows(facts: UnitFacts, block: Block, officer: Officer | None, answers: BlockAnswers, row: int,
          records: Sequence[Mapping[str, Any]]) -> list[RowPlace]:
    if block.kind == "text":
        texts = text_lines(facts, block)
        return [RowPlace(row + index, officer=officer) for index in range(len(texts))]
    if block.kind == "fields":
        answer = answers[0] if answers else {}
        return [RowPlace(row + index, field.id, None, officer, answer=answer)
                for index, field in enumerate(block.fields)]
    # A column may itself be called "key" (Trọng tâm); only rows known by a key are looked up by it.
    keyed = bool(block.fixed) or block.rows_from is not None
    by_key = {str(answer["key"]): answer for answer in answers if keyed and answer.get("key") is not None}
    places: list[RowPlace] = []
    for fixed in block.fixed:
        for key, person, axis in _repeated(facts, fixed, officer):
            places.append(RowPlace(row + len(places), key, fixed, person, axis, len(places) + 1, by_key.get(key, {})))
    if block.rows_from == "officers":
        for number, person in enumerate(facts.proposed, start=1):
            places.append(RowPlace(row + len(places), person.id, None, person, None, number, by_key.get(person.id, {})))
        # A unit that proposes for nobody still gets the table, with one empty line.
        places += [] if places else [RowPlace(row)]
    if block.rows_from == "records":
        for number, record in enumerate(records, start=1):
            key = str(record["key"])
            places.append(RowPlace(row + len(places), key, None, officer, None, number, by_key.get(key, {}), record))
    loose = [answer for answer in answers if not keyed or answer.get("key") is None] if block.rows else []
    for index in range(max(block.rows, len(loose))):
        answer = loose[index] if index < len(loose) else {}
        places.append(RowPlace(row + len(places), None, None, officer, None, index + 1, answer))
    return places


def _repeated(facts: UnitFacts, fixed: FixedRow, officer: Officer | None) \
        -> list[tuple[str, Officer | None, str | None]]:
    """The rows a fixed row stands for: key (``3:CB0123`` when repeated), officer, axis."""
    if fixed.repeat == "officer":
        return [(f"{fixed.key}:{person.id}", person, None) for person in facts.in_dossier]
    if fixed.repeat == "axis":
        return [(f"{fixed.key}:{axis}", officer, axis) for axis in AXES]
    return [(fixed.key, officer, fixed.key if fixed.key in AXES else None)]


def text_lines(facts: UnitFacts, block: Block) -> tuple[str, ...]:
    """The paragraphs of a text block; the block ``criteria`` without any is filled from the unit's annex."""
    return facts.criteria() if block.id == CRITERIA and not block.text else block.text


def inputs(place: BlockPlace) -> list[Field]:
    """The fields of a block that somebody fills."""
    return [field for field in place.block.fields if field.source == "input"]


def _name(wanted: str, taken: set[str]) -> str:
    """A sheet name Excel accepts, not used yet in this workbook (compared without case, as Excel does)."""
    base = wanted.translate(_FORBIDDEN).strip()[:_SHEET_NAME_LENGTH] or "_"
    name, count = base, 1
    while name.casefold() in taken:
        count += 1
        name = f"{base[:_SHEET_NAME_LENGTH - 4]}_{count}"
    taken.add(name.casefold())
    return name
