"""The stamps a person gave to files that bear none that verifies."""

from __future__ import annotations

from collections.abc import Mapping

from qeval_batch.core.period import Period
from qeval_batch.model.act import Act
from qeval_batch.model.acts import Assignment
from qeval_batch.model.roster import Roster
from qeval_batch.model.submission import Assigned
from qeval_batch.spec.load import Spec
from qeval_batch.template.stamped import assigned_stamp


def assigned_stamps(assignments: Mapping[str, Assignment], spec: Spec, roster: Roster, period: Period,
                    key: bytes) -> dict[str, Assigned]:
    """What a person gave to files, by sha256; an assignment to whom the roster no longer knows gives nothing."""
    given = {}
    for sha256, item in assignments.items():
        unit = roster.units.get(item.unit)
        person = roster.officers.get(item.officer or "")
        if unit is None or (item.officer is not None and (person is None or person.unit != unit.id)):
            continue
        given[sha256] = Assigned(assigned_stamp(spec, unit, roster, period, key, item.officer),
                                 Act(item.by, item.reason, item.at))
    return given
