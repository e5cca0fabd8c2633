"""A true-peak limiter, and an estimate of the loudness that it leaves."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from narrate.audio.meter import (
    BATCH,
    CELLS_PER_S,
    TAPS,
    Cells,
    LoudnessMeter,
    Samples,
    batch_columns,
    batches_with_peaks,
    highest_in_runs,
    interpolated_peaks,
    peak_bound,
    second_differences,
)

PARTS_PER_CELL: Final = 10  # a part of a sketch is 10 ms long, as far as the limiter looks ahead
LIMITED_PARTS: Final = 3
"""Parts before and behind a peak that the limiter may change: it reaches ``limiter_margin``, which is 2.2 parts."""
SPREAD: Final = 0.8  # of a part's gain reduction that its neighbors get, measured on speech of eSpeak and Kokoro


def limiting_gain(samples: Samples, *, ceiling: float, reach: int) -> Samples:
    """Return the gain that keeps the true peak of a sound under a ceiling.

    At each sample the gain, in (0, 1], is at most what the highest peak within reach needs, and it changes without
    corners. Within ``limiter_margin(reach)`` of either end it is not reliable, as the sound beyond is not known.

    ``ceiling`` is the highest true peak allowed, as a factor of full scale. ``reach`` says how far the limiter looks
    ahead and back, in samples.
    """
    count = -(-len(samples) // BATCH)
    padded = np.pad(samples, (BATCH, count * BATCH - len(samples) + BATCH))
    columns = batch_columns(padded)
    sampled = np.abs(columns).max(axis=0)
    loud = batches_with_peaks(columns, sampled, span=3, above=ceiling)
    if len(loud) == 0:
        return np.ones(len(samples), dtype=np.float32)
    windows = sliding_window_view(padded, BATCH + TAPS - 1)[loud * BATCH + BATCH - TAPS // 2]
    wanted = np.ones(count, dtype=np.float32)
    wanted[loud] = ceiling / np.maximum(np.maximum(sampled[1:-1][loud], interpolated_peaks(windows)), ceiling)
    half = _batches(reach) // 4
    lowest = _lowest(wanted, 2 * (2 * half + 1) + 1)
    nodes = np.append(_mean(_mean(lowest, 2 * half + 1), 2 * half + 1), 1.0).astype(np.float32)
    ramp = np.arange(BATCH, dtype=np.float32) / BATCH
    gain = nodes[:-1, None] + np.diff(nodes)[:, None] * ramp
    return np.asarray(gain.reshape(-1)[: len(samples)], dtype=np.float32)


def limiter_margin(reach: int) -> int:
    """Return how many samples, in whole batches, the limiter must see on either side of those to be limited."""
    return (_batches(reach) + 4) * BATCH


def _batches(reach: int) -> int:
    return -(-2 * reach // BATCH)


def _lowest(values: Samples, width: int) -> Samples:
    """Return the lowest of the ``width`` (odd) values around each one; beyond the ends there are ones."""
    reached, half = 1, width // 2
    windows = np.pad(values, half, constant_values=1.0)
    while reached < width:
        step = min(reached, width - reached)
        windows = np.minimum(windows[:-step], windows[step:])
        reached += step
    return windows


def _mean(values: npt.NDArray[Any], width: int) -> npt.NDArray[np.float64]:
    """Return the mean of the ``width`` (odd) values around each one; beyond the ends the outermost value goes on."""
    summed = np.cumsum(np.pad(values, (width // 2 + 1, width // 2), mode="edge"), dtype=np.float64)
    return np.asarray((summed[width:] - summed[:-width]) / width)


class Sketch:
    """A sound reduced to its loudness and its peaks, from which the loudness after limiting can be estimated.

    Mastering finds most of the gain on this estimate instead of limiting the whole sound again and again. That saves
    0.8 s of processor time for an edition of 215 s by eSpeak and 0.9 s for one of 211 s (2.7 s against 1.9 s and 2.8 s
    against 1.9 s for mastering and encoding, medians of 5 runs), and none for one by Kokoro, whose peaks are lower.
    It also knows where the limiter has nothing to do: there the loudness is that of the sound times its gain. It needs
    1280 bytes per second of sound.
    """

    def __init__(self, sample_rate_hz: int, executor: Executor | None = None) -> None:
        self._meter = LoudnessMeter(sample_rate_hz, executor)
        self._cell = sample_rate_hz // CELLS_PER_S
        self._waiting = np.zeros(2, dtype=np.float32)
        """The last two samples that were added to parts, and those that were not."""
        self._bends = [np.zeros((0, PARTS_PER_CELL), dtype=np.float32)]
        self._peaks = [np.zeros((0, PARTS_PER_CELL), dtype=np.float32)]
        self._powers = [np.zeros((0, PARTS_PER_CELL), dtype=np.float32)]

    def add(self, samples: Samples) -> None:
        """Add more samples."""
        self._meter.add(samples)
        waiting = np.concatenate([self._waiting, samples])
        whole = (len(waiting) - 2) // self._cell * self._cell
        parts = waiting[2 : whole + 2].reshape(-1, PARTS_PER_CELL, self._cell // PARTS_PER_CELL)
        bends = second_differences(waiting[: whole + 2]).reshape(parts.shape)
        self._bends.append(np.abs(bends, out=bends).max(axis=2, initial=0))
        self._peaks.append(np.abs(parts, out=bends).max(axis=2, initial=0))
        self._powers.append(np.einsum("ijk,ijk->ij", parts, parts))
        self._waiting = waiting[whole:].copy()

    def cells(self) -> Cells:
        """Return the cells of the sound as it is."""
        return self._meter.cells()

    def limited_parts(self, gains: Samples, ceiling: float) -> npt.NDArray[np.bool_]:
        """Return for each part of each cell whether the limiter can change it, shape (cells, ``PARTS_PER_CELL``).

        ``gains`` are the highest gain in each cell, as factors, and ``ceiling`` is the limiter's, of full scale.
        """
        peaks, bends = (np.pad(np.concatenate(each).reshape(-1), 1) for each in (self._peaks, self._bends))
        bounds = peak_bound(highest_in_runs(peaks, 3), highest_in_runs(bends, 3))
        loud = np.pad(bounds * np.repeat(gains, PARTS_PER_CELL) > ceiling, LIMITED_PARTS)
        loud[-LIMITED_PARTS:] = True  # what follows the last whole cell is not known
        return highest_in_runs(loud, 2 * LIMITED_PARTS + 1).reshape(-1, PARTS_PER_CELL)

    def limited_cells(self, gains: Samples, ceiling: float) -> Cells:
        """Estimate the cells after a gain for each and the limiter, within some tenths of a LU.

        ``ceiling`` is the limiter's, as a factor of full scale.
        """
        peaks, powers = (np.concatenate(each).reshape(-1) for each in (self._peaks, self._powers))
        lost = np.pad(1 - ceiling / np.maximum(peaks * np.repeat(gains, PARTS_PER_CELL), ceiling), 1)
        left = powers * (1 - np.maximum(lost[1:-1], SPREAD * np.maximum(lost[:-2], lost[2:]))) ** 2
        kept, all_of_it = (each.reshape(-1, PARTS_PER_CELL).sum(axis=1) for each in (left, powers))
        shares = np.divide(kept, all_of_it, out=np.ones_like(kept), where=all_of_it > 0)
        return np.asarray(self.cells() * gains**2 * shares)
