"""Make the compiled catalogue of click's words from its text: ``messages.po`` to ``messages.mo`` beside it."""

from __future__ import annotations

import ast
import re
import struct
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "qeval_batch" / "cli" / "locale" / "vi" / "LC_MESSAGES"
_ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[0\])?) ((?:".*"\n)+)', re.MULTILINE)
_MAGIC, _HEADER, _PAIR = 0x950412DE, 28, 8


def entries(po: str) -> dict[str, str]:
    """Every msgid (with its plural behind a zero) and what is said instead."""
    found: dict[str, str] = {}
    key = ""
    for kind, quoted in _ENTRY.findall(po + "\n"):
        text = "".join(ast.literal_eval(line) for line in quoted.splitlines())
        if kind == "msgid":
            key = text
        elif kind == "msgid_plural":
            key += f"\0{text}"
        elif found.setdefault(key, text) != text:
            raise ValueError(f"«{key}» stands twice")
    return found


def compiled(po: str) -> bytes:
    """The catalogue as the gettext module reads it: sorted keys, two tables of lengths and offsets, the texts."""
    pairs = sorted((key.encode(), text.encode()) for key, text in entries(po).items())
    tables: tuple[list[bytes], list[bytes]] = [], []
    texts = b""
    start = _HEADER + 2 * _PAIR * len(pairs)
    for side, table in enumerate(tables):
        for pair in pairs:
            table.append(struct.pack("<2I", len(pair[side]), start + len(texts)))
            texts += pair[side] + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(pairs), _HEADER, _HEADER + _PAIR * len(pairs), 0, 0)
    return head + b"".join(tables[0]) + b"".join(tables[1]) + texts


if __name__ == "__main__":
    (FOLDER / "messages.mo").write_bytes(compiled((FOLDER / "messages.po").read_text("utf-8")))
