"""What a format's own reader hands on: the body text and where its blocks are."""

from __future__ import annotations

from dataclasses import dataclass

from narrate.types import Skipped, Span


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
