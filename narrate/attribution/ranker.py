"""The ranker: gradient-boosted trees that compare a quotation's candidates, evaluated with numpy alone."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from typing import IO

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ranker:
    """An ensemble of trees in flat arrays; a leaf points at itself.

    Shapes: (nodes,) for the node arrays, (trees,) for the roots. ``sure`` maps a probability to how often it is right.
    """

    feature: Integers
    threshold: Floats
    left: Integers
    right: Integers
    value: Floats
    roots: Integers
    depth: int
    sure: Floats
    """(2, points): the ranker's probability of its best candidate, rising, and the share that was right."""

    def scores(self, rows: list[list[float]]) -> Floats:
        """The score of every row, higher is likelier; shape (rows,)."""
        x = np.asarray(rows, dtype=np.float32)
        at = np.broadcast_to(self.roots, (len(x), len(self.roots))).copy()
        which = np.arange(len(x))[:, None]
        for _ in range(self.depth):
            goes_left = x[which, self.feature[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        scores: Floats = self.value[at].sum(axis=1)
        return scores

    def probabilities(self, rows: list[list[float]]) -> Floats:
        """The probability of each candidate to be the speaker; they add up to one."""
        scores = self.scores(rows)
        powers = np.exp(scores - scores.max())
        shares: Floats = powers / powers.sum()
        return shares

    def confidence(self, probability: float) -> float:
        """How often a best candidate with this probability is right."""
        return float(np.interp(probability, self.sure[0], self.sure[1]))


def read(file: IO[bytes]) -> Ranker:
    """A ranker from its file."""
    data = np.load(file, allow_pickle=False)
    return Ranker(
        data["feature"].astype(np.int32),
        data["threshold"].astype(np.float32),
        data["left"].astype(np.int32),
        data["right"].astype(np.int32),
        data["value"].astype(np.float32),
        data["roots"].astype(np.int32),
        int(data["depth"]),
        data["sure"].astype(np.float32),
    )


@functools.lru_cache(maxsize=2)
def shipped(name: str) -> Ranker:
    """The ranker that comes with the package: "news" or "fiction"."""
    with resources.files("narrate.attribution").joinpath(f"{name}.npz").open("rb") as file:
        return read(file)
