"""What one entry of the ledger is, how it is hashed, and the tables that refuse to change what stands in them.

Every entry carries the hash of the one before it, so that whatever is altered, left out or put in breaks the chain
from there on. ``kind`` tells how ``body`` is read; kinds yet to come (plan, opinion, appraisal, decision, close) are
entries like any other and need no other table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

VERSION = 1
PROGRAM = "qeval"                     # ``by`` of what the program recorded itself
NOTHING: Mapping[str, Any] = {}

# An existing row is never replaced (INSERT OR REPLACE deletes without asking a trigger), nor is one put in between.
TABLES = """
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    unit TEXT NOT NULL,
    officer TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
);
CREATE INDEX entry_subject ON entry (kind, period, unit, officer, subject);
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'ledger: entries are never changed'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'ledger: entries are never deleted'); END;
CREATE TRIGGER entry_in_order BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
  OR NEW.previous IS NOT coalesce((SELECT hash FROM entry ORDER BY seq DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'ledger: entries are only appended'); END;
"""
COLUMNS = ("seq", "at", "kind", "period", "unit", "officer", "subject", "body", "by", "reason", "previous", "hash")


EventKey = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Event:
    """What is to be recorded. ``subject`` tells apart what has the same kind, period, unit and officer.

    ``body`` holds JSON values, ``Decimal`` and ``date`` (both kept as text); no float. ``by`` and ``reason`` are of a
    human act, else the program's own.
    """

    kind: str
    period: str = ""
    unit: str = ""
    officer: str = ""
    subject: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    by: str = PROGRAM
    reason: str = ""

    @property
    def key(self) -> EventKey:
        """What the entry is about: of two with one key the later one holds."""
        return self.kind, self.period, self.unit, self.officer, self.subject


@dataclass(frozen=True)
class LedgerEntry:
    """One row of the ledger; ``body`` as it stands there."""

    seq: int
    at: str
    kind: str
    period: str
    unit: str
    officer: str
    subject: str
    body: str
    by: str
    reason: str
    previous: str
    hash: str

    @property
    def key(self) -> EventKey:
        return self.kind, self.period, self.unit, self.officer, self.subject

    @property
    def values(self) -> dict[str, Any]:
        """The body as JSON values; figures and days are text. Empty where somebody made it no mapping."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def digest(self) -> str:
        """The hash the entry must carry."""
        parts = [getattr(self, name) for name in COLUMNS[:-1]]
        return hashlib.sha256(canonical(parts).encode("ascii")).hexdigest()


def canonical(value: object) -> str:
    """JSON that is the same for the same value: keys in order, no spaces, ASCII, figures and days as text.

    TypeError for anything that has no such form, a float above all.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"not for the ledger: {type(value).__name__}")
