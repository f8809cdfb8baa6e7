"""Exact numbers: half-up rounding, ratio comparison, and Vietnamese figures.

Everything that decides is an ``int``, a ``Decimal`` or, between two roundings, a ``Fraction``: a third has no
finite decimal, and the law asks which side of 90 the unrounded total lies on (R17).
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction

Exact = int | Decimal | Fraction


def half_up(value: Exact, places: int) -> Decimal:
    """``value`` rounded half up (away from zero) to ``places`` decimals; exact for fractions too."""
    numerator, denominator = value.as_integer_ratio()
    whole = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return Decimal(-whole if numerator < 0 else whole).scaleb(-places)


def at_least(part: Exact, whole: Exact, share: Exact) -> bool:
    """Whether part/whole >= share, by cross-multiplication (3 of 10 IS 30 %); 0 of 0 is any share."""
    return Fraction(part) >= Fraction(share) * Fraction(whole)


def at_most(part: Exact, whole: Exact, share: Exact) -> bool:
    """Whether part/whole <= share, by cross-multiplication; 0 of 0 is any share."""
    return Fraction(part) <= Fraction(share) * Fraction(whole)


def vi_number(value: Exact | None, places: int | None = None) -> str:
    """A figure as Vietnamese papers print it: decimal comma, no grouping; an unknown one is ``—``."""
    if value is None:
        return "—"
    if places is not None or isinstance(value, Fraction):
        value = half_up(value, 2 if places is None else places)
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)


def vi_percent(part: Exact, whole: Exact, places: int = 2) -> str:
    """part/whole as ``33,33%``; an empty base is ``—``, never 0 or 100 (unknown is not zero)."""
    if not whole:
        return "—"
    text = vi_number(half_up(Fraction(part) * 100 / Fraction(whole), places))
    if "," in text:
        text = text.rstrip("0").rstrip(",")
    return f"{text}%"


def finite(value: object) -> Decimal | None:
    """A whole number, a decimal or its text as an exact finite number; None for anything else (a flag, NaN, words)."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
