"""One raw value to its type: every spelling people type, and every finding a cell can get."""

from __future__ import annotations

import datetime
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_builders import spec

from qeval_batch import messages
from qeval_batch.core.decimals import vi_number
from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.model.submission import INVALID
from qeval_batch.spec.form import Field
from qeval_batch.spreadsheet.limits import MAX_TEXT
from qeval_batch.workbook.dates import MAX_DATE, MIN_DATE, parse_date
from qeval_batch.workbook.values import MAX_SHOWN, choice_index, is_blank, parse, shown


def _field(kind, **more):
    return Field(id="a", label="Ô thử", type=kind, **more)


def _parse(raw, kind, **more):
    return parse(raw, _field(kind, **more), spec().lists)


@pytest.mark.parametrize(("raw", "value"), [
    (7.0, 7), (8.5, "8.5"), (0.1 + 0.2, "0.3"), (1e-15, 0), (-0.0, 0), (123456.789, "123456.789"),
    ("8,5", "8.5"), ("8.5", "8.5"), (" 8,50 ", "8.5"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
    ("1.234.567", 1234567), ("1,234,567", 1234567), ("1 234 567", 1234567), ("1\u00a0234,5", "1234.5"),
    ("0,125", "0.125"), ("1234,567", "1234.567"), ("12,3456", "12.3456"), ("−5", -5), ("+5", 5), ("1.234.567,8", "1234567.8"),
    (10**11, 10**11), ("007", 7),
])
def test_numbers_read(raw, value):
    parsed = _parse(raw, "decimal")
    assert (parsed.value, parsed.problem) == (Decimal(value), None)
    assert isinstance(parsed.value, Decimal) and str(parsed.value + 0) == str(Decimal(value))


@pytest.mark.parametrize(("raw", "code"), [
    ("1.234", "CELL_NUMBER_AMBIGUOUS"), ("1,234", "CELL_NUMBER_AMBIGUOUS"), ("-12.345", "CELL_NUMBER_AMBIGUOUS"),
    ("tám", "CELL_NOT_NUMBER"), ("１O", "CELL_FIGURE_ALIKE"), ("٣", "CELL_NOT_NUMBER"), ("1e5", "CELL_NOT_NUMBER"),
    ("nan", "CELL_NOT_NUMBER"), ("85%", "CELL_NOT_NUMBER"), ("1.2345.678", "CELL_NOT_NUMBER"), ("12,34,567", "CELL_NOT_NUMBER"),
    ("8,5 điểm", "CELL_NOT_NUMBER"), (float("nan"), "CELL_NOT_NUMBER"), (float("inf"), "CELL_NOT_NUMBER"),
    (True, "CELL_NOT_NUMBER"), (datetime.date(2026, 5, 8), "CELL_NUMBER_IS_DATE"), (datetime.time(8, 5), "CELL_NOT_NUMBER"),
    (1e12, "CELL_TOO_LARGE"), (-1e300, "CELL_TOO_LARGE"), ("9" * 61, "CELL_NOT_NUMBER"), ("9" * 20, "CELL_TOO_LARGE"),
])
def test_numbers_refused(raw, code):
    parsed = _parse(raw, "decimal")
    assert parsed.value is INVALID and parsed.problem[0] == code


@pytest.mark.parametrize(("raw", "value"), [(100.0, 100), (0.0, 0), ("85%", 85), ("85 %", 85), ("99,5", "99.5"), (1.01, "1.01")])
def test_percentages_are_figures(raw, value):
    assert _parse(raw, "percent", minimum=0, maximum=100).value == Decimal(value)


@pytest.mark.parametrize(("raw", "value", "percent"), [
    (0.85, "0,85", "85"), (1.0, "1", "100"), ("0,85", "0,85", "85"), (0.005, "0,005", "0,5"), ("1", "1", "100")])
def test_a_percentage_up_to_one_asks(raw, value, percent):
    code, params = _parse(raw, "percent", minimum=0, maximum=100).problem
    assert (code, params["value"], params["percent"]) == ("CELL_PERCENT_FRACTION", value, percent)
    text = messages.what(finding(code, Where(Part.OFFICER), label="B", **params))
    assert text == f"«B» ghi {value}: có phải {percent} %?"


@pytest.mark.parametrize(("raw", "code"), [
    (-0.01, "CELL_BELOW_MINIMUM"), (0.0, None), (100.0, None), (100.01, "CELL_ABOVE_MAXIMUM")])
def test_bounds_of_the_form(raw, code):
    parsed = _parse(raw, "decimal", minimum=0, maximum=100)
    assert (parsed.problem and parsed.problem[0]) == code


def test_integers():
    assert _parse(7.0, "integer").value == 7 and isinstance(_parse("7", "integer").value, int)
    assert _parse(7.5, "integer").problem[0] == "CELL_NOT_INTEGER"


_DAY = datetime.date(2026, 9, 3)


@pytest.mark.parametrize("raw", [
    _DAY, datetime.datetime(2026, 9, 3, 17, 30), "3/9/2026", "03/09/2026", "3-9-2026", "3.9.2026", " 3 / 9 / 2026 ", "2026-09-03",
    "2026-09-03 00:00:00", "2026-09-03T00:00:00.000", "Ngày 03 tháng 9 năm 2026", 46268.0, 46268.75, 46268])
def test_dates_read(raw):
    parsed = _parse(raw, "date")
    assert (parsed.value, parsed.problem) == (_DAY, None) and type(parsed.value) is datetime.date


@pytest.mark.parametrize(("raw", "code"), [
    ("30-09-26", "CELL_DATE_AMBIGUOUS"), ("9/30/2026", "CELL_DATE_AMBIGUOUS"), ("31/2/2026", "CELL_NOT_DATE"),
    ("31/13/2026", "CELL_NOT_DATE"), ("30/9", "CELL_DATE_AMBIGUOUS"), ("hôm nay", "CELL_NOT_DATE"), ("3/9-2026", "CELL_NOT_DATE"),
    ("٣/9/2026", "CELL_NOT_DATE"), (True, "CELL_NOT_DATE"), (datetime.time(1), "CELL_NOT_DATE"),
    (datetime.timedelta(days=2), "CELL_NOT_DATE"), (2026.0, "CELL_DATE_RANGE"), (-1.0, "CELL_DATE_RANGE"),
    (1e300, "CELL_DATE_RANGE"), (float("nan"), "CELL_DATE_RANGE"), ("1/1/2206", "CELL_DATE_RANGE"),
    (datetime.date(2206, 1, 1), "CELL_DATE_RANGE"), ("31/12/1929", "CELL_DATE_RANGE"), ("1/1/2100", "CELL_DATE_RANGE")])
def test_dates_refused(raw, code):
    parsed = _parse(raw, "date")
    assert parsed.value is INVALID and parsed.problem[0] == code


_QUARTER_END = datetime.date(2026, 9, 30)


@pytest.mark.parametrize(("raw", "day"), [
    ("30-09-26", datetime.date(2026, 9, 30)), ("1/7/26", datetime.date(2026, 7, 1)), ("46295", datetime.date(2026, 9, 30)),
    ("29/9/25", datetime.date(2025, 9, 29)), ("31/12/26", datetime.date(2026, 12, 31)),    # the ends of "near"
    ("28/9/25", None), ("1/1/27", None), ("45928", None), ("46388", None), ("26-09-30", None), ("1/7/75", None)])
def test_what_is_written_short_is_read_near_the_quarter_and_else_asked(raw, day):
    assert parse_date(raw, _QUARTER_END) == (day, None if day else "CELL_DATE_AMBIGUOUS")
    assert parse_date(raw) == (None, "CELL_DATE_AMBIGUOUS")


def test_a_short_date_that_no_calendar_has_is_none():
    assert parse_date("31/9/26", _QUARTER_END) == (None, "CELL_NOT_DATE")


@given(st.dates(MIN_DATE, MAX_DATE))
def test_every_date_reads_back_from_serial_and_text(day):
    serial = float((day - datetime.date(1899, 12, 30)).days)
    assert parse_date(serial) == parse_date(f"{day.day}/{day.month}/{day.year}") == parse_date(day.isoformat()) == (day, None)


@given(st.decimals(min_value=-10**9, max_value=10**9, places=4))
def test_every_decimal_reads_back_from_binary_and_from_text(figure):
    assert _parse(float(figure), "decimal").value == figure
    if abs(figure) >= 1000:
        assert _parse(vi_number(figure), "decimal").value == figure


@pytest.mark.parametrize(("raw", "value"), [
    ("x", True), ("X", True), (" x ", True), ("✓", True), ("v", True), ("×", True), (True, True),
    (False, False), ("", False), (None, False)])
def test_marks(raw, value):
    assert _parse(raw, "mark").value is value


@pytest.mark.parametrize("raw", ["-", " – ", "—", "...", "…", "_ _", "\u2212", "- -"])
def test_a_dash_or_dots_alone_are_blank(raw):
    assert all(_parse(raw, kind).value is None for kind in ("text", "id", "ids", "decimal", "date"))
    assert _parse(raw, "mark").value is False and _parse("- một", "text").value == "- một"


@pytest.mark.parametrize("raw", ["có", "xx", 1.0, 0.0, "0"])
def test_other_marks_are_asked(raw):
    assert _parse(raw, "mark").problem[0] == "CELL_NOT_MARK"


@pytest.mark.parametrize(("raw", "choices", "code"), [
    ("Hoàn thành xuất sắc nhiệm vụ", "levels", "1"), (unicodedata.normalize("NFD", "hoàn thành TỐT nhiệm vụ"), "levels", "2"),
    ("HTNV", "levels", "3"), ("4", "levels", "4"), (4.0, "levels", "4"), ("Trục I", "axes", "1"), (3, "axes", "3"),
    ("chủ trì", "product_role", "lead"), ("lead", "product_role", "lead"), ("Khoá", "levels", None), (1.1, "authority", "A"),
    ("Khối Uỷ ban nhân dân và các sở ngành", "blocks", "ubnd"), (True, "yes_no", "yes"), ("không  có", "yes_no_none", "none"),
    ("Không", "yes_no_none", "no")])
def test_choices(raw, choices, code):
    parsed = _parse(raw, "choice", choices=choices)
    if code is None:
        assert parsed.value is INVALID and parsed.problem[0] == "CELL_NOT_IN_LIST"
        assert "Hoàn thành nhiệm vụ" in parsed.problem[1]["options"]
    else:
        assert parsed.value == code


def test_every_label_and_alias_of_every_list_reads_as_its_own_code():
    for name, choices in spec().lists.items():
        index = choice_index(choices)
        for option in choices.options:
            assert _parse(option.label, "choice", choices=name).value == option.code
            for alias in option.aliases:
                assert _parse(unicodedata.normalize("NFD", alias.upper()), "choice", choices=name).value == option.code
        assert set(index.values()) == {option.code for option in choices.options}


def test_ids():
    assert _parse(" cb0123\u00a0", "id").value == "CB0123" and _parse(12.0, "id").value == "12"
    assert _parse(unicodedata.normalize("NFD", "đv01é"), "id").value == unicodedata.normalize("NFC", "ĐV01É")
    assert _parse("cb1; CB2,cb1\ncb3", "ids").value == ("CB1", "CB2", "CB3")
    assert _parse(" ; , ", "ids").value is None and _parse("", "id").value is None


def test_text_is_cleaned_kept_and_cut():
    assert _parse(" Một\u00a0\u200bhai \r\n  ba\x0b\u202e ", "long_text").value == "Một hai\nba"
    assert _parse(12.0, "text").value == "12" and _parse(8.5, "text").value == "8,5"
    assert _parse("=1+1", "text").value == "=1+1"
    assert _parse("a" * MAX_TEXT, "long_text").problem is None
    cut = _parse("a" * (MAX_TEXT + 1), "long_text")
    assert len(cut.value) == MAX_TEXT and cut.problem[0] == "CELL_TEXT_TOO_LONG"
    dated = _parse(datetime.date(2026, 12, 1), "text")
    assert dated.value == "01/12/2026" and dated.problem[0] == "CELL_TEXT_IS_DATE"


@pytest.mark.parametrize("raw", ["", None, " ", "\u00a0\u200b\n", "\ufeff"])
@pytest.mark.parametrize("kind", ["text", "long_text", "decimal", "integer", "percent", "date", "id", "ids"])
def test_blank_is_none_for_every_type(raw, kind):
    assert is_blank(raw) and _parse(raw, kind) == (None, None)


@given(st.one_of(st.text(max_size=80), st.floats(), st.booleans(), st.dates(), st.times(), st.integers()),
       st.sampled_from(["text", "long_text", "decimal", "integer", "percent", "date", "id", "ids", "mark", "choice"]))
def test_anything_ends_in_a_value_or_a_finding_with_words(raw, kind):
    value, problem = _parse(raw, kind, choices="levels" if kind == "choice" else None, minimum=0, maximum=100)
    assert len(shown(raw)) <= MAX_SHOWN
    if problem is not None:
        assert messages.message(finding(problem[0], Where(Part.OFFICER), label="Ô thử", **problem[1]))
    if isinstance(value, str):
        value.encode()
        assert unicodedata.is_normalized("NFC", value) and not any(ord(char) < 9 for char in value)
