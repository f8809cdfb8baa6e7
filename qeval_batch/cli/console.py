"""What the clerk reads in the terminal after a command: short Vietnamese lines, at most 80 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
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
from qeval_batch.render.counting import level_counts, reception, timeliness
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
    label = batch.period.label
    click.echo(say("cli.console.title", quarter=label[0].upper() + label[1:], as_of=batch.as_of))
    units = reception("", result.units)
    click.echo(wrapped(say("cli.console.units", units=units.units, received=units.received, accepted=units.accepted,
                           returned=units.returned, missing=units.missing)))
    if units.not_found:
        click.echo(wrapped(say("cli.console.not_found", units=units.not_found)))
    _counted(say("cli.console.timeliness", units=units.received), timeliness(result.units))
    for level in level_counts(batch):
        _counted(say("cli.console.officers", scope=level.name, people=level.count.total), level.figures)
    for line in wording.elsewhere(batch):
        click.echo(f"  {line}")
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
    ("bo-sung", "phiếu, thư nháp đề nghị bổ sung để xếp mức"),
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


def _counted(title: str, figures: Iterable[tuple[str, int]]) -> None:
    """One line of counts; nothing where all are zero."""
    told = "; ".join(f"{text} {number}" for text, number in figures if number)
    if told:
        click.echo(wrapped(f"  {title}: {told}."))


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
