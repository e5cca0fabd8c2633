"""The text that the reader of a format extracts from a source, before it is decided what is spoken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    emphasized: frozenset[int] = frozenset()
    """Indices of the paragraphs that are in bold or italics, or headings, as a whole."""


def join_paragraphs(
    texts: Sequence[str],
    *,
    heading: str | None = None,
    skipped: Sequence[Skipped] = (),
    reasons: Mapping[int, str] | None = None,
    emphasized: Iterable[int] = (),
) -> ExtractedText:
    """Return the text of ``texts``, one paragraph each, with blank lines between them."""
    starts = accumulate((len(text) + 2 for text in texts), initial=0)
    paragraphs = tuple(Span(start, start + len(text)) for text, start in zip(texts, starts, strict=False))
    text = "\n\n".join(texts)
    return ExtractedText(text, paragraphs, heading, tuple(skipped), reasons or {}, emphasized=frozenset(emphasized))


def concatenate(parts: Sequence[ExtractedText], *, skipped: Sequence[Skipped] = ()) -> ExtractedText:
    """Return the text of ``parts`` that have any, one after the other, with blank lines between them.

    ``skipped`` is listed in addition to what the parts list.
    """
    with_text = [part for part in parts if part.paragraphs]
    starts = list(accumulate((len(part.text) + 2 for part in with_text), initial=0))
    counts = list(accumulate((len(part.paragraphs) for part in with_text), initial=0))
    placed = list(zip(with_text, starts, counts, strict=False))
    return ExtractedText(
        "\n\n".join(part.text for part in with_text),
        tuple(Span(span.start + at, span.end + at) for part, at, _ in placed for span in part.paragraphs),
        with_text[0].heading if with_text else None,
        tuple(one for part in parts for one in part.skipped) + tuple(skipped),
        {index + count: reason for part, _, count in placed for index, reason in part.reasons.items()},
        tuple(replace(one, start=one.start + at, end=one.end + at) for part, at, _ in placed for one in part.readings),
        tuple(dict.fromkeys(warning for part in parts for warning in part.warnings)),
        frozenset(index + count for part, _, count in placed for index in part.emphasized),
    )


def stripped(text: str, start: int, end: int) -> Span | None:
    """Return the span of ``text[start:end]`` without surrounding blanks; None if it has nothing else."""
    words = text[start:end]
    if not words.strip():
        return None
    return Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip()))
