"""All of ``forms/`` as one value, as it holds on one day; SpecError with file:line when it cannot be used."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qeval_batch.spec.form import ChoiceList, Citation, Form, Strict
from qeval_batch.spec.policy import DatedValue, Parameter, Policy
from qeval_batch.spec.yamlio import Document, SpecError, SpecProblem, build, parse

POLICY_FILE = "chinh-sach.yaml"
LISTS_FILE = "danh-sach.yaml"
DOCUMENTS_FILE = "van-ban.yaml"
UNIT_SET_FILE = "bo-don-vi.yaml"
_NOT_FORMS = {POLICY_FILE, LISTS_FILE, DOCUMENTS_FILE, UNIT_SET_FILE}
ANNEX = "$annex"


class LegalDocument(Strict):
    """A document citations lead to; a number or date still blank is printed as ``…``."""

    title: str
    number: str
    date: str
    issuer: str


class UnitSet(Strict):
    """Which forms make a unit's workbook, in the order of its sheets."""

    kind: str
    citation: Citation
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Spec:
    """Forms, lists, documents and the policy of one day."""

    forms: Mapping[str, Form]
    lists: Mapping[str, ChoiceList]
    documents: Mapping[str, LegalDocument]
    unit_set: UnitSet
    policy: Policy
    sha256: str

    @property
    def axis_names(self) -> Mapping[str, str]:
        """Axis code -> the seeds' wording, from the fixed rows of the shared annex."""
        block = self.forms["phu-luc-chung"].sheet("officer").block("axes")
        return {row.key: row.values["axis"] for row in block.fixed if not row.total}

    def annex_of(self, block: str, unit_annex: str | None, authority: str | None) -> str:
        """The annex an officer fills: by authority class first, then the unit's own, then its block (V.2)."""
        by_authority = self.policy.value("annex_by_authority")
        if authority in by_authority:
            return str(by_authority[authority])
        return unit_annex or str(self.policy.value("annex_by_block")[block])


def load_spec(forms_dir: Path, day: date) -> Spec:
    """Everything in ``forms_dir`` as it holds on ``day``. SpecError lists every fault found, not only the first."""
    problems: list[SpecProblem] = []
    documents: dict[str, Document] = {}
    digest = hashlib.sha256()
    for path in sorted(forms_dir.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
        try:
            documents[path.name] = parse(path, f"forms/{path.name}")
        except SpecError as error:
            problems += error.problems
    for name in sorted(_NOT_FORMS - documents.keys()):
        if not (forms_dir / name).exists():
            problems.append(SpecProblem(f"forms/{name}", 0, "Thiếu tệp này.", "Chép lại từ bộ biểu gốc (qeval init)."))
    if problems:
        raise SpecError(problems)

    def gather(build_one: Any, *args: Any) -> Any:
        try:
            return build_one(*args)
        except SpecError as error:
            problems.extend(error.problems)
            return None

    legal = {str(key): gather(build, LegalDocument, documents[DOCUMENTS_FILE], [key])
             for key in documents[DOCUMENTS_FILE].data}
    lists = {str(key): gather(build, ChoiceList, documents[LISTS_FILE], [key])
             for key in documents[LISTS_FILE].data}
    unit_set = gather(build, UnitSet, documents[UNIT_SET_FILE])
    policy = gather(_policy, documents[POLICY_FILE], day)
    forms = gather(_forms, {name: doc for name, doc in documents.items() if name not in _NOT_FORMS})
    if problems:
        raise SpecError(problems)
    return Spec(forms, lists, legal, unit_set, policy, digest.hexdigest())


def _policy(document: Document, day: date) -> Policy:
    entries: dict[str, DatedValue] = {}
    problems: list[SpecProblem] = []
    for key in document.data:
        try:
            parameter = build(Parameter, document, [key])
        except SpecError as error:
            problems += error.problems
            continue
        value = parameter.on(day)
        if value is None:
            problems.append(document.problem([key, "values"], f"«{key}» chưa có giá trị áp dụng cho ngày {day:%d/%m/%Y}.",
                                             "Thêm một giá trị có ngày bắt đầu sớm hơn."))
        else:
            entries[str(key)] = value
    if problems:
        raise SpecError(problems)
    sha256 = hashlib.sha256(repr(sorted((k, v.model_dump_json()) for k, v in entries.items())).encode()).hexdigest()
    return Policy(day, sha256, entries)


def _forms(documents: Mapping[str, Document]) -> dict[str, Form]:
    problems: list[SpecProblem] = []
    forms: dict[str, Form] = {}
    bases: dict[str, tuple[Document, Form]] = {}
    for document in documents.values():
        try:
            form = build(Form, document)
        except SpecError as error:
            problems += error.problems
            continue
        if form.form in bases:
            problems.append(document.problem(["form"], f"Biểu mẫu «{form.form}» đã khai ở {bases[form.form][0].name}.",
                                             "Mỗi biểu mẫu một tệp, một mã riêng."))
        bases[form.form] = (document, form)
    for name, (document, form) in bases.items():
        if form.extends is None:
            forms[name] = form
        elif form.extends not in bases:
            problems.append(document.problem(["extends"], f"Biểu mẫu gốc «{form.extends}» không có.",
                                             f"Chọn một trong: {', '.join(sorted(bases))}."))
        else:
            forms[name] = _inherit(form, bases[form.extends][1])
    if problems:
        raise SpecError(problems)
    return dict(sorted(forms.items()))


_INHERITED: Sequence[str] = ("sheets", "axis_points", "main_axes", "criteria")


def _inherit(form: Form, base: Form) -> Form:
    return form.model_copy(update={name: getattr(form, name) or getattr(base, name) for name in _INHERITED})
