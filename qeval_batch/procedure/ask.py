"""Who is ready to be asked about, whom each body is asked about, and what it sees of them (snapshot s1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qeval_batch.core.period import Period
from qeval_batch.ledger.schema import Event
from qeval_batch.model.act import Act
from qeval_batch.model.batch import Batch
from qeval_batch.model.course import Asking, Kind, Refusal
from qeval_batch.model.results import OfficerResult
from qeval_batch.model.roster import OpinionBody
from qeval_batch.procedure.members import BTV, members
from qeval_batch.procedure.permit import permitted
from qeval_batch.procedure.routing import Route, Router
from qeval_batch.procedure.snapshot import reason, snapshot
from qeval_batch.procedure.words import words

ASK, OWN = "ask", "own"
_OPEN = ("missing", "returned")


@dataclass(frozen=True)
class Request:
    """One officer a body is asked about, with what it sees of him."""

    officer: OfficerResult
    route: Route
    snapshot: str
    reason: str | None


@dataclass(frozen=True)
class Inquiry:
    """Everything one body is asked."""

    body: OpinionBody
    requests: tuple[Request, ...]

    @property
    def due(self) -> str:
        return self.body.due.isoformat() if self.body.due is not None else ""

    def of(self, proposes: bool) -> tuple[Request, ...]:
        """Those it proposes for, or those it comments on."""
        return tuple(item for item in self.requests if item.route.proposes is proposes)


def inquiries(batch: Batch, bodies: Collection[str], units: Collection[str], lifted: Collection[str],
              signed: bool) -> tuple[list[Inquiry], list[Refusal]]:
    """What each body is asked, and who or what is not ready. Blank ``bodies`` or ``units``: all of them.

    A body's workbook holds everybody it was asked about before, too: the newest one it returns is what counts.
    """
    chosen, refused = _ready(batch, units, lifted)
    router = Router(batch.spec.routing, batch.roster)
    routes: dict[str, list[Route]] = {}
    for ident in chosen:
        found, why = _routes(batch, router, ident, lifted)
        refused += why
        for route in found:
            routes.setdefault(route.body, []).append(route)
    made = []
    for body in (item for item in batch.roster.opinion_bodies if not bodies or item.id in bodies):
        lack = _lacking(body, signed) if body.id in routes and body.id not in lifted else None
        if lack is not None:
            refused.append(lack)
        elif body.id in routes:
            made.append(Inquiry(body, tuple(_request(batch, route) for route in routes[body.id])))
    return made, refused


def _ready(batch: Batch, units: Collection[str], lifted: Collection[str]) -> tuple[list[str], list[Refusal]]:
    """Officers whose state and whose unit let them be asked about."""
    scopes = members(batch.roster, batch.period, batch.spec.policy)
    states = {item.id: item.status for item in batch.result.units}
    unit_of = {ident: batch.roster.officers[ident].unit for ident in scopes}
    wanted = [ident for ident, scope in scopes.items() if scope in (BTV, OWN)
              and (not units or unit_of[ident] in units or batch.course.officer(ident).asked)]
    allowed, refused = permitted(ASK, wanted, scopes, batch.course)
    still_open = dict.fromkeys(unit_of[ident] for ident in allowed
                               if states.get(unit_of[ident]) in _OPEN and unit_of[ident] not in lifted)
    refused += [Refusal("UNIT_OPEN", (unit,)) for unit in still_open]
    return [ident for ident in allowed if unit_of[ident] not in still_open], refused


def _routes(batch: Batch, router: Router, ident: str, lifted: Collection[str]) -> tuple[Sequence[Route], list[Refusal]]:
    found = router.of(batch.roster.officers[ident])
    if not found.row or not found.routes and not found.missing:
        return (), [Refusal("ROUTE_NONE", (ident,))]
    if found.missing and ident not in lifted:
        names = [batch.spec.routing.bodies[kind].name for kind in found.missing]
        lack = words()["lack"]["body"].format(name="; ".join(names))
        return (), [Refusal("NOT_READY", (ident,), {"lack": lack})]
    return found.routes, [] if found.routes else [Refusal("ROUTE_NONE", (ident,))]


def _lacking(body: OpinionBody, signed: bool) -> Refusal | None:
    lacks = [words()["lack"][name] for name, there in (("due", body.due is not None), ("signatory", signed)) if not there]
    return Refusal("NOT_READY", (body.id,), {"lack": ", ".join(lacks)}) if lacks else None


def _request(batch: Batch, route: Route) -> Request:
    officer = batch.result.officer(route.officer)
    record = batch.records.get(officer.unit)
    return Request(officer, route, snapshot(officer, record), reason(officer, record))


def events(made: Sequence[Inquiry], batch: Batch, act: Act) -> Iterator[Event]:
    """One entry for each officer and body, where the ledger does not hold the same already."""
    for inquiry in made:
        for item in inquiry.requests:
            held = batch.course.officer(item.officer.id).asked.get(inquiry.body.id)
            now = Asking(inquiry.body.id, item.route.proposes, item.snapshot, inquiry.due, item.route.point)
            if held != now:
                yield _event(batch.period, item, now, act)


def _event(period: Period, item: Request, now: Asking, act: Act) -> Event:
    said: Mapping[str, object] = {"s1": now.snapshot, "due": now.due, "proposes": now.proposes, "point": now.point}
    return Event(Kind.ASKED.value, str(period), item.officer.unit, item.officer.id, now.body, said, act.by, act.reason)
