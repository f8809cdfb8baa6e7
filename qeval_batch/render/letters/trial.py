"""A Word template filled on trial before any run needs it: once with the longest of everything, once with nothing.

``names.yaml`` tells, template by template, every name a paper gives and what it is; a test holds it to the papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.spec.yamlio import SpecError, SpecProblem

if TYPE_CHECKING:
    from qeval_batch.render.letters.word import WordTemplate

# Longer than anything a cell may hold to be printed in one piece, with what a paper must not interpret.
_LONGEST = "Nội dung dài {{ 7*7 }} <w:p> & \"ngoặc\" " * 120
_FIGURE = 999_999
_WHEN = datetime(2026, 9, 30, tzinfo=VIETNAM_TIME)
# A shape: a word for a value, one element for a list, a mapping for a row; «?» before a word or key: may be absent.
TEXT, NUMBER, MARK, NONE, ABSENT = "text", "number", "mark", "none", "?"


@cache
def shapes() -> Mapping[str, Mapping[str, Any]]:
    """Template -> name -> shape."""
    content = files(__package__).joinpath("names.yaml").read_text("utf-8")
    return YAML(typ="safe").load(content)  # type: ignore[no-any-return]


def trial_problems(template: WordTemplate) -> list[SpecProblem]:
    """What stops ``template`` from being filled."""
    shape = shapes()[template.name]
    for context in (_full(shape), _empty(shape)):
        try:
            template.render(context, template.name, _WHEN)
        except SpecError as error:
            return list(error.problems)
    return []


def _full(shape: Any) -> Any:
    if isinstance(shape, Mapping):
        return {name.removeprefix(ABSENT): _full(item) for name, item in shape.items()}
    if isinstance(shape, list):
        return [_full(item) for item in shape] * 3
    return {TEXT: _LONGEST, NUMBER: _FIGURE, MARK: True, NONE: None}[shape]


def _empty(shape: Any) -> Any:
    if isinstance(shape, Mapping):
        return {name.removeprefix(ABSENT): None if name.startswith(ABSENT) else _empty(item)
                for name, item in shape.items()}
    if isinstance(shape, list):
        return []
    return {TEXT: "", NUMBER: 0, MARK: False, NONE: None}[shape]


def shape_of(value: Any) -> Any:
    """The shape of one value of a paper."""
    if isinstance(value, Mapping):
        return {name: shape_of(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        merged: Any = None
        for item in value:
            merged = merge(merged, shape_of(item))
        return [] if merged is None else [merged]
    if value is None:
        return NONE
    return MARK if isinstance(value, bool) else NUMBER if isinstance(value, int) else TEXT


def merge(one: Any, two: Any) -> Any:
    """What two shapes of one name have in common with every paper: all rows' names, a mark where one may be absent."""
    if one is None or one == two:
        return two
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return _merged_rows(one, two)
    if isinstance(one, list) and isinstance(two, list):
        return [merge(one[0], two[0])] if one and two else one or two
    return two if one == NONE else one


def _merged_rows(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name in dict.fromkeys(key.removeprefix(ABSENT) for key in (*one, *two)):
        shapes_of_it = [row[key] for row in (one, two) for key in (name, ABSENT + name) if key in row]
        known = [item for item in shapes_of_it if item != NONE]
        absent = ABSENT + name in one or ABSENT + name in two or len(known) < len(shapes_of_it)
        merged[(ABSENT if absent and known else "") + name] = merge(known[0], known[-1]) if known else NONE
    return merged
