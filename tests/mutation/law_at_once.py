"""The law tables as one test for `run.py`: one item costs pytest a third of what 300 cost, and that is paid per mutant.

Each case is held to what `test_law` expects and to the proof-read lines of its trace. Light cases come first, one of
each article in turn: what is wrong shows early.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import test_rules_law
from sentences import SENTENCES, texts

_MANY = 100
_PROOF_READ = frozenset(SENTENCES.read_text("utf-8").splitlines())


def _in_turn() -> list[dict[str, Any]]:
    place: Counter[str] = Counter()
    turns = []
    for stem, case in test_rules_law.by_file():
        given = case["input"]
        tasks = (given.get("collective") or {}).get("tasks", ())
        heavy = given.get("fill", 0) + sum(item.get("n", 1) for item in tasks) > _MANY
        turns.append((heavy, place[stem], stem, case))
        place[stem] += 1
    return [case for *_, case in sorted(turns, key=lambda turn: turn[:3])]


def test_the_law_at_once() -> None:
    said: set[str] = set()
    for case in _in_turn():
        found = test_rules_law.decided(case)
        assert {key: found.seen[key] for key in case["expect"]} == case["expect"], case["name"]
        for lines in texts(found):
            assert _PROOF_READ.issuperset(lines), case["name"]
            assert len(lines) == len(set(lines)), case["name"]
            said.update(lines)
    assert said == _PROOF_READ
