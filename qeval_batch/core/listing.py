"""How much of a list a screen shows before it says how many more there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
SHOWN = 8


def cut(items: Sequence[Item], most: int = SHOWN) -> tuple[Sequence[Item], int]:
    """The first of ``items``, and how many are left."""
    return items[:most], max(len(items) - most, 0)
