"""Bytes of a returned workbook to a Submission: identified by its stamp alone, every value with its cell.

Nothing here raises for what stands in a file; what cannot be read is a finding, and the sound rest is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from qeval_batch import messages
from qeval_batch.core.period import Period
from qeval_batch.core.text import match_key
from qeval_batch.model.findings import Finding, Part, Where, finding, in_order
from qeval_batch.model.submission import Assigned, Row, SheetData, Stamp, Submission, part_of
from qeval_batch.spec.form import Sheet
from qeval_batch.spec.load import Spec
from qeval_batch.spreadsheet.grid import Grid, Unreadable, open_grid
from qeval_batch.workbook import stamp as stamps
from qeval_batch.workbook import tags
from qeval_batch.workbook.blocks import Reading, Table, read_block, regions
from qeval_batch.workbook.headers import Region, find_header, repeated_headers
from qeval_batch.workbook.hidden import note_hidden
from qeval_batch.workbook.legacy_cells import damaged_texts, legacy_texts
from qeval_batch.workbook.outside import note_outside
from qeval_batch.workbook.places import SheetIdentity, SheetVersion, not_its_own, place_of, the_one
from qeval_batch.workbook.plan import BlockPlan, Plans, SheetPlan, plan_sheet, plans_of
from qeval_batch.workbook.review import is_review_copy
from qeval_batch.workbook.tags import Tag
from qeval_batch.workbook.tops import OF_UNKNOWN, tops_of

# A person may say whose a file is, not that a copy made to look at is a submission.
_REVIEW_COPY = "FILE_REVIEW_COPY"
# Sheets of the program's own beside the stamp (the hidden lists) begin so.
_OWN_SHEET = "_"

_CELL = "cell"                        # the family of what stands in one cell: no sign of a sheet's structure
_BLANK = frozenset(("SHEET_BLANK", "SHEET_BLANK_DOSSIER"))


def peek_stamp(data: bytes) -> Stamp | None:
    """The stamp a file carries, verified or not; None when it has none or may not be opened."""
    try:
        return _stamp_of(open_grid(data))
    except Unreadable:
        return None


def read_workbook(file: str, data: bytes, spec: Spec, key: bytes, period: Period,
                  assigned: Assigned | None = None) -> Submission:
    """Everything usable in a returned workbook. ``refused`` when container or stamp forbid using any of it.

    ``assigned`` takes the place of a stamp that is not there or does not verify, never of one that does.
    Blank required cells are the checks' affair: they know when a blank is right. Findings name file, sheet and cell.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    where = Where(Part.FILE, file=file)
    try:
        grid = open_grid(data)
        stamp = _stamp_of(grid)
    except Unreadable as error:
        return Submission(file, sha256, None, (), (finding(error.code, where, **error.params),), refused=True)
    unknown = _unidentified(grid, stamp, key)
    told: list[Finding] = []
    if unknown is not None:
        # A stamp that does not verify names nobody: its unit may be anything.
        if assigned is None or unknown == _REVIEW_COPY:
            return Submission(file, sha256, None, (), (finding(unknown, where),), refused=True,
                              tops=tops_of(grid, OF_UNKNOWN))
        stamp, act = assigned.stamp, assigned.act
        told.append(finding("STAMP_ASSIGNED", replace(where, unit=stamp.unit), unit=stamp.unit, by=act.by,
                            reason=act.reason))
    assert stamp is not None
    where = replace(where, unit=stamp.unit)
    faults = _check_stamp(stamp, where, spec, period)
    if faults:
        return Submission(file, sha256, stamp, (), (*told, *faults), refused=True)
    read = _read_sheets(Submission(file, sha256, stamp, tops=tops_of(grid)), grid, plans_of(spec), given=bool(told))
    if told and not read.sheets:
        told.append(finding("STAMP_ASSIGNED_EMPTY", where, unit=stamp.unit))
    return replace(read, findings=tuple(in_order([*told, *read.findings])))


