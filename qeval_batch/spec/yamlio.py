"""YAML with places: every refusal names file and line, says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, order=True)
class SpecProblem:
    """One fault of a form, policy or template file. ``line`` is 1-based; 0 where the whole file is meant."""

    file: str
    line: int
    what: str
    cure: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.cure}".rstrip()


class SpecError(Exception):
    """Forms or policy cannot be used; carries every problem found (exit code 2)."""

    def __init__(self, problems: Sequence[SpecProblem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Document:
    """One parsed file that still knows on which line each key and item stands."""

    name: str
    data: Any

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the deepest part of ``path`` that exists in the file."""
        node, line = self.data, 1
        for step in path:
            try:
                if isinstance(node, CommentedMap):
                    key = next(key for key in node if str(key) == str(step))
                    line = node.lc.key(key)[0] + 1
                    node = node[key]
                elif isinstance(node, CommentedSeq):
                    line = node.lc.item(int(step))[0] + 1
                    node = node[int(step)]
                else:
                    break
            except (KeyError, IndexError, StopIteration, ValueError, TypeError):
                break
        return line

    def problem(self, path: Sequence[str | int], what: str, cure: str = "") -> SpecProblem:
        return SpecProblem(self.name, self.line(path), what, cure)


def parse(path: Path, name: str) -> Document:
    """Read one YAML file; SpecError for text that is no YAML, is not UTF-8 or has a key twice."""
    loader = YAML(typ="rt", pure=True)
    try:
        data = loader.load(path.read_text("utf-8"))
    except DuplicateKeyError as error:
        raise SpecError([SpecProblem(name, _mark(error), f"Khóa bị lặp: {_short(error)}.",
                                     "Giữ lại một lần khai báo.")]) from error
    except MarkedYAMLError as error:
        raise SpecError([SpecProblem(name, _mark(error), f"Không đọc được YAML: {_short(error)}.",
                                     "Kiểm tra thụt dòng, dấu hai chấm và dấu ngoặc kép ở dòng này.")]) from error
    except (UnicodeDecodeError, YAMLError) as error:
        raise SpecError([SpecProblem(name, 1, "Tệp không phải văn bản UTF-8 hợp lệ.",
                                     "Lưu lại tệp bằng bảng mã UTF-8.")]) from error
    return Document(name, data if data is not None else CommentedMap())


def build(model: type[Model], document: Document, path: Sequence[str | int] = ()) -> Model:
    """``document`` (or the part of it at ``path``) as ``model``; SpecError naming each wrong line."""
    node = document.data
    for step in path:
        node = node[step]
    try:
        return model.model_validate(plain(node))
    except ValidationError as error:
        raise SpecError([
            document.problem([*path, *_without_tags(item["loc"])], *_explain(item)) for item in error.errors()
        ]) from error


def plain(node: Any) -> Any:
    """The parsed tree as ordinary dicts, lists and scalars."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    if isinstance(node, str):
        return str(node)
    return node


def _without_tags(loc: tuple[str | int, ...]) -> list[str | int]:
    return [step for step in loc if step != "[key]"]


def _explain(item: Any) -> tuple[str, str]:
    where = ".".join(str(step) for step in _without_tags(item["loc"]))
    kind = item["type"]
    if kind == "extra_forbidden":
        return f"Khóa lạ «{where}».", "Xóa khóa này hoặc sửa lại tên cho đúng (xem docs/forms.md)."
    if kind == "missing":
        cure = ("Mỗi biểu mẫu, mỗi giá trị phải ghi căn cứ: citation: {document: …, article: …}."
                if where.endswith("citation") else "Bổ sung khóa này.")
        return f"Thiếu khóa «{where}».", cure
    if "date" in kind:
        return f"Ngày không hợp lệ ở «{where}».", "Viết ngày dạng 2026-06-01."
    return f"Giá trị không hợp lệ ở «{where}»: {item['msg']}.", "Sửa lại theo docs/forms.md."


def _mark(error: MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark is not None else 1


def _short(error: MarkedYAMLError) -> str:
    return " ".join(str(error.problem or error.context or "").split())[:160]
