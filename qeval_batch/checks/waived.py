"""Whose result rests on a finding somebody lifted by hand: it is told wherever the result is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from qeval_batch.model.findings import Finding, Part
from qeval_batch.model.results import Flag, OfficerResult


def with_waivers_told(officers: Iterable[OfficerResult], findings: Iterable[Finding]) -> Iterator[OfficerResult]:
    """``officers``, each flagged whom a lifted finding concerns: the officer's own, or one of the unit's tasks."""
    lifted = [item.where for item in findings if item.waived is not None]
    own = {where.officer for where in lifted}
    units = {where.unit for where in lifted if where.part is Part.COLLECTIVE}
    for officer in officers:
        told = officer.id in own or officer.unit in units
        yield replace(officer, flags=(*officer.flags, Flag.WAIVED)) if told else officer
