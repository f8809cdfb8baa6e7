"""The routing of opinions names what the other files know: bodies, blocks, post classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qeval_batch.core.say import say
from qeval_batch.spec.parts import FormParts
from qeval_batch.spec.routing import ROUTING_FILE
from qeval_batch.spec.yamlio import SpecProblem

_POSTS = "authority_by_post"


def routing_problems(parts: FormParts) -> Iterator[SpecProblem]:
    """Each name of each line, through all its days, that nothing bears."""
    if parts.routing is None:
        return
    document, known = parts.documents[ROUTING_FILE], _known(parts)
    for start, held in document.data["values"].items():
        for number, row in enumerate(held["routes"]):
            for key in (key for key in known if key in row):
                for name in (name for name in row[key] if name not in known[key]):
                    yield document.problem(["values", start, "routes", number, key],
                                           say("spec.check_routing.unknown", name=name),
                                           say("spec.check_routing.choose", names=", ".join(known[key])))


def _known(parts: FormParts) -> Mapping[str, tuple[str, ...]]:
    """Key of a line -> what may stand there; a key whose file could not be read is not looked at."""
    assert parts.routing is not None
    bodies = tuple(parts.routing.bodies)
    found = {"opinion": bodies, "proposes": bodies}
    if "blocks" in parts.lists:
        found["blocks"] = tuple(option.code for option in parts.lists["blocks"].options)
    if _POSTS in parts.policy:
        found["posts"] = tuple(parts.policy[_POSTS].value)
    return found
