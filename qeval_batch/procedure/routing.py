"""Whom each body is asked about (LD IX.1.1): lines of data met with the roster's posts, blocks, marks and areas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qeval_batch.core.text import match_key
from qeval_batch.model.roster import Officer, OpinionBody, Roster, Unit
from qeval_batch.spec.routing import BodyKind, RouteRow, Routing

_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Route:
    """One body asked about one officer. ``proposes``: it proposes a level (R54), else it gives an opinion (R53).

    ``own``: the officer sits on the body, and no other one can answer; the letter says so.
    """

    officer: str
    body: str
    point: str
    proposes: bool
    own: bool = False


@dataclass(frozen=True)
class Routed:
    """An officer's routes. ``missing``: kinds of bodies the lines name and the roster has none of; ``row``: a line met."""

    routes: tuple[Route, ...]
    missing: tuple[str, ...] = ()
    row: bool = True


@dataclass(frozen=True)
class Router:
    """The lines and the roster's bodies; each body's kind is found once."""

    routing: Routing
    roster: Roster

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Body of the roster -> its kind, by what its row says; a body nothing is known of has none."""
        areas = {match_key(unit.area) for unit in self.roster.units.values() if unit.area}
        return {body.id: kind for body in self.roster.opinion_bodies
                if (kind := _kind_of(body, self.routing.bodies, areas)) is not None}

    def of(self, officer: Officer) -> Routed:
        """Every route of every post of the officer, proposals before opinions; a body is asked once."""
        rows = self.lines(officer)
        proposing = dict.fromkeys(kind for row in rows for kind in row.proposes)
        asking = dict.fromkeys(kind for row in rows for kind in row.opinion if kind not in proposing)
        found = [Route(officer.id, body.id, self.routing.bodies[kind].point, kind in proposing, self._own(officer, body, kind))
                 for kind in (*proposing, *asking) for body in self._bodies(kind, officer)]
        # The committee of the officer's own unit proposes once: what the unit proposes is its proposal.
        once = [item for item in found if not (item.proposes and self._of_unit(officer, item.body))]
        others = [item for item in once if not item.own]
        missing = tuple(kind for kind in (*proposing, *asking) if not self._bodies(kind, officer))
        return Routed(tuple(others or once), missing, bool(rows))

    def lines(self, officer: Officer) -> list[RouteRow]:
        """The first line each post of the officer meets."""
        unit = self.roster.units.get(officer.unit)
        met = (next((row for row in self.routing.routes if self._meets(row, officer, post, unit)), None)
               for post in _posts(officer))
        return [row for row in met if row is not None]

    def _meets(self, row: RouteRow, officer: Officer, post: str, unit: Unit | None) -> bool:
        return (not row.posts or post in map(match_key, row.posts)) \
            and (not row.blocks or unit is not None and unit.block in row.blocks) \
            and row.member in (None, officer.committee_member) \
            and row.on_board in (None, self._on_board(officer))

    def _on_board(self, officer: Officer) -> bool:
        post = match_key(officer.party_post or "")
        return officer.standing_board or any(post.startswith(match_key(name)) for name in self.routing.standing_posts)

    def _bodies(self, kind: str, officer: Officer) -> Sequence[OpinionBody]:
        found = [body for body in self.roster.opinion_bodies if self.kinds.get(body.id) == kind]
        if not self.routing.bodies[kind].by_area:
            return found
        unit = self.roster.units.get(officer.unit)
        area = match_key(unit.area) if unit is not None and unit.area else None
        return [body for body in found if area is not None and _covers(body, area)]

    def _own(self, officer: Officer, body: OpinionBody, kind: str) -> bool:
        leave_out = self.routing.bodies[kind].own_unit == "leave_out"
        return officer.id in body.members or leave_out and self._of_unit(officer, body.id)

    def _of_unit(self, officer: Officer, body: str) -> bool:
        unit = self.roster.units.get(officer.unit)
        name = next(item.name for item in self.roster.opinion_bodies if item.id == body)
        return unit is not None and (unit.id == body or _words(match_key(unit.name), match_key(name)))


def _posts(officer: Officer) -> Iterable[str]:
    """The keys of the officer's post classes, the main one first."""
    return dict.fromkeys(match_key(post) for post in (officer.post_class or "", *officer.other_classes))


def _kind_of(body: OpinionBody, kinds: Mapping[str, BodyKind], areas: Iterable[str]) -> str | None:
    """By name first, then by role and by what it covers; a body named as an area of the roster is that area's team."""
    for text in (body.name, body.role or "", body.covers or ""):
        said = match_key(text)
        for kind, entry in kinds.items():
            if any(_words(match_key(word), said) for word in entry.known_by) or entry.by_area and said in areas:
                return kind
    return None


def _covers(body: OpinionBody, area: str) -> bool:
    """Whether the team is the area's: the area stands in its row, or both bear the same number (Tổ 3, … số 3)."""
    named = any(_words(area, match_key(text)) for text in (body.name, body.covers or ""))
    return named or bool(_number(area)) and _number(area) == _number(body.name)


def _number(text: str) -> tuple[str, ...]:
    return tuple(_NUMBER.findall(text))


def _words(part: str, whole: str) -> bool:
    """Whether ``part`` stands in ``whole`` as whole words: area 1 is not area 10."""
    return bool(part) and f" {part} " in f" {whole.replace(';', ' ').replace(',', ' ')} "
