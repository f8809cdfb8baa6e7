"""Every sentence is declared once in messages/ and used; its slots are those its callers fill; none stands in a branch."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from qeval_batch.core.say import say, sentences

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "qeval_batch"
SOURCES = sorted(PACKAGE.rglob("*.py"))
# Catalogues of another shape: findings by code, closed lists, the prompts of a template's cells.
_OTHER = re.compile(r"findings-.*|words|prompts|procedure")
ROOMS = sorted(path.stem for path in (PACKAGE / "messages").glob("*.yaml") if not _OTHER.fullmatch(path.stem))
DECLARED = {f"{room}.{key}": entry for room in ROOMS for key, entry in sentences(room).items()}

# Modules whose sentences still stand in code, by folder: they are being moved room by room. The list only shrinks.
NOT_YET = {
    "demo/": "build faults province",
    "render/tables/": "axes changed counts dossiers findings lists mau7 mau8 measure officers policy policy_words "
        "projected ranking received report situation tasks waiting waivers working",
    "rules/": "case eligibility groups timeliness trace",
}
LEFT = {PACKAGE / folder / f"{name}.py" for folder, names in NOT_YET.items() for name in names.split()}


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            yield node


def _strings(path: Path) -> set[str]:
    return {node.value for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _speaks(text: str) -> bool:
    """Whether a text has a letter only Vietnamese writes."""
    return any(letter in "đĐ" or "\u0300" <= letter <= "\u0323" for letter in unicodedata.normalize("NFD", text))


def _in_branches(tree: ast.AST) -> Iterator[ast.Constant]:
    """Vietnamese texts inside functions; docstrings and decorators (what click prints) are declarations."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            body = function.body if isinstance(function.body, list) else [function.body]
            for node in (node for statement in body for node in ast.walk(statement)):
                declared = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
                if not declared and any(isinstance(child, ast.Constant) and isinstance(child.value, str)
                                        and _speaks(child.value) for child in ast.iter_child_nodes(node)):
                    yield from (child for child in ast.iter_child_nodes(node)
                                if isinstance(child, ast.Constant) and isinstance(child.value, str)
                                and _speaks(child.value))


def _found(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return sorted({f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}" for node in _in_branches(tree)})


def test_every_sentence_called_for_is_declared_with_those_slots():
    wrong = []
    for path in SOURCES:
        for call in _calls(path):
            place = f"{path.relative_to(ROOT)}:{call.lineno}"
            if not (len(call.args) == 1 and isinstance(call.args[0], ast.Constant)):
                if path.name != "say.py":
                    wrong.append(f"{place}: the id is not written out")
                continue
            entry = DECLARED.get(call.args[0].value)
            if entry is None:
                wrong.append(f"{place}: {call.args[0].value} is not declared")
            elif all(keyword.arg for keyword in call.keywords) and entry.slots != {item.arg for item in call.keywords}:
                wrong.append(f"{place}: {call.args[0].value} has slots {sorted(entry.slots)}")
    assert wrong == []


def test_every_sentence_declared_is_used():
    used = set().union(*(_strings(path) for path in SOURCES))
    assert set(DECLARED) - used == set()


def test_no_room_declares_a_sentence_twice_under_one_module():
    for room in ROOMS:
        texts: dict[tuple[str, str], str] = {}
        for key, entry in sentences(room).items():
            other = texts.setdefault((key.partition(".")[0], entry.text), key)
            assert other == key, f"{room}.{key} says what {room}.{other} says"


def test_a_text_in_a_branch_is_found_and_a_declaration_is_not():
    tree = ast.parse('A = "Đã khai"\n@command(help="Tùy chọn")\ndef f(x):\n    """Lời giới thiệu."""\n'
                     '    return f"Thiếu {x}" if x else {"a": "Đủ"}\n')
    assert sorted(node.value for node in _in_branches(tree)) == ["Thiếu ", "Đủ"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_sentence_stands_in_a_branch(path):
    assert _found(path) == [] or path in LEFT


def test_the_list_of_modules_to_mend_only_shrinks():
    assert [path for path in LEFT if not path.is_file() or not _found(path)] == []


def test_an_unknown_id_and_wrong_slots_are_defects():
    with pytest.raises(LookupError):
        say("messages.unknown")
    with pytest.raises(LookupError):
        say("nowhere.unknown")
    with pytest.raises(LookupError):
        say("messages.lifted", by="A")
    with pytest.raises(LookupError):
        say("messages.lifted", by="A", reason="B", more="C")
    assert say("messages.lifted", by="A", reason="{B}") == "Không phải sửa: A đã miễn, lý do «{B}»."
