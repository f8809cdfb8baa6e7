"""Rows of an open table that are no record of it: what people put among the rows of every table they are given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qeval_batch.workbook.plan import ORDINAL, BlockPlan, key_of
from qeval_batch.workbook.values import as_text

_TOTALS = frozenset(("tổng", "cộng", "tổng cộng", "tổng số", "cộng tổng"))
# Excel's own: «Total», «2 Total», «Grand Total»; and «Cộng trục 2», never «Cộng đồng …» or «Tổng kết …».
_TOTAL = re.compile(r"(?:.{1,40} )?(?:grand )?(?:sub)?total|"
                    r"(?:tổng cộng|tổng số|tổng|cộng)(?: của)? (?:trục|nhóm|phần|mục) \S{1,4}")
# «II. Nhiệm vụ đột xuất», «Trục 2», «B) …» alone in a row; «1. …» may be a record somebody only began.
_HEADING = re.compile(r"(?:[IVX]{1,5}|[A-ZĐ])\s*[.):/\-]\s*\D.*|(?:Trục|TRỤC|Nhóm|NHÓM|Phần|PHẦN|Mục|MỤC)\b.*", re.DOTALL)
_SAMPLES = ("ví dụ", "vd:", "vd.")
# «(1)», «2», «(8)=(5)x(6)»: the line of numbers under a header.
_NUMBERING = re.compile(r"\(?([0-9]{1,2})\)?(?:\s*=.*)?", re.ASCII)
_NUMBERED = 6
# A table that asks for so much of each record can tell a record from a line of text.
_ASKED = 3


def repeats_header(cells: Mapping[str, Any], plan: BlockPlan) -> bool:
    """Whether a row (field id -> content, blank ones left out) is the header once more, or its line of numbers."""
    labels = sum(key_of(raw) in plan.labels and plan.labels[key_of(raw)].id == name for name, raw in cells.items())
    if 2 * labels > len(cells):
        return True
    last = count = 0
    for name, raw in cells.items():
        if name != ORDINAL:
            match = _NUMBERING.fullmatch(as_text(raw))
            if match is None or int(match[1]) <= last:
                return False
            last, count = int(match[1]), count + 1
    return count >= _NUMBERED


def no_record(cells: Mapping[str, Any], plan: BlockPlan) -> tuple[str, str] | None:
    """Why a row is no record: a finding's code, and the field at whose cell it stands; None for a record.

    Only what cannot be a record is told apart; whatever might be one is read and judged as one.
    """
    required = [item.id for item in plan.inputs if item.field.required]
    given = [name for name in required if name in cells]
    if len(given) < len(required):
        total = next((name for name, raw in cells.items() if _is_total(key_of(raw).rstrip(" :."))), None)
        if total is not None:
            return "ROW_TOTAL", total
    answers = [name for name in cells if name != ORDINAL]
    if len(answers) == 1 and len(required) >= _ASKED and _HEADING.fullmatch(as_text(cells[answers[0]])):
        return "ROW_HEADING", answers[0]
    sample = next((name for name in given if key_of(cells[name]).startswith(_SAMPLES)), None)
    if sample is not None:
        return "ROW_SAMPLE", sample
    if len(required) >= _ASKED and len(given) <= 1:
        return "ROW_STRAY", next(iter((*given, *cells)))
    return None


def _is_total(key: str) -> bool:
    return key in _TOTALS or _TOTAL.fullmatch(key) is not None
