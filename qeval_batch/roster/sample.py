"""A small fictional roster to start from: what ``qeval init`` puts into a fresh workspace."""

from __future__ import annotations

import importlib.resources
from typing import Any

from qeval_batch.core.cells import RowRef
from qeval_batch.model.roster import Change, Group, Officer, OpinionBody, Roster, Signature, Unit

_NOWHERE = RowRef("", "", 0)


def sample_roster() -> Roster:
    """Four units, fourteen officers, four groups, all invented; reads back without a finding."""
    from ruamel.yaml import YAML

    source = importlib.resources.files("qeval_batch.demo").joinpath("sample.yaml").read_text("utf-8")
    data = YAML(typ="safe", pure=True).load(source)
    return Roster(
        units={item["id"]: Unit(**_unit(item)) for item in data["units"]},
        officers={item["id"]: Officer(**_officer(item)) for item in data["officers"]},
        groups={item["id"]: Group(**_at({"binds": True, "rate": None, "decision": None} | item))
                for item in data["groups"]},
        changes=tuple(Change(**_at({"end": None, "former_unit": None} | item)) for item in data["changes"]),
        opinion_bodies=tuple(OpinionBody(**_at({"due": None} | item)) for item in data["opinion_bodies"]),
        signatures=tuple(Signature(**({"unit": None} | item)) for item in data["signatures"]),
    )


def _at(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"at": _NOWHERE}


def _unit(values: dict[str, Any]) -> dict[str, Any]:
    return _at({"parent": None, "annex": None} | values)


def _officer(values: dict[str, Any]) -> dict[str, Any]:
    blank = dict.fromkeys(("party_post", "government_post", "union_post", "other_post", "standing",
                           "standing_document"))
    return _at(blank | {"head": False, "committee_member": False} | values)
