"""An explanation as a workbook a clerk prints: one sheet `Diễn giải`, A4 portrait, its header on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qeval_batch.core.say import say
from qeval_batch.explain.explain import Explanation
from qeval_batch.explain.lines import ToldLine
from qeval_batch.explain.text import places
from qeval_batch.model.hand_edits import HandEdits
from qeval_batch.render.edits import hand_edits
from qeval_batch.render.names import file_stems
from qeval_batch.render.stage import put
from qeval_batch.render.tables.columns import Column
from qeval_batch.render.tables.style import TableBook

_NAME = "Diễn giải"
_SIZE = 10


@dataclass(frozen=True)
class ExplainedRow:
    """One line of an explanation, its number, and the files its cells stand in."""

    number: str
    line: ToldLine
    files: Sequence[str]


def _cells(row: ExplainedRow) -> str | None:
    return "\n".join(f"{place}: {'; '.join(found)}" for place, found in places(row.line.cells, row.files)) or None


COLUMNS: tuple[Column[ExplainedRow], ...] = (
    Column("TT", 6, "center", of=lambda row: row.number),
    Column("Nội dung", 34, of=lambda row: "\n".join((("– " if row.line.indent else "") + row.line.text,
                                                     *row.line.details))),
    Column("Ô trong hồ sơ và giá trị đã đọc", 34, of=_cells),
    Column("Căn cứ", 12, "center", of=lambda row: row.line.citation or None))


def workbook(explanation: Explanation) -> bytes:
    """The workbook's bytes, equal for equal explanations."""
    name = say("explain.sheet.name", officer=explanation.officer, quarter=explanation.period.label)
    book = TableBook(explanation.as_of, name)
    page = book.page(_NAME, COLUMNS, landscape=False, size=_SIZE)
    page.title(say("explain.sheet.title"),
               f"{explanation.name} ({explanation.officer}) - {explanation.period.label}")
    page.text(say("explain.sheet.as_of", as_of=explanation.as_of), italic=True)
    for number, file in enumerate(explanation.files, start=1):
        page.text(f"[{number}] {file}", italic=True)
    page.header()
    for number, section in enumerate(explanation.sections, start=1):
        page.keep_together(page.row, page.row + 1)
        page.section(f"{number}. {section.title}")
        for place, line in enumerate(section.lines, start=1):
            page.line(ExplainedRow(f"{number}.{place}", line, explanation.files), valign="top",
                      **({"font_color": "#9C0006"} if line.urgent else {}))
    page.done()
    return book.close()


def write(explanation: Explanation, folder: Path) -> tuple[Path, HandEdits | None]:
    """Put ``dien-giai-<id>.xlsx`` into ``folder``, beside those of other officers; a former one is replaced whole.

    Gives its place and, where a person had changed the former one, where that is kept.
    """
    stem = file_stems([explanation.officer])[explanation.officer]
    target = folder / f"dien-giai-{stem}.xlsx"
    edits = hand_edits(target, explanation.as_of, folder)
    put(target, workbook(explanation), explanation.as_of)
    return target, edits
