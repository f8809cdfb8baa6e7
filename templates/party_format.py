"""Pieces of a paper in the format of Party documents (QĐ 399-QĐ/TW, HD 05-HD/VPTW), for make_templates.py alone.

Measures: A4, margins 20/20/30/15 mm (top, bottom, left, right), Times New Roman 14, first line 10 mm, exact line
spacing 18 pt, page number top centre from page 2.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"
MARGINS = {"top": 20, "bottom": 20, "left": 30, "right": 15}
FIXED_DATE = datetime(2026, 1, 1)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
# What the library's own blank document brings along and no paper needs.
UNUSED_PARTS = {"thumbnail", "customXml", "stylesWithEffects", "numbering", "webSettings"}
PARTY_TITLE = "ĐẢNG CỘNG SẢN VIỆT NAM"
# Width of the Party title set bold 15, in mm: the rule under it is as long as the text.
PARTY_TITLE_WIDTH = 74.4
CELL_MARGIN = 1.2         # mm, left and right of every cell

LEFT, CENTRE, RIGHT, JUSTIFY = (WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT,
                                WD_ALIGN_PARAGRAPH.JUSTIFY)

# name -> size, bold, alignment, first line mm, exact spacing pt (None: single), space before pt, space after pt
STYLES: dict[str, tuple[int, bool, Any, int, int | None, int, int]] = {
    "Văn bản": (14, False, JUSTIFY, 10, 18, 0, 6),
    "Đề mục": (14, True, JUSTIFY, 10, 18, 6, 6),
    "Tên loại": (16, True, CENTRE, 0, None, 12, 0),
    "Trích yếu": (14, True, CENTRE, 0, None, 0, 0),
    "Đầu văn bản": (14, False, CENTRE, 0, None, 0, 0),
    "Nơi nhận": (12, False, LEFT, 0, None, 0, 0),
    "Chữ ký": (14, False, CENTRE, 0, None, 0, 0),
    "Ô bảng": (12, False, LEFT, 0, None, 1, 1),
    "Đầu bảng": (12, True, CENTRE, 0, None, 1, 1),
    "Ghi chú bảng": (12, False, JUSTIFY, 0, None, 3, 6),
}


class Paper:
    """One template under construction; every method appends at the end of the body."""

    def __init__(self, title: str, *, landscape: bool = False, body_size: int = 14) -> None:
        self.document = Document()
        self.width = (297 if landscape else 210) - MARGINS["left"] - MARGINS["right"]
        self._properties(title)
        self._styles(body_size)
        self._page(landscape)
        self._compatibility()

    # --- set-up ---------------------------------------------------------------------------------------------
    def _properties(self, title: str) -> None:
        core = self.document.core_properties
        core.author = core.last_modified_by = core.comments = core.keywords = core.category = core.subject = ""
        core.title, core.language, core.revision = title, "vi-VN", 1
        core.created = core.modified = FIXED_DATE

    def _styles(self, body_size: int) -> None:
        styles = self.document.styles
        keep = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Table Grid", "Header"}
        for style in list(styles):
            if style.name not in keep:
                style.element.getparent().remove(style.element)
            for link in style.element.findall(qn("w:link")):
                style.element.remove(link)
        latent = styles.element.find(qn("w:latentStyles"))
        if latent is not None:
            styles.element.remove(latent)
        defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        for child in list(defaults):
            defaults.remove(child)
        defaults.append(_fonts())
        defaults.append(_element("w:sz", val="28"))
        defaults.append(_element("w:szCs", val="28"))
        defaults.append(_element("w:lang", val="vi-VN", eastAsia="vi-VN", bidi="ar-SA"))
        _font(styles["Normal"], 14, False)
        styles["Header"].font.size = Pt(14)
        for name, (size, bold, align, first, exact, before, after) in STYLES.items():
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style, style.quick_style = styles["Normal"], True
            _font(style, body_size if size == 14 and name in ("Văn bản", "Đề mục") else size, bold)
            spacing = style.paragraph_format
            spacing.alignment, spacing.first_line_indent = align, Mm(first)
            spacing.space_before, spacing.space_after = Pt(before), Pt(after)
            spacing.widow_control = True
            if exact is None:
                spacing.line_spacing = 1.0
            else:
                spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(exact)
        styles["Đề mục"].paragraph_format.keep_with_next = True

    def _compatibility(self) -> None:
        """A line a person broke by hand is not stretched to the margin."""
        settings = self.document.settings.element
        for old in settings.findall(qn("w:compat")):
            settings.remove(old)
        compat = OxmlElement("w:compat")
        compat.append(OxmlElement("w:doNotExpandShiftReturn"))
        compat.append(_element("w:compatSetting", name="compatibilityMode",
                               uri="http://schemas.microsoft.com/office/word", val="15"))
        language = settings.find(qn("w:themeFontLang"))
        if language is not None:
            settings.replace(language, _element("w:themeFontLang", val="vi-VN"))
        place = settings.find(qn("w:rsids"))
        if place is None:
            settings.append(compat)
        else:
            place.addprevious(compat)

    def _page(self, landscape: bool) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.top_margin, section.bottom_margin = Mm(MARGINS["top"]), Mm(MARGINS["bottom"])
        section.left_margin, section.right_margin = Mm(MARGINS["left"]), Mm(MARGINS["right"])
        section.header_distance, section.footer_distance = Mm(10), Mm(10)
        section.different_first_page_header_footer = True
        section.first_page_header.is_linked_to_previous = False
        paragraph = section.header.paragraphs[0]
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.tab_stops.clear_all()
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            run = paragraph.add_run()
            if kind:
                run._r.append(_element("w:fldChar", fldCharType=kind))
            else:
                code = OxmlElement("w:instrText")
                code.text = text
                run._r.append(code)

    # --- text -----------------------------------------------------------------------------------------------
    def add(self, text: str, style: str = "Văn bản", **look: Any) -> Any:
        """One paragraph. `look`: bold, italic, underline, size, align, before, after, indent, page_break, keep."""
        paragraph = self.document.add_paragraph(style=style)
        _write(paragraph, text, look)
        return paragraph

    def lines(self, *texts: str, style: str = "Văn bản", **look: Any) -> None:
        for text in texts:
            self.add(text, style, **look)

    def tag(self, tag: str, where: Any = None) -> None:
        """A paragraph that holds only a block tag (`{%p … %}`); it vanishes when rendered."""
        if where is None:
            self.add(tag, "Văn bản")
        else:
            self._cell(where, tag, "Ô bảng")

    def dotted(self, text: str, rows: int = 0) -> None:
        """A line to be filled by hand: dots run to the right margin; `rows` more lines of dots follow."""
        for content in [text] + [""] * rows:
            paragraph = self.add(content + "\t", "Văn bản", align=LEFT)
            paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(self.width), WD_TAB_ALIGNMENT.RIGHT,
                                                              WD_TAB_LEADER.DOTS)

    # --- parts of the format --------------------------------------------------------------------------------
    def heading(self, *, mark: str = "") -> None:
        """Issuer and number on the left, Party title, place and day on the right. `mark` is a form's own name."""
        if mark:
            self.add(mark, "Đầu văn bản", italic=True, align=RIGHT, after=4, size=12)
        left = round(self.width * 0.45)
        table = self._bare_table([left, self.width - left], rows=2)
        issuer, party = table.rows[0].cells
        self._cell(issuer, "{{ head.parent }}", "Đầu văn bản")
        self._cell(issuer, "{{ head.issuer }}", "Đầu văn bản", bold=True)
        self._cell(issuer, "*", "Đầu văn bản")
        self._cell(party, PARTY_TITLE, "Đầu văn bản", bold=True, size=15, after=3)
        self._cell(party, "", "Đầu văn bản", size=2)
        self._rule(party.paragraphs[1], (self.width - left - 2 * CELL_MARGIN - PARTY_TITLE_WIDTH) / 2)
        number, place = table.rows[1].cells
        self._cell(number, "{{ head.number }}", "Đầu văn bản")
        self.tag("{%p if head.secrecy %}", number)
        self._cell(number, "{{ head.secrecy }}", "Đầu văn bản", bold=True, before=6)
        self.tag("{%p endif %}", number)
        self._cell(place, "{{ head.place_date }}", "Đầu văn bản", italic=True)

    def title(self, kind: str, *abstract: str) -> None:
        """Type in capitals, abstract, and the five dashes below."""
        self.add(kind, "Tên loại")
        self.lines(*abstract, style="Trích yếu")
        self.add("-----", "Đầu văn bản", after=8)

    def signature(self, left: Sequence[tuple[str, dict[str, Any]]] = (),
                  right: Sequence[tuple[str, dict[str, Any]]] = ()) -> None:
        """Recipients or a second signer on the left, who signs on the right; the block never splits."""
        table = self._bare_table([self.width * 0.45, self.width * 0.55])
        self.add("", "Ghi chú bảng")
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        table._tbl.addprevious(self.document.paragraphs[-1]._p)
        for cell, lines in zip(table.rows[0].cells, (left, right), strict=True):
            for text, look in lines:
                if text.startswith("{%p"):
                    self.tag(text, cell)
                else:
                    self._cell(cell, text, look.get("style", "Chữ ký"), **{k: v for k, v in look.items() if k != "style"})

    def table(self, widths: Sequence[float], header: Sequence[str], rows: Sequence[Sequence[str] | str], align: str, *,
              numbered: bool = False, size: int = 12, height: int = 0, together: bool = False) -> Any:
        """A bordered table: header rows repeat, rows do not split. A row that is one string is a row tag
        (`{%tr … %}`); `align` has one letter per column (l, c, r, j); a cell that begins with `**` is bold;
        `height` mm leave room to write by hand; `together` keeps a short table on one page."""
        scale = self.width / sum(widths)
        sizes = [Mm(width * scale) for width in widths]
        table = self.document.add_table(rows=0, cols=len(widths), style="Table Grid")
        self._fix(table, sizes)
        letters = {"l": LEFT, "c": CENTRE, "r": RIGHT, "j": JUSTIFY}

        def put(texts: Sequence[str], style: str, aligns: Sequence[Any], *, head: bool = False, **look: Any) -> None:
            for cell, text, where in zip(_row(table, sizes, header=head), texts, aligns, strict=True):
                bold = True if text.startswith("**") else None
                self._cell(cell, text.removeprefix("**"), style,
                           **{"align": where, "bold": bold, "size": size, "keep": together or head} | look)

        put(header, "Đầu bảng", [CENTRE] * len(widths), head=True)
        if numbered:
            put([f"({n})" for n in range(1, len(widths) + 1)], "Ô bảng", [CENTRE] * len(widths), head=True, italic=True)
        for row in rows:
            if isinstance(row, str):
                self._cell(_row(table, sizes)[0], row, "Ô bảng")
            else:
                put(row, "Ô bảng", [letters[letter] for letter in align])
                if height:
                    table.rows[-1].height = Mm(height)
        return table

    def save(self) -> bytes:
        for rels in (self.document.part.package.rels, self.document.part.rels):
            for key in [key for key, rel in rels.items() if rel.reltype.rsplit("/", 1)[1] in UNUSED_PARTS]:
                del rels[key]
        buffer = io.BytesIO()
        self.document.save(buffer)
        return rezip(buffer.getvalue())

    # --- helpers --------------------------------------------------------------------------------------------
    def _bare_table(self, widths: Sequence[float], rows: int = 1) -> Any:
        table = self.document.add_table(rows=0, cols=len(widths))
        sizes = [Mm(width) for width in widths]
        self._fix(table, sizes)
        for _ in range(rows):
            _row(table, sizes)
        return table

    def _fix(self, table: Any, sizes: Sequence[Any]) -> None:
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        margins = OxmlElement("w:tblCellMar")
        for side in ("left", "right"):
            margins.append(_element(f"w:{side}", w=str(round(CELL_MARGIN / 25.4 * 1440)), type="dxa"))
        table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")
        for column, size in zip(table.columns, sizes, strict=True):
            column.width = size

    def _cell(self, cell: Any, text: str, style: str, **look: Any) -> None:
        first = cell.paragraphs[0]
        paragraph = first if len(cell.paragraphs) == 1 and not first.runs else cell.add_paragraph()
        paragraph.style = self.document.styles[style]
        _write(paragraph, text, look)

    def _rule(self, paragraph: Any, indent: float) -> None:
        properties = paragraph._p.get_or_add_pPr()
        borders = OxmlElement("w:pBdr")
        borders.append(_element("w:top", val="single", sz="6", space="1", color="auto"))
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind",
                                         "w:jc", "w:rPr")
        spacing = paragraph.paragraph_format
        spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
        spacing.left_indent = spacing.right_indent = Mm(max(indent, 0))


