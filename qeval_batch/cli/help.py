"""Help pages and refusals of the command line in Vietnamese, through click's own gettext catalogue (``locale/``)."""

from __future__ import annotations

import gettext
import os
from pathlib import Path
from typing import Any

import click

_OPTIONS, _SUBCOMMANDS = "[TÙY CHỌN]", "LỆNH [THAM SỐ]"
_NO_LIMIT = 400

# click asks gettext's default domain for its words; whatever the machine speaks, this program speaks Vietnamese.
os.environ["LANGUAGE"] = "vi"
gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))


class VietnameseCommand(click.Command):
    """A command whose usage line names its options in Vietnamese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", _OPTIONS)
        super().__init__(*args, **kwargs)


class VietnameseGroup(VietnameseCommand, click.Group):
    """A group of such commands, listed in the order of a quarter's work, none cut short."""

    command_class = VietnameseCommand

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("subcommand_metavar", _SUBCOMMANDS)
        super().__init__(*args, **kwargs)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.commands[name].get_short_help_str(limit=_NO_LIMIT)) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section(gettext.gettext("Commands")):
                formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def usage_error(error: click.UsageError) -> str:
    """What is wrong with the command line, and where help is, on one line."""
    path = error.ctx.command_path if error.ctx else "qeval"
    hint = gettext.gettext("Try '{command} {option}' for help.").format(command=path, option="--help")
    return f"{error.format_message()} {hint}"
