"""Figures stand under their headings: every table against its golden, every row against what its columns compute."""

from __future__ import annotations

import io
from decimal import Decimal
from fractions import Fraction

import pytest
import refresh_goldens
import table_text
from openpyxl import load_workbook
from table_builders import TABLES, varied

from qeval_batch.core.decimals import half_up
from qeval_batch.render.tables.columns import Column
from qeval_batch.render.tables.style import TableBook, TablePage


@pytest.fixture(scope="module")
def batch():
    return varied()


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_what_its_golden_says(batch, name):
    golden = refresh_goldens.FOLDER / f"{name}.txt"
    assert table_text.told(TABLES[name](batch)) == golden.read_text("utf-8"), "tests/refresh_goldens.py"


def test_every_golden_is_a_tables():
    assert {path.stem for path in refresh_goldens.FOLDER.iterdir()} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_every_figure_on_a_row_is_the_one_its_column_computes(batch, name, monkeypatch):
    written = []
    line = TablePage.line

    def noted(page, row, **look):
        at = page.row
        line(page, row, **look)
        written.append((page.sheet.get_name(), page.columns, range(at, page.row), row))

    monkeypatch.setattr(TablePage, "line", noted)
    book = load_workbook(io.BytesIO(TABLES[name](batch)))
    assert written
    for sheet, columns, rows, row in written:
        _, titles = table_text.headings(book[sheet])
        for place, column in enumerate(columns):
            heading = f"{column.group} / {column.title}" if column.group else column.title
            assert titles[place] == heading, sheet
            # A text too long for a row goes on in the rows below it.
            shown = [book[sheet].cell(at + 1, place + 1).value for at in rows]
            wanted = _as_written(column.of(row))
            assert _whole(shown) == (" ".join(wanted.split()) if len(rows) > 1 and isinstance(wanted, str) else wanted), \
                (sheet, heading, rows.start + 1)


def _whole(shown):
    texts = [item for item in shown if item is not None]
    return shown[0] if len(shown) == 1 or not isinstance(shown[0], str) else " ".join("\n".join(texts).split())


def _as_written(value):
    if isinstance(value, Fraction):
        value = half_up(value, 4)
    return float(value) if isinstance(value, Decimal) else value or None if isinstance(value, str) else value


@pytest.mark.parametrize("name", TABLES)
def test_a_value_moved_under_the_next_heading_is_seen(batch, name, monkeypatch):
    """The fault of two tuples tied by position, planted: each row's values one heading to the right."""
    page = TableBook.page

    def shifted(book, title, columns, **settings):
        columns = list(columns)
        values = [columns[-1].of, *(column.of for column in columns[:-1])]
        moved = [Column(item.title, item.width, item.kind, item.group, of=of, kept=item.kept)
                 for item, of in zip(columns, values, strict=True)]
        return page(book, title, moved, **settings)

    monkeypatch.setattr(TableBook, "page", shifted)
    assert table_text.told(TABLES[name](batch)) != (refresh_goldens.FOLDER / f"{name}.txt").read_text("utf-8")


def test_goldens_are_written_only_by_force(tmp_path, capsys):
    assert refresh_goldens.main([], tmp_path) == 1
    assert not list(tmp_path.iterdir()) and "mau-8.txt" in capsys.readouterr().out
    assert refresh_goldens.main(["--force"], tmp_path) == 0
    assert {path.stem for path in tmp_path.iterdir()} == set(TABLES)
    assert refresh_goldens.main([], tmp_path) == 0


def test_a_further_page_begins_with_its_group_and_repeats_the_kept_columns(batch):
    book = TableBook(batch.as_of, "x")
    one = Column("Mã", 9, "center", "Ai", of=str, kept=True)
    wide = book.page("rộng", (one, Column("Tên", 20, of=str), Column("A", 9, "text", "Điểm", of=str),
                              Column("B", 9, "text", "Điểm", of=str)), sections=("Điểm",))
    assert wide.sheet.vbreaks == [2] and wide.span == (1, 1)
    narrow = book.page("hẹp", (one, Column("Tên", 20, of=str)))
    assert narrow.sheet.vbreaks == [] and narrow.span == (0, 1)
