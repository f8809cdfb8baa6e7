"""R73 (LD IX.2): two or more consecutive quarters at level 4."""

from __future__ import annotations

import pytest

from qeval_batch.rules.replacement import ReplacementCase, replacement

TWICE, APART, POSSIBLE = ReplacementCase.TWICE, ReplacementCase.APART, ReplacementCase.POSSIBLE


@pytest.mark.parametrize(("past", "now", "possible", "found"), [
    ([4], 4, (), TWICE), ([4, 4], 4, (), TWICE), ([2, 4], 4, (), TWICE),          # hai quý liên tiếp trở lên
    ([4, 3], 4, (), None), ([3], 4, (), None), ([], 4, (), None), ([None], 4, (), None),   # không liên tiếp, chưa rõ
    ([4, None], 4, (), None),                                                     # quý giữa không ai biết: không suy ra
    ([4], 3, (), None), ([4], 1, (), None), ([4, 4], 2, (), None),                # quý này không phải mức 4
    ([4, "deferred"], 4, (), APART), ([4, "deferred", "deferred"], 4, (), APART),  # có quý chưa đánh giá ở giữa
    ([3, "deferred"], 4, (), None), (["deferred"], 4, (), None), ([4, "deferred"], 2, (), None),
    ([4], None, (3, 4), POSSIBLE), ([4], None, (1, 2), None), ([4], None, (), None), ([3], None, (3, 4), None),
    ([4, "deferred"], None, (3, 4), POSSIBLE)])
def test_level_4_in_consecutive_quarters(past, now, possible, found):
    assert replacement(past, now, possible) is found
