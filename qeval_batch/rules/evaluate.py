"""The whole evaluation: roster and records in, results with their traces out, whatever the order of the inputs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qeval_batch.core.period import Period
from qeval_batch.model.findings import Finding, in_order
from qeval_batch.model.records import FormerOpinion, UnitRecord
from qeval_batch.model.results import GroupResult, OfficerResult
from qeval_batch.model.roster import Change, Officer, Roster
from qeval_batch.rules import discipline
from qeval_batch.rules.collective import count_tasks
from qeval_batch.rules.groups import check_groups, misplaced_heads
from qeval_batch.rules.late import lower_late
from qeval_batch.rules.officer import RowFacts, UnitCase, evaluate_officer
from qeval_batch.rules.quota import rank_group
from qeval_batch.rules.scope import second_posts, unplaced
from qeval_batch.rules.standing import head_settled
from qeval_batch.spec.policy import Policy


@dataclass(frozen=True)
class Evaluation:
    """Every officer and group of the roster, by id, and what the rules found on the way."""

    officers: tuple[OfficerResult, ...]
    groups: tuple[GroupResult, ...]
    findings: tuple[Finding, ...]
    disciplined: Mapping[str, bool | None]       # by unit, all three sources of R37 together


def evaluate(roster: Roster, records: Mapping[str, UnitRecord], policy: Policy, period: Period,
             unusable: frozenset[str], late: frozenset[str] = frozenset()) -> Evaluation:
    """Score, grade and rank every officer of the roster (rules.md A–D).

    ``records`` are the units that sent something; ``unusable`` the officers in whose roster row an error stands;
    ``late`` the units whose dossier was late: nobody is lowered for it but under a policy on trial (R62).
    """
    changes: dict[str, list[Change]] = defaultdict(list)
    for change in roster.changes:
        changes[change.officer].append(change)
    members: dict[str, list[Officer]] = defaultdict(list)
    for officer in sorted(roster.officers.values(), key=lambda item: item.id):
        members[officer.unit].append(officer)
    facts = {unit: _unit_facts(unit, officers, roster, records, changes, period) for unit, officers in members.items()}
    found = check_groups(roster, policy)
    for unit in facts.values():
        found += unit.discipline.findings
    rows = _rows(roster, policy, unusable)
    results: dict[str, OfficerResult] = {}
    for officer in roster.officers.values():
        results[officer.id], more = evaluate_officer(officer, facts[officer.unit], changes[officer.id], period, policy,
                                                     rows[officer.id], _opinions(officer.id, records))
        found += more
    groups = _rank(roster, results, policy)
    officers = tuple(lower_late(results[ident], late, policy) for ident in sorted(results))
    return Evaluation(officers, groups, tuple(in_order(found)),
                      {ident: unit.discipline.disciplined for ident, unit in facts.items()})


def _rows(roster: Roster, policy: Policy, unusable: frozenset[str]) -> dict[str, RowFacts]:
    second, wrong = second_posts(roster, policy), misplaced_heads(roster, policy)
    return {ident: RowFacts(ident not in unusable and not unplaced(officer, policy), second.get(ident), ident in wrong)
            for ident, officer in roster.officers.items()}


def _opinions(officer: str, records: Mapping[str, UnitRecord]) -> dict[str, FormerOpinion]:
    """What former units say of an officer, by unit (R21)."""
    return {unit: record.opinions[officer] for unit, record in records.items() if officer in record.opinions}


def _unit_facts(unit: str, officers: Sequence[Officer], roster: Roster, records: Mapping[str, UnitRecord],
                changes: Mapping[str, Sequence[Change]], period: Period) -> UnitCase:
    record = records.get(unit, UnitRecord(unit))
    children = [records[item.id] for item in roster.units.values() if item.parent == unit and item.id in records]
    heads = [item for item in officers if item.head]
    return UnitCase(record, count_tasks(record.collective.tasks) if record.collective else None,
                    discipline.of_unit(record, officers, changes, period, children), len(heads) == 1 or head_settled(officers),
                    bool(heads))


def _rank(roster: Roster, results: dict[str, OfficerResult], policy: Policy) -> tuple[GroupResult, ...]:
    """Cut each group and put its members' rank and proposed level into ``results``."""
    ranked = []
    for ident in sorted(roster.groups):
        members = [item for item in results.values() if item.group == ident]
        group, graded = rank_group(roster.groups[ident], members, policy)
        ranked.append(group)
        results.update((item.id, item) for item in graded)
    return tuple(ranked)

