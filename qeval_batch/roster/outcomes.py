"""`Kết quả theo văn bản`: the outcomes a document names, from the cell's words to levels and back (R23)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.model.roster import NOT_EVALUATED
from qeval_batch.spec.load import Spec

_SEPARATORS = re.compile(r"[;,/\n]+|\bhoặc\b")


def outcomes_of(text: str, spec: Spec) -> tuple[int, ...] | None:
    """The outcomes in order, each once; None where a word of the cell is none of them."""
    none = (say("roster.outcomes.not_evaluated"), say("roster.outcomes.not_evaluated_quarter"),
            say("roster.outcomes.not_evaluated_in_quarter"))
    known = {match_key(word): NOT_EVALUATED for word in none}
    for option in spec.lists["levels"].options:
        for word in (option.code, option.label, say("roster.outcomes.level", level=option.code), *option.aliases):
            known[match_key(word)] = int(option.code)
    words = [match_key(part) for part in _SEPARATORS.split(text) if part.strip()]
    if not words or any(word not in known for word in words):
        return None
    return tuple(sorted({known[word] for word in words}))


def text_of(outcomes: Sequence[int]) -> str | None:
    """The cell as a clerk would type it; None for none."""
    return "; ".join(say("roster.outcomes.not_evaluated") if item == NOT_EVALUATED else str(item) for item in outcomes) or None
