"""Names of members: in what code they were written, and what of them may be shown. Never a path on disk."""

from __future__ import annotations

import posixpath
import re
import unicodedata

from qeval_batch.intake.limits import MAX_NAME_CHARS

# Vietnamese Windows writes names in its own code where the format has no mark for another.
_LEGACY = "cp1258"
_DRIVE = re.compile(r"^\s*[A-Za-z]:")
_MAX_LEVELS = 12
_WORKBOOK = r"\.(?:xls[xmb]?|xlt[xm]?|ods|ots|fods|ett?|numbers)"
# A copy of a download, and one not ended, bear their mark behind the extension.
_COPIED, _UNFINISHED = r"(?:[ _-]?[(\[]?\d{1,3}[)\]]?)?", r"(?:\.(?:tmp|bak|part|partial|crdownload|download))?"
_WORKBOOK_NAME = re.compile(rf"{_WORKBOOK}{_COPIED}{_UNFINISHED}\s*$", re.IGNORECASE)
_DOCUMENT_NAME = re.compile(r"\.(?:docx?|docm|dotx?|pptx?|pptm|odt|odp|rtf|pdf)\s*$", re.IGNORECASE)
_CONTAINER_NAME = re.compile(r"\.(?:eml|msg|mbox|zip|rar|7z|gz|tgz|tnef)\s*$", re.IGNORECASE)


def bears_workbook(name: str) -> bool:
    """Whether a file is named as a workbook, a copy of one, or an unfinished download of one."""
    return _WORKBOOK_NAME.search(name) is not None


def bears_document(name: str) -> bool:
    """Whether a file is named as a letter, slides or a printed page."""
    return _DOCUMENT_NAME.search(name) is not None


def bears_container(name: str) -> bool:
    """Whether a file is named as a mail or an archive."""
    return _CONTAINER_NAME.search(name) is not None


def from_bytes(raw: bytes, code: str | None = None) -> str:
    """Text whose code nobody declared: UTF-8 where it is that, else ``code``, else the Vietnamese one of Windows."""
    for guess in ("utf-8", code, _LEGACY):
        try:
            if guess is not None:
                text = raw.decode(guess)
                return text if guess == "utf-8" else unicodedata.normalize("NFC", text)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("ascii", "backslashreplace")


def base_name(raw: str, otherwise: str) -> str:
    """An attachment's name: the last step of whatever path its sender wrote, or ``otherwise`` where nothing is left."""
    return posixpath.basename(path_name(raw, otherwise))


def path_name(raw: str, otherwise: str) -> str:
    """A path in an archive without what leads out of it (drive, ``..``, root); printable, of bounded length."""
    steps = [_printable(_DRIVE.sub("", step)) for step in raw.replace("\\", "/").split("/")]
    kept = [_cut(step) for step in steps if step.strip(". ")]
    return "/".join(kept[-_MAX_LEVELS:]) or otherwise


def unique(name: str, taken: set[str]) -> str:
    """``name``, or with a number where another member bears it already; noted in ``taken``."""
    stem, extension = posixpath.splitext(name)
    shown, number = name, 1
    while shown in taken:
        number += 1
        shown = f"{stem} ({number}){extension}"
    taken.add(shown)
    return shown


def _printable(text: str) -> str:
    """No control character, nothing that turns the direction of writing, no half of a character; blanks are plain."""
    plain = "".join(" " if char.isspace() else char for char in text
                    if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return plain.strip()


def _cut(step: str) -> str:
    if len(step) <= MAX_NAME_CHARS:
        return step
    stem, extension = posixpath.splitext(step)
    extension = extension[:MAX_NAME_CHARS // 4]
    return stem[:MAX_NAME_CHARS - len(extension) - 1] + "…" + extension
