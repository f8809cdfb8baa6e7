"""A legal value through time: from which day each one holds, where it is written, and how it is read."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic import Field as Attribute
from pydantic_core import PydanticCustomError

from qeval_batch.spec.form import Citation, Strict

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

# ``clause``: a text that is cited and followed, with no other value to choose.
ValueKind = Literal["decimal", "integer", "choice", "text", "flag", "list", "map", "clause"]


class DatedValue(Strict):
    """A value from one day on. ``reading`` says, in Vietnamese, what was chosen where the text leaves it open."""

    value: Any
    citation: Citation
    reading: str = ""


def iso_day(text: Any) -> Any:
    if isinstance(text, str) and not _ISO_DAY.fullmatch(text):
        raise PydanticCustomError("date_parsing", "not a day")
    return text


class Parameter(Strict):
    """One legal value through time; the newest entry not after the day asked for is the one that holds."""

    description: str
    type: ValueKind
    options: tuple[str, ...] = ()
    # Option, or key of a map -> how tables and papers say it in Vietnamese; what is not named is shown as it is.
    labels: dict[str, str] = Attribute(default_factory=dict)
    minimum: Decimal | None = None       # of a decimal or integer; lint only
    maximum: Decimal | None = None
    values: dict[Annotated[date, BeforeValidator(iso_day)], DatedValue] = Attribute(min_length=1)

    def on(self, day: date) -> DatedValue | None:
        """The entry that holds on ``day``; None before the first one."""
        dates = [start for start in self.values if start <= day]
        return self.values[max(dates)] if dates else None
