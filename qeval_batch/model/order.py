"""Which of two deliveries is the newer one, where anybody can tell."""

from __future__ import annotations

from collections.abc import Iterable

from qeval_batch.model.delivery import Delivery


def newer(one: Delivery, other: Delivery) -> bool:
    """Whether ``one`` certainly came after ``other``.

    By their times where both are known; else what an earlier run saw came before what this run sees first.
    """
    if one.received is not None and other.received is not None:
        return one.received > other.received
    return other.seen_before and not one.seen_before


def newest(deliveries: Iterable[Delivery]) -> Delivery:
    """The last of several deliveries of one content; where their order is unknown, any of those nothing is newer than."""
    found: Delivery | None = None
    for item in deliveries:
        if found is None or newer(item, found):
            found = item
    return found or Delivery()


def oldest(deliveries: Iterable[Delivery]) -> Delivery:
    """The first of several deliveries of one content."""
    found: Delivery | None = None
    for item in deliveries:
        if found is None or newer(found, item):
            found = item
    return found or Delivery()