def read_table_sheet(grid: Grid, sheet_form: Sheet, spec: Spec, file: str) -> tuple[SheetData, list[Finding]]:
    """One sheet that is a plain table without stamp, tag or title (the roster's), found by its visible name.

    Always returns a SheetData. The caller looks for two codes: ``TABLE_SHEET_MISSING`` (no such sheet) and
    ``TABLE_COLUMN_MISSING`` (a required column is not in the header row; also given for each when no header row is
    found in the first ten rows); slots ``sheet`` and ``label``. A missing optional column is a warning, its values are
    None; of a column that stands twice the first is read, with a warning. Findings of a row carry the officer and unit its
    own ``officer`` and ``unit`` cells name.
    """
    block = sheet_form.blocks[0]
    wanted = match_key(sheet_form.name)
    name = next((item for item in grid.sheets if match_key(item) == wanted), None)
    where = Where(Part.ROSTER, file=file, sheet=sheet_form.name)
    empty = SheetData("", sheet_form.id, sheet_form.name, None, {block.id: ()}, blank=True)
    if name is None:
        return empty, [finding("TABLE_SHEET_MISSING", where, sheet=sheet_form.name)]
    where = replace(where, sheet=name)
    try:
        cells = grid.sheet(name)
    except Unreadable as error:
        return replace(empty, name=name), [finding(error.code, replace(where, part=Part.FILE), **error.params)]
    sheet_plan = plan_sheet(sheet_form, spec, "")
    plan = sheet_plan.blocks[0]
    reading = Reading(file, cells, where)
    header, columns = find_header(cells, Region(plan, 1, len(cells.rows)), enough=1)
    for item in plan.inputs:
        if item.id not in columns and (item.field.required or header is not None):
            code = "TABLE_COLUMN_MISSING" if item.field.required else "TABLE_COLUMN_ABSENT"
            reading.note(code, header, sheet=name, label=item.field.label)
    if header is None:
        return replace(empty, name=name), in_order(reading.findings)
    for item, column in repeated_headers(cells, plan, header, columns):
        reading.note("TABLE_COLUMN_TWICE", header, column, sheet=name, label=item.field.label)
    lost = {item.id: None for item in plan.inputs if item.id not in columns}
    rows = tuple(Table(reading, Region(plan, header, len(cells.rows)), header, columns, lost).rows())
    blocks = {block.id: rows}
    data = SheetData("", sheet_form.id, name, None, blocks, not reading.filled, _digest(blocks, (plan,)))
    note_hidden(reading, sheet_plan, blocks)
    damaged = [replace(item, where=replace(item.where, part=Part.ROSTER)) for item in damaged_texts([data], grid, where)]
    return data, in_order([*_owned(reading.findings, rows), *damaged])


def _owned(findings: Iterable[Finding], rows: Iterable[Row]) -> list[Finding]:
    """Findings of a roster's rows with the person and unit the row itself names."""
    by_row = {row.at.row: row for row in rows}
    owned = []
    for item in findings:
        row = by_row.get(item.where.cell.row) if item.where.cell else None
        if row is not None:
            officer, unit = (row[name] if row.has(name) else None for name in ("officer", "unit"))
            item = replace(item, where=replace(item.where, officer=officer, unit=unit))
        owned.append(item)
    return owned


# --- The stamp -----------------------------------------------------------------------------------------------------------
def _stamp_name(grid: Grid) -> str | None:
    return next((name for name in grid.sheets if name.casefold() == stamps.SHEET), None)


def _stamp_of(grid: Grid) -> Stamp | None:
    name = _stamp_name(grid)
    if name is None:
        return None
    rows = grid.sheet(name).rows
    return stamps.from_rows((cells[0], cells[1]) for cells in rows if len(cells) > 1 and cells[0] != "")


def _unidentified(grid: Grid, stamp: Stamp | None, key: bytes) -> str | None:
    """Why the file does not say, or does not say truly, whose it is: a code; None where its stamp verifies."""
    if stamp is None:
        return "STAMP_BROKEN" if _stamp_name(grid) else _REVIEW_COPY if is_review_copy(grid) else "STAMP_MISSING"
    if stamps.verify(stamp, key):
        return None
    return "STAMP_ALTERED" if stamps.made_here(stamp, key) else "STAMP_FORGED"


def _check_stamp(stamp: Stamp, where: Where, spec: Spec, period: Period) -> list[Finding]:
    """Why nothing of the file may be used; the first reason that makes the others idle stands alone."""
    if stamp.kind not in spec.kinds:
        return [finding("STAMP_KIND", where, kind=stamp.kind)]
    if stamp.period != str(period):
        return [finding("STAMP_PERIOD", where, period=stamp.period, expected=period)]
    profile = spec.policy.score.profile
    if stamp.profile != profile:
        return [finding("STAMP_PROFILE", where, profile=stamp.profile, expected=profile)]
    unknown = [f"{form} {version}" for form, version in sorted(stamp.forms.items())
               if form not in spec.forms or version not in (spec.forms[form].version, *spec.forms[form].accepts)]
    if unknown:
        return [finding("STAMP_FORM", where, forms=", ".join(unknown))]
    if not _older_forms(stamp, spec) and stamp.layout != plans_of(spec).layout(frozenset(stamp.forms)):
        return [finding("STAMP_LAYOUT", where)]
    return []


