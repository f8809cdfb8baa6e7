"""A form that is well formed: every block, field and fixed row can be written, found again and read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.spec.form import Block, Field, Form, Sheet, Source, Type
from qeval_batch.spec.parts import LISTS_FILE, POLICY_FILE, UNIT_SET_FILE, FormParts
from qeval_batch.spec.yamlio import Document, SpecProblem, YamlPath

ANNEX = "$annex"
_SHEET_NAME_LENGTH = 31
_SHEET_NAME_REFUSES = frozenset("[]:*?/\\")
_NUMBERS = frozenset({Type.INTEGER, Type.DECIMAL, Type.PERCENT})


def form_problems(parts: FormParts) -> Iterator[SpecProblem]:
    """Faults inside each form file, at their lines."""
    for name, (document, form) in parts.written.items():
        if name in parts.effective and not parts.effective[name].sheets:
            yield document.problem(["form"], say("spec.check_forms.no_sheet", name=name),
                                   say("spec.check_forms.no_sheet_cure"))
        if len({form.version, *form.accepts}) <= len(form.accepts):
            yield document.problem(["accepts"], say("spec.check_forms.accepts", name=name, version=form.version),
                                   say("spec.check_forms.accepts_cure"))
        yield from _repeated(document, [("sheets", i) for i in range(len(form.sheets))],
                             [sheet.id for sheet in form.sheets], say("spec.check_forms.sheet_id"))
        for index, sheet in enumerate(form.sheets):
            yield from _sheet(parts, document, ("sheets", index), sheet)


def _sheet(parts: FormParts, document: Document, place: YamlPath, sheet: Sheet) -> Iterator[SpecProblem]:
    if len(sheet.name) > _SHEET_NAME_LENGTH or _SHEET_NAME_REFUSES & set(sheet.name) or not sheet.name.strip():
        yield document.problem([*place, "name"], say("spec.check_forms.sheet_name", name=sheet.name),
                               say("spec.check_forms.sheet_name_cure", most=_SHEET_NAME_LENGTH))
    places = [(*place, "blocks", index) for index in range(len(sheet.blocks))]
    yield from _repeated(document, places, [block.id for block in sheet.blocks], say("spec.check_forms.block_id"))
    for profile in sorted({block.profile or "" for block in sheet.blocks}):
        shown = [(p, b) for p, b in zip(places, sheet.blocks, strict=True) if b.profile in (None, profile) and b.title]
        yield from _repeated(document, [p for p, _ in shown], [b.title for _, b in shown],
                             say("spec.check_forms.block_title"), "title")
    tables = sum(block.kind == "table" for block in sheet.blocks)
    for index, (block_place, block) in enumerate(zip(places, sheet.blocks, strict=True)):
        if not block.title and (index > 0 or (block.kind == "table" and tables > 1)):
            yield document.problem(block_place, say("spec.check_forms.untitled", id=block.id),
                                   say("spec.check_forms.untitled_cure"))
    for block_place, block in zip(places, sheet.blocks, strict=True):
        yield from _block(parts, document, block_place, block)


def _block(parts: FormParts, document: Document, place: YamlPath, block: Block) -> Iterator[SpecProblem]:
    if (block.kind == "text") == bool(block.fields):
        what = (say("spec.check_forms.has_fields", id=block.id, kind=block.kind) if block.fields
                else say("spec.check_forms.lacks_fields", id=block.id, kind=block.kind))
        yield document.problem([*place, "kind"], what, say("spec.check_forms.fields_cure"))
    profiles = parts.parameters["score.profile"].options if "score.profile" in parts.parameters else ()
    if block.profile is not None and profiles and block.profile not in profiles:
        yield document.problem([*place, "profile"],
                               say("spec.check_forms.profile", profile=block.profile, file=POLICY_FILE),
                               say("spec.check_forms.choose", names=", ".join(profiles)))
    fields = [(*place, "fields", index) for index in range(len(block.fields))]
    yield from _repeated(document, fields, [field.id for field in block.fields], say("spec.check_forms.field_id"))
    headers = [(p, text) for p, f in zip(fields, block.fields, strict=True) for text in (f.label, *f.aliases)]
    yield from _repeated(document, [p for p, _ in headers], [text for _, text in headers],
                         say("spec.check_forms.field_label"), "label")
    for field_place, field in zip(fields, block.fields, strict=True):
        yield from _field(parts, document, field_place, field)
    yield from _rows(document, place, block)


def _field(parts: FormParts, document: Document, place: YamlPath, field: Field) -> Iterator[SpecProblem]:
    if (field.type is Type.CHOICE) != (field.choices is not None):
        yield document.problem(place, say("spec.check_forms.choice_alone", id=field.id),
                               say("spec.check_forms.both_cure"))
    if field.choices is not None and LISTS_FILE in parts.documents:
        known = sorted(str(key) for key in parts.documents[LISTS_FILE].data)
        if field.choices not in known:
            yield document.problem([*place, "choices"],
                                   say("spec.check_forms.no_list", choices=field.choices, file=LISTS_FILE),
                                   say("spec.check_forms.choose", names=", ".join(known)))
    if (field.source is Source.FORMULA) != (field.formula is not None):
        yield document.problem(place, say("spec.check_forms.formula_alone", id=field.id),
                               say("spec.check_forms.both_cure"))
    if field.required and field.source is not Source.INPUT:
        yield document.problem([*place, "required"], say("spec.check_forms.required_not_input", id=field.id),
                               say("spec.check_forms.required_not_input_cure"))
    bounds = field.minimum is not None or field.maximum is not None
    if bounds and field.type not in _NUMBERS:
        yield document.problem(place, say("spec.check_forms.limits_not_number", id=field.id),
                               say("spec.check_forms.limits_not_number_cure"))
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield document.problem([*place, "minimum"], say("spec.check_forms.limits_crossed", id=field.id),
                               say("spec.check_forms.limits_crossed_cure"))


def _rows(document: Document, place: YamlPath, block: Block) -> Iterator[SpecProblem]:
    ids = [field.id for field in block.fields]
    rows = [(*place, "fixed", index) for index in range(len(block.fixed))]
    yield from _repeated(document, rows, [f"{row.key} {row.repeat or ''}".strip() for row in block.fixed],
                         say("spec.check_forms.row_key"), "key")
    for row_place, row in zip(rows, block.fixed, strict=True):
        for name in row.values:
            if name not in ids:
                yield document.problem([*row_place, "values", name],
                                       say("spec.check_forms.row_to_no_field", key=row.key, name=name),
                                       say("spec.check_forms.choose", names=", ".join(ids)))
    if block.key_field is None:
        if block.fixed or block.rows_from:
            yield document.problem(place, say("spec.check_forms.fixed_without_key", id=block.id),
                                   say("spec.check_forms.fixed_without_key_cure"))
        return
    if not (block.fixed or block.rows_from):
        yield document.problem([*place, "key_field"], say("spec.check_forms.key_without_rows", id=block.id),
                               say("spec.check_forms.key_without_rows_cure"))
    if block.key_field not in ids:
        yield document.problem([*place, "key_field"], say("spec.check_forms.key_no_field", key_field=block.key_field),
                               say("spec.check_forms.choose", names=", ".join(ids)))
        return
    if block.field(block.key_field).source is not Source.PREFILL:
        yield document.problem([*place, "key_field"],
                               say("spec.check_forms.key_not_prefilled", key_field=block.key_field),
                               say("spec.check_forms.key_not_prefilled_cure"))
        return
    inputs = [(p, row) for p, row in zip(rows, block.fixed, strict=True) if not (row.heading or row.total)]
    for row_place, row in inputs:
        if block.key_field not in row.values:
            yield document.problem(row_place,
                                   say("spec.check_forms.row_without_key", key=row.key, key_field=block.key_field),
                                   say("spec.check_forms.row_without_key_cure"))
    texts = [(p, row.values[block.key_field]) for p, row in inputs if block.key_field in row.values]
    yield from _repeated(document, [p for p, _ in texts], [text for _, text in texts], say("spec.check_forms.row_text"),
                         "values")


def unit_set_problems(parts: FormParts) -> Iterator[SpecProblem]:
    """Every kind of workbook is made of forms that exist, are of its kind, and do not share a sheet."""
    if parts.unit_set is None:
        return
    document = parts.documents[UNIT_SET_FILE]
    yield from _book(parts, (), parts.unit_set.kind, parts.unit_set.forms)
    if ANNEX not in parts.unit_set.forms:
        yield document.problem(["forms"], say("spec.check_forms.annex_missing", annex=ANNEX),
                               say("spec.check_forms.annex_missing_cure", annex=ANNEX))
    for kind, book in parts.unit_set.others.items():
        if kind == parts.unit_set.kind:
            yield document.problem(["others", kind], say("spec.check_forms.kind_twice", kind=kind),
                                   say("spec.check_forms.kind_twice_cure"))
        if ANNEX in book.forms:
            yield document.problem(["others", kind, "forms"], say("spec.check_forms.annex_elsewhere", annex=ANNEX),
                                   say("spec.check_forms.annex_elsewhere_cure"))
        yield from _book(parts, ("others", kind), kind, book.forms)
    for owner, form in parts.written.values():
        if form.kind in (parts.unit_set.kind, *parts.unit_set.others):
            yield from _empty_tables(owner, form)


def _book(parts: FormParts, place: YamlPath, kind: str, forms: Sequence[str]) -> Iterator[SpecProblem]:
    document, known = parts.documents[UNIT_SET_FILE], known_forms(parts)
    sheets: dict[str, str] = {}
    for index, name in enumerate(forms):
        if name != ANNEX and name not in known:
            yield document.problem([*place, "forms", index], say("spec.check_forms.no_form", name=name),
                                   say("spec.check_forms.choose_or_annex", names=", ".join(sorted(known)), annex=ANNEX))
        form = parts.effective.get(name)
        if form is None:
            continue
        if form.kind != kind:
            yield document.problem([*place, "forms", index],
                                   say("spec.check_forms.other_kind", name=name, kind=form.kind, set_kind=kind),
                                   say("spec.check_forms.other_kind_cure"))
        for sheet in form.sheets:
            for text in (sheet.id, match_key(sheet.name)):
                if text in sheets and sheets[text] != name:
                    yield document.problem([*place, "forms", index],
                                           say("spec.check_forms.sheet_twice", text=text, name=name,
                                               other=sheets[text]),
                                           say("spec.check_forms.sheet_twice_cure"))
                sheets.setdefault(text, name)


def _empty_tables(document: Document, form: Form) -> Iterator[SpecProblem]:
    for sheet_index, sheet in enumerate(form.sheets):
        for index, block in enumerate(sheet.blocks):
            if block.kind == "table" and not (block.fixed or block.rows_from or block.rows > 0):
                yield document.problem(["sheets", sheet_index, "blocks", index],
                                       say("spec.check_forms.no_rows", id=block.id),
                                       say("spec.check_forms.no_rows_cure"))


def known_forms(parts: FormParts) -> frozenset[str]:
    """Ids of every form file, of the faulty ones too: a form with a fault is not a form that is missing."""
    raw = {str(document.data["form"]) for document in parts.documents.values() if "form" in document.data}
    faulty = {Path(problem.file).stem for problem in parts.problems}
    return frozenset(raw | faulty)


def _repeated(document: Document, places: Sequence[YamlPath], texts: Sequence[str], what: str,
              key: str = "id") -> Iterator[SpecProblem]:
    first: dict[str, int] = {}
    for place, text in zip(places, texts, strict=True):
        folded = match_key(text)
        if folded in first:
            yield document.problem([*place, key],
                                   say("spec.check_forms.twice", what=what, text=text, line=first[folded]),
                                   say("spec.check_forms.twice_cure"))
        first.setdefault(folded, document.line([*place, key]))
