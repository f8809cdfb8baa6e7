"""manifest.json: the hash of everything a run read, held to and wrote, so that a paper can be traced and verified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from qeval_batch import __version__
from qeval_batch.model.batch import Batch

FILE_NAME = "manifest.json"


def sha256(data: bytes) -> str:
    """The hash as lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def manifest_json(batch: Batch, outputs: Mapping[str, str]) -> bytes:
    """The manifest. ``outputs``: path under the quarter's folder, forward slashes -> sha256."""
    return dump({
        "schema": 1,
        "program": {"name": "qeval-batch", "version": __version__},
        "period": batch.result.period,
        "as_of": batch.result.as_of,
        "policy_sha256": batch.result.policy_sha256,
        "forms_sha256": batch.spec.sha256,
        "kept": [{"name": name, "sha256": batch.kept[name]} for name in sorted(batch.kept)],
        "inputs": [{"name": item.name, "sha256": item.sha256, "outcome": item.outcome}
                   for item in sorted(batch.result.files, key=lambda item: item.name)],
        "outputs": [{"name": name, "sha256": outputs[name]} for name in sorted(outputs)],
    })


def dump(value: Mapping[str, Any]) -> bytes:
    """JSON as every output writes it: UTF-8, one line per key, and in a list one line per entry.

    A line is a whole officer, unit or finding, so two runs compare line by line.
    """
    parts = [f" {_text(key)}: {_lines(item)}" for key, item in value.items()]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8")


def _lines(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {_text(item)}" for item in value) + "\n ]"
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
