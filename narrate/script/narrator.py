"""Decide which quotations the narrator reads instead of their speakers."""

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
    """Set ``voiced_by`` of every quotation. Its ``speaker`` does not change.

    Args:
        script: A script with speakers.
        fragment_words: The narrator reads quotations of fewer words if they are part of a sentence of narration.
        min_confidence: The narrator reads quotations whose speaker has a lower confidence, from 0 to 1.

    Returns:
        The script with the voice of each quotation.
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
    """Return the segments before and after in the same paragraph."""
    place = bisect_right(starts, segments[i].start)
    same = [
        segments[k] if 0 <= k < len(segments) and bisect_right(starts, segments[k].start) == place else None
        for k in (i - 1, i + 1)
    ]
    return same[0], same[1]


def _inside_narration(segment: Segment, before: Segment | None, after: Segment | None) -> bool:
    """Return whether the quotation is part of a sentence of narration.

    In ``has been "emotional," he said`` it is; in ``"Yes," he said.`` and ``He said, "Go home."`` it is not.
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
