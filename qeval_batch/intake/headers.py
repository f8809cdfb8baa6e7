"""Headers of a mail as mail programs really write them: names in five codings, and who sent it, when it arrived.

The library's own reading of a header is not used for names: of ``filename=`` and ``filename*=`` it takes whichever
comes first, and one malformed header can end the whole mail.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value, decode_params, parseaddr, parsedate_to_datetime, unquote

from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.intake.limits import MAX_HEADER_CHARS
from qeval_batch.intake.naming import from_bytes
from qeval_batch.model.delivery import MAIL, UNKNOWN, Delivery

_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_FOLD = re.compile(r"\r?\n[ \t]*")
_ADDRESS = re.compile(r"[^\s<>@\"(),;:]{1,64}@[^\s<>@\"(),;:]{1,255}")
_MAX_ID = 500
# Nobody reads what is sent there.
_AUTOMATON = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)@")
# The zero of every clock lies before this; no mail of this work does.
_FIRST_YEAR = 2000


def header(message: Message, name: str) -> str:
    """The first header of that name, unfolded, in whatever code it is written; empty where there is none."""
    for key, value in message.raw_items():
        if key.lower() == name:
            return _FOLD.sub(" ", _from_wire(str(value)[:MAX_HEADER_CHARS])).strip()
    return ""


def decoded(text: str) -> str:
    """Encoded words read; text that only looks like them stays as it is."""
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, LookupError, UnicodeError, ValueError):
        return text


def parameter(value: str, name: str) -> str:
    """A parameter of a header; where it is written both plainly and by RFC 2231 (``name*=``) the latter holds."""
    found = _PARAMETER.findall(value)
    extended = [(key.lower(), text.strip()) for key, text in found if key.lower().startswith(f"{name}*")]
    if extended:
        # A number of pieces no mail program writes, or a number no int can be.
        with contextlib.suppress(ValueError, LookupError, TypeError):
            for key, text in decode_params([("", ""), *extended])[1:]:
                if key == name:
                    return unquote(collapse_rfc2231_value(text))
    plain = next((text.strip() for key, text in found if key.lower() == name), "")
    return decoded(unquote(plain))


def file_name(message: Message) -> str:
    """The name its sender gave a part; empty where there is none."""
    return parameter(header(message, "content-disposition"), "filename") or \
        parameter(header(message, "content-type"), "name")


def delivery(message: Message) -> Delivery:
    """Who sent a mail, and when the last server took it: the topmost ``Received``, written by our own (R61).

    ``Date`` is the sender's word and never read.
    """
    received = moment(header(message, "received").rpartition(";")[2])
    return delivered(received, header(message, "from"), header(message, "message-id"))


def delivered(received: datetime | None, sender: str, message_id: str) -> Delivery:
    """A delivery by mail, its texts bounded; ``sender`` may bear a display name."""
    person = address([sender])
    person = None if person and _AUTOMATON.match(person) else person
    return Delivery(received, UNKNOWN if received is None else MAIL, person,
                    " ".join(message_id.split())[:_MAX_ID] or None)


def address(candidates: Iterable[str]) -> str | None:
    """The first that holds an address, as the address alone in lower case."""
    for candidate in candidates:
        found = _ADDRESS.fullmatch(parseaddr(candidate)[1])
        if found is not None:
            return found[0].lower()
    return None


def moment(text: str) -> datetime | None:
    """A mail date in Vietnamese time; one without a zone is UTC. None where it is none."""
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return in_vietnam(found if found.tzinfo is not None else found.replace(tzinfo=UTC))


def in_vietnam(when: datetime) -> datetime | None:
    """The same moment by our clock, without parts of a second; None where it is the zero of somebody's clock."""
    try:
        return when.astimezone(VIETNAM_TIME).replace(microsecond=0) if when.year >= _FIRST_YEAR else None
    except (OverflowError, ValueError):
        return None


def _from_wire(text: str) -> str:
    """Bytes outside ASCII come as lone surrogates."""
    if text.isascii():
        return text
    return from_bytes(text.encode("utf-8", "surrogateescape"))
