"""The acts of the procedure on the command line: parse, call, print. The moment comes from the command line's clock."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qeval_batch.cli import options
from qeval_batch.cli.arguments import Id, Words
from qeval_batch.cli.cli_acts import by as _by
from qeval_batch.cli.cli_acts import reason as _reason
from qeval_batch.cli.help import VietnameseCommand
from qeval_batch.core.period import Period
from qeval_batch.model.act import Act
from qeval_batch.workspace import locked, open_workspace

if TYPE_CHECKING:
    from qeval_batch.commands.acts import Done

_Clock = Callable[[], datetime]
_PARTLY = 1
_units = click.option("--unit", "units", type=Id(), multiple=True, metavar="MÃ",
                      help="Chỉ cán bộ của đơn vị này; ghi được nhiều lần.")
_officers = click.option("--officer", "officers", type=Id(), multiple=True, metavar="MÃ",
                         help="Chỉ cán bộ này; ghi được nhiều lần.")


@click.command(cls=VietnameseCommand)
@options.period
@options.root
@click.option("--stage", type=click.Choice(["plan", "ask", "appraise"]), required=True,
              help="Khâu bỏ qua: plan kế hoạch, ask xin ý kiến, appraise thẩm định.")
@_units
@_officers
@_by
@_reason
@options.as_of
@click.pass_obj
def skip(clock: _Clock, period: Period, root: Path, stage: str, units: tuple[str, ...], officers: tuple[str, ...],
         by: str, reason: str, as_of: datetime | None) -> None:
    """Bỏ qua một khâu, ghi rõ lý do: cho mọi người, hoặc chỉ những đơn vị, cán bộ nêu tên."""
    from qeval_batch.commands.skip import skip as leaving_out

    workspace = open_workspace(root)
    with locked(workspace):
        done = leaving_out(workspace, period, stage, units, officers, Act(by, reason, (as_of or clock()).isoformat()))
    _print(done)


@click.command(cls=VietnameseCommand)
@options.period
@options.root
@click.option("--body", "bodies", type=Id(), multiple=True, metavar="MÃ", help="Chỉ cơ quan này; ghi được nhiều lần.")
@_units
@click.option("--lift", "lifted", type=Id(), multiple=True, metavar="MÃ",
              help="Vẫn gửi khi cơ quan, cán bộ hoặc đơn vị này chưa đủ điều kiện; cần --reason.")
@_by
@click.option("--reason", type=Words(), metavar="LÝ_DO", help="Vì sao; ghi vào sổ cái.")
@options.as_of
@options.quiet
@click.pass_obj
def ask(clock: _Clock, period: Period, root: Path, bodies: tuple[str, ...], units: tuple[str, ...],
        lifted: tuple[str, ...], by: str, reason: str | None, as_of: datetime | None, no_progress: bool) -> None:
    """Xin ý kiến: phiếu và tệp cho từng cơ quan, về những người cơ quan đó được hỏi theo hướng dẫn."""
    from qeval_batch.commands.ask import ask as asking

    workspace, act = open_workspace(root), Act(by, reason or "", (as_of or clock()).isoformat())
    with locked(workspace), options.progress(no_progress) as progress:
        done = asking(workspace, period, bodies, units, lifted, act, progress)
    _print(done)


@click.command(cls=VietnameseCommand)
@options.period
@options.root
@click.option("--unit", type=Id(), metavar="MÃ", help="Đơn vị có nhiệm vụ ở Phụ lục 09; đi cùng --task.")
@click.option("--task", type=Id(), metavar="MÃ", help="Mã nhiệm vụ.")
@click.option("--officer", type=Id(), metavar="MÃ", help="Cán bộ có sản phẩm; đi cùng --product.")
@click.option("--product", type=click.IntRange(1), metavar="SỐ", help="Số thứ tự sản phẩm ở mục B2.")
@click.option("--accept", is_flag=True, help="Chấp nhận lý do khách quan.")
@click.option("--reject", is_flag=True, help="Bác lý do khách quan.")
@click.option("--document", type=Words(), metavar="VĂN_BẢN", help="Số, ngày văn bản xác nhận đã xem.")
@_by
@_reason
@click.option("--undo", is_flag=True, help="Thôi, trở lại chưa trả lời; lần trả lời trước vẫn còn trong sổ cái.")
@options.as_of
@options.quiet
@click.pass_obj
def confirm(clock: _Clock, period: Period, root: Path, unit: str | None, task: str | None, officer: str | None,
            product: int | None, accept: bool, reject: bool, document: str | None, by: str, reason: str, undo: bool,
            as_of: datetime | None, no_progress: bool) -> None:
    """Chấp nhận hoặc bác một lý do khách quan, sau khi đã xem văn bản xác nhận của cơ quan có thẩm quyền."""
    from qeval_batch.commands import confirm as confirming

    workspace = open_workspace(root)
    asked, act = confirming.ClaimAsked(unit, task, officer, product), Act(by, reason, clock().isoformat())
    with locked(workspace), options.progress(no_progress) as progress:
        done = confirming.take_back(workspace, period, asked, act) if undo else confirming.confirm(
            workspace, period, as_of or clock(), asked, confirming.Ruling(accept, reject, document), act, progress)
    _print(done)


def _print(done: Done) -> None:
    from qeval_batch.cli.console import wrapped

    for line in done.lines:
        click.echo(wrapped(line))
    if done.refused:
        sys.exit(_PARTLY)
