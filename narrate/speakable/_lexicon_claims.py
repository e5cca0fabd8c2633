"""What a pronunciation lexicon claims of a text."""

from __future__ import annotations

from narrate.languages.en.speakable import POSSESSIVE, parts_of_speech, possessive_sound
from narrate.speakable._claims import Claim, mask
from narrate.types import LexiconEntry, PronunciationLexicon


def claims_of_lexicon(text: str, masked: str, lexicon: PronunciationLexicon) -> tuple[list[Claim], str]:
    """Apply the entries of ``lexicon``. Return the claims and the text with the claimed characters masked.

    An entry for a part of speech claims only words that ``text`` shows to be that. A word with a sound may have an 's.
    """
    claims: list[Claim] = []
    folded = text.casefold()
    for entry in lexicon.entries:
        if entry.word.casefold() not in folded:
            continue  # this rules most entries out without compiling a pattern
        for start, end in [match.span() for match in entry.pattern.finditer(masked)]:
            if entry.pos and entry.pos not in parts_of_speech(text, start, end):
                continue
            claims.append(_claim(entry, text, start, end))
            masked = mask(masked, start, claims[-1].end)
    return claims, masked


def _claim(entry: LexiconEntry, text: str, start: int, end: int) -> Claim:
    words = entry.alias or text[start:end]
    possessive = POSSESSIVE.match(text, end) if entry.ipa else None
    if possessive is None:
        return Claim(start, end, words, entry.ipa)
    return Claim(start, possessive.end(), words + possessive[0], possessive_sound(entry.ipa))
