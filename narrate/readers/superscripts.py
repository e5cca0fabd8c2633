"""Raised and lowered text as plain characters: powers, ordinals, fractions and formulas; or it is the mark of a note.

A raised number is a power only where a power can stand: behind 10, a unit, a variable or a formula in brackets. Behind
a word, a sentence or a count it is the mark of a note: a count must not be read with the number of a note, while the
mark of a note that is not read is still listed.
"""

from __future__ import annotations

import re
from typing import Final

_RAISED: Final = str.maketrans("0123456789+-−–=()nix", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱˣ")
_LOWERED: Final = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_SYMBOLS: Final = {"TM": "™", "SM": "℠", "R": "®", "(R)": "®", "(C)": "©"}
"""Raised letters that stand for one character."""
_VULGAR: Final = {
    "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "2/5": "⅖", "3/5": "⅗", "4/5": "⅘",
    "1/6": "⅙", "5/6": "⅚", "1/8": "⅛", "3/8": "⅜", "5/8": "⅝", "7/8": "⅞",
}  # fmt: skip
_NOTE: Final = re.compile(
    r"\[[^\[\]]{0,40}\]|\([a-z\d]{1,3}\)|\d{0,3}[*†‡§¶#]+|\d{1,3}(?:\s*[,;–-]\s*\d{1,3})+|\d{1,3}[,;)]|[,;]"
)
"""What only the mark of a note looks like: ``[3]``, ``[citation needed]``, ``*``, ``1, 2`` or ``1-3``."""
_ROMAN: Final = re.compile(r"(?=[ivx]{2})x{0,3}(?:ix|iv|v?i{0,3})")
_MASS_NUMBER: Final = re.compile(r"[1-9]\d{1,2}")
_NUMBER: Final = re.compile(r"[+−–-]?\d{1,3}")
_DECIMAL: Final = re.compile(r"[+−–-]?\d{0,3}\.\d{1,3}")
_FORMULA: Final = re.compile(r"[+−–-]?[\dnx()+−–-]{0,9}[nx][\dnx()+−–-]{0,9}")
_CHARGE: Final = re.compile(r"\d?[+−–-]")
_ORDINAL: Final = re.compile(r"(?:st|nd|rd|th|er|re|ère|e|ème|eme|de|des|o|os|as)\.?", re.IGNORECASE)
_AFTER_ROMAN: Final = re.compile(r"e|er|re|ère|ème|eme|o|a|es", re.IGNORECASE)
_ROMAN_BEFORE: Final = re.compile(r"(?<![^\W_])[IVXLCDM]{1,7}$")
_ORDINAL_LANGUAGES: Final = frozenset(("ca", "es", "gl", "it", "pt"))
"""Languages that write ordinals and abbreviations with a raised o or a: 3.ª planta, n.º 12, D.ª Ana."""
_BEFORE_INDICATOR: Final = re.compile(
    r"(?:(?<![\d.,])\d{1,3}\.?|(?<![^\W_])[^\W\d_]{1,4}\.|(?<![^\W_])n)$", re.IGNORECASE
)
_NUMBER_SIGN_BEFORE: Final = re.compile(r"(?<![^\W_])[nN]$")
_INDICATORS: Final = {"o": "º", "a": "ª", "os": "os", "as": "as"}
_FRACTION: Final = re.compile(r"(\d{1,3})\s*[/⁄∕]\s*(\d{1,3})")
_UNIT: Final = re.compile(r"(?<![^\W\d_])[kcdmµμn]?m$|(?:\d\s?|/|\bper )(?:in|ft|mi|yd|s)$")
_VARIABLE: Final = re.compile(r"(?<![^\W_])[^\W\d_]$|[=+×·*/(−]\s*[^\W\d_]{1,3}$")
_FORMULA_IN_BRACKETS: Final = re.compile(r"\([^()]*[=+×·*/^−–-][^()]*\)$")
_ION: Final = re.compile(
    r"(?<![^\W_])(?:H|H3O|Li|Na|K|Ag|Cu|Mg|Ca|Ba|Zn|Fe|Al|Pb|Cr|Mn|Ni|Co|Cl|Br|I|F|OH|NH4|NO3|SO4|CO3|HCO3|PO4)$"
)
_ELEMENT: Final = r"(?:H|He|Li|Be|C|N|O|F|Al|P|S|Cl|K|Fe|Co|Ga|Sr|Mo|Tc|I|Xe|Cs|Lu|Po|Rn|Ra|Th|U|Pu|Am)"
"""The chemical elements whose isotopes are in the news."""
_ISOTOPE: Final = re.compile(rf"{_ELEMENT}(?![^\W\d_])")
_ELEMENT_BEFORE: Final = re.compile(rf"(?<![^\W_]){_ELEMENT}$")
_NUMBER_BEFORE: Final = re.compile(r"(?<![\d.,])\d+$")
_PRICE_BEFORE: Final = re.compile(r"[$£€¥]\s?\d[\d,]*$")
_CENTS: Final = re.compile(r"\d\d")
_DEGREES_AFTER: Final = re.compile(r"\s?[CF]\b")
_FORMULA_BEFORE: Final = re.compile(r"[=+×·^<>≤≥−]\s*[^\W_]+$")
_BASE: Final = re.compile(r"(?:(?<![\d.,])\d+|(?<![^\W_])[^\W\d_]{1,2}|[)²³])$")
"""What has a power in a formula: a number, a variable, or a bracket."""
_FORMULA_AFTER: Final = re.compile(r"\s*(?:[=+×·*/^<>≤≥−]|-\s*\d|(?:equals|times|plus|minus)\b)")
_ABBREVIATED_BEFORE: Final = re.compile(r"(?<![^\W_])(?:[A-Z][a-z]?|n)$")
_NOUN_AFTER: Final = re.compile(r"\s+[a-z]{3}")
_MAX_CONTEXT: Final = 80
_MIN_POWER, _MIN_POWER_OF_TEN, _MIN_POWER_OF_TWO = 2, 3, 8
_MIN_ISOTOPE = 10
"""A source with notes has no isotopes with a lower mass number."""


def superscript(before: str, text: str, after: str, *, has_notes: bool = False, language: str = "") -> str | None:
    """Return the characters to put in the place of raised text; None if it is the mark of a note.

    Args:
        before: The text of the paragraph before it.
        text: The raised text.
        after: The text of the paragraph behind it.
        has_notes: Whether the source has notes with raised numbers.
        language: ISO 639 code of the source's language, if the source states it.
    """
    before, raised = before[-_MAX_CONTEXT:], " ".join(text.split())
    if fraction := _FRACTION.fullmatch(raised):
        return as_fraction(before, *fraction.groups())
    if _CHARGE.fullmatch(raised) and _ION.search(before):
        return raised.translate(_RAISED)
    if before[-1:].isdigit() and raised in ("o", "0", "º", "°") and _DEGREES_AFTER.match(after):
        return "°"
    if _NOTE.fullmatch(raised):
        return None
    if language in _ORDINAL_LANGUAGES and raised in _INDICATORS and _BEFORE_INDICATOR.search(before):
        return _INDICATORS[raised]
    if language == "fr" and raised == "o" and _NUMBER_SIGN_BEFORE.search(before):
        return _INDICATORS[raised]
    if _MASS_NUMBER.fullmatch(raised) and _ELEMENT_BEFORE.search(before):
        return f"-{raised}"
    if _NUMBER.fullmatch(raised):
        is_power = _is_power(before, raised, after, has_notes=has_notes)
        is_price = _PRICE_BEFORE.search(before) and _CENTS.fullmatch(raised)
        power = raised.translate(_RAISED) if is_power else None
        return f".{raised}" if is_price else power
    return _raised_words(before, raised, after)


def power(text: str) -> str:
    """Return what is known to be a power as raised characters, or behind a caret if there are none for it."""
    characters = "".join(text.split())
    can_be_raised = all(ord(character) in _RAISED for character in characters)
    return characters.translate(_RAISED) if can_be_raised else f"^{characters}"


def subscript(before: str, text: str) -> str:
    """Return the characters to put in the place of lowered text: digits behind a letter stay (H2O)."""
    lowered = " ".join(text.split())
    is_index = before[-1:].isdigit() and lowered.isdigit()
    return lowered.translate(_LOWERED) if is_index else lowered


def as_fraction(before: str, numerator: str, denominator: str) -> str:
    """Return a fraction as one character, or with a blank between it and a whole number ``before`` it."""
    written = f"{numerator}/{denominator}"
    blank = " " if before[-1:].isdigit() else ""
    return _VULGAR.get(written) or f"{blank}{written}"


def _is_power(before: str, raised: str, after: str, *, has_notes: bool) -> bool:
    """Return whether a raised number is a power, or the mass number of an isotope; otherwise it is a note."""
    is_behind_base = before[-1:].isalnum() or before[-1:] == ")"
    if not raised.isdigit():
        return is_behind_base
    exponent = int(raised)
    if not before[-1:].strip():
        is_likely = bool(before) and (not has_notes or exponent >= _MIN_ISOTOPE)
        return is_likely and _ISOTOPE.match(after) is not None
    if exponent < _MIN_POWER:
        return False
    if _FORMULA_BEFORE.search(before) or _FORMULA_AFTER.match(after):
        return _BASE.search(before) is not None
    if _UNIT.search(before) or _FORMULA_IN_BRACKETS.search(before):
        return True
    if _VARIABLE.search(before):
        return before[-1] == "R" or (before[-1].islower() and before[-1] != "a")
    number = _NUMBER_BEFORE.search(before)
    if number is None:
        return False
    if (number[0] == "10" and exponent >= _MIN_POWER_OF_TEN) or (number[0] == "2" and exponent >= _MIN_POWER_OF_TWO):
        return True
    return len(number[0]) == 1 and not has_notes and not _NOUN_AFTER.match(after)


def _raised_words(before: str, raised: str, after: str) -> str | None:
    """Return raised letters: a symbol, an ordinal, an abbreviation, a power; None for the letter of a note."""
    if before[-1:].isalnum() and raised in _SYMBOLS:
        return _SYMBOLS[raised]
    if before[-1:].isdigit() and _ORDINAL.fullmatch(raised):
        return raised
    if _AFTER_ROMAN.fullmatch(raised) and _ROMAN_BEFORE.search(before):
        return raised
    can_be_base = before[-1:].isdigit() or before[-1:] == ")" or _VARIABLE.search(before)
    if can_be_base and _FORMULA.fullmatch(raised):
        return raised.translate(_RAISED)
    if can_be_base and _DECIMAL.fullmatch(raised):
        return f"^{raised}"
    is_abbreviation = _ABBREVIATED_BEFORE.search(before) is not None
    if _ROMAN.fullmatch(raised) and before[-1:].isalpha() and not after[:1].isalpha():
        return None
    if len(raised) == 1 and raised.isalpha():
        return raised if is_abbreviation or after[:1].isalpha() else None
    blank = " " if before[-1:].isalnum() and raised[:1].isalnum() and not is_abbreviation else ""
    return f"{blank}{raised}"
