"""A fictional province as a roster: the same for the same size, and no name in it is anybody's.

Names, places and posts are data (province.yaml); every person bears a middle name that says it is an example.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import Period
from qeval_batch.model.roster import Change, Group, Officer, OpinionBody, Roster, Signature, StandardProduct, Unit

DEMO_PERIOD = Period(2026, 3)
_NOWHERE = RowRef("", "", 0)
_BLOCK_OF_UNITS = 20        # the first so many show every case; later ones repeat some of them
_STEP = 1009                # a prime: walks through all combinations of names before one comes again
_FIRST_BIRTH_YEAR, _BIRTH_YEARS = 1967, 22


@dataclass(frozen=True)
class Site:
    """A unit before it has people: its place in the sequence, its kind's data, its name."""

    index: int
    kind: str
    name: str
    people: tuple[Mapping[str, Any], ...]
    block: str
    folder: str

    @property
    def id(self) -> str:
        return f"DV{self.index + 1:03d}"


@functools.cache
def province_data() -> Mapping[str, Any]:
    """Everything of province.yaml."""
    return load_data("province.yaml")


def load_data(name: str) -> Mapping[str, Any]:
    """One of the demo's data files."""
    from ruamel.yaml import YAML

    source = importlib.resources.files("qeval_batch.demo").joinpath(name).read_text("utf-8")
    data: Mapping[str, Any] = YAML(typ="safe", pure=True).load(source)
    return data


def make_province(units: int, period: Period = DEMO_PERIOD) -> Roster:
    """A province of ``units`` units (about five officers each), with deferred and moved officers in ``period``.

    ValueError for less than one unit.
    """
    if units < 1:
        raise ValueError("Tỉnh giả định cần ít nhất một đơn vị.")
    data = province_data()
    sites = make_sites(units)
    officers = {item.id: item for item in _officers(sites, data)}
    changes = tuple(_changes(sites, data, period))
    for officer_id, said in _standings(sites, data):
        officers[officer_id] = replace(officers[officer_id], **said)
    used = {item.group for item in officers.values()}
    return Roster(
        units={site.id: _unit(site) for site in sites},
        officers=officers,
        groups={item["id"]: _group(item, data) for item in data["groups"] if item["id"] in used},
        changes=changes,
        opinion_bodies=tuple(OpinionBody(item["id"], item["name"], item["role"], item["covers"],
                                         period.end + timedelta(days=3), _NOWHERE) for item in data["bodies"]),
        days_off={date(period.year, item["month"], item["day"]): item["name"] for item in data["days_off"]},
        signatures=(Signature(**data["signature"]),),
        standards={item["code"]: StandardProduct(item["code"], item["axis"], item["product"], item["unit_of_measure"],
                                                 Decimal(item["coefficient"]), _NOWHERE) for item in data["standards"]},
    )


def make_sites(units: int) -> list[Site]:
    """The units in their order: in any first few all kinds, in the whole about three communes to one provincial unit."""
    data = province_data()
    provincial, communes = iter(data["provincial"]), _commune_names(data)
    seen: dict[str, int] = {}
    sites = []
    for index in range(units):
        entry = None if _is_commune(index) else next(provincial, None)
        kind, name = (entry["kind"], entry["name"]) if entry else ("xa", next(communes))
        number = seen[kind] = seen.get(kind, 0) + 1
        spec = data["kinds"][kind]
        people = list(spec["people"])
        if "extra" in spec and number % spec["extra"]["every"] == 0:
            people.append(spec["extra"]["person"])
        sites.append(Site(index, kind, name, tuple(people), spec["block"], spec["folder"]))
    return sites


def officer_id(sites: Sequence[Site], unit: int, person: int) -> str | None:
    """The id of the ``person``-th officer of the ``unit``-th unit; None where there is none."""
    if unit >= len(sites) or person >= len(sites[unit].people):
        return None
    return f"CB{sum(len(site.people) for site in sites[:unit]) + person + 1:04d}"


