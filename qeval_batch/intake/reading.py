"""Everything that arrived to what it says: containers opened, every distinct workbook read, each in a killable process.

The same values whatever the number of processes, the order of files, or what became of the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.intake.container import Member, Opened, is_workbook, open_container
from qeval_batch.intake.naming import bears_container, bears_workbook
from qeval_batch.intake.pool import Lost, Pool, pool
from qeval_batch.intake.scan import read_arrival, rejected, rejected_by
from qeval_batch.model.arrival import Arrival
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.progress import Watch
from qeval_batch.model.submission import Assigned, Submission
from qeval_batch.spec.load import Spec
from qeval_batch.workbook.read import read_workbook

# Containers are opened a few at a time: what is inside them is held in memory until it is read.
_AT_ONCE = 32
_BYTES_AT_ONCE = 128 * 2**20
_IGNORED = "ignored"
_context: tuple[Spec, bytes, Period, Mapping[str, Assigned]] | None = None


@dataclass(frozen=True)
class Stranger:
    """A file that is none of this work's and does not claim to be: left alone."""


@dataclass(frozen=True)
class Taken:
    """What the inbox holds.

    ``arrivals``: every path and every member of a container, by name. ``submissions``: by the file name each content
    was read under; ``read_as``: sha256 -> that name. ``inside``: a container's name -> its members' names.
    """

    arrivals: tuple[Arrival, ...]
    submissions: Mapping[str, Submission]
    read_as: Mapping[str, str]
    inside: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...] = ()


def read_all(arrivals: Sequence[Arrival], spec: Spec, key: bytes, period: Period, workers: int = 1,
             progress: Watch = iter, assigned: Mapping[str, Assigned] | None = None) -> Taken:
    """Open and read all of ``arrivals`` (as ``scan`` lists them), each content once.

    ``assigned``: sha256 -> the stamp a person gave a file that bears none. A file that ends its process, changes
    meanwhile or takes too long is rejected; the others are read.
    """
    to_read = distinct(arrivals)
    if not to_read:
        return Taken(tuple(arrivals), {}, {}, {})
    with pool(workers, prepare, (spec, key, period, dict(assigned or {}))) as processes:
        return _Intake(processes).run(arrivals, to_read, progress)


