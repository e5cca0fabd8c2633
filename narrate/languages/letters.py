"""Compare spellings of a name: letters without their accents, and words that differ by one letter."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["first_difference", "is_one_letter_off", "without_accents"]

_UNDIVIDED: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "ð": "d", "ø": "o", "þ": "th", "đ": "d", "ı": "i", "ł": "l", "œ": "oe"}
    | {"Æ": "Ae", "Ð": "D", "Ø": "O", "Þ": "Th", "Đ": "D", "Ł": "L", "Œ": "Oe"}
)
"""Letters that Unicode does not decompose into a plain letter and a mark -> how plain letters write them."""


def without_accents(text: str) -> str:
    """Return a text with plain letters in the place of those with accents, and of ligatures such as ``æ``."""
    letters = unicodedata.normalize("NFKD", text.translate(_UNDIVIDED))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def first_difference(one: str, other: str) -> int:
    """Return the place of the first letter in which two words differ, or else the length of the shorter word."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def is_one_letter_off(one: str, other: str) -> bool:
    """Return whether two words differ by at most one letter that is missing or wrong, or by two that changed places."""
    start = first_difference(one, other)
    left, right = one[start:], other[start:]
    is_exchanged = left[:2] == right[1::-1] and left[2:] == right[2:]
    return is_exchanged or left[1:] == right or left == right[1:] or left[1:] == right[1:]
