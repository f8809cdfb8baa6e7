"""One cell's raw value to its type, or why not. The ambiguous is asked, never guessed."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from qeval_batch.core.alike import HYPHENS, figures, latin, odd_letters, odd_words
from qeval_batch.core.decimals import vi_number
from qeval_batch.core.text import UNWRITABLE, clean, match_key, narrow
from qeval_batch.model.submission import INVALID
from qeval_batch.spec.form import ChoiceList, Field, Type
from qeval_batch.spreadsheet.limits import MAX_TEXT
from qeval_batch.workbook.dates import parse_date
from qeval_batch.workbook.moments import parse_moment

_SHORT = 120
MAX_SHOWN = 60                        # characters of a wrong value repeated in its message
# Beyond this a cell holds a mistake, not a quantity, a score or points.
MAX_NUMBER = Decimal(10) ** 12
# A binary sum shows its noise in the 15th digit or later; nobody types more than ten decimals.
_PLACES = Decimal(1).scaleb(-10)
# «có» is none: in a column named «Không …» it says the contrary of the mark.
_MARKS = frozenset("xXvV✓✔×☑√☒✗✘")
_IDS = re.compile(r"[;,/\n]+|\s+VÀ\s+")
# An id has a figure in it and no space; words of a name have none.
_ID = r"(?=\w*[0-9])\w+(?:[.\-]\w+)*"
_JOINED = re.compile(rf"{_ID}(?:\s*[&+]\s*{_ID}|\s+-\s+{_ID})+")
_JOINT = re.compile(r"\s*[&+]\s*|\s+-\s+")
# An id with the name of its bearer beside it.
_NAMED = re.compile(rf"({_ID})(?:\s*\(.*\)|(?:\s*[-:])?\s+[^0-9]+)")
_NUMBERED = re.compile(r"(.*?)([0-9]+)")
_YEAR = re.compile(r"(?:(?:0{1,2}[/.\-])?[0-9]{1,2}[/.\-])?([12][0-9]{3})", re.ASCII)
# Controls no office file can carry on, and marks that reorder text on the screen.
_INVISIBLE = re.compile(f"[{UNWRITABLE}\x80-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A dot or two are a slip.
_NOTHING = re.compile(r"[-\u2010-\u2015\u2212_…\s]*|\.{3,}")
_SERIAL_ZERO = datetime.date(1899, 12, 30)
_PLAIN = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"([+-]?)([0-9]+)[.,]([0-9]+)", re.ASCII)
_THOUSANDS = 3
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:(?:\.[0-9]{3})+,[0-9]+|(?:,[0-9]{3})+\.[0-9]+|(?:\.[0-9]{3}){2,}|(?:,[0-9]{3}){2,}"
                      r"|(?: [0-9]{3})+(?:[.,][0-9]+)?)", re.ASCII)

Problem = tuple[str, Mapping[str, str]]


class Parsed(NamedTuple):
    """A value of the field's type, None for a blank, or INVALID; ``problem``: the finding's code and slots.

    A problem beside a value is no error (a text cut, a date in a text cell): the value stands.
    """

    value: Any
    problem: Problem | None = None


Parser = Callable[[Any], Parsed]
_BLANK = Parsed(None)
_UNMARKED = Parsed(False)
_MARKED = Parsed(True)


def parse(raw: Any, field: Field, lists: Mapping[str, ChoiceList], near: datetime.date | None = None) -> Parsed:
    """``raw`` (as calamine gives it) as ``field``'s type: str, int, Decimal, date, bool, ids, a choice's code.

    Blank is None, but False for a mark. Percentages are figures 0–100. ``near``: the quarter's last day, for dates
    written short. KeyError for a list the forms do not have.
    """
    return _parser(field, lists, near)(raw)


def parser_of(field: Field, lists: Mapping[str, ChoiceList], near: datetime.date | None = None) -> Parser:
    """``parse`` for one field, prepared once for many cells: dates, figures and choices return in every file."""
    parser = _parser(field, lists, near)
    # ``typed``: True, 1 and 1.0 are equal, yet a box ticked, a figure and a figure with a comma.
    return parser if field.type is Type.LONG_TEXT else lru_cache(maxsize=1024, typed=True)(parser)


def _parser(field: Field, lists: Mapping[str, ChoiceList], near: datetime.date | None) -> Parser:
    if field.type is Type.CHOICE:
        options = choice_index(lists[field.choices or ""])
        labels = "; ".join(option.label for option in lists[field.choices or ""].options)
        return lambda raw: _choice(raw, options, labels)
    if field.type in (Type.INTEGER, Type.DECIMAL, Type.PERCENT):
        return lambda raw: _number(raw, field)
    if field.type is Type.DATE:
        return lambda raw: _date(raw, near)
    if field.type is Type.BIRTHDAY:
        return _birthday
    return _PARSERS[field.type]


def choice_index(choices: ChoiceList) -> dict[str, str]:
    """Every spelling of a list's options -> its code: labels before aliases before codes."""
    index: dict[str, str] = {}
    for spellings in (lambda option: (option.label,), lambda option: option.aliases, lambda option: (option.code,)):
        for option in choices.options:
            for spelling in spellings(option):
                index.setdefault(match_key(spelling), option.code)
    return index


