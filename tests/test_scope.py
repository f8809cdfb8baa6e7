"""An officer's scope on the demo province: what follows from it in results, counts, dossiers, sheets and papers."""

from __future__ import annotations

import dataclasses
import io
from functools import cache

import openpyxl
import pytest
from demo_intake import AS_OF, PERIOD, province
from law_builders import base_policy, officer, policy_with, unit

from qeval_batch.model.results import Flag, Scope, Status
from qeval_batch.model.roster import Roster
from qeval_batch.pipeline import decide
from qeval_batch.render.counting import tally
from qeval_batch.render.letters.context import by_decider
from qeval_batch.rules.asked import Asked
from qeval_batch.rules.scope import second_posts
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.layout import lay_out
from qeval_batch.template.write import workbook_bytes

LOWER = "Phó chủ tịch HĐND, UBND cấp xã"
CENTRAL = "Lãnh đạo chủ chốt diện Trung ương"


@cache
def _of(scope: Scope):
    found = [item for item in province().batch.result.officers if item.scope is scope]
    assert found, scope
    return found


def test_class_c_is_elsewhere_and_in_nothing_of_the_province():
    at = province()
    lower = {item.id for item in _of(Scope.LOWER)}
    assert {item.status for item in _of(Scope.LOWER)} == {Status.ELSEWHERE}
    assert all(item.levels.computed is None and not item.waits_for and item.group is None for item in _of(Scope.LOWER))
    assert not lower & {item.id for item in at.batch.result.listed}
    assert not lower & {item.where.officer for item in at.batch.result.findings}
    asked = Asked(at.batch.roster, PERIOD, at.batch.spec.policy)
    for unit_id in {item.unit for item in _of(Scope.LOWER)}:
        assert not lower & {ident for _, ident in asked.dossier_of(unit_id).sheets}
    assert by_decider(at.batch)[2] == []


def test_the_centres_officers_wait_for_ban_thuong_vu_and_are_never_graded():
    at = province()
    sound = [item for item in _of(Scope.TW) if item.score is not None]
    assert sound and all(item.status is Status.PENDING and "btv_proposal" in item.waits_for for item in sound)
    assert any(item.levels.computed is not None for item in sound)
    assert all(item.levels.eligible is None and item.levels.proposed is None and item.levels.unit is None
               and Flag.QUOTA_CUT not in item.flags for item in _of(Scope.TW))
    assert not {item.id for item in _of(Scope.TW)} & {item.id for item in at.batch.result.listed}
    assert not any(item.code.startswith("PROPOSAL_") and item.where.officer in {one.id for one in _of(Scope.TW)}
                   for item in at.batch.result.findings)


def test_the_counts_are_of_ban_thuong_vus_officers_alone():
    result = province().batch.result
    assert tally(result.listed, "proposed").total == sum(item.scope is Scope.BTV for item in result.officers)
    assert sum(tally(result.listed, "proposed").by_status.values()) + sum(
        tally(result.listed, "proposed").by_level.values()) == len(result.listed)


@pytest.mark.parametrize("post_class, sheet, proposed, part", [(LOWER, False, False, False), (CENTRAL, True, False, False),
                                                               ("Cấp phó sở, ban, ngành", True, True, True)])
def test_the_blank_workbook_asks_only_who_is_in_scope(post_class, sheet, proposed, part):
    at = province()
    one = officer("CB0009", {"post_class": post_class, "group": None}, False)
    roster = Roster({"DV001": unit("DV001")}, {one.id: one}, {})
    offered = Asked(roster, PERIOD, at.batch.spec.policy).offered("DV001")
    facts = UnitFacts(at.batch.spec, PERIOD, roster.units["DV001"], offered)
    book = lay_out(facts, "all", None)
    assert any(item.officer is not None for item in book.sheets) is sheet
    page = openpyxl.load_workbook(io.BytesIO(workbook_bytes(facts, key=b"k" * 32, created=AS_OF)))
    cells = {name: " ".join(str(cell.value) for row in page[name].iter_rows() for cell in row if cell.value)
             for name in ("Tổng hợp", "Hồ sơ")}
    assert ("CB0009" in cells["Tổng hợp"]) is proposed and ("CB0009" in cells["Hồ sơ"]) is part


def test_a_class_c_sheet_that_comes_all_the_same_is_kept_with_a_note():
    """Whatever is wrong in it, nobody of the unit waits or is written to for it."""
    at = province()
    one = next(item for item in at.batch.result.officers
               if item.status is Status.GRADED and not item.is_head and item.scope is Scope.BTV)
    person = dataclasses.replace(at.intake.roster.officers[one.id], post_class=LOWER, authority="C", group=None)
    roster = dataclasses.replace(at.intake.roster, officers={**at.intake.roster.officers, one.id: person})
    batch = decide(dataclasses.replace(at.intake, roster=roster), at.batch.spec, PERIOD, AS_OF)
    assert batch.result.officer(one.id).status is Status.ELSEWHERE
    assert {item.code for item in batch.result.findings if item.where.officer == one.id} == {"SHEET_ELSEWHERE"}
    assert one.id not in batch.records[one.unit].sheets
    before, after = (next(item for item in result.units if item.id == one.unit) for result in
                     (at.batch.result, batch.result))
    assert (after.timeliness, after.status) == (before.timeliness, before.status)


