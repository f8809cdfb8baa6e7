"""How a table for people says a value of the policy: the policy's own words, labels of lists, numbers of documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qeval_batch.core.period import Period
from qeval_batch.spec.load import Spec
from qeval_batch.spec.sections import AssessorKeys, PaperKeys

# Lists whose codes stand in maps of the policy.
_LISTS = ("blocks", "annexes", "authority")
_NUMBER = re.compile(r"\d+\.\d+", re.ASCII)
_QUARTER = re.compile(r"\d{4}-Q[1-4]", re.ASCII)
BLANK = "(để trống)"


def description(spec: Spec, key: str) -> str:
    """What ``key`` decides; the key itself where the policy does not say."""
    return spec.policy.descriptions.get(key, key)


def value_words(spec: Spec, key: str, value: Any, separator: str = "\n") -> str:
    """``value`` of ``key`` in Vietnamese; entries of a list or map are parted by ``separator``."""
    if isinstance(value, Mapping):
        return separator.join(f"{_word(spec, key, name)}: {_entry(spec, key, item)}" for name, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return separator.join(_word(spec, key, item) for item in value)
    return _word(spec, key, value)


def _entry(spec: Spec, key: str, item: Any) -> str:
    # A figure in a map is a figure, though an option may be written alike.
    if isinstance(item, int) and not isinstance(item, bool):
        return str(item)
    return value_words(spec, key, item, "; " if isinstance(item, Mapping) else ", ")


def _word(spec: Spec, key: str, item: Any) -> str:
    if isinstance(item, bool):
        return "có" if item else "không"
    text = str(item)
    labels = spec.policy.labels.get(key, {})
    if text in labels:
        return labels[text]
    if key == PaperKeys.basis.name and text in spec.documents:
        return spec.documents[text].number
    for name in _LISTS:
        for option in spec.lists[name].options if key != AssessorKeys.province.name and name in spec.lists else ():
            if option.code == text:
                return option.label
    if _QUARTER.fullmatch(text):
        return Period.parse(text).label
    return text.replace(".", ",") if _NUMBER.fullmatch(text) else text.replace("{unit}", "(tên đơn vị)") or BLANK
