"""An installed wheel works away from the repository: it carries forms, templates and messages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_SOURCES = ("qeval_batch", "forms", "templates", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The wheel of this checkout, installed into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    checkout.mkdir()
    for name in _SOURCES:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, checkout / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(checkout)], check=True,
                   capture_output=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True,
                   capture_output=True)
    return folder / "site"


def qeval(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run([sys.executable, "-m", "qeval_batch", *arguments], cwd=cwd, env=environment, text=True,
                          encoding="utf-8", capture_output=True, check=False)


def test_the_wheel_is_the_one_that_runs(site, tmp_path):
    where = subprocess.run([sys.executable, "-c", "import qeval_batch; print(qeval_batch.__file__)"], cwd=tmp_path,
                           env={**os.environ, "PYTHONPATH": str(site)}, text=True, capture_output=True, check=True)
    assert where.stdout.startswith(str(site))


def test_init_check_templates_and_run_away_from_the_repository(site, tmp_path):
    work = tmp_path / "thư mục làm việc"
    assert qeval(site, tmp_path, "init", str(work)).returncode == 0
    assert qeval(site, work, "forms", "check").returncode == 0
    assert qeval(site, work, "templates", "2026-Q3").returncode in (0, 1)
    sent = sorted((work / "outbox" / "2026-Q3-bieu-mau").rglob("*.xlsx"))
    assert sent
    shutil.copy2(sent[0], work / "inbox" / sent[0].name)
    done = qeval(site, work, "run", "2026-Q3", "--as-of", "2026-09-26")
    assert done.returncode == 1, done.stderr
    assert (work / "outbox" / "2026-Q3" / "to-trinh-ban-thuong-vu.docx").exists()
