"""Passages -> the finished sound: speakers in balance, at the loudness and under the true peak that were asked for.

The passages are spooled to a temporary file once, so that memory does not grow with the article, and then read as
often as it takes: to find the gain that brings the limited sound to its loudness, and to be encoded.
"""

from __future__ import annotations

import math
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import numpy as np

from narrate.audio.encoders import Encoder, encoder
from narrate.audio.loudness import (
    CELLS_PER_S,
    Cells,
    LoudnessMeter,
    PeakMeter,
    Samples,
    Sketch,
    limiter_margin,
    limiting_gain,
    lufs_within,
)
from narrate.audio.mp3 import Mp3Encoder, decoded
from narrate.audio.settings import AudioSettings, Mastered, Target
from narrate.audio.watermark import Watermark, absence
from narrate.concurrency import ordered_map
from narrate.errors import DeliveryError
from narrate.storage import writing
from narrate.types import Cue, Loudness, Passage

FIRST_GAIN_DB: Final = 0.3
"""What limiting takes, as a rule."""
ONE_STEP_LU: Final = 0.3
"""From so near its target the loudness gets there by one more step, to within a tenth; what is encoded is measured
again."""
CLOSE_BALANCE_LU: Final = 1.2
"""How near to the whole each speaker is brought; 2 LU are promised."""
FORETOLD_BALANCE_LU: Final = 0.6
MAX_PASSES: Final = 5
FIRST_RISE: Final = 1.25
MAX_RISE: Final = 6.0
"""So many dB of gain make the limited sound louder by 1 LU: as a rule, and at most."""
HEADROOM_DB: Final = 1.0
"""The limiter's ceiling is this far under the true peak allowed: MP3 overshoots what it encodes, and seldom by more."""
REACH_MS: Final = 10
"""The limiter looks this far ahead and back; a period of the deepest voice is shorter."""
MAX_GAIN_DB: Final = 60.0
CHUNK_S: Final = 3
MAX_ENCODINGS: Final = 3


