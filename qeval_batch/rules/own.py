"""An officer's own products as levels 1 and 2 look at them (LD II.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qeval_batch.model.records import Product
from qeval_batch.rules.collective import NOT_MET


@dataclass(frozen=True)
class Own:
    """How many of the officer's own rows, of either role, speak for and against the person."""

    exceeded: int = 0
    not_met: int = 0                  # done, with response level 3
    key_not_met: int = 0              # the key ones among them


def own_of(products: Sequence[Product]) -> Own:
    """Counted by what stands in the officer's own rows, the worse response already taken (R16)."""
    bad = [item for item in products if item.done > 0 and item.response == NOT_MET]
    return Own(sum(item.exceeded for item in products), len(bad), sum(item.key for item in bad))
