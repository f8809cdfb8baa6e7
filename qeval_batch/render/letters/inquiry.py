"""What the letter to a body says: whom it is asked about, under which point, until when, what silence means."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.model.batch import Batch
from qeval_batch.model.roster import Signature
from qeval_batch.render import wording
from qeval_batch.render.letters import words as w

if TYPE_CHECKING:
    from qeval_batch.procedure.ask import Inquiry, Request

PAPER = "phieu-xin-y-kien"


def signatory(batch: Batch) -> Signature | None:
    """Who signs: the roster's row for this letter, else whoever signs for Ban Tổ chức otherwise."""
    return w.signature_of(batch.roster.signatures, None, PAPER, w.TO_TRINH_BTV)


def inquiry(batch: Batch, asked: Inquiry) -> dict[str, Any]:
    """Everything the template `phieu-xin-y-kien.docx` may name (LD IX.1.1)."""
    spec, signed = batch.spec, signatory(batch)
    # The series of another paper is not this one's.
    series = signed.series if signed and match_key(signed.paper) == PAPER else None
    own = dataclasses.replace(signed, series=series) if signed else None
    head = w.head(spec, spec.policy.papers.parent_body, spec.policy.papers.issuer, own, batch.as_of.year,
                  series or "")
    due = w.day(date.fromisoformat(asked.due)) if asked.due else w.BLANK
    opinions, proposals = asked.of(False), asked.of(True)
    return {
        "head": head, "sign": w.sign(signed), "period": batch.period.label, "body": asked.body.name,
        "opinions": [_row(batch, place, item) for place, item in enumerate(opinions, start=1)],
        "proposals": [_row(batch, place, item) for place, item in enumerate(proposals, start=1)],
        "own": say("letters.inquiry.own", names=w.listed(item.officer.name for item in asked.requests if item.route.own))
        if any(item.route.own for item in asked.requests) else "",
        "deadline": say("letters.inquiry.deadline", day=due),
    }


def _row(batch: Batch, place: int, item: Request) -> dict[str, str]:
    return w.row(no=str(place), name=item.officer.name, post=wording.post_and_unit(batch, item.officer),
                 self=w.level(item.officer.levels.self) or w.BLANK, unit=w.level(item.officer.levels.unit) or w.BLANK)
