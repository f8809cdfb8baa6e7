"""Bytes changed at random, for the tests and the long runs that read whatever may arrive."""

from __future__ import annotations

import random
from collections.abc import Sequence


def scarred(data: bytes, chance: random.Random, pieces: Sequence[bytes]) -> bytes:
    """``data`` with one to eight changes: a byte, a piece put in, a run cut out or doubled, rarely the end cut off."""
    out = bytearray(data or b"\0")
    for _ in range(chance.randint(1, 8)):
        at, other = chance.randrange(len(out)), chance.randrange(len(out))
        match chance.randrange(5):
            case 0:
                out[at] = chance.randrange(256)
            case 1:
                out[at:at] = chance.choice(pieces)
            case 2:
                del out[at:at + chance.randint(1, 400)]
                out = out or bytearray(b"\0")
            case 3:
                out[at:at] = out[other:other + chance.randint(1, 400)]
            case _:
                out = out[:max(1, at)] if chance.random() < 0.1 else out
    return bytes(out)
