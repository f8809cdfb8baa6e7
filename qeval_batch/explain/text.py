"""An explanation as plain lines for a terminal, at most 80 columns; nothing a person typed can steer the terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from qeval_batch.core.say import say
from qeval_batch.explain.cells import Cell
from qeval_batch.explain.explain import Explanation
from qeval_batch.explain.lines import ToldLine

_WIDTH = 80
_STEP = 2


def lines(explanation: Explanation) -> Iterator[str]:
    """The whole explanation, section by section; each line ends in its clause, its cells follow it."""
    yield from _wrap(say("explain.text.title", quarter=explanation.period.label, name=explanation.name,
                         officer=explanation.officer, as_of=explanation.as_of), 0)
    for number, file in enumerate(explanation.files, start=1):
        yield from _wrap(f"[{number}] {file}", _STEP, _STEP * 2)
    for number, section in enumerate(explanation.sections, start=1):
        yield ""
        yield from _wrap(f"{number}. {section.title}", 0)
        for line in section.lines:
            yield from _line(line, explanation.files)


def plain(text: str) -> str:
    """``text`` on one line without control characters: an escape sequence in a cell must not reach the terminal."""
    kept = (" " if char in "\n\r\t" else char for char in text)
    return unicodedata.normalize("NFC", "".join(char for char in kept if unicodedata.category(char)[0] != "C"))


def _line(line: ToldLine, files: Sequence[str]) -> Iterator[str]:
    indent = _STEP * (1 + line.indent)
    citation = f" [{line.citation}]" if line.citation else ""
    yield from _wrap(f"{'-' if line.indent else '•'} {line.text}{citation}", indent, _STEP)
    for detail in line.details:
        yield from _wrap(detail, indent + _STEP, _STEP)
    for place, cells in places(line.cells, files):
        yield from _wrap(say("explain.text.cells", place=place, cells="; ".join(cells)), indent + _STEP, _STEP)


def places(cells: Sequence[Cell], files: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Cells by sheet: ``("[2] CB0001", ["F17 Số lượng giao = 2", …])``; the figure is the file's place in ``files``."""
    return [(f"[{files.index(file) + 1}] {sheet}", [f"{cell.ref.a1} {cell.label} = {cell.value}" for cell in found])
            for (file, sheet), found in groupby(cells, key=lambda cell: (cell.ref.file, cell.ref.sheet))]


def _wrap(text: str, indent: int, hang: int = 0) -> Iterable[str]:
    return textwrap.wrap(plain(text), _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + hang),
                         break_long_words=True, break_on_hyphens=False) or [""]
