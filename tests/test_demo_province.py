"""The fictional province: the same each time, every block, class and case in it, and nobody real."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from roster_builders import PERIOD, placeless, spec

from qeval_batch.checks.roster import check
from qeval_batch.demo.answers import unit_answers
from qeval_batch.demo.plan import Played, case_of
from qeval_batch.demo.province import make_province, make_sites, province_data
from qeval_batch.model.records import AXES
from qeval_batch.model.results import Status
from qeval_batch.roster.sample import sample_roster
from qeval_batch.rules.eligibility import authority_class, standing

LAST_DAY = date(2026, 9, 25)


def _answers(roster, unit):
    return unit_answers(roster.units[unit], roster, spec(), PERIOD, LAST_DAY)


@pytest.mark.parametrize("units", [1, 3, 7, 20, 60, 165, 230])
def test_any_size_is_a_clean_roster(units):
    roster = make_province(units)
    assert len(roster.units) == units and check(roster, spec(), PERIOD) == []
    assert len({unit.name for unit in roster.units.values()}) == units
    assert len({officer.name for officer in roster.officers.values()}) == len(roster.officers)
    assert all(len(roster.heads_of(unit)) == 1 for unit in roster.units)


def test_no_units_is_refused():
    with pytest.raises(ValueError, match="ít nhất một"):
        make_province(0)


@pytest.mark.parametrize(("units", "low", "high"), [(20, 90, 110), (165, 800, 900)])
def test_about_five_officers_a_unit(units, low, high):
    assert low <= len(make_province(units).officers) <= high


def test_the_same_each_time():
    assert placeless(make_province(60)) == placeless(make_province(60))


def test_a_bigger_province_begins_like_a_smaller_one():
    small, big = make_province(20), make_province(165)
    assert list(small.units.values()) == list(big.units.values())[:20]
    assert list(small.officers.values()) == list(big.officers.values())[:len(small.officers)]


@pytest.mark.parametrize("make", [sample_roster, lambda: make_province(165)], ids=["sample", "province"])
def test_every_person_is_plainly_fictional(make):
    markers = province_data()["markers"]
    people = [officer.name for officer in make().officers.values()] + [item.name for item in make().signatures]
    assert all(any(f" {marker} " in name for marker in markers) for name in people)


def test_every_block_class_kind_and_standing_is_there():
    roster = make_province(20)
    assert {unit.block for unit in roster.units.values()} == {item.code for item in spec().lists["blocks"].options}
    assert {officer.authority for officer in roster.officers.values()} == {"BCT-BBT", "A", "B", "C"}
    # What the dates alone settle (R20, R21, R37), and one of those the law leaves to a document (R23).
    assert {change.kind for change in roster.changes} == {"training", "leave", "inspection", "first_appointment",
                                                          "transfer", "discipline", "secondment"}
    assert {change.kind for change in roster.changes} < {item.code for item in spec().lists["change_kind"].options}
    assert {officer.standing for officer in roster.officers.values()} == {None, "deferred", "excluded", "other"}
    assert any(officer.committee_member for officer in roster.officers.values())
    assert any(group.rate is not None for group in roster.groups.values())
    assert any(not group.binds for group in make_province(165).groups.values())


def test_every_group_is_of_one_class_and_across_units():
    roster = make_province(165)
    for group in roster.groups:
        members = [officer for officer in roster.officers.values() if officer.group == group]
        assert len({authority_class(officer, spec().policy) for officer in members}) == 1
        if group != "N14":
            assert len({officer.unit for officer in members}) > 1
    assert all(authority_class(officer, spec().policy) == officer.authority for officer in roster.officers.values())


def test_a_claim_of_deferral_is_borne_out_by_dates():
    roster = make_province(165)
    claimed = [item for item in roster.officers.values() if item.standing == "deferred"]
    assert len(claimed) >= 4
    for officer in claimed:
        changes = roster.changes_of(officer.id, "training", "leave", "inspection", "first_appointment")
        assert standing(officer, changes, PERIOD, spec().policy).status is Status.DEFERRED


def test_all_kinds_of_quarters_are_played():
    assert {case_of(index) for index in range(20)} == set(Played)


def test_answers_are_the_same_each_time():
    one, two = make_province(20), make_province(20)
    assert [_answers(one, unit) for unit in one.units] == [_answers(two, unit) for unit in two.units]


@pytest.mark.parametrize("index", range(40))
def test_answers_keep_the_rules_of_the_forms(index):
    roster = make_province(40)
    unit = list(roster.units)[index]
    answers = _answers(roster, unit)
    people = [officer for sheet, officer in answers if sheet == "officer"]
    tasks = answers["collective", None]["tasks"]
    codes = [task["code"] for task in tasks]
    assert 8 <= len(tasks) <= 16 and len(set(codes)) == len(codes)
    assert {task["axis"] for task in tasks} == set(AXES)
    leads = Counter()
    for officer in people:
        sheet = answers["officer", officer]
        assert 6 <= len(sheet["products"]) <= 12
        assert {row["axis"] for row in sheet["products"]} == set(AXES)
        assert {row["task_code"] for row in sheet["products"]} <= set(codes)
        leads.update(row["task_code"] for row in sheet["products"] if row["role"] == "lead")
        _points_hold(sheet["axes"])
        for row in [*tasks, *sheet["products"]]:
            _dates_hold(row)
    assert leads == Counter(codes)          # each task has exactly one product in the lead (R12)
    assert {row["key"] for row in answers["proposal", None]["officers"]} == set(people)


def _points_hold(axes):
    main = [row["max_points"] for row in axes if row["role"] == "main"]
    secondary = [row["max_points"] for row in axes if row["role"] == "secondary"]
    assert main and min(main) > max(secondary)
    assert sum(main + secondary) == spec().policy.score.axes_points["30+70"]


def _dates_hold(row):
    assert PERIOD.start <= row["deadline"] <= PERIOD.end
    done = row["completed"]
    if done is None:
        assert row.get("status", "not_done") == "not_done" and row["deadline"] <= LAST_DAY
        return
    assert done <= (PERIOD.end if row["projected"] else LAST_DAY)
    if "status" in row:
        assert row["status"] == ("on_time" if done <= row["deadline"] else "late")


def test_answers_fit_another_day():
    roster = make_province(20)
    for last in (date(2026, 9, 12), PERIOD.end):
        for unit in roster.units.values():
            for row in unit_answers(unit, roster, spec(), PERIOD, last)["collective", None]["tasks"]:
                assert row["completed"] is None or row["projected"] or row["completed"] <= last + timedelta(days=0)


def test_names_of_units_are_hard_on_purpose():
    names = [site.name for site in make_sites(165)]
    assert any("'" in name for name in names) and any(f"{name} 2" in names for name in names)
