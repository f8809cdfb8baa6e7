"""A real IMAP server (dovecot) on loopback, with a certificate and mailboxes of its own, while tests need it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "mật-khẩu thử"
_MAILBOXES = 40
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
ssl_dh =
disable_plaintext_auth = yes
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
default_internal_user = {inner}
default_internal_group = {group}
default_login_user = {login}
mail_uid = {mailer}
mail_gid = {mail_group}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = home={folder}/mail/%u
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""


@dataclass(frozen=True)
class Server:
    """Where it listens, the certificate to trust, and a user's mailbox as the files it keeps."""

    port: int
    ca: Path
    user: str
    mailbox: Path

    def put(self, number: int, content: bytes, when: int = 1_790_133_120) -> None:
        """A mail delivered, not yet seen by any client, at that moment (the server's date of it)."""
        place = self.mailbox / "new" / f"{when}.M{number:06d}P1.may"
        place.write_bytes(content)
        os.utime(place, (when, when))
        _give(place, self.mailbox)

    def state(self) -> list[tuple[str, bytes]]:
        """Every mail with its flags (they are part of the file's name)."""
        return sorted((path.relative_to(self.mailbox).as_posix(), path.read_bytes())
                      for name in ("new", "cur") for path in (self.mailbox / name).iterdir())


def missing() -> list[str]:
    """Programs the server needs and this machine lacks."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return [name for name in ("dovecot", "openssl") if shutil.which(name, path=path) is None]


@contextlib.contextmanager
def serving() -> Iterator[Iterator[Server]]:
    """The server, listening, each time with another, empty mailbox; stopped at the end.

    As root the mailboxes belong to a user without rights, else to ours.
    """
    # Modules of systems on which the server runs at all.
    import grp
    import pwd

    folder = Path(tempfile.mkdtemp(prefix="qeval-imap-"))
    folder.chmod(0o755)
    try:
        port = _free_port()
        _certificate(folder)
        root = os.geteuid() == 0
        mailer = pwd.getpwnam("mail") if root else pwd.getpwuid(os.geteuid())
        boxes = {f"vanthu{number}": folder / "mail" / f"vanthu{number}" for number in range(_MAILBOXES)}
        (folder / "users").write_text("".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in boxes), "utf-8")
        for path in boxes.values():
            for part in (path / "new", path / "cur", path / "tmp"):
                part.mkdir(parents=True)
                os.chown(part, mailer.pw_uid, mailer.pw_gid)
            os.chown(path, mailer.pw_uid, mailer.pw_gid)
        own, group = mailer.pw_name, grp.getgrgid(mailer.pw_gid).gr_name
        (folder / "conf").write_text(_CONFIG.format(
            folder=folder, port=port, inner="dovecot" if root else own, group="dovecot" if root else group,
            login="dovenull" if root else own, mailer=own, mail_group=group), "utf-8")
        dovecot = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        assert dovecot is not None
        with subprocess.Popen([dovecot, "-F", "-c", str(folder / "conf")], stderr=subprocess.PIPE) as server:
            try:
                _wait(server, port, folder)
                yield (Server(port, folder / "cert.pem", *box) for box in boxes.items())
            finally:
                server.terminate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _certificate(folder: Path) -> None:
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                    str(folder / "key.pem"), "-out", str(folder / "cert.pem")], check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    context = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as plain, \
                context.wrap_socket(plain, server_hostname="localhost") as secure:
            if secure.recv(4) == b"* OK":
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    log = folder / "log"
    raise RuntimeError(f"dovecot did not start: {log.read_text('utf-8') if log.exists() else ''}")


def _give(path: Path, like: Path) -> None:
    owner = like.stat()
    os.chown(path, owner.st_uid, owner.st_gid)
