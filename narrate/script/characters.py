"""Refuse script documents with characters that steer terminals."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Final

from narrate.errors import SourceError
from narrate.languages.controls import CONTROL, STEERING, escape_unsafe

_SUSPECT: Final = re.compile(rf"{STEERING.pattern}|\\(?:b|u00[01789]|u20[26])", re.IGNORECASE)
"""What every line with such a character holds: the character itself, or the beginning of its escape."""
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_SHOWN_CHARACTERS: Final = 60


def check_characters(document: str, texts: Collection[str], *, failing: str) -> None:
    """Refuse a script document with control characters, or with characters of direction in what is no text.

    Args:
        document: The document, valid JSON.
        texts: What is text, such as the words of the article. All else counts as a name: speakers, titles and the like.
        failing: How the error message begins.

    Raises:
        SourceError: If there is such a character. The message names the line.
    """
    if not _SUSPECT.search(document):
        return
    for number, value in _strings(document):
        found = (CONTROL if value in texts else STEERING).search(value)
        if found:
            what = "the text" if value in texts else "the name"
            shown = escape_unsafe(value if len(value) <= _SHOWN_CHARACTERS else f"{value[:_SHOWN_CHARACTERS]}...")
            code = f"U+{ord(found[0]):04X}"
            problem = f"{what} '{shown}' contains the control character {code}"
            raise SourceError(f"{failing}: line {number}: {problem}. Remove it.")


def _strings(text: str) -> Iterator[tuple[int, str]]:
    """Yield the strings of a JSON document that may have such a character, with their lines. None spans two lines."""
    for number, line in enumerate(text.split("\n"), 1):
        if _SUSPECT.search(line):
            for match in _STRING.finditer(line):
                yield number, json.loads(match[0])
