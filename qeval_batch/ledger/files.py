"""Which file a person means: by its path under the inbox as it was printed, or by the beginning of its hash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qeval_batch.core.listing import cut
from qeval_batch.core.say import say
from qeval_batch.core.text import clean
from qeval_batch.ledger.acts import ASSIGN, INVALIDATE
from qeval_batch.ledger.first_seen import FILE
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.arrival import Arrival
from qeval_batch.workspace import CannotRun, Workspace

_PREFIX = re.compile(r"[0-9a-f]{8,64}", re.ASCII)
_INBOX = "inbox/"


@dataclass(frozen=True)
class Known:
    """One content by its hash, under the name it has in the inbox now, else the one it was recorded under."""

    sha256: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:12]}…)"


def find_file(workspace: Workspace, arrivals: Iterable[Arrival], wanted: str) -> Known:
    """The one file ``wanted`` means, of what lies in the inbox and of all the ledger ever saw.

    CannotRun with the candidates where it means none or several. Of one path with several contents over time the one
    that lies there now is meant.
    """
    present = [Known(item.sha256, item.name) for item in arrivals if item.sha256 is not None]
    recorded = _recorded(workspace)
    prefix = wanted.strip().lower()
    if _PREFIX.fullmatch(prefix):
        by_hash = {**recorded, **{item.sha256: item for item in reversed(present)}}
        found = [item for sha256, item in by_hash.items() if sha256.startswith(prefix)]
    else:
        name = _plain(wanted)
        found = [item for item in present if _plain(item.name) == name] or \
            [item for item in recorded.values() if _plain(item.name) == name]
    if len({item.sha256 for item in found}) == 1:
        return found[0]
    if found:
        raise CannotRun(say("ledger.files.several", wanted=wanted, listed=_listed(found)))
    near = [item for item in present if _last(item.name) == _last(wanted)]
    if any(_plain(wanted).startswith(f"{_plain(item.name)}/") for item in present):
        raise CannotRun(say("ledger.files.inside", wanted=wanted))
    raise CannotRun(say("ledger.files.none", wanted=wanted)
                    + (say("ledger.files.did_you_mean", listed=_listed(near)) if near else ""))


def _recorded(workspace: Workspace) -> Mapping[str, Known]:
    """Every content the ledger names, by hash; acts name files no run has recorded yet."""
    ledger = Ledger(workspace.ledger)
    entries = [entry for kind in (ASSIGN, INVALIDATE, FILE) for entry in ledger.entries(kind)]
    return {entry.subject: Known(entry.subject, str(entry.values["name"])) for entry in entries
            if "name" in entry.values}


def _plain(name: str) -> str:
    return clean(name.replace("\\", "/")).removeprefix("./").removeprefix(_INBOX)


def _last(name: str) -> str:
    return _plain(name).rsplit("/", 1)[-1].casefold()


def _listed(found: Iterable[Known]) -> str:
    shown, left = cut(sorted(map(str, found)))
    more = say("ledger.files.more", count=left) if left else ""
    return "".join(f"\n  {item}" for item in shown) + more
