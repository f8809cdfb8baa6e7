"""One Word template, compiled once and filled many times; what a person typed comes out letter for letter.

docxtpl makes the template's XML fit for jinja (tags split by Word, row and paragraph tags); filling is jinja's alone,
in a sandbox, so neither a template nor a text can run anything. A fault names the template and the paragraph.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn
from xml.sax.saxutils import escape

from qeval_batch.core.say import say
from qeval_batch.core.text import writable
from qeval_batch.spec.yamlio import SpecError, SpecProblem
from qeval_batch.spreadsheet.limits import MAX_TOTAL_BYTES

_FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_CORE = "docProps/core.xml"
_DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_TEMPLATE_FILE = "<template>"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What a tag with this letter takes the place of.
_WHOLE = {"p": "p", "tr": "tr", "tc": "tc"}
_TAG = re.compile(r"\{%-?\s?(p|tr|tc) [^{}]*%\}")
_ANY_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}")
_UNKNOWN = re.compile(r"has no attribute '([^']*)'|'([^']*)' is undefined")
_WORDS = 80
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'


class WordTemplate:
    """A .docx template. SpecError (exit code 2) for one that is no Word file or whose tags are wrong."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._environment = _environment()
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                if sum(item.file_size for item in package.infolist()) > MAX_TOTAL_BYTES:
                    raise ValueError("too much")
                parts = {item.filename: package.read(item) for item in package.infolist() if not item.is_dir()}
            texts = {part: _text(body) for part, body in parts.items() if _FILLED.fullmatch(part)}
            if "word/document.xml" not in texts or "[Content_Types].xml" not in parts or "_rels/.rels" not in parts:
                raise ValueError("no document")
        except (zipfile.BadZipFile, ValueError, SyntaxError) as error:
            self._fail(say("letters.word.not_docx"), error)
        # Word may split a tag among runs, so only the patched text tells whether there is one.
        patched = {part: text for part, text in ((part, _patched(text)) for part, text in texts.items())
                   if re.search(r"\{[{%#]", text)}
        self._sources, self._dated, self._texts = patched, _CORE in parts, texts
        self._static = {part: body for part, body in parts.items() if part not in patched and part != _CORE}
        self._compiled = {part: self._compile(text) for part, text in patched.items()}

    def lost_words(self) -> list[str]:
        """Words beside a tag that takes the place of its whole paragraph, row or cell: no paper would show them (lint)."""
        return [say("letters.word.beside", tag=tag, words=words[:_WORDS])
                for text in self._texts.values() for tag, words in _beside(text)]

    def variables(self) -> frozenset[str]:
        """The top-level names the template asks for (lint)."""
        from jinja2 import meta

        return frozenset().union(*(meta.find_undeclared_variables(self._environment.parse(text))
                                   for text in self._sources.values()))

    def render(self, context: Mapping[str, Any], title: str, when: datetime) -> bytes:
        """The filled paper; ``when`` is the day in its properties. SpecError when the template asks for what is not
        there. The same values give the same bytes."""
        parts = dict(self._static)
        for part, compiled in self._compiled.items():
            parts[part] = (_DECLARATION + self._fill(compiled, part, context)).encode()
        if self._dated:
            parts[_CORE] = _core(title, when).encode()
        return _pack(parts)

    def _compile(self, text: str) -> Any:
        from jinja2 import TemplateSyntaxError

        try:
            return self._environment.from_string(text)
        except TemplateSyntaxError as error:
            self._fail(say("letters.word.tag_wrong", message=error.message, near=_near(text, error.lineno)), error)

    def _fill(self, compiled: Any, part: str, context: Mapping[str, Any]) -> str:
        from jinja2 import TemplateError

        try:
            return str(compiled.render(context)).replace("\n<w:p", "<w:p")
        except (TemplateError, TypeError, ValueError, OverflowError, ArithmeticError, LookupError) as error:
            near = _near(self._sources[part], _line(error))
            self._fail(say("letters.word.not_filled", error=_in_words(error), near=near), error)

    def _fail(self, what: str, error: Exception) -> NoReturn:
        raise SpecError([SpecProblem(f"templates/{self.name}", 0, what,
                                     say("letters.word.not_filled_cure"))]) from error


def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup

    def finalize(value: Any) -> Any:
        if not isinstance(value, str) or isinstance(value, Markup):
            return value
        text = escape(writable(value.replace("\r\n", "\n").replace("\r", "\n")), {'"': "&quot;"})
        return Markup(text.replace("\t", " ").replace("\n", _BREAK))

    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=finalize,
                                keep_trailing_newline=True)


def _text(body: bytes) -> str:
    """The part as one string, in the form docxtpl expects: no declaration, no entity of its own."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return str(etree.tostring(etree.fromstring(body, parser), encoding="unicode"))


def _beside(text: str) -> Iterator[tuple[str, str]]:
    """Tags that take the place of a whole paragraph, row or cell, with the words beside them, which would be lost."""
    from lxml import etree

    for element in etree.fromstring(text).iter(*(f"{_W}{name}" for name in _WHOLE.values())):
        words = "".join(node.text or "" for node in element.iter(f"{_W}t"))
        for tag in _TAG.finditer(words):
            if element.tag == f"{_W}{_WHOLE[tag[1]]}":
                rest = _ANY_TAG.sub("", words).strip()
                if rest:
                    yield tag[0], rest


def _in_words(error: BaseException) -> str:
    """Why a tag could not be filled; the commonest reason, a name no paper gives, in Vietnamese."""
    from jinja2 import UndefinedError

    name = _UNKNOWN.search(str(error)) if isinstance(error, UndefinedError) else None
    return say("letters.word.no_name", name=name[1] or name[2]) if name else str(error)


def _patched(text: str) -> str:
    from docxtpl import DocxTemplate

    # Each paragraph on a line of its own: a line number of jinja then says which paragraph.
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", str(DocxTemplate(io.BytesIO()).patch_xml(text)))


def _line(error: BaseException) -> int:
    line, step = 1, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == _TEMPLATE_FILE:
            line = step.tb_lineno
        step = step.tb_next
    return line


def _near(text: str, line: int) -> str:
    lines: Iterable[str] = (re.sub(r"<[^>]+>", "", item) for item in text.split("\n")[max(line - 2, 0):line])
    words = " ".join(" ".join(lines).split())
    return say("letters.word.near", paragraph=line, words=words[-120:])


def _core(title: str, when: datetime) -> str:
    stamp = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    dates = "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{stamp}</dcterms:{name}>'
                    for name in ("created", "modified"))
    return (_DECLARATION + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
            'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escape(writable(title))}</dc:title><dc:language>vi-VN</dc:language>{dates}"
            "</cp:coreProperties>")


def _pack(parts: Mapping[str, bytes]) -> bytes:
    """The parts as one package in the canonical form of ``render.canonical``."""
    first = ("[Content_Types].xml", "_rels/.rels")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name in (*first, *sorted(parts.keys() - set(first))):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = 0o100644 << 16
            package.writestr(entry, parts[name])
    return target.getvalue()
