"""Nothing the program asks for by name is gone: forms, blocks, columns, fixed rows, lists and their codes."""

from __future__ import annotations

from collections.abc import Iterator

from qeval_batch.core.say import say
from qeval_batch.spec.check_forms import known_forms
from qeval_batch.spec.form import Block
from qeval_batch.spec.parts import LISTS_FILE, FormParts
from qeval_batch.spec.required import CODES, FIELDS, ROWS
from qeval_batch.spec.yamlio import Document, SpecProblem, YamlPath

_FROM_THE_ORIGINAL = "Chép lại từ bộ biểu gốc (qeval init)."
_ANNEXES = "annexes"


def name_problems(parts: FormParts) -> Iterator[SpecProblem]:
    """What ``spec.required`` lists and ``parts`` lacks; a file with a fault of its own is not blamed twice."""
    for place, names in FIELDS.items():
        yield from _block(parts, place, names.split(), ROWS.get(place, "").split())
    document = parts.documents.get(LISTS_FILE)
    if document is not None:
        yield from _codes(parts, document)
        yield from _annexes(parts, document)


def _block(parts: FormParts, place: tuple[str, str, str], fields: list[str], rows: list[str]) -> Iterator[SpecProblem]:
    form_id, sheet_id, block_id = place
    if form_id not in parts.effective:
        if form_id not in known_forms(parts):
            yield SpecProblem(f"forms/{form_id}.yaml", 0, say("spec.check_names.no_form", form=form_id),
                              _FROM_THE_ORIGINAL)
        return
    document = parts.written[form_id][0]
    found = _find(parts, form_id, sheet_id, block_id)
    if found is None:
        yield document.problem(["sheets"], say("spec.check_names.no_block", block=block_id, sheet=sheet_id),
                               say("spec.check_names.no_block_cure"))
        return
    at, block = found
    for name in sorted(set(fields) - {field.id for field in block.fields}):
        yield document.problem([*at, "fields"], say("spec.check_names.no_field", block=block_id, name=name),
                               say("spec.check_names.no_field_cure"))
    for key in sorted(set(rows) - {row.key for row in block.fixed}):
        yield document.problem([*at, "fixed"], say("spec.check_names.no_row", block=block_id, key=key),
                               say("spec.check_names.no_row_cure"))


def _find(parts: FormParts, form_id: str, sheet_id: str, block_id: str) -> tuple[YamlPath, Block] | None:
    for sheet_index, sheet in enumerate(parts.effective[form_id].sheets):
        for block_index, block in enumerate(sheet.blocks):
            if (sheet.id, block.id) == (sheet_id, block_id):
                return ("sheets", sheet_index, "blocks", block_index), block
    return None


def _codes(parts: FormParts, document: Document) -> Iterator[SpecProblem]:
    for name, codes in CODES.items():
        if name not in document.data:
            yield SpecProblem(document.name, 0, say("spec.check_names.no_list", name=name), _FROM_THE_ORIGINAL)
        elif name in parts.lists:
            for code in sorted(set(codes.split()) - {option.code for option in parts.lists[name].options}):
                yield document.problem([name, "options"], say("spec.check_names.no_option", name=name, code=code),
                                       say("spec.check_names.no_option_cure"))


def _annexes(parts: FormParts, document: Document) -> Iterator[SpecProblem]:
    """Each annex a unit may be given in the roster is a form."""
    for index, option in enumerate(parts.lists[_ANNEXES].options if _ANNEXES in parts.lists else ()):
        if option.code not in known_forms(parts):
            yield document.problem([_ANNEXES, "options", index],
                                   say("spec.check_names.annex_without_form", code=option.code),
                                   say("spec.check_names.annex_without_form_cure"))
