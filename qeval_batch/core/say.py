"""Sentences by id: what a person reads stands in ``messages/<room>.yaml``, and code only fills its slots."""

from __future__ import annotations

import functools
import importlib.resources
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_FOLDER = importlib.resources.files("qeval_batch").joinpath("messages")


@dataclass(frozen=True)
class Sentence:
    """One declared sentence and the slots it has: ``{name}``, or ``{name:format}`` as Python's ``format`` takes it."""

    text: str
    slots: frozenset[str]


def say(id: str, /, **slots: object) -> str:
    """The sentence ``room.module.key`` with its slots filled; an unknown id, a slot too many or too few is a defect."""
    room, _, key = id.partition(".")
    found = sentences(room).get(key) if room in rooms() else None
    if found is None:
        raise LookupError(f"no sentence «{id}»")
    if found.slots != slots.keys():
        raise LookupError(f"«{id}» has slots {sorted(found.slots)}, given {sorted(slots)}")
    return found.text.format_map(slots)


@functools.cache
def rooms() -> frozenset[str]:
    """The rooms that have sentences."""
    return frozenset(item.name.removesuffix(".yaml") for item in _FOLDER.iterdir() if item.name.endswith(".yaml"))


@functools.cache
def sentences(room: str) -> Mapping[str, Sentence]:
    """Every sentence of one room by what follows the room in its id; read when the room first speaks."""
    return {key: Sentence(text, _slots(text)) for key, text in _flat(load(f"{room}.yaml"))}


def load(name: str) -> Any:
    """One file of ``messages/`` as it stands."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(_FOLDER.joinpath(name).read_text("utf-8"))


def _flat(node: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, str):
            yield above + key, value
        else:
            yield from _flat(value, f"{above}{key}.")


def _slots(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
