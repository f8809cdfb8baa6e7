"""A policy the rules can read: every key they ask for, of its type, within its bounds, naming what exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from qeval_batch.core.decimals import finite
from qeval_batch.core.period import Period
from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.spec.check_forms import known_forms
from qeval_batch.spec.dated import Parameter
from qeval_batch.spec.explain import explain, loc_path
from qeval_batch.spec.parts import POLICY_FILE, FormParts
from qeval_batch.spec.policy import KEYS
from qeval_batch.spec.yamlio import Document, SpecProblem, YamlPath


def policy_problems(parts: FormParts) -> Iterator[SpecProblem]:
    """Faults of chinh-sach.yaml, at their lines."""
    document = parts.documents.get(POLICY_FILE)
    if document is not None:
        yield from _keys(parts, document)
        faulty: set[str] = set()
        for key, parameter in parts.parameters.items():
            for day, dated in parameter.values.items():
                place = [key, "values", str(day), "value"]
                faults = _unreadable(document, place, key, parameter, dated.value)
                yield from faults
                faulty |= {key} if faults else set()
                if not faults and key in _REFERENCES:
                    yield from _REFERENCES[key](parts, document, place, dated.value)
        yield from _relations(parts, document, faulty)


def unknown_policy_keys(parts: FormParts) -> Iterator[SpecProblem]:
    """Keys no rule asks for: mostly a misspelling of one that is (lint only, so that a trial key stops no run)."""
    document = parts.documents.get(POLICY_FILE)
    for key in sorted(parts.parameters.keys() - KEYS.keys()):
        if document is not None:
            yield document.problem([key], say("spec.check_policy.unknown_key", key=key),
                                   say("spec.check_policy.unknown_key_cure"))


def replaced_problems(parts: FormParts, document: Document, values: Mapping[str, Any]) -> Iterator[SpecProblem]:
    """Faults of ``values`` put in the place of the policy's, each at its key in ``document``.

    Only known keys; ``parts`` already holds the values, so that relations between them and the rest are seen.
    """
    faulty: set[str] = set()
    for key, value in values.items():
        faults = _unreadable(document, [key, "value"], key, parts.parameters[key], value)
        yield from faults
        faulty |= {key} if faults else set()
        if not faults and key in _REFERENCES:
            yield from _REFERENCES[key](parts, document, [key, "value"], value)
    yield from _relations(parts, document, faulty)


def trial_only_problems(parts: FormParts) -> Iterator[SpecProblem]:
    """Values that may only be tried (``qeval what-if``): the policy itself must not take a decision before it is made."""
    document = parts.documents.get(POLICY_FILE)
    for key, value in _TRIAL_ONLY.items():
        dated = parts.parameters[key].values if key in parts.parameters else {}
        for day, entry in dated.items():
            if document is not None and entry.value == value:
                yield document.problem([key, "values", str(day), "value"],
                                       say("spec.check_policy.trial_only", key=key, value=value),
                                       say("spec.check_policy.trial_only_cure"))


def _keys(parts: FormParts, document: Document) -> Iterator[SpecProblem]:
    for name, key in KEYS.items():
        if name not in {str(written) for written in document.data}:
            yield SpecProblem(document.name, 0, say("spec.check_policy.missing", key=name),
                              say("spec.check_policy.missing_cure"))
        elif name in parts.parameters and parts.parameters[name].type != key.kind:
            yield document.problem([name, "type"], say("spec.check_policy.type", key=name, kind=key.kind),
                                   say("spec.check_policy.type_cure"))
        elif name in parts.parameters and key.options:
            for option in parts.parameters[name].options:
                if option not in key.options:
                    yield document.problem([name, "options"],
                                           say("spec.check_policy.unknown_option", option=option, key=name),
                                           say("spec.check_policy.only_options", options=", ".join(key.options)))


def _typed(document: Document, place: YamlPath, key: str, parameter: Parameter, value: Any) -> Iterator[SpecProblem]:
    words = _TYPE_WORDS[parameter.type]
    if not _IS_TYPE[parameter.type](value):
        yield document.problem(place, say("spec.check_policy.value", key=key, words=words, value=value),
                               say("spec.check_policy.value_cure"))
        return
    if parameter.type == "choice" and not parameter.options:
        yield document.problem([key], say("spec.check_policy.no_options", key=key),
                               say("spec.check_policy.no_options_cure"))
    chosen = {"choice": [value], "list": value, "map": list(value.values()) if isinstance(value, dict) else []}
    for item in chosen.get(parameter.type, []):
        if parameter.options and item not in parameter.options:
            yield document.problem(place, say("spec.check_policy.no_option", item=item, key=key),
                                   say("spec.check_policy.choose", names=", ".join(parameter.options)))
    if parameter.type == "list" and len({match_key(str(item)) for item in value}) < len(value):
        yield document.problem(place, say("spec.check_policy.item_twice", key=key),
                               say("spec.check_policy.item_twice_cure"))
    if parameter.type in {"decimal", "integer"}:
        number = Decimal(str(value))
        low, high = parameter.minimum, parameter.maximum
        if (low is not None and number < low) or (high is not None and number > high):
            yield document.problem(place,
                                   say("spec.check_policy.out_of_range", number=number, key=key, low=low, high=high),
                                   say("spec.check_policy.out_of_range_cure"))


def _unreadable(document: Document, place: YamlPath, key: str, parameter: Parameter, value: Any) -> list[SpecProblem]:
    """Why a value cannot be read as its key's type: by the kind the file declares, else by what the program reads."""
    found = list(_typed(document, place, key, parameter, value))
    known = key in KEYS and KEYS[key].kind == parameter.type
    return found or (list(_shaped(document, place, key, value)) if known else [])


