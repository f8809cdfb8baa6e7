"""A mail (.eml) to its parts: attachments under the names their senders gave them, forwarded mails as mails."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from email import errors
from email.feedparser import BytesFeedParser
from email.message import Message

from qeval_batch.core.say import say
from qeval_batch.intake.headers import address, decoded, delivery, file_name, header, parameter
from qeval_batch.intake.limits import MAX_MAIL_LINES, MAX_MAIL_WORK
from qeval_batch.intake.naming import base_name, path_name
from qeval_batch.intake.opened import ContainerPart, Level, Unopenable
from qeval_batch.intake.uucode import coded_parts

INLINE = "Ảnh chèn trong thư hoặc chữ ký thư, không phải bảng tính."
SIGNATURE = "Chữ ký số của thư, không phải bảng tính."
TNEF = b"\x78\x9f\x3e\x22"
ENCRYPTED_TYPES = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"))
SIGNATURE_TYPES = frozenset(("application/pkcs7-signature", "application/x-pkcs7-signature",
                             "application/pgp-signature"))
_TNEF_TYPES = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))

_HEAD_BYTES = 64 * 1024
_FEED_BYTES = 2**20
_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]*)[ \t]*:", re.MULTILINE)
# A web archive (.mht) has From, Subject and Date as well, but nobody it was sent to and no way it took.
_MARKS = frozenset((b"from", b"to", b"received", b"message-id", b"return-path", b"delivered-to"))
# Of a draft that was never sent.
_DRAFT_MARKS = frozenset((b"subject", b"to", b"cc", b"bcc", b"from", b"date", b"mime-version", b"content-type"))
_WEB_MARKS = frozenset((b"snapshot-content-location", b"x-document-type"))
_BEFORE = b"\xef\xbb\xbf \t\r\n"
_NEXT_MAIL = re.compile(rb"\n\r?\n(?=From [^\r\n]*[0-9]{4}[^\r\n]*\r?\n[A-Za-z][A-Za-z0-9-]*[ \t]*:)")
# What a draft of ours bears (`render.replies.mime`), sent or not.
_OWN_HEADER, _OWN_BOUNDARY = "x-qeval", "=_qeval_thu"
_REPORTS = frozenset(("delivery-status", "disposition-notification"))
_NESTING = re.compile(rb"^content-type\s*:\s*(?:multipart|message)/", re.MULTILINE | re.IGNORECASE)
_BROKEN = (errors.CloseBoundaryNotFoundDefect, errors.StartBoundaryNotFoundDefect, errors.InvalidBase64PaddingDefect,
           errors.InvalidBase64CharactersDefect, errors.InvalidBase64LengthDefect,
           errors.MultipartInvariantViolationDefect)
TRUNCATED = "MAIL_TRUNCATED"
_CODED = frozenset(("base64", "quoted-printable"))


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin with the headers of a mail."""
    head = data[:_HEAD_BYTES].lstrip(_BEFORE).replace(b"\r\n", b"\n")
    if head.startswith((b"From ", b">From ")):
        head = head.partition(b"\n")[2]
    if not _HEADER.match(head):
        return False
    names = {name.lower() for name in _HEADER.findall(head.partition(b"\n\n")[0])}
    if names & _WEB_MARKS or head[:2048].lower().find(b"from: <saved by ") >= 0:
        return False
    return len(names & _MARKS) >= 2 or b"x-unsent" in names or \
        len(names & _DRAFT_MARKS) >= 3 and b"subject" in names and b"mime-version" in names


def is_mailbox(data: bytes) -> bool:
    """Whether the bytes are several mails one after the other (mbox), each begun by a line of its own."""
    return data.lstrip(_BEFORE).startswith(b"From ") and is_mail(data) and _NEXT_MAIL.search(data) is not None


def open_mailbox(data: bytes) -> Level:
    """The mails of a mailbox, each opened when its turn comes."""
    parts = []
    starts = [0, *(found.end() for found in _NEXT_MAIL.finditer(data)), len(data)]
    for number, (start, stop) in enumerate(itertools.pairwise(starts), start=1):
        parts.append(ContainerPart(f"thu-{number}.eml", level=functools.partial(open_mail, data[start:stop])))
    return Level(tuple(parts), is_mail=False)


def open_mail(data: bytes) -> Level:
    """The mail's parts; Unopenable where it is built to keep a reader busy."""
    lines = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    if lines > MAX_MAIL_LINES or lines * (1 + len(_NESTING.findall(data))) > MAX_MAIL_WORK:
        raise Unopenable("MAIL_TOO_COMPLEX")
    # A blank line before the first header would end the headers.
    data = data.lstrip(_BEFORE)
    parser = BytesFeedParser()
    try:
        # In pieces: the parser keeps what it was fed as text, four bytes a character, until it has split the lines.
        for start in range(0, len(data), _FEED_BYTES):
            parser.feed(data[start:start + _FEED_BYTES])
        return _level(parser.close())
    except RecursionError as error:
        raise Unopenable("MAIL_TOO_COMPLEX") from error


