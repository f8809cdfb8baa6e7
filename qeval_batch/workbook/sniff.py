"""What a file really is, by its first bytes and its package content, never by its extension."""

from __future__ import annotations

import zipfile

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML_MARKS = (b"<html", b"<!doctype html", b"<table", b"<head", b"mime-version:")
_HEAD_BYTES = 2048
_ODS_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def sniff_head(data: bytes) -> str | None:
    """The finding code of a file that is no zip package at all; None for a zip (``sniff_package`` goes on)."""
    if not data:
        return "FILE_EMPTY"
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        return None
    if data.startswith(b"%PDF"):
        return "FILE_PDF"
    head = data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if any(mark in head for mark in _HTML_MARKS):
        return "FILE_HTML"
    if head.startswith(b"<?xml"):
        return "FILE_XML_2003" if b"office:spreadsheet" in head else "FILE_UNKNOWN"
    return "FILE_CSV" if _is_text(data[:_HEAD_BYTES]) else "FILE_UNKNOWN"


def sniff_package(names: frozenset[str], mimetype: str | None) -> str | None:
    """The finding code of a zip that is no xlsx/xlsm; None for one that is. ``names`` lower case, forward slashes."""
    if mimetype is not None and mimetype.startswith(_ODS_MIMETYPE):
        return "FILE_ODS"
    if mimetype is not None and mimetype.startswith("application/vnd.oasis"):
        return "FILE_WORD"
    if any(name.endswith("workbook.bin") for name in names):
        return "FILE_XLSB"
    if "word/document.xml" in names or any(name.startswith("ppt/") for name in names):
        return "FILE_WORD"
    if any(name.endswith("workbook.xml") for name in names):
        return None
    return "FILE_NOT_WORKBOOK"


def mimetype_of(container: zipfile.ZipFile) -> str | None:
    """The OpenDocument marker, read bounded; None where the package has none."""
    try:
        with container.open("mimetype") as part:
            return part.read(_HEAD_BYTES).decode("ascii", "replace")
    except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        return None


def _ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "FILE_ENCRYPTED"
    if "WordDocument".encode("utf-16-le") in data:
        return "FILE_WORD"
    if "__substg1.0_".encode("utf-16-le") in data:
        return "FILE_MSG"
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "FILE_XLS"
    return "FILE_UNKNOWN"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in head)
