"""Pronunciations in the International Phonetic Alphabet, as the pronunciation lexicon gives them to engines."""

from __future__ import annotations

import re
from typing import Final

MARKED: Final = r"\[(?P<word>[^\]]*)\]\(/(?P<ipa>[^/]+)/\)"
"""A word marked with its sound, as in ``[Kyiv](/kˈiːv/)``."""
_PHONEME: Final = re.compile(
    "(?P<stress>[ˈˌ]?)(?P<sound>(?:tʃ|dʒ|eɪ|aɪ|aʊ|ɔɪ|oʊ|əʊ|eə|ɛə|iə|ɪə|ʊə|[nlm]\u0329|.)ː?)", re.DOTALL
)
"""Longer symbols come before their parts."""
_SILENT: Final = re.compile("[\u0361\u035c.\u203f]")
"""Ties and the dots between syllables."""
_VOWELS: Final = frozenset("aeiouyæɑɒɔəɚɛɜɝɪʊʌɐᵻøœɨ")


def split_phonemes(ipa: str) -> list[str]:
    """Return the phonemes of one word, each with its length mark, and stress marks before the vowel that has them."""
    phonemes, stress = [], ""
    for match in _PHONEME.finditer(_SILENT.sub("", ipa)):
        stress = match["stress"] or stress
        if match["sound"][0] in _VOWELS:
            phonemes.append(stress + match["sound"])
            stress = ""
        else:
            phonemes.append(match["sound"])
    return phonemes


def non_rhotic(ipa: str) -> str:
    """Return ``ipa`` with r before vowels only, as most British voices speak."""
    return re.sub(rf"ɹ(?![ˈˌ]?[{''.join(sorted(_VOWELS))}])", "", ipa)
