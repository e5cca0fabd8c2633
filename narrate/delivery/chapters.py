"""Divide an edition into chapters: the headline, then the article's sections or every few paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from narrate.delivery.transcript import paragraphs_of
from narrate.languages.controls import readable_json
from narrate.types import Chapter, Cue

CHAPTER_S: Final = 75  # length of a chapter in an article without sections, in seconds
MIN_CHAPTERS: Final = 3  # Apple's player shows no chapters if there are fewer
MAX_TITLE_CHARS: Final = 60
MAX_HEADING_WORDS: Final = 10


def find_chapters(cues: Sequence[Cue], *, title: str, duration_s: float) -> tuple[Chapter, ...]:
    """Divide an edition into chapters without a gap. ``title`` is that of the first, with disclaimer and headline."""
    paragraphs = paragraphs_of(cues)
    body = [paragraph for paragraph in paragraphs if paragraph[-1].boundary not in ("disclaimer", "headline")]
    starts = [paragraph for paragraph in body if _is_heading(paragraph)]
    if len(starts) < MIN_CHAPTERS - 1:
        count = min(len(body), max(MIN_CHAPTERS, round(duration_s / CHAPTER_S)))
        starts = [body[number * len(body) // count] for number in range(1, count)]
    marks = [(0.0, title), *((paragraph[0].start_s, _title(paragraph)) for paragraph in starts), (duration_s, "")]
    return tuple(Chapter(start_s, end_s, name) for (start_s, name), (end_s, _) in pairwise(marks))


def chapters_json(chapters: Sequence[Chapter]) -> str:
    """Return Podcasting 2.0 chapters, version 1.2."""
    entries = [{"startTime": round(c.start_s, 3), "endTime": round(c.end_s, 3), "title": c.title} for c in chapters]
    return readable_json({"version": "1.2.0", "chapters": entries}) + "\n"


def _is_heading(paragraph: Sequence[Cue]) -> bool:
    text = paragraph[0].text
    return len(paragraph) == 1 and text[-1].isalnum() and len(text.split()) <= MAX_HEADING_WORDS


def _title(paragraph: Sequence[Cue]) -> str:
    text = paragraph[0].text
    if len(text) <= MAX_TITLE_CHARS:
        return text
    return text[:MAX_TITLE_CHARS].rpartition(" ")[0].rstrip(" ,;:–—") + " …"
