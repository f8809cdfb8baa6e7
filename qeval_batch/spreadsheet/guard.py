"""The front door of every workbook: what the bytes are by content, and whether they stay within bounds.

No file can end or stall the batch: each format has a scanner that measures all of it before a value is used. An
.xlsx is then read by calamine from a rebuilt package; the other formats are read by their scanners alone, since
calamine panics on every fourth damaged .xls, aborts the process on some, and cannot tell errors or formulas.
"""

from __future__ import annotations

import struct

from qeval_batch.spreadsheet.limits import MAX_FILE_BYTES
from qeval_batch.spreadsheet.sheet import Guarded, Refused
from qeval_batch.spreadsheet.sniff import BookFormat, is_ole, sniff_head

__all__ = ["MAX_FILE_BYTES", "Guarded", "Refused", "guard"]


def guard(data: bytes) -> Guarded:
    """What may be used of ``data``, a workbook of any format that is read. Never raises for bad bytes; bounded."""
    try:
        return _guard(data)
    except Refused as refused:
        if refused.code == "FILE_ENCRYPTED" and is_ole(data):
            return _unlocked(data)
        return Guarded(refused.code, refused.params)
    except (struct.error, IndexError):
        # A binary record shorter than what it must hold.
        return Guarded("FILE_DAMAGED")


def _unlocked(data: bytes) -> Guarded:
    """What an encrypted file gives where nobody set its password."""
    from qeval_batch.spreadsheet.unlock import unlocked

    opened = unlocked(data)
    try:
        return Guarded("FILE_ENCRYPTED") if opened is None else _guard(opened)
    except Refused as refused:
        return Guarded(refused.code, refused.params)
    except (struct.error, IndexError):
        return Guarded("FILE_DAMAGED")


def _guard(data: bytes) -> Guarded:
    if len(data) > MAX_FILE_BYTES:
        raise Refused("FILE_TOO_BIG", size=f"{len(data) // 2**20} MB", limit=f"{MAX_FILE_BYTES // 2**20} MB")
    kind = sniff_head(data)
    if kind is BookFormat.XLS:
        from qeval_batch.spreadsheet import scan_xls

        return scan_xls.scan(data)
    if kind is not None:
        raise Refused(kind)
    from qeval_batch.spreadsheet.parts import open_parts

    with open_parts(data) as parts:
        if parts.kind is BookFormat.ODS:
            from qeval_batch.spreadsheet import scan_ods

            return scan_ods.scan(parts)
        if parts.kind is BookFormat.XLSB:
            from qeval_batch.spreadsheet import scan_xlsb

            return scan_xlsb.scan(parts)
        from qeval_batch.spreadsheet import scan_xlsx

        return scan_xlsx.scan(parts)
