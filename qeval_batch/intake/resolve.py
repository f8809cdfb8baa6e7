"""Which version of each sheet counts, and the one outcome of every file.

A returned workbook may hold any subset of a unit's sheets; files of one unit are merged sheet by sheet. Two versions
of one sheet that differ are an error naming both, for neither may be chosen silently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qeval_batch import messages
from qeval_batch.findings import Finding, Where, finding, in_order
from qeval_batch.intake.scan import Arrival
from qeval_batch.results import FileResult
from qeval_batch.submission import SheetData, Submission, part_of


@dataclass(frozen=True)
class UnitSheets:
    """The sheets of one unit that count, and what reading found in them and in the files they came in."""

    unit: str
    sheets: tuple[SheetData, ...]
    findings: tuple[Finding, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class _Version:
    submission: Submission
    sheet: SheetData


def resolve(submissions: Iterable[Submission]) -> Mapping[str, UnitSheets]:
    """Sheets by unit, each once. A blank version gives way to a filled one; equal versions count once."""
    versions: dict[str, dict[tuple[str, str], list[_Version]]] = defaultdict(lambda: defaultdict(list))
    files: dict[str, list[Submission]] = defaultdict(list)
    for submission in sorted(submissions, key=lambda item: item.file):
        if submission.stamp is None or submission.refused:
            continue
        files[submission.stamp.unit].append(submission)
        for sheet in submission.sheets:
            versions[submission.stamp.unit][(sheet.sheet, sheet.officer or "")].append(_Version(submission, sheet))
    return {unit: _resolve_unit(unit, versions[unit], files[unit]) for unit in sorted(files)}


def _resolve_unit(unit: str, versions: Mapping[tuple[str, str], list[_Version]],
                  files: Sequence[Submission]) -> UnitSheets:
    kept: list[SheetData] = []
    dropped: set[tuple[str, str]] = set()
    conflicts: list[Finding] = []
    for key in sorted(versions):
        filled = [item for item in versions[key] if not item.sheet.blank] or versions[key][:1]
        distinct: dict[str, _Version] = {}
        for item in filled:
            distinct.setdefault(item.sheet.digest, item)
        chosen = list(distinct.values())
        if len(chosen) > 1:
            conflicts += _conflict(unit, chosen)
            dropped |= {(item.submission.file, item.sheet.name) for item in versions[key]}
        else:
            kept.append(chosen[0].sheet)
            dropped |= {(item.submission.file, item.sheet.name) for item in versions[key] if item is not chosen[0]}
    reading = [item for submission in files for item in submission.findings
               if (item.where.file, item.where.sheet) not in dropped]
    return UnitSheets(unit, tuple(kept), tuple(in_order([*reading, *conflicts])),
                      tuple(submission.file for submission in files))


def _conflict(unit: str, versions: Sequence[_Version]) -> list[Finding]:
    names = sorted(item.submission.file for item in versions)
    return [
        finding("SHEET_CONFLICT",
                Where(part_of(item.sheet.sheet), unit, item.sheet.officer, item.submission.file, item.sheet.name),
                sheet=item.sheet.name, files=" và ".join(f"«{name}»" for name in names))
        for item in versions
    ]


def outcomes(arrivals: Sequence[Arrival], submissions: Mapping[str, Submission],
             findings: Iterable[Finding]) -> list[FileResult]:
    """One outcome per path under the inbox, by name, with its reason in Vietnamese."""
    errors: dict[str, list[Finding]] = defaultdict(list)
    for item in findings:
        if item.where.file and messages.is_error(item):
            errors[item.where.file].append(item)
    first_with: dict[str, str] = {}
    results = []
    for arrival in sorted(arrivals, key=lambda item: item.name):
        if arrival.outcome is not None:
            results.append(FileResult(arrival.name, arrival.sha256, arrival.outcome, arrival.why))
        elif arrival.sha256 in first_with:
            results.append(FileResult(arrival.name, arrival.sha256, "duplicate",
                                      f"Trùng từng byte với «{first_with[arrival.sha256]}»."))
        else:
            first_with[arrival.sha256 or ""] = arrival.name
            results.append(_outcome(arrival, submissions[arrival.name], errors[arrival.name]))
    return results


def _outcome(arrival: Arrival, submission: Submission, errors: Sequence[Finding]) -> FileResult:
    unit, kind = (submission.stamp.unit, submission.stamp.kind) if submission.stamp else (None, None)
    if submission.refused and submission.stamp is None:
        return FileResult(arrival.name, arrival.sha256, "rejected", _first(errors), None)
    if errors:
        return FileResult(arrival.name, arrival.sha256, "returned", _first(errors), unit, kind)
    return FileResult(arrival.name, arrival.sha256, "accepted", "Đọc được, không có lỗi.", unit, kind)


def _first(errors: Sequence[Finding]) -> str:
    if not errors:
        return "Không dùng được."
    first = in_order(errors)[0]
    more = f" (và {len(errors) - 1} lỗi khác)" if len(errors) > 1 else ""
    place = f"{first.where.sheet}!{first.where.cell}: " if first.where.sheet and first.where.cell else ""
    return f"{place}{messages.what(first)}{more}"
