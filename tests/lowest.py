"""The lowest versions that setup.cfg allows of the libraries it names, as constraints for pip.

    python tests/lowest.py > constraints.txt && python -m pip install -c constraints.txt -e '.[test]'
"""

from __future__ import annotations

import configparser
import re
import sys
from pathlib import Path
from typing import NamedTuple

SETUP = Path(__file__).resolve().parent.parent / "setup.cfg"
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^]]*])?\s*(?P<bounds>[^;]*?)\s*(?:;\s*(?P<marker>.+))?")
_BOUND = re.compile(r"(>=|<=|==|!=|~=|>|<)\s*([^\s,]+)")


class Requirement(NamedTuple):
    """One line of setup.cfg: a library, its bounds as (sign, version), where it is wanted ("": everywhere)."""

    name: str
    bounds: tuple[tuple[str, str], ...]
    marker: str = ""

    def versions(self, *signs: str) -> list[str]:
        """The versions that stand behind any of ``signs``."""
        return [version for sign, version in self.bounds if sign in signs]

    @property
    def constraint(self) -> str:
        """pip's line for the lowest version; ValueError where setup.cfg names none, or several."""
        lowest = self.versions(">=", "==")
        if len(lowest) != 1:
            raise ValueError(f"setup.cfg must name one lowest version of {self.name}, not {len(lowest)}")
        return f"{self.name}=={lowest[0]}" + (f"; {self.marker}" if self.marker else "")


def parse(line: str) -> Requirement:
    """A requirement as setup.cfg writes it; ValueError where it is none."""
    found = _REQUIREMENT.fullmatch(line.strip())
    bounds = found and tuple(_BOUND.findall(found["bounds"]))
    if not found or ",".join("".join(bound) for bound in bounds) != re.sub(r"\s", "", found["bounds"]):
        raise ValueError(f"setup.cfg: {line!r} is no requirement")
    return Requirement(found["name"], bounds, found["marker"] or "")


def requirements(setup: Path = SETUP) -> dict[str, list[Requirement]]:
    """What each part asks for: "" for the package itself, else the extra's name."""
    config = configparser.ConfigParser(interpolation=None)
    config.read_string(setup.read_text("utf-8"))
    parts = {"": config["options"]["install_requires"], **config["options.extras_require"]}
    return {part: [parse(line) for line in text.splitlines() if line.strip()] for part, text in parts.items()}


def constraints(setup: Path = SETUP) -> list[str]:
    """One line for each library of the package and of every extra."""
    return sorted({wanted.constraint for part in requirements(setup).values() for wanted in part}, key=str.lower)


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in constraints()))
