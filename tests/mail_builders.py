"""Mails and archives as bytes, header by header, so that a test shows exactly what stood in them."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Iterable
from datetime import datetime

from qeval_batch import messages
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.intake.container import Member, Opened, open_container
from qeval_batch.model.findings import Part, Where, finding

RECEIVED = "from mail.donvi.example by mx.tinhuy.example with ESMTPS id 7; Wed, 23 Sep 2026 03:12:00 +0000"
_TIME = (2026, 9, 23, 10, 12, 0)
# When RECEIVED says our own server took the mail.
ARRIVED = datetime(2026, 9, 23, 10, 12, tzinfo=VIETNAM_TIME)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(mark: str = "x") -> bytes:
    """A package that is a workbook by its content; ``mark`` tells one from another."""
    return zipped([("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", mark.encode())])


def zipped(entries: Iterable[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with these entries in this order; the same bytes at any hour."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in entries:
            entry = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, _TIME)
            archive.writestr(entry, content, method)
    return target.getvalue()


def part(content: bytes, disposition: str = 'attachment; filename="a.xlsx"', kind: str = XLSX,
         more: str = "") -> bytes:
    """A MIME part with this content in base64. Text of the headers is written as UTF-8."""
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
    head += f"Content-Disposition: {disposition}\r\n" if disposition else ""
    return (head + more + "\r\n").encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


def text(content: str = "Kính gửi Ban Tổ chức.") -> bytes:
    """The mail's own text."""
    return b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + content.encode() + b"\r\n"


def mixed(*parts: bytes, kind: str = "mixed") -> bytes:
    """Parts as one multipart, its header first; the boundary is another for other parts."""
    mark = f"=-{zlib.crc32(b''.join(parts))}-="
    body = b"".join(b"--" + mark.encode() + b"\r\n" + item + b"\r\n" for item in parts)
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n'.encode() + body + f"--{mark}--\r\n".encode()


def headers(received: str | None = RECEIVED, sender: str = "Van thu <Van.Thu@DonVi.example>",
            subject: str = "Ho so quy III", message_id: str = "<1@donvi.example>") -> bytes:
    """The headers of a mail as it comes, the sender's date a year off."""
    lines = [f"Received: {received}"] if received else []
    lines += [f"From: {sender}", "To: bantochuc@tinhuy.example", f"Subject: {subject}", f"Message-ID: {message_id}",
              "Date: Tue, 23 Sep 2025 03:12:00 +0000", "MIME-Version: 1.0"]
    return "".join(f"{line}\r\n" for line in lines).encode()


def mail(*parts: bytes, **of_headers: str | None) -> bytes:
    """A mail with its text and these parts."""
    return headers(**of_headers) + mixed(text(), *parts)


def forwarded(inner: bytes, disposition: str = "attachment") -> bytes:
    """A mail as an attachment of another."""
    return f"Content-Type: message/rfc822\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + inner


def opened(data: bytes) -> Opened:
    """What is in a container; every code in it has words that its slots fill."""
    found = open_container(data)
    assert found is not None
    for code, params in [(found.code, found.params), *((item.code, item.params) for item in found.members)]:
        assert code is None or messages.message(finding(code, Where(Part.FILE), **params))
    return found


def members(data: bytes) -> tuple[Member, ...]:
    """The members of a container that can be opened."""
    found = opened(data)
    assert found.code is None, found.code
    return found.members


def only(data: bytes) -> Member:
    """Its one member."""
    (member,) = members(data)
    return member
