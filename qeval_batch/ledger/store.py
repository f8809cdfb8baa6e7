"""The ledger's file: entries are read, and appended in one transaction; nothing else can be done to them."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qeval_batch.core.say import say
from qeval_batch.ledger.schema import COLUMNS, TABLES, VERSION, Event, EventKey, LedgerEntry, canonical
from qeval_batch.workspace import CannotRun

_SELECT = f"SELECT {', '.join(COLUMNS)} FROM entry"
_INSERT = f"INSERT INTO entry ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"

_NAME = re.compile(r"CREATE (?:TABLE|INDEX|TRIGGER) (\w+)", re.ASCII)


class LedgerDamaged(CannotRun):
    """The file is no ledger, or one of another version of the program."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(say("ledger.store.unusable", path=path, why=why))


class LedgerBusy(CannotRun):
    """The file is sound as far as is known, but the system does not let it be read or written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(say("ledger.store.unreachable", path=path, why=why))


class Ledger:
    """The ledger of one workspace. An absent file is an empty ledger; it is made by the first entry."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self, kind: str | None = None, period: str | None = None) -> list[LedgerEntry]:
        """Entries in order, of one kind and quarter where given. LedgerDamaged when they cannot be read."""
        if not self.path.exists():
            return []
        asked = [(name, value) for name, value in (("kind", kind), ("period", period)) if value is not None]
        where = f" WHERE {' AND '.join(f'{name} = ?' for name, _ in asked)}" if asked else ""
        with self._connected("ro") as base:
            if not _version(base):
                return []
            found = base.execute(f"{_SELECT}{where} ORDER BY seq", [item for _, item in asked])
            return [LedgerEntry(*row) for row in found]

    def of_kinds(self, kinds: Sequence[str], period: str) -> list[LedgerEntry]:
        """A quarter's entries of several kinds in order, in one reading. LedgerDamaged when they cannot be read."""
        if not self.path.exists():
            return []
        where = f" WHERE period = ? AND kind IN ({', '.join('?' * len(kinds))})"
        with self._connected("ro") as base:
            if not _version(base):
                return []
            found = base.execute(f"{_SELECT}{where} ORDER BY seq", [period, *map(str, kinds)])
            return [LedgerEntry(*row) for row in found]

    def latest(self, kind: str, period: str | None = None) -> dict[EventKey, LedgerEntry]:
        """What holds now: the last entry of each key, in the order in which the keys first came."""
        return {item.key: item for item in self.entries(kind, period)}

    def append(self, events: Iterable[Event], at: str) -> int:
        """Append all of ``events`` or none, at the moment ``at`` (ISO, the run's own); how many there were."""
        listed = list(events)
        if not listed:
            return 0
        with self._writing() as base:
            last = base.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone() or (0, "")
            seq, previous = int(last[0]), str(last[1])
            for event in listed:
                entry = _entry(event, seq + 1, at, previous)
                base.execute(_INSERT, [getattr(entry, name) for name in COLUMNS])
                seq, previous = entry.seq, entry.hash
        return len(listed)

    def altered(self) -> list[str]:
        """Names of tables, indexes and triggers that are not as the program made them."""
        if not self.path.exists():
            return []
        with self._connected("ro") as base:
            if not _version(base):
                return []
            found = dict(base.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        made = {_NAME.match(item)[1]: item.rstrip(";") for item in _statements()}  # type: ignore[index]
        return sorted(name for name in made.keys() | found.keys() if made.get(name) != found.get(name))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: what the block did stands when it ends well, else nothing of it."""
        _create(self.path)
        with self._connected("rw") as base:
            base.execute("BEGIN IMMEDIATE")
            try:
                if not _version(base):
                    for statement in _statements():
                        base.execute(statement)
                    base.execute(f"PRAGMA user_version = {VERSION}")
                yield base
                base.execute("COMMIT")
            except BaseException:
                if base.in_transaction:
                    base.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _connected(self, mode: str) -> Iterator[sqlite3.Connection]:
        try:
            base = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
            with contextlib.closing(base):
                version = _version(base)
                if version not in (0, VERSION):
                    raise LedgerDamaged(self.path, say("ledger.store.other_version", found=version, own=VERSION))
                # Version 0 is the empty file a crash left before the first transaction ended, or not ours at all.
                if version == 0 and base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise LedgerDamaged(self.path, say("ledger.store.no_ledger"))
                yield base
        except sqlite3.OperationalError as refused:
            raise LedgerBusy(self.path, str(refused)) from refused
        except sqlite3.DatabaseError as fault:
            raise LedgerDamaged(self.path, str(fault)) from fault


def chain(entries: Sequence[LedgerEntry]) -> LedgerEntry | None:
    """The first entry that does not follow from the one before it, or was changed since; None when all do."""
    previous = ""
    for number, entry in enumerate(entries, start=1):
        if entry.seq != number or entry.previous != previous or entry.hash != entry.digest():
            return entry
        previous = entry.hash
    return None


def _entry(event: Event, seq: int, at: str, previous: str) -> LedgerEntry:
    bare = LedgerEntry(seq, at, event.kind, event.period, event.unit, event.officer, event.subject, canonical(event.body),
                       event.by, event.reason, previous, "")
    return replace(bare, hash=bare.digest())


def _create(path: Path) -> None:
    """The file for its owner alone, where the system knows owners; its journal takes the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _version(base: sqlite3.Connection) -> int:
    return int(base.execute("PRAGMA user_version").fetchone()[0])


def _statements() -> Iterator[str]:
    """The statements of TABLES one by one: a script run whole would end the transaction it stands in."""
    pending = ""
    for line in TABLES.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
