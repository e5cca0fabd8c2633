"""Letters of other scripts inside text in Latin letters: names are spoken by transliteration."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.rules import Rule

_WORD: Final = re.compile(
    r"[^\W\d_\u0000-\u02ff\u1d00-\u218f\u2460-\u24ff]"
    r"[^\s\d\u0000-\u02ff\u1d00-\u218f\u2190-\u2bff\u3000-\u3004\u3008-\u303f\ue000-\uf8ff\ufe00-\ufe0f\uff00-\uff20]*"
)
"""A word whose letters are neither Latin nor phonetic. Signs on its letters count, and so do those between them."""
_WITHOUT_VOWELS: Final = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""A letter of Hebrew, Arabic and related scripts, which are written without most vowels."""
_SYLLABLES: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Between two syllables of Chinese or Korean, each of which the transliteration begins with a capital."""
_CONSONANTS: Final = re.compile(r"((?:[cdgkpstz]h|[bcdfghjklmnpqrstvwxz]))(?=[bcdfghjklmnpqrstvwxz])", re.IGNORECASE)


def transliterate(word: str) -> str:
    """Return a word of another script in Latin letters.

    Args:
        word: A word, which may have several syllables.

    Returns:
        Letters and blanks that an English voice can say. Scripts that leave out vowels get an "a" between consonants.
    """
    from anyascii import anyascii

    latin = re.sub(r"[^A-Za-z -]", "", anyascii(word))
    if _WITHOUT_VOWELS.search(word):
        latin = _CONSONANTS.sub(r"\1a", latin)
    return " ".join(_SYLLABLES.sub(" ", latin).split())


def _say_word(match: re.Match[str], _: bool) -> str | None:
    """Return the transliteration, apart from letters and digits around it; None if there is none."""
    said = transliterate(match[0])
    text, start, end = match.string, match.start(), match.end()
    before, after = text[start - 1 : start], text[end : end + 1]
    return " " * before.isalnum() + said + " " * after.isalnum() if said else None


FOREIGN: Final = Rule(_WORD.pattern, _say_word)
"""Applies after the rules of a language that is written in Latin letters."""
FOREIGN_NAME: Final = re.compile(rf"(?:{_WORD.pattern})(?: (?:{_WORD.pattern}))*")
"""Several such words in a row."""
