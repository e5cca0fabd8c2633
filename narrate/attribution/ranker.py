"""Gradient-boosted trees, evaluated with numpy: the rankers of candidates and the classifier of speech."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import zip_longest
from typing import IO, Final

import numpy as np
import numpy.typing as npt

from narrate.errors import NarrateError

ANY_BASIS: Final = "any"
"""Name of the curve for decisions whose basis has none of its own."""
CURVE_PREFIX: Final = "curve: "
"""What stands before the name of a curve in the file."""
_ROWS_AT_ONCE: Final = 256
"""Rows whose places in all trees are held in memory."""
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ranker:
    """Trees in flat arrays, of shape (nodes,) but for the ``roots`` of shape (trees,). A leaf points at itself."""

    feature: npt.NDArray[np.int16]
    threshold: Floats
    left: Integers
    right: Integers
    value: Floats
    roots: Integers
    depth: int
    curves: Mapping[str, Floats]
    """Basis of a decision -> its calibration, of shape (2, points): scores, rising, and the share that was right."""
    features: tuple[str, ...]
    """Names of the columns of a row."""

    def scores(self, rows: Sequence[Sequence[float]]) -> Floats:
        """Return the score of every row, shape (rows,). Higher is likelier."""
        starts = range(0, len(rows), _ROWS_AT_ONCE)
        parts = [self._scores(np.asarray(rows[at : at + _ROWS_AT_ONCE], dtype=np.float32)) for at in starts]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    def _scores(self, x: Floats) -> Floats:
        at = np.broadcast_to(self.roots, (len(x), len(self.roots))).copy()
        row = np.arange(len(x))[:, None]
        for _ in range(self.depth):
            goes_left = x[row, self.feature[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        return np.asarray(self.value[at].sum(axis=1))

    def probabilities(self, rows: Sequence[Sequence[float]]) -> Floats:
        """Return the probability of each candidate to be the speaker, shape (rows,); the sum is 1."""
        scores = self.scores(rows)
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum())

    def confidence(self, basis: str, score: float) -> float:
        """Return how often a decision on this basis with this score is right, from 0 to 1.

        A basis without a curve of its own has the one that was fitted to all of them; without any, the score counts.
        """
        curve = self.curves.get(basis, self.curves.get(ANY_BASIS))
        return score if curve is None else float(np.interp(score, curve[0], curve[1]))


def read_ranker(file: IO[bytes]) -> Ranker:
    """Read a ranker from an ``.npz`` file."""
    arrays = dict(np.load(file, allow_pickle=False))
    bases = [name for name in arrays if name.startswith(CURVE_PREFIX)]
    curves = {name.removeprefix(CURVE_PREFIX): arrays.pop(name) for name in bases}
    return Ranker(
        curves=curves, depth=int(arrays.pop("depth")), features=tuple(arrays.pop("features").tolist()), **arrays
    )


@functools.cache
def load_ranker(name: str, features: tuple[str, ...]) -> Ranker:
    """Load the ranker ``news`` or ``fiction`` or the classifier ``speech``; fail if it has other features."""
    with resources.files("narrate.attribution").joinpath(f"{name}.npz").open("rb") as file:
        ranker = read_ranker(file)
    for column, (trained, computed) in enumerate(zip_longest(ranker.features, features, fillvalue="nothing")):
        if trained != computed:
            raise NarrateError(
                f"Cannot use the ranker {name}.npz: column {column} is '{trained}' in the file and '{computed}' in the "
                "code. Train it again with tools/train_ranker.py, or reinstall Narrate."
            )
    return ranker
