"""Every output of a run, as a list of jobs that each give the bytes of one file.

The list is data: which file, which paper, for whom. Whoever runs it may do so in any order or in several processes;
``manifest.json`` is made last, from the hashes of what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding, Part, Where, finding, in_order
from qeval_batch.model.manifest import FILE_NAME, manifest_json, sha256
from qeval_batch.model.results import OfficerResult
from qeval_batch.render import wording
from qeval_batch.render.counting import by_decider
from qeval_batch.render.letters import forms
from qeval_batch.render.names import file_stems
from qeval_batch.render.replies import plan as answer_plan
from qeval_batch.render.replies.plan import Reply
from qeval_batch.render.tables.axes import axes
from qeval_batch.render.tables.changed import changed
from qeval_batch.render.tables.counts import counts
from qeval_batch.render.tables.dossiers import dossiers
from qeval_batch.render.tables.lists import lists
from qeval_batch.render.tables.mau7 import mau7
from qeval_batch.render.tables.mau8 import mau8
from qeval_batch.render.tables.ranking import ranking
from qeval_batch.render.tables.report import report_txt, report_xlsx
from qeval_batch.render.tables.results import results_csv, results_json
from qeval_batch.spec.yamlio import SpecError

if TYPE_CHECKING:
    from qeval_batch.render.letters.letters import Letters
    from qeval_batch.render.replies.replies import Replies

# These tell what became of the other papers.
_TELLING = frozenset(("results_json", "results_csv", "report_xlsx", "report_txt"))

Papers = Literal["core", "all"]
_Progress = Callable[[Sequence["Job"]], Iterable["Job"]]
_Scope = Literal["all", "block", "central", "lower", "unit"]


@dataclass(frozen=True)
class Job:
    """One output: its path under the quarter's folder, the maker's name in ``_MAKERS``, and whom it concerns."""

    path: str
    maker: str
    scope: _Scope = "all"
    of: str = ""


def render_all(batch: Batch, templates_dir: Path, target: Path, papers: Papers,
               progress: _Progress = iter) -> tuple[Finding, ...]:
    """Write every output of the run into ``target`` (an empty folder) and the manifest over them; what is told of
    papers whose template is at fault."""
    return _write(batch, templates_dir, target, plan(batch, papers), progress)


def render_unit(batch: Batch, templates_dir: Path, target: Path, unit: str) -> tuple[Finding, ...]:
    """Write one unit's papers and its officers' into ``target``, with a manifest."""
    return _write(batch, templates_dir, target, plan_unit(batch, unit), iter)


def plan(batch: Batch, papers: Papers) -> list[Job]:
    """What a run gives out (forms.md, what comes out): `core` for meeting and clerk, `all` with every unit's."""
    jobs = _both("mau-8-toan-tinh", "all")
    jobs += [job for code in _blocks(batch) for job in _both(f"mau-8-khoi-{file_stems([code])[code]}", "block", code)]
    jobs += _both("mau-6", "central") if _scope(batch, "central", "") else []
    jobs += _both("mau-8-cap-duoi", "lower") if _scope(batch, "lower", "") else []
    jobs += [Job("mau-7.xlsx", "mau7_xlsx"), Job("xep-hang.xlsx", "ranking"), Job("thong-ke-nhom.xlsx", "counts"),
             Job("danh-sach.xlsx", "lists"), Job("ho-so.xlsx", "dossiers"),
             Job("to-trinh-ban-thuong-vu.docx", "to_trinh_btv"),
             Job("results.json", "results_json"), Job("results.csv", "results_csv"),
             Job("bao-cao-chay.xlsx", "report_xlsx"), Job("bao-cao-chay.txt", "report_txt")]
    if batch.result.comparisons or batch.result.indicators:
        jobs.append(Job("doi-chieu-truc.xlsx", "axes"))
    if batch.replaced:
        jobs.append(Job("thay-doi.xlsx", "changed"))
    for answer in answer_plan.answers(batch).values():
        jobs += _answer_papers(answer)
    reminded = answer_plan.reminded(batch)
    jobs += [Job(path, "reminder", "unit", unit) for unit, path in reminded.items()]
    jobs += [Job(f"{answer_plan.REMINDERS}/danh-sach-nhac-nop.xlsx", "reminders")] if reminded else []
    if papers == "all":
        units = [unit.id for unit, _ in wording.arranged(batch, batch.result.listed) if _declared(batch, unit.id)]
        stems = file_stems(units)
        jobs += [job for unit in units for job in _unit_papers(batch, unit, f"don-vi/{stems[unit]}/", stems[unit])]
        jobs += _own_papers(wording.in_paper_order(batch, filter(partial(_assessed, batch), batch.result.officers)))
    return jobs


