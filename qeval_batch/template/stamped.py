"""The stamp of a unit's workbook, from its layout: written into a template, or given to a file that bears none."""

from __future__ import annotations

from qeval_batch.core.period import Period
from qeval_batch.model.roster import Roster, Unit
from qeval_batch.model.submission import Stamp
from qeval_batch.rules.asked import Asked
from qeval_batch.spec.load import Spec
from qeval_batch.template.facts import UnitFacts, moved_from
from qeval_batch.template.layout import BookPlace, lay_out
from qeval_batch.workbook import stamp


def stamp_of(book: BookPlace, key: bytes) -> Stamp:
    """The signed stamp of a workbook of this layout."""
    facts = book.facts
    forms = {sheet.form.form: sheet.form for sheet in book.sheets}
    return stamp.make(
        facts.kind, facts.unit.id, str(facts.period), facts.profile,
        {name: form.version for name, form in forms.items()},
        {sheet.name: (sheet.form.form, sheet.sheet.id, sheet.officer.id if sheet.officer else "")
         for sheet in book.sheets},
        stamp.layout_hash(forms.values()), key, facts.notes)


def assigned_stamp(spec: Spec, unit: Unit, roster: Roster, period: Period, key: bytes,
                   officer: str | None = None) -> Stamp:
    """The stamp the unit's own workbook would bear, or the one of ``officer``'s file; ValueError for another's."""
    officers = Asked(roster, period, spec.policy).offered(unit.id)
    facts = UnitFacts(spec, period, unit, officers, moved_from(roster, unit, spec, period))
    return stamp_of(lay_out(facts, "officer" if officer else "all", officer), key)


