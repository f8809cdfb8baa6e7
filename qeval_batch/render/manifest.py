"""manifest.json: the hash of everything a run read, held to and wrote, so that a paper can be traced and verified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from qeval_batch import __version__
from qeval_batch.batch import Batch

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
        "inputs": [{"name": item.name, "sha256": item.sha256, "outcome": item.outcome}
                   for item in sorted(batch.result.files, key=lambda item: item.name)],
        "outputs": [{"name": name, "sha256": outputs[name]} for name in sorted(outputs)],
    })


def dump(value: object) -> bytes:
    """JSON as every output writes it: UTF-8, two spaces, one line feed at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
