"""Ordinals, fractions, signs before numbers, and all other numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from narrate.languages.en.numbers import NUMBER, cardinal, number, ordinal
from narrate.languages.en.speakable._rules import describes, load_family

_PART_NAMES: Final = {2: "half", 4: "quarter"}


def say_fraction_sign(match: re.Match[str], british: bool) -> str:
    """Return the words of ½ and 2½."""
    count, whole = map(int, unicodedata.normalize("NFKD", match["sign"]).split("\u2044"))
    return _fraction_in_words(match, count, whole, british)


def say_raised_fraction(match: re.Match[str], british: bool) -> str | None:
    """Return the words of ¹/₂ and 3¹⁄₂; None for a denominator of zero."""
    count, whole = (int(unicodedata.normalize("NFKC", match[name])) for name in ("count", "of"))
    return _fraction_in_words(match, count, whole, british) if whole else None


def say_fraction(match: re.Match[str], british: bool) -> str | None:
    """Return the words of 3/4, 100/1 and 8/10; None if it is no fraction."""
    count, whole = int(match["count"]), int(match["of"])
    if whole == 0:
        return None
    if not match["whole"] and (link := _link(count, whole, match)):
        return f"{cardinal(count, british)}{link}{cardinal(whole, british)}"
    if whole == 1:
        return None
    is_majority = count > 1 and describes(match, things=False)  # "a 2/3 majority"
    return _fraction_in_words(match, count, whole, british, is_tied=is_majority)


def _link(count: int, whole: int, match: re.Match[str]) -> str:
    """What is said for the slash between two numbers that are not a fraction: odds, shares, marks out of ten."""
    if count + whole == 100 or count == whole == 20:
        return " "
    if whole >= 40 and 80 <= count <= 250 and count > whole:
        return " over "  # blood pressure
    if count > whole:
        return " for " if count >= 50 and 1 < whole <= 10 else " to "
    is_rating = re.match(r"\s(?:stars?|points)\b", match.string[match.end() : match.end() + 8])
    if match["th"] or (count == 1 and whole != 1 and not is_rating):
        return ""
    return " out of " if is_rating or whole == 10 or whole > 16 or count == whole else ""


def _fraction_in_words(match: re.Match[str], count: int, whole: int, british: bool, *, is_tied: bool = False) -> str:
    """A fraction, also after a whole number, after an article, or before a hyphen ("tied")."""
    name = _PART_NAMES.get(whole) or ordinal(whole, british)
    if not match["whole"] and (is_tied or match["tied"] is not None):
        if whole in _PART_NAMES:
            return name if count == 1 else f"{cardinal(count, british)}-{name}"
        return _parts(count, name, british).replace(" ", "-")
    said = _parts(count, name, british)
    if match["whole"]:
        if count == 1:
            said = re.sub(r"^one (?=half|quarter|\w+h$)", "a ", said)
        said = f"{number(match['whole'], british)} and {re.sub('^a (?=e)', 'an ', said)}"
    elif re.search(r"\b[Aa]\s$", match.string[: match.start()]):
        said = said.removeprefix("one ")  # a 1/2 mile: "a half mile"
    return said.replace(" ", "-") if match["tied"] is not None else said


def _parts(count: int, name: str, british: bool) -> str:
    """Return a number of parts: "one half", "three quarters"."""
    if count == 1:
        return f"{cardinal(count, british)} {name}"
    return f"{cardinal(count, british)} {'halves' if name == 'half' else f'{name}s'}"


def say_any_number(match: re.Match[str], british: bool) -> str:
    """Return a number, apart from letters that it is written with."""
    text, start, end = match.string, match.start(), match.end()
    before, after = text[start - 1 : start], text[end : end + 1]
    if re.fullmatch(NUMBER, match[0]):
        said = number(match[0], british)
    else:
        parts = re.split(r"([.,])", match[0])
        said = "".join({".": " point ", ",": ", "}.get(part) or number(part, british) for part in parts)
    return (" " if before.isalpha() else "") + said + (" " if after.isalpha() else "")


RULES: Final = load_family("counts").rules(globals())
