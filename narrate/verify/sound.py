"""Measure the sound of an edition in one pass over the decoded MP3, with a few seconds in memory at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soundfile

from narrate.audio.meter import LoudnessMeter, PeakMeter
from narrate.errors import SourceError
from narrate.verify.webvtt import VttCue

BLOCK_S: Final = 3  # seconds that are decoded at a time
SILENCE: Final = 10 ** (-60 / 20)  # samples of at most this value are silence: -60 dBFS


@dataclass(frozen=True, slots=True)
class Sound:
    """The measurements of an edition's sound."""

    sample_rate_hz: int
    samples: int
    loudness_lufs: float
    true_peak_dbtp: float
    speakers_lufs: dict[str, float]  # speaker's name -> integrated loudness of the cues
    lead_in_s: float
    tail_s: float
    longest_silence_s: float  # between the first sound and the last one

    @property
    def duration_s(self) -> float:
        """The length, in seconds."""
        return self.samples / self.sample_rate_hz


def measure(mp3: Path, cues: Sequence[VttCue]) -> Sound:
    """Decode and measure an MP3. Raises ``SourceError`` if it does not decode."""
    try:
        with soundfile.SoundFile(mp3) as sound:
            rate_hz = sound.samplerate
            whole, peak = LoudnessMeter(rate_hz), PeakMeter()
            turns = {cue.speaker: LoudnessMeter(rate_hz) for cue in cues}
            silence, at = _Silence(), 0
            for block in sound.blocks(rate_hz * BLOCK_S, dtype="float32", always_2d=True):
                mono = block.mean(axis=1)
                whole.add(mono)
                peak.add(mono)
                silence.add(mono)
                for cue in cues:
                    start, end = (round(s * rate_hz) - at for s in (cue.start_s, cue.end_s))
                    if start < len(mono) and end > 0:
                        turns[cue.speaker].add(mono[max(0, start) : end])
                at += len(mono)
    except soundfile.SoundFileError as error:
        raise SourceError(f"Cannot decode {mp3}: it is damaged, cut short, or not an MP3.") from error
    except OSError as error:
        raise SourceError(f"Cannot decode {mp3}: {error}.") from error
    return Sound(
        sample_rate_hz=rate_hz,
        samples=at,
        loudness_lufs=whole.integrated_lufs(),
        true_peak_dbtp=peak.true_peak_dbtp(),
        speakers_lufs={speaker: meter.integrated_lufs() for speaker, meter in turns.items()},
        lead_in_s=silence.lead_in / rate_hz,
        tail_s=silence.running / rate_hz,
        longest_silence_s=silence.longest / rate_hz,
    )


class _Silence:
    """The lengths of silence in a stream, in samples."""

    def __init__(self) -> None:
        self.lead_in = 0
        self.longest = 0
        self.running = 0
        self._heard = False

    def add(self, samples: npt.NDArray[np.float32]) -> None:
        loud = np.flatnonzero(np.abs(samples) > SILENCE)
        if len(loud) == 0:
            self.running += len(samples)
            return
        first = self.running + int(loud[0])
        if self._heard:
            self.longest = max(self.longest, first)
        else:
            self.lead_in, self._heard = first, True
        self.longest = max(self.longest, int(np.diff(loud).max(initial=1)) - 1)
        self.running = len(samples) - 1 - int(loud[-1])
