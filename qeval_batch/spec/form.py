"""What a form file may say. One specification makes the template, the read-back map, the checks and the prompts."""

from __future__ import annotations

import enum
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Attribute


class Strict(BaseModel):
    """Unknown keys are refused: a misspelt key must never be a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(Strict):
    """Where a form or a value comes from: a document of ``van-ban.yaml`` and the place in it."""

    document: str
    article: str
    note: str = ""
    href: str = ""

    @property
    def text(self) -> str:
        """``LD VI.1.1``: the short form used in traces and findings."""
        return f"{self.document} {self.article}"


class Type(enum.StrEnum):
    """How a cell is typed, checked and read."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"    # a figure 0–100 as typed, never a fraction
    DATE = "date"
    BIRTHDAY = "birthday"  # a date, or a year alone
    MOMENT = "moment"      # a day and a time of day
    CHOICE = "choice"      # one value of a named list; read as its code
    MARK = "mark"          # x or blank; read as True / False
    ID = "id"              # a unit's, officer's or group's id
    IDS = "ids"            # several ids in one cell, separated by ; or ,


class Source(enum.StrEnum):
    """Who writes a cell."""

    INPUT = "input"        # the unit; unlocked
    PREFILL = "prefill"    # this program; locked, never read back as data
    FORMULA = "formula"    # the workbook; locked, recomputed and compared, never ingested


class Field(Strict):
    """One column of a table or one line of a label/value block."""

    id: str
    label: str
    type: Type = Type.TEXT
    source: Source = Source.INPUT
    choices: str | None = None           # name of a list in danh-sach.yaml
    formula: str | None = None           # name in the closed set of workbook.formulas
    required: bool = False
    minimum: int | None = None
    maximum: int | None = None
    width: int = 12                      # characters
    printed: bool = True                 # False: right of the print area
    hint: str = ""                       # input prompt of the cell
    aliases: tuple[str, ...] = ()        # other headers under which the column is still read
    informs: bool = False                # read and printed, decides nothing: one that cannot be read blocks nothing


class FixedRow(Strict):
    """A row the form itself fixes, such as a criterion of part A; ``values`` are its prefilled cells by field."""

    key: str
    values: dict[str, str] = Attribute(default_factory=dict)
    heading: bool = False                # a group line without inputs
    total: bool = False                  # a total line: formulas only
    repeat: Literal["officer", "axis"] | None = None   # one such row per officer of the unit, or per axis


class Block(Strict):
    """One titled part of a sheet. ``fixed`` rows, or ``rows`` open ones, or label/value lines, or plain text."""

    id: str
    kind: Literal["fields", "table", "text"]
    title: str = ""
    intro: str = ""
    fields: tuple[Field, ...] = ()
    fixed: tuple[FixedRow, ...] = ()
    rows: int = 0                        # open rows written into a template
    # One prefilled row per officer of the unit; or per record the program was given for this block (workbook.facts).
    rows_from: Literal["officers", "records"] | None = None
    key_field: str | None = None         # prefilled field by whose text a fixed or prefilled row is known again
    profile: str | None = None           # only in this score profile
    text: tuple[str, ...] = ()

    def field(self, field_id: str) -> Field:
        return next(item for item in self.fields if item.id == field_id)


class Sheet(Strict):
    """One sheet of a workbook. ``{officer}`` in ``name`` makes one sheet per officer."""

    id: str
    name: str
    title: tuple[str, ...] = ()
    landscape: bool = True
    may_be_blank: bool = False           # whether a blank one is a fault is the checks' to say, not the reader's
    blocks: tuple[Block, ...]

    def block(self, block_id: str) -> Block:
        return next(item for item in self.blocks if item.id == block_id)


class Form(Strict):
    """One form version. Immutable once a template of it went out: a change is a new version."""

    form: str
    version: str
    kind: str                            # the stamp's kind: don-vi, danh-muc …
    title: str
    addressee: str = ""
    basis: Literal["documented", "inferred"]
    citation: Citation
    accepts: tuple[str, ...] = ()        # older versions whose returned files are still read
    extends: str | None = None
    per: Literal["moved", "records"] | None = None  # once per officer who moved away (R21); only where it has rows
    sheets: tuple[Sheet, ...] = ()
    axis_points: dict[str, dict[str, int]] = Attribute(default_factory=dict)   # profile -> axis -> default points
    main_axes: tuple[str, ...] = ()                                           # axes suggested as Chính
    criteria: dict[str, tuple[str, ...]] = Attribute(default_factory=dict)    # axis -> suggested criteria

    def sheet(self, sheet_id: str) -> Sheet:
        return next(item for item in self.sheets if item.id == sheet_id)


class Option(Strict):
    """One value of a list: what a person sees, the code the program keeps, other spellings that are accepted."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()


class ChoiceList(Strict):
    """A named dropdown list."""

    citation: Citation | None = None
    options: tuple[Option, ...]

    def label(self, code: str) -> str:
        return next(item.label for item in self.options if item.code == code)