def _shaped(document: Document, place: YamlPath, key: str, value: Any) -> Iterator[SpecProblem]:
    """What inside a list or a map is not what the program reads there."""
    try:
        KEYS[key].typed(value)
    except ValidationError as error:
        for item in error.errors():
            what, cure = explain(item)
            yield document.problem([*place, *loc_path(item)], f"«{key}»: {what}", cure)


def _relations(parts: FormParts, document: Document, faulty: set[str]) -> Iterator[SpecProblem]:
    """Values of the day that must stand in order with one another."""
    for high, low, strict in _ORDERED:
        sound = parts.policy.keys() - faulty
        upper, lower = (finite(parts.policy[key].value) if key in sound else None for key in (high, low))
        if upper is not None and lower is not None and (upper < lower or (strict and upper == lower)):
            place = high if high in document.data else low
            how = say("spec.check_policy.above") if strict else say("spec.check_policy.not_below")
            yield document.problem([place],
                                   say("spec.check_policy.order", high=high, upper=upper, how=how, low=low,
                                       lower=lower),
                                   say("spec.check_policy.order_cure"))


# --- What each kind of value must look like -----------------------------------------------------------------------
def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str | int) and not isinstance(item, bool)
                                                           for item in value)


_IS_TYPE: Mapping[str, Callable[[Any], bool]] = {
    "decimal": lambda value: finite(value) is not None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "choice": lambda value: isinstance(value, str),
    "text": lambda value: isinstance(value, str),
    "flag": lambda value: isinstance(value, bool),
    "list": _is_list,
    "map": lambda value: isinstance(value, dict) and bool(value) and all(isinstance(key, str) for key in value),
    "clause": lambda value: value is True,
}
_TYPE_WORDS: Mapping[str, str] = {
    "decimal": "số (ví dụ \"0.20\")", "integer": "số nguyên, không đặt trong ngoặc kép",
    "choice": "một lựa chọn, đặt trong ngoặc kép nếu là số",
    "text": "chữ", "flag": "true hoặc false", "list": "danh sách có ít nhất một mục", "map": "nhóm «tên: giá trị»",
    "clause": "true: khóa này chỉ dẫn căn cứ, không có giá trị khác để chọn",
}
# R56, R62: nothing is lowered before the decision.
_TRIAL_ONLY = {"late.downgrade": "applied"}
_ORDERED = (
    ("level.1.score", "level.2.score", True), ("level.2.score", "level.3.score", True),
    ("level.3.score", "level.4.score", False),
    ("level.3.late", "level.2.late", False), ("deferral.days_reached", "deferral.days_doubt", False),
    ("quota.raised_rate", "quota.rate", False),
)


