"""Workbooks saved again by other programs: LibreOffice, Gnumeric, two JavaScript libraries; absent ones skip loudly."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).resolve().parent / "js" / "resave.js"
WRITERS = [("LibreOffice", "xlsx"), ("LibreOffice", "ods"), ("LibreOffice", "xls"), ("Gnumeric", "xlsx"),
           ("Gnumeric", "ods"), ("Gnumeric", "xls"), ("ExcelJS", "xlsx"), ("SheetJS", "xlsx"), ("SheetJS", "xlsb"),
           ("SheetJS", "xls"), ("SheetJS", "ods")]


@cache
def _profile() -> tempfile.TemporaryDirectory[str]:
    """LibreOffice's settings, made once per process: its first start with new ones is slow."""
    return tempfile.TemporaryDirectory()


@cache
def resaved(data: bytes, writer: str, extension: str) -> bytes:
    """``data`` (an .xlsx) opened by ``writer`` and saved as ``extension``."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.xlsx", Path(folder) / "out" / f"in.{extension}"
        source.write_bytes(data)
        target.parent.mkdir()
        subprocess.run(_command(writer, source, target), check=True, capture_output=True, timeout=180)
        return target.read_bytes()


def _command(writer: str, source: Path, target: Path) -> list[str]:
    if writer == "LibreOffice":
        return [program("soffice", writer), f"-env:UserInstallation={Path(_profile().name).as_uri()}", "--headless",
                "--convert-to", target.suffix[1:], "--outdir", str(target.parent), str(source)]
    if writer == "Gnumeric":
        return [program("ssconvert", writer), str(source), str(target)]
    if not (_SCRIPT.parent / "node_modules").is_dir():
        pytest.skip(f"{writer} is not installed (tests/prepare.py): its files are NOT tested")
    return [program("node", writer), str(_SCRIPT), writer.lower(), str(source), str(target)]


def program(name: str, writer: str) -> str:
    """Where a program stands; skips, saying so, where it is absent."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{writer} ({name}) is not installed: its files are NOT tested")
    return found
