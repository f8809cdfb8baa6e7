"""setup.cfg names a lowest version of every library, and tests/lowest.py turns them into pip's constraints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import lowest
import pytest

ROOT = Path(__file__).resolve().parent.parent
_ALL = [(part, wanted) for part, listed in lowest.requirements().items() for wanted in listed]


@pytest.mark.parametrize(("part", "wanted"), _ALL, ids=[f"{part}:{wanted.name}" for part, wanted in _ALL])
def test_every_library_has_one_lowest_version_and_a_line_that_says_why(part, wanted):
    assert len(wanted.versions(">=", "==")) == 1 and wanted.versions("~=", ">") == []
    page = (ROOT / "docs" / "dev" / "dependencies.md").read_text("utf-8")
    (low,) = wanted.versions(">=", "==")
    assert re.search(rf"^\| {re.escape(wanted.name)} \| {re.escape(low)} \| \S", page, re.MULTILINE)


def test_a_library_used_through_its_inner_modules_has_a_highest_version_too():
    (oxmsg,) = [wanted for part, wanted in _ALL if wanted.name == "python-oxmsg"]
    assert oxmsg.versions("<", "<=", "==")


def test_a_library_named_twice_has_one_lowest_version():
    names = [line.partition("==")[0].lower() for line in lowest.constraints()]
    assert len(set(names)) == len(names)


def test_the_build_asks_for_no_other_setuptools_than_the_tests():
    (setuptools,) = [wanted for part, wanted in _ALL if wanted.name == "setuptools"]
    assert f'"setuptools>={setuptools.versions(">=")[0]}"' in (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize(("line", "constraint"), [
    ("click>=8.2", "click==8.2"),
    ("xlsxwriter >= 3.2, < 4", "xlsxwriter==3.2"),
    ("ruamel.yaml.clib>=0.2.8; python_version < \"3.15\"", "ruamel.yaml.clib==0.2.8; python_version < \"3.15\""),
    ("coverage[toml]>=7,!=7.1", "coverage==7"),
    ("wheel==0.45", "wheel==0.45")])
def test_a_line_becomes_a_constraint(line, constraint):
    assert lowest.parse(line).constraint == constraint


@pytest.mark.parametrize("line", ["wheel", "wheel<1", "wheel>0.40", "wheel>=1,>=2"])
def test_a_line_without_one_lowest_version_is_refused(line):
    with pytest.raises(ValueError):
        _ = lowest.parse(line).constraint


@pytest.mark.parametrize("line", [">=1", "wheel>=1 || <2", "wheel @ file:///wheel.whl", "wheel>=1,"])
def test_what_is_no_requirement_is_refused(line):
    with pytest.raises(ValueError, match="no requirement"):
        lowest.parse(line)


def test_the_command_writes_a_line_for_each(tmp_path):
    done = subprocess.run([sys.executable, ROOT / "tests" / "lowest.py"], cwd=tmp_path, capture_output=True, text=True,
                          check=True)
    assert done.stdout.splitlines() == lowest.constraints()
    assert {wanted.name for _, wanted in _ALL} == {line.partition("==")[0] for line in done.stdout.splitlines()}
