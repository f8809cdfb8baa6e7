"""Vietnamese text as people type it: one spelling for comparing, one order for sorting."""

from __future__ import annotations

import re
import unicodedata

from qeval_batch.core.alike import HYPHENS, LATIN

_SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000]+")
# Nobody sees these, so nobody wrote them: soft hyphen, zero-width spaces and joiners, byte order mark, emoji selector.
_UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufe0f\ufeff]+")
# What XML 1.0 cannot hold (tab and line breaks apart), delete, and lone surrogates.
UNWRITABLE = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff"
_UNWRITABLE = re.compile(f"[{UNWRITABLE}]")
_WIDE = {0xFEE0 + code: code for code in range(0x21, 0x7F)}
# Old Vietnamese fonts show Đ at the place of the Icelandic letter eth.
_ALIKE = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'",
                        "\u00f0": "đ", "\u00d0": "Đ"}) | _WIDE | LATIN | HYPHENS
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")
# Two or three vowels of one syllable with all their marks, and whether a consonant closes it.
_MARKED = "[aeiouy][\u0300-\u0323]*"
_VOWELS = re.compile(f"((?:{_MARKED}){{2,}})([a-z]?)")
_SHAPES = re.compile("[\u0302\u0306\u031b]")
_VOWEL = re.compile(_MARKED)
# The vowel of «qu» and «gi» belongs to the consonant.
_ONSETS = frozenset(("qu", "gi"))
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_ORDER = {letter: index for index, letter in enumerate(_LETTERS, start=1)}
_TONE_ORDER = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def clean(text: str) -> str:
    """NFC, every kind of space one plain space, none at the ends, what cannot be seen gone; line breaks are kept."""
    lines = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_SPACES.sub(" ", line).strip() for line in lines).strip()


def narrow(text: str) -> str:
    """Full-width letters, figures and marks as ordinary ones: ``１２，５`` = ``12,5``."""
    return text if text.isascii() else text.translate(_WIDE)


def match_key(text: str) -> str:
    """The key under which two spellings are the same word: ``Hoà `` = ``hòa``, ``hòan`` = ``hoàn``, NFD = NFC."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFD", text)).translate(_ALIKE)
    folded = _SPACES.sub(" ", seen.lower()).strip()
    moved = _VOWELS.sub(_in_place, folded) if _TONE.search(folded) else folded
    return unicodedata.normalize("NFC", moved)


def _in_place(syllable: re.Match[str]) -> str:
    """The vowels of a syllable with its tone where it belongs, on whichever of them it was typed."""
    tones = _TONE.findall(syllable[1])
    if len(tones) != 1:
        return syllable[0]
    vowels = _VOWEL.findall(_TONE.sub("", syllable[1]))
    before = syllable.string[max(syllable.start() - 1, 0):syllable.start()]
    onset = 1 if before + vowels[0] in _ONSETS else 0
    vowels[onset + _bearer(vowels[onset:], bool(syllable[2]))] += tones[0]
    return "".join(vowels) + syllable[2]


def _bearer(vowels: list[str], closed: bool) -> int:
    """Which vowel bears the tone: the last with a hat, breve or horn; the second of three or before a consonant."""
    shaped = [index for index, vowel in enumerate(vowels) if _SHAPES.search(vowel)]
    if shaped:
        return shaped[-1]
    return 1 if len(vowels) > 2 or (closed and len(vowels) > 1) else 0


def writable(text: str, instead: str = "") -> str:
    """``text`` as an office file or a mail can carry it: what XML cannot hold becomes ``instead``; line breaks stay."""
    return _UNWRITABLE.sub(instead, text)


def on_screen(text: str) -> str:
    """``text`` for a terminal or table: no control character but line breaks, nor what turns the direction of writing.

    A file's name, a mail's id or a cell may hold an escape sequence.
    """
    if text.isprintable():
        return text
    return "".join(char for char in text if char == "\n" or unicodedata.category(char)[0] != "C")


def sort_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """Dictionary order of Vietnamese: letters first (d before đ, a ă â), then tones, then the text itself."""
    letters: list[int] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFC", text.lower()):
        base, tone = _split_tone(char)
        rank = _LETTER_ORDER.get(base)
        letters.append(rank + 1000 if rank is not None else min(ord(base), 999))
        tones.append(tone)
    return tuple(letters), tuple(tones), text


def _split_tone(char: str) -> tuple[str, int]:
    parts = unicodedata.normalize("NFD", char)
    tone = next((_TONE_ORDER[p] for p in parts if p in _TONE_ORDER), 0)
    base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONE_ORDER))
    return (base[:1] or " "), tone
