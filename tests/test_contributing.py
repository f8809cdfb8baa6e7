"""Every recipe of CONTRIBUTING.md, carried out on a copy of the project as it is written there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_RECIPE = re.compile(r"^### (.+?)$\n(.*?)(?=^##|\Z)", re.M | re.S)
_STEP = re.compile(r"<!-- (append|create|after|run)(?: (\S+))?(?: «(.+?)»)? -->\n```\w+\n(.*?)```", re.S)
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "__pycache__", "*.egg-info", "node_modules", "inbox", "outbox", "data",
                                   "demo", "build", ".*_cache", ".hypothesis")


@dataclass(frozen=True)
class Step:
    """One marked block: what is done to which file, after which line, and the text."""

    deed: str
    path: str
    after: str
    text: str


def recipes() -> dict[str, list[Step]]:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return {title: [Step(*found.groups("")) for found in _STEP.finditer(body)] for title, body in _RECIPE.findall(page)}


def carry_out(step: Step, copy: Path) -> None:
    path = copy / step.path
    if step.deed == "run":
        for line in step.text.strip().splitlines():
            run(line, copy)
    elif step.deed == "create":
        assert not path.exists(), step.path
        path.write_text(step.text, "utf-8")
    elif step.deed == "append":
        path.write_text(path.read_text("utf-8") + step.text, "utf-8")
    else:
        lines = path.read_text("utf-8").splitlines(keepends=True)
        places = [number for number, line in enumerate(lines) if line.startswith(step.after)]
        assert len(places) == 1, (step.path, step.after, places)
        lines.insert(places[0] + 1, step.text)
        path.write_text("".join(lines), "utf-8")


def run(line: str, copy: Path) -> None:
    command = [sys.executable, *line.split()[1:]]
    env = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize("title", sorted(recipes()))
def test_the_recipe_works_as_written(title: str, tmp_path: Path):
    copy = tmp_path / "project"
    shutil.copytree(ROOT, copy, ignore=_LEFT_OUT)
    for folder in ("inbox", "outbox", "data"):
        (copy / folder).mkdir()
    steps = recipes()[title]
    assert steps and steps[-1].deed == "run"
    for step in steps:
        carry_out(step, copy)


def test_the_five_recipes_are_there():
    assert sorted(recipes()) == ["Add a check", "Add a column to a table", "Add a form kind", "Add a paper",
                                 "Add a rule with its policy key and law case"]


def test_a_recipe_that_fails_is_noticed(tmp_path: Path):
    with pytest.raises(AssertionError):
        carry_out(Step("run", "", "", "python -c raise(SystemExit(3))"), tmp_path)
