"""Which version of each sheet counts: the newest delivery decides, sheet by sheet.

A returned workbook may hold any subset of a unit's sheets; files of one unit are merged. A blank version gives way to a
filled one. A faulty newest version is not replaced by an older sound one: a person does that (`qeval invalidate`).
Two versions whose order nobody can tell are an error naming both, for neither may be chosen silently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from qeval_batch.core.say import say
from qeval_batch.model.delivery import Delivery
from qeval_batch.model.findings import Finding, Where, finding, in_order
from qeval_batch.model.order import newer, newest, oldest
from qeval_batch.model.submission import Submission, part_of
from qeval_batch.model.version import Replaced, UnitSheets, Version

_SheetKey = tuple[str, str]                 # sheet id, officer or ""
Deliveries = Mapping[str, Sequence[Delivery]]


def resolve(submissions: Iterable[Submission], deliveries: Deliveries | None = None) -> Mapping[str, UnitSheets]:
    """Sheets by unit, each once. ``deliveries``: file name -> every delivery of its content; without it, none is known."""
    known = deliveries or {}
    versions: dict[str, dict[_SheetKey, list[Version]]] = defaultdict(lambda: defaultdict(list))
    files: dict[str, list[Submission]] = defaultdict(list)
    for submission in sorted(submissions, key=lambda item: item.file):
        if submission.stamp is None or submission.refused:
            continue
        files[submission.stamp.unit].append(submission)
        for sheet in submission.sheets:
            versions[submission.stamp.unit][(sheet.sheet, sheet.officer or "")].append(
                Version(submission, sheet, tuple(known.get(submission.file, ()))))
    return {unit: _resolve_unit(unit, versions[unit], files[unit]) for unit in sorted(files)}


def outdated(refused: Submission, submissions: Iterable[Submission], deliveries: Deliveries) -> str | None:
    """The file by which the sender of ``refused`` has mended it since: newer, of the same kind, and usable."""
    if refused.stamp is None:
        return None
    own = newest(deliveries.get(refused.file, ()))
    return next((item.file for item in sorted(submissions, key=lambda item: item.file)
                 if item.stamp is not None and not item.refused
                 and (item.stamp.unit, item.stamp.kind) == (refused.stamp.unit, refused.stamp.kind)
                 and newer(newest(deliveries.get(item.file, ())), own)), None)


def _resolve_unit(unit: str, versions: Mapping[_SheetKey, Sequence[Version]], files: Sequence[Submission]) -> UnitSheets:
    kept: dict[_SheetKey, Version] = {}
    dropped: set[tuple[str, str]] = set()
    conflicts: list[Finding] = []
    replaced: list[Replaced] = []
    for key in sorted(versions):
        filled = [item for item in versions[key] if not item.sheet.blank] or versions[key][:1]
        standing = _newest(filled)
        dropped |= {(item.file, item.sheet.name) for item in versions[key]}
        if len(standing) > 1:
            conflicts += _conflict(unit, standing)
            continue
        chosen = kept[key] = standing[0]
        dropped.discard((chosen.file, chosen.sheet.name))
        replaced += [Replaced(item, chosen) for item in filled if item.sheet.digest != chosen.sheet.digest]
    aside = _aside(versions, kept, {item.where.file for item in conflicts})
    reading = [item for submission in files if submission.file not in aside for item in submission.findings
               if (item.where.file, item.where.sheet) not in dropped]
    return UnitSheets(unit, tuple(kept[key].sheet for key in sorted(kept)), tuple(in_order([*reading, *conflicts])),
                      tuple(submission.file for submission in files), tuple(replaced), aside)


def _newest(versions: Sequence[Version]) -> list[Version]:
    """The version that counts; several where nobody can tell which of them came last.

    Of equal versions sent one after the other the first one counts: sending again what stands changes nothing.
    """
    by_content: dict[str, list[Version]] = defaultdict(list)
    for item in versions:
        by_content[item.sheet.digest].append(item)
    if len(by_content) == 1:
        return [_first(versions)]
    last = {digest: newest(item.last for item in items) for digest, items in by_content.items()}
    standing = [digest for digest, own in last.items()
                if not any(newer(other, own) for name, other in last.items() if name != digest)]
    if len(standing) > 1:
        return [_first(by_content[digest]) for digest in standing]
    others = [own for digest, own in last.items() if digest != standing[0]]
    return [_first([item for item in by_content[standing[0]] if all(newer(item.last, other) for other in others)]
                   or by_content[standing[0]])]


def _first(versions: Sequence[Version]) -> Version:
    """The earliest of equal versions; by file name where nobody can tell."""
    found = versions[0]
    for item in versions[1:]:
        if newer(oldest(found.deliveries), oldest(item.deliveries)):
            found = item
    return found


def _aside(versions: Mapping[_SheetKey, Sequence[Version]], kept: Mapping[_SheetKey, Version], asked: set[str | None]) \
        -> dict[str, tuple[str, bool]]:
    """Files of which no sheet counts, and none is in question: by which file, and whether that says the same."""
    by_file: dict[str, list[tuple[_SheetKey, Version]]] = defaultdict(list)
    for key, listed in versions.items():
        for item in listed:
            by_file[item.file].append((key, item))
    counting = {item.file for item in kept.values()} | asked
    aside: dict[str, tuple[str, bool]] = {}
    for file, own in by_file.items():
        told = [(kept[key], item) for key, item in own if key in kept]
        answered = [(chosen, item) for chosen, item in told if not item.sheet.blank] or told
        if file in counting or not answered:
            continue
        same = all(chosen.sheet.digest == item.sheet.digest for chosen, item in answered)
        aside[file] = next(chosen.file for chosen, item in answered
                           if same or chosen.sheet.digest != item.sheet.digest), same
    return aside


def _conflict(unit: str, versions: Sequence[Version]) -> list[Finding]:
    names = sorted(item.file for item in versions)
    return [
        finding("SHEET_CONFLICT",
                Where(part_of(item.sheet.sheet), unit, item.sheet.officer, item.file, item.sheet.name),
                sheet=item.sheet.name, files=say("intake.resolve.and").join(f"«{name}»" for name in names))
        for item in versions
    ]
