"""Vietnamese in UTF-8 that was read under a Western or Vietnamese Windows code page: «HoÃ n thÃ nh» for «Hoàn thành»."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PAGES = ("cp1252", "cp1258", "latin-1")
_LETTERS = [unicodedata.normalize("NFC", base + shape + tone)
            for base in "aeiouyAEIOUY" for shape in ("", "\u0302", "\u0306", "\u031b")
            for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")]
_HINT = re.compile("[\u00c3\u0102\u00c4\u00c6\u00e1][^\x00-\x7f]")
# A text that could be one by chance has one such place, at the end of a word; a damaged one has them within words.
ENOUGH = 2


_BARRED = "đĐ"   # no accent put on a letter makes these


@lru_cache(maxsize=1)
def _damaged() -> tuple[re.Pattern[str], dict[str, str]]:
    """The damaged forms of every Vietnamese letter, and which letter each was."""
    meant: dict[str, str] = {}
    for letter in sorted({*_LETTERS, *_BARRED}):
        raw = letter.encode()
        if len(letter) == 1 and len(raw) > 1:
            for page in _PAGES:
                for form in (raw.decode(page, "replace"), "".join(_char(byte, page) for byte in raw)):
                    meant.setdefault(form, letter)
                    meant.setdefault(unicodedata.normalize("NFC", form), letter)
    # One that lost what told it apart from others is counted, and read as the first of them.
    forms = sorted((form for form in meant if form[0] != "\ufffd" and len(form) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, forms))), meant


def _char(byte: int, page: str) -> str:
    try:
        return bytes([byte]).decode(page)
    except UnicodeDecodeError:
        return chr(byte)


def damaged(text: str) -> int:
    """How much in ``text`` only can be damaged Vietnamese: two for a place within a word, one for one at its end."""
    if text.isascii() or _HINT.search(text) is None:
        return 0
    pattern, _ = _damaged()
    return sum(2 if text[match.end():match.end() + 1].isalpha() else 1 for match in pattern.finditer(text))


def meant(text: str) -> str:
    """What such a text was, as far as it can be told."""
    pattern, letters = _damaged()
    return pattern.sub(lambda match: letters[match[0]], text)