def _older_forms(stamp: Stamp, spec: Spec) -> list[str]:
    """Forms of which the file is an accepted older version; the layout it had is not kept, so it is not compared."""
    return [form for form, version in sorted(stamp.forms.items()) if version != spec.forms[form].version]


# --- Sheets --------------------------------------------------------------------------------------------------------------
def _read_sheets(submission: Submission, grid: Grid, plans: Plans, *, given: bool) -> Submission:
    stamp = submission.stamp
    assert stamp is not None
    where = Where(Part.FILE, stamp.unit, None, submission.file)
    findings = [finding(code, where) for code, there in
                (("FILE_MACROS", grid.macros), ("FILE_EXTERNAL_LINKS", grid.links)) if there]
    older = _older_forms(stamp, plans.spec)
    if older:
        findings.append(finding("FORM_OLDER", where, forms=", ".join(f"{form} {stamp.forms[form]}" for form in older)))
    by_place: dict[SheetIdentity, list[SheetVersion]] = {}
    for name in grid.sheets:
        if name.startswith(_OWN_SHEET):
            continue
        tag = _tag_of(grid, name)
        place = place_of(tag, name, stamp, plans.spec, given=given)
        if place is None:
            findings.append(not_its_own(tag, name, stamp, replace(where, sheet=name)))
            continue
        plan = _plan(plans, place, stamp.profile)
        if plan is not None and plan.has_inputs:
            by_place.setdefault(place, []).append(_read_sheet(submission, grid, name, place, plan,
                                                                place[0] in older))
    sheets: list[SheetData] = []
    for place, versions in by_place.items():
        kept, found = the_one(place, versions, stamp, frozenset(by_place), where)
        sheets += kept
        findings += found
    findings += [*legacy_texts(sheets, grid, findings, where), *damaged_texts(sheets, grid, where)]
    return told_once(replace(submission, sheets=tuple(sheets), findings=tuple(in_order(findings))))


def told_once(read: Submission) -> Submission:
    """``read``; where not one of its several sheets was filled, told so once and not for each sheet."""
    if len(read.sheets) < 2 or not all(sheet.blank for sheet in read.sheets):
        return read
    unit = read.stamp.unit if read.stamp else None
    others = [item for item in read.findings if item.code not in _BLANK]
    blank = finding("FILE_BLANK_TEMPLATE", Where(Part.FILE, unit, None, read.file))
    return replace(read, findings=tuple(in_order([*others, blank])))


def _tag_of(grid: Grid, name: str) -> Tag | None:
    try:
        return tags.parse(grid.sheet(name).cell(1, 1))
    except Unreadable:
        return None


def _plan(plans: Plans, place: SheetIdentity, profile: str) -> SheetPlan | None:
    form, sheet, _ = place
    if all(item.id != sheet for item in plans.spec.forms[form].sheets):
        return None
    return plans.of(form, sheet, profile)


def _read_sheet(submission: Submission, grid: Grid, name: str, place: SheetIdentity, plan: SheetPlan, older: bool) \
        -> tuple[SheetData, list[Finding]]:
    form, sheet, officer = place
    stamp = submission.stamp
    where = Where(part_of(sheet), stamp.unit if stamp else None, officer or None, submission.file, name)
    data = SheetData(form, sheet, name, officer or None, {})
    try:
        cells = grid.sheet(name)
    except Unreadable:
        return data, [finding("SHEET_DAMAGED", where, sheet=name)]
    reading = Reading(submission.file, cells, where, older=older)
    found = regions(reading, plan)
    blocks = {block.id: read_block(reading, found[block.id]) if block.id in found else () for block in plan.blocks}
    note_outside(reading, found)
    structure = [item for item in reading.findings if messages.family(item) != _CELL]
    blank = not reading.filled and not structure
    data = replace(data, blocks=blocks, blank=blank, digest=_digest(blocks, plan.blocks))
    if blank and plan.sheet.may_be_blank:
        return data, []
    if blank:
        code = "SHEET_BLANK_DOSSIER" if where.part is Part.DOSSIER else "SHEET_BLANK"
        return data, [finding(code, where, sheet=name)]
    note_hidden(reading, plan, blocks)
    if name in grid.hidden:
        reading.note("SHEET_HIDDEN", sheet=name)
    return data, reading.findings


def _digest(blocks: Mapping[str, tuple[Row, ...]], plans: Iterable[BlockPlan]) -> str:
    """A hash of what was filled in, wherever it stands: two versions of a sheet differ when it does."""
    digest = hashlib.sha256()
    for plan in plans:
        inputs = [item.id for item in plan.inputs]
        rows = [(row.key, *map(row.values.get, inputs)) for row in blocks.get(plan.id, ())]
        digest.update(repr((plan.id, rows)).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
