"""The filling of a Word template: literal, sandboxed, strict, repeatable, and the same as docxtpl's own."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document
from letter_builders import HARD, HARD_LINES, all_text, texts, xml

from qeval_batch.render.canonical import canonical
from qeval_batch.render.letters.word import WordTemplate
from qeval_batch.spec.yamlio import SpecError

WHEN = datetime(2026, 9, 26, 1, 0, tzinfo=UTC)


def _docx(*paragraphs: str, row: str = "") -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if row:
        table = document.add_table(rows=3, cols=1)
        for cell, text in zip(table.columns[0].cells, ("{%tr for item in rows %}", row, "{%tr endfor %}"), strict=True):
            cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _template(*paragraphs: str, row: str = "") -> WordTemplate:
    return WordTemplate("thu.docx", _docx(*paragraphs, row=row))


def _problem(call, *args) -> str:
    with pytest.raises(SpecError) as caught:
        call(*args)
    return str(caught.value)


def test_what_a_person_typed_comes_out_letter_for_letter():
    paper = _template("Trước {{ text }} sau").render({"text": HARD}, "Thử", WHEN)
    assert "Trước " + "\n".join(HARD_LINES) + " sau" in texts(paper)
    assert xml(paper).count("<w:br/>") == 2 and "\x01" not in xml(paper)


def test_typed_text_in_a_table_row_stays_in_its_cell():
    paper = _template(row="{{ item.a }}").render({"rows": [{"a": HARD}, {"a": "</w:tc></w:tr>{%tr endfor %}"}]}, "Thử", WHEN)
    assert [row.cells[0].text for row in Document(io.BytesIO(paper)).tables[0].rows] == [
        "\n".join(HARD_LINES), "</w:tc></w:tr>{%tr endfor %}"]


def test_a_tag_split_among_runs_by_word_is_one_tag():
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("{", "{ na", "me }", "}"):
        paragraph.add_run(piece).bold = piece == "me }"
    buffer = io.BytesIO()
    document.save(buffer)
    assert "An" in texts(WordTemplate("thu.docx", buffer.getvalue()).render({"name": "An"}, "Thử", WHEN))


@pytest.mark.parametrize(("text", "named"), [("{{ missing }}", "missing"), ("{{ head.missing }}", "missing"),
                                             ("{% for x in rows %}{{ x.a }}{% endfor %}", "rows")])
def test_a_name_that_is_not_there_is_refused_with_template_and_paragraph(text, named):
    told = _problem(_template("Đoạn đầu", f"Đoạn lỗi {text}").render, {"head": {"a": 1}}, "Thử", WHEN)
    assert "templates/thu.docx" in told and named in told and "Đoạn lỗi" in told


@pytest.mark.parametrize("text", ["{{ a b }}", "{% for x in rows %}", "{{ a | khongco }}"])
def test_a_tag_that_is_no_tag_is_refused_when_the_template_is_read(text):
    assert "templates/thu.docx" in _problem(_template, "Đoạn đầu", text)


@pytest.mark.parametrize("text", ["{{ cycler.__init__.__globals__ }}", "{{ ''.__class__.__mro__ }}",
                                  "{% for i in range(10**9) %}x{% endfor %}"])
def test_a_template_cannot_leave_the_sandbox(text):
    assert "templates/thu.docx" in _problem(_template(text).render, {}, "Thử", WHEN)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip at all"])
def test_a_file_that_is_no_word_template_is_refused(data):
    assert "templates/thu.docx" in _problem(WordTemplate, "thu.docx", data)


def test_a_zip_without_a_document_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.txt", "a")
    assert "templates/thu.docx" in _problem(WordTemplate, "thu.docx", buffer.getvalue())


def test_the_same_values_give_the_same_canonical_bytes_with_the_day_given():
    template = _template("{{ name }}")
    first = template.render({"name": "An"}, "Tiêu đề & thử", WHEN)
    assert first == template.render({"name": "An"}, "Tiêu đề & thử", WHEN) == canonical(first)
    core = Document(io.BytesIO(first)).core_properties
    assert core.title == "Tiêu đề & thử" and core.created == core.modified == WHEN
    assert first != template.render({"name": "An"}, "Tiêu đề & thử", WHEN.replace(day=27))


def test_filling_is_what_docxtpl_itself_would_fill():
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    data = _docx("Kính gửi {{ name }}", "{%p if name %}", "có", "{%p endif %}", row="{{ item.a }} & {{ item.b }}")
    context = {"name": "Sở A & B\nđịa chỉ", "rows": [{"a": "<b>", "b": "2"}, {"a": "3", "b": "x\ny"}]}
    reference = DocxTemplate(io.BytesIO(data))
    reference.render(context, SandboxedEnvironment(autoescape=True, undefined=StrictUndefined), autoescape=True)
    buffer = io.BytesIO()
    reference.save(buffer)
    assert all_text(buffer.getvalue()) == all_text(WordTemplate("thu.docx", data).render(context, "Thử", WHEN))
