"""Test set-up: install by package name what the tests need from the system, or say loudly what will be skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = {
    "soffice": ("libreoffice-calc", "libreoffice-writer"),
    "pdftoppm": ("poppler-utils",),
    "fc-list": ("fontconfig", "fonts-liberation"),
}


def main() -> int:
    """Install the missing packages where apt and root are at hand; never fails the test run."""
    missing = [name for name in PACKAGES if shutil.which(name) is None]
    if not missing:
        return 0
    packages = [package for name in missing for package in PACKAGES[name]]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"],
                        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]):
            if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
                break
    still = [name for name in missing if shutil.which(name) is None]
    if still:
        print(f"!!! NOT INSTALLED: {', '.join(still)}. Tests that recalculate or render documents will be SKIPPED.\n"
              f"!!! Install: {' '.join(packages)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
