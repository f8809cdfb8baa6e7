"""The OLE container of old Office files, opened only when what it declares of itself fits the file."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")
_HEADER_BYTES = 512
_SECTOR = 512
# Header fields: numbers of sectors of the allocation table, of the small one, of the table's own list.
_COUNTS = (44, 64, 72)


def entries(data: bytes) -> frozenset[str] | None:
    """The names of the streams and storages at the root, lower case; None where the container cannot be opened.

    What lies deeper belongs to something embedded: a letter may hold a workbook.
    """
    def names(ole: Any) -> frozenset[str]:
        return frozenset(path[0].lower() for path in ole.listdir(streams=True, storages=True))

    return _with(data, names)


def stream(data: bytes, name: str) -> bytes | None:
    """A stream of the root storage, at most as long as the file; None where it is damaged or absent."""
    def content(ole: Any) -> bytes:
        # Also what a chain that goes in a circle would give ends at the size that is declared.
        return bytes(ole.openstream(name).read()) if ole.get_size(name) <= len(data) else b""

    return _with(data, content) or None


def _with(data: bytes, use: Callable[[Any], _T]) -> _T | None:
    if len(data) < _HEADER_BYTES or any(struct.unpack_from("<I", data, at)[0] > len(data) // _SECTOR for at in _COUNTS):
        return None
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            # The small streams' store is followed as far as the root says.
            return use(ole) if ole.root.size <= len(data) else None
    except Exception:  # noqa: BLE001  whatever the library meets in hostile bytes, the file is damaged and nothing else
        return None
