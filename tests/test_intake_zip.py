"""Archives (.zip) opened: names in old codes, nesting, what is dangerous, what cannot be opened."""

from __future__ import annotations

import os
import stat
import struct
import time
import zipfile
import zlib

import pytest
from mail_builders import ARRIVED, headers, mail, members, only, opened, part, text, workbook, zipped

from qeval_batch.intake import container, limits, zips
from qeval_batch.intake.container import open_container
from qeval_batch.spreadsheet.guard import guard

NAME = "Biểu quý III/Sở Nội vụ – đợt 1.xlsx"


def named(raw: bytes, extra: bytes = b"") -> bytes:
    """An archive of one workbook under a name of these bytes, without the mark of UTF-8, as old archivers write."""
    placeholder = "x" * len(raw)
    entry = zipfile.ZipInfo(placeholder)
    entry.extra = extra
    return zipped([(entry, workbook())], zipfile.ZIP_STORED).replace(placeholder.encode(), raw)


# --- Names ------------------------------------------------------------------------------------------------------------
def test_name_marked_as_utf8():
    assert only(zipped([(NAME, workbook())])).name == NAME


def test_name_in_unmarked_utf8():
    assert only(named(NAME.encode())).name == NAME


def test_name_in_the_old_windows_code():
    # "Bi" + ê with a hook + "u": the code keeps the tone apart from its letter.
    assert only(named("Biê\u0309u quy\u0301.xlsx".encode("cp1258"))).name == "Biểu quý.xlsx"


def test_name_kept_twice_by_the_archiver():
    raw = b"Bi?u quy.xlsx"
    body = struct.pack("<BL", 1, zlib.crc32(raw)) + "Biểu quý.xlsx".encode()
    extra = struct.pack("<HH", 0x7075, len(body)) + body
    assert only(named(raw, extra)).name == "Biểu quý.xlsx"
    stale = struct.pack("<HH", 0x7075, len(body)) + struct.pack("<BL", 1, 7) + body[5:]
    assert only(named(raw, stale)).name == "Bi?u quy.xlsx"


def test_name_in_no_code_at_all():
    assert only(named(b"\xd2\xff\xfe.xlsx")).name.endswith(".xlsx")


def test_name_of_nothing():
    assert only(named(b"\0\0\0\0\0")).name == "tep-1"


@pytest.mark.parametrize(("written", "shown"), [
    ("../../../etc/a.xlsx", "etc/a.xlsx"), ("/etc/a.xlsx", "etc/a.xlsx"), (r"C:\Users\x\a.xlsx", "Users/x/a.xlsx"),
    (r"..\..\a.xlsx", "a.xlsx"), ("a/./../b.xlsx", "a/b.xlsx"), ("//server/share/a.xlsx", "server/share/a.xlsx"),
    ("a\n\u202eb.xlsx", "a b.xlsx"), ("...", "tep-1"),
])
def test_name_that_leads_out(written, shown):
    assert only(zipped([(written, workbook())])).name == shown


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_both_shown():
    found = members(zipped([("a.xlsx", workbook("1")), ("a.xlsx", workbook("2")), ("x/../a.xlsx", workbook("3"))]))
    assert [(item.name, item.data) for item in found] == [
        ("a.xlsx", workbook("1")), ("a (2).xlsx", workbook("2")), ("x/a.xlsx", workbook("3"))]


# --- What is in it ----------------------------------------------------------------------------------------------------
def test_folders_are_no_members_and_helpers_are_ignored():
    found = members(zipped([("Sở A/", b""), ("Sở A/biểu.xlsx", workbook()), ("__MACOSX/Sở A/._biểu.xlsx", b"\0\5\x16"),
                            ("Sở A/.DS_Store", b"x"), ("Sở A/Thumbs.db", b"x"), ("Sở A/công văn.pdf", b"%PDF"),
                            ("Sở A/~$biểu.xlsx", b"\4User" + bytes(160))]))
    assert {item.name: item.ignored for item in found} == {
        "Sở A/biểu.xlsx": None, "__MACOSX/Sở A/._biểu.xlsx": zips.HELPER, "Sở A/.DS_Store": zips.HELPER,
        "Sở A/Thumbs.db": zips.HELPER, "Sở A/công văn.pdf": container.OTHER, "Sở A/~$biểu.xlsx": zips.HELPER}


