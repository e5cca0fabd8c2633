"""The transcript: Podcasting 2.0 JSON, and plain text."""

from __future__ import annotations

import json
from collections.abc import Iterable

from narrate.types import Cue, WordTiming


def transcript_json(cues: Iterable[Cue], *, word_timing: WordTiming) -> str:
    """Podcasting 2.0 transcript, version 1.0.0, a segment a cue; ``wordTiming`` is an addition of ours."""
    segments = [
        {"speaker": cue.speaker, "startTime": round(cue.start_s, 3), "endTime": round(cue.end_s, 3), "body": cue.text}
        for cue in cues
    ]
    document = {"version": "1.0.0", "wordTiming": word_timing, "segments": segments}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def plain_text(cues: Iterable[Cue]) -> str:
    """The words by paragraph, a line for each turn, which begins with the speaker's name."""
    paragraphs: list[list[str]] = [[]]
    speaker = ""
    for cue in cues:
        if paragraphs[-1] and cue.speaker == speaker:
            paragraphs[-1][-1] += f" {cue.text}"
        else:
            paragraphs[-1].append(f"{cue.speaker}: {cue.text}")
        speaker = cue.speaker
        if cue.boundary not in ("join", "sentence", "speaker"):
            paragraphs.append([])
    return "\n\n".join("\n".join(turns) for turns in paragraphs if turns) + "\n"
