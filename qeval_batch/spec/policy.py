"""What a policy file may say: dated values, each with its citation, and the view of them that holds on one day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic import Field as Attribute
from pydantic_core import PydanticCustomError

from qeval_batch.spec.form import Citation, Strict

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class DatedValue(Strict):
    """A value from one day on. ``reading`` says, in Vietnamese, what was chosen where the text leaves it open."""

    value: Any
    citation: Citation
    reading: str = ""


def _iso_day(text: Any) -> Any:
    if isinstance(text, str) and not _ISO_DAY.fullmatch(text):
        raise PydanticCustomError("date_parsing", "not a day")
    return text


class Parameter(Strict):
    """One legal value through time; the newest entry not after the day asked for is the one that holds."""

    description: str
    # ``clause``: a text that is cited and followed, with no other value to choose.
    type: Literal["decimal", "integer", "choice", "text", "flag", "list", "map", "clause"]
    options: tuple[str, ...] = ()
    # Option, or key of a map -> how tables and papers say it in Vietnamese; what is not named is shown as it is.
    labels: dict[str, str] = Attribute(default_factory=dict)
    minimum: Decimal | None = None       # of a decimal or integer; lint only
    maximum: Decimal | None = None
    values: dict[Annotated[date, BeforeValidator(_iso_day)], DatedValue] = Attribute(min_length=1)

    def on(self, day: date) -> DatedValue | None:
        """The entry that holds on ``day``; None before the first one."""
        dates = [start for start in self.values if start <= day]
        return self.values[max(dates)] if dates else None


class UnknownPolicyValue(KeyError):
    """A rule asked for a value the policy does not hold: a defect, or a policy file of another version."""


@dataclass(frozen=True)
class Policy:
    """The policy as it holds on one day (the last day of the quarter). Rules read the law only through this.

    ``descriptions`` and ``labels`` (key -> option -> words) are for people; nothing is decided by them.
    """

    day: date
    sha256: str
    entries: Mapping[str, DatedValue]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def value(self, key: str) -> Any:
        """The raw value of ``key``: text, flag, list or map, as its declared type says."""
        try:
            return self.entries[key].value
        except KeyError as missing:
            raise UnknownPolicyValue(key) from missing

    def decimal(self, key: str) -> Decimal:
        return Decimal(str(self.value(key)))

    def integer(self, key: str) -> int:
        return int(self.value(key))

    def citation(self, key: str) -> str:
        """``LD VI.2``: where ``key`` comes from."""
        self.value(key)
        return self.entries[key].citation.text
