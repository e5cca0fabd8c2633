"""English number words, on top of num2words: cardinals, ordinals, years, digits."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from narrate.languages.numerals import MAX_DIGITS

NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+(?![\d,]*\d)|\d{1,2}(?:,\d\d)+,\d{3}(?![\d,]*\d)|\d+)(?:\.\d+)?"
"""Pattern of a number as news articles write it, with or without separators of thousands, or of lakhs and crores."""
ROMAN: Final = r"(?=[IVXLC])(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?<=[IVXLC])"
"""Pattern of a Roman numeral below 400."""
_INDIAN: Final = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}(?!\d)")
"""A number with the grouping of India, as in 12,34,567."""


@lru_cache(maxsize=1024)
def _words(value: int, form: str, british: bool) -> str:
    from num2words import num2words

    said = str(num2words(value, lang="en", to=form)).replace(",", "")
    return said if british else said.replace(" and ", " ")


def cardinal(value: int, british: bool) -> str:
    """Return ``value`` in words: "two hundred nineteen", or "two hundred and nineteen" in British English."""
    return _words(value, "cardinal", british)


def ordinal(value: int, british: bool) -> str:
    """Return ``value`` as an ordinal number: "two hundred nineteenth"."""
    return _words(value, "ordinal", british)


def digits(text: str) -> str:
    """Return the digits of ``text`` one by one: "nine one one"."""
    return " ".join(cardinal(int(char), False) for char in text if char.isdecimal())


def digit_groups(text: str) -> str:
    """Return the digits of ``text`` one by one, with a pause at each sign between them: "one, two five zero"."""
    return ", ".join(map(digits, re.findall(r"\d+", text)))


def number(text: str, british: bool) -> str:
    """Return a number as matched by ``NUMBER`` in words.

    Numbers with leading zeros and numbers of more than ``MAX_DIGITS`` digits are read digit by digit.
    """
    whole, _, fraction = text.replace(",", "").partition(".")
    if _INDIAN.match(text) and len(whole) <= MAX_DIGITS:
        said = _with_lakhs(int(whole), british)
    elif len(whole) > MAX_DIGITS or (len(whole) > 1 and whole.startswith("0")):
        said = digits(whole)
    else:
        said = cardinal(int(whole), british) if whole else ""
    return f"{said} point {digits(fraction)}".strip() if fraction else said


def _with_lakhs(value: int, british: bool) -> str:
    """Return a number in crores (ten millions), lakhs (hundred thousands) and the rest."""
    crores, rest = divmod(value, 10_000_000)
    lakhs, rest = divmod(rest, 100_000)
    parts = ((crores, " crore"), (lakhs, " lakh"), (rest, ""))
    return " ".join(f"{cardinal(part, british)}{scale}" for part, scale in parts if part) or cardinal(0, british)


def year(value: int, british: bool) -> str:
    """Return ``value`` as a year: "nineteen oh five", "two thousand five"."""
    century, rest = divmod(value, 100)
    if value < 1000 or 2000 <= value < 2010 or (rest == 0 and century % 10 == 0):
        return cardinal(value, british)
    return f"{cardinal(century, british)} {two_digits(rest) if rest else 'hundred'}"


def two_digits(value: int) -> str:
    """Return the last two digits of a year, or minutes: "oh five", "thirty"."""
    return f"oh {cardinal(value, False)}" if value < 10 else cardinal(value, False)


def code(text: str) -> str:
    """Return a number that names something, such as the 737 of Boeing 737: "seven thirty-seven"."""
    if len(text) == 3 and text[0] != "0":
        hundreds, rest = divmod(int(text), 100)
        return f"{cardinal(hundreds, False)} {two_digits(rest) if rest else 'hundred'}"
    if len(text) == 4 and "1000" <= text < "3000":
        return year(int(text), False)
    return number(text, False) if len(text) < 4 else digits(text)


def plural(said: str) -> str:
    """Return a number word in the plural: "nineties", "twenty-ones", "hundreds"."""
    if said.endswith("y"):
        return said[:-1] + "ies"
    return said + ("es" if said.endswith(("x", "s")) else "s")


def multitude(text: str) -> str:
    """Return a power of ten in the plural: "tens of thousands" for 10,000."""
    zeros = len(text.replace(",", "")) - 1
    scale = {0: "", 3: "thousands", 6: "millions", 9: "billions"}[zeros - zeros % 3]
    return " of ".join(part for part in (("", "tens", "hundreds")[zeros % 3], scale) if part)
