"""Numbers in words, on top of num2words: cardinals, ordinals, years, digits, Roman numerals."""

from __future__ import annotations

import re
from typing import Final

NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+(?![\d,]*\d)|\d+)(?:\.\d+)?"
"""A number as news write it, with commas or without."""
TO: Final = r"\s?(?:-|–|—|\bto\b)\s?"
SCALES: Final = {
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "mln": "million",
    "mil": "million",
    "bn": "billion",
    "b": "billion", "B": "billion", "BN": "billion", "tn": "trillion", "trn": "trillion", "T": "trillion",
    "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion", "crore": "crore",
    "lakh": "lakh", "lakh crore": "lakh crore",
}  # fmt: skip
ROMAN: Final = r"(?=[IVXLC])(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?<=[IVXLC])"
MAX_DIGITS: Final = 15
"""Longer ones are identifiers, and read digit by digit."""


def cardinal(value: int, british: bool) -> str:
    """``value`` in words, "two hundred nineteen" or, the British way, "two hundred and nineteen"."""
    from num2words import num2words

    said = str(num2words(value, lang="en")).replace(",", "")
    return said if british else said.replace(" and ", " ")


def ordinal(value: int, british: bool) -> str:
    from num2words import num2words

    said = str(num2words(value, lang="en", to="ordinal")).replace(",", "")
    return said if british else said.replace(" and ", " ")


def digits(text: str) -> str:
    """The digits of ``text`` one by one."""
    return " ".join(cardinal(int(char), False) for char in text if char.isdecimal())


def number(text: str, british: bool) -> str:
    """``text``, as matched by ``NUMBER``, in words."""
    whole, _, fraction = text.replace(",", "").partition(".")
    long = len(whole) > MAX_DIGITS or (len(whole) > 1 and whole.startswith("0"))
    said = digits(whole) if long else cardinal(int(whole), british) if whole else ""
    return f"{said} point {digits(fraction)}".strip() if fraction else said


def year(value: int, british: bool) -> str:
    """``value`` as a year of this era."""
    century, rest = divmod(value, 100)
    if value < 1000 or 2000 <= value < 2010:
        return cardinal(value, british)
    if rest == 0:
        return cardinal(value, british) if century % 10 == 0 else f"{cardinal(century, british)} hundred"
    return f"{cardinal(century, british)} {two_digits(rest)}"


def two_digits(value: int) -> str:
    """The last two digits of a year, or minutes: "oh five", "thirty"."""
    return f"oh {cardinal(value, False)}" if value < 10 else cardinal(value, False)


def code(text: str) -> str:
    """A number that names something, as in Boeing 737: "seven thirty-seven"."""
    if len(text) == 3 and text[0] != "0":
        hundreds, rest = divmod(int(text), 100)
        return f"{cardinal(hundreds, False)} {two_digits(rest) if rest else 'hundred'}"
    if len(text) == 4 and "1000" <= text < "3000":
        return year(int(text), False)
    return number(text, False) if len(text) < 4 else digits(text)


def plural(said: str) -> str:
    """``said`` in the plural: "nineties", "twenty-ones", "hundreds"."""
    if said.endswith("y"):
        return said[:-1] + "ies"
    return said + ("es" if said.endswith(("x", "s")) else "s")


def multitude(text: str) -> str:
    """A power of ten in the plural, as in 10,000s: "tens of thousands"."""
    zeros = len(text.replace(",", "")) - 1
    scale = {0: "", 3: "thousands", 6: "millions", 9: "billions"}[zeros - zeros % 3]
    return " of ".join(part for part in (("", "tens", "hundreds")[zeros % 3], scale) if part)


def roman(text: str) -> int:
    """The value of a Roman numeral."""
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[char] for char in text]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def is_roman(text: str) -> bool:
    return bool(text) and re.fullmatch(ROMAN, text) is not None
