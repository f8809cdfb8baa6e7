"""With the templates goes the word that a group is too small ever to have a level 1 (LD VI.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from law_builders import FORMS, PERIOD, world

from qeval_batch.commands.templates import small_groups
from qeval_batch.spec.load import load_spec


def _named(colleagues: Mapping[str, Any], officer: Mapping[str, Any] | None = None) -> bool:
    roster, _ = world({"officer": officer or {}, "colleagues": colleagues})
    return bool(small_groups(roster, load_spec(FORMS, PERIOD.end)))


def test_three_can_have_no_level_1_and_four_can():
    assert _named({"CB0002": {}, "CB0003": {}})
    assert not _named({"CB0002": {}, "CB0003": {}, "CB0004": {}})


@pytest.mark.parametrize("fourth", [
    {"standing": "excluded", "document": "1-QĐ"}, {"post_class": "Lãnh đạo chủ chốt diện Trung ương"}, {"group": None}])
def test_who_is_never_in_the_ratio_does_not_make_the_group_bigger(fourth):
    assert _named({"CB0002": {}, "CB0003": {}, "CB0004": fourth})
