"""Every line the trace says over the law tables, once each: proof-read as a text, compared as a test.

Write it anew after a change that was meant:  python tests/sentences.py --force
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import law_deadlines
from law_builders import PERIOD, UNIT, policy_with, world
from test_rules_law import LAW, cases, ranked

from qeval_batch.results import Step
from qeval_batch.rules.evaluate import evaluate

SENTENCES = LAW / "sentences.txt"
_MARK = {True: "đạt", False: "không", None: "—"}


def lines() -> list[str]:
    """Every distinct trace line of every case, in order."""
    return sorted({line for _, trace in traces() for line in trace})


def traces() -> Iterator[tuple[str, list[str]]]:
    """Each officer's trace in each case, with the case's name."""
    for case in cases():
        if law_deadlines.is_ours(case):
            if "deliveries" in case["input"]:
                yield case["name"], [_line(step) for step in
                                    law_deadlines.timeliness(case, policy_with(case.get("policy"))).steps]
            continue
        if "group" in case["input"]:
            officers = ranked(case)[1]
        else:
            roster, records = world(case["input"])
            officers = evaluate(roster, records, policy_with(case.get("policy")), PERIOD,
                                frozenset(case["input"].get("unusable", ())),
                                frozenset({UNIT} if case["input"].get("late") else ())).officers
        for officer in officers:
            yield case["name"], [_line(step) for step in officer.steps]


def _line(step: Step) -> str:
    inputs = "; ".join(f"{name}: {value}" for name, value in step.inputs.items())
    cells = " ".join(f"{cell.sheet}!{cell.a1}" for cell in step.cells)
    return f"{step.rule} | {_MARK[step.holds]} | {step.citation} | {step.text} | {inputs} | {cells}"


if __name__ == "__main__":
    if "--force" not in sys.argv:
        sys.exit(f"Ghi đè {SENTENCES.name}: thêm --force, rồi đọc lại phần thay đổi.")
    SENTENCES.write_text("\n".join(lines()) + "\n", "utf-8")
