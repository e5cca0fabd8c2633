"""What the English families of rules share: readings for templates, the full stops of abbreviations, units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from unicodedata import normalize

from narrate.languages.en import numbers
from narrate.languages.en.numbers import NUMBER, ROMAN, cardinal, code, digits, number, ordinal, two_digits, year
from narrate.languages.roman import roman
from narrate.languages.rules import Family, Reading

_NUMBERS: Final = re.compile(r"\d+")

_POWER_SIGNS: Final = {"-": "minus", "−": "minus", "+": "plus", "=": "equals"}

READINGS: Final[Mapping[str, Reading]] = {
    "text": lambda it: it.text,
    "words": lambda it: it.text.replace("-", " "),
    "letters": lambda it: spelled(it.text),
    "small_letters": lambda it: " ".join(it.text.replace(".", "")),
    # Numbers
    "number": lambda it: number("".join(normalize("NFKC", it.text).split()), it.british),
    "numbers": lambda it: " ".join(number(one, it.british) for one in _NUMBERS.findall(it.text)),
    "power": lambda it: _power(normalize("NFKC", it.text).removeprefix("^"), it.british),
    "charge": lambda it: _power(normalize("NFKC", it.text), it.british),
    "cardinal": lambda it: cardinal(int(it.text), it.british),
    "ordinal": lambda it: ordinal(int(it.text.replace(",", "")), it.british),
    "plural": lambda it: numbers.plural(code(it.text) if len(it.text) == 3 else cardinal(int(it.text), it.british)),
    "plural_century": lambda it: numbers.plural(year(int(it.text) * 100, it.british)),
    "multitude": lambda it: numbers.multitude(it.text),
    "roman": lambda it: cardinal(roman(it.text.upper()), it.british),
    "roman_ordinal": lambda it: ordinal(roman(it.text), it.british),
    # Years, and numbers that name something
    "year": lambda it: year(int(it.text), it.british),
    "short_year": lambda it: two_digits(int(it.text)) if len(it.text) == 2 else year(int(it.text), it.british),
    "two_digits": lambda it: two_digits(int(it.text)),
    "code": lambda it: code(it.text),
    "codes": lambda it: " ".join(map(code, _NUMBERS.findall(it.text))),
    "digits": lambda it: digits(it.text),
    "digit_groups": lambda it: numbers.digit_groups(it.text),
    # Amounts: "count foot" is "one foot" or "two feet", "amount foot" also "a two foot drop"
    "count": lambda it: count(it.text, it.argument, it.british),
    "amount": lambda it: (
        f"{number(it.text, it.british)} "
        + unit_name(it.argument, it.text != "1" and not describes(it.match), it.british)
    ),
    "unit_of": lambda it: unit_name(it.family.look_up(it.text, *it.argument.split()), False, it.british),
    "units_of": lambda it: unit_name(it.family.look_up(it.text, it.argument), True, it.british),
    # Letters, and numbers set low
    "formula": lambda it: " ".join(
        part.upper() if part.isalpha() else cardinal(int(normalize("NFKC", part)), it.british)
        for part in re.findall(r"[₀-₉]+|[A-Za-z]", it.text)
    ),
    # A blank between words that a table has one by one
    "each": lambda it: " ".join(it.family.look_up(word, it.argument) for word in it.text.split()),
    # "the ", unless the text has it already
    "the": lambda it: the(it.match),
    # The full stop of a sentence that ends with an abbreviation; the argument is the fragment for ``going_on``
    "stop": lambda it: full_stop(it.match, it.family.pattern(it.argument) if it.argument else None),
}
"""The ways to read a field of a template, besides tables."""

_FAMILY: Final = Family(Path(__file__).with_suffix(".toml"))
_FRAGMENTS: Final = {
    "number": NUMBER,
    "roman": ROMAN,
    **{name: _FAMILY.expand(f"{{{name}}}") for name in ("not_things", "sentence_openers")},
}


def load_family(name: str) -> Family:
    """Return a family of English rules, from the file ``name.toml``."""
    return Family(Path(__file__).with_name(f"{name}.toml"), READINGS, _FRAGMENTS)


def _power(text: str, british: bool) -> str:
    """Return a power in words: its numbers, letters and signs, without brackets."""
    parts = re.findall(r"\d+|[a-z+=−-]", text)
    return " ".join(_POWER_SIGNS.get(part) or (number(part, british) if part.isdecimal() else part) for part in parts)


def count(text: str, unit: str, british: bool) -> str:
    """Return a number with its unit: "one foot", "two feet"."""
    return f"{number(text, british)} {unit_name(unit, text != '1', british)}"


def unit_name(unit: str, is_plural: bool, british: bool) -> str:
    """Return ``unit``, given in the singular and in American spelling, as it is said."""
    if is_plural:
        measure, *rest = re.split(r"(?= (?:per|of) )", unit, maxsplit=1)
        stem, blank, noun = measure.rpartition(" ")
        plural_noun = _FAMILY.tables["plurals"].get(noun, f"{noun}s")
        measure = measure.replace("degree", "degrees") if "degree" in measure else stem + blank + plural_noun
        unit = measure + "".join(rest)
    return re.sub(r"(met|lit)er(?=s?\b)", r"\1re", unit) if british else unit


def describes(match: re.Match[str], things: bool = True) -> bool:
    """Return whether an amount stands before what it describes and so in the singular, as in "a $5 fine".

    Args:
        match: The amount.
        things: Whether any plural after it counts, as in "$5 tickets".
    """
    text = match.string
    follower = _FAMILY.pattern("follower").match(text, match.end())
    if follower is None:
        return False
    is_determined = _FAMILY.pattern("determined").search(text[max(0, match.start() - 40) : match.start()]) is not None
    if text[match.end()] == "-":
        is_rate = follower[1].split("-")[0] in ("a", "an", "per", "plus")
        return follower[1] != "to" and (not is_rate or is_determined)
    if things and _FAMILY.pattern("things").fullmatch(follower[1]):
        return True
    return is_determined and follower[1] not in _FAMILY.lists["not_nouns"]


def ends_sentence(text: str, end: int, going_on: re.Pattern[str] | None = None) -> bool:
    """Return whether a full stop before ``end`` also ends the sentence.

    It does if the next word often opens sentences. Given ``going_on``, it also does if the next word has a capital and
    does not match ``going_on``.
    """
    rest = text[end:].lstrip("\"'”’») ")
    if not rest.strip():
        return True
    word = re.match(r"\s*[A-Z][A-Za-z]*", rest)
    if word is None:
        return False
    is_opener = word[0].strip().lower() in _FAMILY.lists["sentence_openers"]
    return is_opener or bool(going_on and not going_on.match(rest.lstrip()))


def full_stop(match: re.Match[str], going_on: re.Pattern[str] | None = None) -> str:
    """Return the full stop that an abbreviation shares with the sentence, if it does."""
    return "." if match[0].endswith(".") and ends_sentence(match.string, match.end(), going_on) else ""


def the(match: re.Match[str]) -> str:
    """Return "the ", unless it stands before the match already."""
    return "" if re.search(r"\b[Tt]he\s$", match.string[: match.start()]) else "the "


def spelled(letters: str) -> str:
    """Return ``letters`` one by one, in capitals."""
    return " ".join(letter.upper() for letter in letters if letter.isalpha())
