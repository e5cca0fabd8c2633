"""Takes and pauses to one stream of sound, with its cues."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import soxr

from narrate.audio.settings import AudioSettings
from narrate.audio.word_timing import time_words
from narrate.concurrency import ordered_map
from narrate.types import Audio, Cue, Passage, Take

SILENCE_DBFS: Final = -50.0  # sound quieter than this at the edges of a take is trimmed
EDGE_MS: Final = 10  # the fade at both edges of a take, so that no seam clicks, in as much of the quiet around it


def assemble(
    takes: Iterable[Take], *, names: Mapping[str, str], settings: AudioSettings, executor: Executor | None = None
) -> Iterator[Passage]:
    """Yield the edition's sound take by take: trimmed, faded, resampled, and with the pause that follows it.

    Times are counted in samples, so that they do not drift. ``executor`` prepares the next take while one is used: then
    three takes are held in memory, otherwise one.
    """
    sample_rate_hz, position = settings.sample_rate_hz, 0
    lead_in = _silence(settings.lead_in_ms, sample_rate_hz)

    def prepare(take: Take) -> tuple[Take, Audio, npt.NDArray[np.float32]]:
        trimmed = _trim(take.audio)
        sound = soxr.resample(trimmed.samples, trimmed.sample_rate_hz, sample_rate_hz)
        return take, trimmed, np.clip(sound, -1, 1, out=sound if sound.flags.writeable else None)

    for take, trimmed, sound in ordered_map(prepare, takes, executor):
        line = take.line
        pause_ms = settings.pauses_ms[line.boundary] if line.pause_ms is None else line.pause_ms
        samples = np.concatenate([lead_in, sound, _silence(pause_ms, sample_rate_hz)])
        start = position + len(lead_in)
        end = start + len(sound)
        start_s = start / sample_rate_hz
        cue = Cue(
            start_s=start_s,
            end_s=end / sample_rate_hz,
            speaker=names[line.speaker],
            text=line.text,
            words=time_words(line.text, take.spoken, trimmed, start_s=start_s),
            segments=line.segments,
            boundary=line.boundary,
            word_timing="engine" if trimmed.timings else "estimated",
        )
        yield Passage(samples, cue)
        position += len(samples)
        lead_in = lead_in[:0]


def _silence(duration_ms: int, sample_rate_hz: int) -> npt.NDArray[np.float32]:
    return np.zeros(duration_ms * sample_rate_hz // 1000, dtype=np.float32)


def _trim(audio: Audio) -> Audio:
    """Trim and fade the edges of a take. A silent take keeps its length."""
    pydub = load_pydub()
    whole = np.rint(np.clip(audio.samples, -1, 1) * np.float32(32767)).astype("<i2")
    if not whole.any():
        return audio
    segment = pydub.AudioSegment(whole.tobytes(), frame_rate=audio.sample_rate_hz, sample_width=2, channels=1)
    start_ms = pydub.silence.detect_leading_silence(segment, SILENCE_DBFS)
    end_ms = len(segment) - pydub.silence.detect_leading_silence(segment.reverse(), SILENCE_DBFS)
    cut_ms, stop = 0, len(whole)
    if start_ms < end_ms:
        cut_ms = max(0, start_ms - EDGE_MS)
        stop = (end_ms + EDGE_MS) * audio.sample_rate_hz // 1000
    samples = audio.samples[cut_ms * audio.sample_rate_hz // 1000 : stop].copy()
    fade = np.linspace(0, 1, EDGE_MS * audio.sample_rate_hz // 1000, endpoint=False, dtype=np.float32)[: len(samples)]
    samples[: len(fade)] *= fade
    samples[len(samples) - len(fade) :] *= fade[::-1]
    cut_s = cut_ms / 1000
    timings = (replace(one, start_s=one.start_s - cut_s, end_s=one.end_s - cut_s) for one in audio.timings)
    return Audio(samples, audio.sample_rate_hz, tuple(timings))


@cache
def load_pydub() -> Any:
    """Return pydub with its silence detection."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that ffmpeg is missing, which Narrate does not need
        import pydub
        import pydub.silence
    return pydub
