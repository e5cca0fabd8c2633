"""The name below the words of a block quote, behind a dash ("— Ann Lee, mayor"): it says who speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from narrate.languages.marks import CLOSING, DOUBLE, OPENING

_NAME_WORDS: Final = range(1, 7)
"""Words of a name behind a dash."""
_MAX_SIGNATURE_WORDS: Final = 25
_SIGNATURE: Final = re.compile(
    r"(?:--|[-–—―~])\s*(?P<name>[^\W\d_].*?)\.?(?P<behind>[,(].*)?(?P<place>\s(?:in|of|at|from|on|for|via)\s.*)?",
    re.DOTALL,
)
"""A dash, a name, and an office behind a comma or in parentheses or the place where it was said."""
_SAME_LINE: Final = re.compile(rf"(?<=[.!?…{re.escape(CLOSING)}])\s*(?=(?:--|[–—―])\s*[^\W\d_])")


def is_signature(line: str) -> bool:
    """Return whether a line is a dash and a name, with or without an office behind a comma or in parentheses.

    A single word with a preposition behind it is none ("— Excerpt from the report").
    """
    match = _SIGNATURE.fullmatch(line.strip())
    if match is None or len(line.split()) > _MAX_SIGNATURE_WORDS:
        return False
    name = match["name"].split()
    is_capitalized = [word[0].isupper() or not word[0].isalnum() for word in name]
    particles = all(len(word) <= 3 for word, capital in zip(name, is_capitalized, strict=True) if not capital)
    is_name = name[0][0].isupper() and is_capitalized[-1] and particles
    return is_name and len(name) in _NAME_WORDS and not (len(name) == 1 and match["place"])


def split_signature(text: str) -> tuple[str, str]:
    """Return the words of a text, and the signature on its last line or at its end; empty if there is none.

    Behind a closing mark, a name with an office needs no dash on a line of its own.
    """
    words, break_, line = text.rstrip().rpartition("\n")
    if break_ and is_signature(line):
        return words.rstrip(), line.strip()
    if break_ and words.rstrip().endswith(tuple(CLOSING)) and "," in line and is_signature(f"— {line}"):
        return words.rstrip(), f"— {line.strip()}"
    places = [match for match in _SAME_LINE.finditer(text) if is_signature(text[match.end() :])]
    return (text[: places[-1].start()], text[places[-1].end() :].strip()) if places else (text, "")


def has_marks(text: str) -> bool:
    """Return whether a text has double quotation marks, or begins with a single one."""
    return any(mark in text for mark in (*DOUBLE, "«", "»")) or text[:1] in tuple(OPENING)


def with_marks(paragraphs: Sequence[str]) -> list[str]:
    """Return the paragraphs of a block quote in quotation marks, and its signature in a paragraph of its own.

    A block quote without a signature is returned as it is, and one with marks of its own gets no more.
    """
    *body, last = paragraphs
    words, signature = ("", last.strip()) if body and is_signature(last) else split_signature(last)
    if not signature:
        return list(paragraphs)
    body += [words] if words else []
    if not any(map(has_marks, body)):
        body = [f"“{one}" for one in body]
        body[-1] += "”"
    return [*body, signature]
