"""Vietnamese of before Unicode: recognised by the fonts a file names and the words of the whole workbook together."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from binary_builders import cell12, record12, row12, wide, xlsb
from openpyxl.styles import Font
from read_builders import codes, edit, filled_workbook, read, sheet, where
from resaved import resaved

from qeval_batch import messages
from qeval_batch.spreadsheet import legacy_text
from qeval_batch.spreadsheet.guard import guard
from qeval_batch.spreadsheet.legacy_text import TCVN3, VNI, fonts_in, is_legacy_font, recognise

_FORMS = Path(__file__).resolve().parent.parent / "forms"
_TO_TCVN3 = {letter: code for code, letter in legacy_text._TCVN3.items()}
_MARKS = {"".join(sorted(marks)): code for code, marks in legacy_text._VNI_MARKS.items()}
_LETTERS = {unicodedata.normalize("NFC", text): code for code, text in legacy_text._VNI_LETTERS.items()}


def tcvn3(text: str) -> str:
    """Capitals with a tone have no code of their own: a capital font shows the small ones."""
    return "".join(_TO_TCVN3.get(letter, _TO_TCVN3.get(letter.lower(), letter)) for letter in text)


def vni(text: str) -> str:
    out = []
    for letter in text.lower():
        base, *marks = unicodedata.normalize("NFD", letter)
        if letter in _LETTERS:
            out.append(_LETTERS[letter])
        elif "\u031b" in marks:
            out.append({"o": "ô", "u": "ö"}[base] + "".join(_MARKS[mark] for mark in marks if mark != "\u031b"))
        else:
            out.append(base + _MARKS["".join(sorted(marks))] if marks else letter)
    return "".join(out)


def _lines() -> list[str]:
    """The texts of the forms people fill; the law's and the routing's data nobody types into a workbook."""
    return [line.strip()[:60] for path in sorted(_FORMS.glob("*.yaml")) if path.stem not in ("chinh-sach", "dinh-tuyen")
            for line in path.read_text("utf-8").splitlines() if not line.isascii()]


def test_the_codes_as_they_are_read():
    assert tcvn3("Hoàn thành tốt nhiệm vụ được giao ở Sở") == "Hoµn thµnh tèt nhiÖm vô ®\u00adîc giao ë Së"
    assert vni("hoàn thành tốt nhiệm vụ được giao ở sở") == "hoaøn thaønh toát nhieäm vuï ñöôïc giao ôû sôû"


@pytest.mark.parametrize(("encoding", "encode", "font"), [(TCVN3, tcvn3, ".VnTime"), (VNI, vni, "VNI-Times")])
def test_most_texts_are_known_and_none_that_is_unicode(encoding, encode, font):
    lines = _lines()
    assert len(lines) > 500
    found = recognise(frozenset((font,)), {"S": [encode(line) for line in lines]})
    assert found is not None and found[0] is encoding and len(found[1]["S"]) > 0.9 * len(lines)
    assert recognise(frozenset((font,)), {"S": lines}) is None
    assert recognise(frozenset(), {"S": [encode(line) for line in lines]}) is None
    other = VNI if encoding is TCVN3 else TCVN3
    assert recognise(frozenset(("Arial",)), {"S": [encode(line) for line in lines]}) is None
    assert is_legacy_font(font) and encoding.wrote(font) and not other.wrote(font)


@pytest.mark.parametrize("text", [
    "Größe und Übung, Müller, Jörg", "Piñata niño año señor", "François Hollande à Genève, Château", "Hoàng Xuân An",
    "Ngày 5 ± 2 °C, 3×4 m², ½ ngày · ¼ · §2", "«Kết quả» «đúng hạn»", "São Paulo, Ação, Coração"])
def test_other_languages_and_good_vietnamese_are_left_alone(text):
    fonts = frozenset((".VnTime", "VNI-Times"))
    assert recognise(fonts, {"S": [text] * 20}) is None


def test_the_whole_workbook_votes():
    fonts = frozenset((".VnTime",))
    word = tcvn3("nhiệm")
    assert recognise(fonts, {"A": [word], "B": [word]}) is None
    found = recognise(fonts, {"A": [word], "B": [word, "x", word], "C": ["Hoàng Xuân An"]})
    assert found == (TCVN3, {"A": {0}, "B": {0, 2}})
    assert recognise(fonts, {"A": [word] * 3, "B": ["Größe"] * 2}) is None


def test_fonts_as_styles_name_them():
    assert fonts_in(b'<name val=".VnTime"/><rFont val=\'VNI-Times\'/><name val="Times New Roman"/>') == \
        {".VnTime", "VNI-Times"}
    assert fonts_in(b'svg:font-family="&apos;.VnArial NarrowH&apos;"') == {".VnArial NarrowH"}
    assert fonts_in(b"<t>.VnTime</t> VNI-Times") == frozenset()


def _typed(encode, font: str) -> bytes:
    """Two texts pasted with their font: the second tells nothing by itself."""
    own = read(filled_workbook())
    product = sheet(own, "officer", "CB0001").rows("products")[0].at.cell("product")
    task = sheet(own, "collective").rows("tasks")[0].at.cell("task")

    def change(book):
        for at, text in ((product, "báo cáo kết quả"), (task, "nhiệm vụ")):
            cell = book[at.sheet][at.a1]
            cell.value, cell.font = encode(text), Font(name=font)
    return edit(filled_workbook(), change)


@pytest.mark.parametrize(("encode", "font", "name"), [(tcvn3, ".VnTime", "TCVN3"), (vni, "VNI-Times", "VNI")])
@pytest.mark.parametrize(("writer", "extension"), [
    (None, "xlsx"), ("LibreOffice", "ods"), ("LibreOffice", "xls"), ("Gnumeric", "ods"), ("Gnumeric", "xls")])
def test_such_text_is_named_in_every_format_at_its_sheet_and_kept(encode, font, name, writer, extension):
    data = _typed(encode, font)
    submission = read(resaved(data, writer, extension) if writer else data)
    found = [item for item in submission.findings if item.code in ("TEXT_LEGACY_ENCODING", "CELL_LEGACY_FONT")]
    own = read(filled_workbook())
    product = sheet(own, "officer", "CB0001").rows("products")[0].at.cell("product")
    task = sheet(own, "collective").rows("tasks")[0].at.cell("task")
    assert {(item.where.sheet, item.where.a1) for item in found} == {where(product), where(task)}
    assert len(found) == len(codes(submission)) == 2       # each once
    whole = [item for item in found if item.code == "TEXT_LEGACY_ENCODING"]
    assert whole and all(name in messages.message(item) and font in messages.message(item) for item in whole)
    assert not any(messages.is_error(item) for item in found)
    assert sheet(submission, "collective").rows("tasks")[0]["task"] == encode("nhiệm vụ")


def test_without_such_a_font_the_workbook_does_not_vote():
    data = _typed(tcvn3, "Times New Roman")
    assert "TEXT_LEGACY_ENCODING" not in {item.code for item in read(data).findings}


def test_fonts_of_xlsb():
    fonts = record12(43, bytes(21) + wide(".VnTime")) + record12(43, bytes(21) + wide("Arial"))
    assert guard(xlsb(row12(0) + cell12(5, 0, bytes(8)), styles=fonts)).fonts == {".VnTime"}
