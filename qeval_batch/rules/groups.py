"""Comparable groups as the roster sets them: what does not fit R03 and R42 is a finding, never a change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.results import Scope
from qeval_batch.model.roster import Group, Officer, Roster
from qeval_batch.rules.eligibility import authority_class
from qeval_batch.rules.scope import scope_of, unplaced
from qeval_batch.spec.policy import Policy


def check_groups(roster: Roster, policy: Policy) -> list[Finding]:
    """Who is evaluated without a known leading post, classes and groups that contradict each other (R01, R03, R42)."""
    found: list[Finding] = []
    for officer in roster.officers.values():
        found += _class(officer, policy)
    members = _members(roster, policy)
    for group in roster.groups.values():
        found += _authorities(group, members[group.id], roster, policy)
        if members[group.id] and not group.decision:
            found.append(finding("RULE_GROUP_UNDECIDED", Where(Part.ROSTER).at(group.at.cell("decision")),
                                 group=group.id, name=group.name))
    for ident, others in misplaced_heads(roster, policy).items():
        head = roster.officers[ident]
        where = Where(Part.ROSTER, head.unit, head.id).at(head.at.cell("group"))
        found.append(finding("RULE_GROUP_HEAD", where, head=head.id, group=head.group, others=", ".join(others)))
    return found


def misplaced_heads(roster: Roster, policy: Policy) -> Mapping[str, Sequence[str]]:
    """Heads put into one group with members of the own collective, each with those: their level must not eat into
    the members' ratio (VI.2, R42)."""
    if not policy.quota.heads:
        return {}
    found = {}
    for members in _members(roster, policy).values():
        for head in members:
            others = sorted(item.id for item in members if item.unit == head.unit and not item.head)
            if head.head and others:
                found[head.id] = others
    return found


def _members(roster: Roster, policy: Policy) -> Mapping[str, list[Officer]]:
    """Each group's officers; those of the centre are in none (VII.1)."""
    members: dict[str, list[Officer]] = defaultdict(list)
    for officer in roster.officers.values():
        if officer.group and scope_of(officer, policy) is not Scope.TW:
            members[officer.group].append(officer)
    return members


def _class(officer: Officer, policy: Policy) -> Iterator[Finding]:
    where = Where(Part.ROSTER, officer.unit, officer.id)
    found = authority_class(officer, policy)
    # Who holds no leading post is evaluated where a document of the competent authority says so (LD III.2).
    if unplaced(officer, policy):
        yield finding("RULE_POST_UNKNOWN", where.at(officer.at.cell("post_class")), officer=officer.id,
                      post=officer.post_class or "để trống")
    if officer.authority is not None and found != officer.authority:
        yield finding("RULE_AUTHORITY_DIFFERS", where.at(officer.at.cell("authority")), officer=officer.id,
                      stated=officer.authority, found=found)
    if officer.group and found == policy.central_authority:
        yield finding("RULE_GROUP_CENTRAL", where.at(officer.at.cell("group")), officer=officer.id, group=officer.group)


def _authorities(group: Group, members: list[Officer], roster: Roster, policy: Policy) -> Iterator[Finding]:
    """A group has one deciding authority; of class C it is each officer's own unit or its parent (R03)."""
    able = [_able(officer, roster, policy) for officer in members if not unplaced(officer, policy)]
    if able and not frozenset.intersection(*able):
        bodies = sorted({min(names) for names in able})
        yield finding("RULE_GROUP_AUTHORITIES", Where(Part.ROSTER).at(group.at.cell("authority")), group=group.id,
                      bodies="; ".join(bodies))


def _able(officer: Officer, roster: Roster, policy: Policy) -> frozenset[str]:
    """Who may decide on the officer."""
    if scope_of(officer, policy) in (Scope.LOWER, Scope.OWN):
        unit = roster.units.get(officer.unit)
        return frozenset(name for name in (officer.unit, unit.parent if unit else None) if name)
    return frozenset({policy.deciding_by_authority.get(authority_class(officer, policy) or "", "")})
