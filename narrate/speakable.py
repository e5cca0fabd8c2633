"""Written text -> what the engine is to say."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

PICTURES: Final = ((0x2300, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FAFF))
"""Code points of emoji and dingbats. Signs with a reading (degree, copyright, number) lie outside."""


def speakable(text: str) -> str:
    """What to say for ``text``: blanks collapsed, and no emoji, which engines would read out by name."""
    return re.sub(r"\s+", " ", "".join(map(_sayable, text))).strip()


def _sayable(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf" or char in "\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}":
        return ""  # joiners and soft hyphens stand inside words and emoji
    if category == "Cc" or (category in ("So", "Sk") and any(low <= ord(char) <= high for low, high in PICTURES)):
        return " "
    return char
