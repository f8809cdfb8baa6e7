"""The evaluation as a whole: traces a reader can follow, inputs in any order, groups, every policy value asked for."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from law_builders import HEAD, HIM, PERIOD, UNIT, base_policy, officer, officer_sheet, policy_with, unit, world
from ruamel.yaml import YAML

from qeval_batch import messages
from qeval_batch.model.results import Flag, Individual, Status
from qeval_batch.model.roster import Roster
from qeval_batch.rules.deadlines import CODES, deadlines
from qeval_batch.rules.evaluate import Evaluation, evaluate
from qeval_batch.rules.score import officer_score
from qeval_batch.spec.dated import DatedValue

LAW = Path(__file__).parent / "law"
CASES = [case for path in sorted(LAW.glob("*.yaml"))
         for case in YAML(typ="safe", pure=True).load(path.read_text("utf-8")) if "group" not in case["input"]]


def _evaluate(case: dict[str, Any]) -> Evaluation:
    roster, records = world(case["input"])
    unusable = frozenset(case["input"].get("unusable", ()))
    return evaluate(roster, records, policy_with(case.get("policy")), PERIOD, unusable)


@pytest.fixture(scope="module")
def evaluations() -> list[Evaluation]:
    return [_evaluate(case) for case in CASES]


def test_every_line_of_every_trace_is_a_cited_vietnamese_sentence(evaluations: list[Evaluation]) -> None:
    lines = [line for found in evaluations for item in found.officers for line in item.steps]
    assert lines
    for line in lines:
        assert line.citation and re.match(r"(LD|TW|366) ", line.citation), line
        assert line.text.endswith(".") and line.text[0].isupper(), line.text
        assert not re.search(r"None|Fraction|Decimal|True|False|\d\.\d{2}\b", line.text + str(line.inputs)), line
        assert all(isinstance(value, str) and value for value in line.inputs.values()), line


def test_every_officer_has_a_reason_and_the_fields_its_status_allows(evaluations: list[Evaluation]) -> None:
    for result in (item for found in evaluations for item in found.officers):
        assert result.steps, result.id
        levels = result.levels
        if result.status is Status.GRADED:
            assert None not in (levels.computed, levels.eligible)
            assert (levels.proposed is None) == (Flag.TIED in result.flags)
        else:
            assert levels.eligible is None and levels.proposed is None and result.rank is None
            assert levels.computed is None or result.status is Status.PENDING
        assert list(result.flags) == sorted(set(result.flags))
        assert list(result.possible) == sorted(set(result.possible))
        assert set(result.waits_for) <= set(messages.words()["waits_for"])
        if result.status in (Status.MISSING, Status.INSUFFICIENT, Status.PENDING, Status.REVIEW):
            assert result.waits_for, result
        if result.status in (Status.EXCLUDED, Status.DEFERRED):
            assert result.group is None


def test_the_law_tables_reach_every_status_rule_and_flag(evaluations: list[Evaluation]) -> None:
    results = [item for found in evaluations for item in found.officers]
    assert {item.status for item in results} == set(Status)
    rules = {line.rule for item in results for line in item.steps}
    assert rules >= {"R02", "R16", "R17", "R20", "R21", "R23", "R30", "R31", "R32", "R33", "R34", "R35", "R36", "R37",
                     "R40", "R43", "R50", "R57", "C", "gap"}
    # The first two come with the opinions, the last from an act by hand (`checks.waived`).
    later = {Flag.PROPOSAL_AWAITED, Flag.PROPOSAL_DIFFERS, Flag.WAIVED}
    assert {flag for item in results for flag in item.flags} | {Flag.TIED} == set(Flag) - later


def test_the_law_tables_ask_for_every_value_the_rules_own(evaluations: list[Evaluation]) -> None:
    del evaluations
    asked: set[str] = set()

    class Watched(dict[str, DatedValue]):
        def __getitem__(self, key: str) -> DatedValue:
            asked.add(key)
            return super().__getitem__(key)

    for case in CASES:
        roster, records = world(case["input"])
        policy = policy_with(case.get("policy"))
        evaluate(roster, records, replace(policy, entries=Watched(policy.entries)), PERIOD, frozenset())
    families = ("level.", "quality.", "collective.", "deferral.", "transfer.", "quota.", "stage.", "central_",
                "deciding_", "authority_")
    # Asked for by the tables of R40–R43, and by the ledger that carries rows over (R22).
    elsewhere = {"quota.raised_rate", "deferral.carry_over"}
    mine = {key for key in base_policy().entries if key.startswith(families)} - elsewhere
    assert mine - asked == set()


def _province(seed: int | None) -> Evaluation:
    """Three officers of two units in one group, everything shuffled."""
    roster, records = world({"colleagues": {"CB0002": {}, "CB0003": {"post_class": "Trưởng sở, ban, ngành"}},
                             "officer": {"head": True}, "changes": [
                                 {"kind": "discipline", "officer": "CB0002", "start": PERIOD.start},
                                 {"kind": "leave", "officer": "CB0003", "start": PERIOD.start}]})
    parts = [list(roster.units.items()), list(roster.officers.items()), list(roster.changes)]
    if seed is not None:
        for part in parts:
            random.Random(seed).shuffle(part)
    shuffled = Roster(dict(parts[0]), dict(parts[1]), roster.groups, tuple(parts[2]))
    return evaluate(shuffled, records, base_policy(), PERIOD, frozenset())


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_roster_means_nothing(seed: int) -> None:
    assert _province(seed) == _province(None)


def test_results_and_groups_come_sorted_by_id() -> None:
    found = _province(3)
    assert [item.id for item in found.officers] == sorted(item.id for item in found.officers)
    assert [item.id for item in found.groups] == sorted(item.id for item in found.groups)


def test_a_unit_of_which_nothing_came_does_not_touch_the_others() -> None:
    roster, records = world({})
    other = replace(officer("CB0009", {"group": "N01"}, True), unit="DV009")
    roster = replace(roster, units={**roster.units, "DV009": unit("DV009")},
                     officers={**roster.officers, other.id: other})
    found = evaluate(roster, records, base_policy(), PERIOD, frozenset())
    by_id = {item.id: item for item in found.officers}
    assert by_id["CB0009"].status is Status.MISSING
    assert by_id[HIM].status is Status.GRADED
    assert found.groups[0].waiting == 1


def test_deferred_and_excluded_are_in_no_ratio() -> None:
    given = {"officer": {"head": False},
             "colleagues": {f"CB001{number}": {"standing": "excluded", "document": "1-QĐ"} for number in range(4)}}
    roster, records = world(given)
    found = evaluate(roster, records, base_policy(), PERIOD, frozenset())
    assert (found.groups[0].n, found.groups[0].waiting) == (1, 0)


def test_heads_and_members_apart_are_no_finding() -> None:
    roster, records = world({"officer": {"head": False}})
    found = evaluate(roster, records, base_policy(), PERIOD, frozenset())
    assert found.findings == ()
    assert {HEAD, HIM} == {item.id for item in found.officers if item.unit == UNIT}


def test_mixing_heads_and_members_can_be_allowed_by_policy() -> None:
    roster, records = world({"colleagues": {"CB0002": {}}})
    codes = [{item.code for item in evaluate(roster, records, policy_with(policy), PERIOD, frozenset()).findings}
             for policy in ({}, {"quota.heads": False})]
    assert codes == [{"RULE_GROUP_HEAD"}, set()]


def test_findings_carry_their_cell_and_words() -> None:
    roster, records = world({"officer": {"authority": "C"}})
    found = evaluate(roster, records, base_policy(), PERIOD, frozenset()).findings[0]
    assert (found.where.sheet, found.where.a1, found.where.officer) == ("Cán bộ", "authority3", HIM)
    assert "diện quản lý C, theo chức danh là B" in messages.message(found)
    assert messages.citation(found) == "LD IV"


def test_a_tie_reaches_the_officers() -> None:
    roster, records = world({"officer": {"head": False},
                             "colleagues": {"CB0002": {}, "CB0003": {}, "CB0004": {}}})
    record = records[UNIT]
    rows = {ident: replace(record.proposals[HIM], officer=ident) for ident in record.sheets}
    found = evaluate(roster, {UNIT: replace(record, proposals=rows)}, base_policy(), PERIOD, frozenset())
    group = found.groups[0]
    assert (group.n, group.max_htt_only, group.places_left) == (4, 1, 1)
    assert group.tied == tuple(sorted(rows))
    for item in (item for item in found.officers if item.id != HEAD):
        assert item.status is Status.GRADED and item.levels.eligible == 1 and item.levels.proposed is None
        assert item.possible == (1, 2) and item.rank == 1 and item.waits_for == ("decision_tie",)


def test_own_exceeded_products_order_the_group() -> None:
    more = [{"axis": "1", "exceeded": True, "coefficient": 2, "assigned": 3},
            {"axis": "1", "exceeded": True, "assigned": 5, "done": 2, "excuse": "confirmed"}]
    result = next(item for item in _evaluate({"input": {"sheet": {"more": more}}}).officers if item.id == HIM)
    assert result.order is not None
    # 1 × 1 as every officer here, 2 × 3, and of the excused one only the two done: 1 × 2.
    assert (result.order.products, result.order.work) == (3, Decimal(9))


def test_every_deadline_of_the_quarter_is_told() -> None:
    assert tuple(item.code for item in deadlines(base_policy(), PERIOD, {})) == CODES


def test_a_result_keeps_what_the_sheet_says() -> None:
    support = {"axis": "1", "assigned": 2, "done": 1, "progress": 50, "role": "support"}
    excused = {"axis": "2", "done": 0, "excuse": "confirmed"}
    roster, records = world({"sheet": {"more": [support, excused]}})
    sheet = replace(records[UNIT].sheets[HIM], workbook_total=Decimal("94.20"))
    other = officer_score(officer_sheet({"score": 91}), base_policy())
    record = replace(records[UNIT], sheets={HIM: sheet}, scores={HIM: other})
    found = evaluate(roster, {UNIT: record}, base_policy(), PERIOD, frozenset())
    result = next(item for item in found.officers if item.id == HIM)
    assert (result.name, result.workbook_total) == ("Cán bộ CB0001", Decimal("94.20"))
    # Six of the form, one short, one excused.
    assert result.individual == Individual(8, 6, 1, True)
    assert result.score is other and result.used_score == Decimal("91.00")
