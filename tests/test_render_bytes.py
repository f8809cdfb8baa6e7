"""Equal batches give equal bytes, whatever the hash seed, time zone or locale; the plan and the manifest cover all."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import batch_builders
import pytest

from qeval_batch.papers import plan, plan_unit, render_all, render_unit

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
_RENDER = """
import sys
from pathlib import Path
import batch_builders
from qeval_batch.papers import render_all
render_all(batch_builders.province(), Path(sys.argv[1]), Path(sys.argv[2]), "all")
"""


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder).as_posix()): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("outbox")
    render_all(batch_builders.province(), TEMPLATES, target, "all")
    return target


def test_a_second_render_gives_the_same_bytes(rendered, tmp_path):
    render_all(batch_builders.province(), TEMPLATES, tmp_path, "all")
    assert contents(tmp_path) == contents(rendered)


@pytest.mark.parametrize(("seed", "zone", "locale"), [("1", "Asia/Ho_Chi_Minh", "C"), ("2", "America/Lima", "C.UTF-8")])
def test_no_hash_seed_time_zone_or_locale_shows(rendered, tmp_path, seed, zone, locale):
    search = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    subprocess.run([sys.executable, "-c", _RENDER, str(TEMPLATES), str(tmp_path)], check=True, cwd=tmp_path,
                   env={**os.environ, "PYTHONPATH": search, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale})
    assert contents(tmp_path) == contents(rendered)


def test_the_manifest_hashes_every_output_and_every_input(rendered):
    manifest = json.loads((rendered / "manifest.json").read_bytes())
    found = contents(rendered)
    del found["manifest.json"]
    assert {item["name"]: item["sha256"] for item in manifest["outputs"]} == found
    batch = batch_builders.province()
    assert {item["name"] for item in manifest["inputs"]} == {item.name for item in batch.result.files}
    assert manifest["policy_sha256"] == batch.spec.policy.sha256 and manifest["forms_sha256"] == batch.spec.sha256


def test_the_core_papers_are_those_the_meeting_needs():
    assert [job.path for job in plan(batch_builders.province(), "core")] == [
        "mau-8-toan-tinh.xlsx", "mau-8-toan-tinh.docx", "mau-8-khoi-dang.xlsx", "mau-8-khoi-dang.docx",
        "mau-8-khoi-mttq.xlsx", "mau-8-khoi-mttq.docx", "mau-8-khoi-ubnd.xlsx", "mau-8-khoi-ubnd.docx",
        "mau-8-khoi-xa.xlsx", "mau-8-khoi-xa.docx", "mau-6.xlsx", "mau-6.docx", "mau-7.xlsx", "xep-hang.xlsx",
        "thong-ke-nhom.xlsx", "danh-sach.xlsx", "ho-so.xlsx", "to-trinh-ban-thuong-vu.docx", "results.json", "results.csv",
        "bao-cao-chay.xlsx", "bao-cao-chay.txt", "bo-sung/DV001/phieu-bo-sung-DV001.docx", "bo-sung/DV001/thu-DV001.eml",
        "tra-lai/DV032/phieu-tra-lai-DV032.docx", "tra-lai/DV032/thu-DV032.eml",
        "nhac-nop/nhac-DV034.eml", "nhac-nop/danh-sach-nhac-nop.xlsx"]


def test_all_adds_each_units_and_each_officers_papers():
    batch = batch_builders.province()
    more = {job.path for job in plan(batch, "all")} - {job.path for job in plan(batch, "core")}
    assert "don-vi/DV031/mau-8-DV031.xlsx" in more and "don-vi/DV031/to-trinh-DV031.docx" in more
    assert "ca-nhan/mau-7-CB0016.docx" in more
    assert "ca-nhan/mau-7-CB0027.docx" not in more, "a member outside professional work is not evaluated (R02)"
    # DV001 has officers of the centre's class only: their summary is Mẫu 6, and no unit proposes for them (R52).
    assert not {path for path in more if path.startswith("don-vi/DV001/")}


def test_without_officers_of_the_centre_there_is_no_mau_6():
    paths = [job.path for job in plan(batch_builders.empty(), "all")]
    assert "mau-6.xlsx" not in paths and "mau-8-toan-tinh.xlsx" in paths


def test_one_unit_alone_gets_its_own_papers(tmp_path):
    batch = batch_builders.province()
    render_unit(batch, TEMPLATES, tmp_path, "DV031")
    assert set(contents(tmp_path)) == {job.path for job in plan_unit(batch, "DV031")} | {"manifest.json"}
    assert "mau-8-DV031.xlsx" in contents(tmp_path)


def test_an_empty_province_still_renders(tmp_path):
    render_all(batch_builders.empty(), TEMPLATES, tmp_path, "all")
    assert (tmp_path / "manifest.json").is_file()


def test_progress_sees_every_job_once(tmp_path):
    seen = []

    def watched(jobs):
        for job in jobs:
            seen.append(job.path)
            yield job

    batch = batch_builders.empty()
    render_all(batch, TEMPLATES, tmp_path, "core", watched)
    assert seen == [job.path for job in plan(batch, "core")]
