"""The annotated copy of a returned workbook: bytes in, bytes out, picklable both ways, same inputs, same bytes.

A review aid: every finding is marked at its cell and listed on a first sheet that leads there; the unit goes on in its
own file. Nothing of the original acts in the copy (``workbook.plain``), and the inbox refuses it (``MARK``). A file
that is no plain .xlsx, or that openpyxl cannot load, is copied by its values alone.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qeval_batch import messages
from qeval_batch.core.say import say
from qeval_batch.core.text import writable
from qeval_batch.model.findings import Severity
from qeval_batch.render.canonical import canonical
from qeval_batch.render.replies.list import FILLS, Cover, Mark, put, write_list
from qeval_batch.spreadsheet.limits import MAX_COLUMN, MAX_ROW
from qeval_batch.workbook.review import MARK

_AUTHOR, _UNITS_AUTHOR = "qeval-batch", "Ghi chú của đơn vị"
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
# Excel draws each comment as a shape of its own; the list on the first sheet stays whole.
_MAX_MARKED = 1_000
_MAX_COMMENT, _MAX_NOTE = 1_500, 4_000        # characters
_LINE_LETTERS, _LINE_PIXELS, _WIDE = 52, 17, 380
# openpyxl takes 15 microseconds a cell, and a process has five seconds. From `_MANY_BYTES` of sheets on only the marked
# ones are copied, from `_MOST_CELLS` on only their values; of more cells than `_MOST_VALUES` nothing.
_MANY_BYTES, _MOST_CELLS, _MOST_VALUES = 4 * 2**20, 160_000, 80_000
_TAG = "qeval|"


def annotate(data: bytes, marks: Sequence[Mark], cover: Cover) -> bytes:
    """The annotated copy as canonical .xlsx bytes. Never raises for bad bytes: at worst the list alone is given."""
    for opened in (_as_it_looks, _by_values):
        try:
            book = opened(data, frozenset(mark.sheet for mark in marks if mark.sheet))
            return _finished(book, marks, cover)
        except _Unusable:
            continue
    return list_only(marks, cover)


def list_only(marks: Sequence[Mark], cover: Cover) -> bytes:
    """The first sheet alone, for a workbook nothing can be copied of."""
    return _finished(_empty(), marks, cover)


def prepare() -> None:
    """Load the library, before a process is measured by what it does for one workbook."""
    import openpyxl  # noqa: F401


class _Unusable(Exception):
    """This way of opening the workbook does not lead to a copy."""


# --- Opening ----------------------------------------------------------------------------------------------------------
def _as_it_looks(data: bytes, wanted: frozenset[str]) -> Any:
    import openpyxl

    from qeval_batch.spreadsheet.guard import guard
    from qeval_batch.spreadsheet.plain import comments_of, plain_package

    guarded = guard(data)
    if guarded.code is not None:
        raise _Unusable
    try:
        plain = plain_package(guarded, wanted if len(guarded.package) > _MANY_BYTES else None)
        if plain.package.count(b"<c ") + plain.package.count(b":c ") > _MOST_CELLS:
            raise _Unusable
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")      # what openpyxl drops was left behind on purpose
            book = openpyxl.load_workbook(io.BytesIO(plain.package), data_only=True, keep_links=False)
        for page in book.worksheets:
            for area in plain.merged[page.title]:
                page.merged_cells.add(area)
    except Exception as error:
        # openpyxl raises whatever its descriptors happen to raise for styles it does not know.
        raise _Unusable from error
    for name, comments in comments_of(data, guarded).items():
        if name in book.sheetnames:
            for address, text in comments.items():
                cell = _cell(book[name], address)
                if cell is not None:
                    cell.comment = _comment(text, _UNITS_AUTHOR)
    return book


def _by_values(data: bytes, wanted: frozenset[str]) -> Any:
    from qeval_batch.spreadsheet.grid import Unreadable, open_grid

    try:
        grid = open_grid(data)
        book, count = _empty(), 0
        for name in (name for name in grid.sheets if name in wanted):
            page = book.create_sheet(name)
            for row, values in enumerate(grid.sheet(name).rows, start=1):
                filled = [(column, value) for column, value in enumerate(values, start=1) if value not in ("", None)]
                count += len(filled)
                for column, value in filled if count <= _MOST_VALUES else ():
                    put(page.cell(row, column), value)
    except (Unreadable, ValueError) as error:
        raise _Unusable from error
    if count > _MOST_VALUES:
        raise _Unusable
    return book


def _empty() -> Any:
    import openpyxl

    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    return book


# --- Marking ----------------------------------------------------------------------------------------------------------
def _finished(book: Any, marks: Sequence[Mark], cover: Cover) -> bytes:
    for name in [name for name in book.sheetnames if name.startswith("_")]:
        del book[name]      # the stamp and the lists: a copy is no submission
    for page in book.worksheets:
        if str(page["A1"].value).startswith(_TAG):
            page["A1"].value = None
    targets = {mark.number: cell for mark in marks[:_MAX_MARKED] if (cell := _target(book, mark)) is not None}
    _mark_all(book, marks, targets)
    write_list(book, marks, {number: _link(cell) for number, cell in targets.items()}, cover)
    book.active = 0
    for page in book.worksheets:
        page.sheet_view.tabSelected = page is book.worksheets[0]
    try:
        return _saved(book, cover)
    except Exception as error:
        # A look openpyxl read and cannot write; the values alone can be.
        raise _Unusable from error


def _target(book: Any, mark: Mark) -> Any:
    """The cell to mark: the finding's own, of a merged range its first; for a whole sheet its first cell seen."""
    if mark.sheet not in book.sheetnames:
        return None
    page = book[mark.sheet]
    cell = _cell(page, mark.cell or "")
    if cell is None:
        row = next((row for row in range(1, min(page.max_row, 20) + 1) if not page.row_dimensions[row].hidden), 1)
        return _cell(page, f"A{row}")
    return cell


