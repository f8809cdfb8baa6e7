"""The templates hold the format of Party documents and are exactly what make_templates.py makes."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from qeval_batch.render.letters.letters import TEMPLATE_VARIABLES
from qeval_batch.render.letters.word import WordTemplate

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
NAMES = sorted(TEMPLATE_VARIABLES)
LETTERS = [name for name in NAMES if name != "mau-8.docx"]


def _document(name: str):
    return Document(io.BytesIO((TEMPLATES / name).read_bytes()))


def _paragraph(name: str, text: str):
    document = _document(name)
    cells = [paragraph for table in document.tables for row in table.rows for cell in row.cells
             for paragraph in cell.paragraphs]
    return next(item for item in [*document.paragraphs, *cells] if item.text == text)


@pytest.fixture(scope="module")
def maker():
    sys.path.insert(0, str(TEMPLATES))
    try:
        import make_templates
    finally:
        sys.path.remove(str(TEMPLATES))
    return make_templates


def test_every_template_is_listed_and_made(maker):
    assert {path.name for path in TEMPLATES.glob("*.docx")} == set(NAMES) == set(maker.PAPERS)


@pytest.mark.parametrize("name", NAMES)
def test_the_template_in_the_repository_is_what_the_script_makes(maker, name):
    made = maker.make(name)
    assert made == maker.make(name)
    assert made == (TEMPLATES / name).read_bytes(), "run: python templates/make_templates.py"


@pytest.mark.parametrize("name", NAMES)
def test_a_template_asks_for_exactly_the_names_that_are_declared(name):
    assert WordTemplate(name, (TEMPLATES / name).read_bytes()).variables() == TEMPLATE_VARIABLES[name]


@pytest.mark.parametrize("name", NAMES)
def test_paper_and_margins(name):
    section = _document(name).sections[0]
    size = (Mm(297), Mm(210)) if name == "mau-8.docx" else (Mm(210), Mm(297))
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (round(size[0].mm), round(size[1].mm))
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [20, 20, 30, 15]


@pytest.mark.parametrize("name", NAMES)
def test_every_font_named_is_times_new_roman_for_every_script(name):
    with zipfile.ZipFile(TEMPLATES / name) as package:
        found = [match for part in ("word/styles.xml", "word/document.xml", "word/header1.xml", "word/header2.xml")
                 for match in re.findall(r"<w:rFonts[^>]*>", package.read(part).decode())]
    assert found
    for fonts in found:
        assert "Theme" not in fonts
        assert {value for _, value in re.findall(r'w:(ascii|hAnsi|eastAsia|cs)="([^"]*)"', fonts)} == {"Times New Roman"}
        assert len(re.findall(r'w:(ascii|hAnsi|eastAsia|cs)="', fonts)) == 4


@pytest.mark.parametrize("name", NAMES)
def test_body_text_is_14_justified_first_line_10_mm_exactly_18_points(name):
    style = _document(name).styles["Văn bản"]
    spacing = style.paragraph_format
    assert style.font.size == Pt(14) and round(spacing.first_line_indent.mm) == 10
    assert spacing.line_spacing == Pt(18) and spacing.line_spacing_rule == 4 and spacing.alignment == 3
    assert style.element.find(qn("w:pPr")).find(qn("w:spacing")).get(qn("w:lineRule")) == "exact"


@pytest.mark.parametrize("name", NAMES)
def test_the_party_title_stands_right_in_bold_15_with_a_rule_below(name):
    title = _paragraph(name, "ĐẢNG CỘNG SẢN VIỆT NAM")
    assert title.runs[0].bold and title.runs[0].font.size == Pt(15)
    rule = title._p.getnext()
    assert rule.find(qn("w:pPr")).find(qn("w:pBdr")).find(qn("w:top")).get(qn("w:val")) == "single"
    assert _document(name).tables[0].rows[0].cells[1].paragraphs[0].text == title.text


@pytest.mark.parametrize("name", NAMES)
def test_the_issuer_stands_left_in_bold_14_over_an_asterisk_and_the_number(name):
    first, second = _document(name).tables[0].rows
    parent, issuer, star = first.cells[0].paragraphs
    assert (parent.text, issuer.text, star.text) == ("{{ head.parent }}", "{{ head.issuer }}", "*")
    assert issuer.runs[0].bold and not parent.runs[0].bold
    assert second.cells[0].paragraphs[0].text == "{{ head.number }}"
    assert second.cells[1].paragraphs[0].runs[0].italic


@pytest.mark.parametrize(("name", "kind"), [("to-trinh-ban-thuong-vu.docx", "TỜ TRÌNH"), ("to-trinh-don-vi.docx", "TỜ TRÌNH"),
                                            ("bien-ban-don-vi.docx", "BIÊN BẢN"), ("mau-8.docx", "BẢNG TỔNG HỢP"),
                                             ("phieu-tra-lai.docx", "{{ title }}")])
def test_the_type_is_bold_16_and_five_dashes_close_the_abstract(name, kind):
    paragraphs = _document(name).paragraphs
    place = next(index for index, item in enumerate(paragraphs) if item.text == kind)
    style = paragraphs[place].style
    assert style.font.size == Pt(16) and style.font.bold and style.paragraph_format.alignment == 1
    abstract = paragraphs[place + 1]
    assert abstract.style.font.size == Pt(14) and abstract.style.font.bold
    assert "-----" in [item.text for item in paragraphs[place + 2:place + 4]]


@pytest.mark.parametrize("name", ["to-trinh-ban-thuong-vu.docx", "to-trinh-don-vi.docx"])
def test_recipients_are_headed_by_14_underlined_and_listed_in_12(name):
    head = _paragraph(name, "Nơi nhận:")
    assert head.runs[0].underline and head.runs[0].font.size == Pt(14)
    assert _paragraph(name, "- Như kính trình,").style.font.size == Pt(12)
    assert _paragraph(name, "Kính trình: Ban Thường vụ Tỉnh ủy").runs[0].bold


@pytest.mark.parametrize("name", NAMES)
def test_the_page_number_stands_top_centre_from_page_two(name):
    section = _document(name).sections[0]
    assert section.different_first_page_header_footer
    assert not section.first_page_header.paragraphs[0].text
    assert "PAGE" not in section.first_page_header._element.xml
    numbered = section.header.paragraphs[0]
    assert numbered.alignment == 1 and "PAGE" in section.header._element.xml


@pytest.mark.parametrize("name", NAMES)
def test_header_rows_repeat_and_no_row_splits(name):
    document = _document(name)
    bordered = [table for table in document.tables if table.style.name == "Table Grid"]
    assert bordered
    for table in bordered:
        properties = [row._tr.trPr for row in table.rows]
        assert properties[0].find(qn("w:tblHeader")) is not None
        assert all(item.find(qn("w:cantSplit")) is not None for item in properties)
        assert properties[-1].find(qn("w:tblHeader")) is None


def test_mau_8_has_seven_numbered_columns():
    table = next(item for item in _document("mau-8.docx").tables if item.style.name == "Table Grid")
    assert [cell.text for cell in table.rows[1].cells] == [f"({number})" for number in range(1, 8)]
    assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is not None


@pytest.mark.parametrize("name", NAMES)
def test_the_package_carries_no_wall_clock_and_no_leftover(name):
    with zipfile.ZipFile(TEMPLATES / name) as package:
        assert {item.date_time for item in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [part for part in package.namelist() if "thumbnail" in part or "customXml" in part]
        assert "2013-12" not in package.read("docProps/core.xml").decode()
