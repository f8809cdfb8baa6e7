"""The parts of a zip package under normal names, each read once and bounded; what its XML relations point to."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from qeval_batch.core.say import say
from qeval_batch.spreadsheet import scan_xml
from qeval_batch.spreadsheet.limits import (
    MAX_ENTRIES,
    MAX_PART_BYTES,
    MAX_RATIO,
    MAX_READ_BYTES,
    MAX_SMALL_PART_BYTES,
    MAX_TOTAL_BYTES,
    RATIO_FROM_BYTES,
)
from qeval_batch.spreadsheet.sheet import Refused
from qeval_batch.spreadsheet.sniff import BookFormat, mimetype_of, sniff_package

_RELS = "_rels/.rels"
_ENTRY, _ENTRY_BYTES, _NAME_LENGTH_AT, _UTF8 = b"PK\x03\x04", 30, 26, 0x800
_DIRECTORY_END = b"PK\x05\x06"
_DIRECTORY_BYTES = 22 + 65_535    # the directory's end record and its longest comment


@contextmanager
def open_parts(data: bytes) -> Iterator[PackageParts]:
    """The parts of a package; Refused for whatever is wrong with the container, now or while a part is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            _trust_directory(container, data)
            yield PackageParts(container)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
            ValueError) as error:
        raise Refused("FILE_DAMAGED" if _DIRECTORY_END in data[-_DIRECTORY_BYTES:] else "FILE_TRUNCATED") from error


def _trust_directory(container: zipfile.ZipFile, data: bytes) -> None:
    """Let an entry be known by the directory's name where its own header spells it otherwise (a packer's backslashes);
    what is handed on is rebuilt under that one name."""
    for entry in container.infolist():
        at = entry.header_offset
        if at >= 0 and data[at:at + 4] == _ENTRY:
            length = int.from_bytes(data[at + _NAME_LENGTH_AT:at + _NAME_LENGTH_AT + 2], "little")
            raw = data[at + _ENTRY_BYTES:at + _ENTRY_BYTES + length]
            entry.orig_filename = raw.decode("utf-8" if entry.flag_bits & _UTF8 else "cp437", "replace")


class PackageParts:
    """The entries of a container; ``kind`` is what sort of workbook they make."""

    def __init__(self, container: zipfile.ZipFile) -> None:
        self._container = container
        self._read = 0
        entries = container.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Refused("FILE_BOMB", why=say("spreadsheet.limits.entries", count=len(entries)))
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            name = normal(entry.filename)
            if name in self._entries:
                raise Refused("FILE_DUPLICATE_PART", part=name[:80])
            self._entries[name] = entry
        self.names = frozenset(self._entries)
        self.kind = sniff_package(self.names, mimetype_of(container))
        if not isinstance(self.kind, BookFormat):
            raise Refused(self.kind)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refused("FILE_ENCRYPTED")
        if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise Refused("FILE_ODD")
        _check_sizes(entries)

    def read(self, name: str, limit: int = MAX_PART_BYTES) -> bytes | None:
        """The part, never more than it declares nor than ``limit``; None where it is absent."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        self._read += entry.file_size
        if entry.file_size > limit or self._read > MAX_READ_BYTES:
            raise Refused("FILE_BOMB", why=say("spreadsheet.limits.part", name=name[:80]))
        with self._container.open(entry) as part:
            content = part.read(entry.file_size + 1)
        if len(content) != entry.file_size:
            raise Refused("FILE_DAMAGED")
        return content

    def needed(self, name: str, limit: int = MAX_PART_BYTES) -> bytes:
        """``read``, Refused where the part is absent."""
        content = self.read(name, limit)
        if content is None:
            raise Refused("FILE_DAMAGED")
        return content

    def xml(self, name: str, limit: int = MAX_PART_BYTES) -> bytes:
        """``needed``, its markup checked."""
        content = self.needed(name, limit)
        scan_xml.check_markup(content)
        return content


class Office:
    """An Office package (.xlsx, .xlsm, .xlsb): its workbook part and what that refers to."""

    def __init__(self, parts: PackageParts) -> None:
        rels = parts.xml(_RELS, MAX_SMALL_PART_BYTES)
        found = [target for kind, target in targets(rels, "").values() if kind == "officedocument"]
        if len(found) != 1 or found[0] not in parts.names:
            raise Refused("FILE_ODD")
        self.name = found[0]
        folder, base = posixpath.split(self.name)
        rels_name = posixpath.join(folder, "_rels", f"{base}.rels")
        workbook_rels = parts.xml(rels_name, MAX_SMALL_PART_BYTES)
        self.targets = targets(workbook_rels, folder)
        self.rels = {_RELS: rels, rels_name: workbook_rels}      # part name -> content
        self.macros = any(name.endswith("vbaproject.bin") for name in parts.names)
        self.links = any(name.rpartition("/")[0].endswith("externallinks") for name in parts.names)

    def part(self, wanted: str, parts: PackageParts) -> str | None:
        """The one part of a kind (``styles``); None where there is none, Refused where there are several."""
        found = {target for kind, target in self.targets.values() if kind == wanted and target in parts.names}
        if len(found) > 1:
            raise Refused("FILE_ODD")
        return found.pop() if found else None

    def worksheet(self, relation: str) -> str | None:
        """The part of a worksheet by its relation; None for every other kind of sheet (chart, dialog, macro)."""
        kind, target = self.targets.get(relation, ("", ""))
        return target if kind == "worksheet" else None


def targets(rels: bytes, folder: str) -> Mapping[str, tuple[str, str]]:
    """Relation id -> (last word of its type, normal name of the part)."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if scan_xml.local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target if target.startswith("/") else posixpath.join("/", folder, target)
            kind = attributes.get("Type", "").rsplit("/", 1)[-1].lower()
            found[attributes.get("Id", "")] = (kind, normal(posixpath.normpath(path)))

    scan_xml.walk(rels, start)
    return found


def normal(name: str) -> str:
    """A part's name as two packers agree on it: forward slashes, lower case, no leading slash."""
    return name.replace("\\", "/").lstrip("/").lower()


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise Refused("FILE_BOMB", why=say("spreadsheet.limits.unpacked"))
    for entry in entries:
        if entry.file_size > RATIO_FROM_BYTES and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise Refused("FILE_BOMB", why=say("spreadsheet.limits.ratio"))
