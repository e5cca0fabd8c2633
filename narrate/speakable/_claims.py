"""Claims: stretches of the source and what to say for them, as rules, a pronunciation lexicon or SSML have it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from narrate.languages.codes import language_code
from narrate.languages.en.speakable import POSSESSIVE, parts_of_speech, possessive_sound
from narrate.languages.rules import MASK, Rule
from narrate.speakable._foreign import FOREIGN_NAME
from narrate.types import LexiconEntry, PronunciationLexicon, Reading


class Claim(NamedTuple):
    """What to say for a stretch of the source."""

    start: int
    end: int
    words: str
    ipa: str = ""
    """The sound of it, if a lexicon or the source gives it."""
    language: str = ""
    """The language of its words, if the source says that it is another one."""


def mask(masked: str, start: int, end: int) -> str:
    """Return the text with a stretch masked, so that no later rule reads it."""
    return masked[:start] + MASK * (end - start) + masked[end:]


def apply_rules(masked: str, rules: Iterable[Rule], british: bool, claims: list[Claim]) -> str:
    """Apply ``rules`` in order, add what they claim to ``claims``, and return the text with that masked too."""
    for rule in rules:
        taken = []
        for match in rule.pattern.finditer(masked):
            words = rule.say(match, british)
            if words is not None:
                taken.append(Claim(*match.span(rule.group), words))
        claims += taken
        if taken:
            masked = _mask_all(masked, taken)
    return masked


def _mask_all(masked: str, claims: Sequence[Claim]) -> str:
    """Return the text with the stretches of ``claims``, which are in order, masked. The cost is that of one copy."""
    parts, at = [], 0
    for claim in claims:
        parts += [masked[at : claim.start], MASK * (claim.end - claim.start)]
        at = claim.end
    return "".join(parts) + masked[at:]


def claims_of_lexicon(
    text: str, masked: str, lexicon: PronunciationLexicon, language: str = "en"
) -> tuple[list[Claim], str]:
    """Apply the entries of ``lexicon``. Return the claims and the text with the claimed characters masked.

    An entry for a part of speech claims only words that ``text`` shows to be that, and none in languages other than
    English. In English, a word with a sound may have an 's.
    """
    in_english = is_english(language)
    claims: list[Claim] = []
    folded = text.casefold()
    for entry in lexicon.entries:
        if entry.word.casefold() not in folded:
            continue  # this rules most entries out without compiling a pattern
        for start, end in [match.span() for match in entry.pattern.finditer(masked)]:
            if entry.pos and not (in_english and entry.pos in parts_of_speech(text, start, end)):
                continue
            claims.append(_claim(entry, text, start, end, may_possess=in_english))
            masked = mask(masked, start, claims[-1].end)
    return claims, masked


def _claim(entry: LexiconEntry, text: str, start: int, end: int, *, may_possess: bool) -> Claim:
    words = entry.alias or text[start:end]
    possessive = POSSESSIVE.match(text, end) if entry.ipa and may_possess else None
    if possessive is None:
        return Claim(start, end, words, entry.ipa)
    return Claim(start, possessive.end(), words + possessive[0], possessive_sound(entry.ipa))


def claims_of_readings(
    text: str, masked: str, readings: Sequence[Reading], language: str, say: Callable[[str, str, str], str | None]
) -> tuple[list[Claim], str]:
    """Apply the SSML hints to ``text``. Return the claims and the text with the claimed characters masked.

    The first of two overlapping hints counts. A hint that begins or ends within a silent stretch is ignored. ``say``
    returns the words for the content of an element ``say-as``, its kind and its format.
    """
    claims: list[Claim] = []
    last_end = 0
    for reading in readings:
        words = text[reading.start : reading.end]
        edges = masked[max(0, reading.start - 1) : reading.start + 1], masked[reading.end - 1 : reading.end + 1]
        if reading.start < last_end or not words or MASK * 2 in edges:
            continue
        said = _said(reading, words, say)
        if said is not None:
            sound = reading.value if reading.how == "phoneme" else ""
            is_foreign = reading.how == "lang" and language_code(reading.value) != language_code(language)
            foreign = reading.value if is_foreign else ""
            claims.append(Claim(reading.start, reading.end, said, sound, foreign))
            masked = mask(masked, reading.start, reading.end)
            last_end = reading.end
    return claims, masked


def is_english(tag: str) -> bool:
    """Return whether a BCP 47 tag is that of a variety of English."""
    return tag.lower().partition("-")[0] == "en"


def _said(reading: Reading, words: str, say: Callable[[str, str, str], str | None]) -> str | None:
    """Return the words for a hint; None if the rules are to decide."""
    match reading.how:
        case "sub":
            return reading.value
        case "phoneme":
            return words
        case "lang":  # the rules for English abbreviations do not apply to foreign words
            is_latin = re.fullmatch(r"[^\W\d_]+(?:[\s'’-][^\W\d_]+)*", words) and not FOREIGN_NAME.search(words)
            return words if is_latin else None
        case _:
            kind, _, form = reading.value.lower().partition(":")
            return say(words, kind, form)
