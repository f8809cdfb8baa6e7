"""YAML with places: one pass gives the values and the line of each, so every refusal names file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from qeval_batch.core.files import Barred, read_file
from qeval_batch.core.say import say
from qeval_batch.spec.explain import explain, loc_path, syntax_words

Model = TypeVar("Model", bound=BaseModel)
YamlPath = Sequence[str | int]
# The whole policy has 100 KB.
_MAX_BYTES = 4 * 2**20


@dataclass(frozen=True, order=True)
class SpecProblem:
    """One fault of a form, policy or template file. ``line`` is 1-based; 0 where the whole file is meant."""

    file: str
    line: int
    what: str
    cure: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what} {self.cure}".rstrip()


class SpecError(Exception):
    """Forms or policy cannot be used; carries every problem found (exit code 2)."""

    def __init__(self, problems: Sequence[SpecProblem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Document:
    """One parsed file: its values, and the nodes that know on which line each key and item stands."""

    name: str
    data: Any
    root: Node | None = None

    def line(self, path: YamlPath) -> int:
        """The line of the deepest part of ``path`` that exists in the file."""
        node, line = self.root, 1
        for step in path:
            found = _step(node, step)
            if found is None:
                break
            line, node = found
        return line

    def problem(self, path: YamlPath, what: str, cure: str = "") -> SpecProblem:
        """A problem at ``path``: keys of maps as text, items of lists by index."""
        return SpecProblem(self.name, self.line(path), what, cure)


def parse(path: Path, name: str, *, pure: bool = False) -> Document:
    """Read one YAML file; SpecError for text that is no YAML, is not UTF-8, has a key twice, an alias or a tag.

    ``pure`` keeps to the reader written in Python where the ten times faster C one is installed too.
    """
    try:
        root = YAML(typ="safe", pure=pure).compose(read_file(path, _MAX_BYTES).decode("utf-8-sig"))
    except Barred as error:
        raise SpecError([SpecProblem(name, 0, str(error))]) from error
    except RecursionError as error:
        raise SpecError([SpecProblem(name, 0, say("spec.yamlio.too_deep"), say("spec.yamlio.too_deep_cure"))]) from error
    except MarkedYAMLError as error:
        raise SpecError([SpecProblem(name, _mark(error), say("spec.yamlio.not_yaml", why=syntax_words(error)),
                                     say("spec.yamlio.not_yaml_cure"))]) from error
    except (UnicodeDecodeError, YAMLError) as error:
        raise SpecError([SpecProblem(name, 0, say("spec.yamlio.not_utf8"),
                                     say("spec.yamlio.not_utf8_cure"))]) from error
    problems: list[SpecProblem] = []
    data = _value(root, name, problems, set()) if root is not None else {}
    if not problems and not isinstance(data, dict):
        problems.append(SpecProblem(name, 1, say("spec.yamlio.not_keys"), "Xem docs/forms.md."))
    if problems:
        raise SpecError(problems)
    return Document(name, data, root)


def build(model: type[Model], document: Document, path: YamlPath = ()) -> Model:
    """``document`` (or the part of it at ``path``) as ``model``; SpecError naming each wrong line."""
    node = document.data
    for step in path:
        node = node[step]
    try:
        return model.model_validate(node)
    except ValidationError as error:
        raise SpecError([
            document.problem([*path, *loc_path(item)], *explain(item)) for item in error.errors()
        ]) from error


def walk(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every map below ``node`` with the path to it, in the file's order."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from walk(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, (*path, index))


def _step(node: Node | None, step: str | int) -> tuple[int, Node] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None


def _value(node: Node, name: str, problems: list[SpecProblem], seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    if id(node) in seen:
        problems.append(SpecProblem(name, line, say("spec.yamlio.anchors"), say("spec.yamlio.anchors_cure")))
        return None
    seen.add(id(node))
    if isinstance(node, MappingNode):
        return _mapping(node, name, problems, seen)
    if isinstance(node, SequenceNode):
        return [_value(item, name, problems, seen) for item in node.value]
    tag = str(node.tag)
    if tag not in _SCALARS:
        problems.append(SpecProblem(name, line, say("spec.yamlio.tag", tag=tag), say("spec.yamlio.tag_cure")))
        return None
    return _SCALARS[tag](node.value)


def _mapping(node: MappingNode, name: str, problems: list[SpecProblem], seen: set[int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            problems.append(SpecProblem(name, line, say("spec.yamlio.key_type"), "Xem docs/forms.md."))
            continue
        key = str(key_node.value)
        if key in result:
            problems.append(SpecProblem(name, line, say("spec.yamlio.key_twice", key=key, line=lines[key]),
                                        say("spec.yamlio.key_twice_cure")))
            continue
        lines[key] = line
        result[key] = _value(value_node, name, problems, seen)
    return result


def _integer(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text


def _decimal(text: str) -> Decimal | str:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return value if value.is_finite() else text


def _date(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


_YAML = "tag:yaml.org,2002:"
_SCALARS: Mapping[str, Callable[[str], Any]] = {
    f"{_YAML}str": str,
    f"{_YAML}null": lambda text: None,
    f"{_YAML}bool": lambda text: text.lower() == "true",
    f"{_YAML}int": _integer,
    f"{_YAML}float": _decimal,
    f"{_YAML}timestamp": _date,
}


def _mark(error: MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark is not None else 0
