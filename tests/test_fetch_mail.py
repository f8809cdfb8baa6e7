"""Mails of a real mailbox into the inbox: each once, byte for byte, and nothing changed on the server."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from datetime import date, datetime

import imap_server
import pytest
from click.testing import CliRunner
from imap_server import PASSWORD, Server
from mail_builders import mail, members, part, workbook

from qeval_batch.cli.cli import cli
from qeval_batch.commands import fetch_mail as fetching
from qeval_batch.commands.fetch_mail import Account, fetch_mail
from qeval_batch.commands.init import create
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.ledger.schema import LedgerEntry
from qeval_batch.ledger.store import Ledger
from qeval_batch.ledger.verify import verify
from qeval_batch.workspace import CannotRun, Workspace

NOW = datetime(2026, 9, 26, 8, 0, tzinfo=VIETNAM_TIME)
DAY = 86_400
MAILS = [mail(part(workbook(name), 'attachment; filename="Biểu quý III.xlsx"'), message_id=f"<{len(name)}@x.example>")
         for name in ("một", "hai", "ba")]

if imap_server.missing():
    pytest.skip(f"!!! NOT INSTALLED: {', '.join(imap_server.missing())}: no real mailbox to fetch from",
                allow_module_level=True)


@pytest.fixture(scope="module")
def mailboxes() -> Iterator[Iterator[Server]]:
    with imap_server.serving() as running:
        yield running


@pytest.fixture
def server(mailboxes) -> Server:
    own = next(mailboxes)
    for number, content in enumerate(MAILS):
        own.put(number, content, 1_790_133_120 + number * DAY)
    return own


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return create(tmp_path / "việc", created=NOW, sample_roster=False)


def account(server: Server, **other) -> Account:
    return Account(**{"host": "localhost", "user": server.user, "port": server.port, "ca": server.ca} | other)


def fetch(workspace: Workspace, where: Account, password: str = PASSWORD, since: date | None = None,
          progress=lambda items: items) -> fetching.Fetched:
    return fetch_mail(workspace, where, password, since, NOW, progress)


def taken(workspace: Workspace) -> list[LedgerEntry]:
    return Ledger(workspace.ledger).entries(fetching.MAIL)


def files(workspace: Workspace) -> list[bytes]:
    return [path.read_bytes() for path in sorted((workspace.inbox / "thu").iterdir())]


def test_fetched_twice_adds_nothing_and_the_server_is_as_it_was(server, workspace):
    before = server.state()
    first = fetch(workspace, account(server))
    assert (len(first.files), first.known, first.too_big) == (3, 0, ())
    assert files(workspace) == MAILS
    second = fetch(workspace, account(server))
    assert (second.files, second.known) == ((), 3)
    assert files(workspace) == MAILS and server.state() == before
    assert len(taken(workspace)) == 3 and verify(workspace).faults == ()


def test_names_of_files_come_from_the_server_alone(server, workspace):
    assert [name[:21] for name in fetch(workspace, account(server)).files] == [
        "thu/2026-09-23_000001", "thu/2026-09-24_000002", "thu/2026-09-25_000003"]
    assert members(files(workspace)[0])[0].name == "Biểu quý III.xlsx"


def test_only_what_is_new_comes_later(server, workspace):
    fetch(workspace, account(server))
    fresh = mail(part(workbook("mới")))
    server.put(9, fresh)
    later = fetch(workspace, account(server))
    assert (len(later.files), later.known) == (1, 3)
    assert (workspace.inbox / later.files[0]).read_bytes() == fresh


def test_only_from_a_day_on(server, workspace):
    assert len(fetch(workspace, account(server), since=date(2026, 9, 24)).files) == 2
    assert len(fetch(workspace, account(server)).files) == 1


def test_mail_moved_out_of_the_inbox_does_not_come_back(server, workspace):
    name = fetch(workspace, account(server)).files[0]
    (workspace.inbox / name).unlink()
    assert fetch(workspace, account(server)).files == ()


def test_server_that_counts_its_mails_anew_brings_none_twice(server, workspace):
    fetch(workspace, account(server))
    for path in server.mailbox.glob("dovecot*"):
        path.unlink()
    (server.mailbox / "dovecot-uidlist").write_text("3 V7 N1\n")
    again = fetch(workspace, account(server))
    assert (again.files, again.known) == ((), 3)
    assert len(taken(workspace)) == 6 and files(workspace) == MAILS


def test_visit_cut_short_is_taken_up_where_it_ended(server, workspace):
    def stops(items):
        yield items[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(workspace, account(server), progress=stops)
    assert files(workspace) == MAILS[:1]
    rest = fetch(workspace, account(server))
    assert (len(rest.files), rest.known) == (2, 1) and files(workspace) == MAILS


def test_file_written_but_not_recorded_is_not_written_again(server, workspace):
    first = fetch(workspace, account(server))
    workspace.ledger.unlink()
    assert fetch(workspace, account(server)).files == first.files
    assert files(workspace) == MAILS


def test_file_somebody_changed_is_kept_beside_the_mail(server, workspace):
    name = fetch(workspace, account(server)).files[0]
    (workspace.inbox / name).write_bytes(b"x")
    workspace.ledger.unlink()
    again = fetch(workspace, account(server)).files[0]
    assert again == name.replace(".eml", " (2).eml")
    assert (workspace.inbox / name).read_bytes() == b"x" and (workspace.inbox / again).read_bytes() == MAILS[0]


def test_mail_larger_than_the_bound_is_named_and_left(server, workspace, monkeypatch):
    monkeypatch.setattr(fetching, "MAX_CONTAINER_BYTES", len(MAILS[0]) + 500)
    server.put(9, MAILS[0] + b"x" * 1000, 1_790_133_120 + 9 * DAY)
    fetched = fetch(workspace, account(server))
    assert (len(fetched.files), fetched.known, fetched.too_big) == (3, 0, ("2026-10-02 (0 MB)",))
    assert len(taken(workspace)) == 3


def test_folder_with_a_vietnamese_name(server, workspace):
    from imap_tools import MailBox

    trusted = ssl.create_default_context(cafile=str(server.ca))
    with MailBox("localhost", server.port, ssl_context=trusted).login_utf8(server.user, PASSWORD) as mailbox:
        mailbox.folder.create("Hồ sơ quý III")
        mailbox.append(MAILS[0], "Hồ sơ quý III", dt=NOW)
    assert len(fetch(workspace, account(server, folder="Hồ sơ quý III")).files) == 1
    assert files(workspace) == MAILS[:1]


# --- What goes wrong --------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def talking(answer: bytes) -> Iterator[int]:
    """A server that says this to whoever comes, without TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    connection.sendall(answer)
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


