"""A workbook Excel encrypted with its own default password, as it does when one protects the structure: nobody set it."""

from __future__ import annotations

import io
import re

from qeval_batch.spreadsheet import ole
from qeval_batch.spreadsheet.limits import MAX_FILE_BYTES

# Published by Microsoft ([MS-OFFCRYPTO] 2.1); whoever opens such a file in Excel is asked for nothing.
_DEFAULT = "VelvetSweatshop"
_SPINS = re.compile(rb'spinCount="([0-9]{1,12})"')
# Excel writes 100,000; each costs a hash, and a file may ask for millions.
_MAX_SPINS = 500_000


def unlocked(data: bytes) -> bytes | None:
    """The workbook inside, where the default password opens it; None where somebody set another one."""
    info = ole.stream(data, "EncryptionInfo") or b""
    if any(int(spins) > _MAX_SPINS for spins in _SPINS.findall(info)):
        return None
    import msoffcrypto

    plain = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        file.load_key(password=_DEFAULT)
        file.decrypt(plain)
    except Exception:  # noqa: BLE001  whatever the library meets in hostile bytes, the default password does not open it
        return None
    opened = plain.getvalue()
    return opened if 0 < len(opened) <= MAX_FILE_BYTES and opened != data else None
