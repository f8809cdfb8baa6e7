"""The stamp of a generated workbook: what it is, for whom, and a keyed signature that shows it was not altered.

It stands as key/value rows on a very hidden sheet (LibreOffice makes it merely hidden). The key never leaves the
workspace, so a stamp that verifies was written here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from qeval_batch.model.submission import Stamp
from qeval_batch.spec.form import Form

SHEET = "_qeval"
MAGIC = "qeval-stamp-1"
_KEY_BYTES = 32
# What a field's fault blocks says nothing of where it stands.
_NO_SHAPE = {"blocks": {"__all__": {"fields": {"__all__": {"informs"}}}}}


def make(kind: str, unit: str, period: str, profile: str, forms: Mapping[str, str],
         sheets: Mapping[str, tuple[str, str, str]], layout: str, key: bytes,
         notes: Mapping[str, str] | None = None) -> Stamp:
    """A signed stamp. ``forms``: id -> version; ``sheets``: visible name -> (form id, sheet id, officer or '');
    ``notes``: what the sender wants to hear again when the file comes back."""
    unsigned = Stamp(kind, unit, period, profile, dict(forms), dict(sheets), layout, "", key_id(key), dict(notes or {}))
    return replace(unsigned, signature=_signature(unsigned, key))


def verify(stamp: Stamp, key: bytes) -> bool:
    """Whether this workspace wrote exactly this stamp."""
    return hmac.compare_digest(_signature(stamp, key), stamp.signature)


def made_here(stamp: Stamp, key: bytes) -> bool:
    """Whether the stamp says it was signed with this key: one that then does not verify was altered since."""
    return stamp.key_id == key_id(key)


def key_id(key: bytes) -> str:
    """The name of a key; nothing of the key can be told from it."""
    return hashlib.sha256(b"qeval key id " + key).hexdigest()[:8]


def to_rows(stamp: Stamp) -> list[tuple[str, str]]:
    """Key/value rows for the stamp sheet, in a fixed order."""
    rows = [("magic", MAGIC), ("kind", stamp.kind), ("unit", stamp.unit), ("period", stamp.period),
            ("profile", stamp.profile), ("layout", stamp.layout)]
    rows += [(f"form:{form}", version) for form, version in sorted(stamp.forms.items())]
    rows += [(f"sheet:{name}", json.dumps(place, ensure_ascii=True)) for name, place in sorted(stamp.sheets.items())]
    rows += [(f"note:{name}", text) for name, text in sorted(stamp.notes.items())]
    rows += [("key", stamp.key_id)] if stamp.key_id else []
    return [*rows, ("signature", stamp.signature)]


def from_rows(rows: Iterable[tuple[object, object]]) -> Stamp | None:
    """The stamp in key/value rows, verified or not; None when the rows are no stamp of ours."""
    plain: dict[str, str] = {}
    notes: dict[str, str] = {}
    forms: dict[str, str] = {}
    sheets: dict[str, tuple[str, str, str]] = {}
    for raw_key, raw_value in rows:
        key, value = str(raw_key), str(raw_value)
        if key.startswith("note:"):
            notes[key.removeprefix("note:")] = value
        elif key.startswith("form:"):
            forms[key.removeprefix("form:")] = value
        elif key.startswith("sheet:"):
            try:
                form, sheet, officer = json.loads(value)
            except ValueError:
                return None
            sheets[key.removeprefix("sheet:")] = (str(form), str(sheet), str(officer))
        else:
            plain[key] = value
    if plain.get("magic") != MAGIC:
        return None
    return Stamp(plain.get("kind", ""), plain.get("unit", ""), plain.get("period", ""), plain.get("profile", ""),
                 forms, sheets, plain.get("layout", ""), plain.get("signature", ""), plain.get("key", ""), notes)


def layout_hash(forms: Iterable[Form]) -> str:
    """A short hash of everything in the forms a reader relies on: sheets, blocks, fields, labels, fixed rows."""
    shape = [[form.form, form.version, [sheet.model_dump(mode="json", exclude=_NO_SHAPE) for sheet in form.sheets]]
             for form in sorted(forms, key=lambda item: item.form)]
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()[:16]


def load_or_create_key(path: Path) -> bytes:
    """The workspace's signing key; made once, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            target.write(secrets.token_bytes(_KEY_BYTES))
    return path.read_bytes()


def _signature(stamp: Stamp, key: bytes) -> str:
    signed = [pair for pair in to_rows(stamp) if pair[0] != "signature"]
    return hmac.new(key, json.dumps(signed, ensure_ascii=True).encode(), hashlib.sha256).hexdigest()
