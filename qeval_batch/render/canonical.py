"""The same parts give the same bytes: an office file packed again with fixed dates, order and attributes."""

from __future__ import annotations

import io
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)          # the first moment a zip can hold
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16
# Readers that stream look for these two first.
_FIRST = ("[Content_Types].xml", "_rels/.rels")


def canonical(data: bytes) -> bytes:
    """``data`` (.docx, .xlsx) repacked: parts, in one order, without clock, host or umask; a part is never altered.

    zipfile.BadZipFile for bytes that are no zip, ValueError for a package with one part twice.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [item.filename for item in package.infolist() if not item.is_dir()]
        if len(set(names)) != len(names):
            raise ValueError("one part stands twice in the package")
        parts = {name: package.read(name) for name in names}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name in sorted(parts, key=_place):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_FILE
            packed.writestr(entry, parts[name])
    return target.getvalue()


def _place(name: str) -> tuple[int, str]:
    return (_FIRST.index(name), "") if name in _FIRST else (len(_FIRST), name)
