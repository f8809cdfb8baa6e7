"""When the fictional units' dossiers came, as a clerk keeps it in the register: every state of timeliness (R61, R62)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.demo.province import Site
from qeval_batch.intake.register import write_register
from qeval_batch.model.register import BOTH, ELECTRONIC, PAPER, PARTS, RegisterEntry
from qeval_batch.model.roster import Roster
from qeval_batch.rules.deadlines import DOSSIER, deadline
from qeval_batch.spec.load import Spec

# By the unit's number; unit 8 is the one that sends a second version of a sheet (demo.faults).
_ON_THE_DAY, _LATE, _NOT_ENTERED, _MENDED, _PAPER_LATER, _SILENT = 4, 6, 7, 8, 9, (13, 16, 17, 18)
_TOLD: Mapping[int, str] = {_ON_THE_DAY: "sát hạn", _LATE: "chậm", _MENDED: "đúng hạn, bổ sung sau hạn",
                            _NOT_ENTERED: "không ghi sổ, chưa rõ"}
_OFFICERS = frozenset({3})
_NOWHERE = RowRef("", "", 0)


@dataclass(frozen=True)
class Arrivals:
    """The days around the quarter's deadline, for units by their number."""

    spec: Spec
    period: Period
    roster: Roster
    as_of: datetime

    def first(self, site: Site) -> datetime:
        """When the unit's dossier came."""
        due = deadline(DOSSIER, self.spec.policy, self.period, self.roster.days_off)
        if site.index == _LATE:
            return self.as_of - timedelta(minutes=45)
        day = due.day if site.index == _ON_THE_DAY else due.last_day - timedelta(days=site.index % 3)
        return min(datetime.combine(day, time(8 + site.index % 9, site.index * 7 % 60), VIETNAM_TIME), self.as_of)

    def entries(self, site: Site) -> Iterator[RegisterEntry]:
        """The unit's rows in the register."""
        if site.index in (_NOT_ENTERED, *_SILENT):
            return
        first = self.first(site)
        if site.index == _PAPER_LATER:
            yield RegisterEntry(site.id, PARTS, first, ELECTRONIC, None, _NOWHERE)
            yield RegisterEntry(site.id, PARTS, first + timedelta(hours=5), PAPER, None, _NOWHERE)
            return
        yield RegisterEntry(site.id, PARTS, first, BOTH, f"{10 + site.index}-TTr", _NOWHERE)
        if site.index == _MENDED:
            yield RegisterEntry(site.id, _OFFICERS, self.as_of - timedelta(minutes=20), ELECTRONIC, None, _NOWHERE)

    def write(self, path: Path, sites: tuple[Site, ...]) -> tuple[str, ...]:
        """Write the register of all ``sites``; what it shows, in words."""
        entries = sorted((item for site in sites for item in self.entries(site)), key=lambda item: (item.received, item.unit))
        write_register(path, self.spec, self.as_of, entries)
        return tuple(f"{site.id} {_TOLD[site.index]}" for site in sites if site.index in _TOLD)
