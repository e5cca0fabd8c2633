"""Loudness and true peak of mono sound, by ITU-R BS.1770-4, measured as the sound streams by; and a true-peak limiter.

A mono file counts as one channel, as the standard has it and as ffmpeg's ``ebur128`` does: a sine of 997 Hz at full
scale measures -3.01 LUFS. Players that send it to two loudspeakers make it 3.01 LU louder ("dual mono").
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Samples = npt.NDArray[np.float32]
Cells = npt.NDArray[np.float64]
"""Mean squares of stretches of 100 ms."""

OFFSET_LU: Final = -0.691
"""BS.1770-4, equation 2."""
ABSOLUTE_GATE_LUFS: Final = -70.0
RELATIVE_GATE_LU: Final = -10.0
CELLS_PER_S: Final = 10
"""Blocks of 400 ms overlap by 75 %: each is four cells of 100 ms."""
CELLS_PER_BLOCK: Final = 4
PARTS: Final = 10
"""Of a cell, in a sketch: as long as the limiter looks ahead."""
NEXT: Final = 0.8
"""Of what a part of a sketch is limited by, so much reaches the parts beside it; measured on two engines' speech."""

_PHASE_0: Final = (
    0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
    0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500,
)  # fmt: skip
_PHASE_1: Final = (
    -0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250,
    0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375,
)  # fmt: skip
OVERSAMPLING: Final = np.array([_PHASE_0, _PHASE_1, _PHASE_1[::-1], _PHASE_0[::-1]], dtype=np.float32)
"""BS.1770-4, annex 2: the interpolating filter for four times the sample rate, a row a phase."""
TAPS: Final = OVERSAMPLING.shape[1]
BATCH: Final = 16
"""The limiter and the peak meter reckon in batches of so many samples; the limiter draws straight lines between."""
PEAK_SPAN: Final = 1024 * BATCH
"""After so many samples the peak meter looks again what can be higher."""
HIGHEST_RISE: Final = float(np.abs(OVERSAMPLING).sum(axis=1).max())
"""No true peak is higher than the highest sample around it times this."""


