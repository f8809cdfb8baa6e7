"""The fictional province as a workspace: roster, signing key, returned workbooks, the faults among them.

Everything but the signing key (and so the stamps) is the same whenever it is built.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.demo.answers import UnitAnswers, unit_answers
from qeval_batch.demo.arrivals import Arrivals
from qeval_batch.demo.faults import (
    Fault,
    Planted,
    fault_of,
    foreign_workbook,
    hostile_workbook,
    second_version,
    spoil_cells,
    truncated,
)
from qeval_batch.demo.province import DEMO_PERIOD, Site, make_province, make_sites
from qeval_batch.model.progress import Watch
from qeval_batch.model.roster import Roster, Unit
from qeval_batch.spec.load import Spec
from qeval_batch.workspace import REGISTER_FILE, ROSTER_FILE, CannotRun

__all__ = ["DEMO_AS_OF", "DEMO_PERIOD", "DemoSummary", "build_demo", "clear_demo"]

DEMO_AS_OF = datetime(2026, 9, 26, 8, 0, tzinfo=VIETNAM_TIME)
MARKER = "tinh-gia-dinh.txt"
_MARKER_TEXT = "Thư mục này do «qeval demo» tạo ra và được xóa, dựng lại mỗi lần chạy lệnh đó.\n"
_FOREIGN_KEY = b"khoa ky cua mot noi khac, 32 byte"
_STRAY = {"Lịch họp tuần.xlsx": Fault.FOREIGN, "bang-tong-hop.xlsx": Fault.HOSTILE}


@dataclass(frozen=True)
class DemoSummary:
    """What was built; the text of it is for whoever runs the demo."""

    units: int
    officers: int
    groups: int
    files: int
    planted: tuple[Planted, ...]
    arrivals: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = (f"Tỉnh giả định: {self.units} đơn vị, {self.officers} cán bộ, {self.groups} nhóm tương đồng; "
                f"{self.files} tệp trong inbox. Các lỗi cố ý:")
        came = [f"Thời điểm nhận, theo so-nhan.xlsx: {'; '.join(self.arrivals)}; các đơn vị khác đúng hạn."] \
            if self.arrivals else []
        return "\n".join([head, *(f"  - {item}" for item in self.planted), *came])


def build_demo(target: Path, units: int, spec: Spec, period: Period, as_of: datetime,
               progress: Watch = iter) -> DemoSummary:
    """Fill the workspace at ``target`` with a province of ``units`` units and what they sent by ``as_of``.

    ValueError for less than one unit; OSError when the folder cannot be written.
    """
    from qeval_batch.roster.write import write_roster
    from qeval_batch.workbook.stamp import load_or_create_key

    roster = make_province(units, period)
    (target / MARKER).write_text(_MARKER_TEXT, "utf-8")
    write_roster(target / ROSTER_FILE, spec, roster, as_of)
    post = _Post(target / "inbox", spec, roster, period, as_of, load_or_create_key(target / "data" / "khoa-ky.bin"))
    sites = make_sites(units)
    for site in progress(sites):
        post.send(site)
    arrivals = post.arrivals.write(target / REGISTER_FILE, tuple(sites))
    post.others()
    post.strays()
    return DemoSummary(len(roster.units), len(roster.officers), len(roster.groups), post.files,
                       tuple(sorted(post.planted, key=lambda item: item.where)), arrivals)


def clear_demo(target: Path) -> None:
    """Remove an earlier demo at ``target``; CannotRun when the folder holds anything that no demo made."""
    if not target.exists():
        return
    if any(target.iterdir()) and not (target / MARKER).is_file():
        raise CannotRun(f"{target} đã có dữ liệu không phải của «qeval demo». Chọn thư mục khác bằng --dir.")
    shutil.rmtree(target)


class _Post:
    """The inbox being filled, unit by unit."""

    def __init__(self, inbox: Path, spec: Spec, roster: Roster, period: Period, as_of: datetime, key: bytes) -> None:
        self.inbox, self.spec, self.roster, self.period, self.as_of, self.key = inbox, spec, roster, period, as_of, key
        self.arrivals = Arrivals(spec, period, roster, as_of)
        self.planted: list[Planted] = []
        self.files = 0
        self.declared: dict[str, UnitAnswers] = {}      # of the units whose workbooks are sound
        inbox.mkdir(parents=True, exist_ok=True)

    def send(self, site: Site) -> None:
        """What one unit sends, with its fault if it has one."""
        unit, fault = self.roster.units[site.id], fault_of(site.index)
        name = f"{unit.id}_{self.period}.xlsx"
        place = f"{site.folder}/{name}" if site.index % 3 else name
        if fault is Fault.SILENT:
            self.planted.append(Planted(fault, unit.id))
            return
        answers = unit_answers(unit, self.roster, self.spec, self.period,
                               _last_day(self.period, self.arrivals.first(site)))
        if fault in (None, Fault.DUPLICATE) and answers:
            self.declared[unit.id] = answers
        if fault is None:
            self._put(place, self._workbook(unit, answers))
            return
        self._stumble(fault, unit, place, answers)

    def _stumble(self, fault: Fault, unit: Unit, place: str, answers: UnitAnswers) -> None:
        where, stem = place, place.removesuffix(".xlsx")
        if fault is Fault.TRUNCATED:
            self._put(place, truncated(self._workbook(unit, answers)))
        elif fault is Fault.LAST_QUARTER:
            self._put(place, self._workbook(unit, answers, period=self.period.previous()))
        elif fault is Fault.BLANK:
            self._put(place, self._workbook(unit, None))
        elif fault is Fault.CELLS:
            self._put(place, self._workbook(unit, spoil_cells(answers)[0]))
        elif fault is Fault.TYPED:
            self._put(place, self._typed(unit, answers))
        else:
            data = self._workbook(unit, answers)
            self._put(place, data)
            where = f"{stem}_{'bản hai' if fault is Fault.TWO_VERSIONS else 'gửi thêm'}.xlsx"
            self._put(where, self._second(fault, unit, answers, data))
        self.planted.append(Planted(fault, where))

    def _second(self, fault: Fault, unit: Unit, answers: UnitAnswers, data: bytes) -> bytes:
        if fault is Fault.DUPLICATE:
            return data
        if fault is Fault.FORGED:
            return self._workbook(unit, answers, key=_FOREIGN_KEY)
        officer = [person for sheet, person in answers if sheet == "officer" and person][-1]
        return self._workbook(unit, second_version(answers, officer), part="officer", officer=officer)

    def others(self) -> None:
        """A unit's result report and an assessing body's figures, where the province is big enough for them."""
        from qeval_batch.demo.kinds import ASSESSOR, REPORTING_UNIT, assessment, result_report
        from qeval_batch.template.write import workbook_bytes

        units = list(self.roster.units.values())
        made = {}
        if len(units) > REPORTING_UNIT and (unit := units[REPORTING_UNIT]).id in self.declared:
            made[f"Báo cáo kết quả/{unit.id}"] = result_report(unit, self.declared[unit.id], self.roster, self.spec,
                                                              self.period)
        if ASSESSOR in self.spec.policy.assessors.bodies:
            made[f"Đánh giá theo trục/{ASSESSOR}"] = assessment(self.declared, self.roster, self.spec, self.period)
        for stem, (facts, answers) in made.items():
            self._put(f"{stem}_{self.period}_{facts.kind}.xlsx", workbook_bytes(
                facts, key=self.key, created=_sent(self.as_of), answers=answers))

    def strays(self) -> None:
        """Files that belong to no unit."""
        for name, fault in _STRAY.items():
            self._put(name, foreign_workbook(self.as_of) if fault is Fault.FOREIGN else hostile_workbook())
            self.planted.append(Planted(fault, name))

    def _workbook(self, unit: Unit, answers: UnitAnswers | None, *, period: Period | None = None, key: bytes | None = None,
                  part: str = "all", officer: str | None = None) -> bytes:
        from qeval_batch.template.write import workbook_bytes

        return workbook_bytes(self._facts(unit, period), key=key or self.key, created=_sent(self.as_of),
                              answers=answers, part=part, officer=officer)

    def _facts(self, unit: Unit, period: Period | None = None) -> Any:
        from qeval_batch.rules.asked import Asked
        from qeval_batch.template.facts import UnitFacts, moved_from

        officers = Asked(self.roster, period or self.period, self.spec.policy).offered(unit.id)
        return UnitFacts(self.spec, period or self.period, unit, officers,
                         moved_from(self.roster, unit, self.spec, self.period))

    def _typed(self, unit: Unit, answers: UnitAnswers) -> bytes:
        from qeval_batch.demo.typed import fill_by_hand

        return fill_by_hand(self._workbook(unit, None), self._facts(unit), answers)

    def _put(self, name: str, data: bytes) -> None:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.files += 1


def _sent(as_of: datetime) -> datetime:
    return as_of.replace(tzinfo=None)


def _last_day(period: Period, as_of: datetime) -> date:
    """The last day whose results can be known on ``as_of``: the day before, within the quarter."""
    known = as_of.date() - timedelta(days=1)
    return min(known, period.end) if known > period.start + timedelta(days=60) else period.end
