"""Mails and archives to their members: known by content, flat, each judged, all of it bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from qeval_batch.core.files import megabytes
from qeval_batch.intake import mail, outlook, uucode, zips
from qeval_batch.intake.limits import (
    MAX_ARCHIVES_DEEP,
    MAX_CONTAINER_BYTES,
    MAX_MAILS_DEEP,
    MAX_MEMBER_BYTES,
    MAX_MEMBERS,
    MAX_OPENED_BYTES,
)
from qeval_batch.intake.naming import bears_document, bears_workbook, unique
from qeval_batch.intake.opened import ContainerPart, Level, Member, Opened, Unopenable
from qeval_batch.model.delivery import Delivery
from qeval_batch.spreadsheet.sniff import sniff_head

__all__ = ["Member", "Opened", "open_container"]

OTHER = "Không phải bảng tính."
EMPTY_MAIL = "Thư không có tệp đính kèm."
EMPTY_ARCHIVE = "Tệp nén không chứa tệp nào."
_LOCK_PREFIX = "~$"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What the sniffer calls a file that is neither a workbook nor to be mended into one.
_OTHER_KINDS = frozenset(("FILE_EMPTY", "FILE_WORD", "FILE_PDF", "FILE_HTML", "FILE_CSV", "FILE_MSG", "FILE_UNKNOWN",
                          "FILE_NOT_WORKBOOK"))
# By the first bytes; no reader of these is part of the program.
_ARCHIVES = {b"Rar!\x1a\x07": "RAR", b"7z\xbc\xaf\x27\x1c": "7z", b"\x1f\x8b": "gzip", b"BZh": "bzip2",
             b"\xfd7zXZ\x00": "xz", b"MSCF": "CAB"}
HEAD_BYTES = 64 * 1024


def open_container(data: bytes) -> Opened | None:
    """What a mail or archive holds; None where the bytes are neither (a workbook, or nothing that is known).

    Never raises for bad bytes. Members come in the order in which they stand, those of a container in the container
    under its name; no more are read than ``intake/limits.py`` allows.
    """
    try:
        level = _open(data)
    except Unopenable as refused:
        return Opened(refused.code, refused.params)
    if level is None:
        return None
    walk = _Walk()
    try:
        members = tuple(walk.members(level, "", 0, 0, level.delivery))
    except Unopenable as refused:
        return Opened(refused.code, refused.params, delivery=level.delivery)
    return Opened(None, {}, members, level.delivery, tuple(dict.fromkeys(walk.notes)), level.aside,
                  tuple(dict.fromkeys(walk.failed)))


def _open(data: bytes) -> Level | None:
    """The container of one step; None where the bytes are none. Unopenable where it cannot be opened."""
    kind = next((name for start, name in _ARCHIVES.items() if data.startswith(start)), None)
    if kind is not None:
        raise Unopenable("CONTAINER_KIND", kind=kind)
    if data.startswith(mail.TNEF):
        raise Unopenable("MAIL_TNEF")
    if is_web_archive(data):
        raise Unopenable("FILE_WEB_ARCHIVE")
    opener = next((opens for is_one, opens in _OPENERS if is_one(data)), None)
    if opener is None:
        return None
    if len(data) > MAX_CONTAINER_BYTES:
        raise Unopenable("CONTAINER_TOO_BIG", size=megabytes(len(data)), limit=megabytes(MAX_CONTAINER_BYTES))
    return opener(data)


_OPENERS = ((zips.is_zip, zips.open_zip), (outlook.is_message, outlook.open_message),
            (uucode.is_coded, uucode.open_coded), (mail.is_mailbox, mail.open_mailbox), (mail.is_mail, mail.open_mail))


@dataclass
class _Walk:
    """One way through a container, and what of its bounds is used up."""

    notes: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _bytes: int = 0

    def members(self, level: Level, prefix: str, archives: int, mails: int, outer: Delivery) -> Iterator[Member]:
        """The members of ``level``, which lies in so many archives and mails; ``outer`` is the delivery around it."""
        self.notes += level.notes
        self.failed += level.failed
        archives, mails = archives + (not level.is_mail), mails + level.is_mail
        here = _within(level.delivery, outer) if level.is_mail else outer
        if level.is_mail and here.received is None and level.aside is None:
            self.notes.append("MAIL_UNDATED")
        if prefix and not level.parts:
            yield Member(prefix, ignored=level.aside or (EMPTY_MAIL if level.is_mail else EMPTY_ARCHIVE), delivery=here)
        for part in level.parts:
            yield from self._part(part, prefix, archives, mails, here)

    def _part(self, part: ContainerPart, prefix: str, archives: int, mails: int, here: Delivery) -> Iterator[Member]:
        name = unique(f"{prefix}/{part.name}" if prefix else part.name, self._taken)
        if len(self._taken) > MAX_MEMBERS:
            raise Unopenable("CONTAINER_TOO_MANY", limit=str(MAX_MEMBERS))
        # What Office leaves beside an open file is packed with it, and has its extension.
        helper = part.name.rpartition("/")[2].startswith(_LOCK_PREFIX) and not self._holds(part)
        ignored = zips.HELPER if helper else part.ignored
        bare = Member(name, ignored=ignored, code=part.code, params=part.params, delivery=here)
        if ignored is not None or part.code is not None:
            yield bare
            return
        try:
            inside, data = self._opened(part, archives, mails)
        except Unopenable as refused:
            yield replace(bare, code=refused.code, params=refused.params)
            return
        if inside is not None:
            yield from self.members(inside, name, archives, mails, here)
        elif data is None:
            yield replace(bare, ignored=OTHER)
        else:
            yield replace(bare, data=data)

    def _opened(self, part: ContainerPart, archives: int, mails: int) -> tuple[Level | None, bytes | None]:
        """The container a part is, or its bytes where it is a workbook, or neither."""
        if part.level is not None:
            if mails == MAX_MAILS_DEEP:
                raise Unopenable("CONTAINER_TOO_DEEP")
            return part.level(), None
        if not bears_workbook(part.name) and not may_matter(part.read(HEAD_BYTES)):
            return None, None
        data = self._read(part)
        inside = _open(data)
        if inside is not None:
            if mails == MAX_MAILS_DEEP and inside.is_mail or archives == MAX_ARCHIVES_DEEP and not inside.is_mail:
                raise Unopenable("CONTAINER_TOO_DEEP")
            return inside, None
        if not is_workbook(part.name, data):
            return None, None
        if len(data) > MAX_MEMBER_BYTES:
            raise _too_big(len(data), MAX_MEMBER_BYTES)
        return None, data

    @staticmethod
    def _holds(part: ContainerPart) -> bool:
        try:
            return part.code is None and may_matter(part.read(HEAD_BYTES))
        except Unopenable:
            return False

    def _read(self, part: ContainerPart) -> bytes:
        if part.size > MAX_CONTAINER_BYTES:
            raise _too_big(part.size, MAX_CONTAINER_BYTES)
        self._bytes += part.size
        if self._bytes > MAX_OPENED_BYTES:
            raise Unopenable("CONTAINER_TOO_MUCH", limit=megabytes(MAX_OPENED_BYTES))
        return part.read(part.size)


def _within(inner: Delivery, outer: Delivery) -> Delivery:
    """Who wrote a mail within a mail, and when the outer one came: its own word of its way is its sender's."""
    return inner if outer.received is None else replace(inner, received=outer.received, source=outer.source)


