"""Mutated workbooks, mails and archives through the reading processes: no fault of the reader, no hang, no growth.

    python benchmarks/fuzz_reading.py --count 10000

Sources: a filled workbook of a fictional unit as .xlsx; re-saved as .ods and .xls where LibreOffice is there; the same in
a mail, an archive and an Outlook message; every file of ``--sources DIR`` besides (an .xlsb, say). Half of the mutants
of a package are changed inside a part and packed again, so that they get past the container. Prints what became of
them, the longest time and the memory of the reading processes early and late; exits 1 when one mutant was a fault of
the reader, took longer than its bound, or memory kept growing.
"""

from __future__ import annotations

import argparse
import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.insert(0, str(TESTS))

from mutants import scarred

from qeval_batch.core.defect import Defect
from qeval_batch.intake import reading
from qeval_batch.intake.opened import Opened
from qeval_batch.intake.pool import PROCESSOR_SECONDS, Lost, pool

_FAULT = "FILE_READER_FAULT"
_GROWTH = 1.25                        # late over early memory beyond which it is called growth
_AHEAD = 64
PIECES = (b"<", b">", b"\"", b"&#0;", b"&amp;", b"<v>", b"</c>", b'<c r="XFD1048576"><v>1</v></c>', b' t="e"', b"<f>1+1</f>",
          b"9" * 40, b"-1", b"1e999", b"NaN", b"\xff\xfe", b"\0", b"\xc3\x28", b"<!DOCTYPE x>", b"<![CDATA[", b"PK\x01\x02",
          b"PK\x05\x06", "Đạ Huoai".encode("utf-16-le"))


@dataclass(frozen=True)
class Seen:
    """What became of one mutant, told by the process that read it. Seconds of its processor; kilobytes."""

    ended: str
    seconds: float
    memory: int
    process: int


def main() -> int:
    """Run the experiment; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sources", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        found = sources(Path(folder)) | ({path.name: path.read_bytes() for path in sorted(asked.sources.iterdir())}
                                         if asked.sources else {})
    return experiment(found, asked.count, asked.workers, random.Random(asked.seed))


def experiment(found: dict[str, bytes], count: int, workers: int, chance: random.Random) -> int:
    """``count`` mutants of all ``found`` in turn."""
    import read_builders as rb

    ended: dict[str, Counter[str]] = {name: Counter() for name in found}
    seen: list[Seen] = []
    worst: tuple[float, str] = (0.0, "")
    begun = time.monotonic()
    with pool(workers, reading.prepare, (rb.spec(), rb.KEY, rb.PERIOD, {})) as processes:
        waiting: deque[tuple[str, Any]] = deque()
        for number in range(count + _AHEAD):
            if number < count:
                name = list(found)[number % len(found)]
                waiting.append((name, processes.start(measured, name, mutant(found[name], chance), about=name)))
            if number >= _AHEAD or number >= count:
                if not waiting:
                    break
                name, task = waiting.popleft()
                try:
                    got = processes.result(task)
                except Defect as fault:
                    got = Lost(_FAULT, fault.report)
                ended[name][got.code if isinstance(got, Lost) else got.ended] += 1
                if isinstance(got, Seen):
                    seen.append(got)
                    worst = max(worst, (got.seconds, name))
                elif got.code == _FAULT:
                    print(f"fault of the reader: {name} {got.why}")
    return report(ended, seen, worst, time.monotonic() - begun)


def report(ended: dict[str, Counter[str]], seen: list[Seen], worst: tuple[float, str], took: float) -> int:
    """Print the figures; 1 where a promise is broken."""
    total = sum((Counter(item) for item in ended.values()), Counter())
    for name, counts in ended.items():
        told = ", ".join(f"{code} {number}" for code, number in counts.most_common(6))
        print(f"{name}: {sum(counts.values())} ({told}{', …' if len(counts) > 6 else ''})")
    early, late = _memory(seen, 0.2, 0.4), _memory(seen, 0.8, 1.0)
    print(f"{sum(total.values())} mutants in {took:.0f} s; faults of the reader {total[_FAULT]}, "
          f"stopped for time {total['FILE_TIMEOUT']}, for memory {total['FILE_MEMORY']}")
    print(f"longest {worst[0]:.2f} s of processor ({worst[1]}); median memory {early // 1024} MB early, {late // 1024} MB late")
    return int(bool(total[_FAULT]) or worst[0] > PROCESSOR_SECONDS + 1 or late > _GROWTH * early)


def _memory(seen: list[Seen], start: float, end: float) -> int:
    some = sorted(item.memory for item in seen[int(len(seen) * start):int(len(seen) * end)])
    return some[len(some) // 2] if some else 0


def measured(name: str, data: bytes) -> Seen:
    """Read one mutant as the inbox is read, in the reading process."""
    import os

    begun = time.process_time()
    found = reading.read_bytes(name, data)
    for member in found.members if isinstance(found, Opened) else ():
        if member.code is None and member.ignored is None:
            reading.read_bytes(member.name, member.data)
    with open("/proc/self/statm", encoding="ascii") as source:
        memory = int(source.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    return Seen(_told(found), time.process_time() - begun, memory, os.getpid())


def _told(found: Any) -> str:
    if isinstance(found, Opened):
        return found.code or "opened"
    if isinstance(found, Lost):
        return found.code
    if isinstance(found, reading.Stranger):
        return "stranger"
    return found.findings[0].code if found.refused and found.findings else "read"


# --- Mutants -----------------------------------------------------------------------------------------------------------
def mutant(data: bytes, chance: random.Random) -> bytes:
    """``data`` changed at one to eight places, in a part of the package or in its bytes."""
    if data.startswith(b"PK") and chance.random() < 0.5:
        return _repacked(data, chance)
    return scarred(data, chance, PIECES)


def _repacked(data: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {entry.filename: source.read(entry) for entry in source.infolist()}
    for name in chance.sample(sorted(parts), chance.randint(1, min(3, len(parts)))):
        parts[name] = scarred(parts[name], chance, PIECES)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


# --- Sources -----------------------------------------------------------------------------------------------------------
def sources(folder: Path) -> dict[str, bytes]:
    """Sound files to start from."""
    import read_builders as rb

    found = {"unit.xlsx": rb.filled_workbook()}
    (folder / "unit.xlsx").write_bytes(found["unit.xlsx"])
    found |= dict(_resaved(folder))
    mail = EmailMessage()
    mail["From"], mail["Received"] = "a@b.example", "from a by b; Wed, 23 Sep 2026 03:00:00 +0000"
    mail.set_content("Kính gửi")
    mail.add_attachment(found["unit.xlsx"], maintype="application", subtype="octet-stream", filename="Hồ sơ.xlsx")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("đơn vị/hồ sơ.xlsx", found["unit.xlsx"])
        archive.writestr("thư.eml", mail.as_bytes())
    found |= {"mail.eml": mail.as_bytes(), "archive.zip": packed.getvalue()}
    fixtures = sorted((TESTS / "fixtures").glob("*.msg"))
    return found | {path.name: path.read_bytes() for path in fixtures}


def _resaved(folder: Path) -> Iterator[tuple[str, bytes]]:
    if shutil.which("soffice") is None:
        print("LibreOffice is NOT INSTALLED: no .ods and .xls among the sources", file=sys.stderr)
        return
    for extension in ("ods", "xls"):
        subprocess.run(["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
                        extension, "--outdir", str(folder), str(folder / "unit.xlsx")], check=True, capture_output=True)
        yield f"unit.{extension}", (folder / f"unit.{extension}").read_bytes()


if __name__ == "__main__":
    sys.exit(main())
