"""The law tables as one test for `run.py`: one item costs pytest a third of what 300 cost, and that is paid per mutant.

Each case is held to what `test_law` expects and to the proof-read lines of its trace; light cases come first.
"""

from __future__ import annotations

from typing import Any

import test_rules_law
from sentences import SENTENCES, texts

_PROOF_READ = frozenset(SENTENCES.read_text("utf-8").splitlines())


def _weight(case: dict[str, Any]) -> int:
    given = case["input"]
    tasks = (given.get("collective") or {}).get("tasks", ())
    return int(given.get("fill", 0) + sum(item.get("n", 1) for item in tasks))


def test_the_law_at_once() -> None:
    said: set[str] = set()
    for case in sorted(test_rules_law.cases(), key=_weight):
        found = test_rules_law.decided(case)
        assert {key: found.seen[key] for key in case["expect"]} == case["expect"], case["name"]
        for lines in texts(found):
            assert _PROOF_READ.issuperset(lines), case["name"]
            assert len(lines) == len(set(lines)), case["name"]
            said.update(lines)
    assert said == _PROOF_READ
