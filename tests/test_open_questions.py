"""The page of open questions is made, not written: its questions are the file's, their keys and trials exist."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from qeval_batch.demo.build import DEMO_PERIOD
from qeval_batch.spec.load import load_spec
from qeval_batch.spec.policy import KEYS
from qeval_batch.spec.yamlio import Document
from qeval_batch.whatif.overlay import build_trial

ROOT = Path(__file__).resolve().parent.parent
_ENTRIES = {"question", "basis", "default", "keys", "trials", "note"}


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_open_questions", ROOT / "docs" / "make_open_questions.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = maker()
QUESTIONS = MAKER.questions()
_TOLD = re.compile(r"^## \d+\. (.+)\n\n<!-- (\w+) -->$", re.MULTILINE)


def test_the_page_asks_the_questions_of_the_file_in_order():
    page = MAKER.PAGE.read_text("utf-8")
    assert _TOLD.findall(page) == [(item["question"], ident) for ident, item in QUESTIONS.items()]


@pytest.mark.parametrize("ident", list(QUESTIONS))
def test_a_question_has_its_basis_known_keys_and_trials_the_policy_may_hold(ident):
    item = QUESTIONS[ident]
    assert set(item) <= _ENTRIES and item["question"].endswith("?") and item["basis"]
    assert set(item["keys"]) <= set(KEYS)
    # Where nothing can be tried, the page says why.
    assert item.get("trials") or item.get("note")
    assert item["keys"] or item.get("default")
    spec = load_spec(ROOT / "forms", DEMO_PERIOD.end)
    for trial in item.get("trials", ()):
        assert set(trial["policy"]) <= set(item["keys"])
        assert all(part.before != part.after for part in
                   build_trial(Document(ident, trial["policy"]), ROOT / "forms", spec).replaced)


def test_a_late_downgrade_is_tried_and_never_the_default():
    spec = load_spec(ROOT / "forms", DEMO_PERIOD.end)
    assert spec.policy.late.downgrade == "shown"
    assert all(trial["policy"]["late.downgrade"] == "applied" for trial in QUESTIONS["late_downgrade"]["trials"])
    tried = MAKER.PAGE.read_text("utf-8").split("<!-- late_downgrade -->")[1].split("## ")[0]
    assert tried.count("Hoàn thành tốt nhiệm vụ → Hoàn thành nhiệm vụ") == 2


def test_the_page_is_made_again_from_a_small_province(tmp_path):
    page = MAKER.page(4, tmp_path / "tinh")
    assert [ident for _, ident in _TOLD.findall(page)] == list(QUESTIONS)
    trials = sum(len(item.get("trials", ())) for item in QUESTIONS.values())
    assert page.count("- **Thử:**") == trials and str(tmp_path) not in page
