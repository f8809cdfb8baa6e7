"""The files of ``forms/`` as models that still know their lines; whatever does not fit its model is a problem."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field as Attribute

from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.spec.dated import DatedValue, Parameter
from qeval_batch.spec.form import ChoiceList, Citation, Form, Option, Strict
from qeval_batch.spec.routing import ROUTING_FILE, Routing, RoutingFile, routing_on
from qeval_batch.spec.yamlio import (
    Document,
    SpecError,
    SpecProblem,
    YamlPath,
    build,
    parse,
)

POLICY_FILE = "chinh-sach.yaml"
LISTS_FILE = "danh-sach.yaml"
DOCUMENTS_FILE = "van-ban.yaml"
UNIT_SET_FILE = "bo-don-vi.yaml"
ANNEXES, ANNEX_BASE = "annexes", "phu-luc-chung"
NOT_FORMS = (POLICY_FILE, LISTS_FILE, DOCUMENTS_FILE, UNIT_SET_FILE, ROUTING_FILE)
_INHERITED = ("per", "sheets", "axis_points", "main_axes", "criteria")

Model = TypeVar("Model", bound=Strict)


class LegalDocument(Strict):
    """A document citations lead to; a number or date still blank is printed as ``…``."""

    title: str
    number: str
    date: str
    issuer: str
    cite: str = ""       # how a paper names it among its căn cứ; {number} and {date} are filled in


class BookSet(Strict):
    """Which forms make a workbook of another kind, and whom it goes to: a unit of the roster, an assessing body, or a
    body asked for its opinion."""

    citation: Citation
    of: Literal["unit", "assessor", "body"]
    forms: tuple[str, ...]


class UnitSet(Strict):
    """Which forms make a unit's workbook, in the order of its sheets; ``others``: the other kinds by the stamp's word."""

    kind: str
    citation: Citation
    forms: tuple[str, ...]
    others: dict[str, BookSet] = Attribute(default_factory=dict)


@dataclass
class FormParts:
    """What could be read of ``forms/``, as written and (``effective``) with what each form inherits."""

    day: date
    sha256: str = ""
    documents: dict[str, Document] = field(default_factory=dict)          # by file name
    written: dict[str, tuple[Document, Form]] = field(default_factory=dict)   # by form id
    effective: dict[str, Form] = field(default_factory=dict)              # by form id
    lists: dict[str, ChoiceList] = field(default_factory=dict)
    legal: dict[str, LegalDocument] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    policy: dict[str, DatedValue] = field(default_factory=dict)           # as it holds on ``day``
    unit_set: UnitSet | None = None
    routing: Routing | None = None                                        # as it holds on ``day``
    problems: list[SpecProblem] = field(default_factory=list)

    def build(self, model: type[Model], document: Document, path: YamlPath = ()) -> Model | None:
        """The part of ``document`` at ``path`` as ``model``; None, with the problems kept, when it does not fit."""
        try:
            return build(model, document, path)
        except SpecError as error:
            self.problems += error.problems
            return None

    def owner(self, form: str, key: str) -> tuple[Document, Form]:
        """The file that says ``key`` for ``form``: its own, else the nearest of those it extends."""
        document, written = self.written[form]
        for base in self.ancestors(form):
            if key in document.data:
                break
            document, written = self.written[base]
        return document, written

    def ancestors(self, form: str) -> tuple[str, ...]:
        """What ``form`` extends, the nearest first; ends before an unknown form and before a circle closes."""
        found: list[str] = []
        name = self.written[form][1].extends
        while name is not None and name in self.written and name not in (form, *found):
            found.append(name)
            name = self.written[name][1].extends
        return tuple(found)


def read_parts(forms_dir: Path, day: date) -> FormParts:
    """Every file of ``forms_dir`` that fits its model; the faults of the others stand in ``problems``."""
    parts = FormParts(day)
    digest = hashlib.sha256()
    for path in sorted(forms_dir.glob("*.yaml")):
        try:
            parts.documents[path.name] = parse(path, f"forms/{path.name}")
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        except SpecError as error:
            parts.problems += error.problems
    parts.sha256 = digest.hexdigest()
    parts.problems += [
        SpecProblem(f"forms/{name}", 0, say("spec.parts.no_file"), say("spec.parts.no_file_cure"))
        for name in NOT_FORMS if not (forms_dir / name).exists()
    ]
    parts.legal = _entries(parts, DOCUMENTS_FILE, LegalDocument)
    parts.lists = _entries(parts, LISTS_FILE, ChoiceList)
    parts.parameters = _entries(parts, POLICY_FILE, Parameter)
    if UNIT_SET_FILE in parts.documents:
        parts.unit_set = parts.build(UnitSet, parts.documents[UNIT_SET_FILE])
    _policy(parts)
    _routing(parts)
    _forms(parts)
    _annexes(parts)
    return parts


def _entries(parts: FormParts, name: str, model: type[Model]) -> dict[str, Model]:
    document = parts.documents.get(name)
    if document is None:
        return {}
    found = {str(key): parts.build(model, document, [key]) for key in document.data}
    return {key: value for key, value in found.items() if value is not None}


def _policy(parts: FormParts) -> None:
    for key, parameter in parts.parameters.items():
        value = parameter.on(parts.day)
        if value is not None:
            parts.policy[key] = value
            continue
        parts.problems.append(parts.documents[POLICY_FILE].problem([key, "values"],
                                                                   say("spec.parts.no_value", key=key, day=parts.day),
                                                                   say("spec.parts.no_value_cure")))


def _routing(parts: FormParts) -> None:
    document = parts.documents.get(ROUTING_FILE)
    file = parts.build(RoutingFile, document) if document is not None else None
    if document is None or file is None:
        return
    parts.routing = routing_on(file, parts.day)
    if parts.routing is None:
        parts.problems.append(document.problem(["values"], say("spec.parts.no_value", key=ROUTING_FILE, day=parts.day),
                                               say("spec.parts.no_value_cure")))


def _forms(parts: FormParts) -> None:
    for name, document in parts.documents.items():
        if name in NOT_FORMS:
            continue
        form = parts.build(Form, document)
        if form is None:
            continue
        if form.form in parts.written:
            parts.problems.append(document.problem(["form"],
                                                   say("spec.parts.form_twice", form=form.form,
                                                       file=parts.written[form.form][0].name),
                                                   say("spec.parts.form_twice_cure")))
        else:
            parts.written[form.form] = (document, form)
    for name, (document, form) in parts.written.items():
        line = parts.ancestors(name)
        root = parts.written[line[-1]][1] if line else form
        if root.extends is None:
            parts.effective[name] = _inherit(form, [parts.written[base][1] for base in line])
        elif root.extends in parts.written:
            parts.problems.append(document.problem(["extends"],
                                                   say("spec.parts.circle", name=name, extends=form.extends),
                                                   say("spec.parts.circle_cure")))
        elif form.extends not in parts.written:
            parts.problems.append(document.problem(["extends"], say("spec.parts.no_base", extends=form.extends),
                                                   say("spec.parts.choose",
                                                       names=", ".join(sorted(parts.written.keys() - {name})))))


def _annexes(parts: FormParts) -> None:
    """The list a unit's annex is chosen from follows the forms: a variant is one more file, nothing else (R15)."""
    listed = parts.lists.get(ANNEXES)
    if listed is None:
        return
    taken = {match_key(text) for option in listed.options for text in (option.label, *option.aliases)}
    options = list(listed.options)
    for name, form in sorted(parts.effective.items()):
        if ANNEX_BASE not in parts.ancestors(name) or name in {option.code for option in options}:
            continue
        plain = form.title.replace(",", " -")
        label = plain if match_key(plain) not in taken else f"{plain} ({name})"
        taken.add(match_key(label))
        options.append(Option(code=name, label=label, aliases=(name,)))
    parts.lists[ANNEXES] = listed.model_copy(update={"options": tuple(options)})


def _inherit(form: Form, bases: Sequence[Form]) -> Form:
    """``form`` with what it does not say itself taken from the nearest of its ``bases`` that does."""
    own: Mapping[str, object] = {name: next((value for item in (form, *bases) if (value := getattr(item, name))), None)
                                 or getattr(form, name) for name in _INHERITED}
    return form.model_copy(update=dict(own))
