"""Mutation testing of rules/ or render/tables/ in a copy of the tree (results and survivors: docs/dev/mutation.md).

    pip install mutmut==3.8.1
    python tests/mutation/run.py                            # every module
    python tests/mutation/run.py level quota                # these modules
    python tests/mutation/run.py 'level.x__gap*'            # these mutants, by mutmut's names
    python tests/mutation/run.py --room tables counts       # a module of render/tables/

The folder stays: there `mutmut show NAME` gives a mutant whole, and running again with ``--into`` tests what changed.
Exit code 0 whatever survived.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"rules": "qeval_batch/rules", "tables": "qeval_batch/render/tables"}
LAW = ("mutation/law_at_once.py", "test_rules_score.py", "test_rules_trace.py")
TABLES = ("test_render_goldens.py", "test_render_tables.py")
# What the law tables do not reach, or the goldens.
MORE = {
    "collective": ("test_checks_collective.py",),
    "eligibility": ("test_rules_transfer.py",),
    "months": ("test_rules_months.py",),
    "quota": ("test_rules_quota.py",),
    "transfer": ("test_rules_transfer.py",),
    "axes": ("test_kinds_assessment.py",),
    "lists": ("test_status.py",),
    "dossiers": ("test_status.py",),
}
# Plugins that cost a tenth of a second or more for each mutant and find nothing here.
NO_PLUGINS = ("cacheprovider", "xdist", "unraisableexception", "threadexception")
# Those tests walk the law tables once more and ask less of each case than `law_at_once`.
NO_TESTS = "not law_tables and not every_line and not every_officer"
COPIED = ("qeval_batch", "forms", "templates", "tests", "docs", "setup.cfg", "pyproject.toml", "README.md")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="modules of the room, or mutants by name; default: every module")
    parser.add_argument("--room", choices=ROOMS, default="rules")
    parser.add_argument("--children", type=int, default=2, help="mutants tested at once")
    parser.add_argument("--into", type=Path, help="folder for the copy; default: a new temporary one")
    arguments = parser.parse_args()
    copy = arguments.into or Path(tempfile.mkdtemp(prefix="mutation-"))
    print(f"copy in {copy}", flush=True)
    room = ROOMS[arguments.room]
    what = arguments.what or modules(room)
    chosen = list(dict.fromkeys(item.partition(".")[0] for item in what))
    prepare(chosen, copy, room)
    # Named ones are tested again; without names mutmut goes on where it stopped.
    names = [f"{dotted(room)}{item}" for item in what if "." in item]
    done = mutmut(copy, "run", "--max-children", str(arguments.children), *names)
    if done.returncode:
        sys.exit(tail(done.stdout))
    for module in chosen:
        print(report(module, copy, room), flush=True)


def modules(room: str) -> list[str]:
    """The modules of a room that hold any function."""
    return sorted(path.stem for path in (ROOT / room).glob("*.py") if "\ndef " in path.read_text("utf-8"))


def dotted(room: str) -> str:
    return room.replace("/", ".") + "."


def prepare(chosen: Sequence[str], copy: Path, room: str) -> None:
    """A copy of the tree whose setup.cfg tells mutmut what to mutate and which tests to run."""
    for name in COPIED:
        source, target = ROOT / name, copy / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    always = LAW if room == ROOMS["rules"] else TABLES
    tests = [f"tests/{name}" for name in (*always, *(name for module in chosen for name in MORE.get(module, ())))]
    settings = {
        "source_paths": ["qeval_batch"], "only_mutate": [f"{room}/{module}.py" for module in chosen],
        "also_copy": [name for name in COPIED if name != "qeval_batch"],
        "pytest_add_cli_args_test_selection": tests,
        "pytest_add_cli_args": ["-oaddopts=-q", "--hypothesis-seed=0", f"-k={NO_TESTS}",
                                *(f"-pno:{name}" for name in NO_PLUGINS)],
        "timeout_multiplier": ["6"],
    }
    with (copy / "setup.cfg").open("a", encoding="utf-8") as config:
        config.write("\n[mutmut]\n" + "".join(f"{key} =\n" + "".join(f"    {value}\n" for value in values)
                                              if len(values) > 1 else f"{key} = {values[0]}\n"
                                              for key, values in settings.items()))


def mutmut(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """mutmut in ``copy``, which alone tells what is imported."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run([sys.executable, "-m", "tests.mutation.quick", *arguments], cwd=copy, env=env, check=False,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")


def tail(output: str) -> str:
    """The end of what mutmut printed, without its spinners."""
    return "\n".join(line for line in output.splitlines() if line.strip() and line[0] not in "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")[-2000:]


def report(module: str, copy: Path, room: str) -> str:
    """One row of the table of docs/dev/mutation.md and every mutant that lived, with its change."""
    from mutmut.stats import status_by_exit_code

    codes = json.loads((copy / "mutants" / room / f"{module}.py.meta").read_text("utf-8"))["exit_code_by_key"]
    status = {name: status_by_exit_code[code] for name, code in codes.items()}
    count = Counter(status.values())
    row = [module, len(status), count["killed"], count["timeout"], count["survived"], count["no tests"],
           len(status) - sum(count[name] for name in ("killed", "timeout", "survived", "no tests"))]
    lived = [name for name, how in status.items() if how not in ("killed", "not checked")]
    changes = changed(copy / "mutants" / room / f"{module}.py")
    told = [f"{status[name]}: {name.removeprefix(dotted(room))}\n{changes(name)}" for name in lived]
    return "\n".join(["| " + " | ".join(map(str, row)) + " |", *told])


def changed(mutated: Path) -> Callable[[str], str]:
    """Of a mutant's name the lines that differ; `mutmut show` parses the whole file anew for each."""
    text = mutated.read_text("utf-8")
    lines = text.splitlines()
    functions = {node.name: lines[node.lineno:node.end_lineno] for node in ast.walk(ast.parse(text))
                 if isinstance(node, ast.FunctionDef)}

    def difference(name: str) -> str:
        mutant = name.rpartition(".")[2]
        original = f"{mutant.partition('__mutmut_')[0]}__mutmut_orig"
        found = difflib.unified_diff(functions[original], functions[mutant], n=0, lineterm="")
        return "\n".join(f"    {line}" for line in found if line[:2] not in ("--", "++", "@@"))

    return difference


if __name__ == "__main__":
    main()
