"""A fresh workspace: forms, templates, a sample roster and a blank register."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from qeval_batch.core.say import say
from qeval_batch.workspace import ROSTER_FILE, CannotRun, Workspace, open_workspace


def create(target: Path, *, sample_roster: bool = True, created: datetime) -> Workspace:
    """A fresh workspace with forms, templates and (if asked) a sample roster and a blank register; overwrites nothing."""
    taken = [name for name in ("forms", "templates", ROSTER_FILE) if (target / name).exists()]
    if taken:
        raise CannotRun(say("commands.init.taken", target=target, taken=", ".join(taken)))
    target.mkdir(parents=True, exist_ok=True)
    for name in ("forms", "templates"):
        _copy_shipped(name, target / name)
    workspace = open_workspace(target)
    if sample_roster:
        from qeval_batch.intake.register import write_register
        from qeval_batch.roster.sample import sample_roster as make_sample
        from qeval_batch.roster.write import write_roster
        from qeval_batch.spec.load import load_spec

        spec = load_spec(workspace.forms, created.date())
        write_roster(workspace.roster, spec, make_sample(), created)
        if not workspace.register.exists():
            write_register(workspace.register, spec, created)
    return workspace


def _copy_shipped(name: str, target: Path) -> None:
    """The wheel carries forms/ and templates/ inside the package; a source checkout has them beside it."""
    package = Path(__file__).resolve().parent.parent
    sources = [package / f"shipped_{name}", package.parent / name]
    source = next((item for item in sources if item.is_dir()), None)
    if source is None:
        raise CannotRun(say("commands.init.incomplete_install", name=name))
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
