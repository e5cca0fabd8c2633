"""Decide which quotations the narrator reads instead of their speakers."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import groupby
from typing import Final

from narrate.languages.marks import MARKS
from narrate.types import NARRATOR, Script, Segment

_WORD: Final = re.compile(r"\w+(?:[’'\-]\w+)*")


def hand_to_narrator(script: Script, *, fragment_words: int, min_confidence: float) -> Script:
    """Set ``voiced_by`` of every quotation. Its ``speaker`` does not change.

    Args:
        script: A script with speakers.
        fragment_words: The narrator reads quotations of fewer words if they are part of a sentence of narration.
        min_confidence: The narrator reads quotations whose speaker has a lower confidence, from 0 to 1, unless an
            editor has checked them.

    Returns:
        The script with the voice of each quotation.
    """
    starts = [paragraph.start for paragraph in script.article.paragraphs]
    segments: list[Segment] = []
    for _, group in groupby(script.segments, key=lambda segment: bisect_right(starts, segment.start)):
        paragraph = list(group)
        for before, segment, after in zip([None, *paragraph], paragraph, [*paragraph[1:], None], strict=False):
            if segment.kind != "quotation":
                segments.append(segment)
                continue
            is_narrated = segment.confidence < min_confidence and not segment.checked
            if not is_narrated and len(_WORD.findall(segment.text)) < fragment_words:
                is_narrated = _inside_narration(segment, before, after)
            voice = NARRATOR if is_narrated else segment.speaker
            segments.append(segment if segment.voiced_by == voice else replace(segment, voiced_by=voice))
    return replace(script, segments=tuple(segments))


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