def recipients(*lines: str) -> list[tuple[str, dict[str, Any]]]:
    """`Nơi nhận:` 14 underlined, the list 12."""
    return [("Nơi nhận:", {"style": "Nơi nhận", "size": 14, "underline": True}),
            *((f"- {line}", {"style": "Nơi nhận"}) for line in lines)]


def signer() -> list[tuple[str, dict[str, Any]]]:
    """Authority bold and post below it, or the post alone in bold; room to sign; the name in bold."""
    return [("{%p if sign.authority %}", {}), ("{{ sign.authority }}", {"bold": True}), ("{{ sign.post }}", {}),
            ("{%p else %}", {}), ("{{ sign.post }}", {"bold": True}), ("{%p endif %}", {}), *[("", {})] * 3,
            ("{{ sign.name }}", {"bold": True})]


def by_hand(title: str, name: str = "") -> list[tuple[str, dict[str, Any]]]:
    """A title in capitals with `(ký, ghi rõ họ và tên)` below, and the name where it is known."""
    return [(title, {"bold": True}), ("(ký, ghi rõ họ và tên)", {"italic": True, "size": 12}), *[("", {})] * 3,
            (name, {"bold": True})]


def rezip(data: bytes) -> bytes:
    """The same container with fixed dates: the same text gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            out.writestr(info, source.read(name), compresslevel=6)
    return target.getvalue()


def _row(table: Any, sizes: Sequence[Any], *, header: bool = False) -> Any:
    row = table.add_row()
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    for cell, size in zip(row.cells, sizes, strict=True):
        cell.width = size
    return row.cells


def _write(paragraph: Any, text: str, look: dict[str, Any]) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.underline = look.get("bold"), look.get("italic"), look.get("underline")
    if "size" in look:
        run.font.size = Pt(look["size"])
    spacing = paragraph.paragraph_format
    if "align" in look:
        spacing.alignment = look["align"]
    if "before" in look:
        spacing.space_before = Pt(look["before"])
    if "after" in look:
        spacing.space_after = Pt(look["after"])
    if "indent" in look:
        spacing.first_line_indent = Mm(look["indent"])
    if look.get("page_break"):
        spacing.page_break_before = True
    if look.get("keep"):
        spacing.keep_with_next = True


def _font(style: Any, size: int, bold: bool) -> None:
    style.font.size, style.font.bold = Pt(size), bold or None
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    properties.insert(0, _fonts())


def _fonts() -> Any:
    return _element("w:rFonts", ascii=FONT, hAnsi=FONT, eastAsia=FONT, cs=FONT)


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
