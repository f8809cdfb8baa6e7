"""The message catalogue: every finding code with its severity, Vietnamese words, cure and citation.

Texts live in ``findings-<family>.yaml`` (findings), ``words.yaml`` (closed lists: flags, statuses, reasons) and
``<room>.yaml`` (each room's other sentences, by id through ``core.say``). A code or id without a text is a defect.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

from qeval_batch.core.say import load, say
from qeval_batch.model.findings import Finding, Severity

_FINDINGS = re.compile(r"findings-(?P<family>[a-z]+)\.yaml")


@dataclass(frozen=True)
class Text:
    """One entry of the catalogue; ``{name}`` slots in ``what``, ``cure`` and ``ask`` are filled from the finding.

    ``waivable``: an error a person may lift, for what it stands in can still be read and counted without a guess.
    ``ask``: the cure as the unit is asked for it, where ``cure`` speaks to the clerk; empty where one serves both.
    ``family``: from the name of the file the entry stands in, what kind of thing it is about.
    """

    code: str
    family: str
    severity: Severity
    what: str
    cure: str
    citation: str
    waivable: bool = False
    ask: str = ""

    @property
    def slots(self) -> frozenset[str]:
        names = (name for part in (self.what, self.cure, self.ask) for _, name, _, _ in string.Formatter().parse(part))
        return frozenset(name for name in names if name)


@functools.cache
def catalogue() -> Mapping[str, Text]:
    """Every finding code the program may raise, by code."""
    texts: dict[str, Text] = {}
    for source in sorted(importlib.resources.files(__package__).iterdir(), key=lambda item: item.name):
        file = _FINDINGS.fullmatch(source.name)
        if file is not None:
            for code, entry in load(source.name).items():
                if code in texts:
                    raise ValueError(f"{source.name}: {code} is declared twice")
                texts[code] = Text(code, file["family"], Severity(entry["severity"]), entry["what"], entry["cure"],
                                   entry.get("citation", ""), entry.get("waivable", False), entry.get("ask", ""))
    return texts


@functools.cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Closed lists a person reads: ``words()['flag']['TIED']``, ``words()['status']['graded']`` …"""
    return dict(load("words.yaml"))


def family(item: Finding) -> str:
    """What kind of thing a finding is about: the name of the file its entry stands in."""
    return catalogue()[item.code].family


def severity(item: Finding) -> Severity:
    """How heavy a finding is, one lifted by hand a note; KeyError for a code outside the catalogue (a defect)."""
    heavy = catalogue()[item.code].severity
    return heavy if item.waived is None else Severity.NOTE


def citation(item: Finding) -> str:
    """The clause or form the finding enforces; empty where only the file's shape is at stake."""
    return catalogue()[item.code].citation


def what(item: Finding) -> str:
    """What is wrong, in Vietnamese, with the finding's own values."""
    return catalogue()[item.code].what.format_map(dict(item.params))


def cure(item: Finding) -> str:
    """How to mend it, in Vietnamese; of a finding lifted by hand, who did so and why."""
    if item.waived is not None:
        return say("messages.lifted", by=item.waived.by, reason=item.waived.reason)
    return catalogue()[item.code].cure.format_map(dict(item.params))


def ask(item: Finding) -> str:
    """How to mend it, as the unit is asked."""
    text = catalogue()[item.code]
    return (text.ask or text.cure).format_map(dict(item.params))


def message(item: Finding) -> str:
    """What is wrong and how to mend it, as one text."""
    return f"{what(item)} {cure(item)}".strip()


def is_error(item: Finding) -> bool:
    """Whether the finding blocks what it stands in."""
    return severity(item) is Severity.ERROR