def may_matter(head: bytes) -> bool:
    """Whether a file must be read whole, by its first bytes: a workbook of any kind, or what may hold one."""
    return head.startswith((_OLE, mail.TNEF, *_ARCHIVES)) or zips.is_zip(head) or mail.is_mail(head) or \
        uucode.is_coded(head) or is_web_archive(head) or sniff_head(head) in ("FILE_XML_2003", "FILE_XLS_OLD")


def is_workbook(name: str, data: bytes) -> bool:
    """Whether the reader of workbooks must say what it is: by the content, or by a name that promises one."""
    if bears_workbook(name):
        return True
    kind = sniff_head(data) or zips.package(data)
    return kind not in _OTHER_KINDS and not (kind in (None, "FILE_DAMAGED") and bears_document(name))


def is_web_archive(data: bytes) -> bool:
    """Whether a web page was saved by Excel, alone (.htm) or with its pictures (.mht)."""
    head = data[:HEAD_BYTES].lower()
    return b"urn:schemas-microsoft-com:office:excel" in head and (b"<html" in head or b"mime-version:" in head) or \
        b"x-document-type: workbook" in head[:2048]


def _too_big(size: int, limit: int) -> Unopenable:
    return Unopenable("MEMBER_TOO_BIG", size=megabytes(size), limit=megabytes(limit))