def _is_commune(index: int) -> bool:
    return index % 5 in (2, 4) if index < _BLOCK_OF_UNITS else index % 3 != 0


def _commune_names(data: Mapping[str, Any]) -> Iterator[str]:
    yield from data["communes"]
    made = 0
    while True:
        for second in data["commune_second"]:
            for first in data["commune_first"]:
                made += 1
                rounds = (made - 1) // (len(data["commune_first"]) * len(data["commune_second"]))
                yield f"{'Phường' if made % 6 == 0 else 'Xã'} {first} {second}" + (f" {rounds + 1}" if rounds else "")


def _officers(sites: Sequence[Site], data: Mapping[str, Any]) -> Iterator[Officer]:
    number = 0
    for site in sites:
        for place, post in enumerate(site.people):
            number += 1
            yield Officer(
                id=f"CB{number:04d}", name=_name(number, data),
                birth_date=date(_FIRST_BIRTH_YEAR + number * 7 % _BIRTH_YEARS, number * 5 % 12 + 1, number * 11 % 28 + 1),
                unit=site.id, post_class=post["post_class"], party_post=post.get("party_post"),
                government_post=post.get("government_post"), union_post=post.get("union_post"), other_post=None,
                head=place == 0, committee_member=bool(post.get("member")), authority=post["authority"],
                group=post["group"], field_in_charge=post["field"], standing=None, standing_document=None,
                previous_level=(2, 2, 1, 2, 3, 2, 2)[number % 7], at=_NOWHERE)


def _name(number: int, data: Mapping[str, Any]) -> str:
    families, markers, given = data["families"], data["markers"], data["given"]
    walk = number * _STEP % (len(families) * len(markers) * len(given))
    family, rest = divmod(walk, len(markers) * len(given))
    marker, last = divmod(rest, len(given))
    return f"{families[family]} {markers[marker]} {given[last]}"


def _unit(site: Site) -> Unit:
    annex = province_data()["kinds"][site.kind].get("annex")
    return Unit(site.id, site.name, None, site.block, annex, f"Tổ {site.index % 6 + 1}",
                f"{site.id.lower()}@vidu.example", f"Văn thư {site.id}", _NOWHERE)


def _group(item: Mapping[str, Any], data: Mapping[str, Any]) -> Group:
    rate = Decimal(item["rate"]) if "rate" in item else None
    return Group(item["id"], item["name"], item.get("authority", data["group_authority"]), item.get("binds", True), rate,
                 item.get("decision"), _NOWHERE)


def _cases(sites: Sequence[Site], cases: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], int, str]]:
    """Each case at its place in the first block of units, and every other one again in each later block."""
    for block in range(0, len(sites), _BLOCK_OF_UNITS):
        for number, case in enumerate(cases):
            if block and (number + block // _BLOCK_OF_UNITS) % 2:
                continue
            who = officer_id(sites, block + case["unit"], case["person"])
            if who is not None:
                yield case, block, who


def _changes(sites: Sequence[Site], data: Mapping[str, Any], period: Period) -> Iterator[Change]:
    for case, block, who in _cases(sites, data["events"]):
        former = block + case["former"] if "former" in case else None
        if former is not None and former >= len(sites):
            continue
        yield Change(who, case["kind"], period.start + timedelta(days=case["from"]),
                     period.start + timedelta(days=case["to"]) if "to" in case else None,
                     sites[former].id if former is not None else None, case["document"], _NOWHERE)


def _standings(sites: Sequence[Site], data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for case, _, who in _cases(sites, data["events"]):
        if "standing" in case:
            yield who, {"standing": case["standing"]}
    for case, _, who in _cases(sites, data["standings"]):
        yield who, {"standing": case["standing"], "standing_document": case["document"],
                    "outcomes": tuple(sorted(case.get("outcomes", ())))}
