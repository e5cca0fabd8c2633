"""Sounds in the International Phonetic Alphabet, as lexicons give them to engines."""

from __future__ import annotations

import re
from typing import Final

MARKED: Final = r"\[(?P<word>[^\]]*)\]\(/(?P<ipa>[^/]+)/\)"
"""A word marked with its sound, as in ``[Kyiv](/kˈiːv/)``."""
_PHONEME: Final = re.compile(
    "(?P<stress>[ˈˌ]?)(?P<sound>(?:tʃ|dʒ|eɪ|aɪ|aʊ|ɔɪ|oʊ|əʊ|eə|ɛə|iə|ɪə|ʊə|[nlm]\u0329|.)ː?)", re.DOTALL
)
"""The longest first."""
_SILENT: Final = re.compile("[\u0361\u035c.\u203f]")
"""Ties and the dots between syllables."""
_VOWELS: Final = frozenset("aeiouyæɑɒɔəɚɛɜɝɪʊʌɐᵻøœɨ")


def parted(ipa: str) -> list[str]:
    """The phonemes of one word in ``ipa``, each with its length mark, and stress before the vowel that has it."""
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
    """``ipa`` as most British voices say it: no r but before a vowel."""
    return re.sub(rf"ɹ(?![ˈˌ]?[{''.join(sorted(_VOWELS))}])", "", ipa)
