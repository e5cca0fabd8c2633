"""What the source itself says, by SSML, of how its words are to be said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from narrate.speakable import times
from narrate.speakable.entries import Claim
from narrate.speakable.numerals import NUMBER, cardinal, digits, number, ordinal, year
from narrate.speakable.rules import MASK
from narrate.types import Reading

SPELLED: Final = ("characters", "spell-out", "verbatim")


def by_readings(text: str, masked: str, readings: Sequence[Reading], british: bool) -> tuple[list[Claim], str]:
    """What ``readings`` claim of ``text``, and ``masked``, what is left of it for the rules, less that.

    The first of two that overlap counts; one that cuts through what is silent does not.
    """
    claims, place = list[Claim](), 0
    for reading in readings:
        words = text[reading.start : reading.end]
        edges = masked[max(0, reading.start - 1) : reading.start + 1], masked[reading.end - 1 : reading.end + 1]
        if reading.start < place or not words or MASK * 2 in edges:
            continue
        said = _said(reading, words, british)
        if said is not None:
            claims.append((reading.start, reading.end, said, reading.value if reading.how == "phoneme" else ""))
            masked = masked[: reading.start] + MASK * len(words) + masked[reading.end :]
            place = reading.end
    return claims, masked


def _said(reading: Reading, words: str, british: bool) -> str | None:
    """The words for a reading; None where the rules are to decide."""
    match reading.how:
        case "sub":
            return reading.value
        case "phoneme":
            return words
        case "lang":  # no rule of English takes foreign words for abbreviations
            return words if re.fullmatch(r"[^\W\d_]+(?:[\s'’-][^\W\d_]+)*", words) else None
        case _:
            return _say_as(words, *reading.value.lower().partition(":")[::2], british=british)


def _say_as(words: str, kind: str, form: str, *, british: bool) -> str | None:
    plain = words.replace(",", "").strip()
    if kind in SPELLED:
        letters = [
            cardinal(int(char), british) if char.isdecimal() else char.upper() for char in plain if char.isalnum()
        ]
        return " ".join(letters) or None
    if kind in ("digits", "telephone") and any(map(str.isdecimal, plain)):
        return ", ".join(digits(group) for group in re.findall(r"[0-9]+", plain)) or None
    if kind in ("cardinal", "number") and re.fullmatch(NUMBER, plain):
        return number(plain, british)
    if kind == "ordinal" and re.fullmatch(r"[0-9]{1,15}(?:st|nd|rd|th)?", plain):
        return ordinal(int(plain.rstrip("stndrh")), british)
    if kind == "date" and form in ("y", "yyyy") and re.fullmatch("[0-9]{4}", plain):
        return year(int(plain), british)
    if kind == "date" and form.startswith(("d", "m")):
        return _date(plain, form.startswith("d"), british)
    return None


def _date(words: str, day_first: bool, british: bool) -> str | None:
    match = re.fullmatch(r"(?P<one>[0-9]{1,2})[/.-](?P<two>[0-9]{1,2})[/.-](?P<year>[0-9]{4}|[0-9]{2})", words)
    return times.numeric_date(match, day_first=day_first, british=british) if match else None
