"""Vietnamese help and usage errors for click, which itself speaks only English."""

from __future__ import annotations

import re
from typing import Any

import click

_HELP = "In phần trợ giúp này rồi thoát."
_OPTIONS, _SUBCOMMANDS = "[TÙY CHỌN]", "LỆNH [THAM SỐ]"
# What click itself adds behind an option's help: "[default: (20); 4<=x<=165]".
_EXTRA = re.compile(r"\[default: \(?([^();\]]*)\)?(?:; [^\]]*)?\]|\[required\]")
_NO_LIMIT = 400


class VietnameseCommand(click.Command):
    """A command whose help page and option headings are Vietnamese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", _OPTIONS)
        super().__init__(*args, **kwargs)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Cách dùng: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for record in (item.get_help_record(ctx) for item in self.get_params(ctx)) if record]
        if records:
            with formatter.section("Tùy chọn"):
                formatter.write_dl([(name, _EXTRA.sub(_extra, text)) for name, text in records])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option


class VietnameseGroup(VietnameseCommand, click.Group):
    """A group of such commands, listed in the order of a quarter's work."""

    command_class = VietnameseCommand

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("subcommand_metavar", _SUBCOMMANDS)
        super().__init__(*args, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        VietnameseCommand.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.commands[name].get_short_help_str(limit=_NO_LIMIT)) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Lệnh"):
                formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def _extra(found: re.Match[str]) -> str:
    return f"[mặc định: {found[1]}]" if found[1] is not None else "[bắt buộc]"


def _bad_value(error: click.BadParameter) -> str:
    """A value click itself refused, said in Vietnamese; the project's own types speak for themselves."""
    kind, name = error.param.type if error.param else None, _named(error)
    value = re.search(r"'([^']*)'", error.message)
    shown = f"«{value[1]}»" if value else "giá trị này"
    if isinstance(kind, click.Choice):
        return f"{name} phải là một trong: {', '.join(map(str, kind.choices))}; không phải {shown}."
    if isinstance(kind, click.IntRange):
        return f"{name} phải là số nguyên từ {kind.min} đến {kind.max}."
    if isinstance(kind, click.Path):
        if "does not exist" in error.message:
            return f"Không thấy {shown}."
        if "is a directory" in error.message:
            return f"{shown} là thư mục; cần một tệp."
        return f"{shown} là tệp; cần một thư mục." if "is a file" in error.message else f"Không dùng được {shown}."
    return error.message


def _named(error: click.BadParameter) -> str:
    """The option as typed, or the argument's name."""
    param = error.param
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.make_metavar(error.ctx) if param and error.ctx else "tham số"


def usage_error(error: click.UsageError) -> str:
    """What is wrong with the command line, in Vietnamese, and where help is."""
    path = error.ctx.command_path if error.ctx else "qeval"
    if isinstance(error, click.NoSuchOption):
        what = f"Không có tùy chọn {error.option_name}."
    elif isinstance(error, click.MissingParameter):
        what = f"Thiếu {_named(error)}."
    elif isinstance(error, click.BadParameter):
        what = _bad_value(error)
    elif isinstance(error, click.BadOptionUsage):
        what = f"Tùy chọn {error.option_name} cần một giá trị." if "requires" in error.message else \
            f"Tùy chọn {error.option_name} không nhận giá trị."
    elif "No such command" in error.message:
        what = f"Không có lệnh {error.message.split()[-1].rstrip('.')}."
    elif "Missing command" in error.message:
        what = "Thiếu tên lệnh."
    elif "unexpected extra argument" in error.message:
        what = "Thừa tham số: " + error.message.partition("(")[2].rstrip(")") + "."
    else:
        what = error.message
    return f"{what} Xem: {path} --help"
