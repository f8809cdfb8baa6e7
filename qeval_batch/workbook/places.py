"""Which sheet of which workbook a tab is, by the tag in its first cell, else by its name; whose a copied tab is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.model.findings import Finding, Where, finding
from qeval_batch.model.submission import SheetData, Stamp, part_of
from qeval_batch.spec.load import Spec
from qeval_batch.workbook.tags import Tag

SheetIdentity = tuple[str, str, str]     # form id, sheet id, officer or ""
SheetVersion = tuple[SheetData, list[Finding]]


def place_of(tag: Tag | None, name: str, stamp: Stamp, spec: Spec, *, given: bool = False) -> SheetIdentity | None:
    """Which sheet a tab is: by its tag, else by its stamped name; None for one that is not of this unit and quarter.

    Officers' own workbooks put together in one file: each tag still names the unit and the quarter it was made for. A
    stamp that a person gave (``given``) is for the sheets that person named, and no others.
    """
    if tag is None:
        return _named(name, stamp)
    if not tag.of(stamp.unit, stamp.period):
        return None
    own = tag.place in stamp.sheets.values() or (not given and _put_together(tag, stamp, spec))
    return tag.place if own else None


def _put_together(tag: Tag, stamp: Stamp, spec: Spec) -> bool:
    """Whether a tab of another workbook of the same unit, quarter and kind was moved in here."""
    form = spec.forms.get(tag.form)
    return bool(tag.unit and tag.period) and form is not None and form.kind == stamp.kind \
        and any(item.id == tag.sheet for item in form.sheets)


def _named(name: str, stamp: Stamp) -> SheetIdentity | None:
    wanted = match_key(name)
    return next((place for stamped, place in stamp.sheets.items() if match_key(stamped) == wanted), None)


def not_its_own(tag: Tag | None, name: str, stamp: Stamp, where: Where) -> Finding:
    """A sheet that is not read: of another workbook, of somebody the file is not for, or anything else."""
    if tag is not None and not tag.of(stamp.unit, stamp.period):
        return finding("SHEET_BROUGHT", where, sheet=name, unit=tag.unit, period=tag.period)
    if tag is not None and tag.officer and all(tag.officer != own for _, _, own in stamp.sheets.values()):
        return finding("SHEET_FOREIGN", where, sheet=name, officer=tag.officer, unit=stamp.unit)
    return finding("SHEET_EXTRA", where, sheet=name)


def the_one(place: SheetIdentity, versions: Sequence[SheetVersion], stamp: Stamp, others: frozenset[SheetIdentity],
            where: Where) -> tuple[list[SheetData], list[Finding]]:
    """The one version of a sheet in a file, and what is told of the others.

    A colleague's tab copied and filled for somebody else (``others``: the places other tabs claim) is not a second
    version of the colleague's: that one stands. Two that say different things are an error, and neither is used.
    """
    own = [item for item in versions if match_key(item[0].name) in _own_names(place, stamp)]
    copied = [item for item in versions if item not in own and _somebody_elses(item[0], own[0][0], place, stamp)] \
        if len(own) == 1 else []
    kept, found = _only([item for item in versions if item not in copied], where)
    for data, _ in copied:
        sheets, told = _copied(data, own[0][0], place, stamp, others, where)
        kept, found = kept + sheets, found + told
    return kept, found


def _own_names(place: SheetIdentity, stamp: Stamp) -> frozenset[str]:
    return frozenset(match_key(name) for name in (*(stamped for stamped, of in stamp.sheets.items() if of == place),
                                                  place[2]) if name)


def _somebody_elses(data: SheetData, own: SheetData, place: SheetIdentity, stamp: Stamp) -> bool:
    """Whether a tab's name, or the person its head names, is another's."""
    named = _named(data.name, stamp)
    heads = [[row.values.get("full_name") for row in item.rows("header")] for item in (data, own)]
    return named not in (None, place) or heads[0] != heads[1] and all(map(any, heads))


def _copied(data: SheetData, own: SheetData, place: SheetIdentity, stamp: Stamp, others: frozenset[SheetIdentity],
            where: Where) -> tuple[list[SheetData], list[Finding]]:
    """A copied tab: an error of the person it was meant for, whose sheet came and cannot be used."""
    meant = _named(data.name, stamp)
    meant = meant if meant not in others else None
    form, sheet, officer = meant or place
    told = finding("SHEET_COPIED", Where(part_of(sheet), where.unit, officer if meant else None, where.file, data.name),
                   sheet=data.name, own=own.name)
    return [SheetData(form, sheet, data.name, officer or None, {})] if meant else [], [told]


def _only(versions: Sequence[SheetVersion], where: Where) -> tuple[list[SheetData], list[Finding]]:
    filled = [item for item in versions if not item[0].blank] or versions[:1]
    if len({data.digest for data, _ in filled}) == 1:
        data, findings = filled[0]
        return [data], findings
    names = say("workbook.places.and").join(f"«{data.name}»" for data, _ in filled)
    # It still is the newest version of the sheet: an older file's must not step in for it.
    return [replace(filled[0][0], blocks={}, digest="")], [
        finding("SHEET_TWICE", Where(part_of(data.sheet), where.unit, data.officer, where.file, data.name), names=names)
        for data, _ in filled]
