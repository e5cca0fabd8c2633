"""What a lexicon says of the words in a text."""

from __future__ import annotations

import re
from typing import Final

from narrate.speakable.parts import parts_of_speech
from narrate.speakable.rules import MASK
from narrate.types import LexiconEntry, PronunciationLexicon

Claim = tuple[int, int, str, str]
"""Start and end in the source, what to say there, and how it sounds, in IPA, where a lexicon says so."""

_POSSESSIVE: Final = re.compile(r"['’]s(?!\w)")
_HISSING: Final = ("s", "z", "ʃ", "ʒ")
_VOICELESS: Final = ("p", "t", "k", "f", "θ", "x")


def by_lexicon(text: str, masked: str, lexicon: PronunciationLexicon) -> tuple[list[Claim], str]:
    """What the entries of ``lexicon`` claim of ``masked``, which is ``text`` but for what is read already; and what is
    left of it.

    An entry for a part of speech takes only words of which ``text`` shows that they are that. A word whose sound is
    given may have an 's.
    """
    claims: list[Claim] = []
    folded = text.casefold()
    for entry in lexicon.entries:
        if entry.word.casefold() not in folded:
            continue  # most are: that is told without a pattern
        for start, end in [match.span() for match in entry.pattern.finditer(masked)]:
            if entry.pos and entry.pos not in parts_of_speech(text, start, end):
                continue
            claim = _claim(entry, text, start, end)
            claims.append(claim)
            masked = masked[:start] + MASK * (claim[1] - start) + masked[claim[1] :]
    return claims, masked


def _claim(entry: LexiconEntry, text: str, start: int, end: int) -> Claim:
    words = entry.alias or text[start:end]
    owned = _POSSESSIVE.match(text, end) if entry.ipa else None
    if owned is None:
        return start, end, words, entry.ipa
    sound = entry.ipa.rstrip("ː")
    ending = "ɪz" if sound.endswith(_HISSING) else "s" if sound.endswith(_VOICELESS) else "z"
    return start, owned.end(), words + owned[0], entry.ipa + ending
