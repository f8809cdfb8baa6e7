"""An .xlsx or .xlsm package measured part by part, and rebuilt from the very parts that were measured.

The reader stores a sheet as a dense rectangle in a library that aborts the whole process when memory runs out, so
everything that library will see is measured here first; two zip readers that disagree about a directory cannot be
played off against each other.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from qeval_batch.spreadsheet import scan_xml
from qeval_batch.spreadsheet.legacy_text import fonts_in
from qeval_batch.spreadsheet.limits import MAX_NAME_CHARS, MAX_SHEETS, MAX_SMALL_PART_BYTES
from qeval_batch.spreadsheet.parts import Office, PackageParts
from qeval_batch.spreadsheet.sheet import Guarded, Refused
from qeval_batch.spreadsheet.symbols import Symbols

_ENTRY = re.compile(rb"<(?:[\w.-]+:)?sheet\s[^<>]*?(?:/>|>\s*</(?:[\w.-]+:)?sheet>)")
_RELATION = re.compile(rb"""\s(?:[\w.-]+:)?id\s*=\s*["']([^"'<>]*)["']""")
# Where the texts begin, and how many it says there are: the reader reserves memory by that word alone.
_TEXTS = re.compile(rb"<(?:[\w.-]+:)?sst[\s/>](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>?")
_COUNT = re.compile(rb"""\s(?:uniqueCount|count)\s*=\s*(?:"[^"]*"|'[^']*')""")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def scan(parts: PackageParts) -> Guarded:
    """The package to open and the special cells of its worksheets; Refused when anything is out of bounds."""
    office = Office(parts)
    workbook = parts.xml(office.name, MAX_SMALL_PART_BYTES)
    sheets, dead = _sheet_parts(workbook, office, parts.names)
    kept = {**office.rels, office.name: _without(workbook, dead)}
    strings = styles = b""
    fonts: frozenset[str] = frozenset()
    for wanted in ("sharedstrings", "styles"):
        name = office.part(wanted, parts)
        if name is None:
            continue
        if name in kept:
            raise Refused("FILE_ODD")
        kept[name] = parts.xml(name)
        fonts |= fonts_in(kept[name])
        strings, styles = (kept[name], styles) if wanted == "sharedstrings" else (strings, kept[name])
    texts, symbols = scan_xml.Texts(strings), Symbols(styles, strings)
    cells = {}
    for name, target in sheets.items():
        kept[target] = parts.needed(target)
        cells[name] = replace(scan_xml.scan_sheet(kept[target], texts, name), symbols=symbols.of(kept[target]))
    kept = {name: _uncounted(content) if content is strings else content for name, content in kept.items()}
    return Guarded(package=_rebuild(kept), cells=cells, macros=office.macros, links=office.links, fonts=fonts)


def _sheet_parts(workbook: bytes, office: Office, names: frozenset[str]) -> tuple[dict[str, str], frozenset[str]]:
    """Worksheet name -> part; and the relations of entries that are no worksheet (a chart, a macro, a dead entry)."""
    listed: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if scan_xml.local(name) == "sheet":
            relation = next((value for key, value in attributes.items() if scan_xml.local(key) == "id"), "")
            listed.append((attributes.get("name", ""), relation))
            if len(listed) > MAX_SHEETS:
                raise Refused("FILE_TOO_MANY_SHEETS", limit=str(MAX_SHEETS))

    scan_xml.walk(workbook, start)
    sheets: dict[str, str] = {}
    used: set[str] = set()
    dead: set[str] = set()
    for name, relation in listed:
        target = office.worksheet(relation)
        if target is None or target not in names:
            dead.add(relation)
            continue
        # Excel allows neither; two names for one part would multiply the work without multiplying the bytes.
        if name in sheets or target in used or len(name) > MAX_NAME_CHARS:
            raise Refused("FILE_ODD")
        sheets[name] = target
        used.add(target)
    if not sheets:
        raise Refused("FILE_DAMAGED" if any(office.worksheet(relation) for relation in dead) else "FILE_NOT_WORKBOOK")
    return sheets, frozenset(dead)


def _without(workbook: bytes, dead: frozenset[str]) -> bytes:
    """The list of sheets without entries whose parts are not handed on: the reader would look for them."""
    def kept(entry: re.Match[bytes]) -> bytes:
        relation = _RELATION.search(entry[0])
        return b"" if relation is None or relation[1].decode("utf-8", "replace") in dead else entry[0]

    return _ENTRY.sub(kept, workbook) if dead else workbook


def _uncounted(strings: bytes) -> bytes:
    """The texts without the number they claim to be, which may be four thousand million."""
    return _TEXTS.sub(lambda opening: _COUNT.sub(b"", opening[0]), strings, count=1)


def _rebuild(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, _FIXED_TIME), content)
    return target.getvalue()