def is_blank(raw: Any) -> bool:
    """Nothing stands there: no value, only spaces, or the dash or dots by which people say so."""
    if not isinstance(raw, str):
        return raw is None
    return not raw or (not raw[0].isalnum() and _NOTHING.fullmatch(_clean(raw)) is not None)


def shown(raw: Any) -> str:
    """A raw value as a message repeats it: short, one line, figures with a decimal comma."""
    text = as_text(raw).replace("\n", " ")
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN - 1] + "…"


_YES, _NO = "Có", "Không"   # what a ticked box of Excel stands for


def as_text(raw: Any) -> str:
    """A raw value as text: what stands in the cell, however Excel stored it."""
    if isinstance(raw, str):
        return _clean(raw)
    if isinstance(raw, bool):
        return _YES if raw else _NO
    if isinstance(raw, datetime.date):
        return f"{raw.day:02d}/{raw.month:02d}/{raw.year}"
    if isinstance(raw, int | float):
        figure = exact(raw)
        return str(raw) if figure is None else vi_number(figure)
    return "" if raw is None else str(raw)


def exact(raw: float) -> Decimal | None:
    """A stored binary number as the decimal that was typed: 7.0 is 7, 0.30000000000000004 is 0,3; None for NaN, inf."""
    if math.isfinite(raw) and raw == int(raw) and abs(raw) < MAX_NUMBER:
        return Decimal(int(raw))
    figure = Decimal(repr(raw))
    if not figure.is_finite():
        return None
    return _plain(figure.quantize(_PLACES) if abs(figure) < MAX_NUMBER else figure)


def _plain(figure: Decimal) -> Decimal:
    whole = figure.to_integral_value()
    # Adding 0 turns -0 into 0.
    return whole + 0 if whole == figure else figure.normalize()


def _clean(text: str) -> str:
    return _clean_short(text) if len(text) <= _SHORT else _cleaned(text)


def _cleaned(text: str) -> str:
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _INVISIBLE.sub("", clean(text)).strip()


def _figures(text: str) -> str:
    """A number or date as text, without the apostrophe by which spreadsheets mark a text."""
    return narrow(_clean(text)).translate(HYPHENS).removeprefix("'")


# Labels, criteria and choices return in every file.
_clean_short = lru_cache(maxsize=8192)(_cleaned)


# --- Text, ids, marks --------------------------------------------------------------------------------------------------
def _text(raw: Any) -> Parsed:
    if is_blank(raw):
        return _BLANK
    text = as_text(raw)
    if len(text) > MAX_TEXT:
        return Parsed(text[:MAX_TEXT], ("CELL_TEXT_TOO_LONG", {"length": str(len(text)), "limit": str(MAX_TEXT)}))
    if isinstance(raw, datetime.date):
        return Parsed(text, ("CELL_TEXT_IS_DATE", {"value": text}))
    meant = odd_words(text)
    for word, plain in meant.items():
        text = text.replace(word, plain)
    return _told_alike(text, " ".join(meant)) if meant else Parsed(text)


