"""Decide which quotations the narrator reads instead of their speakers."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import groupby
from typing import Final

from narrate.languages.codes import language_code
from narrate.languages.marks import CLOSING, MARKS, OPENING
from narrate.languages.speech import SpeechWords, attributed_languages, load_speech
from narrate.script.dialogue import opens_with_verb
from narrate.types import NARRATOR, Script, Segment

_OPENING: Final = frozenset(f"{OPENING}„‚»")
"""The marks before a quotation, in any language."""
_DASH: Final = re.compile(r"\s*[–—-]\s*")
_BEHIND: Final = re.compile(rf"(?<=[{CLOSING}])(\s?[,;:.!?…)\]]+)\s*$")
"""Punctuation behind the closing mark of a quotation."""
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
    code = language_code(script.article.language)
    words = load_speech(code) if code in attributed_languages() else None
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
                is_narrated = is_narrated and not (words and _is_turn(segment, after, words))
            voice = NARRATOR if is_narrated else segment.speaker
            segments.append(segment if segment.voiced_by == voice else replace(segment, voiced_by=voice))
    return replace(script, segments=tuple(segments))


def _is_turn(segment: Segment, after: Segment | None, words: SpeechWords) -> bool:
    """Return whether a quotation is a turn of dialogue, or a clause that names its speaker follows.

    Turns behind dashes have no marks, and neither have the parts of a quotation behind a clause inside its marks. A
    comma before a clause stands behind the marks in languages other than English.
    """
    if segment.text.lstrip()[:1] not in _OPENING:
        return True
    behind, dash = _BEHIND.search(segment.text), _DASH.match(after.text if after else "")
    has_comma = behind is not None and behind[1].strip() == ","
    if after is None or not (has_comma or dash):
        return False
    return opens_with_verb(after.text, dash.end() if dash else 0, len(after.text), words)


def _inside_narration(segment: Segment, before: Segment | None, after: Segment | None) -> bool:
    """Return whether the quotation is part of a sentence of narration.

    In ``has been "emotional," he said`` it is; in ``"Yes," he said.`` and ``He said, "Go home."`` it is not.
    """
    behind = _BEHIND.search(segment.text)
    words = segment.text[: behind.start() if behind else None].strip().strip(MARKS)
    lead = before.text.rstrip() if before else ""
    if before is None or before.kind == "quotation" or lead.endswith((".", "!", "?", ":", "…")):
        if words[-1:] in {",", "—", "–", ".", "!", "?", "…"}:
            return False
        following = after.text if after else ""
        rest = (behind[1] if behind else following).lstrip()[:1]
        return rest.islower() or rest in {",", "-", "–", "—"}
    first = next((c for c in words if c.isalnum()), "")
    return not (lead.endswith(",") and (first.isupper() or first.isdigit()))
