"""The finished sound of an edition: speakers in balance, at its loudness, under its true peak, encoded.

The assembled sound is written to a temporary file once, so that memory does not grow with the article. It is then read
as often as needed: to find the gain with which the limited sound has its loudness, and to be encoded.
"""

from __future__ import annotations

import math
import tempfile
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise, takewhile
from pathlib import Path
from typing import IO, Final, Self

import numpy as np
import numpy.typing as npt

from narrate.audio.encoders import encoder
from narrate.audio.limiter import Sketch, limiter_margin, limiting_gain
from narrate.audio.meter import (
    BATCH,
    CELLS_PER_S,
    MOST_CELLS,
    RINGING_CELLS,
    Cells,
    LoudnessMeter,
    PeakMeter,
    Samples,
    lufs_within,
    mean_squares,
    runs_of,
    with_ringing,
)
from narrate.audio.mp3 import (
    FRAMES_AFTER_SEAM,
    FRAMES_BEFORE_SEAM,
    SAMPLES_PER_FRAME,
    Mp3File,
    Mp3Part,
    decoded,
    encoded,
)
from narrate.audio.settings import AudioSettings, Mastered, Target
from narrate.audio.watermark import ReadSound, Watermark, absence
from narrate.concurrency import background_thread, ordered_map
from narrate.errors import DeliveryError, reason
from narrate.storage import writing
from narrate.types import Cue, Loudness, Passage

FIRST_GAIN_DB: Final = 0.3  # the first guess of the gain that makes up for limiting
ONE_STEP_LU: Final = 0.3  # so close to its target, one more change of the gain reaches it to within a tenth
MEASURED_BALANCE_LU: Final = 1.2  # how close each speaker is brought to the whole; the documentation promises 2 LU
ESTIMATED_BALANCE_LU: Final = 0.6  # the same on the estimate (see Sketch), which errs by some tenths of a LU
MAX_PASSES: Final = 5
FIRST_SLOPE: Final = 1.25  # how many dB of gain make the limited sound louder by 1 LU, before that has been measured
MAX_SLOPE: Final = 6.0
HEADROOM_DB: Final = 1.0  # between the limiter's ceiling and the true peak allowed: MP3 seldom overshoots by more
REACH_MS: Final = 10  # how far the limiter looks ahead and back; a period of the deepest voice is shorter
MAX_GAIN_DB: Final = 60.0
GAIN_DIGITS: Final = 3
"""Decimals of a gain in dB. So the samples do not depend on how a processor rounds what is measured."""
CHUNK_S: Final = 3
PART_S: Final = 90
"""Seconds of sound that are at least encoded at once. An edition of twice as many or more is encoded in parts, so that
two cores encode an ordinary article in half the time."""
MEASURED_S: Final = 150
MEASURED_PIECES: Final = 4
"""The MP3 of an edition of so many times so many seconds is measured in so many pieces."""
MAX_ENCODINGS: Final = 3
LUFS_TOLERANCE: Final = 0.2  # for the loudness of the MP3; the documentation promises 0.3 LU by any meter
PEAK_MARGIN_DB: Final = 0.1  # by which the true peak of the MP3 stays below the one allowed, as meters differ that much


