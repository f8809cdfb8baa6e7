"""Promises of the house: every message has words and a test, imports stay lazy, no clock or float where none may be."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from qeval_batch import messages
from qeval_batch.model.results import Flag, Status

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "qeval_batch"
SOURCES = sorted(PACKAGE.rglob("*.py"))
_CODE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")


def _strings(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_finding_code_is_raised_somewhere():
    used = set().union(*(_strings(path) for path in SOURCES))
    assert set(messages.catalogue()) - used == set()


def test_every_finding_code_is_tested_somewhere():
    tested = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*") if path.suffix in (".py", ".yaml"))
    assert {code for code in messages.catalogue() if code not in tested} == set()


def test_every_code_passed_to_finding_has_words():
    raised = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "finding" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    raised.add(first.value)
    assert raised and raised - set(messages.catalogue()) == set()


@pytest.mark.parametrize("code", sorted(messages.catalogue()))
def test_every_text_says_what_and_how_to_mend(code):
    text = messages.catalogue()[code]
    assert text.what.strip().endswith((".", "?", "!", "…")) and text.cure.strip(), code
    assert not re.search(r"[A-Za-z]+Error|None\b|NaN", text.what + text.cure)


def test_every_flag_and_status_has_words():
    words = messages.words()
    assert set(words["flag"]) == {flag.value for flag in Flag}
    assert set(words["status"]) == {status.value for status in Status}


@pytest.mark.parametrize("command", [["--help"], ["run", "--help"], ["forms", "check", "--help"]])
def test_help_loads_no_heavy_library(command):
    script = ("import sys\nfrom qeval_batch.cli.cli import cli\ntry:\n    cli.main(sys.argv[1:], standalone_mode=False)\n"
              "except SystemExit:\n    pass\n"
              "heavy = {'pandas', 'docxtpl', 'docx', 'openpyxl', 'xlsxwriter', 'numpy', 'pydantic'} & set(sys.modules)\n"
              "sys.exit(f'loaded: {heavy}' if heavy else 0)")
    done = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_clock_below_the_command_line():
    offenders = [f"{path.relative_to(ROOT)}:{number}" for path in SOURCES if path.parent.name != "cli"
                 for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
                 if re.search(r"\b(now|today|utcnow)\(", line)]
    assert offenders == []


# One of each: a second one would drift from the first. Pattern -> the module that has it.
TWINS = {
    r"\btimezone\(|timedelta\(hours=7\)|ZoneInfo": "core/period.py",           # Vietnam time
    r"udfff": "core/text.py",                                                # what no office file can carry
    r"items\[:most\]|_SHOWN\]": "core/listing.py",                           # a list cut short
    r"[\"'}]Relationship[\"']": "spreadsheet/parts.py",                       # who refers to what in a package
}


@pytest.mark.parametrize("pattern", TWINS)
def test_small_things_stand_once(pattern):
    assert {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")
            if re.search(pattern, path.read_text("utf-8"))} == {TWINS[pattern]}


def test_no_float_near_a_score_or_a_legal_value():
    offenders = []
    for path in [*sorted((PACKAGE / "rules").rglob("*.py")), *sorted((PACKAGE / "spec").rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
            is_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"
            if is_float or is_call:
                offenders.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert offenders == []


def test_ci_runs_the_second_readme_command():
    block = (ROOT / "README.md").read_text("utf-8").split("```sh\n")[1].split("```")[0].strip().splitlines()
    assert len(block) == 2 and "qeval demo" in block[0] and block[1].endswith("-m pytest")
    assert "README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_quick_suite_leaves_out_only_files_that_exist_and_keeps_the_law():
    slow = runpy.run_path(str(ROOT / "tests" / "conftest.py"))["SLOW"]
    assert {name for name in slow if not (ROOT / "tests" / name).is_file()} == set()
    assert not {name for name in slow if name.startswith(("test_rules_", "test_law", "test_house"))}


def _type_names(tree: ast.Module) -> set[str]:
    """The public classes and type aliases a module declares; type variables and private names do not count."""
    names = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
            if re.fullmatch(r"[A-Z]+[a-z]\w*", name) and not (isinstance(value, ast.Call)
                                                             and getattr(value.func, "id", "") == "TypeVar"):
                names.add(name)
    return {name for name in names if not name.startswith("_")}


def _declared(names_of: Callable[[ast.Module], set[str]]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for path in SOURCES:
        for name in names_of(ast.parse(path.read_text("utf-8"))):
            found[name].append(path.relative_to(PACKAGE).as_posix())
    return found


def test_no_public_type_name_stands_in_two_modules():
    """One word, one meaning: who reads a name knows which thing it is without looking where it came from."""
    declared = _declared(_type_names)
    assert len(declared) > 200
    assert {name: places for name, places in declared.items() if len(places) > 1} == {}


def test_no_predicate_of_one_name_stands_in_three_modules():
    """A question asked in many modules is one question with one answer, or several that need names of their own."""
    asked = _declared(lambda tree: {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
                                    and node.returns is not None and ast.unparse(node.returns) == "bool"})
    assert len(asked) > 50
    assert {name: places for name, places in asked.items() if len(places) > 2} == {}


def test_no_behaviour_hangs_on_how_a_code_is_spelt():
    """What kind of thing a finding is about is its family; a code is compared whole."""
    spelt = re.compile(r"\.code\.(?:startswith|endswith|split|partition)\(|(?:starts|ends)with\(\(?\"_?[A-Z]{2,}_|\.code\[")
    assert spelt.search('item.code.startswith(_CELL)') and spelt.search('x.startswith(("ROW_", "CELL_"))')
    assert [f"{path.relative_to(PACKAGE)}:{number}" for path in SOURCES
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if spelt.search(line)] == []
    assert {text.family for text in messages.catalogue().values()} == {
        path.stem.removeprefix("findings-") for path in (PACKAGE / "messages").glob("findings-*.yaml")}


def test_the_glossary_explains_the_words_the_code_uses():
    page = (ROOT / "docs" / "dev" / "glossary.md").read_text("utf-8").lower()
    classes = {node.name for path in (PACKAGE / "model").rglob("*.py") for node in ast.parse(path.read_text("utf-8")).body
               if isinstance(node, ast.ClassDef) and not node.name.startswith("_")}
    words = {re.findall(r"[A-Z][a-z]+", name)[-1].lower() for name in classes}
    terms = {term for row in re.findall(r"^\| ([^|]+) \|", page, re.M) for term in re.findall(r"[a-z]+", row)}
    # Words that mean here what they mean anywhere.
    assert sorted(words - terms - {"data", "kind", "ref", "sheets", "acts"}) == []
