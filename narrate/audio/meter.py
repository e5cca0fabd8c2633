"""Loudness and true peak of mono sound by ITU-R BS.1770-4, measured piece by piece.

A mono file counts as one channel, as in the standard and in ffmpeg's ``ebur128``: a sine of 997 Hz at full scale
measures -3.01 LUFS. Players that send it to two loudspeakers make it 3.01 LU louder ("dual mono").
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Samples = npt.NDArray[np.float32]  # mono samples, shape (n,), in [-1, 1]
Cells = npt.NDArray[np.float64]  # K-weighted mean squares of consecutive 100 ms of sound, shape (cells,)

OFFSET_LU: Final = -0.691  # BS.1770-4, equation 2
ABSOLUTE_GATE_LUFS: Final = -70.0  # BS.1770-4, equation 6
RELATIVE_GATE_LU: Final = -10.0  # BS.1770-4, equation 6
CELLS_PER_S: Final = 10
CELLS_PER_BLOCK: Final = 4  # the standard's blocks of 400 ms overlap by 75 %, so that each is four cells

_PHASE_0: Final = (
    0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
    0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500,
)  # fmt: skip
_PHASE_1: Final = (
    -0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250,
    0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375,
)  # fmt: skip
OVERSAMPLING: Final = np.array([_PHASE_0, _PHASE_1, _PHASE_1[::-1], _PHASE_0[::-1]], dtype=np.float32)
"""BS.1770-4, annex 2: the interpolating filter for four times the sample rate, one row per phase."""
TAPS: Final = OVERSAMPLING.shape[1]
BATCH: Final = 16  # the peak meter and the limiter compute in batches of this many samples
PEAK_SPAN: Final = 2048 * BATCH  # after so many samples the peak meter updates which can be higher than its peak so far
HIGHEST_RISE: Final = float(np.abs(OVERSAMPLING).sum(axis=1).max())  # of a true peak over the samples around it


def k_weighting(sample_rate_hz: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the two filters of K-weighting for a sample rate (BS.1770-4, tables 1 and 2).

    At 48 kHz they have the standard's coefficients. For other rates the analog filters behind those (a high shelf of
    4 dB at 1682 Hz, a high pass at 38 Hz) are converted by the same bilinear transform. The shelf and the high pass are
    each ``b0 b1 b2 a0 a1 a2``, shape (6,).
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
    """Measures the integrated loudness of sound that is added piece by piece. Needs 80 bytes per second of sound."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._cell = sample_rate_hz // CELLS_PER_S
        # The filter is applied to the spectrum, block by block. Each block overlaps the one before by an eighth of a
        # second, after which the filter's ringing has fallen by 250 dB.
        self._overlap = sample_rate_hz // 8
        self._size = 1 << (self._overlap * 5).bit_length()
        self._response = _response(sample_rate_hz, self._size)
        self._overlapping = np.zeros(self._overlap, dtype=np.float32)
        self._waiting = np.zeros(0, dtype=np.float32)
        self._filtered = np.zeros(0, dtype=np.float32)
        self._cells: list[npt.NDArray[np.float64]] = []

    def add(self, samples: Samples) -> None:
        """Measure more samples."""
        hop = self._size - self._overlap
        waiting = np.concatenate([self._waiting, samples])
        whole = len(waiting) // hop * hop
        for start in range(0, whole, hop):
            filtered = np.concatenate([self._filtered, self._weighted(waiting[start : start + hop])])
            self._cells.append(_mean_squares(filtered, self._cell))
            self._filtered = filtered[len(filtered) // self._cell * self._cell :]
        self._waiting = waiting[whole:]

    def integrated_lufs(self) -> float:
        """Return the gated loudness so far, minus infinity for silence. Less than 400 ms count as one block."""
        cells, rest = self._measured()
        if len(cells) < CELLS_PER_BLOCK:
            everything = np.concatenate([np.repeat(cells, self._cell), rest**2])
            return _lufs(float(everything.mean())) if len(everything) else -math.inf
        return lufs_within(cells, [(0, len(cells))])

    def cells(self) -> Cells:
        """Return the mean square of every whole 100 ms so far, K-weighted."""
        return self._measured()[0]

    def _measured(self) -> tuple[Cells, Samples]:
        """Return the cells, and the filtered samples after the last of them."""
        rest = len(self._waiting)
        padded = np.pad(self._waiting, (0, self._size - self._overlap - rest))
        last = np.concatenate([self._filtered, self._weighted(padded, keep=False)[:rest]])
        cells = np.concatenate([*self._cells, _mean_squares(last, self._cell)])
        return cells, last[len(last) // self._cell * self._cell :]

    def _weighted(self, samples: Samples, *, keep: bool = True) -> Samples:
        block = np.concatenate([self._overlapping, samples])
        if keep:
            self._overlapping = block[-self._overlap :]
        filtered = np.fft.irfft(np.fft.rfft(block) * self._response, self._size)
        return filtered[self._overlap :].astype(np.float32, copy=False)


@lru_cache(maxsize=4)
def _response(sample_rate_hz: int, size: int) -> npt.NDArray[np.complex64]:
    """Return the frequency response of K-weighting for a block of ``size`` samples."""
    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    shelf, high_pass = (np.polyval(f[2::-1], turn) / np.polyval(f[:2:-1], turn) for f in k_weighting(sample_rate_hz))
    return np.asarray(shelf * high_pass, dtype=np.complex64)


def lufs_within(cells: Cells, spans: Iterable[tuple[float, float]]) -> float:
    """Return the gated loudness of several stretches of a sound taken together, in LUFS; minus infinity for silence.

    Start and end of each stretch are in cells. Only whole cells within count. A stretch that holds no block of 400 ms
    counts with its loudest cell.
    """
    blocks = [np.zeros(0)]
    for start, stop in spans:
        within = cells[math.ceil(start) : int(stop)]
        if len(within) >= CELLS_PER_BLOCK:
            blocks.append(np.convolve(within, np.ones(CELLS_PER_BLOCK), "valid") / CELLS_PER_BLOCK)
        else:
            blocks.append(cells[int(start) : math.ceil(stop)].max(initial=0.0, keepdims=True))
    audible = np.concatenate([block[block > _mean_square(ABSOLUTE_GATE_LUFS)] for block in blocks])
    if len(audible) == 0:
        return -math.inf
    gate = _mean_square(_lufs(float(audible.mean())) + RELATIVE_GATE_LU)
    return _lufs(float(audible[audible > gate].mean()))


def _mean_squares(samples: Samples, size: int) -> npt.NDArray[np.float64]:
    cells = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    return np.asarray(np.einsum("ij,ij->i", cells, cells) / size)


def _lufs(mean_square: float) -> float:
    return OFFSET_LU + 10 * math.log10(mean_square) if mean_square > 0 else -math.inf


def _mean_square(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET_LU) / 10))


