"""Which quotations the narrator reads although somebody else said them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from narrate.languages.marks import MARKS
from narrate.types import NARRATOR, Script, Segment

_WORD: Final = re.compile(r"\w+(?:[’'\-]\w+)*")


def hand_to_narrator(script: Script, *, fragment_words: int, min_confidence: float) -> Script:
    """The script with ``voiced_by`` set.

    The narrator reads a quotation of fewer than ``fragment_words`` words inside his own sentence, and one whose
    speaker is less sure than ``min_confidence``; each keeps its speaker.
    """
    segments = list(script.segments)
    starts = [paragraph.start for paragraph in script.article.paragraphs]
    for i, segment in enumerate(segments):
        if segment.kind != "quotation":
            continue
        narrated = segment.confidence < min_confidence or (
            len(_WORD.findall(segment.text)) < fragment_words
            and _inside_narration(segment, *_neighbours(script.segments, i, starts))
        )
        segments[i] = replace(segment, voiced_by=NARRATOR if narrated else segment.speaker)
    return replace(script, segments=tuple(segments))


def _neighbours(segments: Sequence[Segment], i: int, starts: Sequence[int]) -> tuple[Segment | None, Segment | None]:
    """The segments before and after in the same paragraph."""
    place = bisect_right(starts, segments[i].start)
    same = [
        segments[k] if 0 <= k < len(segments) and bisect_right(starts, segments[k].start) == place else None
        for k in (i - 1, i + 1)
    ]
    return same[0], same[1]


def _inside_narration(segment: Segment, before: Segment | None, after: Segment | None) -> bool:
    """Whether the quotation is part of the narrator's own sentence rather than a sentence of its own.

    ``"Yes," he said.`` and ``He said, "Go home."`` are not; ``has been "emotional," he said`` is.
    """
    words = segment.text.strip().strip(MARKS)
    lead = before.text.rstrip() if before else ""
    if before is None or before.kind == "quotation" or lead.endswith((".", "!", "?", ":", "…")):
        if words[-1:] in {",", "—", "–", ".", "!", "?", "…"}:
            return False
        rest = after.text.lstrip()[:1] if after else ""
        return rest.islower() or rest in {",", "-", "–", "—"}
    first = next((c for c in words if c.isalnum()), "")
    return not (lead.endswith(",") and (first.isupper() or first.isdigit()))
