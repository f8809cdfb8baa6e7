"""Whose officer: the scope follows from the authority class alone, and who is graded, asked, counted from the scope."""

from __future__ import annotations

from collections.abc import Mapping

from qeval_batch.core.text import match_key
from qeval_batch.model.results import Scope
from qeval_batch.model.roster import Officer, Roster
from qeval_batch.rules.eligibility import authority_class, knows_post
from qeval_batch.spec.policy import Policy

_PROVINCE, _FULL = "btv", "full"
_POST_ORDER = (Scope.TW, Scope.BTV, Scope.OWN, Scope.LOWER)


def scope_of(officer: Officer, policy: Policy) -> Scope:
    """The officer's scope in this workspace (R03); a row that leaves the class open stays with the province."""
    found = None if unplaced(officer, policy) else authority_class(officer, policy)
    if found == policy.central_authority:
        return Scope.TW
    if found == policy.lower_authority:
        return Scope.OWN if officer.unit == policy.workspace.authority else Scope.LOWER
    return Scope.BTV


def graded_here(officer: Officer, policy: Policy) -> bool:
    """Whether this workspace evaluates the officer; whoever it does not is `elsewhere`: not expected, not counted."""
    scope = scope_of(officer, policy)
    if policy.workspace.authority != _PROVINCE:
        return scope is Scope.OWN
    return scope is not Scope.LOWER or policy.scope.lower == _FULL


def in_dossier(officer: Officer, policy: Policy) -> bool:
    """Whether the officer belongs to the unit's dossier, its timeliness, its papers and the counts (R60, R62)."""
    return graded_here(officer, policy) and scope_of(officer, policy) in (Scope.BTV, Scope.OWN)


def unit_proposes(officer: Officer, policy: Policy) -> bool:
    """Whether the unit proposes a level: not for whom Ban Thường vụ itself proposes to the centre (LD VII.1.1)."""
    return graded_here(officer, policy) and scope_of(officer, policy) is not Scope.TW


def unplaced(officer: Officer, policy: Policy) -> bool:
    """Whether the row leaves open whose officer it is: no post class, or one unknown without a decision (R01, R03)."""
    if not officer.post_class or authority_class(officer, policy) is None:
        return True
    return not knows_post(officer, policy) and officer.standing_document is None


def second_posts(roster: Roster, policy: Policy) -> Mapping[str, str]:
    """Ids under which somebody stands a second time, each with the id of the main post (rules.md A).

    One person is known by name and birthday. The main post is the one decided highest, then a head's, then the first.
    """
    people: dict[tuple[str, object], list[Officer]] = {}
    for officer in roster.officers.values():
        if officer.birth_date is not None:
            people.setdefault((match_key(officer.name), officer.birth_date), []).append(officer)
    found = {}
    for posts in people.values():
        main = min(posts, key=lambda item: (_POST_ORDER.index(scope_of(item, policy)), not item.head))
        found.update({item.id: main.id for item in posts if item is not main})
    return found
