"""Vietnamese typed for pre-Unicode fonts (TCVN3 with .Vn*, VNI with VNI-*): recognised and named, never converted.

Such text looks right only in its font; everywhere else «nhiệm vụ» reads «nhiÖm vô» or «nhieäm vuï». One cell cannot
prove it («Hoàng Xuân An» is good Vietnamese either way), so two things must come together: the file's styles name such
a font, and over the whole workbook the words that are Vietnamese only under that encoding are many and few
contradict them. (A text with signs inside its words that no Vietnamese word has is named by ``core.legacy`` alone.)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from qeval_batch.spreadsheet.limits import MAX_TEXT

_FONT = re.compile(rb"""(?:["']|&apos;|&quot;)(\.Vn[A-Za-z0-9][^"'<>&;]{0,40}|VNI-[^"'<>&;]{0,40})""", re.IGNORECASE)
# A plain search tells that almost every file has none.
_FONT_MARKS = (b".Vn", b".VN", b".vn", b"VNI-", b"Vni-")
# Fewer words may be somebody's name from abroad.
_ENOUGH = 3
# Words that fit the encoding for one that has such letters and does not.
_MAJORITY = 3

_TCVN3 = dict(zip(
    "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ", strict=True))
_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_HAT, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
# A mark of VNI stands behind its letter; case is the letter's.
_VNI_MARKS = {
    "ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _HAT, "à": _HAT + _GRAVE, "á": _HAT + _ACUTE, "å": _HAT + _HOOK, "ã": _HAT + _TILDE, "ä": _HAT + _DOT,
    "ê": _BREVE, "è": _BREVE + _GRAVE, "é": _BREVE + _ACUTE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT}
_VNI_LETTERS = {"ô": "o" + _HORN, "ö": "u" + _HORN, "ñ": "đ", "í": "i" + _ACUTE, "ì": "i" + _GRAVE, "æ": "i" + _HOOK,
                "ó": "i" + _TILDE, "ò": "i" + _DOT, "î": "y" + _DOT}
_VNI_VOWELS = frozenset("aeiouyôö")

# Letters, and the signs of Latin-1 that TCVN3 made letters of.
_WORD = re.compile(r"(?:[^\W\d_]|[\u00a1-\u00bf\u00d7\u00f7])+")
_HIGH = re.compile("[\u00a1-\u00ff]")
_LATIN = re.compile("[A-Za-z]")
# Quotation marks, and two letters of TCVN3.
_QUOTES = "«»"
_TONES = re.compile(f"[{_GRAVE}{_ACUTE}{_HOOK}{_TILDE}{_DOT}]")
# Onset, vowels, coda of a syllable without its tone.
_SYLLABLE = re.compile(
    "(?:ngh|ng|nh|gh|gi|kh|ch|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    "(?:uyê|uyu|oai|oao|oay|oeo|uây|uôi|ươi|ươu|iêu|yêu|uya|ươ|uô|iê|yê|uâ|uê|uơ|uy|oa|oă|oe|oo|ai|ao|au|ay|âu|ây|eo|êu"
    "|ia|iu|oi|ôi|ơi|ua|ui|ưa|ưi|ưu|[aăâeêioôơuưy])"
    "(?:ch|ng|nh|[cmnpt])?")


@dataclass(frozen=True)
class Encoding:
    """One pre-Unicode encoding: its name and the beginning of the names of its fonts."""

    name: str
    font: str

    def wrote(self, font: str) -> bool:
        """Whether a font is one of this encoding's."""
        return font.lower().startswith(self.font)


TCVN3, VNI = Encoding("TCVN3", ".vn"), Encoding("VNI", "vni-")


def is_legacy_font(name: str) -> bool:
    """Whether a font is one of a pre-Unicode encoding."""
    return TCVN3.wrote(name) or VNI.wrote(name)


def fonts_in(styles: bytes) -> frozenset[str]:
    """The fonts of pre-Unicode encodings that XML names in an attribute."""
    if not any(mark in styles for mark in _FONT_MARKS):
        return frozenset()
    return frozenset(match.decode("utf-8", "replace") for match in _FONT.findall(styles))


def recognise(fonts: frozenset[str], texts: Mapping[str, Iterable[str]]) \
        -> tuple[Encoding, dict[str, set[int]]] | None:
    """The encoding a workbook's ``texts`` (by sheet) are typed in, with the indexes of the texts that show it.

    None unless a font of it is named and the words of all sheets together speak for it.
    """
    for encoding in (TCVN3, VNI):
        if not any(map(encoding.wrote, fonts)):
            continue
        words = against = 0
        shown: dict[str, set[int]] = {}
        for sheet, listed in texts.items():
            for index, text in enumerate(listed):
                yes, no = _vote(text[:MAX_TEXT], encoding)
                words, against = words + yes, against + no
                if yes > no:
                    shown.setdefault(sheet, set()).add(index)
        if words >= max(_ENOUGH, _MAJORITY * against):
            return encoding, shown
    return None


def _vote(text: str, encoding: Encoding) -> tuple[int, int]:
    """Words that are Vietnamese under the encoding only; words with its letters that are no Vietnamese at all."""
    if not _HIGH.search(text):
        return 0, 0
    votes = [_word(word, encoding) for word in _WORD.findall(text) if _HIGH.search(word)]
    return votes.count(True), votes.count(False)


@lru_cache(maxsize=4096)
def _word(word: str, encoding: Encoding) -> bool | None:
    """True: a syllable under the encoding only; False: under neither; None: good Unicode, perhaps in quotes."""
    bare = word.strip(_QUOTES)
    if _is_syllable(bare) or not (_HIGH.search(bare) and _LATIN.search(bare)):
        return None
    return _is_syllable(_from_tcvn3(bare) if encoding is TCVN3 else _from_vni(bare))


def _is_syllable(word: str) -> bool:
    plain = unicodedata.normalize("NFD", word.lower())
    toneless = unicodedata.normalize("NFC", _TONES.sub("", plain))
    return len(_TONES.findall(plain)) <= 1 and _SYLLABLE.fullmatch(toneless) is not None


def _from_tcvn3(word: str) -> str:
    return "".join(_TCVN3.get(letter, letter) for letter in word)


_VNI_HORNED, _VNI_TONES = "ôö", "øùûõï"   # ơ and ư as VNI writes them, and the tones that may follow


def _from_vni(word: str) -> str:
    out = []
    before = ""
    for letter in word.lower():
        if before in _VNI_VOWELS and letter in _VNI_MARKS and not (before in _VNI_HORNED and letter not in _VNI_TONES):
            out.append(_VNI_MARKS[letter])
        else:
            out.append(_VNI_LETTERS.get(letter, letter))
        before = letter
    return unicodedata.normalize("NFC", "".join(out))
