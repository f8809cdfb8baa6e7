"""Many files of one mail or archive with one fault are one finding, with how many and the first names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from qeval_batch import messages
from qeval_batch.core.files import one_line
from qeval_batch.model.findings import Finding, Part, Where, finding

_FEW = 3
_NAMED = 5


def bundled(findings: Iterable[Finding], inside: Mapping[str, Iterable[str]]) -> list[Finding]:
    """``findings``, those of more than a few members of one container that say the same as one of the container.

    ``inside``: a container's name -> its members' names. Only errors of whole files of nobody known are bundled.
    """
    holder = {member: name for name, members in inside.items() for member in members}
    kept: list[Finding] = []
    alike: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for item in findings:
        held_by = holder.get(item.where.file or "")
        if held_by is not None and _of_a_whole_file(item) and messages.is_error(item):
            alike[held_by, item.code].append(item)
        else:
            kept.append(item)
    for (name, _), items in sorted(alike.items()):
        kept += items if len({item.where.file for item in items}) <= _FEW else [_one(name, items)]
    return kept


def _of_a_whole_file(item: Finding) -> bool:
    where = item.where
    return where.part is Part.FILE and where.unit is None and where.sheet is None


def _one(container: str, items: list[Finding]) -> Finding:
    files = sorted({item.where.file for item in items if item.where.file})
    names = ", ".join(f"«{one_line(file.removeprefix(f'{container}/'))}»" for file in files[:_NAMED])
    return finding("MEMBERS_REJECTED", Where(Part.FILE, file=container), count=str(len(files)),
                   names=names + (" …" if len(files) > _NAMED else ""), why=messages.what(items[0]).rstrip("."),
                   cure=messages.cure(items[0]).rstrip("."))
