"""Write the transcript: Podcasting 2.0 JSON, and plain text."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from narrate.languages.controls import readable_json
from narrate.types import Boundary, Cue, WordTiming

INSIDE_PARAGRAPH: Final[frozenset[Boundary]] = frozenset(("join", "sentence", "speaker"))
"""Boundaries after which the paragraph goes on."""


def transcript_json(cues: Iterable[Cue], *, word_timing: WordTiming) -> str:
    """Return a Podcasting 2.0 transcript, version 1.0.0, with a segment for each cue.

    ``word_timing`` is written as ``wordTiming``, which the format does not define.
    """
    segments = [
        {"speaker": cue.speaker, "startTime": round(cue.start_s, 3), "endTime": round(cue.end_s, 3), "body": cue.text}
        for cue in cues
    ]
    document = {"version": "1.0.0", "wordTiming": word_timing, "segments": segments}
    return readable_json(document) + "\n"


def plain_text(cues: Iterable[Cue]) -> str:
    """Return the text by paragraph, with a line for each turn that begins with the speaker's name."""
    paragraphs = [
        "\n".join(
            f"{speaker}: {' '.join(cue.text for cue in turn)}"
            for speaker, turn in groupby(paragraph, lambda cue: cue.speaker)
        )
        for paragraph in paragraphs_of(cues)
    ]
    return "\n\n".join(paragraphs) + "\n"


def paragraphs_of(cues: Iterable[Cue]) -> list[list[Cue]]:
    """Return the cues of each paragraph, in order. The disclaimer and the headline are paragraphs of their own."""
    paragraphs: list[list[Cue]] = [[]]
    for cue in cues:
        paragraphs[-1].append(cue)
        if cue.boundary not in INSIDE_PARAGRAPH:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]
