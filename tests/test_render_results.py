"""results.json and results.csv keep the contract of interfaces.md."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from decimal import Decimal

import batch_builders
import pytest

from qeval_batch.render.tables.results import decimal_text, results_csv, results_json


@pytest.fixture(scope="module")
def batch():
    return batch_builders.province()


@pytest.fixture(scope="module")
def data(batch):
    return json.loads(results_json(batch))


OFFICER = ("id name unit group is_head authority_class status scope score own_collective individual discipline remedied "
           "levels opinions reasons flags possible answers waits_for rank order former_opinions").split()
KEYS = {
    "officers": OFFICER,
    "groups": ("id name n waiting candidates max_htt_only max_htt_plus binding rate binds decision cut level1 "
               "tied").split(),
    "units": "id received timeliness paper paper_received status findings collective discipline remedied dossier_missing "
             "received_source complete_at timeliness_reasons".split(),
    "files": "name sha256 outcome why received received_source sender message_id".split(),
    "findings": "code severity unit officer file sheet cell message citation waived_by waived_reason".split(),
}
COUNTS = ["scope", "assigned", "planned", "planned_done", "planned_excused", "excused", "done", "late", "exceeded",
          "failed", "quality"]


def test_the_top_level_keys_stand_in_the_documented_order(data):
    assert list(data) == ["schema", "period", "as_of", "policy", "officers", "groups", "units", "files", "findings",
                          "central", "assessments"]
    assert data["schema"] == 1 and data["period"] == "2026-Q3" and data["as_of"] == "2026-09-26T08:00:00+07:00"
    assert list(data["policy"]) == ["sha256", "profile", "quota_base"]


@pytest.mark.parametrize("name", KEYS)
def test_every_record_has_exactly_the_documented_keys_in_order(data, name):
    assert data[name]
    for record in data[name]:
        assert list(record) == KEYS[name]


def test_nested_records_have_the_documented_keys(data):
    officer = next(item for item in data["officers"] if item["id"] == "CB0016")
    assert list(officer["score"]) == ["general", "axes", "computed", "workbook", "unit", "appraised", "used"]
    assert list(officer["own_collective"]) == COUNTS
    assert list(officer["individual"]) == ["assigned", "done", "excused", "short_support_only"]
    assert list(officer["levels"]) == ["self", "unit", "computed", "eligible", "proposed", "btc", "decided"]
    assert list(officer["order"]) == ["score", "exceed", "products", "work"]
    assert list(officer["reasons"][0]) == ["rule", "holds", "inputs", "citation", "text"]
    assert list(data["units"][0]["collective"]) == COUNTS and data["units"][0]["collective"]["scope"] == "unit"


def test_decimals_are_strings_and_lists_are_sorted(data):
    officer = next(item for item in data["officers"] if item["id"] == "CB0016")
    assert officer["score"]["computed"] == "97.25" and officer["score"]["general"] == "28.00"
    assert officer["order"] == {"score": "97.25", "exceed": [4, 10], "products": 3, "work": "27.00"}
    assert not re.search(rb":\s*-?\d+\.\d", results_json(batch_builders.province())), "no bare decimal anywhere"
    for name in ("officers", "groups", "units"):
        ids = [item["id"] for item in data[name]]
        assert ids == sorted(ids)
    names = [item["name"] for item in data["files"]]
    assert names == sorted(names)


def test_an_officer_without_a_score_has_nulls_not_zeros(data):
    missing = next(item for item in data["officers"] if item["status"] == "missing")
    assert missing["score"] == {"general": None, "axes": [None] * 6, "computed": None, "workbook": None, "unit": None,
                                "appraised": None, "used": None}
    assert missing["own_collective"] is None and missing["individual"] is None and missing["order"] is None
    assert set(missing["levels"].values()) == {None}


def test_each_answer_to_a_doubt_stands_beside_its_level(data):
    review = next(item for item in data["officers"] if item["status"] == "review")
    assert {tuple(choice["rule"] for choice in answer["choices"]): answer["level"] for answer in review["answers"]} == {
        ("R20",): None, ("R31", "gap"): 3, ("R31",): 2}
    assert review["answers"][2]["choices"] == [
        {"rule": "R31", "text": "không tính nhiệm vụ thứ 10", "citation": "LD VI.1.1"}]
    assert all(item["answers"] == [] for item in data["officers"] if item["status"] == "missing")


def test_a_tie_at_the_cut_stays_graded_without_a_proposal(data):
    tied = [item for item in data["officers"] if "TIED" in item["flags"]]
    assert [item["id"] for item in tied] == ["CB0005", "CB0006"]
    for item in tied:
        assert (item["status"], item["levels"]["eligible"], item["levels"]["proposed"]) == ("graded", 1, None)
        assert item["possible"] == [1, 2]
    assert next(item for item in data["groups"] if item["id"] == "N04")["tied"] == ["CB0005", "CB0006"]


def test_the_order_of_the_batch_changes_nothing(batch):
    turned = dataclasses.replace(batch, result=dataclasses.replace(
        batch.result, officers=batch.result.officers[::-1], groups=batch.result.groups[::-1],
        units=batch.result.units[::-1], files=batch.result.files[::-1]))
    assert results_json(turned) == results_json(batch)
    assert results_csv(turned) == results_csv(batch)


@pytest.mark.parametrize(("value", "text"), [
    (None, None), (Decimal(28), "28.00"), (Decimal("0.2"), "0.20"), (Decimal("1E+2"), "100.00"), (Decimal("0"), "0.00"),
    (Decimal("2.625"), "2.625"), (Decimal("2.6250"), "2.625"), (Decimal("91.20"), "91.20"),
])
def test_a_decimal_keeps_every_digit_and_shows_at_least_two(value, text):
    assert decimal_text(value) == text


def test_csv_opens_in_a_vietnamese_excel(batch):
    data = results_csv(batch)
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row["id"] for row in rows] == sorted(item.id for item in batch.result.officers)
    first = next(row for row in rows if row["id"] == "CB0016")
    assert first["score.computed"] == "97,25" and first["levels.self"] == "1" and first["is_head"] == "true"
    missing = next(row for row in rows if row["id"] == "CB0020")
    assert missing["score.computed"] == "" and missing["own_collective.done"] == "" and missing["rank"] == ""


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_a_typed_formula_is_text_in_the_csv(batch, name):
    officers = tuple(dataclasses.replace(item, name=name) if item.id == "CB0001" else item
                     for item in batch.result.officers)
    changed = dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=officers))
    rows = list(csv.DictReader(io.StringIO(results_csv(changed).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0]["name"] == f"'{name}"


def test_an_empty_province_has_the_keys_and_the_header():
    empty = batch_builders.empty()
    data = json.loads(results_json(empty))
    assert data["officers"] == [] and data["findings"] == []
    assert results_csv(empty).decode("utf-8-sig").startswith("id;name;unit;")


def test_every_flag_is_documented_and_has_words():
    from pathlib import Path

    from qeval_batch import messages
    from qeval_batch.model.results import Flag

    text = (Path(__file__).resolve().parent.parent / "docs" / "dev" / "outputs.md").read_text("utf-8")
    documented = re.findall(r"^\| `([A-Z0-9_]+)` \|", text, re.MULTILINE)
    assert documented == sorted(flag.value for flag in Flag)
    assert set(messages.words()["flag"]) == set(documented)
