"""Chapters: the headline, then the article's sections or every few paragraphs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from narrate.types import Chapter, Cue

CHAPTER_S: Final = 75
"""About how long a chapter of an article without sections is."""
LEAST_CHAPTERS: Final = 3
"""Fewer are no use to players; Apple's shows none."""
MAX_TITLE: Final = 60
MAX_HEADING_WORDS: Final = 10


def find_chapters(cues: Sequence[Cue], *, title: str, duration_s: float) -> tuple[Chapter, ...]:
    """Chapters without a gap from 0 to the end; the first is called ``title``. ``cues`` are one a line."""
    body = [paragraph for paragraph in _paragraphs(cues) if paragraph[-1].boundary not in ("disclaimer", "headline")]
    starts = [paragraph for paragraph in body if _is_heading(paragraph)]
    if len(starts) < LEAST_CHAPTERS - 1:
        count = min(len(body), max(LEAST_CHAPTERS, round(duration_s / CHAPTER_S)))
        starts = [body[number * len(body) // count] for number in range(1, count)]
    marks = [(0.0, title), *((paragraph[0].start_s, _title(paragraph)) for paragraph in starts), (duration_s, "")]
    return tuple(Chapter(start_s, end_s, name) for (start_s, name), (end_s, _) in pairwise(marks))


def chapters_json(chapters: Sequence[Chapter]) -> str:
    """Podcasting 2.0 chapters, version 1.2."""
    entries = [{"startTime": round(c.start_s, 3), "endTime": round(c.end_s, 3), "title": c.title} for c in chapters]
    return json.dumps({"version": "1.2.0", "chapters": entries}, ensure_ascii=False, indent=1) + "\n"


def _paragraphs(cues: Sequence[Cue]) -> list[list[Cue]]:
    paragraphs: list[list[Cue]] = [[]]
    for cue in cues:
        paragraphs[-1].append(cue)
        if cue.boundary not in ("join", "sentence", "speaker"):
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _is_heading(paragraph: Sequence[Cue]) -> bool:
    text = paragraph[0].text
    return len(paragraph) == 1 and text[-1].isalnum() and len(text.split()) <= MAX_HEADING_WORDS


def _title(paragraph: Sequence[Cue]) -> str:
    """The first words of a paragraph; of a quotation with its speaker's name."""
    first = paragraph[0]
    if len(first.text) <= MAX_TITLE:
        return first.text
    return first.text[:MAX_TITLE].rpartition(" ")[0].rstrip(" ,;:–—") + " …"
