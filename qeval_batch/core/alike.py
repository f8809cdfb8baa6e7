"""Characters nobody can tell apart by eye: letters of other scripts that look Latin, letters that look like figures."""

from __future__ import annotations

import re

# Cyrillic, then Greek.
_OTHER = "АВЕКМНОРСТУХІЈЅаеорсухіјѕ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧορχ"
_LATIN = "ABEKMHOPCTYXIJSaeopcyxijs" "ABEZHIKMNOPTYXopx"
LATIN = str.maketrans(_OTHER, _LATIN)
# Hyphens of every length and the minus are one to whoever types them.
HYPHENS = dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63), "-")
_FOREIGN = re.compile(f"[{_OTHER}]")
_WORD = re.compile(r"\w+")
# Any letter of the scripts above that is none of these makes the word one of that language.
_OWN = re.compile(f"[\u0370-\u03ff\u0400-\u052f](?<![{_OTHER}])")
_BASIC = re.compile("[0-9A-Za-zÀ-ỹ](?<![\u0370-\u052f])")
_FIGURES = str.maketrans("OolI|", "00111")


def latin(text: str) -> str:
    """``text`` with every look-alike of a Latin letter as that letter."""
    return text.translate(LATIN) if _FOREIGN.search(text) else text


def odd_words(text: str) -> dict[str, str]:
    """Words that mix Latin letters or figures with look-alikes of another script -> how they were meant."""
    if not _FOREIGN.search(text):
        return {}
    return {word: word.translate(LATIN) for word in _WORD.findall(text)
            if _FOREIGN.search(word) and _BASIC.search(word) and not _OWN.search(word)}


def odd_letters(text: str) -> str:
    """The look-alikes in ``text``, each once, as a message names them."""
    return ", ".join(f"«{letter}»" for letter in dict.fromkeys(_FOREIGN.findall(text)))


def figures(text: str) -> str:
    """``text`` with the letters people type for figures (O for 0, l for 1) as figures."""
    return text.translate(_FIGURES)
