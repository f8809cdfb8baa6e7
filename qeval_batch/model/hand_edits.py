"""What people changed by hand in a folder of outputs before the program replaced it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HandEdits:
    """``files``: paths in the folder that was replaced; ``folder``: the name of the one beside it that keeps them."""

    folder: str
    files: tuple[str, ...]
