"""How papers write numbers, days, names, levels and heads; every figure of a letter is text before Word sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qeval_batch.core.decimals import Exact, vi_number, vi_percent
from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.messages import words
from qeval_batch.model.results import OfficerResult
from qeval_batch.model.roster import Signature, Unit
from qeval_batch.spec.load import LegalDocument, Spec

BLANK = "…"
NONE = "Không có."
TO_TRINH_BTV, TO_TRINH_UNIT, BIEN_BAN, MAU_8, MAU_7 = (
    "to-trinh-ban-thuong-vu", "to-trinh-don-vi", "bien-ban-don-vi", "mau-8", "mau-7")


# --- Figures ----------------------------------------------------------------------------------------------------
def counted(number: int) -> str:
    """A number of people or things: ``05``, ``12``; nothing is ``0``."""
    return f"{number:02d}" if number else "0"


def percent(part: Exact, whole: Exact) -> str:
    """``33,33%``: papers set no space; an empty base is ``—``."""
    return vi_percent(part, whole)


def share(value: Decimal) -> str:
    """A share of the policy as papers write it: 0.20 -> ``20%``."""
    return percent(Fraction(value), 1)


def points(value: Decimal | None) -> str:
    """Points with two decimals, ``—`` where there are none."""
    return vi_number(value, 2)


def plain(value: Decimal | Fraction | None) -> str:
    """A figure without needless zeros: 12.50 -> ``12,5``."""
    text = vi_number(value, 2)
    return text.rstrip("0").rstrip(",") if "," in text else text


def day(value: date | None) -> str:
    """``05/02/2026``, ``30/9/2026``, as the guidance writes days."""
    if value is None:
        return ""
    return f"{value.day:02d}/{_month(value)}/{value.year}"


def long_day(value: date) -> str:
    """``ngày 05 tháng 10 năm 2026``."""
    return say("letters.words.day", day=value.day, month=_month(value), year=value.year)


def _month(value: date) -> str:
    # Only months that could be altered by a stroke before them take a zero.
    return f"{value.month:02d}" if value.month < 3 else str(value.month)


def listed(names: Iterable[str]) -> str:
    return "; ".join(names)


def sentence(text: str | None) -> str:
    """The text with one closing mark, so that the next sentence can follow."""
    text = (text or "").strip()
    return text if not text or text[-1] in ".!?…" else text + "."


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- Levels ------------------------------------------------------------------------------------------------
def level(code: int | None) -> str:
    """The guidance's wording of a level; empty where there is none."""
    return words()["level"][str(code)] if code else ""


def outcomes(officer: OfficerResult) -> str:
    """The levels an open case may end in: ``Hoàn thành tốt nhiệm vụ hoặc Hoàn thành nhiệm vụ``."""
    none = words()["outcome_none"]["long"]
    return say("letters.words.or").join(level(code) or none for code in officer.possible) or BLANK


# --- Heads and signatures -------------------------------------------------------------------------------------------
def head(spec: Spec, parent: str, issuer: str, signed: Signature | None, year: int, series: str = "") -> dict[str, str]:
    """The head of a paper: ``series`` is what stands when the roster's `Ký` gives none; empty means unnumbered."""
    number = (signed.series if signed else None) or series if series else ""
    place = (signed.place if signed else None) or BLANK
    when = say("letters.words.day_open", blank=BLANK, year=year)
    return {"parent": parent.upper(), "issuer": issuer.upper(), "issuer_name": issuer_name(spec, issuer),
            "number": say("letters.words.number", number=number) if number else "",
            "cited": say("letters.words.number_and_day", number=number, when=when),
            "place_date": f"{place}, {when}", "secrecy": str(spec.policy.papers.secrecy or "")}


def issuer_name(spec: Spec, issuer: str) -> str:
    """The issuer in running text: Ban Tổ chức takes the name of its committee, a unit keeps its own."""
    policy = spec.policy
    return policy.papers.issuer_name if issuer == policy.papers.issuer else issuer


def unit_issuer(spec: Spec, unit: Unit) -> str:
    """Who issues a unit's papers: the Party committee or collective leadership, by block (policy)."""
    pattern = str(spec.policy.papers.unit_issuer.get(unit.block, "{unit}"))
    prefix = pattern.partition("{unit}")[0].strip()
    if not prefix or match_key(unit.name).startswith(match_key(prefix)):
        return unit.name
    return pattern.replace("{unit}", lower_first(unit.name))


def parent_body(spec: Spec, unit: Unit, units: Mapping[str, Unit]) -> str:
    """The body above a unit: the roster's `Cấp trên`, else the provincial committee."""
    above = units.get(unit.parent) if unit.parent else None
    return above.name if above else spec.policy.papers.parent_body


def signature_of(signatures: Sequence[Signature], unit: str | None, *papers: str) -> Signature | None:
    """The row of `Ký` for the first of ``papers`` that has one; ``unit`` None is Ban Tổ chức itself."""
    for paper in papers:
        for item in signatures:
            if item.unit == unit and match_key(item.paper) == match_key(paper):
                return item
    return None


def sign(signed: Signature | None) -> dict[str, str]:
    """Authority (T/M, K/T …; empty when the head signs in person), post, name; ``…`` where unknown."""
    if signed is None:
        return {"authority": BLANK, "post": BLANK, "name": BLANK}
    return {"authority": (signed.authority or "").upper(), "post": (signed.post or BLANK).upper(),
            "name": signed.name or BLANK}


def basis(spec: Spec) -> list[str]:
    """The documents a paper rests on, in the policy's order; a number or day still open prints ``…``."""
    return [citation(spec.documents[key]) for key in spec.policy.papers.basis]


def citation(document: LegalDocument) -> str:
    number, when = document.number or BLANK, document.date or BLANK
    if document.cite:
        return document.cite.replace("{number}", number).replace("{date}", when)
    return say("letters.words.document", number=number, when=when, issuer=document.issuer)


def row(**cells: Any) -> dict[str, Any]:
    """One line of a table or list."""
    return cells
