"""The text that the reader of a format extracts from a source, before it is decided what is spoken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from narrate.types import Reading, Skipped, Span


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """The body text of a source, cut into paragraphs."""

    text: str
    paragraphs: tuple[Span, ...]
    """In order, without overlap, without surrounding blanks, none empty."""
    heading: str | None = None
    """The text of the first paragraph, if the source marks it as the heading of the whole."""
    skipped: tuple[Skipped, ...] = ()
    """What the reader left out of ``text``."""
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Index of a paragraph -> why it is not spoken, as the structure of the source shows."""
    readings: tuple[Reading, ...] = ()
    """How the source wants parts of ``text`` to be said."""
    warnings: tuple[str, ...] = ()


def join_paragraphs(
    texts: Sequence[str],
    *,
    heading: str | None = None,
    skipped: Sequence[Skipped] = (),
    reasons: Mapping[int, str] | None = None,
) -> ExtractedText:
    """Return the text of ``texts``, one paragraph each, with blank lines between them."""
    starts = accumulate((len(text) + 2 for text in texts), initial=0)
    paragraphs = tuple(Span(start, start + len(text)) for text, start in zip(texts, starts, strict=False))
    return ExtractedText("\n\n".join(texts), paragraphs, heading, tuple(skipped), reasons or {})


def stripped(text: str, start: int, end: int) -> Span | None:
    """Return the span of ``text[start:end]`` without surrounding blanks; None if it has nothing else."""
    words = text[start:end]
    if not words.strip():
        return None
    return Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip()))
