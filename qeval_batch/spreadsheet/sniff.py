"""What a file really is, by its first bytes and its package content, never by its extension."""

from __future__ import annotations

import enum
import re
import zipfile

from qeval_batch.spreadsheet.ole import entries

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Excel 2, 3 and 4 wrote their records without a container: the first says which, and how long it is.
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_HTML_MARKS = (b"<html", b"<!doctype html", b"<table", b"<head")
# A web page saved as one file is a mail of parts that belong together; any other mail is a mail.
_MAIL = re.compile(rb"(?:mime-version|from|to|subject|date|received|return-path|message-id|x-[a-z-]+|content-type): ?")
_ONE_FILE_PAGE = b"multipart/related"
_HEAD_BYTES, _MANIFEST_BYTES = 2048, 2**16
_WHOLE = re.compile(rb"<[^<>]*full-path=[\"']/[\"'][^<>]*>")
_MEDIA_TYPE = re.compile(rb"media-type=[\"']([^\"'<>]{1,200})")
_ODS_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


class BookFormat(enum.StrEnum):
    """The formats a workbook is read from. ``.xlsm`` is one with XLSX."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"


def sniff_head(data: bytes) -> BookFormat | str | None:
    """XLS, or the finding code of a file that is no workbook; None for a zip (``sniff_package`` goes on)."""
    if not data:
        return "FILE_EMPTY"
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        return None
    if data.startswith(b"%PDF"):
        return "FILE_PDF"
    if data.startswith(_OLD_EXCEL):
        return "FILE_XLS_OLD"
    head = data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if _MAIL.match(head):
        return "FILE_HTML" if _ONE_FILE_PAGE in head else "FILE_MSG"
    if b"office:spreadsheet" in head and b"<workbook" in head:
        return "FILE_XML_2003"
    if any(mark in head for mark in _HTML_MARKS):
        return "FILE_HTML"
    if head.startswith(b"<?xml"):
        return "FILE_UNKNOWN"
    return "FILE_CSV" if _is_text(data[:_HEAD_BYTES]) else "FILE_UNKNOWN"


def sniff_package(names: frozenset[str], mimetype: str | None) -> BookFormat | str:
    """Which workbook a zip is, else its finding code. ``names`` lower case, forward slashes."""
    if mimetype is not None and mimetype.startswith(_ODS_MIMETYPE):
        return BookFormat.ODS
    if mimetype is not None and mimetype.startswith("application/vnd.oasis"):
        return "FILE_WORD"
    # A letter may hold a workbook in it, as a workbook never holds a letter's own parts.
    if "word/document.xml" in names or any(name.startswith("ppt/") for name in names):
        return "FILE_WORD"
    if any(name.endswith("workbook.bin") for name in names):
        return BookFormat.XLSB
    if any(name.endswith("workbook.xml") for name in names):
        return BookFormat.XLSX
    return "FILE_NOT_WORKBOOK"


def mimetype_of(container: zipfile.ZipFile) -> str | None:
    """The OpenDocument marker, or what the manifest says of the whole, read bounded; None where there is neither."""
    marker = _read(container, "mimetype", _HEAD_BYTES)
    if marker is not None:
        return marker.decode("ascii", "replace")
    entry = _WHOLE.search(_read(container, "META-INF/manifest.xml", _MANIFEST_BYTES) or b"")
    kind = _MEDIA_TYPE.search(entry[0]) if entry else None
    return kind[1].decode("ascii", "replace") if kind else None


def _read(container: zipfile.ZipFile, name: str, most: int) -> bytes | None:
    try:
        with container.open(name) as part:
            return part.read(most)
    except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        return None


def is_ole(data: bytes) -> bool:
    """Whether the bytes are the container of old, or of encrypted, Office files."""
    return data.startswith(_OLE)


def _ole(data: bytes) -> BookFormat | str:
    names = entries(data)
    if names is None:
        return "FILE_DAMAGED"
    if "encryptedpackage" in names:
        return "FILE_ENCRYPTED"
    if "workbook" in names:
        return BookFormat.XLS
    if "book" in names:
        return "FILE_XLS_OLD"
    if names & {"worddocument", "powerpoint document"}:
        return "FILE_WORD"
    return "FILE_MSG" if any(name.startswith("__substg1.0_") for name in names) else "FILE_UNKNOWN"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in head)
