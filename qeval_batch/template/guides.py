"""What helps while somebody fills a template: dropdown lists, prompts, type and range checks, warnings, range names."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from qeval_batch.core.cells import column_letter
from qeval_batch.core.say import load
from qeval_batch.spec.form import Field, Type
from qeval_batch.template import warnings
from qeval_batch.template.formula_context import CONFIRMING_BODIES
from qeval_batch.template.layout import BlockPlace, BookPlace, SheetPlace, inputs
from qeval_batch.template.look import Look

MARKS = "dm_mark"
RANGE_PREFIX = "blk_"
_CONFIRM_BODY = "confirm_body"
_NO_ROLE = "none"
_PROMPT_TITLE = 32        # Excel's limits, in characters
_PROMPT = 255
_LARGEST = 1_000_000_000
_YEARS = 5                # a date this far from the quarter is a slip of the finger


@cache
def words() -> Any:
    """The texts of messages/prompts.yaml."""
    return load("prompts.yaml")


class Guides:
    """Lists, validations, warnings and names of one workbook."""

    def __init__(self, workbook: Any, book: BookPlace, look: Look) -> None:
        self._workbook, self._book, self._look = workbook, book, look
        self.words = words()
        self._fault = look.fault()
        self._lists = {name: self._options(name) for name in sorted(self._used())}

    def _used(self) -> set[str]:
        return {field.choices for sheet in self._book.sheets for place in sheet.blocks
                for field in place.block.fields if field.choices}

    def _options(self, name: str) -> list[str]:
        spec = self._book.facts.spec
        options = [option for option in spec.lists[name].options
                   if name != "axis_role" or option.code != _NO_ROLE or spec.policy.score.allow_no_role]
        return [option.label for option in options]

    def label(self, choices: str, value: Any) -> Any:
        """What a cell shows for a choice's code: its label (a number where the label is one, as Excel enters it)."""
        options = self._book.facts.spec.lists[choices].options
        return _plain(next((option.label for option in options if option.code == str(value)), value))

    def write_lists(self, page: Any) -> None:
        """The hidden list sheet, a column per list, each with a workbook-wide name."""
        lists: dict[str, list[str]] = {f"dm_{name}": labels for name, labels in self._lists.items()}
        lists[MARKS] = ["x"]
        lists[CONFIRMING_BODIES] = list(self._book.facts.confirming_bodies)
        for column, (name, labels) in enumerate(lists.items()):
            page.write_string(0, column, name)
            for row, label in enumerate(labels, start=1):
                shown = _plain(label)
                page.write_number(row, column, shown) if isinstance(shown, int) else page.write_string(row, column, shown)
            letter = column_letter(column + 1)
            last = max(len(labels), 1) + 1
            self._workbook.define_name(name, f"='{page.get_name()}'!${letter}$2:${letter}${last}")

    def add(self, sheet: SheetPlace, page: Any) -> None:
        """Everything that guides the filling of one sheet."""
        for place in sheet.blocks:
            if not place.rows or place.block.kind == "text":
                continue
            self._name(sheet, place)
            for field in inputs(place):
                self._validate(sheet, place, field, page)
        for area, formula in warnings.of_sheet(sheet, self._book.facts):
            self._warn(page, area, formula)

    def _name(self, sheet: SheetPlace, place: BlockPlace) -> None:
        top = place.header_row or place.first
        last = max(span.last for span in place.spans.values())
        quoted = sheet.name.replace("'", "''")
        self._workbook.define_name(f"'{quoted}'!{RANGE_PREFIX}{place.block.id}",
                                   f"='{quoted}'!$A${top}:${column_letter(last)}${place.end}")

    def _warn(self, page: Any, area: str, formula: str) -> None:
        options: dict[str, Any] = {"type": "formula", "criteria": f"={formula}", "format": self._fault}
        if " " in area:
            options["multi_range"] = area
        page.conditional_format(area.split(" ")[0], options)

    def _validate(self, sheet: SheetPlace, place: BlockPlace, field: Field, page: Any) -> None:
        rule = self._rule(field)
        if field.hint:
            rule |= {"input_title": field.label[:_PROMPT_TITLE], "input_message": field.hint[:_PROMPT]}
        if rule == {"validate": "any"}:
            return
        column = place.spans[field.id].first - 1
        for first, last in _runs(place, field):
            page.data_validation(first - 1, column, last - 1, column, rule)

    def _rule(self, field: Field) -> dict[str, Any]:
        if field.id == _CONFIRM_BODY and field.choices is None:
            return {"validate": "list", "source": f"={CONFIRMING_BODIES}", "error_type": "warning", **self._alert("body")}
        if field.choices is not None:
            return {"validate": "list", "source": f"=dm_{field.choices}", **self._alert("choice")}
        if field.type is Type.MARK:
            return {"validate": "list", "source": f"={MARKS}", **self._alert("mark")}
        if field.type is Type.DATE:
            year = self._book.facts.period.year
            return {"validate": "date", "criteria": "between", "minimum": date(year - _YEARS, 1, 1),
                    "maximum": date(year + _YEARS, 12, 31),
                    **self._alert("date", example=f"{self._book.facts.period.end:%d/%m/%Y}")}
        if field.type in (Type.INTEGER, Type.DECIMAL, Type.PERCENT):
            low = 0 if field.minimum is None else field.minimum
            high = field.maximum if field.maximum is not None else 100 if field.type is Type.PERCENT else _LARGEST
            return {"validate": "integer" if field.type is Type.INTEGER else "decimal", "criteria": "between",
                    "minimum": low, "maximum": high, **self._alert(field.type.value, minimum=low, maximum=high)}
        return {"validate": "any"}

    def _alert(self, kind: str, **slots: object) -> dict[str, str]:
        entry = self.words[kind]
        return {"error_title": entry["title"][:_PROMPT_TITLE], "error_message": entry["text"].format(**slots)[:_PROMPT]}


def _runs(place: BlockPlace, field: Field) -> list[tuple[int, int]]:
    """The rows in which a field is filled, as few ranges as they make; a label/value line is its own."""
    if place.block.kind == "fields":
        return [(row.row, row.row) for row in place.rows if row.key == field.id]
    runs: list[tuple[int, int]] = []
    for row in place.rows:
        if row.heading or row.total:
            continue
        if runs and runs[-1][1] + 1 == row.row:
            runs[-1] = (runs[-1][0], row.row)
        else:
            runs.append((row.row, row.row))
    return runs


def _plain(value: Any) -> Any:
    """A label that is a figure stands as a number, which is what typing it gives."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
