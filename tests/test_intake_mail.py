"""Mails (.eml) opened: names however they were coded, forwarded mails, what is no workbook, what cannot be opened."""

from __future__ import annotations

import unicodedata
from zipfile import ZIP_STORED

import pytest
from mail_builders import (
    ARRIVED,
    XLSX,
    forwarded,
    headers,
    mail,
    members,
    mixed,
    only,
    opened,
    part,
    text,
    workbook,
    zipped,
)

from qeval_batch.intake import container, limits
from qeval_batch.intake.container import open_container

NAME = "Biểu quý III – Sở Nội vụ.xlsx"


# --- Names ------------------------------------------------------------------------------------------------------------
NFD = unicodedata.normalize("NFD", NAME)
WORDS_B = "=?UTF-8?B?Qmnhu4N1IHF1w70gSUlJIOKAkyBT4buf?=\r\n =?UTF-8?B?IE7hu5lpIHbhu6UueGxzeA==?="
# Cut for a continuation within one letter.
EXTENDED = ("Bi%E1%BB%83u%20qu%C3%BD%20III%20%E2%80%93%20S%E1%BB%9F%20N%E1%BB%99i%20v%E1%BB%A5.xlsx")


@pytest.mark.parametrize("disposition", [
    f"attachment; filename*=UTF-8''{EXTENDED}",
    f"attachment;\r\n filename*0*=UTF-8''{EXTENDED[:38]};\r\n filename*1*={EXTENDED[38:]}",
    f'attachment; filename="{WORDS_B}"',
    f'attachment; filename="{NAME}"',
    f"attachment; filename=\"Bieu quy III - So Noi vu.xlsx\"; filename*=UTF-8''{EXTENDED}",
    f"attachment; filename*=UTF-8''{EXTENDED}; filename=\"Bieu quy III - So Noi vu.xlsx\"",
    f"inline; filename*=utf-8'vi'{EXTENDED}",
], ids=["rfc2231", "rfc2231-continued", "rfc2047", "raw-utf8", "both-plain-first", "both-extended-first", "inline"])
def test_name_coded(disposition):
    assert only(mail(part(workbook(), disposition))).name == NAME


def test_name_only_in_the_content_type():
    assert only(mail(part(workbook(), "attachment", f"{XLSX}; name*=UTF-8''{EXTENDED}"))).name == NAME


def test_name_in_quoted_printable_words():
    words = "=?utf-8?Q?Bi=E1=BB=83u_qu=C3=BD_III_=E2=80=93_S=E1=BB=9F_N=E1=BB=99i_v=E1=BB=A5.xlsx?="
    assert only(mail(part(workbook(), f'attachment; filename="{words}"'))).name == NAME


def test_name_in_the_old_windows_code():
    name = "Biểu quý.xlsx"
    raw = unicodedata.normalize("NFD", name).replace("u\u0302", "û").replace("e\u0302", "ê").encode("cp1258")
    data = mail(part(workbook(), 'attachment; filename="TEN"')).replace(b"TEN", raw)
    assert only(data).name == name
    assert only(mail(part(workbook(), 'attachment; filename="=?windows-1258?Q?Bi=EA=D2u_qu=FD.xlsx?="'))).name \
        .startswith("Bi")


def test_name_decomposed_stays_as_written():
    assert only(mail(part(workbook(), f'attachment; filename="{NFD}"'))).name == NFD


@pytest.mark.parametrize(("written", "shown"), [
    ("../../../etc/a.xlsx", "a.xlsx"), (r"C:\\Users\\x\\a.xlsx", "a.xlsx"), (r"C:\Bieu\a.xlsx", "a.xlsx"),
    ("/etc/passwd", "passwd"), ("..", "phan-3"), ("C:", "phan-3"), ("", "phan-3"), ("  ", "phan-3"),
    ("a\u202exslx.exe", "axslx.exe"), ("a\x07\tb.xlsx", "a b.xlsx"), ("CON.xlsx", "CON.xlsx"),
    ("a" * 500 + ".xlsx", "a" * 114 + "….xlsx"),
])
def test_name_that_leads_elsewhere(written, shown):
    assert only(mail(part(workbook(), f'attachment; filename="{written}"'))).name == shown