class Mastering:
    """The mastering of one edition: a context that holds its sound in a temporary file.

    ``executor`` has threads that limit and measure the next seconds of sound while those before are used.
    Raises ``DeliveryError`` if the temporary folder has no room for the sound.
    """

    def __init__(self, settings: AudioSettings, executor: Executor | None = None) -> None:
        self.cues: list[Cue] = []
        self._settings = settings
        self._executor = executor
        self._rate_hz = settings.sample_rate_hz
        self._samples = 0
        self._ends: list[int] = []
        self._seams: list[int] = []
        self._reading = threading.Lock()
        self._sketch = Sketch(self._rate_hz, executor)
        self._is_limited: npt.NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        """For each cell of the sketch, whether the limiter can change it with the gains of ``_note_limited_cells``."""
        self._gains_db: dict[str, float] = {}
        self._gain_db = FIRST_GAIN_DB
        self._codec_lu = 0.0
        self._ceiling_dbtp = settings.true_peak_dbtp - HEADROOM_DB
        self._reach = self._rate_hz * REACH_MS // 1000

    def __enter__(self) -> Self:
        with _explain_full_folder():
            self._file: IO[bytes] = tempfile.TemporaryFile(prefix="narrate-")
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # what was buffered for a full disk cannot be flushed
            self._file.close()

    def record(self, passages: Iterable[Passage]) -> None:
        """Write all passages to the temporary file, and find the gains. Whatever ``passages`` raises goes through."""
        for passage in passages:
            step = CHUNK_S * self._rate_hz  # a passage may last for minutes
            for start in range(0, len(passage.samples), step):
                chunk = passage.samples[start : start + step]
                with _explain_full_folder():
                    self._file.write(np.ascontiguousarray(chunk, dtype="<f4").data)
                self._sketch.add(chunk)
            self.cues.append(passage.cue)
            self._samples += len(passage.samples)
            self._ends.append(self._samples)
            self._note_seam(passage)
        with _explain_full_folder():
            self._file.flush()
        for name, lufs in self._speaker_lufs(self._sketch.cells()).items():
            gain_db = 0.0 if math.isinf(lufs) else min(self._settings.target_lufs - lufs, MAX_GAIN_DB)
            self._gains_db[name] = round(gain_db, GAIN_DIGITS)
        self._find_gains()

    def encode(self, targets: Mapping[str, Target]) -> Mastered:
        """Write the sound as MP3 and in the other formats, until the MP3 decodes to what was asked for.

        As a rule the first encoding does. If ``MAX_ENCODINGS`` do not, the last one is kept, with a warning. A sound
        with a watermark is measured with it. Raises ``DeliveryError`` if a file cannot be written, or if the watermark
        program fails.
        """
        mp3, settings = targets["mp3"], self._settings
        for _ in range(MAX_ENCODINGS):
            self._write(targets)
            with writing(mp3.final):
                loudness = self._measured(mp3.path)
            is_accepted = self.accepts(loudness)
            if is_accepted:
                break
        warning = (
            f"The sound has {loudness.integrated_lufs:.1f} LUFS and {loudness.true_peak_dbtp:.1f} dBTP after "
            f"{MAX_ENCODINGS} encodings: {settings.target_lufs:g} LUFS and at most {settings.true_peak_dbtp:g} dBTP "
            "were asked for."
        )
        return Mastered(
            cues=tuple(self.cues),
            duration_s=self._samples / self._rate_hz,
            loudness=loudness,
            watermark=_watermark_state(settings.watermark, mp3.path),
            warnings=() if is_accepted else (warning,),
        )

    def _measured(self, mp3: Path) -> Loudness:
        """Measure the sound of the MP3: of a long one in pieces, of which threads decode several at once."""
        if self._samples < MEASURED_PIECES * MEASURED_S * self._rate_hz:
            return measure(decoded(mp3), self._rate_hz, executor=self._executor)
        cell = self._rate_hz // CELLS_PER_S
        step = -(-self._samples // (MEASURED_PIECES * cell)) * cell
        with _going_on() as is_going_on:

            def measured(start: int) -> tuple[Cells, float]:
                before = RINGING_CELLS if start else 0
                meter, peak = LoudnessMeter(self._rate_hz), PeakMeter()
                for chunk in takewhile(
                    is_going_on, decoded(mp3, start - before * cell, min(start + step, self._samples))
                ):
                    meter.add(chunk)
                    peak.add(chunk)
                return meter.cells()[before:], peak.true_peak_dbtp()

            pieces = [*ordered_map(measured, range(0, self._samples, step), self._executor, look_ahead=MEASURED_PIECES)]
        cells = np.concatenate([cells for cells, _ in pieces])
        return Loudness(lufs_within(cells, [(0, len(cells))]), max(peak_dbtp for _, peak_dbtp in pieces))

    def chunks(self) -> Iterator[Samples]:
        """Yield the finished sound, a few seconds at a time."""
        return self._finished(0, self._samples, self._executor)

    def accepts(self, decoded: Loudness) -> bool:
        """Return whether the MP3, as it decodes, is what was asked for. If not, change the gains to make up for it."""
        excess_db = decoded.true_peak_dbtp - (self._settings.true_peak_dbtp - PEAK_MARGIN_DB)
        missing_lu = self._settings.target_lufs - decoded.integrated_lufs
        if math.isinf(missing_lu) or (excess_db <= 0 and abs(missing_lu) <= LUFS_TOLERANCE):
            return True
        if excess_db > 0:
            self._ceiling_dbtp -= excess_db + PEAK_MARGIN_DB
        self._codec_lu += missing_lu
        self._find_gains()
        return False

    def _write(self, targets: Mapping[str, Target]) -> None:
        """Encode the finished sound in all formats."""
        watermark = self._settings.watermark
        with ExitStack() as stack:
            read: ReadSound = self._finished
            if watermark and not absence():
                read = stack.enter_context(watermark.added(self.chunks(), sample_rate_hz=self._rate_hz))
            self._write_mp3(targets["mp3"], read)
            writes = [
                stack.enter_context(encoder(name, targets[name].path, targets[name].final, self._rate_hz))
                for name in self._settings.formats
            ]
            for chunk in read(0, self._samples, self._executor) if writes else ():
                for write in writes:
                    write(chunk)

    def _write_mp3(self, target: Target, read: ReadSound) -> None:
        """Encode the MP3: several parts at once, or a single part while the next seconds of sound are prepared."""
        rate_hz, kbps, workers = self._rate_hz, self._settings.bitrate_kbps, self._settings.workers
        parts = [*pairwise(self._chosen_seams())]
        cores_for_parts, for_chunks = (workers, None) if len(parts) > 1 else (1, self._executor)
        with (
            background_thread(cores_for_parts, threads=workers) as executor,
            Mp3File(target.path, target.final, sample_rate_hz=rate_hz, bitrate_kbps=kbps) as file,
            _going_on() as is_going_on,
        ):

            def encode(part: tuple[int, int]) -> Mp3Part:
                sound = takewhile(is_going_on, read(*part, for_chunks))
                return encoded(sound, sample_rate_hz=rate_hz, bitrate_kbps=kbps, is_followed=part[1] < self._samples)

            for part in ordered_map(encode, parts, executor, look_ahead=workers):
                file.add(part)

    def _note_seam(self, passage: Passage) -> None:
        """Note where a part of the MP3 may end in the pause of the passage recorded last, if that is long enough."""
        sounding = round(passage.cue.end_s * self._rate_hz)
        seam = (-(-sounding // SAMPLES_PER_FRAME) + FRAMES_BEFORE_SEAM) * SAMPLES_PER_FRAME
        is_long = seam + FRAMES_AFTER_SEAM * SAMPLES_PER_FRAME <= self._samples
        if is_long and not passage.samples[sounding - self._samples :].any():
            self._seams.append(seam)

    def _chosen_seams(self) -> list[int]:
        """Return where the parts of the MP3 begin and end, in samples. Only the sound decides where."""
        count = self._samples // (PART_S * self._rate_hz)
        wanted = (number * self._samples // count for number in range(1, count))
        seams = {self._seams[at] for want in wanted if (at := bisect_left(self._seams, want)) < len(self._seams)}
        return [0, *sorted(seams - {0, self._samples}), self._samples]

    def _find_gains(self) -> None:
        """Find all gains, on the estimate first, as that is much faster than limiting the sound."""
        self._approach(self._estimated_cells, within_lu=ESTIMATED_BALANCE_LU)
        self._approach(self._limited_cells, within_lu=MEASURED_BALANCE_LU)
        self._note_limited_cells()

    def _approach(self, limited_cells: Callable[[], Cells], *, within_lu: float) -> None:
        """Change the gains until the limited sound has its loudness, and each speaker is ``within_lu`` of the whole."""
        slope, previous = FIRST_SLOPE, None
        for _ in range(MAX_PASSES):
            cells = limited_cells()
            whole_lufs, speaker_lufs = lufs_within(cells, [(0, len(cells))]), self._speaker_lufs(cells)
            if previous and whole_lufs != previous[1]:
                slope = min(max((self._gain_db - previous[0]) / (whole_lufs - previous[1]), 1.0), MAX_SLOPE)
            missing_lu = self._settings.target_lufs + self._codec_lu - whole_lufs
            apart_lu = {name: lufs - whole_lufs for name, lufs in speaker_lufs.items() if not math.isinf(lufs)}
            unbalanced = {name: lu for name, lu in apart_lu.items() if abs(lu) > within_lu}
            if math.isinf(missing_lu):
                return
            # A changed balance changes the loudness, too: such a pass says nothing of the slope.
            previous = None if unbalanced else (self._gain_db, whole_lufs)
            for name, lu in unbalanced.items():
                self._gains_db[name] = round(self._gains_db[name] - slope * lu, GAIN_DIGITS)
            self._gain_db = round(min(self._gain_db + slope * missing_lu, MAX_GAIN_DB), GAIN_DIGITS)
            if abs(missing_lu) <= ONE_STEP_LU and not unbalanced:
                return

    def _estimated_cells(self) -> Cells:
        """Estimate ``_limited_cells`` to within some tenths of a LU."""
        cell = self._rate_hz // CELLS_PER_S
        middles = np.arange(self._samples // cell) * cell + cell // 2
        gains = self._cue_gains()[np.searchsorted(self._ends, middles, side="right")]
        return self._sketch.limited_cells(gains, 10 ** (self._ceiling_dbtp / 20))

    def _limited_cells(self) -> Cells:
        """Measure the finished sound with the present gains.

        Where the limiter does nothing, and the gain is the same, the loudness follows from that of the sound.
        """
        cells, cell = self._sketch.cells(), self._rate_hz // CELLS_PER_S
        self._note_limited_cells()
        before, has_turn = self._gains_of_cells()
        is_changed = with_ringing(self._is_limited | has_turn)

        def measured(run: tuple[int, int]) -> Cells:
            return mean_squares(self._cut((run[0] - RINGING_CELLS) * cell, run[1] * cell), self._rate_hz)

        runs = runs_of(is_changed, gap=RINGING_CELLS, most=MOST_CELLS)
        limited = cells * before.astype(np.float64) ** 2
        for run, found in zip(runs, ordered_map(measured, runs, self._executor, look_ahead=4), strict=True):
            limited[slice(*run)] = found
        return limited

    def _gains_of_cells(self) -> tuple[Samples, npt.NDArray[np.bool_]]:
        """Return the gain with which each cell of the sketch begins, and whether another gain begins in it."""
        gains, cell = self._cue_gains(), self._rate_hz // CELLS_PER_S
        starts = np.arange(len(self._sketch.cells())) * cell
        turns = np.asarray(self._ends)[np.flatnonzero(np.diff(gains))] // cell
        return gains[np.searchsorted(self._ends, starts, side="right")], np.isin(starts // cell, turns)

    def _note_limited_cells(self) -> None:
        """Note in which cells of the sketch the limiter can change the sound with the present gains."""
        before, has_turn = self._gains_of_cells()
        highest = np.where(has_turn, self._cue_gains().max(initial=0), before)
        parts = self._sketch.limited_parts(highest, 10 ** (self._ceiling_dbtp / 20))
        self._is_limited = np.asarray(parts.any(axis=1))

    def _cut(self, start: int, stop: int) -> Samples:
        """Return the finished sound between two samples of a few chunks, limited in the same batches as in these."""
        step, parts = CHUNK_S * self._rate_hz, []
        for chunk in range(start // step * step, stop, step):
            first, last = max(start, chunk), min(stop, chunk + step)
            surplus = (first - chunk) % BATCH
            parts.append(self._limited(first - surplus, last)[surplus:])
        return np.concatenate(parts)

    def _finished(self, start: int, stop: int, executor: Executor | None) -> Iterator[Samples]:
        """Yield the finished sound between two samples, a few seconds at a time."""
        step = CHUNK_S * self._rate_hz
        starts = range(start, stop, step)
        return ordered_map(lambda at: self._limited(at, min(at + step, stop)), starts, executor, look_ahead=2)

    def _limited(self, start: int, stop: int) -> Samples:
        """Return the finished sound between two samples. Where the limiter does nothing, it does not run."""
        cell = self._rate_hz // CELLS_PER_S
        is_known = stop <= len(self._is_limited) * cell
        if is_known and not self._is_limited[start // cell : -(-stop // cell)].any():
            return self._balanced(start, stop)
        margin = limiter_margin(self._reach)
        sound = self._balanced(start - margin, stop + margin)
        limited = sound * limiting_gain(sound, ceiling=10 ** (self._ceiling_dbtp / 20), reach=self._reach)
        return limited[margin:-margin].astype(np.float32, copy=False)

    def _speaker_lufs(self, cells: Cells) -> dict[str, float]:
        turns: dict[str, list[tuple[float, float]]] = {}
        for cue in self.cues:
            turns.setdefault(cue.speaker, []).append((cue.start_s * CELLS_PER_S, cue.end_s * CELLS_PER_S))
        return {name: lufs_within(cells, spans) for name, spans in turns.items()}

    def _balanced(self, start: int, stop: int) -> Samples:
        """Read samples and apply their gains; beyond either end of the sound there is silence."""
        first, last = max(start, 0), min(stop, self._samples)
        with _explain_full_folder(), self._reading:
            self._file.seek(4 * first)
            sound = np.frombuffer(self._file.read(4 * (last - first)), dtype="<f4")
        heard = slice(bisect_right(self._ends, first), bisect_left(self._ends, last) + 1)
        balanced = np.empty(stop - start, dtype=np.float32)
        balanced[: first - start] = balanced[last - start :] = 0
        bounds = [first, *(min(end, last) for end in self._ends[heard])]
        for gain, (begin, end) in zip(self._cue_gains(heard), pairwise(bounds), strict=True):
            np.multiply(sound[begin - first : end - first], gain, out=balanced[begin - start : end - start])
        return balanced

    def _cue_gains(self, which: slice = slice(None)) -> Samples:
        """Return the gain before the limiter of each cue, as a factor."""
        gains = {name: 10 ** ((self._gain_db + gain_db) / 20) for name, gain_db in self._gains_db.items()}
        return np.array([gains[cue.speaker] for cue in self.cues[which]], dtype=np.float32)


def measure(chunks: Iterable[Samples], sample_rate_hz: int, *, executor: Executor | None = None) -> Loudness:
    """Measure loudness and true peak of a sound, in the executor's threads."""
    meter, peak = LoudnessMeter(sample_rate_hz, executor), PeakMeter(executor)
    for chunk in chunks:
        meter.add(chunk)
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
def _going_on() -> Iterator[Callable[[object], bool]]:
    """Yield a function that is true until the context ends with an error: then nothing waits for threads at work."""
    is_stopped = threading.Event()
    try:
        yield lambda _: not is_stopped.is_set()
    except BaseException:
        is_stopped.set()
        raise


@contextmanager
def _explain_full_folder() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeliveryError(
            f"Cannot keep the takes in the temporary folder: {reason(error)}. An hour of sound needs 700 MB. "
            "To use another folder, set the environment variable TMPDIR."
        ) from error
