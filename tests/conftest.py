"""``-m quick``: what a developer runs between two edits, under a minute on two cores; everything else runs in CI too."""

from __future__ import annotations

import pytest

# Files that build whole provinces, render papers, start other programs or try hundreds of refusals.
SLOW = frozenset((
    "test_acting.py",
    "test_answer_copy.py",
    "test_answer_mail.py",
    "test_answer_note.py",
    "test_answer_plan.py",
    "test_cli.py",
    "test_corpus_run.py",
    "test_demo_build.py",
    "test_explain.py",
    "test_identify.py",
    "test_ledger_run.py",
    "test_letters_look.py",
    "test_open_questions.py",
    "test_profile_100.py",
    "test_read_binary.py",
    "test_read_formats.py",
    "test_read_hostile.py",
    "test_read_legacy.py",
    "test_read_workbook.py",
    "test_reading_workers.py",
    "test_render_bytes.py",
    "test_render_tables.py",
    "test_resubmission.py",
    "test_roster_read.py",
    "test_spec_refusals.py",
    "test_template_formulas.py",
    "test_template_write.py",
    "test_whatif.py",
    "test_wheel.py",
))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark ``quick`` every test that stands in no slow file."""
    for item in items:
        if item.path.name not in SLOW:
            item.add_marker(pytest.mark.quick)
