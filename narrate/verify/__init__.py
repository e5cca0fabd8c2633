"""A finished edition read back: does it hold what it promises? Twenty-five checks, on the files alone.

The MP3 is opened with what lies beside it under the same name; nothing is taken from the run that made it. A check
passes, fails, or does not apply, where the edition has no file that it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from narrate.verify import container, provenance, texts
from narrate.verify.opened import Opened, open_edition

Verdict = Literal["pass", "fail", "not applicable"]
Transcribe = Callable[[Path], str]
"""The words that are heard in the first seconds of an MP3, lower case. Raises ``NarrateError`` if nobody can listen."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    number: int
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


def verify(mp3: Path, *, transcribe: Transcribe) -> tuple[Finding, ...]:
    """All checks on the edition whose MP3 this is. Raises ``SourceError`` if that cannot be read or decoded."""
    edition = open_edition(mp3, transcribe)
    return tuple(_finding(number, name, check(edition)) for number, (name, check) in enumerate(CHECKS, 1))


def _finding(number: int, name: str, outcome: tuple[bool | None, str]) -> Finding:
    holds, measured = outcome
    return Finding(number, name, "not applicable" if holds is None else "pass" if holds else "fail", measured)


__all__ = ["CHECKS", "Finding", "Opened", "Transcribe", "verify"]
