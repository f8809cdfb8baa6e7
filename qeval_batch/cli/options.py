"""What several commands share: their common options and arguments, and the progress bars."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from qeval_batch.cli.arguments import Moment, QuarterParam

root = click.option("--root", type=click.Path(file_okay=False, path_type=Path), default=Path(), metavar="DIR",
                    help="Thư mục làm việc (mặc định: thư mục hiện tại).")
as_of = click.option("--as-of", type=Moment(), help="Chạy như vào thời điểm này (mặc định: bây giờ).")
period = click.argument("period", type=QuarterParam(), metavar="QUÝ")
future = click.option("--future", is_flag=True, help="Làm cả cho một quý chưa bắt đầu.")
quiet = click.option("--no-progress", is_flag=True, help="Không hiện thanh tiến độ.")


@contextlib.contextmanager
def progress(off: bool) -> Any:
    """A progress wrapper: bars on a terminal, nothing elsewhere."""
    if off or not sys.stderr.isatty():
        yield lambda items, label: items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                  console=Console(stderr=True), transient=True) as bars:
        def wrap(items: Sequence[Any], label: str) -> Iterable[Any]:
            return bars.track(items, total=len(items), description=label)

        yield wrap
