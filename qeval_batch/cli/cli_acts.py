"""The commands by which a person decides by hand: parse, call, print. The moment comes from the command line's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from qeval_batch.cli import options
from qeval_batch.cli.arguments import Id, Words
from qeval_batch.cli.help import VietnameseCommand
from qeval_batch.core.period import Period
from qeval_batch.model.act import Act
from qeval_batch.workspace import locked, open_workspace

_Clock = Callable[[], datetime]
by = click.option("--by", type=Words(), required=True, metavar="TÊN", help="Ai quyết định; ghi vào sổ cái.")
reason = click.option("--reason", type=Words(), required=True, metavar="LÝ_DO", help="Vì sao; ghi vào sổ cái.")
_undo = click.option("--undo", is_flag=True, help="Thôi, trở lại như trước; lần làm trước vẫn còn trong sổ cái.")


@click.command(cls=VietnameseCommand)
@options.period
@click.argument("file", metavar="TỆP")
@options.root
@by
@reason
@_undo
@click.pass_obj
def invalidate(clock: _Clock, period: Period, file: str, root: Path, by: str, reason: str, undo: bool) -> None:
    """Loại một tệp đã nhận khỏi quý; TỆP là đường dẫn dưới inbox hoặc ít nhất 8 ký tự đầu của mã băm."""
    from qeval_batch.cli.console import wrapped
    from qeval_batch.commands.assign import invalidate as taking_out

    workspace = open_workspace(root)
    with locked(workspace):
        click.echo(wrapped(taking_out(workspace, period, file, Act(by, reason, clock().isoformat()), undo)))


@click.command(cls=VietnameseCommand)
@options.period
@options.root
@click.option("--unit", type=Id(), required=True, metavar="MÃ", help="Đơn vị có lỗi.")
@click.option("--code", type=Id(), required=True, metavar="MÃ", help="Mã phát hiện, như ở trang «Phát hiện».")
@click.option("--officer", type=Id(), metavar="MÃ", help="Chỉ rõ hơn: cán bộ.")
@click.option("--sheet", metavar="TRANG", help="Chỉ rõ hơn: trang tính.")
@click.option("--cell", type=Id(), metavar="Ô", help="Chỉ rõ hơn: ô, ví dụ F17.")
@by
@reason
@_undo
@options.as_of
@options.quiet
@click.pass_obj
def waive(clock: _Clock, period: Period, root: Path, unit: str, code: str, officer: str | None, sheet: str | None,
          cell: str | None, by: str, reason: str, undo: bool, as_of: datetime | None, no_progress: bool) -> None:
    """Miễn một lỗi của một đơn vị: lỗi vẫn được in ra, ghi rõ ai miễn, vì sao, nhưng không chặn kết quả."""
    from qeval_batch.cli.console import wrapped
    from qeval_batch.commands import waive as waiving

    workspace = open_workspace(root)
    wanted, act = waiving.Wanted(unit, code, officer, sheet, cell), Act(by, reason, clock().isoformat())
    with locked(workspace), options.progress(no_progress) as progress:
        done = waiving.unwaive(workspace, period, wanted, act) if undo else \
            waiving.waive(workspace, period, as_of or clock(), wanted, act, progress)
    click.echo(wrapped(done))


@click.command(cls=VietnameseCommand)
@options.period
@click.argument("file", metavar="TỆP")
@options.root
@click.option("--unit", type=Id(), metavar="MÃ", help="Đơn vị có tệp này.")
@click.option("--officer", type=Id(), metavar="MÃ", help="Nếu là tệp của riêng một cán bộ.")
@by
@reason
@_undo
@options.quiet
@click.pass_obj
def assign(clock: _Clock, period: Period, file: str, root: Path, unit: str | None, officer: str | None, by: str,
           reason: str, undo: bool, no_progress: bool) -> None:
    """Gắn một tệp không rõ của ai (thiếu, hỏng, sai dấu nhận dạng) cho một đơn vị."""
    from qeval_batch.cli.console import wrapped
    from qeval_batch.commands.assign import assign as assigning

    workspace, act = open_workspace(root), Act(by, reason, clock().isoformat())
    with locked(workspace), options.progress(no_progress) as progress:
        click.echo(wrapped(assigning(workspace, period, file, unit, officer, act, undo, progress)))
