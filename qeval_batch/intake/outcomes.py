"""The one outcome of every path under the inbox and of every container's member, with its reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from qeval_batch import messages
from qeval_batch.core.say import say
from qeval_batch.intake.reading import Taken
from qeval_batch.model.arrival import Arrival
from qeval_batch.model.findings import Finding, in_order
from qeval_batch.model.results import FileResult
from qeval_batch.model.submission import Submission
from qeval_batch.model.version import Replaced

_FOLLOWS = ("accepted", "returned", "superseded", "duplicate")
Aside = Mapping[str, tuple[str, bool]]


def outcomes(taken: Taken, findings: Iterable[Finding], aside: Aside,
             replaced: Iterable[Replaced] = ()) -> list[FileResult]:
    """One outcome per path and member, by name, with its reason in Vietnamese.

    ``aside``: files of which nothing counts -> the file that does, and whether it says the same (``intake.resolve``).
    ``replaced``: sheets that a newer one took the place of.
    """
    older: dict[str, set[str]] = defaultdict(set)
    for found in replaced:
        older[found.old.file].add(found.old.sheet.name)
    errors: dict[str, list[Finding]] = defaultdict(list)
    for item in findings:
        if item.where.file and messages.is_error(item):
            errors[item.where.file].append(item)
    plain = {arrival.name: _plain(arrival, taken, errors, aside, older) for arrival in taken.arrivals
             if arrival.name not in taken.inside or arrival.outcome is not None}
    return [replace(plain.get(arrival.name) or _container(arrival, [plain[name] for name in taken.inside[arrival.name]]),
                    delivery=arrival.delivery)
            for arrival in sorted(taken.arrivals, key=lambda item: item.name)]


def _plain(arrival: Arrival, taken: Taken, errors: Mapping[str, Sequence[Finding]], aside: Aside,
           older: Mapping[str, Iterable[str]]) -> FileResult:
    name, sha256 = arrival.name, arrival.sha256
    if arrival.outcome is not None:
        return FileResult(name, sha256, arrival.outcome, arrival.why)
    read_as = taken.read_as[sha256 or ""]
    if read_as != name:
        return _twin(arrival, read_as, taken.submissions[read_as], errors.get(read_as, ()))
    submission = taken.submissions[name]
    unit, kind = (submission.stamp.unit, submission.stamp.kind) if submission.stamp else (None, None)
    if name in aside:
        other, same = aside[name]
        return FileResult(name, sha256, "duplicate",
                          say("intake.outcomes.same_content", file=other), unit, kind) if same \
            else FileResult(name, sha256, "superseded", say("intake.outcomes.newer", file=other), unit, kind)
    return _judged(arrival, submission, errors.get(name, ()), sorted(older.get(name, ())))


def _twin(arrival: Arrival, read_as: str, submission: Submission, errors: Sequence[Finding]) -> FileResult:
    """A copy of a file read under another name: where that one could not be used, neither can this one."""
    if submission.refused and submission.stamp is None:
        return FileResult(arrival.name, arrival.sha256, "rejected",
                          say("intake.outcomes.twin_rejected", file=read_as, why=_first(errors)))
    return FileResult(arrival.name, arrival.sha256, "duplicate", say("intake.outcomes.same_file", file=read_as))


def _judged(arrival: Arrival, submission: Submission, errors: Sequence[Finding], older: Sequence[str]) -> FileResult:
    unit, kind = (submission.stamp.unit, submission.stamp.kind) if submission.stamp else (None, None)
    if submission.refused and submission.stamp is None:
        return FileResult(arrival.name, arrival.sha256, "rejected", _first(errors), None)
    if errors:
        return FileResult(arrival.name, arrival.sha256, "returned", _first(errors), unit, kind)
    why = (say("intake.outcomes.read_partly", sheets=", ".join(f'«{name}»' for name in older))
           if older else say("intake.outcomes.read"))
    return FileResult(arrival.name, arrival.sha256, "accepted", why, unit, kind)


def _container(arrival: Arrival, members: Sequence[FileResult]) -> FileResult:
    """A mail or archive ends as its members did: what it brought counts for more than what could not be used."""
    counts = Counter(item.outcome for item in members)
    words = messages.words()["outcome"]
    said = ", ".join(f"{words[code].lower()} {counts[code]}" for code in words if counts[code])
    if any(counts[code] for code in _FOLLOWS):
        return FileResult(arrival.name, arrival.sha256, "accepted", say("intake.outcomes.opened", said=said))
    if counts["rejected"]:
        return FileResult(arrival.name, arrival.sha256, "rejected", say("intake.outcomes.nothing_used", said=said))
    # Only a workbook that a person took out has a hash and brings nothing.
    out = any(item.sha256 is not None for item in members)
    return FileResult(arrival.name, arrival.sha256, "ignored",
                      say("intake.outcomes.opened", said=said) if out else say("intake.outcomes.no_workbook"))


def _first(errors: Sequence[Finding]) -> str:
    if not errors:
        return say("intake.outcomes.not_used")
    first = in_order(errors)[0]
    more = say("intake.outcomes.more_errors", count=len(errors) - 1) if len(errors) > 1 else ""
    place = f"{first.where.sheet}!{first.where.a1}: " if first.where.sheet and first.where.a1 else ""
    return f"{place}{messages.what(first)}{more}"
