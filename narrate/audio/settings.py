"""What mastering is given and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from narrate.audio.watermark import Watermark
from narrate.types import Boundary, Cue, Loudness


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """How an edition is to sound, and in which formats it is written."""

    sample_rate_hz: int
    bitrate_kbps: int
    """Of the MP3, constant. The other formats have bitrates of their own, see ``encoders.KBPS``."""
    target_lufs: float
    """Integrated loudness by ITU-R BS.1770-4, a mono file counted as one channel."""
    true_peak_dbtp: float
    """The highest true peak allowed, in dB relative to full scale."""
    lead_in_ms: int
    """Silence before the first line, in milliseconds."""
    pauses_ms: Mapping[Boundary, int]
    """The silence after a line, in milliseconds, by what comes after it."""
    formats: tuple[str, ...] = ()
    """Formats written in addition to the MP3: ``m4a``, ``opus``, ``wav``."""
    watermark: Watermark | None = None
    """None if no watermark is wanted."""
    workers: int = 1
    """Processor cores that may be used. With more than one, a thread prepares the next seconds of sound."""


@dataclass(frozen=True, slots=True)
class Target:
    """A file to write."""

    path: Path
    """Where the bytes go, for now."""
    final: Path
    """The name that the file will get, which error messages use."""


@dataclass(frozen=True, slots=True)
class Mastered:
    """What mastering returns. The sound itself is in the files that were written."""

    cues: tuple[Cue, ...]
    """One per take, in order."""
    duration_s: float
    loudness: Loudness
    """Loudness and true peak of the MP3 as it decodes."""
    watermark: str
    """``off``, ``done (...)`` with the kind of key, or ``not available (...)`` with the reason."""
    warnings: tuple[str, ...]
