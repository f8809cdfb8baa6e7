"""A file of the outbox that a person changed or added is kept beside the folder that is about to be replaced.

What the program wrote is known by the record in the folder itself: the manifest, or a hidden one of the same kind where
no manifest belongs. A folder without a record is kept whole: nothing in it can be told from a person's work.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from qeval_batch.core.say import say
from qeval_batch.model.hand_edits import HandEdits
from qeval_batch.model.manifest import FILE_NAME, sha256

RECORD = ".manifest.json"
_NAME = "{folder}-ban-sua-{time:%Y%m%d-%H%M}"
# What programs leave beside a file that is open, and what file managers put everywhere.
_NOBODYS = ("~$", ".~lock.", ".DS_Store", "Thumbs.db", "desktop.ini")


def hand_edits(target: Path, as_of: datetime, root: Path | None = None) -> HandEdits | None:
    """What a person changed or added in ``target``, and where it will be kept; None: nothing.

    ``root``: the folder of the outbox that ``target`` stands in, where that is not ``target`` itself.
    """
    root = root or target
    found = [path for path in _files(target) if not path.name.startswith(_NOBODYS)]
    known = _known(root)
    files = tuple(sorted(name for path in found if (name := path.relative_to(root).as_posix())
                         and (path.is_symlink() or sha256(path.read_bytes()) not in known[name])))
    return HandEdits(_free(root, as_of, files), files) if files else None


def keep(target: Path, as_of: datetime, root: Path | None = None) -> HandEdits | None:
    """Copy what a person changed or added to where it is kept; whatever was kept there before stays."""
    root = root or target
    found = hand_edits(target, as_of, root)
    if found is None:
        return None
    for name in found.files:
        copy = root.parent / found.folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, copy, follow_symlinks=False)
    return found


def lines(found: HandEdits) -> list[str]:
    """What the clerk is told: where they are kept, then each file."""
    return [say("render.edits.kept", count=len(found.files), folder=found.folder), *found.files]


def write_record(folder: Path) -> None:
    """Note what the program wrote into ``folder``, unless a manifest there says so already."""
    if not (folder / FILE_NAME).exists():
        _write(folder, {path.relative_to(folder).as_posix(): sha256(path.read_bytes()) for path in _files(folder)})


def note(file: Path) -> None:
    """Note one file more in the record of its folder."""
    written = _outputs(file.parent / RECORD)
    _write(file.parent, {**written, file.name: sha256(file.read_bytes())})


def _write(folder: Path, hashes: Mapping[str, str]) -> None:
    entries = [{"name": name, "sha256": hashes[name]} for name in sorted(hashes)]
    (folder / RECORD).write_text(json.dumps({"schema": 1, "outputs": entries}, ensure_ascii=False, indent=1) + "\n",
                                 "utf-8")


def _files(folder: Path) -> Iterator[Path]:
    """Every file in ``folder``, or ``folder`` itself where it is one; records apart."""
    if folder.is_file():
        yield folder
    for place, _, names in os.walk(folder):
        yield from (Path(place) / name for name in sorted(names) if name not in (FILE_NAME, RECORD))


def _known(root: Path) -> Mapping[str, set[str]]:
    """By path under ``root`` every content the program wrote there; a part replaced alone has a record of its own."""
    known: dict[str, set[str]] = defaultdict(set)
    for place, _, names in os.walk(root):
        for record in (name for name in (FILE_NAME, RECORD) if name in names):
            for name, digest in _outputs(Path(place) / record).items():
                known[(Path(place) / name).relative_to(root).as_posix()].add(digest)
    return known


def _outputs(record: Path) -> dict[str, str]:
    try:
        return {item["name"]: item["sha256"] for item in json.loads(record.read_text("utf-8"))["outputs"]}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _free(root: Path, as_of: datetime, files: tuple[str, ...]) -> str:
    """The first name under which nothing else is kept: a run repeated after a crash keeps the same files once."""
    base = _NAME.format(folder=root.name, time=as_of)
    number, name = 1, base
    while any((root.parent / name / file).exists() and not _same(root.parent / name / file, root / file)
              for file in files):
        number += 1
        name = f"{base}-{number}"
    return name


def _same(one: Path, two: Path) -> bool:
    return one.is_symlink() == two.is_symlink() and one.read_bytes() == two.read_bytes()
