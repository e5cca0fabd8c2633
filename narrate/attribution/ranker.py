"""Gradient-boosted trees, evaluated with numpy: the rankers of candidates and the classifier of speech."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import zip_longest
from typing import IO, Final

import numpy as np
import numpy.typing as npt

from narrate.errors import NarrateError

RANKER: Final = "ranker"
"""The name of the ranker among the names of the rules that decide."""
MAX_CONFIDENCE: Final = 0.985
"""Highest confidence: in articles that were written by others, the surest decisions are right about so often."""
_EXTREME_SCORE: Final = 0.997
"""Scores above it, and below one minus it, count as equal to it."""
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
    weights: Mapping[str, float]
    """Name of a term of ``confidence_terms`` -> its weight; empty without calibration."""
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
        """Return how often a decision on this basis with this score is right, from 0 to 1."""
        return calibrated(self.weights, basis, score) if self.weights else score


def confidence_terms(basis: str, score: float) -> tuple[float, dict[str, float]]:
    """Return what the confidence of a decision is computed from.

    Args:
        basis: What decided and the kind of clause ("name near, firm"), or the name of a rule alone if the quotation
            goes on from another.
        score: The probability of the ranker, or the confidence of the quotation from which this one goes on, from 0
            to 1. The score of a rule does not count.

    Returns:
        The log-odds without the weights, and name of a term -> its value: a general term for all decisions of one
        kind, which also holds for a rule that was never seen, and a term for the basis.
    """
    decided_by, _, clause_kind = basis.partition(", ")
    if clause_kind and decided_by != RANKER:
        return 0.0, {"rule": 1.0, f"rule, {clause_kind}": 1.0, basis: 1.0}
    general = RANKER if clause_kind else "goes on"
    bounded = min(max(score, 1.0 - _EXTREME_SCORE), _EXTREME_SCORE)
    odds = math.log(bounded / (1.0 - bounded))
    return odds, {general: 1.0, f"{general}, odds": odds, basis: 1.0, f"{basis}, odds": odds}


def calibrated(weights: Mapping[str, float], basis: str, score: float) -> float:
    """Return the confidence of a decision, from 0 to ``MAX_CONFIDENCE``, by the weights of its terms."""
    odds, terms = confidence_terms(basis, score)
    odds += sum(weights.get(name, 0.0) * value for name, value in terms.items())
    return min(MAX_CONFIDENCE, 1.0 / (1.0 + math.exp(-odds)))


def read_ranker(file: IO[bytes]) -> Ranker:
    """Read a ranker from an ``.npz`` file."""
    arrays = dict(np.load(file, allow_pickle=False))
    weights = dict(zip(arrays.pop("terms").tolist(), arrays.pop("weights").tolist(), strict=True))
    features = tuple(arrays.pop("features").tolist())
    return Ranker(weights=weights, depth=int(arrays.pop("depth")), features=features, **arrays)


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
