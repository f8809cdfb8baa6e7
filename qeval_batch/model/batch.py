"""One run as one value: what was read and what was decided. Every paper and table is rendered from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from qeval_batch.core.period import Period
from qeval_batch.model.acts import Acts
from qeval_batch.model.course import Course
from qeval_batch.model.first_seen import FirstSeen
from qeval_batch.model.hand_edits import HandEdits
from qeval_batch.model.records import UnitRecord
from qeval_batch.model.register import Register
from qeval_batch.model.results import RunResult
from qeval_batch.model.roster import Roster
from qeval_batch.spec.load import Spec

if TYPE_CHECKING:
    from qeval_batch.model.arrival import Arrival
    from qeval_batch.model.version import Replaced


@dataclass(frozen=True)
class SheetRef:
    """A filled sheet that counts: where it came from and the hash of what was filled in."""

    unit: str
    officer: str | None
    form: str
    sheet: str
    name: str
    file: str | None
    digest: str


@dataclass(frozen=True)
class Batch:
    spec: Spec
    period: Period
    as_of: datetime                   # aware, Asia/Ho_Chi_Minh
    roster: Roster
    records: Mapping[str, UnitRecord]  # by unit; a unit that sent nothing has none
    result: RunResult
    arrivals: tuple[Arrival, ...] = ()
    sheets: tuple[SheetRef, ...] = ()
    acts: Acts = field(default_factory=Acts)
    register: Register = field(default_factory=Register)   # what the clerk entered of arrivals
    replaced: tuple[Replaced, ...] = ()         # versions of units' sheets that count no more
    kept: Mapping[str, str] = field(default_factory=dict)  # the clerk's own files that were read: name -> sha256
    hand_edits: HandEdits | None = None         # what people had changed in the outputs this run replaces
    first_seen: FirstSeen = field(default_factory=FirstSeen)                   # what earlier runs had seen
    course: Course = field(default_factory=Course)                    # how far the procedure has come
