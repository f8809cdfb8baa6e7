"""The corpus of real-life workbooks: each case's findings and what is read of it, exactly and nothing else."""

from __future__ import annotations

import pytest
from corpus_builders import (
    Case,
    cases,
    content_of,
    expected_content,
    found_in,
    read,
    sound,
    told,
)
from corpus_deeds import DEEDS, type_into
from corpus_pages import Book

CASES = list(cases())


def workbook_of(case: Case) -> bytes:
    """The sound workbook after what the person did."""
    book = Book(sound())
    for name, *arguments in case.deeds:
        DEEDS[name](book, *arguments)
    type_into(book, case.typed)
    return book.saved()


def test_the_sound_workbook_is_sound():
    assert told(found_in(read(sound()))) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.family}-{case.name}")
def test_case(case):
    submission = read(workbook_of(case))
    assert told(found_in(submission)) == case.expected_findings
    if not submission.refused:
        assert content_of(submission) == expected_content(case)