def distinct(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Arrivals still to be read, each content once: the first by name stands for its copies, one named as a workbook
    for those that are not."""
    found: dict[str | None, Arrival] = {}
    for arrival in sorted(arrivals, key=lambda item: (not bears_workbook(item.name), item.name)):
        if arrival.outcome is None:
            found.setdefault(arrival.sha256, arrival)
    return sorted(found.values(), key=lambda item: item.name)


@dataclass(frozen=True)
class _Inside:
    """A container's member without its bytes; one that is not to be read never had any, and no hash."""

    member: Member
    sha256: str | None
    size: int


class _Intake:
    """One reading of the inbox: paths first, then the members of whatever turned out to be a container."""

    def __init__(self, processes: Pool) -> None:
        self._pool = processes
        # By content: the name it was read under, the result.
        self._read: dict[str, tuple[str, Submission | Lost | Stranger]] = {}
        self._opened: dict[str, tuple[Opened, tuple[_Inside, ...]]] = {}    # by content, without the members' bytes

    def run(self, arrivals: Sequence[Arrival], paths: Sequence[Arrival], progress: Watch) -> Taken:
        done = iter(progress(paths))
        for some in _portions(paths):
            self._members(self._paths(some, done))
        # What is left of the progress is its end, where a bar is taken off the screen.
        for _ in done:
            pass
        return self._taken(arrivals)

    def _paths(self, paths: Sequence[Arrival], done: Iterator[Any]) -> list[tuple[str, bytes]]:
        """Read or open ``paths``; the members to be read, under their full names."""
        inside: list[tuple[str, bytes]] = []
        tasks = [self._pool.start(_look, path, about=path.name) for path in paths]
        for path, task in zip(paths, tasks, strict=True):
            next(done, None)
            found = self._pool.result(task)
            sha256 = path.sha256 or ""
            if isinstance(found, Opened):
                inside += [(f"{path.name}/{item.name}", item.data) for item in found.members if _to_read(item)]
                self._opened[sha256] = replace(found, members=()), tuple(_inside(item) for item in found.members)
            else:
                self._read.setdefault(sha256, (path.name, found))
        return inside

    def _members(self, members: Iterable[tuple[str, bytes]]) -> None:
        waiting = {}
        for name, data in sorted(members):
            sha256 = hashlib.sha256(data).hexdigest()
            if sha256 not in waiting and isinstance(self._read.get(sha256, (name, Stranger()))[1], Stranger):
                waiting[sha256] = name, self._pool.start(read_workbook_bytes, name, data, about=name)
        for sha256, (name, task) in waiting.items():
            self._read[sha256] = name, self._pool.result(task)

    def _taken(self, arrivals: Sequence[Arrival]) -> Taken:
        listed: list[Arrival] = []
        inside: dict[str, tuple[str, ...]] = {}
        noted: list[Finding] = []
        for arrival in arrivals:
            if arrival.outcome is not None or arrival.sha256 not in self._opened:
                listed.append(self._settled(arrival))
                continue
            opened, found = self._opened[arrival.sha256]
            members = [self._settled(_arrival(arrival, index, item)) for index, item in enumerate(found)]
            container = replace(arrival, delivery=opened.delivery)
            if opened.aside is not None:
                container = replace(container, outcome=_IGNORED, why=opened.aside)
            listed += [container if opened.code is None else rejected(container, opened.code, **opened.params), *members]
            inside[arrival.name] = tuple(item.name for item in members)
            noted += notes_of(opened, arrival.name)
        submissions = {name: found for name, found in self._read.values() if isinstance(found, Submission)}
        return Taken(tuple(sorted(listed, key=lambda item: (item.name, str(item.path)))), submissions,
                     {sha256: name for sha256, (name, found) in self._read.items() if isinstance(found, Submission)},
                     inside, tuple(noted))

    def _settled(self, arrival: Arrival) -> Arrival:
        """The arrival, rejected where its content was lost to the reader."""
        if arrival.outcome is not None or arrival.sha256 not in self._read:
            return arrival
        _, found = self._read[arrival.sha256]
        if isinstance(found, Stranger):
            return replace(arrival, outcome=_IGNORED, why=say("intake.scan.not_a_workbook"))
        return rejected_by(arrival, lost_finding(found, arrival.name)) if isinstance(found, Lost) else arrival


def lost_finding(lost: Lost, name: str) -> Finding:
    """What is told of a file that was given up."""
    return finding(lost.code, Where(Part.FILE, file=name), **({"why": lost.why} if lost.code == "FILE_READER_FAULT" else {}))


def notes_of(opened: Opened, name: str) -> list[Finding]:
    """What a container called ``name`` tells of itself."""
    to = ", ".join(opened.failed) or say("intake.mail.unnamed")
    where = Where(Part.FILE, file=name)
    return [finding(code, where, **({"to": to} if code == "MAIL_BOUNCED" else {})) for code in opened.notes]


def _portions(paths: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    some: list[Arrival] = []
    for path in paths:
        if some and (len(some) == _AT_ONCE or sum(item.size for item in some) + path.size > _BYTES_AT_ONCE):
            yield some
            some = []
        some.append(path)
    yield some


def _inside(member: Member) -> _Inside:
    sha256 = hashlib.sha256(member.data).hexdigest() if _to_read(member) else None
    return _Inside(replace(member, data=b""), sha256, len(member.data))


def _to_read(member: Member) -> bool:
    return member.code is None and member.ignored is None


def _arrival(container: Arrival, index: int, inside: _Inside) -> Arrival:
    member = inside.member
    bare = Arrival(f"{container.name}/{member.name}", container.path, inside.size, inside.sha256, clock=container.clock,
                   delivery=member.delivery, container=container.sha256, index=index)
    if member.code is not None:
        return rejected(bare, member.code, **member.params)
    return bare if member.ignored is None else replace(bare, outcome=_IGNORED, why=member.ignored)


# --- In the process --------------------------------------------------------------------------------------------------
def prepare(spec: Spec, key: bytes, period: Period, assigned: Mapping[str, Assigned]) -> None:
    """Make this process ready to read for one quarter."""
    global _context
    _context = spec, key, period, assigned


def _look(arrival: Arrival) -> Submission | Opened | Lost | Stranger:
    """One path of the inbox: what it holds, or what it says."""
    try:
        data = read_arrival(arrival)
    except OSError:
        return Lost("FILE_CHANGED")
    return read_bytes(arrival.name, data)


def read_bytes(name: str, data: bytes) -> Submission | Opened | Lost | Stranger:
    """A container opened, a workbook or what is named one read; in a process that ``prepare`` made ready."""
    opened = open_container(data)
    if opened is not None:
        return opened
    if is_workbook(name, data):
        return read_workbook_bytes(name, data)
    return no_container(data) if bears_container(name) else Stranger()


def no_container(data: bytes) -> Lost:
    """What is named as a mail or an archive and is neither."""
    return Lost("CONTAINER_DAMAGED" if data else "FILE_EMPTY")


def read_workbook_bytes(name: str, data: bytes) -> Submission:
    """A workbook read as ``prepare`` has laid down."""
    assert _context is not None
    spec, key, period, assigned = _context
    return read_workbook(name, data, spec, key, period, assigned.get(hashlib.sha256(data).hexdigest()))
