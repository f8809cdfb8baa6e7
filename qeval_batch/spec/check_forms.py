"""A form that is well formed: every block, field and fixed row can be written, found again and read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from qeval_batch.core.text import match_key
from qeval_batch.spec.form import Block, Field, Form, Sheet, Source, Type
from qeval_batch.spec.parts import LISTS_FILE, POLICY_FILE, UNIT_SET_FILE, Parts
from qeval_batch.spec.yamlio import Document, Place, SpecProblem

ANNEX = "$annex"
_SHEET_NAME_LENGTH = 31
_SHEET_NAME_REFUSES = frozenset("[]:*?/\\")
_NUMBERS = frozenset({Type.INTEGER, Type.DECIMAL, Type.PERCENT})


def form_problems(parts: Parts) -> Iterator[SpecProblem]:
    """Faults inside each form file, at their lines."""
    for name, (document, form) in parts.written.items():
        if name in parts.effective and not parts.effective[name].sheets:
            yield document.problem(["form"], f"Biểu mẫu «{name}» không có trang tính nào.",
                                   "Khai sheets, hoặc extends một biểu mẫu có trang tính.")
        if len({form.version, *form.accepts}) <= len(form.accepts):
            yield document.problem(["accepts"], f"accepts của «{name}» lặp lại một phiên bản, hoặc ghi cả phiên bản "
                                   f"{form.version} đang dùng.", "Chỉ ghi mỗi phiên bản cũ còn nhận một lần.")
        yield from _repeated(document, [("sheets", i) for i in range(len(form.sheets))],
                             [sheet.id for sheet in form.sheets], "Mã trang tính")
        for index, sheet in enumerate(form.sheets):
            yield from _sheet(parts, document, ("sheets", index), sheet)


def _sheet(parts: Parts, document: Document, place: Place, sheet: Sheet) -> Iterator[SpecProblem]:
    if len(sheet.name) > _SHEET_NAME_LENGTH or _SHEET_NAME_REFUSES & set(sheet.name) or not sheet.name.strip():
        yield document.problem([*place, "name"], f"Tên trang tính «{sheet.name}» không dùng được trong Excel.",
                               f"Tối đa {_SHEET_NAME_LENGTH} ký tự, không có [ ] : * ? / \\.")
    places = [(*place, "blocks", index) for index in range(len(sheet.blocks))]
    yield from _repeated(document, places, [block.id for block in sheet.blocks], "Mã phần")
    for profile in sorted({block.profile or "" for block in sheet.blocks}):
        shown = [(p, b) for p, b in zip(places, sheet.blocks, strict=True) if b.profile in (None, profile) and b.title]
        yield from _repeated(document, [p for p, _ in shown], [b.title for _, b in shown], "Tên phần", "title")
    tables = sum(block.kind == "table" for block in sheet.blocks)
    for index, (block_place, block) in enumerate(zip(places, sheet.blocks, strict=True)):
        if not block.title and (index > 0 or (block.kind == "table" and tables > 1)):
            yield document.problem(block_place, f"Phần «{block.id}» không có tên (title).",
                                   "Từ phần thứ hai của trang, phần nào cũng có tên để nhận ra khi đọc lại.")
    for block_place, block in zip(places, sheet.blocks, strict=True):
        yield from _block(parts, document, block_place, block)


def _block(parts: Parts, document: Document, place: Place, block: Block) -> Iterator[SpecProblem]:
    if (block.kind == "text") == bool(block.fields):
        yield document.problem([*place, "kind"], f"Phần «{block.id}» loại {block.kind} "
                               + ("không được có cột (fields)." if block.fields else "chưa có cột nào (fields)."),
                               "Phần chữ chỉ có text; bảng và phần nhãn - giá trị phải có fields.")
    profiles = parts.parameters["score.profile"].options if "score.profile" in parts.parameters else ()
    if block.profile is not None and profiles and block.profile not in profiles:
        yield document.problem([*place, "profile"], f"Cơ cấu điểm «{block.profile}» không có trong {POLICY_FILE}.",
                               f"Chọn một trong: {', '.join(profiles)}.")
    fields = [(*place, "fields", index) for index in range(len(block.fields))]
    yield from _repeated(document, fields, [field.id for field in block.fields], "Mã cột")
    headers = [(p, text) for p, f in zip(fields, block.fields, strict=True) for text in (f.label, *f.aliases)]
    yield from _repeated(document, [p for p, _ in headers], [text for _, text in headers], "Nhãn cột", "label")
    for field_place, field in zip(fields, block.fields, strict=True):
        yield from _field(parts, document, field_place, field)
    yield from _rows(document, place, block)


def _field(parts: Parts, document: Document, place: Place, field: Field) -> Iterator[SpecProblem]:
    if (field.type is Type.CHOICE) != (field.choices is not None):
        yield document.problem(place, f"Cột «{field.id}»: type: choice và choices phải đi cùng nhau.",
                               "Khai cả hai, hoặc bỏ cả hai.")
    if field.choices is not None and LISTS_FILE in parts.documents:
        known = sorted(str(key) for key in parts.documents[LISTS_FILE].data)
        if field.choices not in known:
            yield document.problem([*place, "choices"], f"Không có danh sách chọn «{field.choices}» trong {LISTS_FILE}.",
                                   f"Chọn một trong: {', '.join(known)}.")
    if (field.source is Source.FORMULA) != (field.formula is not None):
        yield document.problem(place, f"Cột «{field.id}»: source: formula và formula phải đi cùng nhau.",
                               "Khai cả hai, hoặc bỏ cả hai.")
    if field.required and field.source is not Source.INPUT:
        yield document.problem([*place, "required"], f"Cột «{field.id}» không do đơn vị nhập nên không thể bắt buộc.",
                               "Bỏ required, hoặc để source: input.")
    bounds = field.minimum is not None or field.maximum is not None
    if bounds and field.type not in _NUMBERS:
        yield document.problem(place, f"Cột «{field.id}» không phải số nên không có minimum, maximum.", "Bỏ hai khóa này.")
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield document.problem([*place, "minimum"], f"Cột «{field.id}»: minimum lớn hơn maximum.", "Sửa lại hai giá trị.")


def _rows(document: Document, place: Place, block: Block) -> Iterator[SpecProblem]:
    ids = [field.id for field in block.fields]
    rows = [(*place, "fixed", index) for index in range(len(block.fixed))]
    yield from _repeated(document, rows, [f"{row.key} {row.repeat or ''}".strip() for row in block.fixed], "Mã dòng", "key")
    for row_place, row in zip(rows, block.fixed, strict=True):
        for name in row.values:
            if name not in ids:
                yield document.problem([*row_place, "values", name], f"Dòng «{row.key}» ghi vào cột «{name}» không có.",
                                       f"Chọn một trong: {', '.join(ids)}.")
    if block.key_field is None:
        if block.fixed or block.rows_from:
            yield document.problem(place, f"Phần «{block.id}» có dòng cố định mà không có key_field.",
                                   "Khai key_field: cột điền sẵn dùng để nhận lại từng dòng.")
        return
    if not (block.fixed or block.rows_from):
        yield document.problem([*place, "key_field"], f"Phần «{block.id}» có key_field mà không có dòng cố định nào.",
                               "Khai fixed hoặc rows_from, hoặc bỏ key_field.")
    if block.key_field not in ids:
        yield document.problem([*place, "key_field"], f"key_field «{block.key_field}» không phải cột của phần này.",
                               f"Chọn một trong: {', '.join(ids)}.")
        return
    if block.field(block.key_field).source is not Source.PREFILL:
        yield document.problem([*place, "key_field"], f"key_field «{block.key_field}» phải là cột điền sẵn.",
                               "Để source: prefill cho cột này.")
        return
    inputs = [(p, row) for p, row in zip(rows, block.fixed, strict=True) if not (row.heading or row.total)]
    for row_place, row in inputs:
        if block.key_field not in row.values:
            yield document.problem(row_place, f"Dòng «{row.key}» chưa có chữ ở cột «{block.key_field}» (key_field).",
                                   "Ghi chữ để nhận lại dòng này.")
    texts = [(p, row.values[block.key_field]) for p, row in inputs if block.key_field in row.values]
    yield from _repeated(document, [p for p, _ in texts], [text for _, text in texts], "Chữ nhận dòng", "values")


def unit_set_problems(parts: Parts) -> Iterator[SpecProblem]:
    """Every kind of workbook is made of forms that exist, are of its kind, and do not share a sheet."""
    if parts.unit_set is None:
        return
    document = parts.documents[UNIT_SET_FILE]
    yield from _book(parts, (), parts.unit_set.kind, parts.unit_set.forms)
    if ANNEX not in parts.unit_set.forms:
        yield document.problem(["forms"], f"Bộ biểu thiếu {ANNEX} (phụ lục của từng cán bộ).", f"Thêm {ANNEX} vào forms.")
    for kind, book in parts.unit_set.others.items():
        if kind == parts.unit_set.kind:
            yield document.problem(["others", kind], f"Loại tệp «{kind}» đã khai.", "Mỗi loại khai một lần.")
        if ANNEX in book.forms:
            yield document.problem(["others", kind, "forms"], f"{ANNEX} chỉ dùng ở bộ biểu của đơn vị.", "Bỏ mục này.")
        yield from _book(parts, ("others", kind), kind, book.forms)
    for owner, form in parts.written.values():
        if form.kind in (parts.unit_set.kind, *parts.unit_set.others):
            yield from _empty_tables(owner, form)


def _book(parts: Parts, place: Place, kind: str, forms: Sequence[str]) -> Iterator[SpecProblem]:
    document, known = parts.documents[UNIT_SET_FILE], known_forms(parts)
    sheets: dict[str, str] = {}
    for index, name in enumerate(forms):
        if name != ANNEX and name not in known:
            yield document.problem([*place, "forms", index], f"Bộ biểu nêu biểu mẫu «{name}» không có.",
                                   f"Chọn một trong: {', '.join(sorted(known))}; hoặc {ANNEX}.")
        form = parts.effective.get(name)
        if form is None:
            continue
        if form.kind != kind:
            yield document.problem([*place, "forms", index], f"Biểu mẫu «{name}» thuộc loại «{form.kind}», bộ biểu "
                                   f"thuộc loại «{kind}».", "Sửa kind ở một trong hai tệp.")
        for sheet in form.sheets:
            for text in (sheet.id, match_key(sheet.name)):
                if text in sheets and sheets[text] != name:
                    yield document.problem([*place, "forms", index], f"Trang «{text}» của «{name}» trùng với "
                                           f"«{sheets[text]}».", "Đổi id hoặc name của một trang.")
                sheets.setdefault(text, name)


def _empty_tables(document: Document, form: Form) -> Iterator[SpecProblem]:
    for sheet_index, sheet in enumerate(form.sheets):
        for index, block in enumerate(sheet.blocks):
            if block.kind == "table" and not (block.fixed or block.rows_from or block.rows > 0):
                yield document.problem(["sheets", sheet_index, "blocks", index],
                                       f"Bảng «{block.id}» không có dòng nào để điền.", "Khai rows: số dòng trống.")


def known_forms(parts: Parts) -> frozenset[str]:
    """Ids of every form file, of the faulty ones too: a form with a fault is not a form that is missing."""
    raw = {str(document.data["form"]) for document in parts.documents.values() if "form" in document.data}
    faulty = {Path(problem.file).stem for problem in parts.problems}
    return frozenset(raw | faulty)


def _repeated(document: Document, places: Sequence[Place], texts: Sequence[str], what: str,
              key: str = "id") -> Iterator[SpecProblem]:
    first: dict[str, int] = {}
    for place, text in zip(places, texts, strict=True):
        folded = match_key(text)
        if folded in first:
            yield document.problem([*place, key], f"{what} «{text}» bị lặp; đã có ở dòng {first[folded]}.",
                                   "Đặt tên khác để phân biệt khi đọc lại.")
        first.setdefault(folded, document.line([*place, key]))
