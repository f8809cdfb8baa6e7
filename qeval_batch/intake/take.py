"""Everything a run takes in before anything is judged, as one value: roster, files, when they came, acts of people."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from qeval_batch.core.files import Barred, read_file
from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.intake.identify import told
from qeval_batch.intake.reading import Taken, read_all
from qeval_batch.intake.register import load_register
from qeval_batch.intake.scan import scan
from qeval_batch.model.act import Act
from qeval_batch.model.acts import Acts
from qeval_batch.model.arrival import Arrival
from qeval_batch.model.course import Course
from qeval_batch.model.delivery import CLOCK, Delivery
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.first_seen import FirstSeen
from qeval_batch.model.order import newest, oldest
from qeval_batch.model.progress import Progress, silent
from qeval_batch.model.records import CarriedRow
from qeval_batch.model.register import Register
from qeval_batch.model.roster import Roster
from qeval_batch.model.submission import Submission
from qeval_batch.spec.load import Spec
from qeval_batch.spreadsheet.limits import MAX_FILE_BYTES
from qeval_batch.workspace import Workspace


@dataclass(frozen=True)
class Intake:
    """What was taken in. ``deliveries``: name of a read file -> every delivery of its content."""

    roster: Roster
    roster_findings: tuple[Finding, ...]
    taken: Taken
    deliveries: Mapping[str, tuple[Delivery, ...]] = field(default_factory=dict)
    acts: Acts = field(default_factory=Acts)
    first_seen: FirstSeen = field(default_factory=FirstSeen)
    carried: Mapping[str, tuple[CarriedRow, ...]] = field(default_factory=dict)    # from the quarter before (R22)
    register: Register = field(default_factory=Register)
    register_findings: tuple[Finding, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)      # what the clerk keeps by hand: file name -> sha256
    course: Course = field(default_factory=Course)

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """Every path under the inbox and every container's member, by name."""
        return self.taken.arrivals

    @property
    def submissions(self) -> Mapping[str, Submission]:
        """Every distinct workbook as read, by file name."""
        return self.taken.submissions

    @property
    def counting(self) -> tuple[Submission, ...]:
        """Submissions that nobody took out by hand."""
        return tuple(item for item in self.submissions.values() if item.sha256 not in self.acts.invalidated)

    @property
    def arrival_days(self) -> Mapping[str, date]:
        """The day each file came first, where it is known (R13)."""
        first = {name: oldest(items).received for name, items in self.deliveries.items()}
        return {name: moment.date() for name, moment in first.items() if moment is not None}


def take_in(workspace: Workspace, spec: Spec, period: Period, as_of: datetime,
            known: tuple[Roster, Sequence[Finding]], progress: Progress = silent, workers: int = 1) -> Intake:
    """Read everything under the inbox; ``known``: the roster it is held against, and what is wrong in it.

    What the ledger says of files seen before holds as earlier runs left it (``ledger.first_seen``).
    """
    from qeval_batch.intake.assigned import assigned_stamps
    from qeval_batch.intake.other_quarter import without_other_quarters
    from qeval_batch.ledger.acts import load_acts
    from qeval_batch.ledger.carry import carried_into
    from qeval_batch.ledger.first_seen import first_seen
    from qeval_batch.workbook import stamp

    carried = carried_into(workspace, period, spec)
    acts, seen = load_acts(workspace, period), first_seen(workspace, as_of)
    roster, findings = known
    key = stamp.load_or_create_key(workspace.key)
    # What was taken out is not even opened: nothing in a mail or an archive taken out counts either.
    paths = [_unless_out(item, acts.invalidated) for item in scan(workspace.inbox)]
    taken = read_all(paths, spec, key, period, workers, lambda items: progress(items, say("intake.take.reading")),
                     assigned_stamps(acts.assigned, spec, roster, period, key))
    taken = without_other_quarters(taken, workspace)
    submissions = {name: _known_sender(item, roster, spec) for name, item in taken.submissions.items()}
    if carried:
        from qeval_batch.intake.prefilled import without_untouched

        submissions = {name: without_untouched(item, carried, spec) for name, item in submissions.items()}
    arrivals = tuple(replace(_unless_out(item, acts.invalidated), delivery=_delivery(item, seen))
                     for item in taken.arrivals)
    deliveries = _deliveries(replace(taken, arrivals=arrivals))
    submissions = told(submissions, {name: newest(items).sender for name, items in deliveries.items()}, roster)
    taken = replace(taken, arrivals=arrivals, submissions=submissions)
    register, wrong = load_register(workspace.register, spec, roster, period, as_of)
    return Intake(roster, tuple(findings), taken, deliveries, acts, seen, carried, register, tuple(wrong),
                  _hashes(workspace.roster, workspace.register))


def _unless_out(arrival: Arrival, invalidated: Mapping[str, Act]) -> Arrival:
    """The arrival; ignored, without its finding, where a person took its content out."""
    act = invalidated.get(arrival.sha256 or "")
    if act is None:
        return arrival
    return replace(arrival, outcome="ignored", why=
                   say("intake.take.left_out", by=act.by, reason=act.reason), finding=None)


def _hashes(*kept: Path) -> dict[str, str]:
    """Of what the clerk keeps by hand and could be read; what could not is a finding elsewhere."""
    found = {}
    for path in kept:
        with contextlib.suppress(FileNotFoundError, Barred):
            found[path.name] = hashlib.sha256(read_file(path, MAX_FILE_BYTES)).hexdigest()
    return found


def _delivery(arrival: Arrival, seen: FirstSeen) -> Delivery:
    """How the path came: by its mail's word, else by the clock as an earlier run saw it, else nobody can tell yet."""
    own, sight = arrival.delivery, seen.arrived.get(arrival.sha256 or "")
    if own.received is None and sight is not None:
        own = replace(own, received=sight, source=CLOCK)
    return replace(own, seen_before=sight is not None)


def _deliveries(taken: Taken) -> dict[str, tuple[Delivery, ...]]:
    found: dict[str, list[Delivery]] = {name: [] for name in taken.submissions}
    for arrival in taken.arrivals:
        name = taken.read_as.get(arrival.sha256 or "")
        if name is not None and arrival.outcome is None:
            found[name].append(arrival.delivery)
    return {name: tuple(items) for name, items in found.items()}


def _known_sender(read: Submission, roster: Roster, spec: Spec) -> Submission:
    """The submission, refused where its stamp names a unit or a body that neither roster nor policy knows."""
    if read.stamp is None or read.refused:
        return read
    known: Mapping[str, Container[str]] = {"unit": roster.units, "assessor": spec.policy.assessors.bodies,
                                           "body": {body.id for body in roster.opinion_bodies}}
    if read.stamp.unit in known[spec.owner_of(read.stamp.kind)]:
        return read
    unknown = finding("UNIT_UNKNOWN", Where(Part.FILE, file=read.file), unit=read.stamp.unit)
    return Submission(read.file, read.sha256, None, (), (*read.findings, unknown), refused=True)
