"""``qeval roster check``: everything a run would say of danh-muc.xlsx, before anything goes out on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qeval_batch.commands.templates import small_groups
from qeval_batch.core.period import Period
from qeval_batch.model.findings import Finding
from qeval_batch.model.roster import Roster
from qeval_batch.pipeline import load_period
from qeval_batch.workspace import Workspace


@dataclass(frozen=True)
class Checked:
    """The roster as it stands for a quarter, and what is said of it; ``notes`` are lines for the clerk."""

    roster: Roster
    findings: Sequence[Finding]
    notes: Sequence[str]


def check_roster(workspace: Workspace, period: Period) -> Checked:
    """Read and check the roster for ``period``; writes nothing. SpecError, RosterError or CannotRun when it cannot."""
    from qeval_batch.checks.roster import load_roster, with_rules

    spec = load_period(workspace, period)
    roster, found = load_roster(workspace.roster, spec, period)
    return Checked(roster, with_rules(roster, found, spec, period), small_groups(roster, spec))
