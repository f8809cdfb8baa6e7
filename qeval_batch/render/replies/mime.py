"""A draft e-mail as the bytes of an .eml file: opened, looked at and sent by a person. Same values, same bytes.

``X-Unsent: 1`` makes Outlook open it as a draft; it has no sender, day or id, which come with the sending. What people
typed is text: it is encoded whole, and a line break in it starts no header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qeval_batch.core.text import writable

_OFFICE = "vnd.openxmlformats-officedocument."
_TYPES = {".xlsx": f"{_OFFICE}spreadsheetml.sheet", ".docx": f"{_OFFICE}wordprocessingml.document"}
# Base64 holds no underscore, so no part can end the message early.
_BOUNDARY = "=_qeval_thu"
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", re.ASCII)
_BETWEEN = re.compile(r"[;,\s]+")
_BREAKS = re.compile("[\r\u2028\u2029]")     # besides the one a text is written with
_SUBJECT_LENGTH = 200


@dataclass(frozen=True)
class Attachment:
    """A file that goes with the mail; the name may hold any letters, never a path."""

    name: str
    data: bytes


def draft(to: Sequence[str], subject: str, body: str, attachments: Sequence[Attachment] = (),
          copy_to: Sequence[str] = ()) -> bytes:
    """The draft. ``to``, ``copy_to``: addresses as ``addresses`` gives them; none leaves the line to the clerk."""
    from email.header import Header
    from email.mime.application import MIMEApplication
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText
    from email.policy import compat32

    mail = MIMEMultipart("mixed", boundary=_BOUNDARY)
    mail["X-Unsent"] = "1"
    mail["X-Qeval"] = "1"      # by which the inbox knows it again, come back or laid there by mistake
    for name, listed in (("To", to), ("Cc", copy_to)):
        if listed:
            mail[name] = ", ".join(listed)
    mail["Subject"] = Header(_one_line(subject)[:_SUBJECT_LENGTH], "utf-8", header_name="Subject").encode()
    mail.attach(MIMEText(writable(_BREAKS.sub("", body)).replace("\n", "\r\n"), "plain", "utf-8"))
    for item in attachments:
        part = MIMEApplication(item.data, _TYPES.get(item.name[-5:].lower(), "octet-stream"))
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", _one_line(item.name)))
        mail.attach(part)
    return mail.as_bytes(policy=compat32.clone(linesep="\r\n"))


def addresses(text: str | None) -> list[str]:
    """The mail addresses in a cell of the roster; what is none is left out."""
    return [item for item in _BETWEEN.split(text or "") if _ADDRESS.fullmatch(item)]


def _one_line(text: str) -> str:
    return " ".join(writable(_BREAKS.sub(" ", text), " ").split())
