"""Comparable groups as the roster sets them: what does not fit R03 and R42 is a finding, never a change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.roster import Group, Officer, Roster
from qeval_batch.rules.eligibility import authority_class, knows_post
from qeval_batch.spec.policy import Policy


def check_groups(roster: Roster, policy: Policy) -> list[Finding]:
    """Who is evaluated without a known leading post, classes and groups that contradict each other (R01, R03, R42)."""
    members: dict[str, list[Officer]] = defaultdict(list)
    found: list[Finding] = []
    for officer in roster.officers.values():
        found += _class(officer, policy)
        if officer.group and authority_class(officer, policy) != policy.central_authority:
            members[officer.group].append(officer)
    for group in roster.groups.values():
        found += _authorities(group, members[group.id], policy)
        if policy.quota.heads:
            found += _heads(group, members[group.id])
    return found


def _class(officer: Officer, policy: Policy) -> Iterator[Finding]:
    where = Where(Part.ROSTER, officer.unit, officer.id)
    found = authority_class(officer, policy)
    # Who holds no leading post is evaluated where a document of the competent authority says so (LD III.2).
    applied = not officer.post_class or knows_post(officer, policy) or officer.standing_document
    if found is None or not applied:
        yield finding("RULE_POST_UNKNOWN", where.at(officer.at.cell("post_class")), officer=officer.id,
                      post=officer.post_class or "để trống", found=found or "chưa rõ")
    if officer.authority is not None and found != officer.authority:
        yield finding("RULE_AUTHORITY_DIFFERS", where.at(officer.at.cell("authority")), officer=officer.id,
                      stated=officer.authority, found=found)
    if officer.group and found == policy.central_authority:
        yield finding("RULE_GROUP_CENTRAL", where.at(officer.at.cell("group")), officer=officer.id, group=officer.group)


def _authorities(group: Group, members: list[Officer], policy: Policy) -> Iterator[Finding]:
    deciding = policy.deciding_by_authority
    bodies = {deciding[cls] for officer in members if (cls := authority_class(officer, policy)) is not None and cls in deciding}
    if len(bodies) > 1:
        yield finding("RULE_GROUP_AUTHORITIES", Where(Part.ROSTER).at(group.at.cell("authority")), group=group.id,
                      bodies="; ".join(sorted(bodies)))


def _heads(group: Group, members: list[Officer]) -> Iterator[Finding]:
    """A head in one group with members of the own collective: the head's level must not eat into theirs (VI.2)."""
    for head in members:
        others = [officer.id for officer in members if officer.unit == head.unit and not officer.head]
        if head.head and others:
            where = Where(Part.ROSTER, head.unit, head.id).at(head.at.cell("group"))
            yield finding("RULE_GROUP_HEAD", where, head=head.id, group=group.id, others=", ".join(sorted(others)))
