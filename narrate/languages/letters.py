"""Letters without their accents, to compare spellings of a name."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["without_accents"]

_UNDIVIDED: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "ð": "d", "ø": "o", "þ": "th", "đ": "d", "ı": "i", "ł": "l", "œ": "oe"}
    | {"Æ": "Ae", "Ð": "D", "Ø": "O", "Þ": "Th", "Đ": "D", "Ł": "L", "Œ": "Oe"}
)
"""Letters that Unicode does not decompose into a plain letter and a mark -> how plain letters write them."""


def without_accents(text: str) -> str:
    """Return a text with plain letters in the place of those with accents, and of ligatures such as ``æ``."""
    letters = unicodedata.normalize("NFKD", text.translate(_UNDIVIDED))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
