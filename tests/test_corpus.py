"""The corpus of real-life workbooks: each case's findings and what is read of it, exactly and nothing else."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from corpus_builders import (
    ROOT,
    cases,
    content_of,
    expected_content,
    found_in,
    read,
    sound,
    spec,
    told,
)
from corpus_deeds import workbook_of
from corpus_pages import Book, CellError, Formula

from qeval_batch import messages

CASES = list(cases())


def test_the_sound_workbook_is_sound():
    assert told(found_in(read(sound()))) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.family}-{case.name}")
def test_case(case):
    submission = read(workbook_of(case))
    assert told(found_in(submission)) == case.expected_findings
    if not submission.refused:
        assert content_of(submission) == expected_content(case)


# --- k planted faults are exactly those k cells -----------------------------------------------------------------------
FAULTS = {
    "decimal": ["chín", "1.234", -1, 10.0**13, True, CellError("#REF!"), Formula("8+2", 10)],
    "percent": ["nhiều", 0.85, 101, "105%", -1], "date": ["9/30/2026", "31/9/2026", "5/9", 12, True, "26-09-30"],
    "choice": ["lạ", 77, Formula("A1", "Chủ trì")], "mark": ["có", 1, "xx"],
}


def _cells():
    """Every input cell of the sound workbook that a fault can be planted in: sheet, address, type."""
    for sheet in read(sound()).sheets:
        for block in spec().forms[sheet.form].sheet(sheet.sheet).blocks:
            for row in sheet.rows(block.id):
                yield from ((sheet.name, row.at.cell(item.id).a1, item.type.value) for item in block.fields
                            if item.source == "input" and item.id in row.values and item.type.value in FAULTS)


@pytest.mark.parametrize("seed", range(12))
def test_k_planted_faults_are_found_at_exactly_those_k_cells(seed):
    draw = random.Random(seed)
    planted = draw.sample(list(_cells()), draw.choice((1, 2, 5, 20, 60)))
    book = Book(sound())
    for name, address, kind in planted:
        book.page(name).put(address, draw.choice(FAULTS[kind]))
    found = found_in(read(book.saved()))
    assert sorted((item.where.sheet, item.where.a1) for item in found) == sorted(item[:2] for item in planted)
    assert all(messages.is_error(item) and messages.message(item) for item in found)


def test_the_corpus_is_as_large_as_its_description_says():
    counted = Counter(case.family for case in CASES)
    described = dict(re.findall(r"^\| (\w+) \| ([0-9]+) \|", (ROOT / "docs" / "dev" / "corpus.md").read_text("utf-8"), re.M))
    assert {family: int(count) for family, count in described.items()} == dict(counted)
    assert len(CASES) >= 120 and 0 < sum(case.rejected for case in CASES) < len(CASES)
    assert len({(case.family, case.name) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("seed", range(10))
def test_rows_and_columns_inserted_anywhere_change_nothing(seed):
    draw = random.Random(seed)
    book = Book(sound())
    for name in ("Phụ lục 09", "CB0001", "CB0002", "Tổng hợp", "Hồ sơ"):
        page = book.page(name)
        for at in sorted(draw.sample(range(2, page.last_row + 1), 5), reverse=True):
            page.move_rows(lambda row, at=at: row + 1 if row >= at else row)
        if draw.random() < 0.5:
            page.unmerge()
            for at in sorted(draw.sample(range(1, 12), 2), reverse=True):
                page.move_columns(lambda column, at=at: column + 1 if column >= at else column)
    moved = read(book.saved())
    assert told(found_in(moved)) == []
    assert content_of(moved) == content_of(read(sound()))