class Mastering:
    """The mastering of one edition: a context that holds its sound in a temporary file.

    Args:
        settings: The sample rate, the targets and the formats.
        executor: Limits the next seconds of sound while those before are measured or encoded.

    Raises:
        DeliveryError: The temporary folder has no room for the sound.
    """

    def __init__(self, settings: AudioSettings, executor: Executor | None = None) -> None:
        self.cues: list[Cue] = []
        self._settings = settings
        self._executor = executor
        self._rate_hz = settings.sample_rate_hz
        self._samples = 0
        self._ends: list[int] = []
        self._sketch = Sketch(self._rate_hz)
        self._gains: dict[str, float] = {}
        self._gain_db = FIRST_GAIN_DB
        self._codec_lu = 0.0
        self._ceiling_dbtp = settings.true_peak_dbtp - HEADROOM_DB
        self._reach = self._rate_hz * REACH_MS // 1000

    def __enter__(self) -> Self:
        with _spooling():
            self._spool: IO[bytes] = tempfile.TemporaryFile(prefix="narrate-")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # what was buffered for a full disk cannot be flushed
            self._spool.close()

    def record(self, passages: Iterable[Passage]) -> None:
        """Take over all passages, and find the gains. Whatever ``passages`` raises goes through."""
        for passage in passages:
            with _spooling():
                self._spool.write(passage.samples.astype("<f4", copy=False).tobytes())
            self._sketch.add(passage.samples)
            self.cues.append(passage.cue)
            self._samples += len(passage.samples)
            self._ends.append(self._samples)
        with _spooling():
            self._spool.flush()
        raw_lufs = self._turns_lufs(self._sketch.cells())
        self._gains = {name: self._balancing_gain(lufs) for name, lufs in raw_lufs.items()}
        self._reach_loudness()

    def chunks(self) -> Iterator[Samples]:
        """The finished sound, a few seconds at a time."""
        return ordered_map(self._limited, range(0, self._samples, CHUNK_S * self._rate_hz), self._executor)

    def encode(self, targets: Mapping[str, Target]) -> Mastered:
        """Write the sound as MP3 and in the other formats, until the MP3 decodes to what was asked for.

        As a rule the first encoding does. If ``MAX_ENCODINGS`` do not, the last one is kept, with a warning. Where the
        sound is to be marked, it is measured with its mark.
        """
        mp3, settings = targets["mp3"], self._settings
        for _ in range(MAX_ENCODINGS):
            self._write(targets)
            with writing(mp3.final):
                loudness = measure(decoded(mp3.path), self._rate_hz, executor=self._executor)
            is_accepted = self.accepts(loudness)
            if is_accepted:
                break
        warning = (
            f"The sound has {loudness.integrated_lufs:.1f} LUFS and {loudness.true_peak_dbtp:.1f} dBTP: "
            f"{settings.target_lufs:g} LUFS and at most {settings.true_peak_dbtp:g} dBTP were asked for, and not "
            f"reached in {MAX_ENCODINGS} encodings."
        )
        return Mastered(
            cues=tuple(self.cues),
            duration_s=self._samples / self._rate_hz,
            loudness=loudness,
            watermark=_watermark_state(settings.watermark, mp3.path),
            warnings=() if is_accepted else (warning,),
        )

    def _write(self, targets: Mapping[str, Target]) -> None:
        """Encode the finished sound in all formats at once."""
        mp3, rate_hz = targets["mp3"], self._rate_hz
        with ExitStack() as stack:
            encoders: list[Encoder] = [
                Mp3Encoder(mp3.path, mp3.final, sample_rate_hz=rate_hz, bitrate_kbps=self._settings.bitrate_kbps)
            ]
            stack.enter_context(encoders[0])
            for name in self._settings.formats:
                target = targets[name]
                encoders.append(stack.enter_context(encoder(name, target.path, target.final, sample_rate_hz=rate_hz)))
            finished = self.chunks()
            if self._settings.watermark and not absence():
                finished = self._settings.watermark.add(finished, sample_rate_hz=rate_hz)
            for chunk in finished:
                for one in encoders:
                    one.write(chunk)

    def accepts(self, decoded: Loudness) -> bool:
        """Whether the encoded file, as it decodes, is what was asked for. If it is not, ``chunks`` make up for it."""
        excess_db = decoded.true_peak_dbtp - (self._settings.true_peak_dbtp - 0.1)
        missing_lu = self._settings.target_lufs - decoded.integrated_lufs
        if math.isinf(missing_lu) or (excess_db <= 0 and abs(missing_lu) <= 0.2):
            return True
        if excess_db > 0:
            self._ceiling_dbtp -= excess_db + 0.1
        self._codec_lu += missing_lu
        self._reach_loudness()
        return False

    def _balancing_gain(self, lufs: float) -> float:
        """The one factor by which a speaker's turns come to the target."""
        return 1.0 if math.isinf(lufs) else float(10 ** (min(self._settings.target_lufs - lufs, MAX_GAIN_DB) / 20))

    def _reach_loudness(self) -> None:
        """Find the gains with which the limited sound has its loudness, and its speakers their balance: limiting takes
        some of a voice with high peaks, and none of another. What can be foretold of that need not be tried."""
        self._approach(self._foretold_cells, within_lu=FORETOLD_BALANCE_LU)
        self._approach(self._limited_cells, within_lu=CLOSE_BALANCE_LU)

    def _approach(self, limited_cells: Callable[[], Cells], *, within_lu: float) -> None:
        """Change the gains until what is limited with them is as loud as it should be, and each speaker's turns are,
        but for so many LU."""
        rise, former = FIRST_RISE, None
        for _ in range(MAX_PASSES):
            cells = limited_cells()
            whole_lufs, turns_lufs = lufs_within(cells, [(0, len(cells))]), self._turns_lufs(cells)
            if former and whole_lufs != former[1]:
                rise = min(max((self._gain_db - former[0]) / (whole_lufs - former[1]), 1.0), MAX_RISE)
            missing_lu = self._settings.target_lufs + self._codec_lu - whole_lufs
            apart_lu = {name: turn - whole_lufs for name, turn in turns_lufs.items() if not math.isinf(turn)}
            unbalanced = {name: lu for name, lu in apart_lu.items() if abs(lu) > within_lu}
            if math.isinf(missing_lu):
                return
            former = None if unbalanced else (self._gain_db, whole_lufs)  # a balance regained is louder, too
            for name, lu in unbalanced.items():
                self._gains[name] *= 10 ** (-rise * lu / 20)
            self._gain_db = min(self._gain_db + rise * missing_lu, MAX_GAIN_DB)
            if abs(missing_lu) <= ONE_STEP_LU and not unbalanced:
                return

    def _foretold_cells(self) -> Cells:
        """What ``_limited_cells`` gives, but for some tenths of a LU."""
        cell = self._rate_hz // CELLS_PER_S
        middles = np.arange(self._samples // cell) * cell + cell // 2
        speakers = np.array([self._gains[cue.speaker] for cue in self.cues], dtype=np.float32)
        gains = 10 ** (self._gain_db / 20) * speakers[np.searchsorted(self._ends, middles, side="right")]
        return self._sketch.limited_cells(gains, 10 ** (self._ceiling_dbtp / 20))

    def _limited_cells(self) -> Cells:
        """The finished sound with the gains as they are, in mean squares of 100 ms."""
        meter = LoudnessMeter(self._rate_hz)
        for chunk in self.chunks():
            meter.add(chunk)
        return meter.cells()

    def _limited(self, start: int) -> Samples:
        """A few seconds of finished sound, from the sample ``start`` on."""
        stop, margin = min(start + CHUNK_S * self._rate_hz, self._samples), limiter_margin(self._reach)
        sound = 10 ** (self._gain_db / 20) * self._balanced(start - margin, stop + margin)
        limited = sound * limiting_gain(sound, ceiling=10 ** (self._ceiling_dbtp / 20), reach=self._reach)
        return limited[margin:-margin].astype(np.float32, copy=False)

    def _turns_lufs(self, cells: Cells) -> dict[str, float]:
        """How loud each speaker's turns are."""
        turns: dict[str, list[tuple[float, float]]] = {}
        for cue in self.cues:
            turns.setdefault(cue.speaker, []).append((cue.start_s * CELLS_PER_S, cue.end_s * CELLS_PER_S))
        return {name: lufs_within(cells, spans) for name, spans in turns.items()}

    def _balanced(self, start: int, stop: int) -> Samples:
        """Spooled samples, each with the gain of its speaker; silence where there are none."""
        first, last = max(start, 0), min(stop, self._samples)
        with _spooling():
            self._spool.seek(4 * first)
            sound = np.frombuffer(self._spool.read(4 * (last - first)), dtype="<f4").astype(np.float32)
        at = first
        for number in range(bisect_right(self._ends, first), len(self._ends)):
            end = min(self._ends[number], last)
            sound[at - first : end - first] *= self._gains[self.cues[number].speaker]
            at = end
            if at == last:
                break
        return np.pad(sound, (first - start, stop - last))


def measure(chunks: Iterable[Samples], sample_rate_hz: int, *, executor: Executor | None = None) -> Loudness:
    """Return loudness and true peak of a whole sound; ``executor`` measures the one while the other is measured."""
    meter, peak = LoudnessMeter(sample_rate_hz), PeakMeter()

    def weighed(chunk: Samples) -> Samples:
        meter.add(chunk)
        return chunk

    for chunk in ordered_map(weighed, chunks, executor):
        peak.add(chunk)
    return Loudness(meter.integrated_lufs(), peak.true_peak_dbtp())


def _watermark_state(watermark: Watermark | None, mp3: Path) -> str:
    """Say what became of the watermark: it is done only if it is found in the finished sound."""
    if watermark is None:
        return "off"
    if lack := absence():
        return f"not available ({lack})"
    return watermark.state if watermark.survives(mp3) else "not available (the sound is too short to hold it)"


@contextmanager
def _spooling() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeliveryError(
            f"Cannot keep the takes in the temporary folder: {error.strerror or error}. An hour of sound needs 700 MB; "
            "the environment variable TMPDIR names another folder."
        ) from error
