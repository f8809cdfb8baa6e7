"""What pydantic and the YAML reader object to, in words an office editor understands, with what to do."""

from __future__ import annotations

import difflib
from typing import Any

from ruamel.yaml.error import MarkedYAMLError

from qeval_batch.core.say import say
from qeval_batch.spec.form import Strict

_SEE = "Xem docs/forms.md."


def loc_path(item: Any) -> list[str | int]:
    """Where in the file a pydantic error stands, without pydantic's own markers."""
    return [step for step in item["loc"] if step != "[key]"]


def explain(item: Any) -> tuple[str, str]:
    """(what is wrong, what to do) for one pydantic error."""
    path = loc_path(item)
    where = next((step for step in reversed(path) if isinstance(step, str)), "")
    kind = str(item["type"])
    if kind == "extra_forbidden":
        return say("spec.explain.unknown_key", where=where), _did_you_mean(where)
    if kind == "missing":
        cure = _CURES_OF_MISSING.get(where) or say("spec.explain.missing_key_cure")
        return say("spec.explain.missing_key", where=where), cure
    if kind.startswith("date"):
        return say("spec.explain.bad_date", where=where), say("spec.explain.bad_date_cure")
    if kind in {"literal_error", "enum"}:
        expected = str(item["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        what = say("spec.explain.bad_value", where=where, why=f"«{item['input']}»")
        return what, say("spec.explain.choose", expected=expected)
    for prefixes, words, cure in _KINDS:
        if kind.startswith(prefixes):
            return say("spec.explain.bad_value", where=where, why=words), cure
    return say("spec.explain.bad_value", where=where, why=item["msg"]), _SEE


_CURES_OF_MISSING = {
    "citation": "Mỗi biểu mẫu, mỗi giá trị phải ghi căn cứ: citation: {document: LD, article: VI.1}.",
    "document": "Ghi mã văn bản trong van-ban.yaml, ví dụ document: LD.",
    "article": "Ghi điều, khoản, điểm được dẫn, ví dụ article: VI.1.1.",
    "basis": "Ghi documented (văn bản nêu rõ) hoặc inferred (suy ra).",
    "value": "Ghi giá trị áp dụng từ ngày này.",
}
_KINDS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("string",), "phải là chữ", "Đặt giá trị trong ngoặc kép."),
    (("int", "decimal", "float"), "phải là số", "Ghi số, không đặt trong ngoặc kép."),
    (("bool",), "phải là true hoặc false", "Ghi true (có) hoặc false (không)."),
    (("tuple", "list"), "phải là một danh sách", "Viết mỗi mục một dòng bắt đầu bằng «- », hoặc [mục, mục]."),
    (("dict", "model", "mapping"), "phải là một nhóm khóa", "Viết mỗi khóa một dòng «tên: giá trị», hoặc {tên: giá trị}."),
    (("too_short",), "để trống", "Khai ít nhất một mục."),
)


def _did_you_mean(key: str) -> str:
    known = sorted({name for model in Strict.__subclasses__() for name in model.model_fields})
    near = difflib.get_close_matches(key, known, n=1)
    guess = say("spec.explain.did_you_mean", near=near[0]) if near else ""
    return say("spec.explain.unknown_key_cure", guess=guess)


_SYNTAX = (
    ("tab character", "có dấu tab; thụt dòng bằng dấu cách"),
    ("mapping values are not allowed", "có dấu hai chấm trong giá trị không đặt trong ngoặc kép"),
    ("end of stream", "thiếu dấu ngoặc kép đóng"),
    ("cannot start any token", "có ký tự không được đứng đầu giá trị (dấu tab, @, %, `)"),
    ("block end", "thụt dòng không đều"),
    ("'-' indicator", "thụt dòng không đều"),
    ("expected key", "thụt dòng không đều"),
    ("',' or", "thiếu dấu phẩy hoặc ngoặc đóng"),
    ("could not find expected ':'", "thiếu dấu hai chấm sau tên khóa"),
    ("undefined alias", "có dấu * ở đầu giá trị không đặt trong ngoặc kép"),
    ("another document", "có dòng «---» tách tệp thành hai phần"),
)


def syntax_words(error: MarkedYAMLError) -> str:
    """What the YAML reader stumbled on; its own words where none of ours fit."""
    said = " ".join(str(error.problem or error.context or "").split())
    return next((words for sign, words in _SYNTAX if sign in said), said[:160] or say("spec.explain.syntax"))
