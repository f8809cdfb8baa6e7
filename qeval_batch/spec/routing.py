"""Who is asked about whom and who proposes, as ``forms/dinh-tuyen.yaml`` has it on one day; nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator
from pydantic import Field as Attribute

from qeval_batch.spec.dated import iso_day
from qeval_batch.spec.form import Citation, Strict

ROUTING_FILE = "dinh-tuyen.yaml"


class BodyKind(Strict):
    """A kind of body. ``known_by``: words by which the roster's own bodies are known to be of it."""

    name: str
    point: str
    known_by: tuple[str, ...]
    by_area: bool = False                # one body an area: only officers of its own area
    own_unit: Literal["ask", "leave_out"] = "ask"


class RouteRow(Strict):
    """One line: whom it is about, who gives an opinion, who proposes. A blank ``posts`` or ``blocks`` is any."""

    posts: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    member: bool | None = None           # Tỉnh ủy viên
    on_board: bool | None = None         # Thường trực cấp ủy
    opinion: tuple[str, ...] = ()
    proposes: tuple[str, ...] = ()


class DatedRoutes(Strict):
    """The lines from one day on, in the order in which they are tried."""

    citation: Citation
    reading: str = ""
    routes: tuple[RouteRow, ...]


class RoutingFile(Strict):
    """The whole file."""

    description: str
    bodies: dict[str, BodyKind]
    standing_posts: tuple[str, ...]
    values: dict[Annotated[date, BeforeValidator(iso_day)], DatedRoutes] = Attribute(min_length=1)


@dataclass(frozen=True)
class Routing:
    """What holds on one day."""

    bodies: dict[str, BodyKind]
    standing_posts: tuple[str, ...]
    citation: Citation
    routes: tuple[RouteRow, ...]


def routing_on(file: RoutingFile, day: date) -> Routing | None:
    """The lines that hold on ``day``; None before the first ones."""
    dates = [start for start in file.values if start <= day]
    if not dates:
        return None
    held = file.values[max(dates)]
    return Routing(file.bodies, file.standing_posts, held.citation, held.routes)
