"""What the reader looks for on a sheet: a form's blocks with their titles, labels and cell parsers, prepared once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from qeval_batch.core.text import match_key
from qeval_batch.spec.form import (
    Block,
    Field,
    FixedRow,
    Form,
    Sheet,
    Source,
    Type,
)
from qeval_batch.spec.load import Spec
from qeval_batch.workbook.stamp import layout_hash
from qeval_batch.workbook.values import Parsed, Parser, parser_of

# A table's own numbering (TT): nobody's answer, so it starts no row and cannot be wrong.
ORDINAL = "no"
_KEY_LENGTH = 400
_AXES_BLOCK = "axes"
_PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")
_NUMERIC = (Type.INTEGER, Type.DECIMAL, Type.PERCENT)


@lru_cache(maxsize=16384)
def _key(text: str) -> str:
    return match_key(text)


def key_of(raw: Any) -> str:
    """The matching key of a cell that may be a title or a label; '' for anything else."""
    return _key(raw) if isinstance(raw, str) and raw and len(raw) <= _KEY_LENGTH else ""


@dataclass(frozen=True)
class FieldPlan:
    """One field: under which labels it stands, and how an input is parsed."""

    field: Field
    id: str
    keys: tuple[str, ...]
    parser: Parser | None             # None: prefill or formula
    blank: Any                        # what the parser makes of a blank cell

    @property
    def numeric(self) -> bool:
        return self.field.type in _NUMERIC


@dataclass(frozen=True)
class BlockPlan:
    """One block: its title, its fields by label, its fixed rows by text, what the template itself puts into inputs."""

    block: Block
    title: str
    fields: tuple[FieldPlan, ...]
    labels: Mapping[str, FieldPlan]
    fixed: Mapping[str, FixedRow]
    patterns: tuple[tuple[re.Pattern[str], FixedRow], ...]
    elsewhere: tuple[tuple[str, str, FixedRow], ...]   # field and text by which a row is known beside key_field
    defaults: Mapping[tuple[str, str], Any]

    @cached_property
    def id(self) -> str:
        return self.block.id

    @cached_property
    def inputs(self) -> tuple[FieldPlan, ...]:
        return tuple(item for item in self.fields if item.parser is not None)

    def fixed_row(self, text: str) -> tuple[str, FixedRow] | None:
        """The fixed row whose prefilled text this is, with its key (``3:CB0123`` for a repeated one)."""
        key = key_of(text)
        row = self.fixed.get(key)
        if row is not None:
            return row.key, row
        for pattern, repeated in self.patterns:
            match = pattern.fullmatch(key)
            if match is not None:
                return f"{repeated.key}:{match[repeated.repeat].upper()}", repeated  # type: ignore[index]
        return None


@dataclass(frozen=True)
class SheetPlan:
    """One sheet of one form, in one score profile."""

    form: str
    sheet: Sheet
    blocks: tuple[BlockPlan, ...]
    titles: Mapping[str, BlockPlan]
    untitled: BlockPlan | None        # stands above the first title

    @property
    def has_inputs(self) -> bool:
        return any(block.inputs for block in self.blocks)


class Plans:
    """The plans of all forms of a Spec, each made when first asked for."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self._made: dict[tuple[str, str, str], SheetPlan] = {}
        self._layouts: dict[frozenset[str], str] = {}

    def layout(self, forms: frozenset[str]) -> str:
        """The layout hash of these forms, as a stamp carries it."""
        if forms not in self._layouts:
            self._layouts[forms] = layout_hash(self.spec.forms[form] for form in forms)
        return self._layouts[forms]

    def of(self, form: str, sheet: str, profile: str) -> SheetPlan:
        """KeyError for a form, StopIteration for a sheet, the Spec does not have."""
        key = (form, sheet, profile)
        if key not in self._made:
            self._made[key] = plan_sheet(self.spec.forms[form].sheet(sheet), self.spec, profile, self.spec.forms[form])
        return self._made[key]


