"""What a person types on the command line, as values; what cannot be read is refused in Vietnamese."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import click

from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.core.say import say
from qeval_batch.core.text import clean


class QuarterParam(click.ParamType):  # type: ignore[type-arg]
    """A quarter, written ``2026-Q3``."""

    name = "QUÝ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        try:
            return value if isinstance(value, Period) else Period.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Moment(click.ParamType):  # type: ignore[type-arg]
    """A day or a moment, in Vietnamese time where no offset is given."""

    name = "NGÀY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            if len(value) == len("2026-09-26"):
                return datetime.combine(date.fromisoformat(value), time(), VIETNAM_TIME)
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(say("cli.arguments.moment", value=value), param, ctx)
        return moment.replace(tzinfo=VIETNAM_TIME) if moment.tzinfo is None else moment.astimezone(VIETNAM_TIME)


class Words(click.ParamType):  # type: ignore[type-arg]
    """A line of words that says something: never blank."""

    name = "LỜI"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        said = " ".join(clean(str(value)).split())
        if not said:
            name = max(param.opts, key=len) if param else say("cli.arguments.words")
            self.fail(say("cli.arguments.blank", name=name), param, ctx)
        return said


class Whole(click.IntRange):
    """A whole number between two bounds, refused by naming both."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(say("cli.arguments.whole", low=self.min, high=self.max), param, ctx)


class Id(click.ParamType):  # type: ignore[type-arg]
    """An id as the roster keeps it, however it is typed."""

    name = "MÃ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return clean(str(value)).upper()
