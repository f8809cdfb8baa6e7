"""Which answer leads to which level: every doubt is answered, and the answer that a policy can give gives that level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import law_deadlines
import pytest
from law_builders import HIM, PERIOD, policy_with, world
from test_rules_law import cases

from qeval_batch.model.results import OfficerResult, Status
from qeval_batch.rules.evaluate import evaluate

OFFICERS = [case for case in cases() if "group" not in case["input"] and not law_deadlines.is_ours(case)]
# The policy that settles a question, for each answer to it.
SETTLED: Mapping[str, Mapping[str, Any]] = {
    "chưa đủ điều kiện mức 3 vẫn được coi là hoàn thành nhiệm vụ": {"level.gap": "3"},
    "chưa đủ điều kiện mức 3 thì coi là không hoàn thành nhiệm vụ": {"level.gap": "4"},
    "thiếu ở sản phẩm Phối hợp cũng là cá nhân chưa hoàn thành": {"level.support_only": "4"},
    "thiếu ở sản phẩm Phối hợp không tính là cá nhân chưa hoàn thành": {"level.support_only": "leave_out"},
    "chậm có lý do khách quan được xác nhận vẫn tính là chậm": {"level.late_excused": "count"},
    "chậm có lý do khách quan được xác nhận không tính là chậm": {"level.late_excused": "leave_out"},
    "bị kỷ luật trong quý dẫn đến mức 4": {"level.discipline": "4"},
    "không có sản phẩm vượt mức của riêng mình vẫn được mức 1": {"level.1.own_exceeded": "off"},
    "không có sản phẩm vượt mức của riêng mình thì không được mức 1": {"level.1.own_exceeded": "required"},
    "có sản phẩm không đáp ứng yêu cầu vẫn được mức 1": {"level.1.own_response": "off"},
    "có sản phẩm không đáp ứng yêu cầu thì không được mức 1": {"level.1.own_response": "barred"},
    "có sản phẩm trọng tâm không đáp ứng yêu cầu vẫn được mức 2": {"level.2.own_key_response": "off"},
    "có sản phẩm trọng tâm không đáp ứng yêu cầu thì không được mức 2": {"level.2.own_key_response": "barred"},
    "tập thể còn nhiệm vụ chưa xong hoặc chậm không cản mức 1 của người này": {"level.1.unit": "off"},
    **{f"{words} {what}": {"level.excused": {rule: reading}} for rule, what in {
        "R30": "sản phẩm có lý do khách quan khi xét mức hoàn thành của cá nhân",
        "R31": "nhiệm vụ có lý do khách quan khi xét mức 1", "R32": "nhiệm vụ có lý do khách quan khi xét mức 2",
        "R33": "nhiệm vụ có lý do khách quan khi xét mức 3",
        "R35": "nhiệm vụ có lý do khách quan khi xét ngưỡng của mức 4",
        "R36": "nhiệm vụ có lý do khách quan khi xét ngưỡng để lãnh đạo được mức 1"}.items()
       for words, reading in (("không tính", "leave_out"), ("tính cả", "count"))},
}


def _result(case: Mapping[str, Any], changes: Mapping[str, Any]) -> OfficerResult:
    roster, records = world(case["input"])
    policy = dict(case.get("policy", {}))
    for key, value in changes.items():
        policy[key] = {**policy.get(key, {}), **value} if isinstance(value, dict) else value
    found = evaluate(roster, records, policy_with(policy), PERIOD, frozenset(case["input"].get("unusable", ())))
    return next(item for item in found.officers if item.id == HIM)


@pytest.fixture(scope="module")
def results() -> list[tuple[dict[str, Any], OfficerResult]]:
    return [(case, _result(case, {})) for case in OFFICERS]


def test_a_policy_that_gives_the_answer_gives_its_level(results: list[tuple[dict[str, Any], OfficerResult]]) -> None:
    tried = set()
    for case, result in results:
        for answer in result.answers:
            texts = [choice.text for choice in answer.choices]
            if result.status is Status.REVIEW and all(text in SETTLED for text in texts):
                changes: dict[str, Any] = {}
                for text in texts:
                    for key, value in SETTLED[text].items():
                        changes[key] = {**changes.get(key, {}), **value} if isinstance(value, dict) else value
                settled = _result(case, changes)
                assert (settled.status, settled.levels.computed) == (Status.GRADED, answer.level), case["name"]
                tried |= set(texts)
    assert tried == set(SETTLED)


def test_the_answers_lead_to_the_possible_levels_and_nowhere_else(
        results: list[tuple[dict[str, Any], OfficerResult]]) -> None:
    for case, result in results:
        levels = {answer.level or 0 for answer in result.answers}
        assert not levels or tuple(sorted(levels)) == result.possible, case["name"]
        # Without an answer nothing is open: one level, or none that could be told.
        assert result.answers or len(result.possible) < 2, case["name"]
        ways = [tuple(choice.text for choice in answer.choices) for answer in result.answers]
        assert len(ways) == len(set(ways)), case["name"]
        assert all(choice.citation and choice.rule and choice.text[-1] != "." for answer in result.answers
                   for choice in answer.choices), case["name"]


def test_a_gap_of_the_law_is_never_a_level(results: list[tuple[dict[str, Any], OfficerResult]]) -> None:
    gaps = 0
    for case, result in results:
        decided = "level.gap" in case.get("policy", {})
        if not decided and any(line.rule == "gap" for line in result.steps):
            assert result.status in (Status.REVIEW, Status.PENDING), case["name"]
            assert result.levels.computed is None and {3, 4} <= set(result.possible), case["name"]
            gaps += 1
    assert gaps > 25
