"""An Outlook message (.msg) to its parts: the same as a mail's, out of the storages of a compound file."""

from __future__ import annotations

import contextlib
import io
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_string
from typing import Final

from olefile import OleFileIO
from oxmsg.domain import constants as tag
from oxmsg.domain.encodings import encoding_from_codepage
from oxmsg.domain.model import UnrecognizedCodePageError, UnsupportedEncodingError
from oxmsg.storage import Storage

from qeval_batch.intake import mail
from qeval_batch.intake.headers import address, delivered, header, in_vietnam, moment
from qeval_batch.intake.limits import MAX_HEADERS_CHARS, MAX_STREAMS
from qeval_batch.intake.naming import base_name, from_bytes
from qeval_batch.intake.opened import ContainerPart, Level, Unopenable

OBJECT = "Đối tượng nhúng trong thư, không phải tệp đính kèm."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROPERTIES = "__properties_version1.0"
_EMBEDDED_MESSAGE = "__substg1.0_3701000D"
# A property is 16 bytes: type, tag, flags, value; where the table begins differs by what it belongs to.
_PROPERTY = struct.Struct("<HHI8s")
_TOP, _WITHIN, _ATTACHMENT = 32, 24, 8
# PidTagAttachMethod: the file lies elsewhere (a path, a link); an OLE object.
_ELSEWHERE: Final = frozenset((2, 3, 4, 7))
_OLE_OBJECT = 6
_SHOWN_IN_BODY = 0x4
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
# What the readers of compound files raise on bad bytes; they promise nothing about them.
_UNREADABLE = (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError,
               struct.error)


def is_message(data: bytes) -> bool:
    """Whether the bytes are a compound file with a message at its root, a damaged one too."""
    if not data.startswith(_OLE):
        return False
    try:
        with OleFileIO(io.BytesIO(data)) as ole:
            return bool(ole.exists(_PROPERTIES))
    except _UNREADABLE:
        return _PROPERTIES.encode("utf-16-le") in data


def open_message(data: bytes) -> Level:
    """The message's parts; Unopenable where it cannot be read, or claims more than its own size."""
    try:
        with OleFileIO(io.BytesIO(data)) as ole:
            streams = [entry for entry in ole.direntries if entry is not None]
            # Entries that share their bytes would be read once each.
            if sum(entry.size for entry in streams) > 2 * len(data) or len(streams) > MAX_STREAMS:
                raise Unopenable("CONTAINER_DAMAGED")
            storage = Storage.from_ole(ole)
        return _level(storage, _TOP)
    except _UNREADABLE as error:
        raise Unopenable("CONTAINER_DAMAGED") from error


def _level(storage: Storage, offset: int) -> Level:
    fixed = _fixed(storage, offset)
    code = _code(fixed)
    headers = message_from_string(_text(storage, code, tag.PID_TRANSPORT_MESSAGE_HEADERS)[:MAX_HEADERS_CHARS])
    # The store's own word; the header where the message was saved before it had one.
    received = _time(fixed.get(tag.PID_MESSAGE_DELIVERY_TIME)) or moment(header(headers, "received").rpartition(";")[2])
    sender = address([_text(storage, code, tag.PID_SENDER_SMTP_ADDRESS), header(headers, "from"),
                      _text(storage, code, tag.PID_SENDER_EMAIL_ADDRESS)])
    message_id = _text(storage, code, tag.PID_INTERNET_MESSAGE_ID) or header(headers, "message-id")
    parts = tuple(_part(item, number, code) for number, item in enumerate(storage.iter_attachment_storages(), start=1))
    return Level(parts, is_mail=True, delivery=delivered(received, sender or "", message_id))


def _part(storage: Storage, number: int, code: str | None) -> ContainerPart:
    fixed = _fixed(storage, _ATTACHMENT)
    method = _number(fixed.get(tag.PID_ATTACH_METHOD))
    name = base_name(_text(storage, code, tag.PID_ATTACH_LONG_FILENAME, tag.PID_ATTACH_FILENAME), f"tep-{number}")
    kind = _text(storage, code, tag.PID_ATTACH_MIME_TAG).lower()
    within = next((item for item in storage.storages if item.name == _EMBEDDED_MESSAGE), None)
    if method == _OLE_OBJECT:
        return ContainerPart(name, ignored=OBJECT)
    if within is not None:
        title = _text(storage, code, tag.PID_DISPLAY_NAME) or _text(within, code, tag.PID_SUBJECT)
        title = title.replace("/", "-").replace("\\", "-")
        return ContainerPart(f"{base_name(title, f'thu-{number}')}.msg", level=lambda: _within(within))
    if method in _ELSEWHERE:
        return ContainerPart(name, code="MAIL_LINKED")
    data = _stream(storage, tag.PID_ATTACH_DATA_BINARY, tag.PTYP_BINARY)
    if data is None:
        return ContainerPart(name, code="MEMBER_DAMAGED")
    return mail.attachment(name, kind, data, inline=_inline(storage, fixed, code))


def _within(storage: Storage) -> Level:
    try:
        return _level(storage, _WITHIN)
    except _UNREADABLE as error:
        raise Unopenable("MEMBER_DAMAGED") from error


def _inline(storage: Storage, fixed: Mapping[int, bytes], code: str | None) -> bool:
    shown = _number(fixed.get(tag.PID_ATTACH_FLAGS)) & _SHOWN_IN_BODY or _number(fixed.get(tag.PID_ATTACHMENT_HIDDEN))
    return bool(shown or _text(storage, code, tag.PID_ATTACH_CONTENT_ID))


def _fixed(storage: Storage, offset: int) -> dict[int, bytes]:
    """The properties kept in the table itself, by tag: eight bytes each."""
    table = storage.properties_stream_bytes
    whole = len(table) - (len(table) - offset) % _PROPERTY.size
    return {number: value for _, number, _, value in _PROPERTY.iter_unpack(table[offset:whole])}


def _number(value: bytes | None) -> int:
    return int.from_bytes(value[:4], "little") if value else 0


def _time(value: bytes | None) -> datetime | None:
    """Tenths of microseconds since 1601."""
    if value is None:
        return None
    try:
        return in_vietnam(_EPOCH + timedelta(microseconds=int.from_bytes(value, "little") // 10))
    except OverflowError:
        return None


def _code(fixed: Mapping[int, bytes]) -> str | None:
    """The code of texts that are no Unicode, as the message declares it."""
    for number in (tag.PID_MESSAGE_CODEPAGE, tag.PID_INTERNET_CODEPAGE):
        with contextlib.suppress(UnrecognizedCodePageError, UnsupportedEncodingError):
            if number in fixed:
                return encoding_from_codepage(_number(fixed[number]))
    return None


def _text(storage: Storage, code: str | None, *numbers: int) -> str:
    """The first of these texts the storage holds; empty where it holds none."""
    for number in numbers:
        wide, narrow = _stream(storage, number, tag.PTYP_STRING), _stream(storage, number, tag.PTYP_STRING8)
        text = wide.decode("utf-16-le", "replace") if wide else from_bytes(narrow, code) if narrow else ""
        if text.strip("\0 "):
            return text.strip("\0")
    return ""


def _stream(storage: Storage, number: int, kind: int) -> bytes | None:
    try:
        return storage.property_stream_bytes(number, kind)
    except KeyError:
        return None
