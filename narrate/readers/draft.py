"""What a format's own reader hands on: the body text and where its blocks are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from narrate.types import Reading, Skipped, Span


@dataclass(frozen=True, slots=True)
class Draft:
    """The body text of a source, cut into paragraphs, before anybody asked what they are."""

    text: str
    paragraphs: tuple[Span, ...]
    """In order, without overlap, without surrounding blanks, none empty."""
    heading: str | None = None
    """The first paragraph's text if the source marks it as the heading of the whole."""
    skipped: tuple[Skipped, ...] = ()
    """What never came into ``text``."""
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Index of a paragraph -> why the source's own structure says that it is not to be spoken."""
    readings: tuple[Reading, ...] = ()
    """How the source wants stretches of ``text`` said."""
    warnings: tuple[str, ...] = ()


def drafted(texts: Sequence[str], reasons: Mapping[int, str] | None = None) -> Draft:
    """A draft of paragraphs that the source gave one by one; a blank line stands between them."""
    paragraphs: list[Span] = []
    start = 0
    for text in texts:
        paragraphs.append(Span(start, start + len(text)))
        start += len(text) + 2
    return Draft("\n\n".join(texts), tuple(paragraphs), reasons=reasons or {})
