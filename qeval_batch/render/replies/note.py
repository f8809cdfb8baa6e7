"""What the cover note says, cut to one page: as many causes as there is room for, the rest left to the annexed copy."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.model.batch import Batch
from qeval_batch.render.letters import words as w
from qeval_batch.render.replies.causes import Cause
from qeval_batch.render.replies.plan import Reply
from qeval_batch.render.replies.words import PAPER, Told, signed, told
from qeval_batch.render.tables.measure import lines, wrap

# Points. A4 less its margins; head, title, table header and signature as the template sets them.
_PAGE, _FRAME = 728, 304
_BODY_LINE, _BODY_AFTER, _TABLE_LINE, _TABLE_PADDING, _HEAD_LINE = 18.0, 6.0, 14.2, 3.0, 16.5
_BODY_SIZE, _TABLE_SIZE = 14, 12
# Millimetres between the edges of a cell, and of the page.
_TEXT_WIDTH, _CAUSE_WIDTH, _PLACE_WIDTH, _INDENT = 165.0, 107.0, 46.0, 10.0
_PIXELS, _CELL_PIXELS, _CHARACTER = 96 / 25.4, 2, 7
_WHAT_LINES, _CURE_LINES, _LONGEST_WORD = 5, 3, 40


def return_note(batch: Batch, answer: Reply) -> dict[str, Any]:
    """Everything the template `phieu-tra-lai.docx` may name (LD VII.2.2)."""
    spec, policy, signature = batch.spec, batch.spec.policy, signed(batch)
    words = told(batch, answer)
    # The series of another paper is not this one's.
    series = signature.series if signature and match_key(signature.paper) == PAPER else None
    own = dataclasses.replace(signature, series=series) if signature else None
    kinds = (words.errors, words.waits, words.awaited, words.warnings)
    shown = _fitting(words, kinds)
    left = sum(map(len, kinds)) - sum(map(len, shown))
    firsts = accumulate(map(len, shown), initial=1)
    errors, waits, awaited, warnings = (_rows(found, first) for found, first in zip(shown, firsts, strict=False))
    return {
        "head": w.head(spec, policy.papers.parent_body, policy.papers.issuer, own,
                       batch.as_of.year, series or ""),
        "sign": w.sign(signature), "unit": words.unit, "period": words.period, "title": words.title,
        "intro": words.intro, "errors": errors, "waits": waits, "awaited": awaited, "warnings": warnings,
        "rest": _rest(left, bool(answer.copies)), "consequence": words.consequence, "deadline": words.deadline,
        "how": words.how,
    }


def _rows(found: Sequence[Cause], first: int) -> list[dict[str, str]]:
    return [w.row(no=str(number), text=_text(item), places=item.places)
            for number, item in enumerate(found, start=first)]


def _text(item: Cause) -> str:
    cure = say("replies.note.cure", cure=item.cure)
    return f"{_cut(item.what, _WHAT_LINES)}\n{_cut(cure, _CURE_LINES)}"


def _cut(text: str, most: int) -> str:
    """``text`` in so many lines of its column: a cell's own content may be quoted in it."""
    text = " ".join(word if len(word) <= _LONGEST_WORD else f"{word[:_LONGEST_WORD]}…" for word in text.split())
    wrapped = wrap(text, _characters(_CAUSE_WIDTH), _TABLE_SIZE)
    return text if len(wrapped) <= most else f"{' '.join(wrapped[:most])}…"


def _rest(left: int, copies: bool) -> str:
    if not left:
        return ""
    where = say("replies.note.see_attached") if copies else say("replies.note.see_mail")
    return say("replies.note.more", count=w.counted(left), where=where)


def _fitting(words: Told, kinds: Sequence[Sequence[Cause]]) -> list[Sequence[Cause]]:
    """The causes that have room on the page, kind by kind, and at least one; after a kind that is cut comes none."""
    said = (words.intro, words.consequence, words.deadline, words.how)
    room = _PAGE - _FRAME - sum(_paragraph(text) for text in said)
    room -= (lines(words.unit, _characters(_TEXT_WIDTH), _BODY_SIZE, True) - 1) * _HEAD_LINE
    room -= _paragraph("x")        # that there are more
    shown: list[Sequence[Cause]] = []
    for place, found in enumerate(kinds):
        whole = all(len(taken) == len(there) for taken, there in zip(shown, kinds, strict=False))
        room -= _TABLE_LINE + _TABLE_PADDING if place and found else 0      # the line above the kind
        taken = _taken(found, room) if whole else ()
        shown.append(taken or (found[:1] if found and not any(shown) and whole else ()))
        room -= sum(map(_height, shown[-1]))
    return shown


def _taken(found: Sequence[Cause], room: float) -> Sequence[Cause]:
    taken = []
    for item in found:
        room -= _height(item)
        if room < 0:
            break
        taken.append(item)
    return taken


def _height(item: Cause) -> float:
    count = max(lines(_text(item), _characters(_CAUSE_WIDTH), _TABLE_SIZE),
                lines(item.places, _characters(_PLACE_WIDTH), _TABLE_SIZE))
    return count * _TABLE_LINE + _TABLE_PADDING


def _paragraph(text: str) -> float:
    count = lines(text, _characters(_TEXT_WIDTH - _INDENT / 2), _BODY_SIZE)
    return count * _BODY_LINE + _BODY_AFTER


def _characters(millimetres: float) -> float:
    """The column width, in the characters ``measure`` counts, with that much room for text."""
    return (millimetres * _PIXELS + _CELL_PIXELS) / _CHARACTER
