"""`qeval inspect`: what the program reads in one file, cell by cell, with what it finds wrong there.

A mail or archive is opened and each workbook in it told. Everything is read in processes that can be killed, as a run
does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qeval_batch import messages
from qeval_batch.core.files import Barred, one_line, read_file
from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.core.say import say
from qeval_batch.intake.container import Opened, is_workbook, open_container
from qeval_batch.intake.limits import MAX_CONTAINER_BYTES
from qeval_batch.intake.naming import bears_container
from qeval_batch.intake.pool import Lost, call, pool
from qeval_batch.intake.reading import lost_finding, no_container, notes_of
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.submission import Submission
from qeval_batch.spec.load import load_spec
from qeval_batch.workspace import CannotRun, Workspace


@dataclass(frozen=True)
class Report:
    """One inspected file: a JSON-able description and the findings in it."""

    description: dict[str, Any]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        return sum(messages.is_error(item) for item in self.findings)

    def as_json(self) -> str:
        return json.dumps(self.description, ensure_ascii=False, indent=1)

    def lines(self) -> list[str]:
        from qeval_batch.workbook.inspect import lines

        if "members" not in self.description:
            return lines(self.description)
        told = [*_container_lines(self.description)]
        for member in self.description["members"]:
            if "sheets" in member:
                told += ["", "-" * 40, *lines(member)]
        return told


def look(workspace: Workspace, path: Path, today: date) -> Report:
    """Read one file with the forms of the quarter its stamp names (else today's); checks its sheets as a run would.

    CannotRun for whatever the inbox takes no bytes from: a link, a pipe, a folder, a file larger than any mail.
    """
    try:
        data = read_file(path, MAX_CONTAINER_BYTES)
    except Barred as barred:
        raise CannotRun(str(barred)) from barred
    name = one_line(path.name)
    found = call(_first_look, path.name, data, about=name)
    if isinstance(found, Opened):
        return _container(workspace, path.name, data, found, today)
    return _workbook(workspace, path.name, data, found, today)


def _first_look(name: str, data: bytes) -> Opened | Lost | str | None:
    """A container opened, else the quarter a workbook's stamp names; in the reading process."""
    from qeval_batch.workbook.read import peek_stamp

    opened = open_container(data)
    if opened is not None:
        return opened
    if bears_container(name) and not is_workbook(name, data):
        return no_container(data)
    stamp = peek_stamp(data)
    return stamp.period if stamp is not None else None


def _workbook(workspace: Workspace, name: str, data: bytes, quarter: str | Lost | None, today: date) -> Report:
    from qeval_batch.intake import reading
    from qeval_batch.workbook import stamp
    from qeval_batch.workbook.inspect import describe

    try:
        period = Period.parse(quarter if isinstance(quarter, str) else "")
    except ValueError:
        period = Period(today.year, (today.month - 1) // 3 + 1)
    spec = load_spec(workspace.forms, period.end)
    key = stamp.load_or_create_key(workspace.key)
    read: Any = quarter
    if not isinstance(quarter, Lost):
        with pool(1, reading.prepare, (spec, key, period, {})) as processes:
            read = processes.result(processes.start(reading.read_workbook_bytes, name, data, about=name))
    if isinstance(read, Lost):
        lost = lost_finding(read, name)
        read = Submission(name, hashlib.sha256(data).hexdigest(), None, (), (lost,), refused=True)
    return Report(describe(read, spec), read.findings)


def _container(workspace: Workspace, name: str, data: bytes, opened: Opened, today: date) -> Report:
    where = Where(Part.FILE, file=name)
    found = [finding(opened.code, where, **opened.params)] if opened.code is not None else []
    found += notes_of(opened, name)
    members: list[dict[str, Any]] = []
    for member in opened.members:
        inside = f"{name}/{member.name}"
        if member.code is not None:
            found.append(finding(member.code, Where(Part.FILE, file=inside), **member.params))
            members.append({"file": inside, "why": messages.message(found[-1])})
        elif member.ignored is not None:
            members.append({"file": inside, "why": member.ignored})
        else:
            told = _workbook(workspace, inside, member.data, call(_first_look, member.name, member.data, about=inside), today)
            found += told.findings
            members.append(told.description)
    delivery = opened.delivery
    received = delivery.received.astimezone(VIETNAM_TIME).isoformat() if delivery.received is not None else None
    return Report({"file": name, "sha256": hashlib.sha256(data).hexdigest(), "received": received,
                   "sender": delivery.sender, "message_id": delivery.message_id, "members": members,
                   "notes": [messages.message(item) for item in found if item.where.file == name]}, tuple(found))


_DELIVERY = (("Người gửi", "sender"), ("Nhận lúc", "received"), ("Mã thư", "message_id"))


def _container_lines(description: dict[str, Any]) -> Iterator[str]:
    yield say("commands.inspect.file", file=description["file"])
    yield f"SHA-256: {description['sha256']}"
    for label, key in _DELIVERY:
        if description[key]:
            yield f"{label}: {description[key]}"
    yield from (f"  ! {text}" for text in description["notes"])
    yield say("commands.inspect.members", count=len(description["members"]))
    yield from (f"  {member['file']}" + (f": {member['why']}" if "why" in member else "") for member in description["members"])
