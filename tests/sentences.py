"""Every line the trace says over the law tables, once each: proof-read as a text, compared as a test.

Write it anew after a change that was meant:  python tests/sentences.py --force
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from test_rules_law import LAW, Decided, cases, decided

from qeval_batch.messages import message
from qeval_batch.model.findings import Finding
from qeval_batch.model.results import Answer, OfficerResult
from qeval_batch.model.trace import ProductScore, Step

SENTENCES = LAW / "sentences.txt"
_MARK = {True: "đạt", False: "không", None: "—"}


def lines() -> list[str]:
    """Every distinct trace line of every case, in order."""
    return sorted({line for _, trace in traces() for line in trace})


def traces() -> Iterator[tuple[str, list[str]]]:
    """What each case says, with its name."""
    for case in cases():
        for told in texts(decided(case)):
            yield case["name"], told


def texts(found: Decided) -> Iterator[list[str]]:
    """What is said of each officer, line by line; then what was found, then what belongs to no officer."""
    for officer in found.officers:
        yield _trace(officer)
    yield [_finding(item) for item in found.findings]
    yield [_line(item) for item in found.steps]


def _trace(officer: OfficerResult) -> list[str]:
    products = officer.score.products if officer.score else ()
    return [*(_line(step) for step in officer.steps), *(_product(item) for item in products),
            *(_answer(answer) for answer in officer.answers)]


def _line(step: Step) -> str:
    inputs = "; ".join(f"{name}: {value}" for name, value in step.inputs.items())
    cells = " ".join(f"{cell.sheet}!{cell.a1}" for cell in step.cells)
    return f"{step.rule} | {_MARK[step.holds]} | {step.citation} | {step.text} | {inputs} | {cells}"


def _product(item: ProductScore) -> str:
    """``step`` beside what the score keeps of the product."""
    return f"product {item.no} of {item.axis}, KPI {item.kpi}, weight {item.weight}, row {item.at.row} | {_line(item.step)}"


def _finding(item: Finding) -> str:
    where = item.where
    return f"{item.code} | {where.part} {where.unit} {where.officer} {where.sheet}!{where.a1} | {message(item)}"


def _answer(answer: Answer) -> str:
    asked = " và ".join(f"{choice.text} [{choice.rule}, {choice.citation}]" for choice in answer.choices)
    return f"answer | mức {answer.level or '—'} | nếu {asked}"


if __name__ == "__main__":
    if "--force" not in sys.argv:
        sys.exit(f"Ghi đè {SENTENCES.name}: thêm --force, rồi đọc lại phần thay đổi.")
    SENTENCES.write_text("\n".join(lines()) + "\n", "utf-8")
