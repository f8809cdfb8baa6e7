"""The default demo province, taken in and decided once for all tests that only look at it."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from qeval_batch.commands.init import create
from qeval_batch.demo.build import DEMO_AS_OF, DEMO_PERIOD, build_demo
from qeval_batch.intake.take import Intake
from qeval_batch.model.batch import Batch
from qeval_batch.model.claims import ClaimPlace, ClaimRuling, value_of
from qeval_batch.model.records import ClaimAnswer
from qeval_batch.pipeline import decide, load_period, take
from qeval_batch.workspace import Workspace

AS_OF, PERIOD = DEMO_AS_OF, DEMO_PERIOD


@dataclass(frozen=True)
class Province:
    workspace: Workspace
    intake: Intake
    batch: Batch


@functools.cache
def province(units: int = 20) -> Province:
    """A demo workspace in a folder that goes with the process; tests must not write into its inbox or outbox."""
    root = Path(tempfile.mkdtemp(prefix="tinh-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    workspace = create(root / "w", sample_roster=False, created=AS_OF)
    spec = load_period(workspace, PERIOD)
    build_demo(workspace.root, units, spec, PERIOD, AS_OF)
    intake = take(workspace, spec, PERIOD, AS_OF)
    return Province(workspace, intake, decide(intake, spec, PERIOD, AS_OF))


@functools.cache
def answered() -> Province:
    """The same province once the office has accepted every claim on a task or a product."""
    at, ruled = province(), {}
    for record in at.batch.records.values():
        claims = [(ClaimPlace(record.unit, task=item.code), item.excuse)
                  for item in (record.collective.tasks if record.collective else ()) if item.claims]
        claims += [(ClaimPlace(record.unit, officer, product=item.no), item.excuse)
                   for officer, sheet in record.sheets.items() for item in sheet.products if item.claims]
        for place, excuse in claims:
            ruled[place] = ClaimRuling("A", "Đã xem", "", place, value_of(excuse), ClaimAnswer.ACCEPTED, "1-CV")
    intake = replace(at.intake, acts=replace(at.intake.acts, ruled=ruled))
    return Province(at.workspace, intake, decide(intake, at.batch.spec, PERIOD, AS_OF))
