"""The sound of an edition as MP3 while it is made: each passage at once, before the loudness of the whole is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np

from narrate.audio.limiter import limiter_margin, limiting_gain
from narrate.audio.mastering import GAIN_DIGITS, HEADROOM_DB, MAX_GAIN_DB, REACH_MS
from narrate.audio.meter import LoudnessMeter, Samples
from narrate.audio.mp3 import lame_encoder, lame_input
from narrate.audio.settings import AudioSettings
from narrate.types import Passage

MAX_LOSS_LU: Final = 6.0  # of what the limiter takes away, that is made up for


class _Speaker:
    """The loudness of what was heard of a speaker, before and after the limiter, without the gain."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._before, self._after = LoudnessMeter(sample_rate_hz), LoudnessMeter(sample_rate_hz)
        self._loss_lu = 0.0

    def gain_db(self, samples: Samples, target_lufs: float) -> float:
        """Return the gain for the next samples of the speaker."""
        self._before.add(samples)
        lufs = self._before.integrated_lufs()
        return 0.0 if math.isinf(lufs) else round(min(target_lufs - lufs + self._loss_lu, MAX_GAIN_DB), GAIN_DIGITS)

    def note(self, limited: Samples) -> None:
        """Learn from the samples after the limiter how much louder the next ones must be."""
        self._after.add(limited)
        loss_lu = self._before.integrated_lufs() - self._after.integrated_lufs()
        self._loss_lu = 0.0 if math.isnan(loss_lu) else min(max(loss_lu, 0.0), MAX_LOSS_LU)


class SoundStream:
    """Levels and encodes passages one by one.

    Each passage gets the gain that brings its speaker's passages so far to the loudness that is asked for, and goes
    through the limiter, whose loss so far is made up for. So the speakers are in balance.

    Args:
        settings: How the edition is to sound. The watermark is not added.
        write: Called with MP3 data as soon as there is some.
    """

    def __init__(self, settings: AudioSettings, write: Callable[[bytes], object]) -> None:
        self._settings, self._write = settings, write
        self._lame = lame_encoder(settings.sample_rate_hz, settings.bitrate_kbps)
        self._speakers: dict[str, _Speaker] = {}

    def add(self, passage: Passage) -> None:
        """Write a passage."""
        self._write(bytes(self._lame.encode(lame_input(self._levelled(passage)))))

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._write(bytes(self._lame.flush()))

    def _levelled(self, passage: Passage) -> Samples:
        settings, rate_hz = self._settings, self._settings.sample_rate_hz
        speaker = self._speakers.setdefault(passage.cue.speaker, _Speaker(rate_hz))
        gain = 10 ** (speaker.gain_db(passage.samples, settings.target_lufs) / 20)
        reach = rate_hz * REACH_MS // 1000
        margin, ceiling_db = limiter_margin(reach), settings.true_peak_dbtp - HEADROOM_DB
        sound = np.pad(passage.samples * np.float32(gain), margin)
        limited = sound * limiting_gain(sound, ceiling=10 ** (ceiling_db / 20), reach=reach)
        levelled = limited[margin:-margin].astype(np.float32, copy=False)
        speaker.note(levelled / np.float32(gain))
        return levelled


def streamed(passages: Iterable[Passage], stream: SoundStream) -> Iterator[Passage]:
    """Yield passages after they were added to a stream, which is finished after the last one."""
    for passage in passages:
        stream.add(passage)
        yield passage
    stream.finish()
