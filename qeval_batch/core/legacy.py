"""Vietnamese typed in the codes of before Unicode: recognised and named, never converted on a guess.

TCVN3 (fonts ``.Vn…``) and VNI (fonts ``VNI-…``) put Vietnamese letters at the places of Western signs, so their text
read as Unicode has signs and pairs of letters inside words that no Vietnamese word has.
"""

from __future__ import annotations

import re

# One of these letters and the text is Unicode already: neither old code can give it.
_UNICODE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
# «C«ng t¸c c¸n bé»: signs inside words; the letters of other languages count only beside one of them.
_TCVN3_SIGN = re.compile("(?<=[A-Za-z])[µ¸¶·¹¨¾¼½×÷¬](?![0-9])|(?<=[A-Za-z])[«»©®](?=[A-Za-z])|[®§](?=[a-z¸µ¶·¹¨«])")
_TCVN3_LETTER = re.compile("(?<=[A-Za-z])[ÆÇËÎÏÑÖØÜÞßäåæçëîïñöøûüþ]")
# «Ñaûng boä», «hoaøn thaønh»: a mark of its own behind a vowel, Ñ for Đ.
_VNI = re.compile("[aeiouyôöAEIOUYÔÖ][øûïØÛÏ]|[aeoAEO][ùâêÙÂÊ]|[ñÑ](?=[aeiouyôöAEIOUYÔÖ])")
# One such sign may be a foreign name or a slip.
_ENOUGH = 2


def legacy_encoding(text: str) -> str | None:
    """The old code a text is typed in, as a message names it; None for Unicode and for what is too short to tell."""
    if text.isascii() or _UNICODE.search(text):
        return None
    signs = len(_TCVN3_SIGN.findall(text))
    tcvn3 = signs + len(_TCVN3_LETTER.findall(text)) if signs else 0
    vni = len(_VNI.findall(text))
    if max(tcvn3, vni) < _ENOUGH:
        return None
    return "TCVN3 (phông .VnTime)" if tcvn3 >= vni else "VNI (phông VNI-Times)"