def test_two_attachments_of_one_name():
    found = members(mail(part(workbook("a")), part(workbook("b"))))
    assert [(item.name, item.data) for item in found] == [("a.xlsx", workbook("a")), ("a (2).xlsx", workbook("b"))]


@pytest.mark.parametrize("value", [
    "filename*=\"", "filename*9*=x", f"filename*{'9' * 5000}*=x", "filename*=nocode''%E1", "filename*=UTF-8''",
    "filename=\"=?utf-8?B?A?=\"", "filename=\"=?nocode?Q?A?=\"",
    "filename=\"=?uîf-8?Q?A?=\"", ";;;=;=\"", "filename=\"abc"])
def test_name_malformed(value):
    assert only(mail(part(workbook(), f"attachment; {value}"))).data == workbook()


# --- When and who -----------------------------------------------------------------------------------------------------
def test_arrival_is_our_own_servers_word():
    older = "from a by b; Tue, 22 Sep 2026 23:59:59 +0700"
    both = mail(part(workbook())).replace(b"\r\nFrom:", f"\r\nReceived: {older}\r\nFrom:".encode(), 1)
    delivery = only(both).delivery
    assert (delivery.received, delivery.source) == (ARRIVED, "mail")
    assert (delivery.sender, delivery.message_id) == ("van.thu@donvi.example", "<1@donvi.example>")


@pytest.mark.parametrize(("received", "when"), [
    ("from a by b; Wed, 23 Sep 2026 10:12:00 +0700 (ICT)", ARRIVED),
    ("from a by b\r\n\twith ESMTP id 5;\r\n\tWed, 23 Sep 2026 03:12:00 -0000", ARRIVED),
    ("from a (x; y) by b; 23 Sep 2026 03:12 GMT", ARRIVED),
    ("from a by b", None), ("from a by b; hôm qua", None), ("x; Thu, 01 Jan 1970 00:00:00 +0000", None),
    ("x; Wed, 23 Sep 99999 03:12:00 +0000", None), ("x; Fri, 31 Dec 9999 23:59:59 -1200", None),
])
def test_arrival_written_otherwise(received, when):
    found = opened(mail(part(workbook()), received=received))
    assert found.delivery.received == when
    assert found.delivery.source == ("mail" if when else "unknown")
    assert ("MAIL_UNDATED" in found.notes) == (when is None)


def test_the_senders_date_is_never_arrival():
    found = opened(mail(part(workbook()), received=None))
    assert found.delivery.received is None and found.notes == ("MAIL_UNDATED",)


@pytest.mark.parametrize(("sender", "address"), [
    ("=?utf-8?B?U+G7nyBO4buZaSB24bul?= <sonoivu@tinh.example>", "sonoivu@tinh.example"),
    ("Sở Nội vụ <SoNoiVu@Tinh.Example>", "sonoivu@tinh.example"), ("sonoivu@tinh.example", "sonoivu@tinh.example"),
    ("không có địa chỉ", None), ("", None), ("=cmd|'/c calc'!A1", None), ("<a b@c.vn>", None),
])
def test_sender(sender, address):
    assert opened(mail(part(workbook()), sender=sender)).delivery.sender == address


# --- Mails within mails -----------------------------------------------------------------------------------------------
def test_forwarded_mail_is_opened_and_keeps_its_own_sender_but_not_its_own_time():
    inner = mail(part(workbook()), received="x; Mon, 01 Jan 2024 00:00:00 +0000", sender="truong@donvi.example",
                 subject="V/v =?utf-8?B?YsOhbyBjw6Fv?=", message_id="<inner@donvi.example>")
    found = only(mail(forwarded(inner)))
    assert found.name == "V-v báo cáo.eml/a.xlsx"
    assert (found.delivery.sender, found.delivery.message_id) == ("truong@donvi.example", "<inner@donvi.example>")
    assert found.delivery.received == ARRIVED


