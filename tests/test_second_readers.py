"""What a clerk is told of a file, held against a second reader: LibreOffice, unzip's rules, Python's own mail parser."""

from __future__ import annotations

import email
import email.policy
import io
import re
import subprocess
import zipfile
import zlib
from functools import cache

import pytest
from corpus_builders import content_of, read, sound
from resaved import program

from qeval_batch import messages
from qeval_batch.spreadsheet.guard import guard

_WORKBOOK, _RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SEEN = "Sản phẩm của trục 1"
# Codes that say nobody can open the file as it is; FILE_ODD says that others may.
_BROKEN = frozenset(("FILE_DAMAGED", "FILE_TRUNCATED"))


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts, compression=zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def _with_entry(kind: str | None) -> bytes:
    """The sound workbook with one more entry in its list of sheets: of ``kind``, or pointing nowhere."""
    parts = _parts(sound())
    parts[_WORKBOOK] = parts[_WORKBOOK].replace(b"</sheets>", b'<sheet name="Macro1" sheetId="99" r:id="rId99"/></sheets>')
    if kind is not None:
        target = f'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/{kind}" ' \
                 'Target="macrosheets/sheet1.xml"/></Relationships>'
        parts[_RELS] = parts[_RELS].replace(b"</Relationships>", target.encode())
    return _packed(parts)


def _encrypted(password: str) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(sound())).encrypt(password, out)
    return out.getvalue()


def _other_local_names() -> bytes:
    """Local headers with backslashes, a directory with slashes, as one packer writes them."""
    data = bytearray(sound())
    with zipfile.ZipFile(io.BytesIO(sound())) as package:
        for entry in package.infolist():
            start = entry.header_offset + 30
            name = data[start:start + len(entry.filename)]
            data[start:start + len(entry.filename)] = name.replace(b"/", b"\\")
    return bytes(data)


def _flipped() -> bytes:
    """One byte of the compressed sheet damaged on the way."""
    data = bytearray(sound())
    with zipfile.ZipFile(io.BytesIO(sound())) as package:
        entry = next(item for item in package.infolist() if item.filename.endswith("sheet3.xml"))
    data[entry.header_offset + 200] ^= 0xFF
    return bytes(data)


@cache
def _ods_without_mimetype() -> bytes:
    from resaved import resaved

    parts = _parts(resaved(sound(), "LibreOffice", "ods"))
    del parts["mimetype"]
    return _packed(parts)


READ = {
    "macro sheet entry": lambda: _with_entry("xlMacrosheet"), "dialog entry": lambda: _with_entry("dialogsheet"),
    "dead entry": lambda: _with_entry(None), "default password": lambda: _encrypted("Velvet" + "Sweatshop"),
    "local names": _other_local_names,
}
REFUSED = {
    "password": (lambda: _encrypted("bí mật"), "FILE_ENCRYPTED"), "cut": (lambda: sound()[:-3000], "FILE_TRUNCATED"),
    "flipped": (_flipped, "FILE_DAMAGED"), "lzma": (lambda: _packed(_parts(sound()), zipfile.ZIP_LZMA), "FILE_ODD"),
    "xml 2003": (lambda: b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-'
                 b'microsoft-com:office:spreadsheet"><Worksheet><Table></Table></Worksheet></Workbook>', "FILE_XML_2003"),
    "mail draft": (lambda: b"X-Unsent: 1\r\nTo: a@b.vn\r\nSubject: Bieu\r\nMIME-Version: 1.0\r\n"
                   b"Content-Type: text/html\r\n\r\n<html><table></table></html>", "FILE_MSG"),
    "page in one file": (lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
                         b"Content-Type: text/html\r\n\r\n<html></html>\r\n--x--", "FILE_HTML"),
}


@pytest.mark.parametrize("name", READ)
def test_what_office_programs_open_is_read_whole(name):
    assert content_of(read(READ[name]())) == content_of(read(sound()))


def test_an_ods_without_its_marker_is_read():
    taken = read(_ods_without_mimetype())
    assert not taken.refused and len(taken.sheets) == len(read(sound()).sheets)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_named_for_what_it_is(name):
    make, code = REFUSED[name]
    assert guard(make()).code == code or [item.code for item in read(make()).findings] == [code]


# --- Second readers ---------------------------------------------------------------------------------------------------
def _office_reads(folder, files: dict[str, bytes]) -> dict[str, bool]:
    """Which files LibreOffice opens to the very text that stands in them; its exit code says nothing."""
    office = program("soffice", "LibreOffice")
    (folder / "in").mkdir()
    for index, data in enumerate(files.values()):
        (folder / "in" / f"{index}.xlsx").write_bytes(data)
    subprocess.run([office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "fods",
                    "--outdir", str(folder / "out"), *map(str, sorted((folder / "in").iterdir()))],
                   capture_output=True, timeout=300)
    made = {index: folder / "out" / f"{index}.fods" for index in range(len(files))}
    return {name: made[index].exists() and _SEEN in made[index].read_text("utf-8") for index, name in enumerate(files)}


def _unzips(data: bytes) -> bool:
    """Whether every member of a zip comes out whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return package.testzip() is None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError):
        return False


def test_every_word_on_a_workbook_agrees_with_libreoffice(tmp_path):
    files = {name: make() for name, make in READ.items()} | {
        name: make() for name, (make, _) in REFUSED.items() if name in ("password", "cut", "flipped")}
    opened = _office_reads(tmp_path, files)
    told = {name: read(data).findings[0].code if read(data).refused else None for name, data in files.items()}
    disagreements = sorted(f"{name}: {told[name] or 'read'}, LibreOffice {'opens it' if opened[name] else 'does not'}"
                           for name in files if (told[name] is None) != opened[name] and told[name] != "FILE_ODD")
    assert disagreements == KNOWN, "\n".join(disagreements)


def test_damage_is_said_only_of_what_no_zip_reader_unpacks():
    for make, code in REFUSED.values():
        data = make()
        if data.startswith(b"PK"):
            assert (code in _BROKEN) == (not _unzips(data)), code


def test_a_mail_is_called_one_only_where_a_mail_parser_finds_headers():
    for make, code in REFUSED.values():
        data = make()
        if not data.startswith((b"PK", b"\xd0\xcf")):
            parsed = email.message_from_bytes(data, policy=email.policy.compat32)
            is_mail = bool(parsed.keys()) and not parsed.is_multipart()
            assert (code == "FILE_MSG") == is_mail, code


def test_no_sentence_says_damaged_of_what_it_says_others_open():
    for code in ("FILE_ODD", "FILE_DAMAGED", "FILE_TRUNCATED"):
        entry = messages.catalogue()[code]
        assert bool(re.search("hỏng|cụt", entry.what)) == (code in _BROKEN)


# Where the two still differ, and why that is right: LibreOffice offers to mend a package and then shows the sheets that
# are whole, which is no reading of the one that is not; and it goes by a member's own header where the directory alone
# names what a packer meant.
KNOWN = ["flipped: FILE_DAMAGED, LibreOffice opens it", "local names: read, LibreOffice does not"]
