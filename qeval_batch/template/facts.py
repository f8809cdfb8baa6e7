"""What a template knows before anybody fills it: the unit, its officers, the quarter, and every prefilled value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from functools import cached_property
from typing import Any

from qeval_batch.core.period import Period
from qeval_batch.core.text import match_key
from qeval_batch.model.records import AXES
from qeval_batch.model.roster import Officer, Roster, Unit
from qeval_batch.rules.deadlines import deadline
from qeval_batch.rules.eligibility import authority_class
from qeval_batch.rules.scope import in_dossier, unit_proposes
from qeval_batch.rules.transfer import moved_away, stay_text
from qeval_batch.spec.form import Block, Field, FixedRow, Form
from qeval_batch.spec.load import ANNEX, Spec

MAIN, SECONDARY = "main", "secondary"
# What titles, texts and prefilled cells of a form may name in braces.
PLACEHOLDERS = frozenset({
    "unit", "unit_name", "period", "period_label", "period_end", "form_title", "form_subtitle", "addressee", "officer",
    "full_name", "post", "axis", "axis_name", "dossier_deadline", "dossier_day", "axes_points", "general_points",
    "total_points", "contact", "report_deadline", "assessors_deadline",
    "transfer_months"})
_QUARTER = "quý "       # the label of the cell says it already
_PLACEHOLDER = re.compile(r"\{(\w+)\}", re.ASCII)


@dataclass(frozen=True)
class Moved:
    """An officer who moved away in the quarter: where to, and when the officer served here (R21)."""

    officer: Officer
    new_unit: str
    stay: str


def moved_from(roster: Roster, unit: Unit, spec: Spec, period: Period) -> tuple[Moved, ...]:
    """Whoever moved away from ``unit`` in the quarter, each to get a sheet of the former unit's opinion (R21)."""
    return tuple(Moved(officer, roster.units[officer.unit].name if officer.unit in roster.units else officer.unit,
                       stay_text(stay)) for officer, stay in moved_away(roster, unit.id, period, spec.policy))


