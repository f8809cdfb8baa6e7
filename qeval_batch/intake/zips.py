"""A zip archive to its parts: names in whatever code they were written, each entry read bounded or not at all."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from qeval_batch.intake.limits import MAX_DIRECTORY_MARKS, MAX_MEMBERS, MAX_RATIO, RATIO_FROM_BYTES
from qeval_batch.intake.naming import from_bytes, path_name
from qeval_batch.intake.opened import ContainerPart, Level, Unopenable
from qeval_batch.spreadsheet.sniff import mimetype_of, sniff_package

HELPER = "Tệp phụ do máy tính tự tạo, không phải bảng tính."
_END_BYTES = 22
# Entries of an office document whose directory is gone.
_TORN_DOCUMENT = re.compile(rb"PK\x03\x04.{26}(?:word|ppt)/", re.DOTALL)
_TORN_WORKBOOK = re.compile(rb"PK\x03\x04.{26}xl/", re.DOTALL)
_ENTRY, _DIRECTORY, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
# Of an OpenDocument the last one remains where its own marker is damaged.
_PACKAGE_MARKS = frozenset(("[content_types].xml", "_rels/.rels", "meta-inf/manifest.xml"))
_PACKAGE_STARTS = (b"[content_types].xml", b"mimetype", b"_rels/", b"docprops/", b"xl/")
_NUMBERS = frozenset(("index/document.iwa", "index/calculationengine.iwa"))
_OPENDOCUMENT = "application/vnd.oasis"
_HELPERS = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
_ENCRYPTED, _UTF8 = 0x1, 0x800
_UNICODE_PATH = 0x7075
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
               struct.error)


def open_zip(data: bytes) -> Level | None:
    """The archive's parts; None where the zip is an office document. Unopenable where it cannot be read."""
    if data.count(_DIRECTORY) > MAX_DIRECTORY_MARKS:
        raise Unopenable("CONTAINER_TOO_MANY", limit=str(MAX_MEMBERS))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _UNREADABLE as error:
        if _starts_as_package(data):
            return None
        raise Unopenable("CONTAINER_DAMAGED") from error
    if _NUMBERS & _names(archive):
        raise Unopenable("FILE_NUMBERS")
    if _names(archive) & _PACKAGE_MARKS or (mimetype_of(archive) or "").startswith(_OPENDOCUMENT):
        return None
    return Level(tuple(_parts(archive)), is_mail=False, notes=("CONTAINER_REST",) if _has_rest(archive, data) else ())


def package(data: bytes) -> str | None:
    """What the sniffer calls an office document, a workbook or not; None for one too damaged to tell."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _UNREADABLE:
        return "FILE_WORD" if _TORN_DOCUMENT.search(data) and not _TORN_WORKBOOK.search(data) else None
    return sniff_package(_names(archive), mimetype_of(archive))


def _has_rest(archive: zipfile.ZipFile, data: bytes) -> bool:
    """Whether something stands before the archive's first entry or behind its end: an archive joined to another."""
    first = min((item.header_offset for item in archive.infolist()), default=0)
    return first > 0 or data.rfind(_END) + _END_BYTES + len(archive.comment) < len(data)


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip, an empty one too."""
    return data.startswith((_ENTRY, _END))


def _names(archive: zipfile.ZipFile) -> frozenset[str]:
    return frozenset(item.filename.replace("\\", "/").lstrip("/").lower() for item in archive.infolist())


def _starts_as_package(data: bytes) -> bool:
    """A damaged zip's first entry: that of an office document bears one of a few names."""
    length = int.from_bytes(data[26:28], "little")
    return data.startswith(_ENTRY) and data[30:30 + length].lower().startswith(_PACKAGE_STARTS)


def _parts(archive: zipfile.ZipFile) -> Iterator[ContainerPart]:
    for number, item in enumerate(archive.infolist(), start=1):
        if item.filename.endswith(("/", "\\")):
            continue
        name = path_name(_written(item), f"tep-{number}")
        code = _refusal(item)
        if name.startswith("__MACOSX/") or name.rpartition("/")[2].lower() in _HELPERS:
            yield ContainerPart(name, ignored=HELPER)
        elif code is not None:
            yield ContainerPart(name, code=code)
        else:
            yield ContainerPart(name, item.file_size, _reader(archive, item))


def _refusal(item: zipfile.ZipInfo) -> str | None:
    if stat.S_ISLNK(item.external_attr >> 16):
        return "MEMBER_LINK"
    if item.flag_bits & _ENCRYPTED:
        return "MEMBER_ENCRYPTED"
    if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "MEMBER_METHOD"
    if item.file_size > RATIO_FROM_BYTES and item.file_size > MAX_RATIO * max(item.compress_size, 1):
        return "MEMBER_BOMB"
    return None


def _reader(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            with archive.open(item) as entry:
                return entry.read(limit)
        except _UNREADABLE as error:
            raise Unopenable("MEMBER_DAMAGED") from error

    return read


def _written(item: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: an entry without the mark of UTF-8 bears the code of the writer's system."""
    if item.flag_bits & _UTF8:
        return item.filename
    try:
        raw = item.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return item.filename
    return _unicode_path(item.extra, raw) or from_bytes(raw)


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The second name some archivers keep beside the legacy one; it holds only with the hash of that one."""
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        body, extra = extra[4:4 + length], extra[4 + length:]
        if kind == _UNICODE_PATH and len(body) > 5 and struct.unpack("<BL", body[:5]) == (1, zlib.crc32(raw)):
            return body[5:].decode("utf-8", "replace")
    return None
