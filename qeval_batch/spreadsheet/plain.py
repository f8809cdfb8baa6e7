"""A guarded .xlsx as a plain package: cells, looks, widths, merges, what is hidden, and nothing that could act.

Links, drawings, macros, validations, conditional formats, tables, names and protection are left behind: a reader that
follows relations finds none. What people wrote as comments is read apart, as text.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qeval_batch.spreadsheet.guard import Guarded
from qeval_batch.spreadsheet.parts import normal, targets
from qeval_batch.spreadsheet.scan_xml import check_markup, local
from qeval_batch.spreadsheet.sheet import Refused

# Parts of a sheet that only say where a value stands and how it looks.
_KEPT = frozenset(("sheetPr", "sheetViews", "sheetFormatPr", "cols", "sheetData", "printOptions", "pageMargins",
                   "pageSetup", "headerFooter", "rowBreaks", "colBreaks"))
_HIDDEN = frozenset(("hidden", "veryHidden"))
_MAX_SMALL_BYTES = 2**20           # of relations, and of one sheet's comments: a thousand long ones
_MAX_COMMENTS = 500
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."


class NotPlain(Exception):
    """The package is of another make than Excel's own XML; only its values can be had."""


@dataclass(frozen=True)
class Plain:
    """The package and, apart, the merged ranges by sheet: openpyxl draws the borders of each anew, for most of its time."""

    package: bytes
    merged: Mapping[str, tuple[str, ...]]


def plain_package(guarded: Guarded, only: frozenset[str] | None = None) -> Plain:
    """The package with its sheets (those of ``only``) in the workbook's order. NotPlain for unsound SpreadsheetML."""
    try:
        with zipfile.ZipFile(io.BytesIO(guarded.package)) as package:
            return _plain(package, [item for item in _sheets(package, guarded) if only is None or item[0] in only])
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, Refused) as error:
        raise NotPlain from error


def comments_of(data: bytes, guarded: Guarded) -> Mapping[str, Mapping[str, str]]:
    """What people commented, by sheet and cell; a part that is too large or unsound counts as none.

    ``data`` is the file ``guarded`` was made from: its parts are known to be of bearable size.
    """
    found: dict[str, Mapping[str, str]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(io.BytesIO(guarded.package)) as package:
            names = {normal(name): name for name in whole.namelist()}
            for sheet, part, _ in _sheets(package, guarded):
                for target in _targets(whole, names, part, "comments"):
                    found[sheet] = dict(_comments(whole, names.get(target, "")))
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, Refused, OSError):
        return found
    return found


def _plain(package: zipfile.ZipFile, sheets: Sequence[tuple[str, str, str]]) -> Plain:
    if not sheets:
        raise ValueError("no sheet")
    parts: dict[str, bytes] = {}
    merged = {}
    for number, (name, part, _) in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"], merged[name] = _sheet(package.read(part))
    listed = "".join(f'<sheet name={_quoted(name)} sheetId="{number}" state="{state}" r:id="s{number}"/>'
                     for number, (name, _, state) in enumerate(sheets, start=1))
    related = [(f"s{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
    kinds = [(f"xl/{target}", "worksheet") for _, _, target in related]
    for kind, name in (("styles", "styles"), ("sharedStrings", "sharedStrings")):
        found = _workbook_targets(package, kind.lower())
        if found:
            parts[f"xl/{name}.xml"] = package.read(found[0])
            related.append((kind, kind, f"{name}.xml"))
            kinds.append((f"xl/{name}.xml", kind))
    workbook, _ = _workbook(package)
    dates = ' date1904="1"' if _is_1904(_root(package.read(workbook))) else ""
    parts["xl/workbook.xml"] = (f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr{dates}/>'
                                f"<sheets>{listed}</sheets></workbook>").encode()
    parts["xl/_rels/workbook.xml.rels"] = _relations(related)
    parts["_rels/.rels"] = _relations([("w", "officeDocument", "xl/workbook.xml")])
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{_KIND}{kind}+xml"/>'
                        for part, kind in (*kinds, ("xl/workbook.xml", "sheet.main")))
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        f'relationships+xml"/>{overrides}</Types>').encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as plain:
        for name, content in parts.items():
            plain.writestr(name, content)
    return Plain(target.getvalue(), merged)


def _sheets(package: zipfile.ZipFile, guarded: Guarded) -> Iterator[tuple[str, str, str]]:
    """Name, part and state of every sheet that was measured."""
    workbook, related = _workbook(package)
    for element in _root(package.read(workbook)).iter("{*}sheet"):
        attributes = {local(_bare(name)): value for name, value in element.attrib.items()}
        name = attributes.get("name", "")
        if name in guarded.cells:
            state = attributes.get("state", "")
            yield name, related[attributes["id"]][1], state if state in _HIDDEN else "visible"


def _workbook(package: zipfile.ZipFile) -> tuple[str, Mapping[str, tuple[str, str]]]:
    found = [target for kind, target in _relations_of(package, "_rels/.rels", "").values() if kind == "officedocument"]
    folder, base = posixpath.split(found[0] if found else "")
    return posixpath.join(folder, base), _relations_of(package, posixpath.join(folder, "_rels", f"{base}.rels"), folder)


def _workbook_targets(package: zipfile.ZipFile, kind: str) -> list[str]:
    return [target for found, target in _workbook(package)[1].values()
            if found == kind and target in package.namelist()]


def _targets(whole: zipfile.ZipFile, names: Mapping[str, str], part: str, kind: str) -> list[str]:
    folder, base = posixpath.split(part)
    rels = names.get(posixpath.join(folder, "_rels", f"{base}.rels"))
    if rels is None:
        return []
    return [target for found, target in _relations_of(whole, rels, folder).values() if found == kind]


def _relations_of(package: zipfile.ZipFile, name: str, folder: str) -> Mapping[str, tuple[str, str]]:
    content = _bounded(package, name)
    check_markup(content)
    return targets(content, folder)


def _sheet(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    from lxml import etree

    root = _root(content)
    merged = tuple(item.get("ref", "") for item in root.iterfind("{*}mergeCells/{*}mergeCell"))
    for child in list(root):
        if not isinstance(child.tag, str) or local(_bare(child.tag)) not in _KEPT:
            root.remove(child)
    for setup in root.iterfind("{*}pageSetup"):
        setup.attrib.pop(f"{{{_OFFICE}}}id", None)      # the printer's own settings, a part left behind
    return bytes(etree.tostring(root)), merged


def _comments(whole: zipfile.ZipFile, name: str) -> Iterator[tuple[str, str]]:
    content = _bounded(whole, name)
    for number, item in enumerate(_root(content).iter("{*}comment")):
        text = "".join(piece.text or "" for piece in item.iterfind("{*}text//{*}t"))
        if number < _MAX_COMMENTS and text.strip():
            yield item.get("ref", ""), text.strip()


def _bounded(package: zipfile.ZipFile, name: str) -> bytes:
    if package.getinfo(name).file_size > _MAX_SMALL_BYTES:
        raise ValueError(name)
    return package.read(name)


def _root(content: bytes) -> Any:
    from lxml import etree

    check_markup(content)
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True,
                                                     remove_pis=True))


def _is_1904(workbook: Any) -> bool:
    return any(item.get("date1904") in ("1", "true") for item in workbook.iter("{*}workbookPr"))


def _relations(related: list[tuple[str, str, str]]) -> bytes:
    listed = "".join(f'<Relationship Id="{ident}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
                     for ident, kind, target in related)
    return f'<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'.encode()


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def _quoted(text: str) -> str:
    from xml.sax.saxutils import quoteattr

    return quoteattr(text)
