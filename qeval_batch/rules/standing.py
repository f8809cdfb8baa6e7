"""What the roster's column `Trạng thái` says of a person, in words of the law; nobody else reads its codes."""

from __future__ import annotations

from collections.abc import Iterable

from qeval_batch.model.roster import Officer

# Kinds of change for which the law names no way but the competent authority's document (R23, LD VIII.1.3).
BY_HAND_KINDS = frozenset({"unpaid_leave", "secondment", "retirement", "death"})
_EXCLUDED, _DEFERRED, _OTHER = "excluded", "deferred", "other"


def set_apart(officer: Officer) -> bool:
    """`Không đánh giá quý` (R02): outside professional work, never graded."""
    return officer.standing == _EXCLUDED


def claims_deferral(officer: Officer) -> bool:
    """`Chưa đánh giá`: a claim the dates of `Biến động` must bear out (R20)."""
    return officer.standing == _DEFERRED


def set_by_hand(officer: Officer) -> bool:
    """`Khác` (R23): a case the competent authority settles; an acting head by document is asked like any head."""
    return officer.standing == _OTHER and not acting_head(officer)


def acting_head(officer: Officer) -> bool:
    """A document puts the officer in charge of the unit, though its head is somebody else or nobody (R23)."""
    return officer.standing == _OTHER and officer.head and officer.standing_document is not None


def head_settled(officers: Iterable[Officer]) -> bool:
    """Whether a document says who heads the unit, where its roster marks none or two (rules.md C)."""
    return any(item.standing == _OTHER and item.standing_document is not None for item in officers)


def undocumented(officer: Officer) -> bool:
    """Taken out of the usual way without the document that may do so (R02, R23)."""
    return (set_apart(officer) or officer.standing == _OTHER) and officer.standing_document is None


def stated_asked(officer: Officer) -> bool:
    """Whether the column alone leaves the officer asked; dates and scope decide with it (``rules.asked``)."""
    return not (set_apart(officer) or claims_deferral(officer) or set_by_hand(officer))
