"""Periods, exact numbers, Vietnamese text, cell addresses."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qeval_batch.core.cells import CellRef, RowRef, column_letter
from qeval_batch.core.decimals import at_least, at_most, finite, half_up, vi_number, vi_percent
from qeval_batch.core.period import Period
from qeval_batch.core.text import clean, match_key, sort_key


def test_period_dates_and_neighbours():
    period = Period.parse("2026-Q4")
    assert (period.start, period.end) == (date(2026, 10, 1), date(2026, 12, 31))
    assert str(period.next()) == "2027-Q1" and str(Period(2027, 1).previous()) == "2026-Q4"
    assert Period(2028, 1).end == date(2028, 3, 31)
    assert period.label == "quý IV năm 2026"


@pytest.mark.parametrize("text", ["2026Q3", "2026-Q5", "2026-Q0", "26-Q1", "2026-q3x", "٢٠٢٦-Q3"])
def test_period_refuses_other_spellings(text):
    with pytest.raises(ValueError, match="2026-Q3"):
        Period.parse(text)


@pytest.mark.parametrize(("value", "places", "rounded"), [
    (Fraction(1, 3), 2, "0.33"), (Fraction(2, 3), 2, "0.67"), (Decimal("0.005"), 2, "0.01"),
    (Decimal("89.995"), 2, "90.00"), (Decimal("89.9949999"), 2, "89.99"), (Fraction(-1, 200), 2, "-0.01"), (7, 0, "7"),
])
def test_half_up_is_exact_on_both_sides_of_the_half(value, places, rounded):
    assert str(half_up(value, places)) == rounded


@given(st.integers(-10**9, 10**9), st.integers(0, 4))
def test_half_up_never_moves_a_value_that_already_fits(value, places):
    assert half_up(Decimal(value).scaleb(-places), places) == Decimal(value).scaleb(-places)


def test_ratios_are_compared_without_division():
    assert at_least(3, 10, Decimal("0.30")) and not at_least(299, 1000, Decimal("0.30"))
    assert at_most(1, 5, Decimal("0.20")) and not at_most(2, 9, Decimal("0.20"))


@pytest.mark.parametrize(("value", "number"), [
    (20, "20"), ("0.20", "0.20"), (Decimal("1.5"), "1.5"), (True, None), ("NaN", None), ("Infinity", None), ("hai", None),
    (0.2, None), (None, None), ([1], None),
])
def test_only_exact_finite_numbers_count_as_numbers(value, number):
    assert finite(value) == (None if number is None else Decimal(number))


def test_vietnamese_figures():
    assert vi_number(Decimal("91.25")) == "91,25"
    assert vi_number(None) == "—"
    assert vi_number(Fraction(1, 3)) == "0,33"
    assert vi_percent(1, 3) == "33,33%" and vi_percent(1, 2) == "50%" and vi_percent(1, 0) == "—"
    assert vi_percent(1, 1) == "100%"


def test_clean_keeps_lines_and_drops_odd_spaces():
    assert clean("  Hoà\u00a0 bình \r\n  hai ") == "Hoà bình\nhai"


@pytest.mark.parametrize(("one", "other"), [
    ("hoà", "hòa"), ("Thuỷ", "Thủy"), ("KHOẺ", "khỏe"), ("D’Ran", "D'Ran"), ("Ủy  ban", "uỷ ban"),
    ("Đạ Huoai", unicodedata.normalize("NFD", "đạ huoai")), ("toà án", "tòa án"),
])
def test_match_key_sees_one_word_in_two_spellings(one, other):
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(("one", "other"), [("quý", "qúy2"), ("Đạ Huoai", "Đạ Huoai 2"), ("toán", "tóan2"), ("hòa", "hóa")])
def test_match_key_keeps_different_words_apart(one, other):
    assert match_key(one) != match_key(other)


def test_sort_key_is_the_dictionary_order():
    words = ["zêta", "đá", "dạ", "da", "Ân", "ăn", "an", "ân"]
    assert sorted(words, key=sort_key)[:6] == ["an", "ăn", "Ân", "ân", "da", "dạ"]
    assert sorted(["dz", "Đắk Nông", "Dương", "đá"], key=sort_key) == ["Dương", "dz", "đá", "Đắk Nông"]


def test_cells_name_themselves():
    assert [column_letter(item) for item in (1, 26, 27, 703)] == ["A", "Z", "AA", "AAA"]
    row = RowRef("a.xlsx", "CB0001", 17, {"done": 6}, {})
    assert row.cell("done") == CellRef("a.xlsx", "CB0001", 17, 6) and row.cell("done").a1 == "F17"
    fields = RowRef("a.xlsx", "CB0001", 3, {"self_level": 2}, {"self_level": 60})
    assert fields.cell("self_level").a1 == "B60"
