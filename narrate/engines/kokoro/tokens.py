"""A text in parts: words with their tags, the pieces of compounds, and marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MARKS: Final = ';:,.!?—…"()“”'
"""Marks that the model knows."""
PAUSES: Final = frozenset(";:,.!?—…")
_QUOTES: Final = {"``": "“", "''": "”", '""': "”", "-LRB-": "(", "-RRB-": ")"}  # by spaCy's tag
_MARK_TAGS: Final = frozenset([".", ",", ":", "$", "#", "NFP", *_QUOTES])
_DASHES: Final = frozenset("-–")
_PIECES: Final = re.compile(r"[^\W\d_]+(?:['‘’][^\W\d_])*|(?:\d?[,.]?\d)+|[-_]+|['‘’]+|[^-_'‘’\w]", re.UNICODE)


@dataclass(slots=True)
class Part:
    """A piece of a text.

    Args:
        text: As it is written.
        tag: Its tag of the Penn Treebank, or that of the word to which it belongs.
        start: Its offset in the text.
        phonemes: Its sound; None as long as it is not known. A mark sounds as a mark of the model, or not at all.
        is_mark: Whether it is punctuation.
    """

    text: str
    tag: str
    start: int
    phonemes: str | None = None
    is_mark: bool = False

    @property
    def sound(self) -> str:
        """Its phonemes; empty as long as they are not known."""
        return self.phonemes or ""

    @property
    def end(self) -> int:
        """The offset of what follows it."""
        return self.start + len(self.text)


def split_words(tokens: Iterable[tuple[str, str, int]]) -> list[list[Part]]:
    """Return the words of a text, each with its pieces.

    Args:
        tokens: The tokens of the text with their tags and offsets.

    Returns:
        The words. Marks are words of one piece, blanks are left out.
    """
    words: list[list[Part]] = []
    for token, tag, start in tokens:
        if token.isspace():
            continue
        mark = _mark(token, tag)
        if mark is not None:
            words.append([Part(token, tag, start, mark, is_mark=True)])
            continue
        is_new = not words or words[-1][-1].is_mark or words[-1][-1].end < start
        pieces = [Part(text, tag, start + place) for place, text in _pieces(token)]
        if is_new:
            words.append(pieces)
        else:
            words[-1] += pieces
    return words


def _mark(text: str, tag: str) -> str | None:
    """Return the model's mark for punctuation; None for anything that has letters or digits, or is a sign."""
    if tag == ":" and text in _DASHES:
        return "—"
    if tag not in _MARK_TAGS or any(map(str.isalnum, text)):
        return None
    return _QUOTES.get(tag, "".join(letter for letter in text if letter in MARKS))


def _pieces(word: str) -> Iterator[tuple[int, str]]:
    """Yield the pieces of a word: letters, digits, hyphens, other signs. Small letters before a capital end a piece."""
    at = 0
    for match in _PIECES.finditer(word):
        if match.start() > at:  # what no alternative matches, such as a combining accent
            yield at, word[at : match.start()]
        for place in _humps(match[0]):
            yield match.start() + place[0], match[0][slice(*place)]
        at = match.end()
    if at < len(word):
        yield at, word[at:]


def _humps(letters: str) -> Iterator[tuple[int, int]]:
    """Yield the starts and ends of the pieces of camel case: Mc+Connell, O+Reilly."""
    start = 0
    for place in range(1, len(letters)):
        after_small = letters[place - 1].islower() and letters[place].isupper()
        is_initial = place == start + 1 and letters[start].isupper() and letters[place].isupper()
        if after_small or (is_initial and letters[place + 1 : place + 2].islower()):
            yield start, place
            start = place
    yield start, len(letters)
