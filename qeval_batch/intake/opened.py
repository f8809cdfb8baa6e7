"""What a mail or archive holds, as values: its parts as they stand in it, then its members, judged and bounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qeval_batch.model.delivery import Delivery


class Unopenable(Exception):
    """A container or part that cannot be opened: finding code and slots. Never leaves ``open_container``."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str] = params


@dataclass(frozen=True)
class Member:
    """One file of a container, however deep. Neither ``ignored`` nor ``code``: ``data`` is to be read as a workbook.

    ``name`` is its path inside the container, unique there and printable: forward slashes, no ``..``, no drive, never
    absolute. It is shown, never used as a path on disk.
    """

    name: str
    data: bytes = b""
    ignored: str | None = None                                    # Vietnamese sentence: why it is no workbook
    code: str | None = None                                       # finding code: why it cannot be opened
    params: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = field(default_factory=Delivery)


@dataclass(frozen=True)
class Opened:
    """A container: its members in the order in which they stand in it, or ``code``, why it cannot be opened.

    ``delivery`` is of the container itself (unknown for an archive); ``notes`` are finding codes without slots of
    defects that do not keep it from being read. ``aside``: why it is no delivery at all, a sentence; ``failed``: the
    addresses to which, it says, a mail of ours could not go.
    """

    code: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    delivery: Delivery = field(default_factory=Delivery)
    notes: tuple[str, ...] = ()
    aside: str | None = None
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class ContainerPart:
    """One thing in a container before it is judged. ``read(n)`` gives its first ``n`` bytes at most, or Unopenable.

    ``level`` opens what the container's own reader has taken apart already (a mail forwarded in a mail).
    """

    name: str
    size: int = 0
    read: Callable[[int], bytes] = lambda limit: b""
    level: Callable[[], Level] | None = None
    ignored: str | None = None
    code: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Level:
    """One container opened by one step: its parts, and for a mail its delivery.

    ``aside``: why it is no delivery (a mail that came back, one of our own): its parts are none of the unit's.
    """

    parts: tuple[ContainerPart, ...]
    is_mail: bool
    delivery: Delivery = field(default_factory=Delivery)
    notes: tuple[str, ...] = ()
    aside: str | None = None
    failed: tuple[str, ...] = ()
