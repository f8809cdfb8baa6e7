"""Outlook messages (.msg) written from scratch: a compound file of 512-byte sectors with the streams a message has.

Only what MS-CFB and MS-OXMSG ask for. The files are the project's own; no mail of anybody is in them.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
UNICODE, BYTES, BINARY, INTEGER, TIME, OBJECT = 0x1F, 0x1E, 0x102, 0x3, 0x40, 0xD
_PROPERTIES = "__properties_version1.0"
Tree = Mapping[str, "bytes | Tree"]
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Attachment:
    """An attachment: ``data``, or a message within (``message``), or neither (``method`` tells where it is)."""

    name: str
    data: bytes | None = None
    message: Message | None = None
    method: int | None = None
    kind: str = ""
    flags: int = 0
    content_id: str = ""


@dataclass(frozen=True)
class Message:
    """A message; with ``code`` (a Windows code page) its texts are bytes of that code instead of Unicode."""

    sender: str = "van.thu@donvi.example"
    subject: str = "Hồ sơ quý III"
    message_id: str = "<7@donvi.example>"
    delivered: datetime | None = datetime(2026, 9, 23, 3, 12, tzinfo=UTC)
    headers: str = ""
    attachments: Sequence[Attachment] = field(default_factory=tuple)
    code: int | None = None


def msg(message: Message) -> bytes:
    """The message as the bytes of a .msg file."""
    names = {f"__substg1.0_{number:04X}0102": b"" for number in (2, 3, 4)}
    return compound({**_storage(message, embedded=False), "__nameid_version1.0": names})


def _storage(message: Message, *, embedded: bool) -> dict[str, bytes | Tree]:
    values: dict[int, object] = {0x001A: "IPM.Note", 0x0037: message.subject, 0x1035: message.message_id,
                                 0x5D01: message.sender, 0x007D: message.headers, 0x0E06: message.delivered,
                                 0x3FFD: message.code}
    header = struct.pack("<8x4I", 0, len(message.attachments), 0, len(message.attachments))
    found = _properties(values, header if embedded else header + bytes(8), message.code)
    for number, item in enumerate(message.attachments):
        found[f"__attach_version1.0_#{number:08X}"] = _attachment(item, message.code)
    return found


def _attachment(item: Attachment, code: int | None) -> dict[str, bytes | Tree]:
    method = item.method if item.method is not None else 5 if item.message else 1
    values: dict[int, object] = {0x3705: method, 0x370E: item.kind, 0x3714: item.flags, 0x3712: item.content_id,
                                 0x3001 if item.message else 0x3707: item.name}
    found = _properties(values, bytes(8), code)
    table = found[_PROPERTIES]
    assert isinstance(table, bytes)
    if item.data is not None:
        found |= {"__substg1.0_37010102": item.data,
                  _PROPERTIES: table + struct.pack("<HHIII", BINARY, 0x3701, 6, len(item.data), 0)}
    if item.message is not None:
        found |= {"__substg1.0_3701000D": _storage(item.message, embedded=True),
                  _PROPERTIES: table + struct.pack("<HHIII", OBJECT, 0x3701, 6, 0xFFFFFFFF, 1)}
    return found


def _properties(values: Mapping[int, object], header: bytes, code: int | None) -> dict[str, bytes | Tree]:
    table, streams = header, dict[str, "bytes | Tree"]()
    for tag, value in values.items():
        if isinstance(value, str) and value:
            kind = UNICODE if code is None else BYTES
            raw = value.encode("utf-16-le" if code is None else f"cp{code}")
            streams[f"__substg1.0_{tag:04X}{kind:04X}"] = raw
            table += struct.pack("<HHIII", kind, tag, 6, len(raw), 0)
        elif isinstance(value, datetime):
            table += struct.pack("<HHIQ", TIME, tag, 6, int((value - _EPOCH).total_seconds()) * 10_000_000)
        elif isinstance(value, int):
            table += struct.pack("<HHIII", INTEGER, tag, 6, value, 0)
    return {_PROPERTIES: table, **streams}


# --- The compound file ----------------------------------------------------------------------------------------------
@dataclass
class _Entry:
    name: str
    kind: int                      # 1 storage, 2 stream, 5 root
    data: bytes = b""
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = _END
    size: int = 0


def compound(tree: Tree) -> bytes:
    """A compound file (MS-CFB, version 3) with these storages and streams."""
    entries = [_Entry("Root Entry", 5)]
    entries[0].child = _add(entries, tree)
    fat: list[int] = []
    sectors: list[bytes] = []
    mini_fat: list[int] = []
    mini = b""
    for entry in entries:
        entry.size = len(entry.data)
        if entry.kind == 2 and entry.data:
            if len(entry.data) < _CUTOFF:
                entry.start = len(mini_fat)
                _chain(mini_fat, -(-len(entry.data) // _MINI))
                mini += entry.data + bytes(-len(entry.data) % _MINI)
            else:
                entry.start = _put(fat, sectors, entry.data)
    entries[0].size = len(mini)
    entries[0].start = _put(fat, sectors, mini) if mini else _END
    mini_start = _put(fat, sectors, _table(mini_fat)) if mini_fat else _END
    directory = b"".join(_directory(entry) for entry in entries)
    directory_start = _put(fat, sectors, directory + _directory(_Entry("", 0)) * (-len(entries) % 4))
    wanted = 1
    while wanted * (_SECTOR // 4) < len(fat) + wanted:
        wanted += 1
    first = len(fat)
    fat += [_FAT] * wanted
    allocation = _table(fat)
    head = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, wanted,
                       directory_start, 0, _CUTOFF, mini_start, -(-len(mini_fat) // 128), _END, 0)
    listed = [*range(first, first + wanted), *[_FREE] * (109 - wanted)]
    return head + struct.pack("<109I", *listed) + b"".join(sectors) + allocation


def _add(entries: list[_Entry], tree: Tree) -> int:
    """The storage's content behind what is there; the root of its balanced tree."""
    numbers = []
    for name in sorted(tree, key=lambda item: (len(item), item.upper())):
        content = tree[name]
        entry = _Entry(name, 2, content) if isinstance(content, bytes) else _Entry(name, 1)
        numbers.append(len(entries))
        entries.append(entry)
        if not isinstance(content, bytes):
            entry.child = _add(entries, content)
    return _balance(entries, numbers)


def _balance(entries: list[_Entry], numbers: list[int]) -> int:
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.left, entry.right = _balance(entries, numbers[:middle]), _balance(entries, numbers[middle + 1:])
    return numbers[middle]


def _chain(table: list[int], count: int) -> int:
    start = len(table)
    table += [*range(start + 1, start + count), _END]
    return start


def _put(fat: list[int], sectors: list[bytes], data: bytes) -> int:
    whole = data + bytes(-len(data) % _SECTOR)
    sectors += [whole[at:at + _SECTOR] for at in range(0, len(whole), _SECTOR)]
    return _chain(fat, len(whole) // _SECTOR)


def _table(numbers: list[int]) -> bytes:
    padded = numbers + [_FREE] * (-len(numbers) % (_SECTOR // 4))
    return struct.pack(f"<{len(padded)}I", *padded)


def _directory(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    return struct.pack("<64sHBBIII16xI8x8xIQ", name, len(name) + 2 if name else 0, entry.kind, 1, entry.left,
                       entry.right, entry.child, 0, entry.start, entry.size)