def attachment(name: str, kind: str, data: bytes, *, inline: bool) -> ContainerPart:
    """An attachment by its declared kind; ``inline``: shown in the text of the mail, as pictures of a signature are."""
    if kind in SIGNATURE_TYPES:
        return ContainerPart(name, ignored=SIGNATURE)
    if kind in ENCRYPTED_TYPES:
        return ContainerPart(name, code="MAIL_ENCRYPTED")
    if kind in _TNEF_TYPES or data.startswith(TNEF):
        return ContainerPart(name, code="MAIL_TNEF")
    if inline and kind.startswith("image/"):
        return ContainerPart(name, ignored=INLINE)
    return ContainerPart(name, len(data), lambda limit: data[:limit])


def _level(message: Message) -> Level:
    tree = list(_tree(message))
    if any(_is_report(item) for item in tree):
        return Level((), is_mail=True, aside=say("intake.mail.bounced"), notes=("MAIL_BOUNCED",),
                     failed=tuple(address for item in tree for address in _refused_addresses(item)))
    if _is_ours(message):
        return Level((), is_mail=True, aside=say("intake.mail.own"), notes=("MAIL_OWN",))
    parts = tuple(_part(item, number) for number, item in enumerate(tree, start=1) if _is_file(item))
    parts += tuple(part for item in tree if not _is_file(item) and item.get_content_maintype() == "text"
                   for part in coded_parts(_bytes(item)))
    # After the parts: what is wrong in the coding of one is known only when it was decoded.
    broken = any(isinstance(defect, _BROKEN) for item in tree for defect in item.defects)
    return Level(parts, is_mail=True, delivery=delivery(message), notes=(TRUNCATED,) if broken else ())


def _is_report(part: Message) -> bool:
    """Whether a mail server or program answers here: a mail that could not go, or was read."""
    kind = header(part, "content-type")
    return part.get_content_type() == "message/delivery-status" or \
        part.get_content_type() == "multipart/report" and parameter(kind, "report-type").lower() in _REPORTS


def _refused_addresses(part: Message) -> Iterator[str]:
    """Of a delivery status: who could not be reached."""
    if part.get_content_type() == "message/delivery-status":
        for block in _children(part):
            found = address([header(block, "final-recipient").rpartition(";")[2]])
            if found is not None:
                yield found


def _is_ours(message: Message) -> bool:
    return bool(header(message, _OWN_HEADER)) or message.get_boundary("") == _OWN_BOUNDARY


def _tree(message: Message) -> Iterator[Message]:
    """Every part of the mail in order, multiparts too; of a mail within it only the part that holds it."""
    pending = [message]
    while pending:
        part = pending.pop()
        yield part
        if part.get_content_maintype() == "multipart":
            pending += reversed(_children(part))


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [item for item in payload if isinstance(item, Message)] if isinstance(payload, list) else []


def _is_file(part: Message) -> bool:
    """All but what only holds other parts, and the text of the mail itself."""
    if part.get_content_maintype() == "multipart" or part.get_content_type() == "message/delivery-status":
        return False
    return part.get_content_maintype() != "text" or _is_attached(part) or bool(file_name(part))


def _is_attached(part: Message) -> bool:
    return header(part, "content-disposition").lower().startswith("attachment")


def _part(part: Message, number: int) -> ContainerPart:
    within = _children(part) if part.get_content_maintype() == "message" else []
    coding = header(part, "content-transfer-encoding").lower()
    if within and coding not in _CODED:
        return ContainerPart(_forwarded_name(part, within[0], number), level=lambda: _level(within[0]))
    name = base_name(file_name(part), f"phan-{number}")
    content = _bytes(within[0], coding) if within else _bytes(part)
    return attachment(name, part.get_content_type(), content, inline=not _is_attached(part))


def _bytes(part: Message, coding: str | None = None) -> bytes:
    """What the part holds. A mail within a mail may not be coded, yet some are: its code then stands as its text."""
    content = part.get_payload(decode=True)
    if coding is not None and isinstance(content, bytes):
        bare = Message()
        bare["Content-Transfer-Encoding"] = coding
        bare.set_payload(content.decode("ascii", "replace"))
        content = bare.get_payload(decode=True)
        part.defects += bare.defects
    return content if isinstance(content, bytes) else b""


def _forwarded_name(part: Message, forwarded: Message, number: int) -> str:
    given = file_name(part)
    if given:
        return base_name(given, f"thu-{number}.eml")
    subject = path_name(decoded(header(forwarded, "subject")).replace("/", "-").replace("\\", "-"), f"thu-{number}")
    return f"{subject}.eml"
