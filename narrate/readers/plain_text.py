"""Plain text: find its paragraphs, whether each is one line or is wrapped at a column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from unicodedata import normalize

from narrate.languages.footnotes import find_footnote_marks
from narrate.languages.marks import CLOSING
from narrate.readers import skip_reasons
from narrate.readers.extracted import ExtractedText, stripped
from narrate.types import Skipped, Span

_NEWLINES = re.compile("\r\n|[\r\u2028\u2029]")
_BULLET = re.compile(r"(?:[-*•‣–—+]|\(?\d{1,3}[.)])\s")
_NUMBER_OF_NOTE = re.compile(r"\d{1,3}|[a-z]|[⁰¹²³⁴-⁹]+")
_NOTE = re.compile(r"(?:\[(?P<number>\d{1,3}|[a-z])\]|(?P<raised>[⁰¹²³⁴-⁹]{1,3}))\s*(?=\S)")
_SENTENCE_END = re.compile(rf"[.!?…:][{CLOSING})\]]*$")

_MIN_COLUMNS, _MAX_COLUMNS = 40, 120
"""Range of the columns at which texts are wrapped, in characters."""
_MIN_BREAKS = 3
"""With fewer line breaks inside blocks, a text is not taken for wrapped."""
_MIN_FULL_SHARE = 0.7
"""Share of breaks before a word that no longer fits, in a wrapped text."""
_MAX_ENDED_SHARE = 0.4
"""Share of breaks at the end of a sentence."""
_MAX_CAPITAL_SHARE = 0.6
"""Share of breaks before a capital letter."""
_SHORT_LINE = 0.25
"""A line of a wrapped block that leaves this share of the column free ends a paragraph."""


def normalize_newlines(text: str) -> str:
    r"""Return ``text`` with every line end as ``\n``."""
    return _NEWLINES.sub("\n", text)


def extract(text: str) -> ExtractedText:
    """Cut ``text`` into paragraphs: its lines, or its blocks of lines if it is wrapped at a column."""
    blocks = list(_blocks(text))
    columns = wrap_column(text, blocks)
    paragraphs: list[Span] = []
    for block in blocks:
        paragraphs += block if columns is None else _join_lines(text, block, columns)
    marks = list(find_footnote_marks(text))
    skipped = tuple(Skipped(mark, skip_reasons.NOTE, None) for mark in marks)
    return ExtractedText(text, tuple(paragraphs), skipped=skipped, reasons=_notes(text, paragraphs, marks))


def _notes(text: str, paragraphs: list[Span], marks: Iterable[str]) -> dict[int, str]:
    """Return the paragraphs at the end that begin with a mark of a footnote that the text has, with the reason."""
    known = {normalize("NFKC", number) for mark in marks for number in _NUMBER_OF_NOTE.findall(mark)}
    notes = {}
    for index in reversed(range(len(paragraphs))):
        mark = _NOTE.match(text, paragraphs[index].start, paragraphs[index].end)
        if mark is None or normalize("NFKC", mark["number"] or mark["raised"]) not in known:
            break
        notes[index] = skip_reasons.NOTE
    return notes


def wrap_column(text: str, blocks: list[list[Span]]) -> int | None:
    """Return the column at which a text is wrapped: the length of its longest line. None if every line break is meant.

    In a wrapped text most breaks come before a word that no longer fits, inside a sentence, and before a lower-case
    letter. All three must hold: verses, lists and one-line paragraphs fail one of them. ``blocks`` are the runs of
    lines without blank lines between them, each line as a span.
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
    is_filled = full >= _MIN_FULL_SHARE * len(breaks) and ended <= _MAX_ENDED_SHARE * len(breaks)
    return columns if is_filled and capital <= _MAX_CAPITAL_SHARE * len(breaks) else None


def _blocks(text: str) -> Iterator[list[Span]]:
    """Yield runs of non-blank lines, each line without surrounding blanks."""
    block: list[Span] = []
    start = 0
    for line in text.split("\n"):
        if span := stripped(text, start, start + len(line)):
            block.append(span)
        elif block:
            yield block
            block = []
        start += len(line) + 1
    if block:
        yield block


def _is_full(text: str, line: Span, after: Span, columns: int, slack: float = 0.0) -> bool:
    word = len(text[after.start : after.end].split(None, 1)[0])
    return line.end - line.start + 1 + word > columns * (1 - slack)


def _join_lines(text: str, block: list[Span], columns: int) -> list[Span]:
    """Join the lines of a wrapped block. A list item, or the line after a short one, begins a paragraph."""
    paragraphs = [block[0]]
    for line, after in pairwise(block):
        bullet = _BULLET.match(text, after.start, after.end)
        ended_early = not _is_full(text, line, after, columns, slack=_SHORT_LINE) and not text[after.start].islower()
        if bullet or ended_early:
            paragraphs.append(after)
        else:
            paragraphs[-1] = Span(paragraphs[-1].start, after.end)
    return paragraphs
