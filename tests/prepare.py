"""Test set-up: install by package name what the tests need from the system, or say loudly what will be skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = {
    "soffice": ("libreoffice-calc", "libreoffice-writer"),
    "pdftoppm": ("poppler-utils",),
    "fc-list": ("fontconfig",),
    # Papers are set in Times New Roman; with any font but its metric twin their lines break elsewhere.
    "Liberation Serif": ("fonts-liberation",),
    # A real mailbox on loopback, and its certificate.
    "dovecot": ("dovecot-imapd",),
    "openssl": ("openssl",),
}


def main() -> int:
    """Install the missing packages where apt and root are at hand; never fails the test run."""
    missing = [name for name in PACKAGES if not _there(name)]
    if not missing:
        return 0
    packages = [package for name in missing for package in PACKAGES[name]]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"],
                        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]):
            if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
                break
    still = [name for name in missing if not _there(name)]
    if still:
        print(f"!!! NOT INSTALLED: {', '.join(still)}. Tests that recalculate or render documents, or fetch mail, "
              f"will be SKIPPED.\n!!! Install: {' '.join(packages)}", file=sys.stderr)
    return 0


def _there(name: str) -> bool:
    """Whether the program, or the font family (a name with a space), is on this system."""
    if " " not in name:
        return shutil.which(name) is not None
    return shutil.which("fc-list") is not None and \
        name in subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
