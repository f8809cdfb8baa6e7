"""What a live formula is, and what it may look at: one cell's place, the typed values around it, the policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qeval_batch.core.decimals import half_up
from qeval_batch.core.text import match_key
from qeval_batch.model.records import AXES
from qeval_batch.spec.policy import Policy
from qeval_batch.template.layout import BlockPlace, BookPlace, RowPlace, SheetPlace

CONFIRMING_BODIES = "dm_confirming_bodies"     # workbook-wide name of the list on the hidden list sheet
GUARD_PLACES = 9      # a binary sum is brought back to its decimal before the rounding that counts
_SHOWN_PLACES = 4     # of a cached KPI; the cell shows two
_ROW = 9_999_999      # no sheet has this row: stands for the row in a formula that is the same in every row
FormulaValue = Decimal | int | str


@dataclass(frozen=True)
class Context:
    """One formula cell: the workbook, its sheet, block and row; ``cells`` gives the typed values of a row."""

    book: BookPlace
    sheet: SheetPlace
    place: BlockPlace
    row: RowPlace
    cells: Callable[[SheetPlace, BlockPlace, RowPlace], Mapping[str, Any]]
    memo: dict[tuple[str, str, str], Any]       # figures of this workbook that several cells show

    def values(self, place: BlockPlace, row: RowPlace) -> Mapping[str, Any]:
        return self.cells(self.sheet, place, row)

    def block(self, block_id: str) -> BlockPlace | None:
        return self.sheet.block(block_id)

    @property
    def policy(self) -> Policy:
        return self.book.facts.spec.policy

    def label(self, choices: str, code: str) -> str:
        """A choice's label as a string literal of a formula."""
        return '"' + self.book.facts.spec.lists[choices].label(code).replace('"', '""') + '"'

    def at(self, row: RowPlace) -> Context:
        return replace(self, row=row)

    def within(self, place: BlockPlace, row: RowPlace) -> Context:
        return replace(self, place=place, row=row)

    def once(self, what: str, key: str, make: Callable[[], Any]) -> Any:
        """A figure of this sheet, computed the first time it is asked for."""
        slot = (self.sheet.name, what, key)
        if slot not in self.memo:
            self.memo[slot] = make()
        return self.memo[slot]


@dataclass(frozen=True)
class Formula:
    """``text`` without the leading ``=``; ``value`` is ``""`` where nothing is known yet (unknown is not zero)."""

    text: Callable[[Context], str]
    value: Callable[[Context], FormulaValue]
    array: bool = False
    alike: bool = False      # the same in every row of its block, but for the row's number


def formula_text(name: str, formula: Formula, context: Context) -> str:
    """The formula's text for this cell; one that is alike in every row is made once per block."""
    if not formula.alike:
        return formula.text(context)
    pattern: str = context.once("text", f"{context.place.block.id}.{name}",
                                lambda: formula.text(context.at(replace(context.row, row=_ROW))))
    return pattern.replace(str(_ROW), str(context.row.row))


def confirmed_text(ref: Callable[[str], str]) -> str:
    """Cause AND document AND a confirming body of the policy list (R17), over cells or whole columns."""
    return (f"(LEN(TRIM({ref('cause')}))>0)*(LEN(TRIM({ref('confirm_document')}))>0)"
            f"*ISNUMBER(MATCH(TRIM({ref('confirm_body')}&\"\"),{CONFIRMING_BODIES},0))")


def is_confirmed(context: Context, values: Mapping[str, Any]) -> bool:
    """The engine's reading of the same three cells."""
    if not text_of(values.get("cause")) or not text_of(values.get("confirm_document")):
        return False
    bodies = context.once("bodies", "", lambda: {match_key(name) for name in context.book.facts.confirming_bodies})
    return match_key(text_of(values.get("confirm_body"))) in bodies


def axis_range(place: BlockPlace, field_id: str) -> str:
    """A field over the six axis rows of a block."""
    letter = place.column(field_id)
    rows = [item.row for item in place.rows if item.key in AXES]
    return f"${letter}${rows[0]}:${letter}${rows[-1]}"


def row_of(place: BlockPlace, key: str) -> int:
    """The row of a fixed row; KeyError where the form has none (a fault of the form)."""
    found = place.place(key)
    if found is None:
        raise KeyError(f"{place.block.id}: no row {key}")
    return found.row


def number_of(value: Any) -> Decimal | None:
    """A typed figure; None for a blank, a text or a mark."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def text_of(value: Any) -> str:
    return "" if value is None else str(value).strip()


def shown(value: Fraction | None) -> FormulaValue:
    """A cached KPI: ``""`` while it is not known."""
    return "" if value is None else half_up(value, _SHOWN_PLACES)


def known(value: Decimal | None) -> FormulaValue:
    """Cached points: ``""`` while they are not known."""
    return "" if value is None else value
