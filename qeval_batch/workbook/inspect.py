"""What the program reads in one workbook, told field by field: sheet, cell, value, finding."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from qeval_batch import messages
from qeval_batch.core.decimals import vi_number
from qeval_batch.core.say import say
from qeval_batch.model.findings import Finding
from qeval_batch.model.submission import INVALID, Row, SheetData, Stamp, Submission
from qeval_batch.spec.form import Block, Field, Source
from qeval_batch.spec.load import Spec

_UNREADABLE = "(không đọc được)"
_WIDTH = 80


def describe(submission: Submission, spec: Spec) -> dict[str, Any]:
    """The submission as JSON-able values: stamp, sheets with every field read, findings with severity and text.

    A field's ``value`` is text as a person writes it (labels, d/m/yyyy, decimal comma); null where blank.
    """
    by_cell: dict[tuple[str | None, str | None], list[Finding]] = defaultdict(list)
    for item in submission.findings:
        by_cell[item.where.sheet, item.where.a1].append(item)
    return {
        "file": submission.file,
        "sha256": submission.sha256,
        "refused": submission.refused,
        "stamp": _stamp(submission.stamp),
        "sheets": [_sheet(sheet, spec, by_cell) for sheet in submission.sheets],
        "findings": [_finding(item) for item in submission.findings],
    }


def lines(description: Mapping[str, Any]) -> list[str]:
    """A description as lines for a terminal of 80 columns: row by row, no blank cells, findings at the end."""
    told = [say("workbook.inspect.file", file=description["file"]), f"SHA-256: {description['sha256']}"]
    stamp = description["stamp"]
    if stamp is None:
        told.append(say("workbook.inspect.no_stamp"))
    else:
        told += _wrapped(say("workbook.inspect.stamp", kind=stamp["kind"], unit=stamp["unit"], quarter=stamp["period"],
                             profile=stamp["profile"]), "")
    if description["refused"]:
        told.append(say("workbook.inspect.nothing_used"))
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in description["findings"]:
        found[item["sheet"] or "", item["cell"] or ""].append(item["what"])
    for sheet in description["sheets"]:
        told += ["", f"Trang «{sheet['name']}»" + (say("workbook.inspect.empty") if sheet["blank"] else "")]
        block = None
        for (name, _), fields in groupby(sheet["fields"], lambda field: (field["block"], _address(field)[0])):
            shown = sorted((field for field in fields if field["value"] is not None or field["findings"]), key=_address)
            if shown and name != block:
                block = name
                told += [f"  {sheet['titles'][name]}"] if sheet["titles"][name] else []
            told += _told_row(shown)
            for field in shown:
                for what in found[sheet["name"], field["cell"]]:
                    told += _wrapped(f"! {field['cell']}: {what}", "      ")
    return told + _told_findings(description["findings"])


def _address(field: Mapping[str, Any]) -> tuple[int, int, str]:
    """The order of cells on a sheet."""
    letters = field["cell"].rstrip("0123456789")
    return int(field["cell"][len(letters):]), len(letters), letters


def _told_row(fields: Sequence[Mapping[str, Any]]) -> list[str]:
    """One row of the sheet: its key where it has one, then each field with its cell."""
    if not fields:
        return []
    text = " | ".join(f"{field['cell']} {field['label']}: {field['value'] or ''}".strip() for field in fields)
    key = f"[{fields[0]['key']}] " if fields[0]["key"] else ""
    return _wrapped(key + text.replace("\n", " / "), "    ")


def _told_findings(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    names = messages.words()["severity"]
    counts = Counter(item["severity"] for item in findings)
    each = ", ".join(f"{counts[code]} {name.lower()}" for code, name in names.items() if counts[code])
    told = ["", say("workbook.inspect.findings", count=len(findings)) + (f" ({each})" if each else "")]
    for item in findings:
        place = " ".join(part for part in (f"«{item['sheet']}»" if item["sheet"] else "", item["cell"] or "") if part)
        told += _wrapped(f"[{names[item['severity']]}] {place + ': ' if place else ''}{item['message']}", "  ")
    return told


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)


def _stamp(stamp: Stamp | None) -> dict[str, Any] | None:
    if stamp is None:
        return None
    return {"kind": stamp.kind, "unit": stamp.unit, "period": stamp.period, "profile": stamp.profile,
            "forms": dict(sorted(stamp.forms.items())), "layout": stamp.layout,
            "sheets": {name: list(place) for name, place in sorted(stamp.sheets.items())}}


def _sheet(sheet: SheetData, spec: Spec, by_cell: Mapping[tuple[str | None, str | None], Sequence[Finding]]) \
        -> dict[str, Any]:
    blocks = {block.id: block for block in spec.forms[sheet.form].sheet(sheet.sheet).blocks}
    fields = [entry for block_id, rows in sheet.blocks.items() for row in rows
              for entry in _row(row, blocks[block_id], sheet, spec, by_cell)]
    return {"name": sheet.name, "form": sheet.form, "sheet": sheet.sheet, "officer": sheet.officer,
            "blank": sheet.blank, "digest": sheet.digest, "titles": {name: blocks[name].title for name in sheet.blocks},
            "fields": fields}


def _row(row: Row, block: Block, sheet: SheetData, spec: Spec,
         by_cell: Mapping[tuple[str | None, str | None], Sequence[Finding]]) -> Iterator[dict[str, Any]]:
    for field in block.fields:
        if field.id not in row.values or field.source is not Source.INPUT:
            continue
        cell = row.at.cell(field.id).a1
        yield {"block": block.id, "key": row.key, "field": field.id, "label": field.label, "cell": cell,
               "value": shown(row.values[field.id], field, spec),
               "findings": [messages.message(item) for item in by_cell.get((sheet.name, cell), ())]}


def shown(value: Any, field: Field, spec: Spec) -> str | None:
    """A read value as a person writes it; None where blank (an unmarked box is blank)."""
    if value is INVALID:
        return _UNREADABLE
    if value is None or value is False:
        return None
    if value is True:
        return "x"
    if isinstance(value, tuple):
        return "; ".join(map(str, value)) or None
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | Decimal):
        return vi_number(value)
    # A prefilled choice is kept as the text that stands there, an entered one as its code.
    labels = {item.code: item.label for item in spec.lists[field.choices].options} if field.choices else {}
    return labels.get(str(value), str(value))


def _finding(item: Finding) -> dict[str, Any]:
    return {"code": item.code, "severity": messages.severity(item).value, "part": item.where.part.value,
            "unit": item.where.unit, "officer": item.where.officer, "sheet": item.where.sheet, "cell": item.where.a1,
            "what": messages.what(item), "message": messages.message(item), "citation": messages.citation(item)}
