"""What the clerk reads in the terminal after a command: short Vietnamese lines, at most 80 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from qeval_batch import messages
from qeval_batch.core.listing import cut
from qeval_batch.core.say import say
from qeval_batch.core.text import on_screen
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding, Severity
from qeval_batch.model.hand_edits import HandEdits
from qeval_batch.model.results import RunResult, Status
from qeval_batch.render import wording
from qeval_batch.render.edits import lines

_WIDTH = 80


def needs_attention(batch: Batch) -> bool:
    """Whether findings or open decisions are left to look at (exit code 1)."""
    result = batch.result
    noticed = any(messages.severity(item) is not Severity.NOTE for item in result.findings)
    waiting = any(officer.waits_for or officer.status in (Status.MISSING, Status.INSUFFICIENT, Status.PENDING, Status.REVIEW)
                  for officer in result.officers)
    return noticed or waiting or any(group.tied for group in result.groups)


def print_summary(batch: Batch, folder: Path | None) -> None:
    """The batch in one screen: what came, what was graded, which groups were cut, what to open."""
    result = batch.result
    words = messages.words()
    label = batch.period.label
    click.echo(say("cli.console.title", quarter=label[0].upper() + label[1:], as_of=batch.as_of))
    _table(say("cli.console.units"), words["unit_status"], (unit.status for unit in result.units), len(result.units))
    _table(say("cli.console.timeliness"), words["timeliness"], (unit.timeliness for unit in result.units))
    _table(wording.own_scope(batch), words["status"], (officer.status for officer in result.listed), len(result.listed))
    for line in wording.other_scopes(batch):
        click.echo(f"  {line}")
    _table(say("cli.console.levels"), words["level"],
           (str(officer.levels.proposed) for officer in result.listed if officer.levels.proposed is not None))
    _groups(result)
    _findings(result.findings)
    if folder is None:
        click.echo(say("cli.console.dry_run"))
        return
    to_open = [(name, about) for name, about in _TO_OPEN if (folder / name).exists()]
    click.echo(say("cli.console.results", folder=_relative(folder),
                   open=say("cli.console.open_first") if to_open else ""))
    for name, about in to_open:
        click.echo(f"  {name:<30} {about}")


_TO_OPEN = (
    ("bao-cao-chay.xlsx", "thiếu gì, trả lại gì, đang chờ gì"),
    ("tra-lai", "phiếu, bản đánh dấu, thư nháp trả lại đơn vị"),
    ("nhac-nop", "thư nháp nhắc đơn vị chưa nộp, nộp thiếu"),
    ("danh-sach.xlsx", "các danh sách cần xem xét, chưa đánh giá"),
    ("mau-8-toan-tinh.xlsx", "bảng tổng hợp toàn tỉnh (Mẫu 8)"),
    ("xep-hang.xlsx", "thứ tự đề nghị từng nhóm, ranh giới tỷ lệ"),
    ("thong-ke-nhom.xlsx", "thống kê theo nhóm"),
    ("to-trinh-ban-thuong-vu.docx", "dự thảo Tờ trình"),
)


def print_edits(found: HandEdits | None) -> None:
    """What people had changed in a folder that was replaced, and where it is kept now."""
    if found is None:
        return
    kept, *files = lines(found)
    click.echo(wrapped(kept))
    shown, left = cut(files)
    for name in shown:
        click.echo(on_screen(f"  {name}"))
    if left:
        click.echo(say("cli.console.more_files", more=left))


def print_roster_findings(findings: Sequence[Finding]) -> bool:
    """Findings of the roster by cell; whether there was one to look at."""
    shown = [item for item in findings if messages.severity(item) is not Severity.NOTE]
    for item in shown:
        where = "!".join(part for part in (item.where.sheet, item.where.a1) if part)
        click.echo(wrapped(f"danh-muc.xlsx {where}: {messages.message(item)}"))
    return bool(shown)


def print_demo(summary: object) -> None:
    """What the fictional province holds, so that the faults found can be told from the faults planted."""
    click.echo(wrapped(str(summary)))
    click.echo("")


def _groups(result: RunResult) -> None:
    beyond = sum(len(group.cut) for group in result.groups)
    tied = [group for group in result.groups if group.tied]
    click.echo(say("cli.console.groups", count=len(result.groups), cut=beyond))
    shown, left = cut(tied)
    for group in shown:
        click.echo(wrapped(say("cli.console.tied", id=group.id, people=len(group.tied), places=group.places_left)))
    if left:
        click.echo(say("cli.console.more_groups", count=left))


def _findings(findings: Iterable[Finding]) -> None:
    counts = Counter(messages.severity(item) for item in findings)
    words = messages.words()["severity"]
    if counts:
        told = ", ".join(f"{counts[item]} {words[item].lower()}" for item in Severity if counts[item])
        click.echo(say("cli.console.findings", counts=told))


def _table(title: str, words: Mapping[str, str], found: Iterable[str], total: int | None = None) -> None:
    """One line of counts, in the order of the closed list they belong to; nothing for an empty one."""
    counts = Counter(found)
    if counts:
        head = f"  {title}" + (f" ({total})" if total is not None else "") + ": "
        click.echo(wrapped(head + "; ".join(f"{word} {counts[code]}" for code, word in words.items() if counts[code])
                            + "."))


def wrapped(text: str) -> str:
    """``text`` in lines of at most 80 columns, what goes on indented; a word longer than that stands alone."""
    import textwrap

    text = on_screen(text)
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return "\n".join(
        textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        if line.strip() else line
        for line in text.split("\n")
    )


def _relative(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
