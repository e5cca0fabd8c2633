"""Read a finished edition back and check what it promises: 25 checks, on the files alone.

The MP3 is read with the sidecar files of the same name; nothing is taken from the run that made it. A check passes,
fails, or does not apply because the edition lacks the file that it is about.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from narrate.verify import container, provenance, texts
from narrate.verify.opened import open_edition

Verdict = Literal["pass", "fail", "not applicable"]
Transcribe = Callable[[Path], str]
"""Returns the words that are heard in the first seconds of an MP3. Raises ``NarrateError`` if that is impossible."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    number: int
    """From 1, the place in ``CHECKS``."""
    name: str
    verdict: Verdict
    measured: str
    """What was found."""


CHECKS: Final = (
    ("one ID3 tag at the front, none at the end", container.tag),
    ("frames without a gap, nothing behind them", container.frames),
    ("44.1 or 48 kHz, mono, constant 96 to 128 kbit/s", container.coding),
    ("Info header with delay and padding", container.info),
    ("decoded length is the master's", container.length),
    ("loudness within 0.5 LU of the target", container.loudness),
    ("true peak at most -1 dBTP", container.peak),
    ("each speaker within 2 LU of the programme", container.balance),
    ("no long silence", container.silence),
    ("the first cue is the disclaimer", texts.disclaimer),
    ("a listener hears the disclaimer", texts.heard),
    ("the comment holds the disclaimer", provenance.comment),
    ("the disclosure frames hold their values", provenance.disclosure),
    ("title, byline, album, date, language and source are the article's", texts.article),
    ("texts are legal and whole", texts.encodings),
    ("C2PA manifest is valid and cost no frame", provenance.c2pa_state),
    ("C2PA manifest begins with the AI origin", provenance.c2pa_action),
    ("watermark survives 64 kbit/s", provenance.watermark),
    ("chapters are listed and without a gap", texts.chapters),
    ("chapters JSON equals the tag's", texts.chapters_json),
    ("WebVTT is valid, ordered, inside the sound", texts.captions),
    ("each cue's speaker is the script's", texts.speakers),
    ("captions, transcript and lyrics hold the script's words", texts.words),
    ("what describes the file describes this file", provenance.descriptions),
    ("the page discloses before it plays, and asks nobody else", texts.page),
)
"""Name and function, in the order of their numbers, from 1."""


def verify_edition(edition: str | os.PathLike[str], *, transcribe: Transcribe | None = None) -> tuple[Finding, ...]:
    """Run every check on a finished edition.

    Args:
        edition: Path of its MP3.
        transcribe: Returns the words that are heard in the opening seconds of the MP3; None for Whisper, which hears
            them in the language of the article.

    Returns:
        One finding for each of ``CHECKS``, in order.

    Raises:
        SourceError: If the MP3 or a JSON sidecar file cannot be read or decoded.
    """
    opened = open_edition(Path(edition), transcribe)
    verdicts: dict[bool | None, Verdict] = {None: "not applicable", True: "pass", False: "fail"}
    findings = []
    for number, (name, check) in enumerate(CHECKS, 1):
        holds, measured = check(opened)
        findings.append(Finding(number, name, verdicts[holds], measured))
    return tuple(findings)


__all__ = ["CHECKS", "Finding", "Transcribe", "verify_edition"]
