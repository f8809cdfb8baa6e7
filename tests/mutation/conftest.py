"""Order of a mutation run: the whole law in one cheap test first, so that most mutants die before the rest starts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# A slow machine is no dead mutant.
settings.register_profile("mutation", deadline=None)
settings.load_profile("mutation")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "law_at_once" not in item.nodeid)
