"""Bounds on container and XML before any reader opens the bytes: no file can end or stall the batch.

The reader stores a sheet as a dense rectangle in a library that aborts the whole process when memory runs out, so
everything that library will see is measured here first, and it is handed a package rebuilt from the very parts that
were measured: two zip readers that disagree about a directory cannot be played off against each other.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from qeval_batch.workbook import scan_xml
from qeval_batch.workbook.limits import (
    MAX_ENTRIES,
    MAX_FILE_BYTES,
    MAX_NAME_CHARS,
    MAX_PART_BYTES,
    MAX_RATIO,
    MAX_READ_BYTES,
    MAX_SHEETS,
    MAX_SMALL_PART_BYTES,
    MAX_TOTAL_BYTES,
    RATIO_FROM_BYTES,
)
from qeval_batch.workbook.scan_xml import Cells, Refused
from qeval_batch.workbook.sniff import mimetype_of, sniff_head, sniff_package

__all__ = ["MAX_FILE_BYTES", "Guarded", "Refused", "guard"]

_RELS = "_rels/.rels"
_DIRECTORY_END = b"PK\x05\x06"
_DIRECTORY_BYTES = 22 + 65_535    # the directory's end record and its longest comment
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Guarded:
    """What may be opened: a rebuilt package, and per sheet the cells whose content a value reader cannot tell."""

    code: str | None = None                       # why it may not be opened; None when it may
    params: Mapping[str, str] = field(default_factory=dict)
    package: bytes = b""
    cells: Mapping[str, Cells] = field(default_factory=dict)      # sheet name as in the file -> its special cells
    macros: bool = False


def guard(data: bytes) -> Guarded:
    """Whether ``data`` is an .xlsx/.xlsm within bounds. Never raises for bad bytes; time and memory are bounded."""
    try:
        return _guard(data)
    except Refused as refused:
        return Guarded(refused.code, refused.params)


def _guard(data: bytes) -> Guarded:
    if len(data) > MAX_FILE_BYTES:
        raise Refused("FILE_TOO_BIG", size=f"{len(data) // 2**20} MB", limit=f"{MAX_FILE_BYTES // 2**20} MB")
    other = sniff_head(data)
    if other is not None:
        raise Refused(other)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            return _package(_Parts(container))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
            ValueError) as error:
        raise Refused("FILE_DAMAGED" if _DIRECTORY_END in data[-_DIRECTORY_BYTES:] else "FILE_TRUNCATED") from error


class _Parts:
    """The entries of a container under normal names, read once and bounded."""

    def __init__(self, container: zipfile.ZipFile) -> None:
        self._container = container
        self._read = 0
        entries = container.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Refused("FILE_BOMB", why=f"{len(entries)} thành phần bên trong")
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            name = _normal(entry.filename)
            if name in self._entries:
                raise Refused("FILE_DUPLICATE_PART", part=name[:80])
            self._entries[name] = entry
        self.names = frozenset(self._entries)
        other = sniff_package(self.names, mimetype_of(container))
        if other is not None:
            raise Refused(other)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refused("FILE_ENCRYPTED")
        if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise Refused("FILE_DAMAGED")
        _check_sizes(entries)

    def read(self, name: str, limit: int = MAX_PART_BYTES) -> bytes | None:
        """The part, never more than it declares nor than ``limit``; None where it is absent."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        self._read += entry.file_size
        if entry.file_size > limit or self._read > MAX_READ_BYTES:
            raise Refused("FILE_BOMB", why=f"phần «{name[:80]}» quá lớn")
        with self._container.open(entry) as part:
            content = part.read(entry.file_size + 1)
        if len(content) != entry.file_size:
            raise Refused("FILE_DAMAGED")
        return content


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise Refused("FILE_BOMB", why="dung lượng giải nén quá lớn")
    for entry in entries:
        if entry.file_size > RATIO_FROM_BYTES and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise Refused("FILE_BOMB", why="tỷ lệ nén bất thường")


def _package(parts: _Parts) -> Guarded:
    rels = _checked(parts.read(_RELS, MAX_SMALL_PART_BYTES))
    workbook_name = _workbook_name(rels, parts.names)
    workbook = _checked(parts.read(workbook_name, MAX_SMALL_PART_BYTES))
    folder, base = posixpath.split(workbook_name)
    workbook_rels_name = posixpath.join(folder, "_rels", f"{base}.rels")
    workbook_rels = _checked(parts.read(workbook_rels_name, MAX_SMALL_PART_BYTES))
    targets = _targets(workbook_rels, folder)
    sheets = _sheet_parts(workbook, targets)
    kept = {_RELS: rels, workbook_name: workbook, workbook_rels_name: workbook_rels}
    for wanted in ("sharedstrings", "styles"):
        found = [target for kind, target in targets.values() if kind == wanted and target in parts.names]
        if len(set(found)) > 1 or kept.keys() & set(found):
            raise Refused("FILE_DAMAGED")
        kept |= {target: _checked(parts.read(target)) for target in found}
    texts = scan_xml.Texts(next((kept[target] for kind, target in targets.values()
                                 if kind == "sharedstrings" and target in kept), b""))
    cells = {}
    for name, target in sheets.items():
        content = parts.read(target)
        if content is None:
            raise Refused("FILE_DAMAGED")
        kept[target] = content
        cells[name] = scan_xml.scan_sheet(content, texts, name)
    macros = any(name.endswith("vbaproject.bin") for name in parts.names)
    return Guarded(package=_rebuild(kept), cells=cells, macros=macros)


def _workbook_name(rels: bytes, names: frozenset[str]) -> str:
    found = [target for kind, target in _targets(rels, "").values() if kind == "officedocument"]
    if len(found) != 1 or found[0] not in names:
        raise Refused("FILE_DAMAGED")
    return found[0]


def _targets(rels: bytes, folder: str) -> dict[str, tuple[str, str]]:
    """Relation id -> (last word of its type, normal name of the part)."""
    targets: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if scan_xml.local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target if target.startswith("/") else posixpath.join("/", folder, target)
            kind = attributes.get("Type", "").rsplit("/", 1)[-1].lower()
            targets[attributes.get("Id", "")] = (kind, _normal(posixpath.normpath(path)))

    scan_xml.walk(rels, start)
    return targets


def _sheet_parts(workbook: bytes, targets: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Worksheet name -> part; every other kind of sheet (chart, dialog, macro) is left out."""
    listed: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if scan_xml.local(name) == "sheet":
            relation = next((value for key, value in attributes.items() if scan_xml.local(key) == "id"), "")
            listed.append((attributes.get("name", ""), relation))
            if len(listed) > MAX_SHEETS:
                raise Refused("FILE_TOO_MANY_SHEETS", limit=str(MAX_SHEETS))

    scan_xml.walk(workbook, start)
    sheets: dict[str, str] = {}
    used: set[str] = set()
    for name, relation in listed:
        kind, target = targets.get(relation, ("", ""))
        if kind != "worksheet":
            continue
        # Excel allows neither; two names for one part would multiply the work without multiplying the bytes.
        if name in sheets or target in used or len(name) > MAX_NAME_CHARS:
            raise Refused("FILE_DAMAGED")
        sheets[name] = target
        used.add(target)
    if not sheets:
        raise Refused("FILE_NOT_WORKBOOK")
    return sheets


def _checked(content: bytes | None) -> bytes:
    if content is None:
        raise Refused("FILE_DAMAGED")
    scan_xml.check_markup(content)
    return content


def _normal(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _rebuild(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, _FIXED_TIME), content)
    return target.getvalue()
