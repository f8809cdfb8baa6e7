"""One path under inbox/, or one member of a container, as it was found."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qeval_batch.model.delivery import Delivery
from qeval_batch.model.findings import Finding


@dataclass(frozen=True)
class Arrival:
    """One path. ``outcome`` None: to be read; else ``rejected`` or ``ignored`` with ``why``, a Vietnamese sentence.

    What is rejected bears its ``finding``: somebody must mend it.

    ``name`` is the path under the inbox as on disk, forward slashes; bytes that are no UTF-8 stand as ``\\xNN``, so that
    it can always be printed and kept as JSON.
    """

    name: str
    path: Path
    size: int
    sha256: str | None = None
    outcome: str | None = None
    why: str = ""
    finding: Finding | None = None
    clock: datetime | None = None      # the file's own, in Vietnamese time; a member's is its container's
    delivery: Delivery = Delivery()
    container: str | None = None       # of a member: the container's sha256, and which of its members it is
    index: int = 0

    @property
    def extension(self) -> str:
        """The extension in lower case, by which an original is kept; what a file is, its content tells."""
        return os.path.splitext(self.name)[1].lower()