def _cell(page: Any, address: str) -> Any:
    """The cell there, of a merged range its first; None where ``address`` is none."""
    from openpyxl.utils import column_index_from_string

    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    row, column = int(found[2]), column_index_from_string(found[1])
    if row > MAX_ROW or column > MAX_COLUMN:
        return None
    for area in page.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            row, column = area.min_row, area.min_col
    return page.cell(row, column)


def _mark_all(book: Any, marks: Sequence[Mark], targets: Mapping[int, Any]) -> None:
    from openpyxl.styles import PatternFill

    by_cell: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        if mark.number in targets:
            cell = targets[mark.number]
            by_cell.setdefault((cell.parent.title, cell.coordinate), []).append(mark)
    for (sheet, address), here in by_cell.items():
        page = book[sheet]
        cell = page[address]
        worst = min((mark.severity for mark in here), key=list(FILLS).index)
        cell.fill = PatternFill("solid", fgColor=FILLS[worst])
        cell.comment = _comment(_told(here, cell.comment.text if cell.comment else None), _AUTHOR)
        _show(page, cell)
        if page.sheet_properties.tabColor is None or worst is Severity.ERROR:
            page.sheet_properties.tabColor = FILLS[worst]


def _show(page: Any, cell: Any) -> None:
    """What a finding stands in is seen: sheet, row and column are no longer hidden."""
    page.sheet_state = "visible"
    row = page.row_dimensions[cell.row]
    row.hidden, row.height = False, row.height or None
    for column in page.column_dimensions.values():
        if (column.min or 0) <= cell.column <= (column.max or 0):
            column.hidden, column.width = False, column.width or 10


def _told(marks: Iterable[Mark], own: str | None) -> str:
    words = messages.words()["severity"]
    texts = [say("replies.copy.comment", severity=words[mark.severity.value], number=mark.number, what=mark.what, cure=mark.cure)
             [:_MAX_COMMENT] for mark in marks]
    if own:
        texts.append(f"{_UNITS_AUTHOR}: {own}")
    return "\n\n".join(texts)


def _comment(text: str, author: str) -> Any:
    from openpyxl.comments import Comment

    text = writable(text)[:_MAX_NOTE]
    lines = sum(len(line) // _LINE_LETTERS + 1 for line in text.split("\n"))
    return Comment(text, author, height=_LINE_PIXELS * (lines + 1), width=_WIDE)


def _link(cell: Any) -> str:
    """The place as a link inside the workbook names it."""
    name = cell.parent.title.replace("'", "''")
    return f"'{name}'!{cell.coordinate}"


# --- Saving -----------------------------------------------------------------------------------------------------------
def _saved(book: Any, cover: Cover) -> bytes:
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.writer.excel import ExcelWriter

    # Properties of the original may name people; the clock of the library would make two equal runs differ.
    created = cover.created.replace(tzinfo=None, microsecond=0)
    book.properties = DocumentProperties(creator=_AUTHOR, title=f"{MARK[1]} - {cover.unit} - {cover.period}",
                                         created=created, modified=created)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        ExcelWriter(book, package).save()
    return canonical(target.getvalue())
