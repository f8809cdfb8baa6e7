"""Cells by the name a person calls them."""

from __future__ import annotations

import re

from qeval_batch.core.cells import CellRef


def spot(file: str, sheet: str, name: str) -> CellRef:
    """``F17`` of a sheet."""
    found = re.fullmatch("([A-Z]+)([0-9]+)", name)
    assert found is not None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return CellRef(file, sheet, int(found[2]), column)