def k_weighting(sample_rate_hz: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The two filters of BS.1770-4, tables 1 and 2, as rows ``b0 b1 b2 a0 a1 a2``, for any sample rate.

    At 48 kHz they are the standard's numbers. For other rates the analogue filters behind those numbers (a high shelf
    at 1682 Hz of 4 dB, a high pass at 38 Hz) are carried over by the same bilinear transform.
    """
    gain, high, quality = 10 ** (3.999843853973347 / 20), 1681.974450955533, 0.7071752369554196
    k = math.tan(math.pi * high / sample_rate_hz)
    middle = gain**0.4996667741545416
    shelf = np.array([
        gain + middle * k / quality + k * k, 2 * (k * k - gain), gain - middle * k / quality + k * k,
        1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k,
    ])  # fmt: skip
    low, quality = 38.13547087602444, 0.5003270373238773
    k = math.tan(math.pi * low / sample_rate_hz)
    scale = 1 + k / quality + k * k
    high_pass = np.array([scale, -2 * scale, scale, scale, 2 * (k * k - 1), 1 - k / quality + k * k])
    return shelf / shelf[3], high_pass / scale


class LoudnessMeter:
    """Integrated loudness of mono samples that are handed over piece by piece. Memory: 80 bytes a second."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._cell = sample_rate_hz // CELLS_PER_S
        # The filter is applied to the spectrum, block by block. An eighth of a second is as long as its ringing can be
        # told from silence (by then it is down 250 dB); that much of each block overlaps the one before.
        self._overlap = sample_rate_hz // 8
        self._size = 1 << (self._overlap * 5).bit_length()
        self._response = _response(sample_rate_hz, self._size)
        self._former = np.zeros(self._overlap, dtype=np.float32)
        self._waiting = np.zeros(0, dtype=np.float32)
        self._filtered = np.zeros(0, dtype=np.float32)
        self._cells: list[npt.NDArray[np.float64]] = []

    def add(self, samples: Samples) -> None:
        """Measure more samples, shape (n,)."""
        hop = self._size - self._overlap
        waiting = np.concatenate([self._waiting, samples])
        whole = len(waiting) // hop * hop
        for start in range(0, whole, hop):
            self._collect(self._weighted(waiting[start : start + hop]))
        self._waiting = waiting[whole:]

    def integrated_lufs(self) -> float:
        """The loudness so far, gated; minus infinity for silence. Less than 400 ms are taken for one block."""
        cells, rest = self._heard()
        if len(cells) < CELLS_PER_BLOCK:
            everything = np.concatenate([np.repeat(cells, self._cell), rest**2])
            return _lufs(float(everything.mean())) if len(everything) else -math.inf
        return lufs_within(cells, [(0, len(cells))])

    def cells(self) -> Cells:
        """The mean square of every whole 100 ms so far, K-weighted."""
        return self._heard()[0]

    def _heard(self) -> tuple[Cells, Samples]:
        """The cells, and the filtered samples after the last of them."""
        rest = len(self._waiting)
        padded = np.pad(self._waiting, (0, self._size - self._overlap - rest))
        last = np.concatenate([self._filtered, self._weighted(padded, keep=False)[:rest]])
        cells = np.concatenate([*self._cells, _mean_squares(last, self._cell)])
        return cells, last[len(last) // self._cell * self._cell :]

    def _weighted(self, samples: Samples, *, keep: bool = True) -> Samples:
        block = np.concatenate([self._former, samples])
        if keep:
            self._former = block[-self._overlap :]
        filtered = np.fft.irfft(np.fft.rfft(block) * self._response, self._size)
        return filtered[self._overlap :].astype(np.float32, copy=False)

    def _collect(self, filtered: Samples) -> None:
        filtered = np.concatenate([self._filtered, filtered])
        self._cells.append(_mean_squares(filtered, self._cell))
        self._filtered = filtered[len(filtered) // self._cell * self._cell :]


@lru_cache(maxsize=4)
def _response(sample_rate_hz: int, size: int) -> npt.NDArray[np.complex64]:
    """What K-weighting does to each frequency of ``size`` samples."""
    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    shelf, high_pass = (np.polyval(f[2::-1], turn) / np.polyval(f[:2:-1], turn) for f in k_weighting(sample_rate_hz))
    return np.asarray(shelf * high_pass, dtype=np.complex64)


def lufs_within(cells: Cells, spans: Iterable[tuple[float, float]]) -> float:
    """The loudness of ``spans``, [from, to) counted in ``cells``, together: to whole cells, and gated.

    A span that holds no block of 400 ms counts with its loudest cell.
    """
    blocks = [np.zeros(0)]
    for start, stop in spans:
        within = cells[math.ceil(start) : int(stop)]
        if len(within) >= CELLS_PER_BLOCK:
            blocks.append(np.convolve(within, np.ones(CELLS_PER_BLOCK), "valid") / CELLS_PER_BLOCK)
        else:
            blocks.append(cells[int(start) : math.ceil(stop)].max(initial=0.0, keepdims=True))
    heard = np.concatenate([block[block > _mean_square(ABSOLUTE_GATE_LUFS)] for block in blocks])
    if len(heard) == 0:
        return -math.inf
    gate = _mean_square(_lufs(float(heard.mean())) + RELATIVE_GATE_LU)
    return _lufs(float(heard[heard > gate].mean()))


class Sketch:
    """Mono samples as their loudness, and their peaks ten times finer: enough to foretell what a limiter leaves of
    their loudness, and quick. Memory: 880 bytes a second."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._meter = LoudnessMeter(sample_rate_hz)
        self._cell = sample_rate_hz // CELLS_PER_S
        self._waiting = np.zeros(0, dtype=np.float32)
        self._peaks = [np.zeros((0, PARTS), dtype=np.float32)]
        self._powers = [np.zeros((0, PARTS), dtype=np.float32)]

    def add(self, samples: Samples) -> None:
        """Sketch more samples, shape (n,)."""
        self._meter.add(samples)
        waiting = np.concatenate([self._waiting, samples])
        whole, part = len(waiting) // self._cell * self._cell, self._cell // PARTS
        parts = waiting[:whole].reshape(-1, self._cell)[:, : part * PARTS].reshape(-1, PARTS, part)
        self._peaks.append(np.abs(parts).max(axis=2, initial=0))
        self._powers.append(np.einsum("ijk,ijk->ij", parts, parts))
        self._waiting = waiting[whole:]

    def cells(self) -> Cells:
        """As of a ``LoudnessMeter``."""
        return self._meter.cells()

    def limited_cells(self, gains: Samples, ceiling: float) -> Cells:
        """The cells as they would be with a gain for each, shape (cells,), and then limited to ``ceiling``."""
        peaks, powers = (np.concatenate(each).reshape(-1) for each in (self._peaks, self._powers))
        lost = np.pad(1 - ceiling / np.maximum(peaks * np.repeat(gains, PARTS), ceiling), 1)
        left = powers * (1 - np.maximum(lost[1:-1], NEXT * np.maximum(lost[:-2], lost[2:]))) ** 2
        kept, all_of_it = (each.reshape(-1, PARTS).sum(axis=1) for each in (left, powers))
        shares = np.divide(kept, all_of_it, out=np.ones_like(kept), where=all_of_it > 0)
        return np.asarray(self.cells() * gains**2 * shares)


def _mean_squares(samples: Samples, size: int) -> npt.NDArray[np.float64]:
    """The mean square of each whole run of ``size`` samples."""
    cells = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    return np.asarray(np.einsum("ij,ij->i", cells, cells) / size)


def _lufs(mean_square: float) -> float:
    return OFFSET_LU + 10 * math.log10(mean_square) if mean_square > 0 else -math.inf


def _mean_square(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET_LU) / 10))


class PeakMeter:
    """True peak of mono samples that are handed over piece by piece."""

    def __init__(self) -> None:
        self._peak = 0.0
        self._waiting = np.zeros(TAPS - 1, dtype=np.float32)

    def add(self, samples: Samples) -> None:
        """Measure more samples, shape (n,)."""
        stretch = np.concatenate([self._waiting, samples])
        whole = max(0, len(stretch) - TAPS + 1) // BATCH * BATCH
        self._waiting = stretch[whole:]
        self._peak = max(self._peak, float(np.abs(samples).max(initial=0)))
        for start in range(0, whole, PEAK_SPAN):
            self._look_at(stretch[start : min(start + PEAK_SPAN, whole) + TAPS - 1])

    def true_peak_dbtp(self) -> float:
        """The highest so far, in dB below full scale; minus infinity for silence."""
        self._look_at(np.pad(self._waiting, (0, BATCH + TAPS - 1)))
        return 20 * math.log10(self._peak) if self._peak > 0 else -math.inf

    def _look_at(self, stretch: Samples) -> None:
        """Interpolate where there can be anything higher than the highest so far, a batch at a time."""
        windows = sliding_window_view(stretch, BATCH + TAPS - 1)[::BATCH]
        high = np.flatnonzero(np.abs(windows).max(axis=1, initial=0) * HIGHEST_RISE > self._peak)
        self._peak = max(self._peak, float(_between(windows[high]).max(initial=0)))


def _between(samples: Samples) -> Samples:
    """The highest of the four interpolated values, at each place of the last axis that has neighbours enough.

    Shape (..., n) -> (..., n - 11). Sums of shifted samples: at such sizes a matrix product costs more in threads.
    """
    count = max(0, samples.shape[-1] - TAPS + 1)
    highest = np.zeros((*samples.shape[:-1], count), dtype=np.float32)
    for phase in OVERSAMPLING:
        value = np.zeros_like(highest)
        for shift, tap in enumerate(phase):
            value += tap * samples[..., shift : shift + count]
        np.maximum(highest, np.abs(value), out=highest)
    return highest


def limiting_gain(samples: Samples, *, ceiling: float, reach: int) -> Samples:
    """The gain that keeps the true peak of ``samples`` under ``ceiling`` (linear), shape (n,), values in (0, 1].

    It looks about ``reach`` samples ahead and back: at each sample it is at most what the highest peak within reach
    asks for, and gets there without corners. Within ``limiter_margin(reach)`` of the ends it knows too little.
    """
    count = -(-len(samples) // BATCH)
    padded = np.pad(samples, (BATCH, count * BATCH - len(samples) + BATCH))
    peaks = np.abs(padded).reshape(-1, BATCH).max(axis=1)
    peaks = np.maximum(np.maximum(peaks[:-2], peaks[1:-1]), peaks[2:])
    loud = np.flatnonzero(peaks * HIGHEST_RISE > ceiling)
    if len(loud) == 0:
        return np.ones(len(samples), dtype=np.float32)
    windows = sliding_window_view(padded, BATCH + TAPS - 1)[loud * BATCH + BATCH - TAPS // 2]
    sampled = np.abs(padded[BATCH:-BATCH].reshape(-1, BATCH)[loud]).max(axis=1)
    wanted = np.ones(count, dtype=np.float32)
    wanted[loud] = ceiling / np.maximum(np.maximum(sampled, _between(windows).max(axis=1)), ceiling)
    half = _batches(reach) // 4
    lowest = _lowest(wanted, 2 * (2 * half + 1) + 1)
    nodes = np.append(_mean(_mean(lowest, 2 * half + 1), 2 * half + 1), 1.0).astype(np.float32)
    ramp = np.arange(BATCH, dtype=np.float32) / BATCH
    gain = nodes[:-1, None] + np.diff(nodes)[:, None] * ramp
    return np.asarray(gain.reshape(-1)[: len(samples)], dtype=np.float32)


def limiter_margin(reach: int) -> int:
    """How many samples, whole batches, the limiter must see beyond those whose gain is wanted."""
    return (_batches(reach) + 4) * BATCH


def _batches(reach: int) -> int:
    return -(-2 * reach // BATCH)


def _lowest(values: Samples, width: int) -> Samples:
    """The lowest of the ``width`` (odd) values around each, by windows that double; beyond the ends there are ones."""
    reached, half = 1, width // 2
    windows = np.pad(values, half, constant_values=1.0)
    while reached < width:
        step = min(reached, width - reached)
        windows = np.minimum(windows[:-step], windows[step:])
        reached += step
    return windows


def _mean(values: npt.NDArray[Any], width: int) -> npt.NDArray[np.float64]:
    """The mean of the ``width`` (odd) values around each; beyond the ends the outermost value goes on."""
    summed = np.cumsum(np.pad(values, (width // 2 + 1, width // 2), mode="edge"), dtype=np.float64)
    return np.asarray((summed[width:] - summed[:-width]) / width)