_latest: list[Plans] = []


def plans_of(spec: Spec) -> Plans:
    """The plans of ``spec``, kept while the same Spec is asked for: a batch reads hundreds of files by one."""
    if not _latest or _latest[0].spec is not spec:
        _latest[:] = [Plans(spec)]
    return _latest[0]


def plan_sheet(sheet: Sheet, spec: Spec, profile: str, form: Form | None = None) -> SheetPlan:
    """The plan of one sheet; blocks of another score profile are left out (R17)."""
    blocks = [block for block in sheet.blocks if block.profile in (None, profile) and block.kind != "text"]
    plans = tuple(_plan_block(block, spec, profile, form) for block in blocks)
    return SheetPlan(
        form=form.form if form else "", sheet=sheet, blocks=plans,
        titles={plan.title: plan for plan in plans if plan.title},
        untitled=next((plan for plan in plans if not plan.title), None))


def _plan_block(block: Block, spec: Spec, profile: str, form: Form | None) -> BlockPlan:
    fields = tuple(_plan_field(field, spec) for field in block.fields)
    labels: dict[str, FieldPlan] = {}
    for plan in fields:
        for key in plan.keys:
            labels.setdefault(key, plan)
    texts = [(row.values[block.key_field], row) for row in block.fixed if block.key_field in row.values] \
        if block.key_field else []
    return BlockPlan(
        block=block, title=match_key(block.title) if block.title else "", fields=fields, labels=labels,
        fixed={match_key(text): row for text, row in texts if not row.repeat},
        patterns=tuple((_pattern(text), row) for text, row in texts if row.repeat),
        elsewhere=_elsewhere(block),
        defaults=_defaults(block, profile, form))


def _elsewhere(block: Block) -> tuple[tuple[str, str, FixedRow], ...]:
    """What tells a fixed row apart where the text in its key field is gone: another text no other row has."""
    texts = [(field, match_key(text), row) for row in block.fixed if not row.repeat
             for field, text in row.values.items() if field != block.key_field]
    counted = Counter((field, key) for field, key, _ in texts)
    return tuple(item for item in texts if counted[item[:2]] == 1 and not item[1].isdecimal())


def _plan_field(field: Field, spec: Spec) -> FieldPlan:
    parser = parser_of(field, spec.lists, spec.policy.day) if field.source is Source.INPUT else None
    if field.id == ORDINAL and parser is not None:
        parser = _lenient(parser)
    blank = parser("").value if parser is not None else None
    return FieldPlan(field, field.id, tuple(match_key(text) for text in (field.label, *field.aliases)), parser, blank)


def _lenient(parser: Parser) -> Parser:
    def read(raw: Any) -> Parsed:
        parsed = parser(raw)
        return parsed if parsed.problem is None else Parsed(None)

    return read


def _pattern(template: str) -> re.Pattern[str]:
    """A repeated row's text with its placeholders open: ``(3) …: {full_name} ({officer})``."""
    names: set[str] = set()

    def group(match: re.Match[str]) -> str:
        name = match[1]
        if name in names:
            return f"(?P={name})"
        names.add(name)
        return rf"(?P<{name}>\S+)" if name in ("officer", "axis") else rf"(?P<{name}>.+)"

    return re.compile(_PLACEHOLDER.sub(group, re.escape(match_key(template))))


def _defaults(block: Block, profile: str, form: Form | None) -> dict[tuple[str, str], Any]:
    """What the template itself writes into input cells (roles and points of B1): not yet anybody's answer."""
    if block.id != _AXES_BLOCK or form is None:
        return {}
    defaults: dict[tuple[str, str], Any] = {}
    for axis, points in form.axis_points.get(profile, {}).items():
        defaults[axis, "max_points"] = points
        defaults[axis, "role"] = "main" if axis in form.main_axes else "secondary"
    return defaults
