"""Nothing the program asks for by name is gone: forms, blocks, columns, fixed rows, lists and their codes."""

from __future__ import annotations

from collections.abc import Iterator

from qeval_batch.spec.check_forms import known_forms
from qeval_batch.spec.form import Block
from qeval_batch.spec.parts import LISTS_FILE, Parts
from qeval_batch.spec.required import CODES, FIELDS, ROWS
from qeval_batch.spec.yamlio import Document, Place, SpecProblem

_FROM_THE_ORIGINAL = "Chép lại từ bộ biểu gốc (qeval init)."
_ANNEXES = "annexes"


def name_problems(parts: Parts) -> Iterator[SpecProblem]:
    """What ``spec.required`` lists and ``parts`` lacks; a file with a fault of its own is not blamed twice."""
    for place, names in FIELDS.items():
        yield from _block(parts, place, names.split(), ROWS.get(place, "").split())
    document = parts.documents.get(LISTS_FILE)
    if document is not None:
        yield from _codes(parts, document)
        yield from _annexes(parts, document)


def _block(parts: Parts, place: tuple[str, str, str], fields: list[str], rows: list[str]) -> Iterator[SpecProblem]:
    form_id, sheet_id, block_id = place
    if form_id not in parts.effective:
        if form_id not in known_forms(parts):
            yield SpecProblem(f"forms/{form_id}.yaml", 0, f"Thiếu biểu mẫu «{form_id}».", _FROM_THE_ORIGINAL)
        return
    document = parts.written[form_id][0]
    found = _find(parts, form_id, sheet_id, block_id)
    if found is None:
        yield document.problem(["sheets"], f"Thiếu phần «{block_id}» của trang «{sheet_id}».",
                               "Có thể đổi tên hiển thị (title, name), không đổi id.")
        return
    at, block = found
    for name in sorted(set(fields) - {field.id for field in block.fields}):
        yield document.problem([*at, "fields"], f"Phần «{block_id}» thiếu cột «{name}» mà chương trình cần.",
                               "Có thể đổi nhãn (label), không đổi id hoặc xóa cột này.")
    for key in sorted(set(rows) - {row.key for row in block.fixed}):
        yield document.problem([*at, "fixed"], f"Phần «{block_id}» thiếu dòng «{key}» mà chương trình cần.",
                               "Có thể đổi chữ của dòng (values), không đổi key hoặc xóa dòng này.")


def _find(parts: Parts, form_id: str, sheet_id: str, block_id: str) -> tuple[Place, Block] | None:
    for sheet_index, sheet in enumerate(parts.effective[form_id].sheets):
        for block_index, block in enumerate(sheet.blocks):
            if (sheet.id, block.id) == (sheet_id, block_id):
                return ("sheets", sheet_index, "blocks", block_index), block
    return None


def _codes(parts: Parts, document: Document) -> Iterator[SpecProblem]:
    for name, codes in CODES.items():
        if name not in document.data:
            yield SpecProblem(document.name, 0, f"Thiếu danh sách «{name}».", _FROM_THE_ORIGINAL)
        elif name in parts.lists:
            for code in sorted(set(codes.split()) - {option.code for option in parts.lists[name].options}):
                yield document.problem([name, "options"], f"Danh sách «{name}» thiếu mã «{code}» mà chương trình cần.",
                                       "Có thể đổi nhãn (label), không đổi hoặc xóa mã (code).")


def _annexes(parts: Parts, document: Document) -> Iterator[SpecProblem]:
    """Each annex a unit may be given in the roster is a form."""
    for index, option in enumerate(parts.lists[_ANNEXES].options if _ANNEXES in parts.lists else ()):
        if option.code not in known_forms(parts):
            yield document.problem([_ANNEXES, "options", index], f"Phụ lục «{option.code}» không có biểu mẫu.",
                                   "Thêm tệp biểu mẫu, hoặc bỏ lựa chọn này.")
