"""Loudness and true peak of mono sound by ITU-R BS.1770-4, measured piece by piece.

A mono file counts as one channel, as in the standard and in ffmpeg's ``ebur128``: a sine of 997 Hz at full scale
measures -3.01 LUFS. Players that send it to two loudspeakers make it 3.01 LU louder ("dual mono").
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from concurrent.futures import Executor
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from narrate.concurrency import OrderedCalls

Samples = npt.NDArray[np.float32]  # mono samples, shape (n,), in [-1, 1]
Cells = npt.NDArray[np.float64]  # K-weighted mean squares of consecutive 100 ms of sound, shape (cells,)

OFFSET_LU: Final = -0.691  # BS.1770-4, equation 2
ABSOLUTE_GATE_LUFS: Final = -70.0  # BS.1770-4, equation 6
RELATIVE_GATE_LU: Final = -10.0  # BS.1770-4, equation 6
CELLS_PER_S: Final = 10
CELLS_PER_BLOCK: Final = 4  # the standard's blocks of 400 ms overlap by 75 %, so that each is four cells
RINGING_CELLS: Final = 2  # after these, the ringing of K-weighting has fallen by 400 dB
MOST_CELLS: Final = 30  # are measured at once: the products stay in the cache of a core
MOST_IN_BLOCK: Final = 42  # samples; of blocks between 20 and 70 samples at 44.1 kHz, these are filtered fastest

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


def _line_and_bend(phase: Samples) -> tuple[float, float]:
    """Return two factors: a phase's peak is at most the highest sample, and the highest second difference, times these.

    A phase is a line between its two middle taps, and a rest. As sum and first moment of the rest are zero, the rest is
    a filter of the second differences.
    """
    places, taps = np.arange(TAPS), phase.astype(np.float64)
    middle, rest = TAPS // 2 - 1, taps.copy()
    beyond = float((places - middle) @ taps)  # the share of the later one of the two middle taps
    rest[middle] -= taps.sum() - beyond
    rest[middle + 1] -= beyond
    return abs(taps.sum() - beyond) + abs(beyond), float(np.abs(rest.cumsum().cumsum()).sum())


HIGHEST_LINES: Final = sorted({_line_and_bend(phase) for phase in OVERSAMPLING})
"""The factors of each phase. For a tone of 500 Hz they bound its peak to within 0.03 %, ``HIGHEST_RISE`` to a half."""
ROUNDING: Final = 1e-5  # of the bound, more than single precision can lose


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
    """Measures the integrated loudness of sound that is added piece by piece. Needs 80 bytes per second of sound.

    Args:
        sample_rate_hz: The sample rate of the sound.
        executor: Its threads measure, while the caller goes on; None to measure in the caller's thread.
    """

    def __init__(self, sample_rate_hz: int, executor: Executor | None = None) -> None:
        self._cell = sample_rate_hz // CELLS_PER_S
        self._filter = _k_weighting_filter(sample_rate_hz)
        self._calls = OrderedCalls[Cells](executor)
        self._heard = np.zeros(RINGING_CELLS * self._cell, dtype=np.float32)
        """The last cells that were measured, and the samples that were not."""

    def add(self, samples: Samples) -> None:
        """Measure more samples, in stretches of ``MOST_CELLS``."""
        self._heard = np.concatenate([self._heard, samples])
        ringing, most = RINGING_CELLS * self._cell, MOST_CELLS * self._cell
        while len(self._heard) >= ringing + most:
            self._calls.add(self._filter.mean_squares, self._heard[: ringing + most])
            self._heard = self._heard[most:]
        self._heard = self._heard.copy()  # of its own: the stretches that were measured can be freed

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

    def _measured(self) -> tuple[Cells, npt.NDArray[np.float64]]:
        """Return the cells, and the filtered samples after the last of them."""
        filtered = self._filter.filtered(np.pad(self._heard, (0, -len(self._heard) % self._cell)))
        filtered = filtered.reshape(-1)[: len(self._heard) - RINGING_CELLS * self._cell]
        whole = len(filtered) // self._cell * self._cell
        return np.concatenate([*self._calls.results(), _mean_squares(filtered[:whole], self._cell)]), filtered[whole:]


def mean_squares(stretch: Samples, sample_rate_hz: int) -> Cells:
    """Return the cells of a stretch, which begins with ``RINGING_CELLS`` that are only heard to ring."""
    return _k_weighting_filter(sample_rate_hz).mean_squares(stretch)


def with_ringing(changed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which cells change if the sound changes in some: also those in which these ring."""
    return highest_in_runs(np.pad(changed, (RINGING_CELLS, 0)), RINGING_CELLS + 1)


