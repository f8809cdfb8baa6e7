"""Rows of danh-muc.xlsx to the records of the roster; a fault of the whole file is a problem line, never a guess.

Ids are the only key: trimmed, NFC, upper case. Names are carried as typed and compared with nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from qeval_batch.core.cells import CellRef, RowRef
from qeval_batch.core.say import say
from qeval_batch.core.text import clean
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.roster import Change, Group, Officer, OpinionBody, Roster, Signature, StandardProduct, Unit
from qeval_batch.model.submission import INVALID, Row, SheetData
from qeval_batch.roster.outcomes import outcomes_of
from qeval_batch.roster.problem import problem
from qeval_batch.spec.load import Spec

_PERCENT = 100
# An id becomes a sheet name, a file name and an item of a list: letters and digits, with . _ - inside.
_ID = re.compile(r"\w(?:[\w.\-]{0,18}\w)?")
_LONGEST = 20
_UNUSABLE = re.compile(r"[^\w.\-]+")


@dataclass
class Draft:
    """A roster while it is read: records so far, what ends the run, and what concerns single rows."""

    file: str
    problems: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unclear: dict[str, str] = field(default_factory=dict)     # unit that cannot be used -> the cell that says so
    faulty: dict[tuple[str, str], str] = field(default_factory=dict)    # (id field, id used) -> the id as typed

    def refuse(self, ref: CellRef, what: str, cure: str) -> None:
        """Record a fault of the whole roster (exit 2) at its cell."""
        self.problems.append(problem(self.file, what, cure, ref.sheet, ref.a1))

    def note(self, code: str, ref: CellRef, unit: str | None = None, officer: str | None = None, /,
             **params: object) -> None:
        """Record a finding at its cell, of a unit or an officer where it concerns one; ``params`` fill its text."""
        self.findings.append(finding(code, Where(Part.ROSTER, unit, officer).at(ref), **params))


def normal_id(value: Any) -> str | None:
    """An id as the program keeps it; None for a blank or unreadable cell."""
    if value is None or value is INVALID:
        return None
    return clean(str(value)).upper() or None


def usable_id(ident: str) -> str:
    """The id under which a row whose own cannot be used still stands: without spaces, other signs as a dash."""
    return _UNUSABLE.sub("-", "".join(ident.split())).strip(".-_")[:_LONGEST].strip(".-_")


def to_roster(sheets: Mapping[str, SheetData], spec: Spec, draft: Draft) -> Roster:
    """The roster in ``sheets`` (by sheet id); faults go into ``draft``."""
    units = _units(_rows(sheets, "units"), spec, draft)
    groups = _groups(_rows(sheets, "groups"), draft)
    officers = _officers(_rows(sheets, "officers"), units, groups, spec, draft)
    for unit in [item for item in units.values() if item.parent is not None and item.parent not in units]:
        draft.note("ROSTER_UNIT_PARENT", unit.at.cell("parent"), unit.id, unit=unit.id, parent=unit.parent)
        units[unit.id] = replace(unit, parent=None)
    return Roster(
        units=units, officers=officers, groups=groups,
        changes=tuple(_changes(_rows(sheets, "changes"), officers, spec, draft)),
        opinion_bodies=tuple(_bodies(_rows(sheets, "opinion_bodies"), draft)),
        days_off=_days(_rows(sheets, "days_off"), draft),
        signatures=tuple(_signatures(_rows(sheets, "signatures"), units, draft)),
        standards=_standards(_rows(sheets, "catalogue"), draft),
    )


def _rows(sheets: Mapping[str, SheetData], sheet: str) -> tuple[Row, ...]:
    data = sheets.get(sheet)
    return next(iter(data.blocks.values()), ()) if data else ()


def _identified(rows: Iterable[Row], field_id: str, draft: Draft) -> Iterator[tuple[str, Row]]:
    """Rows by their id, each id once; only a doubled one ends the run (R82).

    A row without an id is told and left out; one whose id cannot be used stands under the nearest that can, in error.
    """
    first: dict[str, RowRef] = {}
    for row in rows:
        typed, ref = normal_id(row[field_id]), row.at.cell(field_id)
        ident = typed if typed is None or _ID.fullmatch(typed) else usable_id(typed)
        if not ident or typed != ident and ident in first:
            draft.note("ROSTER_ID_MISSING" if typed is None else "ROSTER_ID_UNUSABLE", ref, ident=typed or "")
        elif ident in first:
            other = first[ident].cell(field_id).a1
            draft.refuse(ref, say("roster.convert.same_id", id=ident, cell=other), say("roster.convert.same_id_cure"))
        else:
            first[ident] = row.at
            if typed != ident:
                draft.faulty[field_id, ident] = typed or ""
            yield ident, row


def _units(rows: Iterable[Row], spec: Spec, draft: Draft) -> dict[str, Unit]:
    fallback = spec.lists["blocks"].options[0].code
    units = {}
    for ident, row in _identified(rows, "unit", draft):
        name, block, annex = _text(row, "name"), _text(row, "block"), _text(row, "annex")
        if ("unit", ident) in draft.faulty:
            draft.unclear[ident] = row.at.cell("unit").a1
            draft.note("ROSTER_ID_UNUSABLE", row.at.cell("unit"), ident, ident=draft.faulty["unit", ident])
        if name is None:
            draft.note("ROSTER_UNIT_NAME_MISSING", row.at.cell("name"), ident, unit=ident)
        if block is None:
            draft.unclear[ident] = row.at.cell("block").a1
            if row["block"] is None:
                draft.note("ROSTER_UNIT_BLOCK", row.at.cell("block"), ident, unit=ident)
            # Its officers are unusable; any block lets the unit still be listed, and the one of its annex fits best.
            by_annex = {value: key for key, value in spec.policy.annex_by_block.items()}
            block = by_annex.get(annex or "", fallback)
        units[ident] = Unit(ident, name or ident, normal_id(row["parent"]), block, annex, _text(row, "area"),
                            _text(row, "email"), _text(row, "contact"), row.at)
    return units


def _groups(rows: Iterable[Row], draft: Draft) -> dict[str, Group]:
    groups = {}
    for ident, row in _identified(rows, "group", draft):
        name, rate = _text(row, "name"), _number(row, "rate")
        if ("group", ident) in draft.faulty:
            draft.note("ROSTER_ID_UNUSABLE", row.at.cell("group"), ident=draft.faulty["group", ident])
        if name is None:
            draft.note("ROSTER_GROUP_NAME_MISSING", row.at.cell("name"), group=ident)
        groups[ident] = Group(ident, name or ident, _text(row, "authority"), row["binds"] != "no",
                              rate / _PERCENT if rate is not None else None, _text(row, "decision"), row.at)
    return groups


def _outcomes(row: Row, spec: Spec, draft: Draft, unit: str | None, officer: str) -> tuple[int, ...]:
    text = _text(row, "outcomes")
    found = outcomes_of(text, spec) if text else ()
    if found is None:
        draft.note("ROSTER_OUTCOME_UNKNOWN", row.at.cell("outcomes"), unit, officer, officer=officer, text=text)
    return found or ()


def _several(row: Row, field_id: str) -> tuple[str, ...]:
    """The texts of a cell that may hold several, separated by semicolons."""
    parts = (clean(part) for part in (_text(row, field_id) or "").split(";"))
    return tuple(part for part in parts if part)


def _officers(rows: Iterable[Row], units: Mapping[str, Unit], groups: Mapping[str, Group], spec: Spec,
              draft: Draft) -> dict[str, Officer]:
    officers = {}
    for ident, row in _identified(rows, "officer", draft):
        unit = _known(row, "unit", units, draft, ident, blank="ROSTER_OFFICER_UNIT")
        group = _known(row, "group", groups, draft, ident)
        if ("officer", ident) in draft.faulty:
            draft.note("ROSTER_ID_UNUSABLE", row.at.cell("officer"), unit, ident, ident=draft.faulty["officer", ident])
        settled = _outcomes(row, spec, draft, unit, ident)
        name, level = _text(row, "full_name"), row["previous_level"]
        if name is None and row["full_name"] is not INVALID:
            draft.note("ROSTER_NAME_MISSING", row.at.cell("full_name"), unit, ident, officer=ident)
        officers[ident] = Officer(
            id=ident, name=name or ident, birth_date=_date(row, "birth_date"), unit=unit or "",
            post_class=_text(row, "post_class"), party_post=_text(row, "party_post"),
            government_post=_text(row, "government_post"), union_post=_text(row, "union_post"),
            other_post=_text(row, "other_post"), head=row["head"] is True,
            committee_member=row["committee_member"] is True, authority=_text(row, "authority"), group=group,
            field_in_charge=_text(row, "field_in_charge"), standing=_text(row, "standing"),
            standing_document=_text(row, "standing_document"),
            previous_level=int(level) if isinstance(level, str) else None, at=row.at,
            birth_year=_year(row, "birth_date"), outcomes=settled,
            other_classes=_several(row, "other_classes"), standing_board=row["standing_board"] is True)
    return officers


def _changes(rows: Iterable[Row], officers: Mapping[str, Officer], spec: Spec, draft: Draft) -> Iterator[Change]:
    for row in rows:
        ident = normal_id(row["officer"])
        officer = officers.get(ident or "")
        if officer is None:
            draft.note("ROSTER_CHANGE_OFFICER", row.at.cell("officer"), officer=ident or "")
            continue
        kind, start = _text(row, "change"), _date(row, "start")
        if row["change"] is None:
            draft.note("ROSTER_CHANGE_KIND", row.at.cell("change"), officer.unit, officer.id, officer=officer.id)
        elif kind is not None and row["start"] is None:
            draft.note("ROSTER_CHANGE_START", row.at.cell("start"), officer.unit, officer.id, officer=officer.id,
                       kind=spec.lists["change_kind"].label(kind))
        if kind is None or start is None or row["end"] is INVALID:
            continue
        yield Change(officer.id, kind, start, _date(row, "end"), normal_id(row["former_unit"]), _text(row, "document"),
                     row.at, normal_id(row["place"]), _text(row, "conclusion"))


def _bodies(rows: Iterable[Row], draft: Draft) -> Iterator[OpinionBody]:
    for ident, row in _identified(rows, "body", draft):
        yield OpinionBody(ident, _text(row, "name") or ident, _text(row, "role"), _text(row, "covers"),
                          _date(row, "due"), row.at, row["members"] if isinstance(row["members"], tuple) else ())


def _days(rows: Iterable[Row], draft: Draft) -> dict[date, str]:
    days: dict[date, str] = {}
    for row in rows:
        day = _date(row, "day")
        if day is None:
            continue
        if day in days:
            draft.note("ROSTER_DAY_TWICE", row.at.cell("day"), date=f"{day:%d/%m/%Y}")
        days.setdefault(day, _text(row, "name") or "")
    return days


def _signatures(rows: Iterable[Row], units: Mapping[str, Unit], draft: Draft) -> Iterator[Signature]:
    seen: set[tuple[str, str | None]] = set()
    for row in rows:
        unit, paper = _known(row, "unit", units, draft), _text(row, "paper")
        if paper is None or unit is None and normal_id(row["unit"]) is not None:
            continue
        if (paper, unit) in seen:
            draft.note("ROSTER_SIGNATURE_TWICE", row.at.cell("paper"), unit, paper=paper)
            continue
        seen.add((paper, unit))
        yield Signature(paper, unit, *(_text(row, name) for name in ("authority", "post", "name", "series", "place")))


def _standards(rows: Iterable[Row], draft: Draft) -> dict[str, StandardProduct]:
    return {ident: StandardProduct(ident, _text(row, "axis"), _text(row, "product"), _text(row, "unit_of_measure"),
                                   _number(row, "coefficient"), row.at)
            for ident, row in _identified(rows, "code", draft)}


def _known(row: Row, field_id: str, known: Mapping[str, object], draft: Draft, officer: str | None = None,
           blank: str | None = None) -> str | None:
    """The id a cell names; None, and an error of the row, where nothing bears it. ``blank``: the code of a blank cell."""
    typed, ref = normal_id(row[field_id]), row.at.cell(field_id)
    # Never a guess: only the id of a row that stands under another one because its own could not be used.
    ident = next((used for (name, used), own in draft.faulty.items() if (name, own) == (field_id, typed)), typed)
    if typed is None:
        if blank is not None and row[field_id] is None:
            draft.note(blank, ref, None, officer, officer=officer or "")
        return None
    if ident not in known:
        draft.note("ROSTER_REFERENCE", ref, None, officer, ident=typed)
        return None
    return ident


def _typed(kind: type) -> Callable[[Row, str], Any]:
    def read(row: Row, field_id: str) -> Any:
        value = row[field_id]
        return value if isinstance(value, kind) else None

    return read


_date, _year = _typed(date), _typed(int)


def _text(row: Row, field_id: str) -> str | None:
    value = row[field_id]
    return (clean(value) or None) if isinstance(value, str) else None


def _number(row: Row, field_id: str) -> Decimal | None:
    value = row[field_id]
    return Decimal(value) if isinstance(value, int | Decimal) else None
