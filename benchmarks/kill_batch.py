"""Kill the batch at random moments and run it again: the same outputs as an undisturbed run, nothing lost or changed.

    python benchmarks/kill_batch.py --times 100 --units 6

Each time: a fresh copy of one workspace, ``qeval run`` killed (SIGKILL) after a random share of the time the run before
it took, ``qeval run`` again to its end.
A run that ended before it could be killed is tried again and does not count. Then the outbox must be byte for byte
that of an undisturbed run, ``qeval verify`` must find nothing, the inbox must be untouched, and no process
of the killed run may be left. Exits 1 on the first failure.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

PERIOD = "2026-Q3"
RUN = [sys.executable, "-m", "qeval_batch", "run", PERIOD, "--as-of", "2026-09-26T08:00", "--no-progress", "--root"]
VERIFY = [sys.executable, "-m", "qeval_batch", "verify", "--root"]
_DONE = (0, 1)
_SETTLED = 10                         # seconds until the processes of a killed run must be gone


def main() -> int:
    """Run the experiment; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--units", type=int, default=6)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        return experiment(Path(folder), asked.times, asked.units, random.Random(asked.seed))


def experiment(folder: Path, times: int, units: int, chance: random.Random) -> int:
    """``times`` kills on copies of a province of ``units`` units; prints where each run was when it died."""
    source = folder / "source"
    subprocess.run([sys.executable, "-m", "qeval_batch", "demo", "--units", str(units), "--dir", str(source),
                    "--no-progress"], check=True, stdout=subprocess.DEVNULL)
    for name in ("outbox", "data"):
        kept = {path.name: path.read_bytes() for path in (source / name).glob("khoa-ky.bin")}
        shutil.rmtree(source / name)
        (source / name).mkdir()
        for file, data in kept.items():
            (source / name / file).write_bytes(data)
    inbox = tree(source / "inbox")
    undisturbed = shutil.copytree(source, folder / "undisturbed")
    whole = finish(undisturbed)
    wanted = tree(undisturbed / "outbox")
    died: Counter[str] = Counter()
    while died.total() < times:
        root = shutil.copytree(source, folder / "copy")
        where = kill(root, chance.uniform(0, whole))
        if where is None:
            shutil.rmtree(root)
            continue
        died[where] += 1
        whole = finish(root)
        faults = [name for name, same in (("outbox", tree(root / "outbox") == wanted),
                                          ("inbox", tree(root / "inbox") == inbox)) if not same]
        if subprocess.run([*VERIFY, str(root)], stdout=subprocess.DEVNULL, check=False).returncode:
            faults.append("verify")
        if faults:
            print(f"kill {died.total()}, {where}: differs: {', '.join(faults)}")
            return 1
        shutil.rmtree(root)
    print(f"{times} kills, {units} units, {len(wanted)} outputs, a whole run {whole:.1f} s: all the same.")
    for where, count in sorted(died.items()):
        print(f"  died {where}: {count}")
    return 0


def kill(root: Path, after: float) -> str | None:
    """Start a run, kill it after so many seconds; what stood on the disk then, None where it had ended.

    Waits until its processes are gone.
    """
    with subprocess.Popen([*RUN, str(root)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          start_new_session=True) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
        ended = process.wait()
        left = time.monotonic() + _SETTLED
        while alive(process.pid):
            if time.monotonic() > left:
                raise SystemExit(f"processes of the killed run are still there after {_SETTLED} s")
            time.sleep(0.02)
    if ended in _DONE:
        return None
    staging = any(path.name.startswith(".") for path in (root / "outbox").iterdir())
    results = (root / "outbox" / PERIOD).exists()
    ledger = (root / "data" / "so-cai.sqlite3").exists()
    return ("while recording" if ledger else "with outputs in place" if results
            else "while rendering" if staging else "before rendering")


def alive(session: int) -> bool:
    """Whether any process of the session is left."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            return True
    return False


def finish(root: Path) -> float:
    """A run to its end; the seconds it took."""
    begun = time.monotonic()
    done = subprocess.run([*RUN, str(root)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode not in _DONE:
        raise SystemExit(f"the run after the kill ended with {done.returncode}: {done.stderr}")
    return time.monotonic() - begun


def tree(folder: Path) -> dict[str, str]:
    """Every file with its hash."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


if __name__ == "__main__":
    sys.exit(main())