def _told_alike(value: Any, typed: str) -> Parsed:
    """A value as it was meant, with a word on the letters of another script it was typed with."""
    return Parsed(value, ("CELL_LOOKALIKE", {"value": typed, "meant": latin(typed), "odd": odd_letters(typed)}))


def _id(raw: Any) -> Parsed:
    if is_blank(raw):
        return _BLANK
    typed = _upper(as_text(raw).replace("\n", " "))
    return Parsed(typed) if latin(typed) == typed else _told_alike(latin(typed), typed)


def _ids(raw: Any) -> Parsed:
    """Ids apart; spaces divide ids, each of which has a figure in it, and not the words of a name."""
    parts: list[str] = []
    typed = "" if is_blank(raw) else _upper(as_text(raw))
    for part in _IDS.split(latin(typed)):
        part = part.strip().rstrip(".:").rstrip()
        words = part.split()
        if all(any(map(str.isdecimal, word)) for word in words):
            parts += [item for word in words for item in _joined(word)]
        else:
            parts += _joined(" ".join(words))
    if not parts:
        return _BLANK
    ids = tuple(dict.fromkeys(parts))
    return Parsed(ids) if latin(typed) == typed else _told_alike(ids, typed)


def _joined(text: str) -> list[str]:
    """Ids joined by a sign, or one followed by a name; a dash between ids that are no neighbours may mean a range."""
    named = _NAMED.fullmatch(text)
    if named is not None:
        return [named[1]]
    if _JOINED.fullmatch(text) is None or (" - " in text and not _neighbours(*text.split(" - "))):
        return [text]
    return _JOINT.split(text)


def _neighbours(*ids: str) -> bool:
    """Whether nothing lies between two ids, so that a dash can only join them."""
    one, two = (_NUMBERED.fullmatch(item) for item in (ids if len(ids) == 2 else ("", "")))
    return one is None or two is None or one[1] != two[1] or abs(int(two[2]) - int(one[2])) == 1


def _upper(text: str) -> str:
    return unicodedata.normalize("NFC", narrow(text).translate(HYPHENS).upper())


def _mark(raw: Any) -> Parsed:
    if raw is True:
        return _MARKED
    if raw is False or is_blank(raw):
        return _UNMARKED
    if isinstance(raw, str) and latin(narrow(_clean(raw))) in _MARKS:
        return _MARKED
    return _problem("CELL_NOT_MARK", raw)


