"""Vietnamese help and usage errors for click, which itself speaks only English."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

_HELP = "In phần trợ giúp này rồi thoát."


class VietnameseCommand(click.Command):
    """A command whose help page and option headings are Vietnamese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Cách dùng: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for record in (item.get_help_record(ctx) for item in self.get_params(ctx)) if record]
        if records:
            with formatter.section("Tùy chọn"):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option


class VietnameseGroup(VietnameseCommand, click.Group):
    """A group of such commands, listed in the order of a quarter's work."""

    command_class = VietnameseCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        VietnameseCommand.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.commands[name].get_short_help_str(limit=formatter.width)) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Lệnh"):
                formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def group(self, *args: Any, **kwargs: Any) -> Callable[[Callable[..., Any]], click.Group]:
        kwargs.setdefault("cls", VietnameseGroup)
        return super().group(*args, **kwargs)  # type: ignore[return-value]


def usage_error(error: click.UsageError) -> str:
    """What is wrong with the command line, in Vietnamese, and where help is."""
    path = error.ctx.command_path if error.ctx else "qeval"
    if isinstance(error, click.NoSuchOption):
        what = f"Không có tùy chọn {error.option_name}."
    elif isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else "tham số"
        what = f"Thiếu {name}."
    elif isinstance(error, click.BadParameter):
        what = error.message
    elif "No such command" in error.message:
        what = f"Không có lệnh {error.message.split()[-1].rstrip('.')}."
    elif "Missing command" in error.message:
        what = "Thiếu tên lệnh."
    elif "unexpected extra argument" in error.message:
        what = "Thừa tham số: " + error.message.partition("(")[2].rstrip(")") + "."
    else:
        what = error.message
    return f"{what} Xem: {path} --help"