def plan_unit(batch: Batch, unit: str) -> list[Job]:
    """One unit's papers, at the top of their folder."""
    officers = [item for item in batch.result.officers if item.unit == unit and _assessed(batch, item)]
    own = _own_papers(wording.in_paper_order(batch, officers))
    answer = answer_plan.answers(batch).get(unit)
    declared = _unit_papers(batch, unit, "", file_stems([unit])[unit]) if _declared(batch, unit) else []
    return [*declared, *own, *(_answer_papers(answer) if answer else ())]


def _declared(batch: Batch, unit: str) -> bool:
    """Whether something the unit declared of itself or its officers can be used: of nothing no paper is made (R85)."""
    record = batch.records.get(unit)
    return record is not None and bool(record.collective or record.sheets or record.proposals)


def _assessed(batch: Batch, officer: OfficerResult) -> bool:
    """Whether the officer's self-assessment can be used: a paper of one that cannot would say none for unknown (R85)."""
    record = batch.records.get(officer.unit)
    return officer.here and record is not None and officer.id in record.sheets


def make(job: Job, batch: Batch, kit: Kit) -> bytes:
    """The bytes of one output."""
    return _MAKERS[job.maker](job, batch, kit)


class Kit:
    """What several outputs share, made when the first asks for it."""

    def __init__(self, batch: Batch, templates_dir: Path, until: ExitStack) -> None:
        """``until``: ends what was opened for the outputs."""
        self._batch, self._templates, self._until = batch, templates_dir, until

    @cached_property
    def letters(self) -> Letters:
        from qeval_batch.render.letters.letters import Letters

        return Letters(self._templates)

    @cached_property
    def answers(self) -> Replies:
        from qeval_batch.render.replies.replies import Killable, Replies

        return Replies(self._batch, lambda: self.letters, Killable(self._until))


def _write(batch: Batch, templates_dir: Path, target: Path, jobs: Sequence[Job],
           progress: _Progress) -> tuple[Finding, ...]:
    hashes: dict[str, str] = {}
    faults: list[Finding] = []
    with ExitStack() as until:
        kit = Kit(batch, templates_dir, until)
        # What tells of the others is made last.
        for job in progress(sorted(jobs, key=lambda item: item.maker in _TELLING)):
            try:
                data = make(job, _told(batch, faults) if job.maker in _TELLING else batch, kit)
            except SpecError as error:
                faults.append(_not_made(job, error))
                continue
            place = target / job.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            hashes[job.path] = sha256(data)
    (target / FILE_NAME).write_bytes(manifest_json(batch, hashes))
    return tuple(in_order(faults))


def _not_made(job: Job, error: SpecError) -> Finding:
    """A paper whose template is at fault: somebody's file, so the rest of the run is not its price."""
    problem = error.problems[0]
    unit = job.of if job.scope == "unit" else None
    return finding("PAPER_NOT_MADE", Where(Part.PAPER, unit, file=problem.file), paper=job.path, what=problem.what,
                   cure=problem.cure)


def _told(batch: Batch, faults: Sequence[Finding]) -> Batch:
    if not faults:
        return batch
    return replace(batch, result=replace(batch.result, findings=tuple(in_order([*batch.result.findings, *faults]))))


def _both(stem: str, scope: _Scope, of: str = "") -> list[Job]:
    return [Job(f"{stem}.xlsx", "mau8_xlsx", scope, of), Job(f"{stem}.docx", "mau8_docx", scope, of)]


def _unit_papers(batch: Batch, unit: str, folder: str, stem: str) -> list[Job]:
    summary = _both(f"{folder}mau-8-{stem}", "unit", unit) if _scope(batch, "unit", unit) else []
    return [*summary, Job(f"{folder}to-trinh-{stem}.docx", "to_trinh_unit", "unit", unit)]


def _answer_papers(answer: Reply) -> list[Job]:
    """Copies, note and mail of one unit, one after the other: the mail carries what was just made."""
    copies = [Job(item.path, "annotated_copy", "unit", answer.unit) for item in answer.copies]
    return [*copies, Job(answer.note, "return_note", "unit", answer.unit),
            Job(answer.mail, "return_mail", "unit", answer.unit)]


