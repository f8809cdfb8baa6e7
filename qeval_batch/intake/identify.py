"""Whose a file is likely to be, by its sender and its words: told to a person, never acted upon.

A suggestion helps whoever decides (`qeval assign`); a sheet headed by another unit's name is refused, for its figures
would be counted for the wrong one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.model.findings import Finding, Part, Where, finding, in_order
from qeval_batch.model.roster import Roster, Unit
from qeval_batch.model.submission import Submission, part_of

Heads = Mapping[str, tuple[str, ...]]
UNIDENTIFIED = frozenset(("STAMP_MISSING", "STAMP_BROKEN", "STAMP_ALTERED", "STAMP_FORGED"))
# One word of a unit is no ground: whoever writes to many units names each of them once.
_ENOUGH = 2
_ADDRESS, _DOMAIN, _UNIT, _OFFICER = 3, 2, 2, 1
_MOST_OFFICERS = 3
# As the forms head their sheets: «Sở Tài chính - quý III năm 2026».
_AFTER_NAME = " - "
_ID = re.compile(r"[A-Z]+[0-9]+", re.ASCII)


@dataclass(frozen=True)
class Suggestion:
    """The nearest unit, and the grounds in Vietnamese; no other unit is as near."""

    unit: str
    grounds: tuple[str, ...]


def suggest(heads: Heads, sender: str | None, roster: Roster) -> Suggestion | None:
    """Whose a file with these texts from this sender may be; None where nothing says so, or two are equally near."""
    points: Counter[str] = Counter()
    grounds: dict[str, list[str]] = {}
    for unit, weight, why in (*_by_sender(sender, roster), *_by_words(heads, roster)):
        points[unit] += weight
        grounds.setdefault(unit, []).append(why)
    ranked = points.most_common(2)
    if not ranked or ranked[0][1] < _ENOUGH or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None
    unit = ranked[0][0]
    return Suggestion(unit, tuple(grounds[unit]))


def told(read: Mapping[str, Submission], senders: Mapping[str, str | None], roster: Roster) -> dict[str, Submission]:
    """``read`` with what words and senders say of whose each file is, by file name.

    A suggestion where a file has no sound stamp; where it has one, the sheets headed by another unit.
    """
    by_name = {match_key(unit.name): unit for unit in roster.units.values() if unit.name}
    return {name: _told(item, senders.get(name), roster, by_name) for name, item in read.items()}


def _told(read: Submission, sender: str | None, roster: Roster, by_name: Mapping[str, Unit]) -> Submission:
    if read.stamp is not None:
        said = [] if read.refused else list(_of_others(read, roster.units.get(read.stamp.unit), by_name))
    else:
        unknown = any(item.code in UNIDENTIFIED for item in read.findings)
        found = suggest(read.tops, sender, roster) if unknown else None
        said = [] if found is None else [finding(
            "STAMP_SUGGESTED", Where(Part.FILE, file=read.file), unit=found.unit, name=roster.units[found.unit].name,
            grounds=", ".join(found.grounds))]
    return replace(read, findings=tuple(in_order([*read.findings, *said]))) if said else read


def _by_sender(sender: str | None, roster: Roster) -> Iterator[tuple[str, int, str]]:
    """The unit of this address, else the only one that writes from this domain."""
    address = (sender or "").strip().casefold()
    if "@" not in address:
        return
    known = {unit.id: unit.email.strip().casefold() for unit in roster.units.values() if unit.email}
    own = [unit for unit, email in known.items() if email == address]
    if own:
        yield from ((unit, _ADDRESS, say("intake.identify.sender", address=address)) for unit in own)
        return
    domain = address.rpartition("@")[2]
    near = [unit for unit, email in known.items() if email.rpartition("@")[2] == domain]
    if len(near) == 1:
        yield near[0], _DOMAIN, say("intake.identify.domain", domain=domain)


def _by_words(heads: Heads, roster: Roster) -> Iterator[tuple[str, int, str]]:
    """Units named by id or name, and officers named by id or by a name only one of them bears."""
    texts = [text for name, own in heads.items() for text in (name, *own)]
    ids = {word for text in texts for word in _ID.findall(text.upper())}
    keys = [match_key(text) for text in texts]
    for unit in roster.units.values():
        if unit.id in ids:
            yield unit.id, _UNIT, say("intake.identify.has_id", id=unit.id)
    for unit in _named(keys, roster.units.values()):
        yield unit.id, _UNIT, say("intake.identify.has_name", name=unit.name)
    names = Counter(match_key(officer.name) for officer in roster.officers.values())
    count: Counter[str] = Counter()
    for officer in roster.officers.values():
        own = match_key(officer.name)
        if officer.id in ids or (names[own] == 1 and own in keys):
            count[officer.unit] += 1
    for unit_id, number in sorted(count.items()):
        if unit_id in roster.units:
            yield unit_id, _OFFICER * min(number, _MOST_OFFICERS), say("intake.identify.has_officers", people=number)


def _named(keys: Iterable[str], units: Iterable[Unit]) -> list[Unit]:
    """Units whose whole name stands in one of the texts, and is no part of a longer unit's name there."""
    by_name = {match_key(unit.name): unit for unit in units if unit.name}
    found: dict[str, Unit] = {}
    for key in keys:
        inside = [name for name in by_name if _whole(name, key)]
        found |= {name: by_name[name] for name in inside
                  if not any(name != other and _whole(name, other) for other in inside)}
    return list(found.values())


def _whole(name: str, text: str) -> bool:
    return name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _of_others(read: Submission, own: Unit | None, by_name: Mapping[str, Unit]) -> Iterator[Finding]:
    """Filled sheets headed by another unit's name, and by the file's own nowhere."""
    for sheet in read.sheets if own is not None else ():
        other = _topped(read.tops.get(sheet.name, ()), own, by_name)
        if other is not None and own is not None and not sheet.blank:
            yield finding("SHEET_OTHER_UNIT", Where(part_of(sheet.sheet), own.id, sheet.officer, read.file, sheet.name),
                          sheet=sheet.name, name=other.name, other=other.id, unit=own.id)


def _topped(texts: Iterable[str], own: Unit | None, by_name: Mapping[str, Unit]) -> Unit | None:
    """The unit these texts are headed by; None as soon as one of them is the file's own."""
    found = None
    for text in texts:
        named = by_name.get(match_key(text.partition(_AFTER_NAME)[0]))
        if named is own and own is not None:
            return None
        found = found or named
    return found
