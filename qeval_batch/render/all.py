"""Every output of a run, as a list of jobs that each give the bytes of one file.

The list is data: which file, which paper, for whom. Whoever runs it may do so in any order or in several processes;
``manifest.json`` is made last, from the hashes of what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qeval_batch.batch import Batch
from qeval_batch.render import wording
from qeval_batch.render.letter_context import by_decider
from qeval_batch.render.letter_words import LOWER
from qeval_batch.render.manifest import FILE_NAME, manifest_json, sha256
from qeval_batch.render.names import file_stems
from qeval_batch.results import OfficerResult

if TYPE_CHECKING:
    from qeval_batch.render.letters import Letters

Papers = Literal["core", "all"]
Progress = Callable[[Sequence["Job"]], Iterable["Job"]]
Scope = Literal["all", "block", "central", "lower", "unit"]


@dataclass(frozen=True)
class Job:
    """One output: its path under the quarter's folder, the maker's name in ``_MAKERS``, and whom it concerns."""

    path: str
    maker: str
    scope: Scope = "all"
    of: str = ""


def render_all(batch: Batch, templates_dir: Path, target: Path, papers: Papers, progress: Progress = iter) -> None:
    """Write every output of the run into ``target`` (an empty folder) and the manifest over them."""
    _write(batch, templates_dir, target, plan(batch, papers), progress)


def render_unit(batch: Batch, templates_dir: Path, target: Path, unit: str) -> None:
    """Write one unit's papers and its officers' into ``target``, with a manifest."""
    _write(batch, templates_dir, target, plan_unit(batch, unit), iter)


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
    if papers == "all":
        units = [unit.id for unit, _ in wording.arranged(batch, batch.result.officers)]
        stems = file_stems(units)
        jobs += [job for unit in units for job in _unit_papers(batch, unit, f"don-vi/{stems[unit]}/", stems[unit])]
        jobs += _own_papers(wording.in_paper_order(batch, batch.result.officers))
    return jobs


def plan_unit(batch: Batch, unit: str) -> list[Job]:
    """One unit's papers, at the top of their folder."""
    officers = [item for item in batch.result.officers if item.unit == unit]
    own = _own_papers(wording.in_paper_order(batch, officers))
    return [*_unit_papers(batch, unit, "", file_stems([unit])[unit]), *own]


def make(job: Job, batch: Batch, letters: Callable[[], Letters]) -> bytes:
    """The bytes of one output. ``letters`` is called only for a Word paper."""
    return _MAKERS[job.maker](job, batch, letters)


def _write(batch: Batch, templates_dir: Path, target: Path, jobs: Sequence[Job], progress: Progress) -> None:
    made: list[Letters] = []

    def letters() -> Letters:
        if not made:
            from qeval_batch.render.letters import Letters

            made.append(Letters(templates_dir))
        return made[0]

    hashes: dict[str, str] = {}
    for job in progress(jobs):
        data = make(job, batch, letters)
        place = target / job.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        hashes[job.path] = sha256(data)
    (target / FILE_NAME).write_bytes(manifest_json(batch, hashes))


def _both(stem: str, scope: Scope, of: str = "") -> list[Job]:
    return [Job(f"{stem}.xlsx", "mau8_xlsx", scope, of), Job(f"{stem}.docx", "mau8_docx", scope, of)]


def _unit_papers(batch: Batch, unit: str, folder: str, stem: str) -> list[Job]:
    summary = _both(f"{folder}mau-8-{stem}", "unit", unit) if _scope(batch, "unit", unit) else []
    return [*summary, Job(f"{folder}to-trinh-{stem}.docx", "to_trinh_unit", "unit", unit)]


def _own_papers(officers: Sequence[OfficerResult]) -> list[Job]:
    listed = wording.graded_scope(officers)
    stems = file_stems([item.id for item in listed])
    return [Job(f"ca-nhan/mau-7-{stems[item.id]}.docx", "mau7_docx", of=item.id) for item in listed]


def _blocks(batch: Batch) -> list[str]:
    """Blocks with somebody to list, in the forms' order; one the forms do not know comes after them."""
    known = [option.code for option in batch.spec.lists["blocks"].options]
    used = {_block(batch, item) for item in _scope(batch, "all", "")}
    return [*(code for code in known if code in used), *sorted(used - set(known))]


def _scope(batch: Batch, scope: Scope, of: str) -> list[OfficerResult]:
    """The officers of a summary, in the order of papers: those Ban Thường vụ decides on, whole or of one block; the
    centre's (R52) and the lower levels' each in a summary of their own; a unit's, but for the centre's."""
    own, central, lower = by_decider(batch)
    chosen = {
        "all": own, "central": central, "lower": lower,
        "block": [item for item in own if _block(batch, item) == of],
        "unit": [item for item in (*own, *lower) if item.unit == of],
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
    central, deciders = str(policy.value("central_authority")), policy.value("deciding_by_authority")
    kind = {code: "central" if code == central else "lower" if code == LOWER else "all" for code in deciders}
    names = dict.fromkeys(str(name) for code, name in deciders.items() if kind[code] == job.scope)
    return f"Cán bộ do {', '.join(names)} quyết định xếp loại"


def _mau8_xlsx(job: Job, batch: Batch, letters: Callable[[], Letters]) -> bytes:
    from qeval_batch.render.mau8 import mau8

    del letters
    return mau8(batch, _scope(batch, job.scope, job.of), _title(batch, job), _stage(job))


def _mau8_docx(job: Job, batch: Batch, letters: Callable[[], Letters]) -> bytes:
    officers = wording.graded_scope(_scope(batch, job.scope, job.of))
    return letters().mau8(batch, officers, _title(batch, job), _stage(job))


def _stage(job: Job) -> Literal["proposed", "unit"]:
    return "unit" if job.scope == "unit" else "proposed"


def _table(module: str, function: str) -> Callable[[Job, Batch, Callable[[], Letters]], bytes]:
    def run(job: Job, batch: Batch, letters: Callable[[], Letters]) -> bytes:
        import importlib

        del job, letters
        data = getattr(importlib.import_module(f"qeval_batch.render.{module}"), function)(batch)
        assert isinstance(data, bytes)
        return data

    return run


_MAKERS: Mapping[str, Callable[[Job, Batch, Callable[[], Letters]], bytes]] = {
    "mau8_xlsx": _mau8_xlsx,
    "mau8_docx": _mau8_docx,
    "mau7_xlsx": _table("mau7", "mau7"),
    "ranking": _table("ranking", "ranking"),
    "counts": _table("counts", "counts"),
    "lists": _table("lists", "lists"),
    "dossiers": _table("dossiers", "dossiers"),
    "axes": _table("axes", "axes"),
    "changed": _table("changed", "changed"),
    "results_json": _table("results", "results_json"),
    "results_csv": _table("results", "results_csv"),
    "report_xlsx": _table("report", "report_xlsx"),
    "report_txt": _table("report", "report_txt"),
    "mau7_docx": lambda job, batch, letters: letters().mau7(batch, batch.result.officer(job.of)),
    "to_trinh_btv": lambda job, batch, letters: letters().to_trinh_btv(batch),
    "to_trinh_unit": lambda job, batch, letters: letters().to_trinh_unit(batch, job.of),
}
