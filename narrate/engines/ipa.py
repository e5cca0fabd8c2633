"""Pronunciations in the International Phonetic Alphabet, as the pronunciation lexicon gives them to engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

MARKED: Final = r"\[(?P<word>[^\]]*)\]\(/(?P<ipa>[^/]+)/\)"  # a word marked with its sound, as in `[Kyiv](/kˈiːv/)`
_PHONEME: Final = re.compile(  # longer symbols come before their parts
    "(?P<stress>[ˈˌ]?)(?P<sound>(?:tʃ|dʒ|eɪ|aɪ|aʊ|ɔɪ|oʊ|əʊ|eə|ɛə|iə|ɪə|ʊə|[nlm]\u0329|.\u0303?)ː?)", re.DOTALL
)
_SILENT: Final = re.compile("[\u0361\u035c.\u203f]")  # ties and the dots between syllables
_VOWELS: Final = frozenset("aeiouyæɑɒɔəɚɛɜɝɪʊʌɐᵻøœɨ")


def split_marks(text: str, pattern: str = MARKED) -> Iterator[tuple[str, re.Match[str] | None, int]]:
    """Yield the words of a text, their match if they are marked, and their offset in the text without the marks."""
    at = offset = 0
    for match in re.finditer(pattern, text):
        yield text[at : match.start()], None, offset
        offset += match.start() - at
        word = match[0] if match["ipa"] is None else match["word"]
        yield word, match, offset
        offset += len(word)
        at = match.end()
    yield text[at:], None, offset


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
