"""An officer's whole way as one value: what was decided, by which line of the trace, from which cells, by which clause.

Every judgement in it was emitted by the engine (`OfficerResult.steps`, `Score`, `GroupResult`); this module only puts
them in the order a reader asks: who, what came out, why, from where, against whom, what is waited for.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.explain import parts
from qeval_batch.explain.cells import book_of
from qeval_batch.explain.lines import ToldFrom, ToldSection
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import OfficerResult
from qeval_batch.model.roster import Roster
from qeval_batch.model.submission import Submission
from qeval_batch.workspace import CannotRun

if TYPE_CHECKING:
    from qeval_batch.model.progress import Progress
    from qeval_batch.workspace import Workspace

__all__ = ["Explanation", "ToldSection", "explain", "explain_officer", "nearest"]

_SUGGESTED = 5
_ALIKE = 0.5


@dataclass(frozen=True)
class Explanation:
    """One officer's way, ready to be printed: the conclusion is the first section."""

    officer: str
    name: str
    period: Period
    as_of: datetime
    sections: tuple[ToldSection, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files whose cells are shown, in the order they first appear: readers number them from 1."""
        return tuple(dict.fromkeys(cell.ref.file for section in self.sections for line in section.lines
                                   for cell in line.cells))


def explain_officer(workspace: Workspace, period: Period, as_of: datetime, officer: str, progress: Progress
                    ) -> tuple[Explanation, Batch]:
    """Run the quarter without writing and explain one officer. CannotRun, naming the nearest ids, for an unknown one.

    The id is looked up before the inbox is read: a misspelt one must not cost a whole run.
    """
    from qeval_batch.checks.roster import load_roster
    from qeval_batch.pipeline import decide, load_period, take

    spec = load_period(workspace, period)
    known, _ = load_roster(workspace.roster, spec, period)
    if officer not in known.officers:
        raise CannotRun(_unknown(officer, known))
    intake = take(workspace, spec, period, as_of, progress)
    batch = decide(intake, spec, period, as_of, progress)
    return explain(batch, intake.submissions, officer), batch


def explain(batch: Batch, submissions: Mapping[str, Submission], officer: str) -> Explanation:
    """The way of ``officer`` (an id of the roster) through ``batch``; ``submissions`` are what it was decided on."""
    result = batch.result.officer(officer)
    others = frozenset(cell.file for step in result.steps for cell in step.cells)
    cells = book_of(submissions.values(), result.unit, batch.roster, batch.spec, others)
    source = ToldFrom(batch, result, batch.records.get(result.unit), cells)
    told: list[ToldSection] = []
    for title, build in _SECTIONS:
        lines = tuple(build(source))
        if lines:
            told.append(ToldSection(title, lines))
    return Explanation(result.id, result.name, batch.period, batch.as_of, tuple(told))


_SECTIONS = (
    ("Kết luận", parts.conclusion),
    ("Cán bộ theo danh mục", parts.roster),
    ("Vấn đề ở hồ sơ", parts.findings),
    ("Thuộc diện đánh giá trong quý", parts.standing),
    ("Phần A: tiêu chí chung", parts.general),
    ("Phần B: sản phẩm và điểm từng trục", parts.axes),
    ("Tổng điểm", parts.total),
    ("Tập thể do cá nhân trực tiếp lãnh đạo, quản lý", parts.collective),
    ("Kết quả của cá nhân và từng mức đã xét", parts.levels),
    ("Các bước đề xuất", parts.stages),
    ("Nhóm tương đồng, thứ tự và tỷ lệ", parts.group),
    ("Thời hạn nộp hồ sơ", parts.timeliness),
    ("Còn chờ", parts.waits),
)


def nearest(wanted: str, roster: Roster) -> list[str]:
    """Ids a person may have meant: the same letters in other case, the same name, else the most alike."""
    key = match_key(wanted)
    same = [item.id for item in roster.officers.values() if key in (match_key(item.id), match_key(item.name))]
    if same:
        return same[:_SUGGESTED]
    folded = {match_key(ident): ident for ident in roster.officers}
    return [folded[found] for found in difflib.get_close_matches(key, folded, _SUGGESTED, _ALIKE)]


def _unknown(wanted: str, roster: Roster) -> str:
    text = say("explain.explain.no_officer", wanted=wanted)
    close = nearest(wanted, roster)
    if not close:
        return say("explain.explain.where_ids", text=text)
    return say("explain.explain.did_you_mean", text=text, names=_named(close, roster))


def _named(ids: Iterable[str], roster: Roster) -> str:
    return ", ".join(f"{ident} ({roster.officers[ident].name})" for ident in ids)


def open_matter(explanation: Explanation, result: OfficerResult) -> bool:
    """Whether somebody still has to look at this officer (exit code 1): a finding or something that is waited for."""
    return bool(result.waits_for) or any(line.urgent for section in explanation.sections for line in section.lines)
