"""Findings that follow from another: told with it and not beside it, so that one slip is one thing to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from qeval_batch.checks.scope import code_key
from qeval_batch.core.say import say
from qeval_batch.model.findings import Finding

_KEY = "task"


@dataclass(frozen=True)
class Consequence:
    """Findings of ``code`` follow from those of ``cause``: each slip leaves one key without its owner."""

    cause: str
    code: str
    words: Callable[[str, str], str]  # tasks and cells -> the sentence added to the cause
    causes: Callable[[Finding], bool] = lambda item: True


def _code_lost(tasks: str, places: str) -> str:
    return say("checks.consequences.code_lost", tasks=tasks, places=places)


def _lead_lost(tasks: str, places: str) -> str:
    return say("checks.consequences.lead_lost", tasks=tasks, places=places)


def _by_lead(item: Finding) -> bool:
    return dict(item.params).get("role") == "lead"


_ALL = (
    # Two rows of Phụ lục 09 under one code: what products name instead is the code one of the two has lost.
    Consequence("TASK_CODE_TWICE", "PRODUCT_TASK_UNKNOWN", _code_lost),
    # A lead who names a colleague's task, or one that is nowhere, leaves the own task without a lead.
    Consequence("TASK_LEAD_TWICE", "TASK_LEAD_NONE", _lead_lost),
    Consequence("PRODUCT_TASK_UNKNOWN", "TASK_LEAD_NONE", _lead_lost, _by_lead),
)


def gathered(found: Iterable[Finding]) -> list[Finding]:
    """``found`` of one unit, what follows from another finding told there; one lifted by hand explains nothing."""
    kept = list(found)
    for kind in _ALL:
        kept = _gather(kept, kind)
    return kept


def _gather(found: list[Finding], kind: Consequence) -> list[Finding]:
    causes = [item for item in found if item.code == kind.cause and item.waived is None and kind.causes(item)]
    following = [item for item in found if item.code == kind.code and item.waived is None]
    # More keys without an owner than slips: some of them have another reason, and nobody can tell which.
    if not following or len({code_key(_named(item)) for item in following}) > len(causes):
        return found
    first = min(causes, key=lambda item: item.sort_key)
    told = replace(first, params=_with(first, _words(kind, following)))
    return [told if item is first else item for item in found if item not in following]


def _words(kind: Consequence, following: list[Finding]) -> str:
    ordered = sorted(following, key=lambda item: item.sort_key)
    names = ", ".join(dict.fromkeys(f"«{_named(item)}»" for item in ordered))
    places = ", ".join(f"{item.where.sheet}!{item.where.a1}" for item in ordered)
    return ". " + kind.words(names, places)


def _with(item: Finding, words: str) -> tuple[tuple[str, str], ...]:
    params = dict(item.params)
    return tuple(sorted({**params, "follows": params["follows"] + words}.items()))


def _named(item: Finding) -> str:
    return dict(item.params)[_KEY]
