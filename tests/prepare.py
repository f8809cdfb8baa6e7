"""Test set-up: install by package name what the tests need from the system, or say loudly what will be skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "soffice": ("libreoffice-calc", "libreoffice-writer"),
    "pdftoppm": ("poppler-utils",),
    "fc-list": ("fontconfig",),
    # Papers are set in Times New Roman; with any font but its metric twin their lines break elsewhere.
    "Liberation Serif": ("fonts-liberation",),
    # A real mailbox on loopback, and its certificate.
    "dovecot": ("dovecot-imapd",),
    "openssl": ("openssl",),
    # Other programs whose files are read: Gnumeric, and two JavaScript libraries (tests/js).
    "ssconvert": ("gnumeric",),
    "node": ("nodejs",),
    "npm": ("npm",),
}
_JAVASCRIPT = Path(__file__).resolve().parent / "js"


def main() -> int:
    """Install what is missing; never fails the test run."""
    _system_packages()
    _javascript_packages()
    return 0


def _system_packages() -> None:
    """The missing programs and fonts, where apt and root are at hand."""
    missing = [name for name in PACKAGES if not _there(name)]
    if not missing:
        return
    packages = [package for name in missing for package in PACKAGES[name]]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"],
                        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]):
            if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
                break
    still = [name for name in missing if not _there(name)]
    if still:
        print(f"!!! NOT INSTALLED: {', '.join(still)}. Tests that recalculate or render documents, fetch mail, "
              f"or read other programs' files will be SKIPPED.\n!!! Install: {' '.join(packages)}", file=sys.stderr)


def _javascript_packages() -> None:
    """The two libraries of tests/js, exactly as its lock file says."""
    if (_JAVASCRIPT / "node_modules").is_dir():
        return
    npm = shutil.which("npm")
    if npm is None or subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=_JAVASCRIPT,
                                     stdout=subprocess.DEVNULL, check=False).returncode:
        print("!!! NOT INSTALLED: ExcelJS, SheetJS (npm ci in tests/js). Tests that read their files will be SKIPPED.",
              file=sys.stderr)


def _there(name: str) -> bool:
    """Whether the program, or the font family (a name with a space), is on this system."""
    if " " not in name:
        return shutil.which(name) is not None
    return shutil.which("fc-list") is not None and \
        name in subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
