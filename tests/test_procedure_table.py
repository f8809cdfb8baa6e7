"""The table of acts equals the contract's line by line; every triple that differs is named."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from qeval_batch.procedure.table import LEGAL, Quarter, act_table

CONTRACT = Path(__file__).parent / "law" / "acts.csv"


def lines() -> list[dict[str, str]]:
    with CONTRACT.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter=";"))


def test_every_triple_is_as_the_contract_says():
    table = act_table()
    differing = [f"{row['scope']}/{row['state']}/{row['quarter']}/{row['act']}: {found}, not {row['outcome']}"
                 for row in lines()
                 if (found := table.outcome(row["scope"], row["state"], Quarter(row["quarter"]), row["act"])) != row["outcome"]]
    assert differing == []


def test_the_table_holds_nothing_the_contract_does_not():
    table = act_table()
    told = {(row["scope"], row["state"], row["quarter"], row["act"]) for row in lines()}
    held = {(scope, state, quarter.value, act) for scope, states in table.states.items() for state in states
            for quarter in Quarter for act in table.acts}
    assert held == told and len(told) == len(lines()) == 1518


@pytest.mark.parametrize("scope", ["btv", "tw", "lower", "own"])
def test_a_closed_quarter_moves_only_by_reopening_it_or_by_a_petition(scope):
    table = act_table()
    legal = {act for act in table.acts for state in table.states[scope]
             if table.outcome(scope, state, Quarter.CLOSED, act) == LEGAL}
    assert legal - {"petition"} == {"reopen"}


def test_what_the_scope_does_not_know_is_no_refusal_but_a_defect():
    with pytest.raises(ValueError):
        act_table().outcome("lower", "asked", Quarter.OPEN, "waive")
    with pytest.raises(KeyError):
        act_table().outcome("btv", "asked", Quarter.OPEN, "abolish")
