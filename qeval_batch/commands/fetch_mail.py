"""New mails of an IMAP mailbox into the inbox, each as it lies on the server, where nothing is changed.

The folder is opened read-only and mails are looked at without being marked as read. What was taken once is in the
ledger, so a mail the clerk has moved out of the inbox does not come back.
"""

from __future__ import annotations

import contextlib
import hashlib
import imaplib
import os
import re
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from qeval_batch.core.say import say
from qeval_batch.intake.headers import moment
from qeval_batch.intake.limits import MAX_CONTAINER_BYTES
from qeval_batch.intake.naming import unique
from qeval_batch.ledger.schema import Event
from qeval_batch.ledger.store import Ledger
from qeval_batch.workspace import CannotRun, Workspace

MAIL = "mail"                # kind of a ledger entry: a mail taken from a mailbox
_FOLDER = "thu"
_TIMEOUT = 60                # seconds without an answer
# Sizes are asked for so many mails at once: one answer stays a few kilobytes.
_AT_ONCE = 500
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DAY = re.compile(rb'\bINTERNALDATE "([^"]+)"')


@dataclass(frozen=True)
class Account:
    """Where the mailbox is. ``ca``: the certificates to trust instead of the system's."""

    host: str
    user: str
    port: int = 993
    folder: str = "INBOX"
    ca: Path | None = None

    @property
    def id(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


@dataclass(frozen=True)
class Fetched:
    """What one visit brought: files under the inbox; mails taken before; mails too large to take (day, megabytes)."""

    files: tuple[str, ...]
    known: int
    too_big: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Listed:
    uid: int
    size: int
    arrived: datetime | None

    @property
    def day(self) -> str:
        return f"{self.arrived:%Y-%m-%d}" if self.arrived is not None else "khong-ro-ngay"


def fetch_mail(workspace: Workspace, account: Account, password: str, since: date | None, at: datetime,
               progress: Callable[[Sequence[Any]], Iterable[Any]]) -> Fetched:
    """Take every mail not taken before, one file and one ledger entry each, so that a visit cut short loses nothing.

    ``since``: only mails the server took on that day or later. CannotRun when the mailbox cannot be read; OSError when
    the inbox cannot be written. The password goes to the server and nowhere else.
    """
    ledger = Ledger(workspace.ledger)
    taken = ledger.entries(MAIL)
    subjects, contents = {entry.subject for entry in taken}, {entry.values.get("sha256") for entry in taken}
    files: list[str] = []
    with _mailbox(account, password) as mailbox:
        validity = mailbox.folder.status(account.folder, ["UIDVALIDITY"]).get("UIDVALIDITY", 0)
        listed = _listed(mailbox, since)
        fresh = [item for item in listed if _subject(account, validity, item) not in subjects]
        small = [item for item in fresh if item.size <= MAX_CONTAINER_BYTES]
        for item in progress(small):
            content = _content(mailbox, item)
            if content is None:
                continue
            sha256 = hashlib.sha256(content).hexdigest()
            # The server may have counted its mails anew: the same mail under another number.
            name = None if sha256 in contents else _write(workspace.inbox / _FOLDER, item, sha256, content)
            contents.add(sha256)
            ledger.append([Event(MAIL, subject=_subject(account, validity, item), body={
                "sha256": sha256, "size": len(content), "file": name})], at.isoformat())
            files += [name] if name is not None else []
    too_big = tuple(f"{item.day} ({item.size // 2**20} MB)" for item in fresh if item.size > MAX_CONTAINER_BYTES)
    return Fetched(tuple(files), len(listed) - len(files) - len(too_big), too_big)


def _subject(account: Account, validity: int, item: _Listed) -> str:
    """What a mail is known by: a server gives a number within a folder only once while its validity lasts."""
    return f"{account.id};{validity};{item.uid}"


# --- The server -------------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def _mailbox(account: Account, password: str) -> Iterator[Any]:
    """The folder, opened so that nothing in it can be changed. Whatever goes wrong is said in a word for the clerk."""
    try:
        from imap_tools.errors import ImapToolsError, MailboxFolderSelectError
    except ModuleNotFoundError as error:
        raise CannotRun(say("commands.fetch_mail.not_installed")) from error

    where = f"{account.host}:{account.port}"
    try:
        with _connected(account, where) as mailbox:
            _log_in(mailbox, account, password, where)
            mailbox.folder.set(account.folder, readonly=True)
            yield mailbox
    except MailboxFolderSelectError:
        raise CannotRun(say("commands.fetch_mail.no_folder", user=account.user, folder=account.folder)) from None
    except (ImapToolsError, imaplib.IMAP4.error, ssl.SSLError, ConnectionError, TimeoutError):
        raise CannotRun(say("commands.fetch_mail.broken_off", where=where)) from None


def _log_in(mailbox: Any, account: Account, password: str, where: str) -> None:
    from imap_tools.errors import MailboxLoginError

    login = mailbox.login if (account.user + password).isascii() else mailbox.login_utf8
    try:
        login(account.user, password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    # The server's own words are left out: nobody knows what it repeats of what it was told.
    except (MailboxLoginError, imaplib.IMAP4.error):
        raise CannotRun(say("commands.fetch_mail.refused", where=where, user=account.user)) from None


def _connected(account: Account, where: str) -> Any:
    from imap_tools import MailBox

    try:
        return MailBox(account.host, account.port, timeout=_TIMEOUT, ssl_context=_trusted(account.ca))
    except ssl.SSLCertVerificationError as error:
        raise CannotRun(say("commands.fetch_mail.certificate", where=where, why=error.verify_message)) from error
    except OSError as error:
        raise CannotRun(say("commands.fetch_mail.no_connection", where=where)) from error


def _trusted(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca) if ca is not None else None)
    except ssl.SSLError as error:
        raise CannotRun(say("commands.fetch_mail.not_pem", file=ca)) from error


def _listed(mailbox: Any, since: date | None) -> list[_Listed]:
    """Number, size and day of every mail, in the order of their numbers."""
    from imap_tools import AND

    uids = sorted(map(int, mailbox.uids(AND(date_gte=since) if since is not None else "ALL", charset=None)))
    found = []
    for start in range(0, len(uids), _AT_ONCE):
        asked = ",".join(map(str, uids[start:start + _AT_ONCE]))
        _, answers = mailbox.client.uid("fetch", asked, "(UID RFC822.SIZE INTERNALDATE)")
        for answer in (item for item in answers if isinstance(item, bytes)):
            uid, size, day = (pattern.search(answer) for pattern in (_UID, _SIZE, _DAY))
            if uid is not None and size is not None:
                arrived = moment(day[1].decode("ascii", "replace")) if day is not None else None
                found.append(_Listed(int(uid[1]), int(size[1]), arrived))
    return sorted(found, key=lambda item: item.uid)


def _content(mailbox: Any, item: _Listed) -> bytes | None:
    """The mail byte for byte, never more than its bound; None when it has gone meanwhile."""
    _, answers = mailbox.client.uid("fetch", str(item.uid), f"(BODY.PEEK[]<0.{MAX_CONTAINER_BYTES}>)")
    return next((bytes(answer[1]) for answer in answers if isinstance(answer, tuple)), None)


# --- The inbox --------------------------------------------------------------------------------------------------------
def _write(folder: Path, item: _Listed, sha256: str, content: bytes) -> str:
    """The mail as a file that appears whole or not at all; its name under the inbox. What stands there is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{item.day}_{item.uid:06d}_{sha256[:8]}.eml"
    if not (folder / name).is_file() or (folder / name).read_bytes() != content:
        name = unique(name, {path.name for path in folder.iterdir()})
        draft = folder / f".{name}.dang-tai"
        try:
            draft.write_bytes(content)
            os.replace(draft, folder / name)
        finally:
            draft.unlink(missing_ok=True)
    return f"{_FOLDER}/{name}"