# --- What a value may name ------------------------------------------------------------------------------------------
_Reference = Callable[[FormParts, Document, YamlPath, Any], Iterator[SpecProblem]]


def _codes(parts: FormParts, name: str) -> frozenset[str]:
    return frozenset(option.code for option in parts.lists[name].options) if name in parts.lists else frozenset()


def _known(document: Document, place: YamlPath, given: Mapping[str, str], known: frozenset[str],
           what: str) -> Iterator[SpecProblem]:
    """``given``: the key of the map (or '') under which each name stands."""
    for at, name in given.items():
        if known and name not in known:
            yield document.problem([*place, at], say("spec.check_policy.unknown", what=what, name=name),
                                   say("spec.check_policy.choose", names=", ".join(sorted(known))))


def _annex_by_block(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    yield from _by_block(parts, document, place, value)
    yield from _known(document, place, value, known_forms(parts), say("spec.check_policy.annex"))


def _annex_by_authority(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    yield from _by_authority(parts, document, place, value)
    yield from _known(document, place, value, known_forms(parts), say("spec.check_policy.annex"))


def _by_authority(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    yield from _known(document, place, {key: key for key in value}, _codes(parts, "authority"),
                      say("spec.check_policy.authority"))


def _by_block(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    yield from _known(document, place, {key: key for key in value}, _codes(parts, "blocks"),
                      say("spec.check_policy.block"))
    for block in sorted(_codes(parts, "blocks") - value.keys()):
        yield document.problem(place, say("spec.check_policy.block_undeclared", block=block),
                               say("spec.check_policy.block_undeclared_cure"))


def _documents(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    yield from _known(document, place, {str(index): name for index, name in enumerate(value)}, frozenset(parts.legal),
                      say("spec.check_policy.document"))


def _authority_by_post(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    yield from _known(document, place, value, _codes(parts, "authority"), say("spec.check_policy.authority"))


def _authority(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    yield from _known(document, place, {"": value}, _codes(parts, "authority"), say("spec.check_policy.authority"))


def _quarter(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    try:
        Period.parse(value)
    except ValueError as error:
        yield document.problem(place, str(error), say("spec.check_policy.quarter_cure"))


def _profiles(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    profiles = parts.parameters["score.profile"].options if "score.profile" in parts.parameters else ()
    if profiles and set(value) != set(profiles):
        yield document.problem(place, say("spec.check_policy.profiles", profiles=", ".join(profiles)),
                               say("spec.check_policy.complete"))
    for profile, points in value.items():
        if not isinstance(points, int) or isinstance(points, bool):
            yield document.problem([*place, profile], say("spec.check_policy.total_not_integer", profile=profile),
                                   say("spec.check_policy.total_not_integer_cure"))


def _assessors(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    axes, blocks = _codes(parts, "axes"), _codes(parts, "blocks")
    for body, entry in value.items():
        if not isinstance(entry, dict) or not {"name", "axes", "blocks", "province"} <= entry.keys():
            yield document.problem([*place, body], say("spec.check_policy.body", body=body),
                                   say("spec.check_policy.body_cure"))
            continue
        every = blocks | {"all"} if blocks else blocks
        for what, known, word in (("axes", axes, say("spec.check_policy.axis")),
                                  ("blocks", every, say("spec.check_policy.block"))):
            given = {str(index): str(name) for index, name in enumerate(entry[what])}
            yield from _known(document, [*place, body, what], given, known, word)


def _province(parts: FormParts, document: Document, place: YamlPath, value: Any) -> Iterator[SpecProblem]:
    if not {"id", "name"} <= value.keys():
        yield document.problem(place, say("spec.check_policy.province"), say("spec.check_policy.province_cure"))


_REFERENCES: Mapping[str, _Reference] = {
    "assessors": _assessors,
    "assessors.province": _province,
    "annex_by_block": _annex_by_block,
    "annex_by_authority": _annex_by_authority,
    "authority_by_post": _authority_by_post,
    "authority_of_committee_member": _authority,
    "central_authority": _authority,
    "lower_authority": _authority,
    "deciding_by_authority": _by_authority,
    "papers.unit_issuer": _by_block,
    "papers.basis": _documents,
    "scope.first_quarter": _quarter,
    "score.general_points": _profiles,
    "score.axes_points": _profiles,
}
