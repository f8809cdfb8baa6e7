"""Sheet and file names made of people's text are valid, distinct and harmless; texts are measured as they print."""

from __future__ import annotations

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from qeval_batch.render.names import file_stems, sheet_names
from qeval_batch.render.tables.measure import lines, wrap

_BOOK = xlsxwriter.Workbook()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_any_labels_make_sheet_names_excel_takes(labels):
    names = sheet_names(labels)
    book = _BOOK
    for name in names:
        book._check_sheetname(name)
        assert len(name) <= 31
    assert len({name.casefold() for name in names}) == len(labels)


def test_two_groups_with_one_long_beginning_stay_apart():
    long = "N01 Phó Bí thư đảng ủy xã, phường, đặc khu"
    assert sheet_names([long, long.upper(), "[a]/b"]) == [long[:31], long.upper()[:27].rstrip() + " (2)", "-a-b"]


@given(st.lists(st.text(max_size=20), unique=True, max_size=8))
def test_any_ids_make_distinct_plain_file_names(keys):
    stems = file_stems(keys)
    assert list(stems) == keys
    assert len({stem.casefold() for stem in stems.values()}) == len(keys)
    for stem in stems.values():
        assert stem and all(char.isascii() and (char.isalnum() or char in "_-") for char in stem)


@pytest.mark.parametrize(("key", "kept"), [("DV031", True), ("../../x", False), ("CON", False), ("", False),
                                           ("Đạ Huoai 2", False), ("nul", False)])
def test_a_plain_id_is_kept_and_a_harmful_one_is_not(key, kept):
    stem = file_stems([key])[key]
    assert (stem == key) is kept and "/" not in stem and ".." not in stem


def test_ids_that_differ_by_case_alone_get_marks():
    stems = file_stems(["dv1", "DV1"])
    assert stems["dv1"].casefold() != stems["DV1"].casefold()


@given(st.text(alphabet="abc đệĐ\n.,", max_size=200), st.integers(4, 60))
def test_wrapping_loses_nothing(text, width):
    assert "".join("".join(wrap(text, width, 11)).split()) == "".join(text.split())


def test_a_wider_column_never_needs_more_lines_and_accents_take_no_room():
    text = "Hoàn thành xuất sắc nhiệm vụ được giao trong quý, vượt mức nhiều chỉ tiêu"
    assert lines(text, 12, 11) >= lines(text, 24, 11) >= lines(text, 80, 11) == 1
    assert lines("ệ" * 40, 20, 11) == lines("e" * 40, 20, 11)
    assert lines(text, 20, 14) > lines(text, 20, 9)