def test_archive_in_an_archive_and_no_deeper():
    inner = zipped([("a.xlsx", workbook())])
    assert only(zipped([("phòng 1.zip", inner)])).name == "phòng 1.zip/a.xlsx"
    third = only(zipped([("gói.zip", zipped([("phòng 1.zip", inner)]))]))
    assert (third.name, third.code) == ("gói.zip/phòng 1.zip", "CONTAINER_TOO_DEEP")


def test_archive_in_a_mail_keeps_the_mails_delivery():
    found = only(mail(part(zipped([("a.xlsx", workbook())]), 'attachment; filename="hồ sơ.zip"')))
    assert (found.name, found.data) == ("hồ sơ.zip/a.xlsx", workbook())
    assert (found.delivery.received, found.delivery.sender) == (ARRIVED, "van.thu@donvi.example")


def test_mails_in_an_archive_each_have_their_own_delivery():
    late = mail(part(workbook("b")), received="x; Thu, 24 Sep 2026 01:00:00 +0000", sender="b@donvi.example")
    found = opened(zipped([("1.eml", mail(part(workbook("a")))), ("2.eml", late), ("rời.xlsx", workbook("c"))]))
    assert [(item.name, item.delivery.sender) for item in found.members] == [
        ("1.eml/a.xlsx", "van.thu@donvi.example"), ("2.eml/a.xlsx", "b@donvi.example"), ("rời.xlsx", None)]
    assert [item.delivery.source for item in found.members] == ["mail", "mail", "unknown"]
    assert found.delivery.received is None and found.notes == ()


def test_empty_archives_and_mails_inside_are_named():
    found = members(zipped([("trống.zip", zipped([])), ("thư.eml", headers() + text())]))
    assert {item.name: item.ignored for item in found} == {
        "trống.zip": container.EMPTY_ARCHIVE, "thư.eml": container.EMPTY_MAIL}
    assert opened(zipped([])).members == ()


def test_office_documents_are_no_archives():
    sheet = zipped([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"")])
    assert open_container(sheet) is None and open_container(workbook()) is None
    assert {item.name: bool(item.data) for item in members(zipped([("a.ods", sheet), ("ods khác", sheet)]))} == {
        "a.ods": True, "ods khác": True}


# --- What cannot be opened --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("start", "kind"), [(b"Rar!\x1a\x07\x01\x00", "RAR"), (b"7z\xbc\xaf\x27\x1c\x00", "7z"),
                                             (b"\x1f\x8b\x08", "gzip")])
def test_other_archives_are_named_with_a_cure(start, kind):
    found = opened(start + b"x" * 100)
    assert (found.code, dict(found.params)) == ("CONTAINER_KIND", {"kind": kind})
    assert only(mail(part(start, 'attachment; filename="hồ sơ.rar"'))).code == "CONTAINER_KIND"


def changed(data: bytes, at_local: int, at_directory: int, value: bytes) -> bytes:
    """The archive's only entry with these bytes in its local header and its directory entry."""
    start = data.index(b"PK\x01\x02")
    out = bytearray(data)
    out[at_local:at_local + len(value)] = value
    out[start + at_directory:start + at_directory + len(value)] = value
    return bytes(out)


PLAIN = zipped([("biểu.xlsx", workbook())])


def test_encrypted_entry():
    assert only(changed(PLAIN, 6, 8, struct.pack("<H", 0x801))).code == "MEMBER_ENCRYPTED"


def test_entry_packed_in_an_unknown_way():
    assert only(changed(PLAIN, 8, 10, struct.pack("<H", 9))).code == "MEMBER_METHOD"
    assert only(zipped([("a.xlsx", workbook())], zipfile.ZIP_LZMA)).code == "MEMBER_METHOD"


def test_entry_whose_bytes_are_damaged_leaves_the_others_alone():
    stored = zipped([("hỏng.xlsx", b"A" * 100), ("tốt.xlsx", workbook())], zipfile.ZIP_STORED)
    found = members(stored.replace(b"A" * 100, b"A" * 99 + b"B"))
    assert [(item.name, item.code) for item in found] == [("hỏng.xlsx", "MEMBER_DAMAGED"), ("tốt.xlsx", None)]


def test_link_in_an_archive():
    link = zipfile.ZipInfo("biểu.xlsx")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert only(zipped([(link, b"/etc/passwd")])).code == "MEMBER_LINK"