def _choice(raw: Any, options: Mapping[str, str], labels: str) -> Parsed:
    if is_blank(raw):
        return _BLANK
    # An alias like «1.1» may have become a number, whose text has a comma.
    figure = exact(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None
    code = options.get(str(figure) if figure is not None else _key(as_text(raw)))
    return Parsed(code) if code is not None else _problem("CELL_NOT_IN_LIST", raw, options=labels)


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return match_key(text)


# --- Dates -------------------------------------------------------------------------------------------------------------
def _date(raw: Any, near: datetime.date | None) -> Parsed:
    if is_blank(raw):
        return _BLANK
    value, code = parse_date(_figures(raw) if isinstance(raw, str) else raw, near)
    if code is not None and isinstance(raw, str) and parse_date(figures(_figures(raw)), near)[0] is not None:
        return _problem("CELL_FIGURE_ALIKE", raw, meant=figures(_figures(raw)))
    return Parsed(value) if code is None else _problem(code, raw)


def _birthday(raw: Any) -> Parsed:
    """A date, or the year alone (an int) where nothing more is known."""
    # A year typed in a cell that shows dates is kept as the 1,965th day.
    number = (raw - _SERIAL_ZERO).days if isinstance(raw, datetime.date) and not isinstance(raw, datetime.datetime) else raw
    text = _figures(number) if isinstance(number, str) else as_text(number) if isinstance(number, int | float) else ""
    year = _YEAR.fullmatch(text)
    return Parsed(int(year[1])) if year is not None else _date(raw, None)


def _moment(raw: Any) -> Parsed:
    if is_blank(raw):
        return _BLANK
    value, code = parse_moment(_clean(raw) if isinstance(raw, str) else raw)
    return Parsed(value) if code is None else _problem(code, raw)


# --- Numbers -----------------------------------------------------------------------------------------------------------
def _number(raw: Any, field: Field) -> Parsed:
    if is_blank(raw):
        return _BLANK
    if isinstance(raw, str):
        figure, code = _typed_number(_figures(raw), percent=field.type is Type.PERCENT)
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        figure, code = exact(raw), None
    else:
        figure, code = None, "CELL_NUMBER_IS_DATE" if isinstance(raw, datetime.date) else "CELL_NOT_NUMBER"
    if figure is None and isinstance(raw, str) and (meant := figures(_figures(raw))) != _figures(raw) \
            and _typed_number(meant, percent=field.type is Type.PERCENT)[0] is not None:
        return _problem("CELL_FIGURE_ALIKE", raw, meant=meant)
    if figure is None:
        return _problem(code or "CELL_NOT_NUMBER", raw)
    return _in_bounds(figure, field, raw)


def _in_bounds(figure: Decimal, field: Field, raw: Any) -> Parsed:
    if abs(figure) >= MAX_NUMBER:
        return _problem("CELL_TOO_LARGE", raw)
    if field.type is Type.PERCENT and 0 < figure <= 1:
        # Excel stores a typed 85% as 0.85 (R17).
        return _problem("CELL_PERCENT_FRACTION", raw, value=vi_number(figure), percent=vi_number(_plain(figure * 100)))
    if field.minimum is not None and figure < field.minimum:
        return _problem("CELL_BELOW_MINIMUM", raw, value=vi_number(figure), minimum=str(field.minimum))
    if field.maximum is not None and figure > field.maximum:
        return _problem("CELL_ABOVE_MAXIMUM", raw, value=vi_number(figure), maximum=str(field.maximum))
    if field.type is Type.INTEGER:
        if figure != figure.to_integral_value():
            return _problem("CELL_NOT_INTEGER", raw, value=vi_number(figure))
        return Parsed(int(figure))
    return Parsed(figure)


def _typed_number(text: str, *, percent: bool) -> tuple[Decimal | None, str | None]:
    """A figure typed as text; with the code of what is wrong with it."""
    text = text.replace("\u2212", "-")
    if percent and text.endswith("%"):
        text = text[:-1].rstrip()
    if len(text) > MAX_SHOWN:
        return None, "CELL_NOT_NUMBER"
    if _PLAIN.fullmatch(text):
        return _plain(Decimal(text)), None
    match = _DECIMAL.fullmatch(text)
    if match is not None:
        whole, part = match[2], match[3]
        # 1.234 may be a thousand or one and a bit; 0,125 and 1234,567 cannot be thousands.
        if len(part) == _THOUSANDS and len(whole) <= _THOUSANDS and not whole.startswith("0"):
            return None, "CELL_NUMBER_AMBIGUOUS"
        return _plain(Decimal(f"{match[1]}{whole}.{part}").quantize(_PLACES) if len(part) > 10
                      else Decimal(f"{match[1]}{whole}.{part}")), None
    if _GROUPED.fullmatch(text):
        return _plain(Decimal(_ungrouped(text))), None
    return None, "CELL_NOT_NUMBER"


def _ungrouped(text: str) -> str:
    """Thousands marks out, the decimal mark a point. The last mark is the decimal one unless it groups like the others."""
    digits = text.replace(" ", "")
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0 or (" " not in text and digits.count(digits[last]) > 1):
        return digits.replace(".", "").replace(",", "")
    return digits[:last].replace(".", "").replace(",", "") + "." + digits[last + 1:]


def _problem(code: str, raw: Any, **params: str) -> Parsed:
    return Parsed(INVALID, (code, {"value": shown(raw), **params}))


_PARSERS: Mapping[Type, Parser] = {
    Type.TEXT: _text, Type.LONG_TEXT: _text, Type.ID: _id, Type.IDS: _ids, Type.MARK: _mark, Type.MOMENT: _moment,
}
