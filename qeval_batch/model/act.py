"""What a person did by hand: who, why, when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Act:
    """``by`` and ``reason`` as they were typed, never blank; ``at`` the moment of the command, ISO with its offset."""

    by: str
    reason: str
    at: str
