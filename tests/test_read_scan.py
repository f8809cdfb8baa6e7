"""Every path under inbox/ gets one arrival; links are not followed, nothing blocks, every name can be printed."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import unicodedata

import pytest

from qeval_batch import messages
from qeval_batch.intake.limits import MAX_CONTAINER_BYTES
from qeval_batch.intake.scan import CONTAINERS, READABLE, printable, read_arrival, scan
from qeval_batch.model.arrival import Arrival
from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.spreadsheet.limits import MAX_FILE_BYTES


def _by_name(inbox) -> dict[str, Arrival]:
    return {item.name: item for item in scan(inbox)}


def test_workbooks_at_any_depth_in_the_order_of_their_paths(tmp_path):
    for name in ("b/DV2.xlsx", "a/x/DV1.XLSM", "DV3.xlsx", "a.xlsx"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    found = scan(tmp_path)
    assert [item.name for item in found] == ["DV3.xlsx", "a.xlsx", "a/x/DV1.XLSM", "b/DV2.xlsx"]
    assert all(item.outcome is None and item.why == "" for item in found)
    assert found[0].sha256 == hashlib.sha256(b"DV3.xlsx").hexdigest() and read_arrival(found[0]) == b"DV3.xlsx"
    assert found[0].size == len(b"DV3.xlsx")


def test_an_absent_or_empty_inbox_is_empty(tmp_path):
    assert scan(tmp_path / "không có") == [] and scan(tmp_path) == []


@pytest.mark.parametrize("extension", sorted(READABLE))
def test_every_form_in_which_dossiers_come_is_to_be_read_with_its_clock(tmp_path, extension):
    path = tmp_path / f"DV1{extension.upper()}"
    path.write_bytes(b"x")
    os.utime(path, (1_790_000_000, 1_790_000_000))
    found = scan(tmp_path)[0]
    assert found.outcome is None and found.extension == extension
    assert found.clock.isoformat() == "2026-09-21T21:13:20+07:00"


@pytest.mark.parametrize("extension", sorted(CONTAINERS))
def test_mails_and_archives_may_be_larger_than_one_workbook(tmp_path, extension):
    with open(tmp_path / f"a{extension}", "wb") as target:
        target.truncate(MAX_FILE_BYTES + 1)
    with open(tmp_path / f"b{extension}", "wb") as target:
        target.truncate(MAX_CONTAINER_BYTES + 1)
    assert [item.outcome for item in scan(tmp_path)] == [None, "rejected"]


def test_other_files_are_ignored_with_a_reason_and_of_hidden_ones_only_workbooks_are_named(tmp_path):
    for name in ("Công văn.pdf", "~$DV1.xlsx", ".DS_Store", ".ẩn.xlsx", "không đuôi"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "DV9.xlsx").write_bytes(b"x")
    found = scan(tmp_path)
    assert {item.name for item in found} == {"Công văn.pdf", "~$DV1.xlsx", "không đuôi", ".ẩn.xlsx", ".git/DV9.xlsx"}
    assert {item.outcome for item in found} == {"ignored"} and all(item.why for item in found)
    assert all(item.finding is None for item in found)


@pytest.mark.skipif(not hasattr(os, "symlink") or sys.platform == "win32", reason="links need rights on Windows")
def test_links_are_never_followed(tmp_path):
    outside = tmp_path / "ngoài"
    outside.mkdir()
    (outside / "DV1.xlsx").write_bytes(b"secret")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "DV1.xlsx").symlink_to(outside / "DV1.xlsx")
    (inbox / "thư mục").symlink_to(outside, target_is_directory=True)
    (inbox / "vòng").symlink_to(inbox, target_is_directory=True)
    (inbox / "gãy.xlsx").symlink_to(inbox / "không có")
    found = scan(inbox)
    assert [(item.name, item.outcome, item.sha256) for item in found] == [
        (name, "rejected", None) for name in sorted(("DV1.xlsx", "gãy.xlsx", "thư mục", "vòng"))]
    assert {item.why for item in found} == {messages.message(finding("FILE_LINK", Where(Part.FILE)))}
    assert {item.finding.code for item in found} == {"FILE_LINK"}


def test_a_folder_named_like_a_workbook_is_rejected_and_its_files_still_listed(tmp_path):
    (tmp_path / "DV1.xlsx").mkdir()
    (tmp_path / "DV1.xlsx" / "DV2.xlsx").write_bytes(b"x")
    found = _by_name(tmp_path)
    assert found["DV1.xlsx"].outcome == "rejected" and found["DV1.xlsx/DV2.xlsx"].outcome is None
    assert found["DV1.xlsx"].finding.code == "FILE_FOLDER"


def test_oversize_files_are_not_loaded(tmp_path):
    for name, size in (("to.xlsx", MAX_FILE_BYTES + 1), ("vừa.xlsx", MAX_FILE_BYTES)):
        with open(tmp_path / name, "wb") as target:
            target.truncate(size)
    found = _by_name(tmp_path)
    assert found["to.xlsx"].outcome == "rejected" and found["to.xlsx"].sha256 is None and "20 MB" in found["to.xlsx"].why
    assert found["vừa.xlsx"].outcome is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_never_blocks(tmp_path):
    os.mkfifo(tmp_path / "ống.xlsx")
    assert scan(tmp_path)[0].outcome == "rejected" and scan(tmp_path)[0].finding.code == "FILE_SPECIAL"


def test_an_unreadable_file_is_rejected(tmp_path, monkeypatch):
    (tmp_path / "DV1.xlsx").write_bytes(b"x")
    real = os.open

    def refuse(path, *args, **more):
        if str(path).endswith(".xlsx"):
            raise PermissionError(13, "no")
        return real(path, *args, **more)
    monkeypatch.setattr(os, "open", refuse)
    assert scan(tmp_path)[0].outcome == "rejected" and "quyền đọc" in scan(tmp_path)[0].why
    assert scan(tmp_path)[0].finding.code == "FILE_UNREADABLE"


def test_an_unreadable_folder_is_rejected(tmp_path, monkeypatch):
    (tmp_path / "khóa").mkdir()
    real = os.scandir

    def refuse(path):
        if str(path).endswith("khóa"):
            raise PermissionError(13, "no")
        return real(path)
    monkeypatch.setattr(os, "scandir", refuse)
    found = scan(tmp_path)
    assert [(item.name, item.outcome) for item in found] == [("khóa", "rejected")]


def test_a_file_that_changed_after_it_was_hashed_is_not_passed_off(tmp_path):
    (tmp_path / "DV1.xlsx").write_bytes(b"x")
    found = scan(tmp_path)[0]
    (tmp_path / "DV1.xlsx").write_bytes(b"y")
    with pytest.raises(OSError, match=r"DV1\.xlsx"):
        read_arrival(found)


def test_names_that_are_decomposed_stay_as_on_disk(tmp_path):
    name = unicodedata.normalize("NFD", "Sở Nội vụ.xlsx")
    (tmp_path / name).write_bytes(b"x")
    assert scan(tmp_path)[0].name == os.listdir(tmp_path)[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a file name be any bytes")
def test_undecodable_names_can_be_printed_and_kept(tmp_path):
    with open(os.path.join(os.fsencode(tmp_path), b"DV\xff\xfe\n.xlsx"), "wb") as target:
        target.write(b"x")
    found = scan(tmp_path)[0]
    assert found.name == "DV\\xff\\xfe\n.xlsx" and found.outcome is None and read_arrival(found) == b"x"
    assert json.loads(json.dumps(found.name, ensure_ascii=False).encode()) == found.name
    assert printable("Đơn vị.xlsx") == "Đơn vị.xlsx"