class PeakMeter:
    """Measures the true peak of sound that is added piece by piece."""

    def __init__(self) -> None:
        self._peak = 0.0
        self._waiting = np.zeros(TAPS - 1, dtype=np.float32)

    def add(self, samples: Samples) -> None:
        """Measure more samples."""
        stretch = np.concatenate([self._waiting, samples])
        whole = max(0, len(stretch) - TAPS + 1) // BATCH * BATCH
        self._waiting = stretch[whole:]
        self._peak = max(self._peak, float(np.abs(samples).max(initial=0)))
        for start in range(0, whole, PEAK_SPAN):
            self._interpolate(stretch[start : min(start + PEAK_SPAN, whole) + TAPS - 1])

    def true_peak_dbtp(self) -> float:
        """Return the true peak so far in dB relative to full scale, minus infinity for silence."""
        self._interpolate(np.pad(self._waiting, (0, BATCH + TAPS - 1)))
        return 20 * math.log10(self._peak) if self._peak > 0 else -math.inf

    def _interpolate(self, stretch: Samples) -> None:
        """Interpolate the batches that can hold a higher peak than the one so far."""
        highest = batch_peaks(np.pad(stretch, (0, -len(stretch) % BATCH)))
        high = np.flatnonzero(np.maximum(highest[:-1], highest[1:]) * HIGHEST_RISE > self._peak)
        windows = sliding_window_view(stretch, BATCH + TAPS - 1)[high * BATCH]
        self._peak = max(self._peak, float(interpolated_peaks(windows).max(initial=0)))


def batch_peaks(samples: Samples) -> Samples:
    """Return the highest magnitude of each ``BATCH`` samples, of which there must be whole batches."""
    columns = np.ascontiguousarray(np.abs(samples).reshape(-1, BATCH).T)  # eight times as fast as along the rows
    return np.asarray(columns.max(axis=0, initial=0))


def interpolated_peaks(windows: Samples) -> Samples:
    """Return the highest interpolated magnitude of each window, at the places with enough neighbors within it.

    ``windows`` has shape (windows, samples), and the result (windows,). It adds up shifted samples, as a matrix product
    of this size spends more time on its threads.
    """
    samples = np.ascontiguousarray(windows.T)
    count = len(samples) - TAPS + 1
    highest, value, term = (np.zeros((count, len(windows)), dtype=np.float32) for _ in range(3))
    for phase in OVERSAMPLING:
        np.multiply(samples[:count], phase[0], out=value)
        for shift, tap in enumerate(phase[1:], 1):
            np.multiply(samples[shift : shift + count], tap, out=term)
            value += term
        np.maximum(highest, np.abs(value, out=value), out=highest)
    return np.asarray(highest.max(axis=0))
