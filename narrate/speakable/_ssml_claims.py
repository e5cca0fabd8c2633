"""What the source itself claims of its words, by SSML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from narrate.languages.en.speakable import say_as
from narrate.languages.rules import MASK
from narrate.speakable._claims import Claim, mask
from narrate.types import Reading


def claims_of_readings(text: str, masked: str, readings: Sequence[Reading], british: bool) -> tuple[list[Claim], str]:
    """Apply the SSML hints to ``text``. Return the claims and the text with the claimed characters masked.

    The first of two overlapping hints counts. A hint that begins or ends within a silent stretch is ignored.
    """
    claims: list[Claim] = []
    last_end = 0
    for reading in readings:
        words = text[reading.start : reading.end]
        edges = masked[max(0, reading.start - 1) : reading.start + 1], masked[reading.end - 1 : reading.end + 1]
        if reading.start < last_end or not words or MASK * 2 in edges:
            continue
        said = _said(reading, words, british)
        if said is not None:
            sound = reading.value if reading.how == "phoneme" else ""
            claims.append(Claim(reading.start, reading.end, said, sound))
            masked = mask(masked, reading.start, reading.end)
            last_end = reading.end
    return claims, masked


def _said(reading: Reading, words: str, british: bool) -> str | None:
    """Return the words for a hint; None if the rules are to decide."""
    match reading.how:
        case "sub":
            return reading.value
        case "phoneme":
            return words
        case "lang":  # the rules for English abbreviations do not apply to foreign words
            return words if re.fullmatch(r"[^\W\d_]+(?:[\s'’-][^\W\d_]+)*", words) else None
        case _:
            kind, _, form = reading.value.lower().partition(":")
            return say_as(words, kind, form, british=british)
