"""Snapshot s1: what a body sees of an officer, as a short hash; a changed proposal of the unit is another snapshot."""

from __future__ import annotations

import hashlib

from qeval_batch.ledger.schema import canonical
from qeval_batch.model.records import UnitRecord
from qeval_batch.model.results import OfficerResult

_LENGTH = 16


def snapshot(officer: OfficerResult, record: UnitRecord | None) -> str:
    """s1 of one officer; ``record``: what his unit sent."""
    seen = [officer.workbook_total, officer.levels.self, officer.levels.unit, officer.unit_score, reason(officer, record)]
    return hashlib.sha256(canonical(seen).encode("ascii")).hexdigest()[:_LENGTH]


def reason(officer: OfficerResult, record: UnitRecord | None) -> str | None:
    """The unit's reason for its proposal."""
    proposal = record.proposals.get(officer.id) if record is not None else None
    return proposal.reason if proposal is not None else None