@lru_cache(maxsize=4)
def _k_weighting_filter(sample_rate_hz: int) -> _KWeighting:
    return _KWeighting(sample_rate_hz)


class _KWeighting:
    """K-weighting of stretches of sound, each with the cells before it, which is all that it depends on.

    The filter is linear: a filtered block is a matrix times the block and the filter's state before it. Products of
    small matrices take 3.7 ns for each sample, Fourier transforms 10 ns. Processors may round them differently, but
    nine digits of a mean square are exact.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        self._cell = sample_rate_hz // CELLS_PER_S
        size = max(size for size in range(1, MOST_IN_BLOCK + 1) if self._cell % size == 0)
        transition, entering, leaving, direct = _cascade(*k_weighting(sample_rate_hz))
        powers = [np.linalg.matrix_power(transition, exponent) for exponent in range(size + 1)]
        response = np.array([direct, *(leaving @ power @ entering for power in powers[: size - 1])])
        delays = np.subtract.outer(np.arange(size), np.arange(size))
        within_block = np.where(delays >= 0, response[np.abs(delays)], 0.0)
        self._size = size
        self._from_state = np.vstack([within_block.T, np.array([leaving @ power for power in powers[:size]]).T])
        self._to_state = np.array([power @ entering for power in powers[size - 1 :: -1]])
        doublings = range((RINGING_CELLS * self._cell // size).bit_length())
        self._steps = [np.linalg.matrix_power(powers[-1], 1 << doubling).T.copy() for doubling in doublings]

    def filtered(self, stretch: Samples) -> npt.NDArray[np.float64]:
        """Return a stretch of whole cells without the first ``RINGING_CELLS``, as rows of one block each."""
        cells, size = len(stretch) // self._cell, self._size
        blocks = np.empty((len(stretch) // size, size + self._to_state.shape[1]))
        blocks[:, :size] = stretch.reshape(-1, size)
        by_cell = blocks.reshape(cells, -1, blocks.shape[1])  # small products run in one thread
        states = np.matmul(by_cell[:, :, :size], self._to_state).reshape(len(blocks), -1)
        for doubling, step in enumerate(self._steps):  # after each, a state knows twice as many blocks before it
            states[1 << doubling :] += states[: -1 << doubling] @ step
        blocks[0, size:] = 0
        blocks[1:, size:] = states[:-1]
        return np.asarray(np.matmul(by_cell[RINGING_CELLS:], self._from_state))

    def mean_squares(self, stretch: Samples) -> Cells:
        """Return the mean square of each cell after the first ``RINGING_CELLS``."""
        return _mean_squares(self.filtered(stretch), self._cell)


def _cascade(*sections: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], ...]:
    """Return the state-space form of filters, each ``b0 b1 b2 a0 a1 a2`` with ``a0`` 1, that follow each other.

    With state ``s`` and sample ``x``, the next state is ``transition @ s + entering * x``, and the filtered sample is
    ``leaving @ s + direct * x``. Each filter is in its observable canonical form: that of all of them together would
    lose eight digits.
    """
    transition, entering, leaving, direct = np.zeros((0, 0)), np.zeros(0), np.zeros(0), np.float64(1)
    for section in sections:
        numerator, denominator = section[:3], section[3:]
        own = np.stack([-denominator[1:], np.array([1.0, 0.0])], axis=1)
        gains = numerator[1:] - numerator[0] * denominator[1:]
        transition = np.block([[transition, np.zeros((len(leaving), 2))], [np.outer(gains, leaving), own]])
        entering = np.concatenate([entering, gains * direct])
        leaving = np.concatenate([numerator[0] * leaving, np.array([1.0, 0.0])])
        direct = numerator[0] * direct
    return transition, entering, leaving, np.asarray(direct)


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


def runs_of(wanted: npt.NDArray[np.bool_], *, gap: int, most: int) -> list[tuple[int, int]]:
    """Return runs of at most ``most`` cells, each as its first cell and the one behind its last, with all wanted cells.

    Runs with at most ``gap`` other cells between them become one.
    """
    places = np.flatnonzero(wanted)
    firsts = places[np.diff(places, prepend=-gap - 2) > gap + 1]
    lasts = places[np.diff(places, append=len(wanted) + gap + 1) > gap + 1]
    return [
        (start, min(start + most, int(last) + 1))
        for first, last in zip(firsts, lasts, strict=True)
        for start in range(int(first), int(last) + 1, most)
    ]


def _mean_squares(samples: npt.NDArray[np.float64], size: int) -> Cells:
    cells = samples.reshape(-1, size)
    return np.asarray(np.einsum("ij,ij->i", cells, cells) / size)


def _lufs(mean_square: float) -> float:
    return OFFSET_LU + 10 * math.log10(mean_square) if mean_square > 0 else -math.inf


def _mean_square(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET_LU) / 10))


class PeakMeter:
    """Measures the true peak of sound that is added piece by piece.

    Args:
        executor: Its threads measure, while the caller goes on; None to measure in the caller's thread.
    """

    def __init__(self, executor: Executor | None = None) -> None:
        self._calls = OrderedCalls[float](executor)
        self._highest = 0.0
        """A peak that was found so far; threads may miss higher ones for a moment."""
        self._waiting = np.zeros(TAPS - 1, dtype=np.float32)

    def add(self, samples: Samples) -> None:
        """Measure more samples."""
        stretch = np.concatenate([self._waiting, samples])
        whole = max(0, len(stretch) // BATCH - 1) * BATCH
        self._waiting = stretch[whole:].copy()
        self._calls.add(self._peak_of, stretch[: whole + BATCH])

    def true_peak_dbtp(self) -> float:
        """Return the true peak so far in dB relative to full scale, minus infinity for silence."""
        peak = max([self._peak_of(np.pad(self._waiting, (0, 3 * BATCH - len(self._waiting)))), *self._calls.results()])
        return 20 * math.log10(peak) if peak > 0 else -math.inf

    def _peak_of(self, stretch: Samples) -> float:
        """Return the highest peak so far, including those of a stretch of whole batches, the last of which is left."""
        highest = max(self._highest, _highest(stretch))
        spans = (stretch[start : start + PEAK_SPAN + BATCH] for start in range(0, len(stretch) - BATCH, PEAK_SPAN))
        rising = (span for span in spans if _highest(span) * HIGHEST_RISE > highest)
        windows = [_windows_with_peaks(span, above=highest) for span in rising]
        if windows:
            highest = max(highest, float(interpolated_peaks(np.concatenate(windows)).max(initial=0)))
        self._highest = max(self._highest, highest)
        return highest


def _highest(samples: Samples) -> float:
    return max(float(samples.max(initial=0)), -float(samples.min(initial=0)))


def _windows_with_peaks(span: Samples, *, above: float) -> Samples:
    """Return the windows of the batches, but for the last, that can hold a true peak above another peak."""
    columns = batch_columns(span)
    high = batches_with_peaks(columns, np.abs(columns).max(axis=0), span=2, above=above)
    return sliding_window_view(span, BATCH + TAPS - 1)[high * BATCH]


def batch_columns(samples: Samples) -> Samples:
    """Return whole batches of samples as the columns of a matrix, which numpy reduces eight times as fast as rows."""
    return np.ascontiguousarray(samples.reshape(-1, BATCH).T)


def batches_with_peaks(columns: Samples, sampled: Samples, *, span: int, above: float) -> npt.NDArray[np.intp]:
    """Return which runs of batches can hold a true peak above another one, by the number of their first batch.

    ``columns`` are the batches, ``sampled`` the highest magnitude of each, and ``span`` the batches of a run.
    """
    highest = highest_in_runs(sampled, span)
    if float(highest.max(initial=0)) * HIGHEST_RISE <= above:
        return np.zeros(0, dtype=np.intp)
    followed = np.pad(columns, ((0, 2), (0, 0)))
    followed[BATCH:, :-1] = columns[:2, 1:]
    bends = second_differences(followed)
    bent = highest_in_runs(np.abs(bends, out=bends).max(axis=0), span)
    return np.flatnonzero(peak_bound(highest, bent) > above)


def peak_bound(sampled: Samples, bent: Samples) -> Samples:
    """Return what true peaks do not exceed, by the highest samples and second differences around them."""
    return np.asarray(np.maximum.reduce([sampled * (line + ROUNDING) + bent * bend for line, bend in HIGHEST_LINES]))


def highest_in_runs(values: npt.NDArray[Any], span: int) -> npt.NDArray[Any]:
    """Return the highest of each run of so many values."""
    highest = values[: len(values) - span + 1]
    for shift in range(1, span):
        highest = np.maximum(highest, values[shift : len(values) - span + 1 + shift])
    return highest


def second_differences(samples: Samples) -> Samples:
    """Return the second differences along the first axis."""
    bends = samples[2:] - samples[1:-1]
    bends -= samples[1:-1]
    bends += samples[:-2]
    return bends


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
