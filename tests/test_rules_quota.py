"""Quota by properties: an independent enumeration agrees, no maximum is passed, order of input means nothing."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law_builders import at, candidate, policy_with

from qeval_batch.model.roster import Group
from qeval_batch.rules.quota import maximum, rank_group

RATES = (Decimal("0.20"), Decimal("0.25"))
BASES = ("htt_only", "htt_plus")


def _round(value: Fraction) -> int:
    """Half up by Decimal's own rounding, not by the engine's."""
    return int((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("base", BASES)
def test_maximum_is_the_largest_lawful_subset(rate: Decimal, base: str) -> None:
    for n in range(11):
        lawful = [sum(chosen) for chosen in itertools.product((0, 1), repeat=n)
                  if sum(chosen) <= _round(Fraction(rate) * (n - sum(chosen) if base == "htt_only" else n))]
        assert maximum(n, rate, base) == max(lawful), n


@pytest.mark.parametrize("base", BASES)
@settings(deadline=None)
@given(n=st.integers(0, 2000), rate=st.sampled_from(RATES))
def test_maximum_is_lawful_and_one_more_is_not(base: str, n: int, rate: Decimal) -> None:
    most = maximum(n, rate, base)
    whole = (lambda x: n - x) if base == "htt_only" else (lambda x: n)
    assert most <= _round(Fraction(rate) * whole(most))
    assert most == n or most + 1 > _round(Fraction(rate) * whole(most + 1))


def test_maximum_refuses_an_unknown_base() -> None:
    with pytest.raises(ValueError, match="all_rated"):
        maximum(10, RATES[0], "all_rated")


MEMBER = st.fixed_dictionaries({
    "level": st.sampled_from((1, 1, 1, 2, 3, 4, None)), "score": st.sampled_from(("90", "95", "95.00", "99.5")),
    "exceed": st.sampled_from(((1, 3), (4, 12), (3, 10))), "products": st.integers(0, 1),
    "work": st.sampled_from(("0", "2.5")),
})


def _group(binds: bool = True) -> Group:
    return Group("N01", "Nhóm 1", None, binds, None, None if binds else "9-QĐ/TU", at("Nhóm tương đồng"))


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return Decimal(row["score"]), Fraction(*row["exceed"]), row["products"], Decimal(row["work"])


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(MEMBER, max_size=14), base=st.sampled_from(BASES), seed=st.randoms(use_true_random=False))
def test_cut_agrees_with_enumeration(rows: list[dict[str, Any]], base: str, seed: Any) -> None:
    members = [candidate(f"CB{number:04d}", row) for number, row in enumerate(rows)]
    policy = policy_with({"quota.base": base})
    result, graded = rank_group(_group(), members, policy)
    shuffled = list(members)
    seed.shuffle(shuffled)
    again, graded_again = rank_group(_group(), shuffled, policy)
    assert again == result
    assert sorted(graded, key=lambda item: item.id) == sorted(graded_again, key=lambda item: item.id)

    n = sum(row["level"] in (1, 2) for row in rows)
    most = maximum(n, RATES[0], base)
    keys = {f"CB{number:04d}": _key(row) for number, row in enumerate(rows) if row["level"] == 1}
    ahead = {ident: sum(other > key for other in keys.values()) for ident, key in keys.items()}
    same = Counter(keys.values())
    kept = {ident for ident, key in keys.items() if ahead[ident] + same[key] <= most}
    tied = {ident for ident, key in keys.items() if ahead[ident] < most < ahead[ident] + same[key]}
    assert set(result.level1) == kept
    assert set(result.tied) == tied
    assert set(result.cut) == keys.keys() - kept - tied
    assert len(kept) <= most
    assert result.places_left == (most - len(kept) if tied else 0)
    proposed = {item.id: item.levels.proposed for item in graded}
    assert sum(level == 1 for level in proposed.values()) <= most
    assert {ident for ident, level in proposed.items() if level is None} == tied
    assert all(item.levels.eligible == row["level"] for item in graded
               for row in [rows[int(item.id[2:])]])
    assert (result.id, result.name) == ("N01", "Nhóm 1")
    assert result.waiting == sum(row["level"] is None for row in rows)


@settings(deadline=None)
@given(rows=st.lists(MEMBER, max_size=8))
def test_nobody_is_cut_where_the_ratio_does_not_bind(rows: list[dict[str, Any]]) -> None:
    members = [candidate(f"CB{number:04d}", row) for number, row in enumerate(rows)]
    result, graded = rank_group(_group(binds=False), members, policy_with())
    assert len(result.level1) == sum(row["level"] == 1 for row in rows)
    assert not result.cut and not result.tied
    assert all(item.levels.proposed == item.levels.eligible for item in graded)


def _largest_fair_subset(keys: dict[str, Any], n: int, rate: Fraction, base: str) -> set[str]:
    """Every subset tried: the largest that keeps the ratio and leaves nobody out who stands level with one it holds."""
    best: set[str] = set()
    names = sorted(keys)
    for mask in range(1 << len(names)):
        chosen = {name for place, name in enumerate(names) if mask >> place & 1}
        whole = n - len(chosen) if base == "htt_only" else n
        fair = all(other in chosen for name in chosen for other in names if keys[other] >= keys[name])
        if fair and len(chosen) <= _round(rate * whole) and len(chosen) > len(best):
            best = chosen
    return best


@pytest.mark.parametrize("base", BASES)
def test_every_subset_tried_agrees_with_the_engine(base: str) -> None:
    """2,000 random groups of up to 12 officers for each base, ties included."""
    draw = random.Random(20260930)
    policy = policy_with({"quota.base": base})
    ties = 0
    for _ in range(2000):
        rows = [{"level": draw.choice((1, 1, 2, 2, 2, 3, None)), "score": draw.choice(("90", "95", "99.5")),
                 "exceed": draw.choice(((1, 3), (4, 12), (3, 10))), "products": draw.randint(0, 1),
                 "work": draw.choice(("0", "2.5"))} for _ in range(draw.randint(0, 12))]
        result, _graded = rank_group(_group(), [candidate(f"CB{i:04d}", row) for i, row in enumerate(rows)], policy)
        keys = {f"CB{i:04d}": _key(row) for i, row in enumerate(rows) if row["level"] == 1}
        n = sum(row["level"] in (1, 2) for row in rows)
        assert set(result.level1) == _largest_fair_subset(keys, n, Fraction(RATES[0]), base), rows
        ties += bool(result.tied)
    assert ties > 50
