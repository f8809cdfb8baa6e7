"""Reading: the same values whatever the number of processes, and a file that ends its process costs itself alone."""

from __future__ import annotations

import io
import os
import signal
import time
import zipfile
from email.message import EmailMessage

import pytest
from demo_intake import PERIOD, province

from qeval_batch import messages
from qeval_batch.intake import pool, reading
from qeval_batch.intake.reading import distinct, read_all
from qeval_batch.intake.scan import read_arrival, scan
from qeval_batch.pipeline import load_period


def _read(inbox, workers: int = 1):
    workspace = province().workspace
    return read_all(scan(inbox), load_period(workspace, PERIOD), workspace.key.read_bytes(), PERIOD, workers)


def _workbook(number: int = 1) -> bytes:
    found = sorted(province().workspace.inbox.glob("DV*_2026-Q3.xlsx"))
    return found[number - 1].read_bytes()


def test_two_processes_read_what_one_reads():
    one, two = (_read(province().workspace.inbox, workers) for workers in (1, 2))
    assert len(one.submissions) > 8 and one == two
    assert set(one.submissions) == {item.name for item in distinct(one.arrivals)}


def test_each_content_is_read_once():
    names = [item.name for item in distinct(scan(province().workspace.inbox))]
    assert "DV001_2026-Q3.xlsx" in names and not any("DV001" in name and "gửi thêm" in name for name in names)


def test_members_of_mails_and_archives_are_read_under_their_full_names(tmp_path):
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "van.thu@dv001.example", "<1@dv001.example>"
    mail["Received"] = "from a by mx.example; Wed, 23 Sep 2026 03:00:00 +0000"
    mail.set_content("Kính gửi")
    mail.add_attachment(_workbook(), maintype="application", subtype="octet-stream", filename="Hồ sơ.xlsx")
    (tmp_path / "thư.eml").write_bytes(mail.as_bytes())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("đơn vị 2/biểu.xlsx", _workbook(2))
        archive.writestr("biểu 1.xlsx", _workbook())
        archive.writestr("ghi chú.txt", "x")
    (tmp_path / "gói.zip").write_bytes(packed.getvalue())
    found = _read(tmp_path)
    assert sorted(found.submissions) == ["gói.zip/biểu 1.xlsx", "gói.zip/đơn vị 2/biểu.xlsx"]
    by_name = {item.name: item for item in found.arrivals}
    assert set(by_name) == {"thư.eml", "thư.eml/Hồ sơ.xlsx", "gói.zip", *found.inside["gói.zip"]}
    member = by_name["thư.eml/Hồ sơ.xlsx"]
    assert member.delivery.sender == "van.thu@dv001.example" and member.delivery.source == "mail"
    assert member.delivery.received.isoformat() == "2026-09-23T10:00:00+07:00"
    # The same bytes were read in the archive.
    assert found.read_as[member.sha256] == "gói.zip/biểu 1.xlsx" and read_arrival(member) == _workbook()
    assert by_name["gói.zip/ghi chú.txt"].outcome == "ignored"


def _spin(arrival):
    if arrival.name.startswith("quay"):
        while True:
            pass
    return _LOOK(arrival)


def _die(arrival):
    return os.abort() if arrival.name.startswith("chết") else _LOOK(arrival)


def _swallow(arrival):
    return len(bytearray(2 * pool.MEMORY_BYTES)) if arrival.name.startswith("béo") else _LOOK(arrival)


def _crash(arrival):
    return os.kill(os.getpid(), signal.SIGSEGV) if arrival.name.startswith("hỏng") else _LOOK(arrival)


_LOOK = reading._look


@pytest.mark.skipif(os.name != "posix", reason="only here does the system bound a process")
@pytest.mark.parametrize(("name", "does", "code"), [("quay", _spin, "FILE_TIMEOUT"), ("chết", _die, "FILE_MEMORY"),
                                                    ("béo", _swallow, "FILE_MEMORY"), ("hỏng", _crash, "FILE_READER_FAULT")])
def test_a_file_that_ends_its_process_costs_itself_alone(tmp_path, monkeypatch, name, does, code):
    for number in (1, 2, 3):
        (tmp_path / f"DV00{number}.xlsx").write_bytes(_workbook(number))
    (tmp_path / f"{name}.xlsx").write_bytes(b"PK\x03\x04")
    monkeypatch.setattr(reading, "_look", does)
    begun = time.monotonic()
    found = _read(tmp_path)
    assert sorted(found.submissions) == ["DV001.xlsx", "DV002.xlsx", "DV003.xlsx"]
    lost = next(item for item in found.arrivals if item.name == f"{name}.xlsx")
    assert (lost.outcome, lost.finding.code) == ("rejected", code) and messages.message(lost.finding) == lost.why
    assert time.monotonic() - begun < pool.CLOCK_SECONDS


def test_a_file_that_changes_while_it_is_read_is_named_and_the_rest_is_read(tmp_path):
    for number in (1, 2):
        (tmp_path / f"DV00{number}.xlsx").write_bytes(_workbook(number))
    workspace = province().workspace
    arrivals = scan(tmp_path)
    (tmp_path / "DV001.xlsx").write_bytes(_workbook(3))
    found = read_all(arrivals, load_period(workspace, PERIOD), workspace.key.read_bytes(), PERIOD)
    assert [item.finding.code for item in found.arrivals if item.finding] == ["FILE_CHANGED"]
    assert list(found.submissions) == ["DV002.xlsx"]


def test_an_empty_inbox_starts_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "pool", None)
    assert _read(tmp_path).submissions == {}