def test_mail_put_together_here_takes_the_time_of_the_mail_in_it():
    found = only(mail(forwarded(mail(part(workbook()))), received=None))
    assert (found.delivery.received, found.delivery.source) == (ARRIVED, "mail")


@pytest.mark.parametrize("wrapped", [
    lambda inner: part(inner, 'attachment; filename="thư.eml"', "application/octet-stream"),
    lambda inner: part(inner, 'attachment; filename="thư.eml"', "message/rfc822"),
], ids=["as-octets", "coded-against-the-rules"])
def test_mail_attached_as_a_file(wrapped):
    assert only(mail(wrapped(mail(part(workbook()))))).name == "thư.eml/a.xlsx"


def test_forwarded_mail_without_a_file_is_named():
    found = only(mail(forwarded(headers() + text())))
    assert (found.name, found.ignored) == ("Ho so quy III.eml", container.EMPTY_MAIL)


def test_mails_nested_to_the_bound_and_beyond():
    data = mail(part(workbook()))
    for _ in range(limits.MAX_MAILS_DEEP - 1):
        data = mail(forwarded(data))
    assert only(data).data == workbook()
    assert only(mail(forwarded(data))).code == "CONTAINER_TOO_DEEP"
    as_file = mail(part(data, 'attachment; filename="thư.eml"', "application/octet-stream"))
    assert only(as_file).code == "CONTAINER_TOO_DEEP"


# --- What is no workbook ----------------------------------------------------------------------------------------------
def test_pictures_and_signatures_are_ignored_with_a_reason():
    data = headers() + mixed(
        mixed(text(), part(b"\x89PNG", "inline; filename=\"logo.png\"", "image/png", "Content-ID: <logo>\r\n"),
              kind="related"),
        part(b"\xff\xd8\xff", 'attachment; filename="ảnh.jpg"', "image/jpeg"),
        part(b"0", 'attachment; filename="smime.p7s"', "application/pkcs7-signature"),
        part(b"%PDF-1.4", 'attachment; filename="công văn.pdf"', "application/pdf"),
        part(zipped([("[Content_Types].xml", b""), ("word/document.xml", b"")]), 'attachment; filename="tờ.docx"'),
        part("họ tên;điểm".encode(), 'attachment; filename="ghi chú.txt"', "text/plain"),
        part(workbook(), 'attachment; filename="biểu.xlsx"'))
    found = members(data)
    assert {item.name: item.ignored for item in found} == {
        "logo.png": "Ảnh chèn trong thư hoặc chữ ký thư, không phải bảng tính.", "ảnh.jpg": container.OTHER,
        "smime.p7s": "Chữ ký số của thư, không phải bảng tính.", "công văn.pdf": container.OTHER,
        "tờ.docx": container.OTHER, "ghi chú.txt": container.OTHER, "biểu.xlsx": None}
    assert all(item.data == b"" for item in found if item.ignored)


def test_mail_without_attachment_has_no_members():
    assert opened(headers() + text()).members == ()


@pytest.mark.parametrize(("content", "name"), [(b"", "rỗng.xlsx"), (b"%PDF-1.4", "thật ra là pdf.xlsx"),
                                               (b"<html><table>", "web.xls")])
def test_what_is_named_a_workbook_goes_to_the_reader_of_workbooks(content, name):
    found = only(mail(part(content, f'attachment; filename="{name}"')))
    assert (found.data, found.ignored, found.code) == (content, None, None)