@pytest.mark.parametrize(("other", "password", "word"), [
    ({}, "sai", "mật khẩu"), ({"user": "người lạ"}, PASSWORD, "mật khẩu"),
    ({"folder": "Không có"}, PASSWORD, "thư mục"), ({"ca": None}, PASSWORD, "--ca"),
    ({"host": "127.0.0.1"}, PASSWORD, "chứng thư"),
    ({"port": 1}, PASSWORD, "Không kết nối được"), ({"host": "khong-co.invalid"}, PASSWORD, "Không kết nối được"),
])
def test_refused_in_a_clear_word_without_the_password(server, workspace, other, password, word):
    with pytest.raises(CannotRun, match=word) as refused:
        fetch(workspace, account(server, **other), password)
    assert PASSWORD not in str(refused.value) and "sai" not in str(refused.value).split()
    assert taken(workspace) == [] and not (workspace.inbox / "thu").exists()


def test_server_without_tls_never_hears_the_password(server, workspace):
    with talking(b"* OK ready\r\n") as port, pytest.raises(CannotRun, match="TLS"):
        fetch(workspace, account(server, port=port))


def test_certificate_file_that_is_none(server, workspace, tmp_path):
    (tmp_path / "x.pem").write_text("không phải chứng thư")
    with pytest.raises(CannotRun, match="PEM"):
        fetch(workspace, account(server, ca=tmp_path / "x.pem"))


def test_without_the_optional_library(server, workspace, monkeypatch):
    for name in ("imap_tools", "imap_tools.errors"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(CannotRun, match=r"qeval-batch\[mail\]"):
        fetch(workspace, account(server))


# --- The command line -------------------------------------------------------------------------------------------------
def run(workspace: Workspace, server: Server, *more: str, **other):
    arguments = ["fetch-mail", "--root", str(workspace.root), "--host", "localhost", "--port", str(server.port),
                 "--user", server.user, "--ca", str(server.ca), *more]
    return CliRunner().invoke(cli, arguments, **other)


def test_command_takes_the_password_from_the_environment(server, workspace):
    done = run(workspace, server, env={"QEVAL_IMAP_PASSWORD": PASSWORD})
    assert done.exit_code == 0 and "Đã lấy 3 thư mới" in done.output
    assert "3 thư đã lấy từ trước" in run(workspace, server, env={"QEVAL_IMAP_PASSWORD": PASSWORD}).output


def test_command_asks_for_the_password_and_shows_it_nowhere(server, workspace):
    done = run(workspace, server, "--since", "2026-09-24", input=f"{PASSWORD}\n", env={"QEVAL_IMAP_PASSWORD": ""})
    assert "Đã lấy 2 thư mới" in done.output and PASSWORD not in done.output
    kept = [path for path in workspace.root.rglob("*") if path.is_file()]
    assert not [path.name for path in kept if PASSWORD.encode() in path.read_bytes()]
    assert PASSWORD not in json.dumps([entry.values for entry in taken(workspace)], ensure_ascii=False)


def test_no_option_takes_a_password():
    command = cli.commands["fetch-mail"]
    assert not [item for item in command.params if "pass" in str(item.name)]
