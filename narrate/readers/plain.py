"""Plain text: where its paragraphs are, whether each stands on one line or is wrapped at a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from narrate.readers.draft import Draft
from narrate.types import Span

_NEWLINES = re.compile("\r\n|[\r\u2028\u2029]")
_BULLET = re.compile(r"(?:[-*•‣–—+]|\(?\d{1,3}[.)])\s")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")

_MIN_COLUMNS, _MAX_COLUMNS = 40, 120
"""Nobody wraps narrower or wider than this."""
_MIN_BREAKS = 3
"""Fewer line breaks than this inside blocks prove nothing."""


def normalise_newlines(text: str) -> str:
    """Return ``text`` with every line end as ``\\n``."""
    return _NEWLINES.sub("\n", text)


def split(text: str) -> Draft:
    """Cut ``text`` into paragraphs: its lines, or its blocks of lines if it is wrapped at a column."""
    blocks = list(_blocks(text))
    columns = wrap_column(text, blocks)
    paragraphs: list[Span] = []
    for block in blocks:
        paragraphs += block if columns is None else _joined(text, block, columns)
    return Draft(text, tuple(paragraphs))


def wrap_column(text: str, blocks: list[list[Span]]) -> int | None:
    """Return the column at which the lines of ``blocks`` are wrapped; None if line breaks are meant.

    Whoever wraps breaks a line where the next word no longer fits, in the midst of a sentence, and goes on in lower
    case. All three must hold for most of the breaks inside blocks: verses, lists and one-line paragraphs fail one.
    """
    breaks = [(line, after) for block in blocks for line, after in pairwise(block)]
    breaks = [(line, after) for line, after in breaks if not _BULLET.match(text, after.start, after.end)]
    lengths = [line.end - line.start for block in blocks for line in block if " " in text[line.start : line.end]]
    columns = max(lengths, default=0)
    if len(breaks) < _MIN_BREAKS or not _MIN_COLUMNS <= columns <= _MAX_COLUMNS:
        return None
    full = sum(_is_full(text, line, after, columns) for line, after in breaks)
    ended = sum(_SENTENCE_END.search(text[line.start : line.end]) is not None for line, _ in breaks)
    capital = sum(text[after.start].isupper() for _, after in breaks)
    if full >= 0.7 * len(breaks) and ended <= 0.4 * len(breaks) and capital <= 0.6 * len(breaks):
        return columns
    return None


def _blocks(text: str) -> Iterator[list[Span]]:
    """Yield runs of non-blank lines, each line without surrounding blanks."""
    block: list[Span] = []
    start = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            first = start + line.index(stripped)
            block.append(Span(first, first + len(stripped)))
        elif block:
            yield block
            block = []
        start += len(line) + 1
    if block:
        yield block


def _is_full(text: str, line: Span, after: Span, columns: int, slack: float = 0.0) -> bool:
    word = len(text[after.start : after.end].split(None, 1)[0])
    return line.end - line.start + 1 + word > columns * (1 - slack)


def _joined(text: str, block: list[Span], columns: int) -> list[Span]:
    """Join the lines of a wrapped block; a list item, or what follows a line that ended early, starts anew."""
    paragraphs = [block[0]]
    for line, after in pairwise(block):
        bullet = _BULLET.match(text, after.start, after.end)
        ended_early = not _is_full(text, line, after, columns, slack=0.25) and not text[after.start].islower()
        if bullet or ended_early:
            paragraphs.append(after)
        else:
            paragraphs[-1] = Span(paragraphs[-1].start, after.end)
    return paragraphs