def _own_papers(officers: Sequence[OfficerResult]) -> list[Job]:
    listed = wording.graded_scope(officers)
    stems = file_stems([item.id for item in listed])
    return [Job(f"ca-nhan/mau-7-{stems[item.id]}.docx", "mau7_docx", of=item.id) for item in listed]


def _blocks(batch: Batch) -> list[str]:
    """Blocks with somebody to list, in the forms' order; one the forms do not know comes after them."""
    known = [option.code for option in batch.spec.lists["blocks"].options]
    used = {_block(batch, item) for item in _scope(batch, "all", "")}
    return [*(code for code in known if code in used), *sorted(used - set(known))]


def _scope(batch: Batch, scope: _Scope, of: str) -> list[OfficerResult]:
    """The officers of a summary, in the order of papers: those Ban Thường vụ decides on, whole or of one block; the
    centre's (R52) and the lower levels' each in a summary of their own; a unit's, but for the centre's."""
    own, central, lower = by_decider(batch)
    chosen = {
        "all": own, "central": central, "lower": lower,
        "block": [item for item in own if _block(batch, item) == of],
        "unit": [item for item in own if item.unit == of],
    }[scope]
    return wording.in_paper_order(batch, chosen)


def _block(batch: Batch, officer: OfficerResult) -> str:
    return batch.roster.units[officer.unit].block if officer.unit in batch.roster.units else ""


def _title(batch: Batch, job: Job) -> str:
    if job.scope == "block":
        return wording.block_name(batch, job.of)
    if job.scope == "unit":
        return wording.unit_name(batch, job.of)
    policy = batch.spec.policy
    central, deciders = policy.central_authority, policy.deciding_by_authority
    kind = {code: "central" if code == central else "lower" if code == policy.lower_authority else "all" for code in deciders}
    names = dict.fromkeys(name for code, name in deciders.items() if kind[code] == job.scope)
    return say("run.papers.graded_by", names=", ".join(names))


def _mau8_xlsx(job: Job, batch: Batch, kit: Kit) -> bytes:
    del kit
    officers, stage = _scope(batch, job.scope, job.of), _stage(job)
    words = forms.mau8(batch, wording.graded_scope(officers), _title(batch, job), stage)
    return mau8(batch, officers, words, by_unit=stage == "unit")


def _mau8_docx(job: Job, batch: Batch, kit: Kit) -> bytes:
    officers = wording.graded_scope(_scope(batch, job.scope, job.of))
    return kit.letters.mau8(batch, officers, _title(batch, job), _stage(job))


def _stage(job: Job) -> Literal["proposed", "unit"]:
    return "unit" if job.scope == "unit" else "proposed"


_MAKERS: Mapping[str, Callable[[Job, Batch, Kit], bytes]] = {
    "mau8_xlsx": _mau8_xlsx,
    "mau8_docx": _mau8_docx,
    "mau7_xlsx": lambda job, batch, kit: mau7(batch),
    "ranking": lambda job, batch, kit: ranking(batch),
    "counts": lambda job, batch, kit: counts(batch),
    "lists": lambda job, batch, kit: lists(batch),
    "dossiers": lambda job, batch, kit: dossiers(batch),
    "axes": lambda job, batch, kit: axes(batch),
    "changed": lambda job, batch, kit: changed(batch),
    "results_json": lambda job, batch, kit: results_json(batch),
    "results_csv": lambda job, batch, kit: results_csv(batch),
    "report_xlsx": lambda job, batch, kit: report_xlsx(batch),
    "report_txt": lambda job, batch, kit: report_txt(batch),
    "mau7_docx": lambda job, batch, kit: kit.letters.mau7(batch, batch.result.officer(job.of)),
    "to_trinh_btv": lambda job, batch, kit: kit.letters.to_trinh_btv(batch),
    "to_trinh_unit": lambda job, batch, kit: kit.letters.to_trinh_unit(batch, job.of),
    "annotated_copy": lambda job, batch, kit: kit.answers.copy(job.of, job.path),
    "return_note": lambda job, batch, kit: kit.answers.note(job.of),
    "return_mail": lambda job, batch, kit: kit.answers.mail(job.of),
    "reminder": lambda job, batch, kit: kit.answers.reminder(job.of),
    "reminders": lambda job, batch, kit: kit.answers.reminders(),
}
