"""When each content was first seen, as earlier runs recorded it: the word of the file's clock, kept once (R61)."""

from __future__ import annotations

from datetime import datetime

from qeval_batch.ledger.store import Ledger
from qeval_batch.model.first_seen import FirstSeen
from qeval_batch.workspace import Workspace

FILE, OUTPUTS = "file", "outputs"
ARRIVED = "arrived"


def first_seen(workspace: Workspace, as_of: datetime) -> FirstSeen:
    """What runs before ``as_of`` saw. A run never reads what it recorded itself: twice the same run, twice the same bytes.

    LedgerDamaged or LedgerBusy when the ledger cannot be read.
    """
    arrived: dict[str, datetime] = {}
    last: datetime | None = None
    for entry in Ledger(workspace.ledger).entries():
        if entry.kind not in (FILE, OUTPUTS):
            continue
        at = datetime.fromisoformat(entry.at)
        if at >= as_of:
            continue
        last = at if last is None else max(last, at)
        if entry.kind == FILE:
            given = entry.values.get(ARRIVED)
            # The first word stays: a run of an earlier moment, made afterwards, brings no file forward.
            arrived.setdefault(entry.subject, datetime.fromisoformat(str(given)) if given else at)
    return FirstSeen(arrived, last)
