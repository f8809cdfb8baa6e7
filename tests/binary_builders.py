"""OLE containers and the records of .xls and .xlsb, written by hand: as a program writes them, or as nobody should."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

_SECTOR = 512
_NONE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(streams: Mapping[str, bytes], storages: Sequence[str] = ()) -> bytes:
    """A container with these streams, each long enough to stand in sectors of its own, and empty storages."""
    padded = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    entries = [*padded, *storages]
    directory_sectors = -(-(len(entries) + 1) // 4)
    sizes = [-(-len(content) // _SECTOR) for content in padded.values()]
    fat_sectors = 1
    while fat_sectors * 128 < fat_sectors + directory_sectors + sum(sizes):
        fat_sectors += 1
    assert fat_sectors <= 109
    fat = [_FAT] * fat_sectors
    starts = []
    for size in (directory_sectors, *sizes):
        starts.append(len(fat))
        fat += [*range(len(fat) + 1, len(fat) + size), _END]
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_sectors * _SECTOR, b"\xff")
    directory = _entry("Root Entry", 5, child=1 if entries else _NONE)
    for index, name in enumerate(entries):
        right = index + 2 if index + 1 < len(entries) else _NONE
        known = name in padded
        directory += _entry(name, 2 if known else 1, right=right, start=starts[index + 1] if known else 0,
                            size=len(padded[name]) if known else 0)
    directory = directory.ljust(directory_sectors * _SECTOR, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, starts[0], 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(fat_sectors), *[_NONE] * (109 - fat_sectors))
    content = b"".join(stream.ljust(size * _SECTOR, b"\0") for stream, size in zip(padded.values(), sizes, strict=True))
    return header + table + directory + content


def _entry(name: str, kind: int, child: int = _NONE, right: int = _NONE, start: int = _END, size: int = 0) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIQ", text, len(text) + 2, kind, 1, _NONE, right, child, start, size)


# --- .xls -------------------------------------------------------------------------------------------------------------
def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def bof(sort: int, version: int = 0x600) -> bytes:
    return record(0x809, struct.pack("<HHHHII", version, sort, 0, 1997, 0, 6))


EOF = record(0x0A)


def text8(text: str) -> bytes:
    """A text counted in two bytes, two bytes a character."""
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def xls_stream(sheets: Mapping[str, bytes], more: bytes = b"", version: int = 0x600) -> bytes:
    """The workbook stream: its globals with ``more`` records, and the cell records of each sheet."""
    bodies = [bof(0x10, version) + cells + EOF for cells in sheets.values()]
    names = [struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name in sheets]
    at = len(bof(5) + more + EOF) + sum(10 + len(name) for name in names)
    listed = b""
    for name, body in zip(names, bodies, strict=True):
        listed += record(0x85, struct.pack("<IBB", at, 0, 0) + name)
        at += len(body)
    return bof(5, version) + more + listed + EOF + b"".join(bodies)


def xls(cells: bytes, more: bytes = b"", version: int = 0x600) -> bytes:
    """A file of one sheet «S»."""
    return ole({"Workbook": xls_stream({"S": cells}, more, version)})


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    """A NUMBER record, 0-based."""
    return record(0x203, struct.pack("<HHHd", row, column, style, value))


# --- .xlsb ------------------------------------------------------------------------------------------------------------
def record12(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(body), b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def row12(row: int, hidden: bool = False) -> bytes:
    return record12(0, struct.pack("<II3xB", row, 0, 0x10 * hidden) + bytes(5))


def cell12(kind: int, column: int, body: bytes, style: int = 0) -> bytes:
    return record12(kind, struct.pack("<II", column, style) + body)


_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsb(cells: bytes, sheets: Sequence[tuple[str, str]] = (("S", "worksheet"),), **more: bytes) -> bytes:
    """A package of these sheets (name, kind of part), all with the same cells; ``more``: parts under xl/."""
    def rels(*targets: tuple[str, str]) -> str:
        entries = "".join(f'<Relationship Id="rId{number}" Type="{_REL}/{kind}" Target="{target}"/>'
                          for number, (kind, target) in enumerate(targets, start=1))
        return ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f"{entries}</Relationships>")
    listed = b"".join(record12(156, struct.pack("<II", 0, index) + wide(f"rId{index}") + wide(name))
                      for index, (name, _) in enumerate(sheets, start=1))
    targets = [(kind, f"sheet{index}.bin") for index, (_, kind) in enumerate(sheets, start=1)]
    parts = {"_rels/.rels": rels(("officeDocument", "xl/workbook.bin")),
             "xl/workbook.bin": record12(131) + record12(153, struct.pack("<II", 0, 0) + wide("")) + listed
                                + record12(132),
             "xl/_rels/workbook.bin.rels": rels(*targets, ("sharedStrings", "sharedStrings.bin"),
                                                ("styles", "styles.bin"))}
    parts |= {f"xl/{target}": record12(129) + record12(145) + cells + record12(146) + record12(130)
              for _, target in targets}
    parts |= {f"xl/{name}.bin": content for name, content in more.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()
