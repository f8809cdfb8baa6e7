"""Content decides what a file is, wherever it lies; nothing that may hold a workbook ends without a word."""

from __future__ import annotations

import binascii
import gzip
import io
import zipfile

import pytest
from demo_intake import PERIOD, province
from mail_builders import forwarded, headers, mail, mixed, part, text, workbook, zipped

from qeval_batch import messages
from qeval_batch.intake.bundle import bundled
from qeval_batch.intake.container import open_container
from qeval_batch.intake.outcomes import outcomes
from qeval_batch.intake.reading import read_all
from qeval_batch.intake.scan import scan
from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.pipeline import load_period
from qeval_batch.render.replies.mime import Attachment, draft

NAMED = 'attachment; filename="DV001_2026-Q3.xlsx"'


def source(number: int = 1) -> bytes:
    found = sorted(province().workspace.inbox.glob("DV*_2026-Q3.xlsx"))
    return found[number - 1].read_bytes()


def read(inbox):
    workspace = province().workspace
    return read_all(scan(inbox), load_period(workspace, PERIOD), workspace.key.read_bytes(), PERIOD)


def ends(inbox) -> dict[str, tuple[str, str | None]]:
    """Name -> outcome, and the code of the first finding about it."""
    taken = read(inbox)
    found = [*taken.findings, *(item.finding for item in taken.arrivals if item.finding),
             *(item for one in taken.submissions.values() for item in one.findings if one.refused)]
    files = outcomes(taken, found, {})
    codes = {item.where.file: item.code for item in reversed(found)}
    return {item.name: (item.outcome, codes.get(item.name)) for item in files}


