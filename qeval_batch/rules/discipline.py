"""R37: who was disciplined in the quarter and whether shortcomings are remedied, from all three sources at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qeval_batch.core.cells import CellRef
from qeval_batch.core.period import Period
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.records import OfficerSheet, UnitRecord
from qeval_batch.model.roster import Change, Officer
from qeval_batch.rules.trace import TraceLine
from qeval_batch.spec.sections import LevelKeys

# The sources of R37 as its findings name them.
_ROSTER, _PART_C, _PART_III = "danh mục", "phần C bản tự đánh giá", "phần III Phụ lục 09"
_BOTH, _EITHER = f"{_ROSTER} và {_PART_C}", f"{_ROSTER} hoặc {_PART_C}"
_LOWER_PART, _LEADERSHIP = "Phụ lục 09 của đơn vị trực thuộc", "lãnh đạo đơn vị"
_WHOLE = "tập thể"
_CLAUSE = LevelKeys.clean[1]
BROKEN = TraceLine("R37", _CLAUSE, "Không đạt điều kiện về kỷ luật, khắc phục hạn chế: {what}.")
BLANK = TraceLine("R37", _CLAUSE, "Chưa đủ trả lời về kỷ luật, khắc phục hạn chế: {what}.")
CLEAN = TraceLine("R37", _CLAUSE,
                  "Không ai trong lãnh đạo, không đơn vị trực thuộc nào bị kỷ luật; đã khắc phục 100% hạn chế.")
# What breaks R37 and what leaves it open, as those lines list it.
_MEMBER, _LOWER = "thành viên lãnh đạo", "đơn vị trực thuộc"
_WHO = {_WHOLE: "tập thể bị kỷ luật trong quý", _MEMBER: "có thành viên lãnh đạo bị kỷ luật trong quý",
        _LOWER: "có đơn vị trực thuộc bị kỷ luật trong quý"}
_UNANSWERED = "chưa trả lời kỷ luật đối với {who}"
_UNIT_NOT_REMEDIED, _UNIT_REMEDY_BLANK = "tập thể chưa khắc phục 100% hạn chế", "tập thể chưa trả lời về khắc phục hạn chế"
_SELF, _SELF_BLANK = "bản thân bị kỷ luật trong quý", "phần C chưa trả lời về kỷ luật"
_SELF_NOT_REMEDIED, _SELF_REMEDY_BLANK = "bản thân chưa khắc phục 100% hạn chế", "phần C chưa trả lời về khắc phục hạn chế"


@dataclass(frozen=True)
class UnitDiscipline:
    """What is known of a unit. ``broken`` and ``blank`` are Vietnamese phrases: why R37 fails, what is unanswered.

    ``disciplined``: collective, leadership or a subordinate unit, by any source; None where only a blank keeps it open.
    """

    disciplined: bool | None = None
    broken: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    cells: tuple[CellRef, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Clean:
    """R37 for one officer: True, False, or None where only a blank answer keeps it open; its line and what it lists."""

    holds: bool | None
    line: TraceLine = CLEAN
    what: tuple[str, ...] = ()
    cells: tuple[CellRef, ...] = ()


def in_roster(changes: Sequence[Change], period: Period) -> bool:
    """Whether the roster dates a disciplinary decision in the quarter: its day counts, not how long it runs."""
    return any(item.kind == "discipline" and period.start <= item.start <= period.end for item in changes)


def own(sheet: OfficerSheet | None, changes: Sequence[Change], period: Period) -> bool | None:
    """Whether one officer was disciplined in the quarter: the roster and part C both count; None where not answered."""
    if in_roster(changes, period):
        return True
    return sheet.discipline if sheet else None


def of_unit(record: UnitRecord, officers: Sequence[Officer], changes: Mapping[str, Sequence[Change]], period: Period,
            children: Sequence[UnitRecord]) -> UnitDiscipline:
    """Discipline and remedies of one unit and what its three sources do not agree on."""
    part = record.collective
    if part is None:
        return UnitDiscipline()
    members = [item.id for item in officers if own(record.sheets.get(item.id), changes.get(item.id, ()), period)]
    lower = any(child.collective and child.collective.discipline_collective for child in children)
    answers = {_WHOLE: part.discipline_collective, _MEMBER: part.discipline_member, _LOWER: part.discipline_subordinate}
    known = {_MEMBER: bool(members), _LOWER: lower}
    broken = [_WHO[who] for who, answer in answers.items() if answer or known.get(who)]
    blank = [_UNANSWERED.format(who=who) for who, answer in answers.items() if answer is None]
    disciplined = True if broken else None if blank else False
    if part.remedied is False:
        broken.append(_UNIT_NOT_REMEDIED)
    elif part.remedied is None:
        blank.append(_UNIT_REMEDY_BLANK)
    names = ("discipline_collective", "discipline_member", "discipline_subordinate", "remedied")
    return UnitDiscipline(disciplined, tuple(broken), tuple(blank), tuple(part.at.cell(name) for name in names),
                          tuple(_disagreements(record, officers, changes, period, members, lower)))


def clean(unit: UnitDiscipline, sheet: OfficerSheet, disciplined: bool | None) -> Clean:
    """R37 for one officer: the unit's leadership and subordinate units, and the officer's own part C."""
    broken, blank = list(unit.broken), list(unit.blank)
    if disciplined:
        broken.append(_SELF)
    elif disciplined is None:
        blank.append(_SELF_BLANK)
    if sheet.remedied is False:
        broken.append(_SELF_NOT_REMEDIED)
    elif sheet.remedied is None:
        blank.append(_SELF_REMEDY_BLANK)
    cells = (*unit.cells, sheet.at.cell("discipline"), sheet.at.cell("remedied"))
    if broken:
        return Clean(False, BROKEN, tuple(broken), cells)
    return Clean(None, BLANK, tuple(blank), cells) if blank else Clean(True, CLEAN, (), cells)


def _disagreements(record: UnitRecord, officers: Sequence[Officer], changes: Mapping[str, Sequence[Change]],
                   period: Period, members: Sequence[str], lower: bool) -> list[Finding]:
    found: list[Finding] = []
    for officer in officers:
        sheet = record.sheets.get(officer.id)
        roster = in_roster(changes.get(officer.id, ()), period)
        if sheet is not None and sheet.discipline is not None and sheet.discipline != roster:
            yes, no = (_ROSTER, _PART_C) if roster else (_PART_C, _ROSTER)
            where = Where(Part.OFFICER, record.unit, officer.id).at(sheet.at.cell("discipline"))
            found.append(finding("RULE_DISCIPLINE_DIFFERS", where, who=officer.id, yes=yes, no=no))
    part = record.collective
    assert part is not None
    where = Where(Part.COLLECTIVE, record.unit)
    answered = part.discipline_member
    if answered is not None and answered != bool(members):
        heard = ", ".join(members) or _LEADERSHIP
        yes, no = (_PART_III, _BOTH) if answered else (_EITHER, _PART_III)
        found.append(finding("RULE_DISCIPLINE_DIFFERS", where.at(part.at.cell("discipline_member")), who=heard, yes=yes,
                             no=no))
    if part.discipline_subordinate is False and lower:
        found.append(finding("RULE_DISCIPLINE_DIFFERS", where.at(part.at.cell("discipline_subordinate")),
                             who=_LOWER, yes=_LOWER_PART, no=_PART_III))
    return found
