"""Outlook messages (.msg) opened: names, nested messages, when and from whom, what cannot be opened."""

from __future__ import annotations

import os
import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mail_builders import ARRIVED, mail, members, only, opened, part, workbook, zipped
from msg_builders import Attachment, Message, compound, msg

from qeval_batch.intake import container, limits, outlook
from qeval_batch.intake.container import open_container

NAME = "Biểu quý III – Sở Nội vụ.xlsx"
SENT = (Attachment(NAME, workbook()),)


def test_attachment_sender_and_arrival():
    found = only(msg(Message(attachments=SENT)))
    assert (found.name, found.data) == (NAME, workbook())
    assert (found.delivery.received, found.delivery.source) == (ARRIVED, "mail")
    assert (found.delivery.sender, found.delivery.message_id) == ("van.thu@donvi.example", "<7@donvi.example>")


def test_large_attachment_is_whole():
    content = workbook(os.urandom(40_000).hex())
    assert only(msg(Message(attachments=(Attachment(NAME, content),)))).data == content


def test_name_in_the_old_windows_code():
    attachments = (Attachment("Biê\u0309u quy\u0301.xlsx", workbook()),)
    found = only(msg(Message(code=1258, subject="x", attachments=attachments)))
    assert found.name == "Biểu quý.xlsx"


@pytest.mark.parametrize(("written", "shown"), [("..\\..\\a.xlsx", "a.xlsx"), ("C:\\a.xlsx", "a.xlsx"), ("", "tep-1"),
                                                ("a\u202e\0.xlsx", "a.xlsx")])
def test_name_that_leads_elsewhere(written, shown):
    assert only(msg(Message(attachments=(Attachment(written, workbook()),)))).name == shown


@pytest.mark.parametrize(("message", "when"), [
    (Message(delivered=None,
             headers="Received: x; Wed, 23 Sep 2026 03:12:00 +0000\r\nDate: Fri, 1 Jan 2021 00:00:00 Z\r\n"), ARRIVED),
    (Message(delivered=None, headers="Date: Wed, 23 Sep 2026 03:12:00 +0000\r\n"), None),
    (Message(delivered=datetime(1601, 1, 1, tzinfo=UTC)), None),
], ids=["header-of-the-server", "only-the-senders-date", "zero-clock"])
def test_arrival_written_otherwise(message, when):
    found = opened(msg(message))
    assert found.delivery.received == when and ("MAIL_UNDATED" in found.notes) == (when is None)


def test_sender_known_only_by_the_headers():
    message = Message(sender="", headers="From: Sở Nội vụ <SoNoiVu@Tinh.Example>\r\n", attachments=SENT)
    assert only(msg(message)).delivery.sender == "sonoivu@tinh.example"


def test_sender_kept_as_a_directory_path_is_no_address():
    assert opened(msg(Message(sender="/O=TINH/OU=X/CN=VANTHU"))).delivery.sender is None


def test_message_written_by_another_program():
    # See fixtures/README.md.
    found = members((Path(__file__).parent / "fixtures" / "chuyen-tiep.msg").read_bytes())
    assert [(item.name, item.delivery.sender, item.delivery.received) for item in found] == [
        ("Phụ lục 05.xlsx", "van.thu@donvi.example", ARRIVED),
        ("Hồ sơ quý III.msg/Biểu quý III – Sở Nội vụ.xlsx", "truong@donvi.example", ARRIVED)]
    assert all(item.data.startswith(b"PK") for item in found)


def test_message_within_a_message():
    inner = Message(sender="truong@donvi.example", message_id="<in@donvi.example>", attachments=SENT,
                    delivered=datetime(2024, 1, 1, tzinfo=UTC))
    found = only(msg(Message(attachments=(Attachment("V/v hồ sơ", message=inner),))))
    assert (found.name, found.data) == (f"V-v hồ sơ.msg/{NAME}", workbook())
    assert (found.delivery.sender, found.delivery.received) == ("truong@donvi.example", ARRIVED)


def test_messages_nested_beyond_the_bound():
    message = Message(attachments=SENT)
    for _ in range(limits.MAX_MAILS_DEEP):
        message = Message(attachments=(Attachment("thư", message=message),))
    assert only(msg(message)).code == "CONTAINER_TOO_DEEP"


def test_archive_mail_and_message_in_one_another():
    letter = msg(Message(attachments=(Attachment("gói.zip", zipped([("a.xlsx", workbook())])),)))
    assert only(mail(part(letter, 'attachment; filename="thư.msg"'))).name == "thư.msg/gói.zip/a.xlsx"


def test_pictures_objects_and_links():
    found = members(msg(Message(attachments=(
        Attachment("logo.png", b"\x89PNG", kind="image/png", content_id="logo"),
        Attachment("nhúng", method=6), Attachment("ảnh.jpg", b"\xff\xd8", kind="image/jpeg"),
        Attachment("OneDrive.xlsx", method=7), Attachment("mất.xlsx"), *SENT))))
    assert {item.name: item.ignored or item.code for item in found} == {
        "logo.png": "Ảnh chèn trong thư hoặc chữ ký thư, không phải bảng tính.", "nhúng": outlook.OBJECT,
        "ảnh.jpg": container.OTHER, "OneDrive.xlsx": "MAIL_LINKED", "mất.xlsx": "MEMBER_DAMAGED", NAME: None}


def test_message_that_carries_old_office_files_is_still_a_message():
    files = (Attachment("cũ.doc", compound({"WordDocument": b"x"})),
             Attachment("mật.xlsx", compound({"EncryptedPackage": b"x"})))
    found = members(msg(Message(attachments=files)))
    assert [(item.name, bool(item.data)) for item in found] == [("cũ.doc", False), ("mật.xlsx", True)]


def test_old_workbooks_are_no_messages():
    assert open_container(compound({"Workbook": b"x" * 5000})) is None


@pytest.mark.parametrize("cut", [600, 1600, 3000, -600])
def test_message_cut_off(cut):
    found = open_container(msg(Message(attachments=SENT))[:cut])
    assert found is None or found.code == "CONTAINER_DAMAGED" or found.members


def test_entries_that_share_their_bytes_are_not_read_once_each():
    streams = {f"__substg1.0_{number:08X}": b"" for number in range(200)}
    whole = bytearray(compound({"__properties_version1.0": bytes(32), "a": bytes(400_000), **streams}))
    at = whole.index("a".encode("utf-16-le") + bytes(62)) + 116
    shared = whole[at:at + 12]
    for number in range(200):
        entry = whole.index(f"__substg1.0_{number:08X}".encode("utf-16-le"))
        whole[entry + 116:entry + 128] = shared
    assert opened(bytes(whole)).code == "CONTAINER_DAMAGED"


def test_any_flipped_byte_ends_in_a_value():
    whole = msg(Message(attachments=(*SENT, Attachment("thư", message=Message(attachments=SENT)))))
    for at in range(0, len(whole), 17):
        open_container(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1:])


def test_code_page_nobody_knows():
    data = msg(Message(attachments=SENT))
    table = struct.pack("<HHIII", 3, 0x3714, 6, 0, 0)
    assert table in data
    assert only(data.replace(table, struct.pack("<HHIII", 3, 0x3FFD, 6, 99_999, 0))).data == workbook()