def coded(name: str, data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[at:at + 45]) for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n".encode() + b"".join(lines) + b"`\nend\n"


def numbers() -> bytes:
    return zipped([("Index/Document.iwa", b"\x00\x01"), ("Metadata/Properties.plist", b"x"), ("preview.jpg", b"x")])


def web_archive() -> bytes:
    return (b'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary="a"\r\n\r\n'
            b'--a\r\nContent-Type: text/html\r\n\r\n<html xmlns:x="urn:schemas-microsoft-com:office:excel">\r\n--a--\r\n')


@pytest.mark.parametrize("name", ["DV001", "DV001.et", "DV001.xltx", "DV001.xlsx(1)", "DV001.xlsx.tmp", ".xlsx", "x.txt",
                                  "~$DV001.xlsx", "DV001.eml", "DV001.zip"])
def test_a_workbook_is_read_under_any_name(tmp_path, name):
    (tmp_path / name).write_bytes(source())
    assert list(read(tmp_path).submissions) == [name]


@pytest.mark.parametrize("name", ["thư", "thư.eml", "thư.txt"])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n", b"\n \n"])
def test_a_mail_is_read_under_any_name_whatever_blank_stands_before_it(tmp_path, name, before):
    (tmp_path / name).write_bytes(before + mail(part(source(), NAMED)))
    assert list(read(tmp_path).submissions) == [f"{name}/DV001_2026-Q3.xlsx"]


@pytest.mark.parametrize("name", ["hộp thư.mbox", "hộp thư.eml", "hộp thư.zip"])
def test_a_mailbox_is_read_to_its_last_mail(tmp_path, name):
    box = b"".join(b"From - Wed Sep 23 10:12:00 2026\r\n" + mail(part(source(number), NAMED)) + b"\r\n" for number in (1, 2, 3))
    (tmp_path / name).write_bytes(zipped([("INBOX.mbox", box)]) if name.endswith(".zip") else box)
    assert len(read(tmp_path).submissions) == 3


def test_a_file_coded_as_before_mime_is_read_alone_and_in_a_mail(tmp_path):
    (tmp_path / "a.uue").write_bytes(coded("DV001.xlsx", source(1)) + coded("DV002.xlsx", source(2)))
    (tmp_path / "b.eml").write_bytes(headers() + b"Content-Type: text/plain\r\n\r\nKinh gui\n\n" + coded("DV003.xlsx", source(3)))
    assert list(read(tmp_path).submissions) == ["a.uue/DV001.xlsx", "a.uue/DV002.xlsx", "b.eml/DV003.xlsx"]
    (tmp_path / "a.uue").write_bytes(coded("DV001.xlsx", source(1))[:3000])
    assert ends(tmp_path)["a.uue/DV001.xlsx"] == ("rejected", "MEMBER_DAMAGED")


@pytest.mark.parametrize(("name", "data", "code"), [
    ("a.numbers", numbers(), "FILE_NUMBERS"), ("a.xlsx", numbers(), "FILE_NUMBERS"), ("a", numbers(), "FILE_NUMBERS"),
    ("a.mht", web_archive(), "FILE_WEB_ARCHIVE"), ("a.xls", web_archive(), "FILE_WEB_ARCHIVE"),
    ("a.xlsx.gz", gzip.compress(b"x", mtime=0), "CONTAINER_KIND"), ("a.gz", gzip.compress(b"x", mtime=0), "CONTAINER_KIND"),
    ("a.eml", b"<html>x</html>", "CONTAINER_DAMAGED"), ("a.eml", b"", "FILE_EMPTY"), ("a.et", b"x;y", "FILE_CSV"),
    ("a.xml", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Table/>', "FILE_XML_2003"),
    ("a.xlsx", b"x", "FILE_CSV"), ("a.xlsx", b"%PDF-1.4", "FILE_PDF")])
def test_what_holds_or_promises_a_workbook_is_named_with_its_cure(tmp_path, name, data, code):
    (tmp_path / name).write_bytes(data)
    assert ends(tmp_path) == {name: ("rejected", code)}


@pytest.mark.parametrize("name", ["giấy mời.pdf", "ảnh.jpg", "ghi chú.txt", "trang.html", "a.mht"])
def test_a_stranger_that_promises_nothing_is_left_alone_without_a_cure(tmp_path, name):
    (tmp_path / name).write_bytes({"giấy mời.pdf": b"%PDF-1.4", "ảnh.jpg": b"\xff\xd8\xff", "ghi chú.txt": b"x",
                                   "trang.html": b"<html>x</html>",
                                   "a.mht": b"From: <Saved by Blink>\r\nSubject: x\r\n\r\nx"}[name])
    assert ends(tmp_path) == {name: ("ignored", None)}


def letter(broken: bool = False) -> bytes:
    """A Word letter with a table of Excel's in it."""
    data = zipped([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>" * 50),
                   ("word/embeddings/Workbook.bin", b"x" * 50)])
    return data[:len(data) // 2] if broken else data


@pytest.mark.parametrize("broken", [False, True])
def test_a_letter_is_no_workbook_whatever_is_in_it_and_however_damaged(tmp_path, broken):
    (tmp_path / "a.zip").write_bytes(zipped([("Công văn.docx", letter(broken)), ("không tên", letter(broken))]))
    (tmp_path / "b.docx").write_bytes(letter(broken))
    assert {outcome for outcome, _ in ends(tmp_path).values()} == {"ignored"}
    (tmp_path / "c.xlsx").write_bytes(letter())
    assert ends(tmp_path)["c.xlsx"] == ("rejected", "FILE_WORD")


def test_a_draft_is_a_mail(tmp_path):
    (tmp_path / "a.eml").write_bytes(b"Subject: Ho so\r\nMIME-Version: 1.0\r\n" + mixed(text(), part(source(), NAMED)))
    assert list(read(tmp_path).submissions) == ["a.eml/DV001_2026-Q3.xlsx"]


def bounce(inner: bytes) -> bytes:
    status = (b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
              b"Final-Recipient: rfc822; dv001@vidu.example\r\nAction: failed\r\nStatus: 5.1.1\r\n")
    return headers(sender="Mail <MAILER-DAEMON@mx.example>") + mixed(text(), status, forwarded(inner),
                                                                      kind="report; report-type=delivery-status")


def test_a_mail_that_came_back_is_nobodys_delivery_and_says_which_address_fails(tmp_path):
    inner = mail(part(source(), NAMED), sender="bantochuc@tinhuy.example")
    (tmp_path / "a.eml").write_bytes(bounce(inner))
    (tmp_path / "b.zip").write_bytes(zipped([("trả lại.eml", bounce(inner))]))
    taken = read(tmp_path)
    assert taken.submissions == {} and [item.code for item in taken.findings] == ["MAIL_BOUNCED"] * 2
    assert "dv001@vidu.example" in messages.what(taken.findings[0])
    assert {outcome for outcome, _ in ends(tmp_path).values()} == {"ignored"}


def test_our_own_draft_is_no_delivery_but_a_mail_of_the_unit_in_ours_is(tmp_path):
    own = draft(["dv001@vidu.example"], "Trả lại", "Kính gửi", [Attachment("DV001_2026-Q3.xlsx", source())])
    (tmp_path / "a.eml").write_bytes(own)
    assert ends(tmp_path) == {"a.eml": ("ignored", "MAIL_OWN")} and read(tmp_path).submissions == {}


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@mx.example", "postmaster@mx.example", "no-reply@mx.example"])
def test_nobody_answers_an_automaton(sender):
    assert open_container(mail(part(workbook()), sender=sender)).delivery.sender is None


def test_two_archives_joined_say_that_something_is_left_unread(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped([("DV001.xlsx", source(1))]) + zipped([("DV002.xlsx", source(2))]))
    assert [item.code for item in read(tmp_path).findings] == ["CONTAINER_REST"]
    (tmp_path / "a.zip").write_bytes(zipped([("DV001.xlsx", source(1))]))
    assert read(tmp_path).findings == ()


def test_a_copy_of_what_could_not_be_used_could_not_be_used_either(tmp_path):
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(mail(part(b"PK\x03\x04 cut", NAMED)))
    assert {outcome for outcome, _ in ends(tmp_path).values()} == {"rejected"}


def test_a_letter_named_as_a_workbook_elsewhere_is_not_passed_over(tmp_path):
    (tmp_path / "a.docx").write_bytes(letter())
    (tmp_path / "b.xlsx").write_bytes(letter())
    assert ends(tmp_path)["b.xlsx"] == ("rejected", "FILE_WORD")


def test_a_hidden_workbook_is_left_alone_and_told_of(tmp_path):
    (tmp_path / ".DV001.xlsx").write_bytes(source())
    (tmp_path / "._DV002.xlsx").write_bytes(b"\0\5\x16\7 of a Mac")
    assert ends(tmp_path) == {".DV001.xlsx": ("ignored", "FILE_HIDDEN"), "._DV002.xlsx": ("ignored", None)}


def test_nine_hundred_bad_members_are_one_finding_with_the_first_names():
    names = [f"a.zip/{number:03}.xlsx" for number in range(900)]
    found = [finding("FILE_CSV", Where(Part.FILE, file=name)) for name in names]
    other = finding("FILE_PDF", Where(Part.FILE, file="a.zip/x.xlsx"))
    one, kept = sorted(bundled([*found, other], {"a.zip": [*names, "a.zip/x.xlsx"]}),
                       key=lambda item: item.code != "MEMBERS_REJECTED")
    assert kept == other and one.where.file == "a.zip"
    assert messages.what(one).startswith("900 tệp") and "«000.xlsx»" in messages.what(one) and "«005" not in messages.what(one)
    assert messages.cure(one) == messages.cure(found[0])
    assert bundled(found[:3], {"a.zip": names}) == found[:3]


def test_an_archive_of_bad_files_ends_as_they_do_with_their_own_reasons(tmp_path):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(6):
            archive.writestr(f"{number}.xlsx", f"x{number}")
    (tmp_path / "a.zip").write_bytes(target.getvalue())
    found = ends(tmp_path)
    assert found["a.zip"][0] == "rejected" and found["a.zip/3.xlsx"] == ("rejected", "FILE_CSV")
