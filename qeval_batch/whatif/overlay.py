"""A trial policy: the policy of the quarter with a few values replaced, held to the same checks as the policy itself."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qeval_batch.core.say import say
from qeval_batch.spec.check_policy import replaced_problems
from qeval_batch.spec.crosscheck import cross_problems
from qeval_batch.spec.dated import DatedValue
from qeval_batch.spec.load import Spec
from qeval_batch.spec.parts import FormParts, read_parts
from qeval_batch.spec.policy import KEYS, Policy
from qeval_batch.spec.sections import ScoreKeys
from qeval_batch.spec.yamlio import Document, SpecError, SpecProblem, parse

# The workbooks were laid out and filled for one profile and its points.
_PROFILE = frozenset(key.name for key in (ScoreKeys.profile, ScoreKeys.general_points, ScoreKeys.axes_points))
_PARTS = frozenset(("value", "reason"))


@dataclass(frozen=True)
class Replacement:
    """One value that is tried instead of the policy's."""

    key: str
    description: str
    before: Any
    after: Any
    citation: str
    reason: str


@dataclass(frozen=True)
class Trial:
    """The spec with the trial's policy in it, and what was replaced, in the order of the file."""

    spec: Spec
    replaced: tuple[Replacement, ...]


def load_trial(path: Path, forms: Path, base: Spec) -> Trial:
    """The trial policy that ``path`` asks for. SpecError, with file and line, for a key or value it may not have."""
    document = parse(path, path.name)
    return build_trial(document, forms, base)


def build_trial(document: Document, forms: Path, base: Spec) -> Trial:
    """`load_trial` for a document already read: ``{key: value}`` or ``{key: {value: …, reason: …}}``."""
    day = base.policy.day
    parts = read_parts(forms, day)
    problems = [problem for key in document.data for problem in _key_problems(str(key), document, parts)]
    if not document.data:
        problems.append(SpecProblem(document.name, 1, say("whatif.overlay.nothing"),
                                    say("whatif.overlay.nothing_cure")))
    if problems:
        raise SpecError(problems)
    asked = {str(key): _asked(parts, str(key), node) for key, node in document.data.items()}
    tried = _with_values(parts, {key: value for key, (value, _) in asked.items()}, asked)
    problems = list(replaced_problems(tried, document, {key: value for key, (value, _) in asked.items()}))
    # What only shows against forms and lists is told where it stands there.
    problems = problems or list(cross_problems(tried))
    if problems:
        raise SpecError(problems)
    replaced = tuple(Replacement(key, parts.parameters[key].description, base.policy.entries[key].value, value,
                                 base.policy.citation(KEYS[key]), reason) for key, (value, reason) in asked.items())
    return Trial(dataclasses.replace(base, policy=_policy(base.policy, tried.policy)), replaced)


def _key_problems(key: str, document: Document, parts: FormParts) -> Iterator[SpecProblem]:
    node = document.data[key]
    if key in _PROFILE:
        yield document.problem([key], say("whatif.overlay.not_to_try", key=key),
                               say("whatif.overlay.not_to_try_cure"))
    elif key not in KEYS or key not in parts.parameters:
        close = difflib.get_close_matches(key, sorted(KEYS), 3)
        cure = (say("whatif.overlay.did_you_mean", names=", ".join(close)) if close
                else say("whatif.overlay.see_keys"))
        yield document.problem([key], say("whatif.overlay.no_policy", key=key), cure)
    elif _is_long(node, parts.parameters[key].type):
        for name in node.keys() - _PARTS:
            yield document.problem([key, name], say("whatif.overlay.unknown_key", name=name),
                                   say("whatif.overlay.unknown_key_cure"))
        if not isinstance(node.get("reason", ""), str):
            yield document.problem([key, "reason"], say("whatif.overlay.reason_not_text"),
                                   say("whatif.overlay.reason_not_text_cure"))
    if key not in _PROFILE and key in parts.parameters:
        yield from _entry_problems(key, document, parts)


def _entry_problems(key: str, document: Document, parts: FormParts) -> Iterator[SpecProblem]:
    """A map whose values are readings has fixed entries: a misspelt one would change nothing and say nothing."""
    parameter, node = parts.parameters[key], document.data[key]
    entries = node.get("value") if _is_long(node, parameter.type) else node
    if parameter.type == "map" and parameter.options and isinstance(entries, dict):
        standing = parts.policy[key].value
        for name in entries.keys() - standing.keys():
            yield document.problem([key, name], say("whatif.overlay.no_part", key=key, name=name),
                                   say("whatif.overlay.choose", names=", ".join(standing)))


def _is_long(node: Any, kind: str) -> bool:
    """Whether ``node`` is ``{value:, reason:}``: a map is a value by itself only for a policy value that is one."""
    return isinstance(node, dict) and (kind != "map" or "value" in node)


def _asked(parts: FormParts, key: str, node: Any) -> tuple[Any, str]:
    parameter = parts.parameters[key]
    value, reason = (node.get("value"), node.get("reason", "")) if _is_long(node, parameter.type) else (node, "")
    standing = parts.policy[key].value
    if parameter.type == "map" and isinstance(value, dict) and isinstance(standing, dict):
        # A map is tried entry by entry: those the trial does not name stand as they are.
        value = {**standing, **value}
    return value, reason


def _with_values(parts: FormParts, values: Mapping[str, Any], asked: Mapping[str, tuple[Any, str]]) -> FormParts:
    policy, parameters = dict(parts.policy), dict(parts.parameters)
    for key, value in values.items():
        # The clause stays: the trial reads the same text another way.
        dated = DatedValue(value=value, citation=policy[key].citation, reading=asked[key][1] or policy[key].reading)
        policy[key] = dated
        parameters[key] = parameters[key].model_copy(update={"values": {parts.day: dated}})
    return dataclasses.replace(parts, policy=policy, parameters=parameters)


def _policy(base: Policy, entries: Mapping[str, DatedValue]) -> Policy:
    digest = hashlib.sha256(repr(sorted((key, item.model_dump_json()) for key, item in entries.items())).encode())
    return dataclasses.replace(base, sha256=digest.hexdigest(), entries=entries)