def test_a_group_of_class_c_is_each_units_own_or_of_one_parent():
    from qeval_batch.rules.groups import check_groups

    def codes(*units, one="DV001", two="DV002"):
        people = [dataclasses.replace(officer(ident, {"post_class": LOWER}, False), unit=place)
                  for ident, place in (("CB0001", one), ("CB0002", two))]
        group = province().batch.roster.groups["N01"]
        roster = Roster({item.id: item for item in units}, {item.id: item for item in people}, {"N01": group})
        return [item.code for item in check_groups(roster, base_policy())]

    assert codes(unit("DV001"), unit("DV002")) == ["RULE_GROUP_AUTHORITIES"]
    assert codes(unit("DV001"), two="DV001") == []
    assert codes(unit("DV001", "DV009"), unit("DV002", "DV009")) == []
    assert codes(unit("DV001"), unit("DV002", "DV001")) == []


def test_one_person_under_two_ids_is_evaluated_once_in_the_main_post():
    at = province()
    first, second = (item for item in at.batch.result.officers if item.id in ("CB0002", "CB0006"))
    person = at.intake.roster.officers[first.id]
    twin = dataclasses.replace(at.intake.roster.officers[second.id], name=person.name.upper(), birth_date=person.birth_date)
    roster = dataclasses.replace(at.intake.roster, officers={**at.intake.roster.officers, twin.id: twin})
    batch = decide(dataclasses.replace(at.intake, roster=roster), at.batch.spec, PERIOD, AS_OF)
    assert batch.result.officer(second.id).status is Status.ELSEWHERE
    assert batch.result.officer(first.id).status is first.status
    assert second_posts(roster, at.batch.spec.policy) == {second.id: first.id}


@pytest.mark.parametrize("one, two, main", [
    ({}, {"head": True}, "CB0002"), ({}, {}, "CB0001"), ({"post_class": LOWER}, {}, "CB0002"),
    ({"head": True}, {"post_class": CENTRAL}, "CB0002")])
def test_the_main_post_is_the_one_decided_highest_then_a_heads_then_the_first(one, two, main):
    day = PERIOD.start.replace(year=1970)
    people = [dataclasses.replace(officer(ident, spec, False), name="Trần Ví Dụ An", birth_date=day)
              for ident, spec in (("CB0001", one), ("CB0002", two))]
    roster = Roster({"DV001": unit("DV001")}, {item.id: item for item in people}, {})
    assert set(second_posts(roster, base_policy()).values()) == {main}
    unknown = [dataclasses.replace(item, birth_date=None) for item in people]
    assert second_posts(Roster({}, {item.id: item for item in unknown}, {}), base_policy()) == {}


def test_in_a_lower_levels_instance_only_its_own_class_c_is_asked():
    people = [officer("CB0001", {"post_class": LOWER}, False), officer("CB0002", {}, True),
              dataclasses.replace(officer("CB0003", {"post_class": LOWER}, False), unit="DV002")]
    roster = Roster({"DV001": unit("DV001"), "DV002": unit("DV002")}, {item.id: item for item in people}, {})
    own = Asked(roster, PERIOD, policy_with({"workspace.authority": "DV001"}))
    assert [item.id for place in roster.units for item in own.of(place)] == ["CB0001"]
    assert ("officer", "CB0001") in own.dossier_of("DV001").sheets
    full = Asked(roster, PERIOD, policy_with({"scope.lower": "full"}))
    assert [item.id for place in roster.units for item in full.of(place)] == ["CB0001", "CB0002", "CB0003"]
    assert ("officer", "CB0001") not in full.dossier_of("DV001").sheets


def test_the_outcome_of_no_level_is_named_wherever_outcomes_are_listed():
    from qeval_batch.model.roster import NOT_EVALUATED
    from qeval_batch.render import wording
    from qeval_batch.render.letters.words import outcomes
    from qeval_batch.rules.trace import levels_text

    at = province()
    open_ = [item for item in at.batch.result.listed if NOT_EVALUATED in item.possible]
    assert open_ and all(item.status is Status.REVIEW for item in open_)       # by document, several outcomes (R23)
    two = next(item for item in open_ if len(item.possible) == 2)
    assert wording.levels_either(two.possible) == "Không đánh giá hoặc HTT"
    assert outcomes(two).startswith("không đánh giá trong quý hoặc")
    assert levels_text(two.possible) == "không đánh giá trong quý hoặc mức 2"
