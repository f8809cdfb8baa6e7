"""The law tables of tests/law: each case is one reading of one article, its arithmetic in the note."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import law_deadlines
import pytest
from law_builders import HIM, PERIOD, UNIT, candidate, dec, policy_with, world
from ruamel.yaml import YAML

from qeval_batch.model.findings import Finding
from qeval_batch.model.results import Answer, GroupResult, OfficerResult
from qeval_batch.model.roster import Group
from qeval_batch.model.trace import Step
from qeval_batch.rules.evaluate import evaluate
from qeval_batch.rules.quota import rank_group

LAW = Path(__file__).parent / "law"
KEYS = {"name", "note", "policy", "input", "expect"}


@cache
def by_file() -> list[tuple[str, dict[str, Any]]]:
    """Every case of the law tables after the name of its file."""
    found = []
    for path in sorted(LAW.glob("*.yaml")):
        for case in YAML(typ="safe", pure=True).load(path.read_text("utf-8")):
            assert case.keys() <= KEYS and {"name", "note", "input", "expect"} <= case.keys(), (path.name, case)
            found.append((path.stem, case))
    return found


def cases() -> list[dict[str, Any]]:
    """The same without the names."""
    return [case for _, case in by_file()]


def _params() -> list[Any]:
    return [pytest.param(case, id=f"{stem}: {case['name']}") for stem, case in by_file()]


@pytest.mark.parametrize("case", _params())
def test_law(case: dict[str, Any]) -> None:
    seen = outcome(case)
    assert {key: seen[key] for key in case["expect"]} == case["expect"], case["note"]


class Decided(NamedTuple):
    """What a case comes to in the words of the tables, and everything that was said on the way."""

    seen: dict[str, Any]
    officers: Sequence[OfficerResult] = ()
    findings: Sequence[Finding] = ()
    steps: Sequence[Step] = ()


def outcome(case: dict[str, Any]) -> dict[str, Any]:
    """What a case comes to, in the words of the tables."""
    return decided(case).seen


def decided(case: dict[str, Any]) -> Decided:
    """A case through the rules it is about: deadlines, a group's cut, or the whole evaluation."""
    if law_deadlines.is_ours(case):
        policy = policy_with(case.get("policy"))
        steps = law_deadlines.timeliness(case, policy).steps if "deliveries" in case["input"] else ()
        return Decided(law_deadlines.seen(case, policy), steps=steps)
    if "group" in case["input"]:
        group, members = ranked(case)
        return Decided(_group(group, members), members)
    roster, records = world(case["input"])
    unusable = frozenset(case["input"].get("unusable", ()))
    late = frozenset({UNIT} if case["input"].get("late") else ())
    found = evaluate(roster, records, policy_with(case.get("policy")), PERIOD, unusable, late)
    result = next(item for item in found.officers if item.id == HIM)
    seen = _shown(result) | {"findings": sorted({item.code for item in found.findings}),
                             "unit_discipline": found.disciplined[UNIT]}
    return Decided(seen, found.officers, found.findings)


def _shown(result: OfficerResult) -> dict[str, Any]:
    own = result.own_collective
    return {
        "status": result.status.value, "whose": result.scope.value, "class": result.authority_class, "group": result.group,
        "total": str(result.score.total) if result.score and result.score.total is not None else None,
        "axes": [str(axis.points) if axis.points is not None else axis.why_none for axis in result.score.axes]
        if result.score else None,
        "used": str(result.used_score) if result.used_score is not None else None,
        "self": result.levels.self, "unit": result.levels.unit, "computed": result.levels.computed,
        "eligible": result.levels.eligible, "proposed": result.levels.proposed, "possible": list(result.possible),
        "flags": [flag.value for flag in result.flags], "waits": list(result.waits_for),
        "answers": told(result.answers),
        "former": [[item.unit, item.level] for item in result.former_opinions],
        "scope": own.scope if own else None, "on_time": own.counts.on_time if own else None,
        "discipline": result.discipline, "remedied": result.remedied,
        "reasons": {line.rule: line.holds for line in result.steps},
        "doubts": sorted({line.rule for line in result.steps if line.holds is None} - {"C", "R17"})
        if result.status.value == "review" else [],
        "order": [str(result.order.score), list(result.order.exceed), result.order.products, str(result.order.work)]
        if result.order else None,
    }


def told(answers: Sequence[Answer]) -> list[list[Any]]:
    """Each way to answer what is open, after the level it leads to."""
    return [[answer.level, *(choice.text for choice in answer.choices)] for answer in answers]


def ranked(case: dict[str, Any]) -> tuple[GroupResult, list[OfficerResult]]:
    """The group of a quota case and its members, cut."""
    given = case["input"]
    spec = {"binds": True, "rate": None, "decision": None, **given["group"]}
    rate = dec(spec["rate"]) if spec["rate"] is not None else None
    roster, _ = world({})
    group = Group("N01", "Nhóm 1", None, spec["binds"], rate, spec["decision"], roster.groups["N01"].at)
    members = [candidate(ident, row) for ident, row in given["members"].items()]
    for position in range(given.get("fill", 0)):
        members.append(candidate(f"T{position:03d}", {"level": 2, "score": 80}))
    result, graded = rank_group(group, members, policy_with(case.get("policy")))
    return result, list(graded)


def _group(result: GroupResult, graded: Sequence[OfficerResult]) -> dict[str, Any]:
    return {
        "n": result.n, "max": [result.max_htt_only, result.max_htt_plus], "candidates": result.candidates,
        "waiting": result.waiting, "level1": list(result.level1), "cut": list(result.cut), "tied": list(result.tied),
        "places": result.places_left, "binds": result.binds, "rate": str(result.rate), "binding": result.binding,
        "ranked": list(result.ranked), "ranks": {item.id: item.rank for item in graded},
        "proposed": {item.id: item.levels.proposed for item in graded},
        "eligible": {item.id: item.levels.eligible for item in graded},
        "flags": {item.id: [flag.value for flag in item.flags] for item in graded if item.flags},
        "statuses": sorted({item.status.value for item in graded}),
        "possible": {item.id: list(item.possible) for item in graded if item.possible},
        "waits": {item.id: list(item.waits_for) for item in graded if item.waits_for},
        "answers": {item.id: told(item.answers) for item in graded if item.answers},
    }


def test_the_trace_says_what_was_proof_read() -> None:
    from sentences import SENTENCES, lines

    assert lines() == SENTENCES.read_text("utf-8").splitlines(), "changed on purpose: python tests/sentences.py --force"


def test_no_trace_says_a_thing_twice() -> None:
    from sentences import traces

    for name, trace in traces():
        assert len(trace) == len(set(trace)), (name, [line for line in trace if trace.count(line) > 1])
