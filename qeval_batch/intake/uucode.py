"""Text that holds files as mail programs of before MIME coded them (uuencode): each file, wherever in the text it stands."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from qeval_batch.intake.limits import MAX_MEMBERS
from qeval_batch.intake.naming import base_name, from_bytes
from qeval_batch.intake.opened import ContainerPart, Level, Unopenable

# A line of data says its own length first: a full one is 45 bytes, "M".
_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]+)\r?\n(?=[!-M])", re.MULTILINE)


def is_coded(data: bytes) -> bool:
    """Whether the bytes begin as a coded file does."""
    return _BEGIN.match(data.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096]) is not None


def open_coded(data: bytes) -> Level:
    """Every file in the text; Unopenable where there are more than anybody sends."""
    return Level(tuple(coded_parts(data)), is_mail=False)


def coded_parts(text: bytes) -> Iterator[ContainerPart]:
    """The files coded in a text, in order; of one cut off what came."""
    for number, found in enumerate(_BEGIN.finditer(text), start=1):
        if number > MAX_MEMBERS:
            raise Unopenable("CONTAINER_TOO_MANY", limit=str(MAX_MEMBERS))
        content, whole = _decoded(text, found.end())
        name = base_name(from_bytes(found[1]), f"tep-{number}")
        yield _part(name, content) if whole else ContainerPart(name, code="MEMBER_DAMAGED")


def _part(name: str, content: bytes) -> ContainerPart:
    return ContainerPart(name, len(content), lambda limit: content[:limit])


def _decoded(text: bytes, start: int) -> tuple[bytes, bool]:
    """What is coded from ``start`` on, and whether it goes on to its end."""
    pieces: list[bytes] = []
    while start < len(text):
        stop = text.find(b"\n", start)
        line = text[start:stop if stop >= 0 else len(text)].rstrip(b"\r")
        start = stop + 1 if stop >= 0 else len(text)
        if line == b"end":
            return b"".join(pieces), True
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            return b"".join(pieces), False
    return b"".join(pieces), False