def test_bomb_of_one_entry():
    found = members(zipped([("bom.xlsx", bytes(30 * 2**20)), ("tốt.xlsx", workbook())]))
    assert [item.code for item in found] == ["MEMBER_BOMB", None]


def test_entry_that_lies_about_its_size_gives_no_more_than_it_says():
    lied = changed(zipped([("a.xlsx", bytes(2**20))]), 22, 24, struct.pack("<L", 1000))
    found = only(lied)
    assert found.code == "MEMBER_DAMAGED" or len(found.data) <= 1000


def test_entry_larger_than_a_workbook_may_be():
    large = zipped([("to.xlsx", os.urandom(limits.MAX_MEMBER_BYTES + 1))], zipfile.ZIP_STORED)
    assert only(large).code == "MEMBER_TOO_BIG"
    assert only(zipped([("to.xlsx", os.urandom(1000))])).code is None


def test_entry_larger_than_any_container_is_not_read(monkeypatch):
    monkeypatch.setattr(container, "MAX_CONTAINER_BYTES", 5000)
    found = only(zipped([("to.xlsx", b"ab" * 5000)]))
    assert (found.code, found.data) == ("MEMBER_TOO_BIG", b"")


def test_all_members_together_are_bounded_and_other_files_do_not_count(monkeypatch):
    monkeypatch.setattr(container, "MAX_OPENED_BYTES", 2500)
    found = members(zipped([("scan.pdf", b"%PDF" + os.urandom(5000)), ("1.xlsx", os.urandom(1000)),
                            ("2.xlsx", os.urandom(1000)), ("3.xlsx", os.urandom(1000)), ("4.xlsx", os.urandom(100))]))
    assert [item.code for item in found] == [None, None, None, "CONTAINER_TOO_MUCH", "CONTAINER_TOO_MUCH"]


def test_too_many_members():
    many = zipped([(f"{number}.txt", b"") for number in range(limits.MAX_MEMBERS + 1)])
    assert opened(many).code == "CONTAINER_TOO_MANY"
    assert opened(zipped([("gói.zip", many)])).code == "CONTAINER_TOO_MANY"
    assert len(members(zipped([(f"{number}.txt", b"") for number in range(limits.MAX_MEMBERS)]))) == limits.MAX_MEMBERS


def test_directory_of_hundred_thousands_is_not_even_listed():
    data = b"PK\x03\x04" + (b"PK\x01\x02" + bytes(42)) * (limits.MAX_DIRECTORY_MARKS + 1) + b"PK\x05\x06" + bytes(18)
    start = time.process_time()
    assert opened(data).code == "CONTAINER_TOO_MANY"
    assert time.process_time() - start < 1


@pytest.mark.parametrize("length", [10, 40, 120, -30, -1])
def test_archive_cut_off(length):
    whole = zipped([(f"Sở {number}.xlsx", workbook()) for number in range(3)])
    assert opened(whole[:length]).code == "CONTAINER_DAMAGED"


def test_workbook_cut_off_is_left_to_the_reader_of_workbooks():
    cut = workbook()[:-30]
    assert open_container(cut) is None and guard(cut).code == "FILE_TRUNCATED"
    assert only(mail(part(cut, 'attachment; filename="biểu.xlsx"'))).data == cut


def test_archive_with_something_before_or_behind_it():
    whole = zipped([("a.xlsx", workbook())])
    assert only(whole + b"\0" * 10).data == workbook()
    assert open_container(b"junk" + whole) is None


def test_any_cut_and_any_flipped_byte_ends_in_a_value():
    whole = zipped([("a.xlsx", workbook()), ("thư.eml", mail(part(workbook())))])
    for at in range(len(whole)):
        open_container(whole[:at])
        open_container(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1:])


def test_names_never_touch_the_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    members(zipped([("../a.xlsx", workbook()), ("b/c.zip", zipped([("/d.xlsx", workbook())]))]))
    assert list(tmp_path.parent.glob("*.xlsx")) == list(tmp_path.iterdir()) == []




def test_an_opendocument_whose_marker_is_damaged_is_no_archive():
    assert open_container(zipped([("mimetyp", b"x"), ("META-INF/manifest.xml", b"<x/>"), ("content.xml", b"<x/>")])) is None
