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
    bitrate_kbps: int  # of the MP3, constant; the other formats have bitrates of their own, see `encoders.KBPS`
    target_lufs: float  # integrated loudness by ITU-R BS.1770-4, a mono file counted as one channel
    true_peak_dbtp: float  # the highest true peak allowed, in dB relative to full scale
    lead_in_ms: int  # silence before the first line, in milliseconds
    pauses_ms: Mapping[Boundary, int]  # the silence after a line, in milliseconds, by what comes after it
    formats: tuple[str, ...] = ()  # formats written in addition to the MP3: `m4a`, `opus`, `wav`
    watermark: Watermark | None = None  # None if no watermark is wanted
    workers: int = 1  # processor cores; with more than one, a thread prepares the next seconds of sound


@dataclass(frozen=True, slots=True)
class Target:
    """A file to write."""

    path: Path  # where the bytes go, for now
    final: Path  # the name that the file will get, which error messages use


@dataclass(frozen=True, slots=True)
class Mastered:
    """What mastering returns. The sound itself is in the files that were written."""

    cues: tuple[Cue, ...]  # one per take, in order
    duration_s: float
    loudness: Loudness  # loudness and true peak of the MP3 as it decodes
    watermark: str  # `off`, `done (...)` with the kind of key, or `not available (...)` with the reason
    warnings: tuple[str, ...]
