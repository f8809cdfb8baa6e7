"""Human acts on what arrived: a file assigned or taken out, a finding lifted, a claim answered; each told with who, why and when.

An act is an entry of the ledger like any other, and its taking back is one more: nothing that was done is lost.
Of one file, or one finding, the last entry is what holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.ledger.schema import Event, LedgerEntry, canonical
from qeval_batch.ledger.store import Ledger, LedgerDamaged
from qeval_batch.model.act import Act
from qeval_batch.model.acts import Acts, Assignment, Waiver
from qeval_batch.model.claims import ClaimPlace, ClaimRuling, ClaimValue
from qeval_batch.model.findings import Finding
from qeval_batch.model.records import ClaimAnswer
from qeval_batch.workspace import Workspace

ASSIGN, INVALIDATE, WAIVE, CLAIM = "assign", "invalidate", "waive", "claim_confirmed"
KINDS = (ASSIGN, INVALIDATE, WAIVE, CLAIM)
UNDONE: Mapping[str, Any] = {"undone": True}


def load_acts(workspace: Workspace, period: Period) -> Acts:
    """The acts that hold for ``period``. LedgerDamaged or LedgerBusy when the ledger cannot be read."""
    ledger = Ledger(workspace.ledger)
    held = {kind: [entry for entry in ledger.latest(kind, str(period)).values() if "undone" not in entry.values]
            for kind in KINDS}
    try:
        return Acts({entry.subject: _assignment(entry) for entry in held[ASSIGN]},
                    {entry.subject: _act(entry) for entry in held[INVALIDATE]},
                    tuple(sorted(map(_waiver, held[WAIVE]), key=_place)),
                    {ruling.place: ruling for ruling in map(_ruling, held[CLAIM])})
    except (KeyError, TypeError, ValueError) as spoilt:
        raise LedgerDamaged(workspace.ledger, say("ledger.acts.malformed", quarter=period)) from spoilt


# --- To be recorded ---------------------------------------------------------------------------------------------------
def assigning(period: Period, sha256: str, name: str, unit: str, officer: str | None, act: Act) -> Event:
    """The file counts as ``unit``'s from now on; what it was assigned to before holds no more."""
    return Event(ASSIGN, str(period), subject=sha256, body={"name": name, "unit": unit, "officer": officer},
                 by=act.by, reason=act.reason)


def invalidating(period: Period, sha256: str, name: str, act: Act) -> Event:
    """The file counts no more."""
    return Event(INVALIDATE, str(period), subject=sha256, body={"name": name}, by=act.by, reason=act.reason)


def waiving(period: Period, item: Finding, act: Act) -> Event:
    """The finding blocks no more."""
    where = item.where
    return _on_finding(period, where.unit, item.code, (where.officer, where.sheet, where.a1), item.params, act)


def unwaiving(period: Period, waiver: Waiver, act: Act) -> Event:
    """The finding blocks again."""
    place = waiver.officer, waiver.sheet, waiver.cell
    return undoing(_on_finding(period, waiver.unit, waiver.code, place, waiver.params, act))


def ruling_on(period: Period, place: ClaimPlace, value: ClaimValue, answer: ClaimAnswer, document: str,
              act: Act) -> Event:
    """The office answered the claim as it stands."""
    cause, stated, confirming = value
    body = {"answer": answer.value, "document": document, "cause": cause, "claimed_document": stated, "body": confirming}
    subject = f"task/{place.task}" if place.task else f"product/{place.product}"
    return Event(CLAIM, str(period), place.unit, place.officer, subject, body, act.by, act.reason)


def undoing(event: Event) -> Event:
    """The act taken back, by whom and why ``event`` says."""
    return replace(event, body=UNDONE)


def _on_finding(period: Period, unit: str | None, code: str, place: tuple[str | None, str | None, str | None],
                params: tuple[tuple[str, str], ...], act: Act) -> Event:
    officer, sheet, cell = place
    subject = {"code": code, "sheet": sheet, "cell": cell, "params": dict(params)}
    return Event(WAIVE, str(period), unit or "", officer or "", canonical(subject), {}, act.by, act.reason)


# --- As it stands in the ledger ---------------------------------------------------------------------------------------
def _act(entry: LedgerEntry) -> Act:
    return Act(entry.by, entry.reason, entry.at)


def _assignment(entry: LedgerEntry) -> Assignment:
    body = entry.values
    return Assignment(entry.by, entry.reason, entry.at, str(body["unit"]), body["officer"])


def _waiver(entry: LedgerEntry) -> Waiver:
    said = json.loads(entry.subject)
    params = tuple(sorted((str(name), str(value)) for name, value in said["params"].items()))
    return Waiver(entry.by, entry.reason, entry.at, entry.unit, str(said["code"]), entry.officer or None,
                  said["sheet"], said["cell"], params)


def _ruling(entry: LedgerEntry) -> ClaimRuling:
    what, _, which = entry.subject.partition("/")
    place = ClaimPlace(entry.unit, entry.officer, task=which) if what == "task" else \
        ClaimPlace(entry.unit, entry.officer, product=int(which))
    body = entry.values
    value = str(body["cause"]), str(body["claimed_document"]), str(body["body"])
    return ClaimRuling(entry.by, entry.reason, entry.at, place, value, ClaimAnswer(body["answer"]), str(body["document"]))


def _place(waiver: Waiver) -> tuple[str, ...]:
    return (waiver.unit, waiver.officer or "", waiver.sheet or "", waiver.cell or "", waiver.code, str(waiver.params))
