"""``qeval forms check`` on Word templates: each there, well written, asking only for what the program gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from spec_forms import DAY, FORMS

from qeval_batch.commands.forms_check import check
from qeval_batch.render.letters.letters import TEMPLATE_VARIABLES

TEMPLATES = FORMS.parent / "templates"
ONE = min(TEMPLATE_VARIABLES)


@pytest.fixture
def templates(tmp_path) -> Path:
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


def _with(path: Path, text: str) -> None:
    from docx import Document

    document = Document(str(path))
    document.add_paragraph(text)
    document.save(str(path))


def test_shipped_templates_are_clean():
    assert check(FORMS, TEMPLATES, DAY) == []


def test_a_name_the_program_does_not_give(templates):
    _with(templates / ONE, "Kính gửi {{ nguoi_nhan }}")
    problems = check(FORMS, templates, DAY)
    assert [(item.file, item.line) for item in problems] == [(f"templates/{ONE}", 0)]
    assert "nguoi_nhan" in problems[0].what and "period" in problems[0].cure


def test_a_name_the_program_gives(templates):
    _with(templates / ONE, "Đánh giá {{ period or '' }}" if "period" in TEMPLATE_VARIABLES[ONE] else "Không có thẻ")
    assert check(FORMS, templates, DAY) == []


def test_a_tag_that_is_not_closed(templates):
    _with(templates / ONE, "{% if period %} Đánh giá")
    assert [item.file for item in check(FORMS, templates, DAY)] == [f"templates/{ONE}"]


def test_a_file_that_is_no_word_document(templates):
    (templates / ONE).write_bytes(b"not a document")
    assert [item.file for item in check(FORMS, templates, DAY)] == [f"templates/{ONE}"]


def test_a_missing_template(templates):
    (templates / ONE).unlink()
    assert [item.file for item in check(FORMS, templates, DAY)] == [f"templates/{ONE}"]


def test_a_misspelt_template(templates):
    (templates / ONE).rename(templates / f"x-{ONE}")
    assert [item.file for item in check(FORMS, templates, DAY)] == [f"templates/{ONE}", f"templates/x-{ONE}"]


def test_what_word_leaves_beside_an_open_document_is_no_template(templates):
    (templates / f"~${ONE[2:]}").write_bytes(b"lock")
    assert check(FORMS, templates, DAY) == []


def test_without_templates_only_forms_are_looked_at(tmp_path):
    assert check(FORMS, None, DAY) == []
    assert {item.file for item in check(FORMS, tmp_path, DAY)} == {f"templates/{name}" for name in TEMPLATE_VARIABLES}
