"""The topics of the checks: what each is shown stands in its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from qeval_batch.checks.registry import Topic

if TYPE_CHECKING:
    from qeval_batch.checks.officer_products import ProductState
    from qeval_batch.checks.proposal import ProposalRow
    from qeval_batch.checks.rows import RowState
    from qeval_batch.checks.scope import CheckContext, SheetScope
    from qeval_batch.checks.unit import UnitSheetsView
    from qeval_batch.model.records import CollectiveSheet, OfficerSheet, UnitRecord
    from qeval_batch.model.submission import Row
    from qeval_batch.model.trace import Score
    from qeval_batch.rules.eligibility import FormerStay

ROW: Topic[Row, RowState, SheetScope] = Topic()              # a task or a product, what both have in common
TASK: Topic[Row, RowState, SheetScope] = Topic()
COLLECTIVE: Topic[SheetScope] = Topic()
COUNTS: Topic[CollectiveSheet, SheetScope] = Topic()         # a sound Phụ lục 09 against its own part I
# A sound Phụ lục 09, the officers' sound sheets and, by officer, the sheets those were read from.
CONFRONT: Topic[CollectiveSheet, Mapping[str, OfficerSheet], Mapping[str, SheetScope]] = Topic()
PRODUCT: Topic[Row, ProductState, SheetScope] = Topic()
OFFICER: Topic[SheetScope] = Topic(kept=False)               # the sheet as a whole: of a deferred officer's, little
SCORE: Topic[OfficerSheet, Score, SheetScope] = Topic()      # a sound sheet against the engine's figures
PROPOSAL: Topic[ProposalRow, SheetScope] = Topic()
PROPOSALS: Topic[Sequence[ProposalRow], SheetScope] = Topic()    # all rows of Tổng hợp together
DOSSIER: Topic[Row, SheetScope] = Topic()
DOSSIER_PARTS: Topic[SheetScope] = Topic()                   # the list of dossier parts as a whole
OPINION: Topic[SheetScope, FormerStay | None] = Topic()      # a former unit's, days served by the roster
UNIT: Topic[UnitSheetsView] = Topic()
ACROSS: Topic[Mapping[str, UnitRecord], CheckContext] = Topic()
