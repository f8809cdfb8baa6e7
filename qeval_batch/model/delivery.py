"""How and when something came into the inbox: the words of register, mail and clock, told apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# In the order in which one word outweighs the next (R61).
REGISTER, MAIL, CLOCK, UNKNOWN = "register", "mail", "clock", "unknown"


@dataclass(frozen=True)
class Delivery:
    """One delivery. ``received`` is aware, Asia/Ho_Chi_Minh; None where nobody can tell yet (``source`` unknown)."""

    received: datetime | None = None
    source: str = UNKNOWN
    sender: str | None = None          # the address alone, lower case; data, never trusted
    message_id: str | None = None
    seen_before: bool = False          # an earlier run had it in the inbox already


@dataclass(frozen=True)
class Delivered:
    """What one file (or register line) of a unit brought: filled sheets as (sheet id, officer or ''), dossier parts 1-6."""

    file: str
    delivery: Delivery
    kind: str
    sheets: frozenset[tuple[str, str]] = frozenset()
    parts: frozenset[int] = frozenset()
