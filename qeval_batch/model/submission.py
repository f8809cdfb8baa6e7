"""What was read from one workbook: a flat list of cells with addresses, before anything is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qeval_batch.core.cells import CellRef, RowRef
from qeval_batch.model.act import Act
from qeval_batch.model.findings import Finding, Part


class Invalid:
    """A cell that holds something unreadable; its finding is already recorded. Not blank, not a value."""

    _only: Invalid | None = None

    def __new__(cls) -> Invalid:
        cls._only = cls._only or super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "INVALID"

    def __reduce__(self) -> tuple[type[Invalid], tuple[()]]:
        return Invalid, ()


INVALID = Invalid()


@dataclass(frozen=True)
class Row:
    """One record of a block: field id -> str | int | Decimal | date | bool | tuple[str, ...] | None | INVALID.

    ``key`` is the fixed row's key ("1.1", "total_b", "3:CB0123"), the prefilled id (an officer), or None.
    """

    values: Mapping[str, Any]
    at: RowRef
    key: str | None = None
    confirmed: CellRef | None = None  # where a result report confirms or corrects what was projected (R13)

    def __getitem__(self, field_id: str) -> Any:
        return self.values.get(field_id)

    def has(self, field_id: str) -> bool:
        """A readable value stands there (0 and False are values; blank and INVALID are not)."""
        value = self.values.get(field_id)
        return value is not None and value is not INVALID


# What an error in a sheet blocks, by the form's sheet id; whatever is not named here blocks its file.
_PARTS = {"collective": Part.COLLECTIVE, "officer": Part.OFFICER, "proposal": Part.PROPOSAL, "dossier": Part.DOSSIER,
          "comment": Part.OPINION, "result_tasks": Part.REPORT, "result_products": Part.REPORT,
          "axis_assessment": Part.ASSESSMENT, "indicators": Part.ASSESSMENT,
          "opinions": Part.ADVICE, "proposals": Part.ADVICE}


def part_of(sheet: str) -> Part:
    """What an error in a sheet of this id blocks."""
    return _PARTS.get(sheet, Part.FILE)


@dataclass(frozen=True)
class SheetData:
    """One sheet: block id -> its records (a label/value block has exactly one)."""

    form: str
    sheet: str                        # the form's sheet id: collective, officer, proposal, dossier
    name: str                         # as named in the file
    officer: str | None               # for one-per-officer sheets
    blocks: Mapping[str, tuple[Row, ...]]
    blank: bool = False               # not one input cell was filled
    digest: str = ""                  # of the values, to tell two versions apart
    amended_by: tuple[str, ...] = ()  # files whose rows took the place of some of this sheet's (R13)

    def rows(self, block: str) -> tuple[Row, ...]:
        return self.blocks.get(block, ())


@dataclass(frozen=True)
class Stamp:
    """What a generated workbook says of itself."""

    kind: str
    unit: str
    period: str
    profile: str
    forms: Mapping[str, str]                       # form id -> version
    sheets: Mapping[str, tuple[str, str, str]]     # sheet name -> (form id, sheet id, officer or "")
    layout: str
    signature: str
    key_id: str = ""                               # names the key it was signed with; blank in older files
    notes: Mapping[str, str] = field(default_factory=dict)    # what the sender wants to hear again


@dataclass(frozen=True)
class Assigned:
    """The stamp a person gave a file that bears none that verifies, and what that person said."""

    stamp: Stamp
    act: Act


@dataclass(frozen=True)
class Submission:
    """One read workbook. ``findings`` are those of reading: container, stamp, cells.

    ``tops``: sheet name -> the texts at its top, by which a person would know whose sheet it is.
    """

    file: str                         # path under inbox/, as on disk, forward slashes
    sha256: str
    stamp: Stamp | None
    sheets: tuple[SheetData, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    refused: bool = False             # container, stamp: nothing of the file is used
    tops: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