@pytest.mark.parametrize("coding", ["binary", "8bit"])
def test_attachment_sent_uncoded_keeps_every_byte(coding):
    content = zipped([("[Content_Types].xml", bytes(range(256)) * 3), ("xl/workbook.xml", b"x\r\ny\nz\r")], ZIP_STORED)
    head = f'Content-Type: {XLSX}\r\nContent-Transfer-Encoding: {coding}\r\n' \
        'Content-Disposition: attachment; filename="a.xlsx"\r\n\r\n'
    assert only(mail(head.encode() + content)).data == content


def test_part_whose_code_page_cannot_be_keeps_its_bytes():
    head = b'Content-Type: text/plain; charset="a\0b"\r\nContent-Disposition: attachment; filename="x.xlsx"\r\n\r\n'
    assert [item.data for item in members(mail(head + b"\xff\xfe", part(workbook())))] == [b"\xff\xfe", workbook()]


def test_workbook_under_another_name_is_still_found():
    data = mail(part(workbook(), 'attachment; filename="biểu.dat"', "application/octet-stream"))
    assert only(data).data == workbook()


def test_web_archive_and_text_are_no_mail():
    page = b"From: <Saved by Blink>\r\nSubject: x\r\nDate: x\r\nMIME-Version: 1.0\r\n\r\n<html>"
    assert open_container(page) is None
    assert open_container("Họ tên: Nguyễn Văn A\nĐiểm: 90\n".encode()) is None
    assert open_container(b"") is None and open_container(workbook()) is None


# --- What cannot be opened --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("content", "kind"), [(b"x", "application/ms-tnef"),
                                               (b"\x78\x9f\x3e\x22\x01\x00", "application/octet-stream")])
def test_winmail_dat_is_named_with_a_cure(content, kind):
    found = only(mail(part(content, 'attachment; filename="winmail.dat"', kind)))
    assert found.code == "MAIL_TNEF"
    assert opened(b"\x78\x9f\x3e\x22\x01\x00").code == "MAIL_TNEF"


def test_encrypted_mail_is_named():
    found = only(mail(part(b"0", 'attachment; filename="smime.p7m"', "application/pkcs7-mime")))
    assert found.code == "MAIL_ENCRYPTED"


def test_mail_cut_off_is_read_as_far_as_it_goes():
    whole = mail(part(workbook("a"), 'attachment; filename="một.xlsx"'), part(workbook("b" * 500)))
    found = opened(whole[:-200])
    assert found.notes == ("MAIL_TRUNCATED",)
    assert [item.name for item in found.members] == ["một.xlsx", "a.xlsx"]
    assert found.members[0].data == workbook("a")
    assert opened(whole).notes == ()


def test_lines_without_end():
    assert opened(headers() + b"\r\n" + b"\n" * (limits.MAX_MAIL_LINES + 1)).code == "MAIL_TOO_COMPLEX"


def test_multiparts_thousands_deep():
    deep = b"".join(f"--m{number}\r\nContent-Type: multipart/mixed; boundary=m{number + 1}\r\n\r\n".encode()
                    for number in range(3000))
    data = headers() + b"Content-Type: multipart/mixed; boundary=m0\r\n\r\n" + deep
    assert opened(data).code == "MAIL_TOO_COMPLEX"


def test_many_lines_under_many_parts():
    nested = b"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" * 400
    assert opened(headers() + nested + b"\n" * 300_000).code == "MAIL_TOO_COMPLEX"


def test_mail_larger_than_the_bound(monkeypatch):
    monkeypatch.setattr(container, "MAX_CONTAINER_BYTES", 2**20)
    found = opened(mail(part(b"\0" * 2**20, 'attachment; filename="a.bin"')))
    assert (found.code, dict(found.params)) == ("CONTAINER_TOO_BIG", {"size": "2 MB", "limit": "1 MB"})


def test_attachment_larger_than_a_workbook_may_be(monkeypatch):
    monkeypatch.setattr(container, "MAX_MEMBER_BYTES", 100)
    assert only(mail(part(workbook()))).code == "MEMBER_TOO_BIG"