@dataclass(frozen=True)
class UnitFacts:
    """One workbook before it is filled: forms and policy, quarter, unit, its officers in roster order.

    ``kind``: the workbook's, the unit's own by default (``unit`` is then whom it goes to, an assessing body too).
    ``rows``: the records of blocks with ``rows_from: records`` by (sheet id, block id): field id -> value, and ``key``.
    ``notes``: what else the stamp says, to come back with the file.
    """

    spec: Spec
    period: Period
    unit: Unit
    officers: tuple[Officer, ...]
    moved: tuple[Moved, ...] = ()
    of_kind: str | None = None
    rows: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]] = attribute(default_factory=dict)
    notes: Mapping[str, str] = attribute(default_factory=dict)

    @property
    def kind(self) -> str:
        """The stamp's kind."""
        return self.of_kind or self.spec.unit_set.kind

    @cached_property
    def profile(self) -> str:
        return self.spec.policy.score.profile

    @cached_property
    def confirming_bodies(self) -> tuple[str, ...]:
        """Bodies that may confirm an objective cause; never the unit itself (R17, rules.md C)."""
        bodies = self.spec.policy.confirming_bodies
        return tuple(body for body in bodies if match_key(body) != match_key(self.unit.name))

    def records(self, sheet: str, block: str) -> Sequence[Mapping[str, Any]]:
        """The prefilled records of a block with ``rows_from: records``."""
        return self.rows.get((sheet, block), ())

    def person(self, officer_id: str) -> Officer:
        return next(item for item in self.officers if item.id == officer_id)

    @cached_property
    def proposed(self) -> tuple[Officer, ...]:
        """Those for whom the unit proposes a level: rows of `Tổng hợp` (R50, R52)."""
        return tuple(item for item in self.officers if unit_proposes(item, self.spec.policy))

    @cached_property
    def in_dossier(self) -> tuple[Officer, ...]:
        """Those whose self-assessment is a part of the unit's dossier: rows of `Hồ sơ` (R60)."""
        return tuple(item for item in self.officers if in_dossier(item, self.spec.policy))

    def forms(self) -> tuple[tuple[Form, Officer | None], ...]:
        """The forms of the workbook in the order of its sheets; the annex once per officer (V.2), others as they say."""
        forms: list[tuple[Form, Officer | None]] = []
        for name in self.spec.forms_of(self.kind):
            if name == ANNEX:
                forms += [(self.annex(officer), officer) for officer in self.officers]
            elif self.spec.forms[name].per == "moved":
                forms += [(self.spec.forms[name], item.officer) for item in self.moved]
            elif self.spec.forms[name].per != "records" or self._has_rows(self.spec.forms[name]):
                forms.append((self.spec.forms[name], None))
        return tuple(forms)

    def _has_rows(self, form: Form) -> bool:
        return any(self.records(sheet.id, block.id) for sheet in form.sheets for block in sheet.blocks)

    def annex(self, officer: Officer) -> Form:
        """The annex this officer fills, by authority class, then the unit's own, then its block."""
        return self.spec.forms[self.spec.annex_of(self.unit.block, self.unit.annex, authority_class(officer, self.spec.policy))]

    def criteria(self) -> tuple[str, ...]:
        """The suggested criteria of the unit's own annex, axis by axis, as lines of text (V.2)."""
        form = self.spec.forms[self.spec.annex_of(self.unit.block, self.unit.annex, None)]
        names = self.spec.axis_names
        return tuple(line for axis, items in sorted(form.criteria.items())
                     for line in (names.get(axis, axis), *(f"- {item}" for item in items)))

    def text(self, template: str, form: Form, officer: Officer | None = None, axis: str | None = None) -> str:
        """``template`` with its placeholders filled in; one that is not in PLACEHOLDERS is left as it stands."""
        if "{" not in template:
            return template
        words = {**self._common, **self._form_words(form)}
        if officer is not None:
            words |= {"officer": officer.id, "full_name": officer.name, "post": officer.post}
        if axis is not None:
            words |= {"axis": axis, "axis_name": self.spec.axis_names[axis]}
        return _PLACEHOLDER.sub(lambda match: words.get(match[1], match[0]), template)

    def prefill(self, form: Form, block: Block, field: Field, fixed: FixedRow | None = None,
                officer: Officer | None = None, axis: str | None = None, number: int = 0) -> Any:
        """The value the program puts in a cell: str, int, date, a choice code, or None.

        ``officer``, ``axis`` and ``number`` are those of the row (or of the sheet). Of inputs only role and maximum
        points of an axis (B1) get a value: the annex's suggestion, there to be changed.
        """
        if fixed is not None and field.id in fixed.values:
            return self.text(fixed.values[field.id], form, officer, axis)
        if block.id == "axes" and fixed is not None and fixed.key in AXES:
            return self._axis_default(field.id, fixed.key, form)
        if field.source != "prefill":
            return None
        if block.rows_from == "officers" and officer is not None:
            return self._person_value(field.id, officer, number)
        if block.kind == "fields":
            return self._header_value(field.id, officer)
        return None

    def _axis_default(self, field_id: str, axis: str, form: Form) -> Any:
        if field_id == "role":
            return MAIN if axis in form.main_axes else SECONDARY
        if field_id == "max_points":
            return form.axis_points.get(self.profile, {}).get(axis)
        return None

    def _person_value(self, field_id: str, officer: Officer, number: int) -> Any:
        if field_id == "post":
            return ", ".join(part for part in (officer.post, self.unit.name) if part)
        return {"no": number, "officer": officer.id, "full_name": officer.name}.get(field_id) or \
            self._header_value(field_id, officer)

    def _header_value(self, field_id: str, officer: Officer | None) -> str | date | None:
        if field_id == "unit_name":
            return self.unit.name
        if field_id == "period":
            return self.period.label.removeprefix(_QUARTER)
        if field_id in ("new_unit", "stay"):
            moved = next((item for item in self.moved if officer is not None and item.officer.id == officer.id), None)
            return str(getattr(moved, field_id)) if moved else None
        names = {"full_name": "name", "officer": "id"}
        value: str | date | None = getattr(officer, names.get(field_id, field_id), None)
        return value

    @cached_property
    def _common(self) -> dict[str, str]:
        score, end = self.spec.policy.score, self.period.end
        general, axes = score.general_points[self.profile], score.axes_points[self.profile]
        return {
            "unit": self.unit.id, "unit_name": self.unit.name, "contact": self.unit.contact or "…",
            "period": str(self.period), "period_label": self.period.label, "period_end": _vi_date(end),
            "dossier_day": str(self._due("dossier").day), "dossier_deadline": _vi_date(self._due("dossier")),
            "transfer_months": f"{self.spec.policy.transfer.months:02d}",
            "report_deadline": _vi_date(self._due("result_report")), "assessors_deadline": _vi_date(self._due("assessors")),
            "general_points": str(general), "axes_points": str(axes), "total_points": str(general + axes)}

    def _due(self, code: str) -> date:
        """The day of the text; whether it is moved for a day off is told by who watches it."""
        return deadline(code, self.spec.policy, self.period, {}).named

    def _form_words(self, form: Form) -> dict[str, str]:
        base = form
        while base.extends:
            base = self.spec.forms[base.extends]
        subtitle = base.title if form.extends else form.addressee
        return {"form_title": form.title.upper(), "form_subtitle": subtitle.upper(), "addressee": form.addressee}


def _vi_date(day: date) -> str:
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
