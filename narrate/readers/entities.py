"""HTML's names of characters in text that is not HTML, as databases and feeds leave them there."""

from __future__ import annotations

import html
import re
from typing import Final

_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
"""An entity with its semicolon: without one, ``&copy`` in an address would be a sign."""
_MAX_LAYERS: Final = 3
"""How often text is escaped, at most: once for HTML, once more by a feed or a database, and once by mistake."""


def unescape(text: str) -> str:
    """Return ``text`` with entities replaced by their characters, however often it was escaped."""
    for _ in range(_MAX_LAYERS):
        text, before = unescape_once(text), text
        if text == before:
            break
    return text


def unescape_once(text: str) -> str:
    """Return ``text`` with one layer of entities replaced by their characters."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text
