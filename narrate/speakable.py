"""Written text -> what the engine is to say."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

EMOJI_PARTS: Final = {"\N{ZERO WIDTH JOINER}", "\N{VARIATION SELECTOR-16}", "\N{VARIATION SELECTOR-15}"}


def speakable(text: str) -> str:
    """What to say for ``text``: blanks collapsed, and no emoji or pictures, which engines would read out by name."""
    kept = "".join(
        " " if char in EMOJI_PARTS or unicodedata.category(char) in ("So", "Cc", "Cf") else char for char in text
    )
    return re.sub(r"\s+", " ", kept).strip()
