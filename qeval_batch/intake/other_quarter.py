"""Files of another quarter that this workspace knows: set aside with the reason, nobody is written to (R83)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.intake.reading import Taken
from qeval_batch.ledger.record import SHEET
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.submission import Submission
from qeval_batch.workspace import Workspace

_CODE = "STAMP_PERIOD"


def without_other_quarters(taken: Taken, workspace: Workspace) -> Taken:
    """``taken`` with the files of quarters known here ignored; one of a quarter nobody began here is still returned."""
    found = {name: Period.parse(item.stamp.period) for name, item in taken.submissions.items()
             if item.stamp is not None and any(fault.code == _CODE for fault in item.findings)}
    known = {period for period in set(found.values()) if _known(workspace, period)}
    aside = {taken.submissions[name].sha256: period for name, period in found.items() if period in known}
    if not aside:
        return taken
    arrivals = tuple(replace(item, outcome="ignored", finding=None,
                             why=say("intake.take.other_quarter", quarter=aside[item.sha256].label))
                     if item.outcome is None and item.sha256 in aside else item for item in taken.arrivals)
    return replace(taken, arrivals=arrivals, submissions=_left(taken.submissions, aside))


def _left(submissions: Mapping[str, Submission], aside: Mapping[str, Period]) -> dict[str, Submission]:
    return {name: item for name, item in submissions.items() if item.sha256 not in aside}


def _known(workspace: Workspace, period: Period) -> bool:
    """Whether forms of the quarter were made here, or the ledger accepted something of it."""
    forms = workspace.blank_forms(period)
    made = forms.parent.is_dir() and any(item.name.startswith(forms.name) for item in forms.parent.iterdir())
    return made or bool(Ledger(workspace.ledger).entries(SHEET, str(period)))
